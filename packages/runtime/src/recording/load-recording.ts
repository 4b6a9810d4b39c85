// Reads a recording that a user names.

import { statSync } from "node:fs";
import { exitCodes } from "@codex/protocol";
import { type Recording, readRecording } from "@codex/providers";
import { type StartError, startError } from "../session/start-request.ts";

/** The recording at `file` (absolute), or why it cannot be used. Never waits for a FIFO. */
export async function loadRecording(
	file: string,
): Promise<{ readonly kind: "ok"; readonly recording: Recording } | StartError> {
	const facts = statSync(file, { throwIfNoEntry: false });
	if (facts !== undefined && !facts.isFile()) {
		return startError(exitCodes.usage, `the recording ${file} is not a regular file`);
	}
	const read = await readRecording(file);
	return read.kind === "ok" ? read : startError(exitCodes.usage, read.message);
}
