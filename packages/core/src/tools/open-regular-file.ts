// Opens files that a model named. Opens regular files only, and never waits: a FIFO, a device or a directory is refused,
// also when it takes a file's place between the look and the opening.

import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import path from "node:path";
import { describeFileError, entryKind } from "./file-problem.ts";
import { displayPath } from "./paths.ts";

/** An open file, or one sentence that says why it was not opened. */
export type OpenResult =
	| { readonly kind: "ok"; readonly handle: FileHandle; readonly sizeBytes: number; readonly shownPath: string }
	| { readonly kind: "error"; readonly message: string };

/** Opens `file` (relative to `cwd`) for reading. Never rejects. The caller closes the handle. */
export async function openRegularFile(file: string, cwd: string): Promise<OpenResult> {
	const absolute = path.resolve(cwd, file);
	const shownPath = displayPath(cwd, absolute);
	let handle: FileHandle | undefined;
	try {
		// Before opening, because opening alone can move a tape or wake a device.
		let stats = await stat(absolute);
		if (stats.isFile()) {
			handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
			stats = await handle.stat();
			if (stats.isFile()) return { kind: "ok", handle, sizeBytes: stats.size, shownPath };
			await handle.close();
		}
		return { kind: "error", message: `\`${shownPath}\` is ${entryKind(stats)}, not a file` };
	} catch (error) {
		await handle?.close().catch(() => undefined);
		return { kind: "error", message: describeFileError(error, shownPath) };
	}
}
