// Writes a recording line by line. Opened before the run, so that a place that cannot be written is known before the
// first request; readable by its owner only.

import { close as closeFile, openSync, write as writeFile } from "node:fs";
import { promisify } from "node:util";
import { type RecordingLine, toError } from "@codex/protocol";
import { RuntimeError } from "../runtime-error.ts";

const writeTo: (fd: number, data: Buffer, offset: number) => Promise<{ readonly bytesWritten: number }> =
	promisify(writeFile);
const closeDescriptor: (fd: number) => Promise<void> = promisify(closeFile);

/** An open recording. */
export interface RecordingFile {
	/** Queues a line, in order. Never throws; after a failure lines are dropped. */
	write(line: RecordingLine): void;
	/** Writes the rest and closes. Resolves to one sentence when something could not be written. */
	close(): Promise<string | undefined>;
}

async function writeAll(fd: number, data: Buffer): Promise<void> {
	for (let offset = 0; offset < data.length; ) {
		const { bytesWritten } = await writeTo(fd, data, offset);
		offset += bytesWritten;
	}
}

/**
 * Creates or empties the file.
 *
 * @throws RuntimeError `recording_unusable` when it cannot be opened.
 */
export function openRecordingFile(path: string): RecordingFile {
	let fd: number;
	try {
		fd = openSync(path, "w", 0o600);
	} catch (error) {
		throw new RuntimeError(
			"recording_unusable",
			`the recording ${path} cannot be written: ${toError(error).message}`,
			error,
		);
	}
	let waiting: string[] = [];
	let failure: string | undefined;
	let running: Promise<void> | undefined;
	const drain = async (): Promise<void> => {
		while (waiting.length > 0 && failure === undefined) {
			const lines = waiting;
			waiting = [];
			try {
				await writeAll(fd, Buffer.from(lines.join("")));
			} catch (error) {
				failure = `the recording ${path} could not be written: ${toError(error).message}`;
			}
		}
		running = undefined;
	};
	return {
		write: (line) => {
			if (failure !== undefined) return;
			waiting.push(`${JSON.stringify(line)}\n`);
			running ??= drain();
		},
		close: async () => {
			await running;
			await closeDescriptor(fd).catch((error: unknown) => {
				failure ??= `the recording ${path} could not be closed: ${toError(error).message}`;
			});
			return failure;
		},
	};
}
