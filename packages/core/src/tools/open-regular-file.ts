// Opens files that a model named. Opens regular files only, and never waits: a FIFO, a device or a directory is refused,
// also when it takes a file's place between the look and the opening.

import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { PathRule } from "../ports/file-guard.ts";
import { describeFileError, entryKind } from "./file-problem.ts";
import { displayPath } from "./paths.ts";

/** An open file, or one sentence that says why it was not opened. */
export type OpenResult =
	| { readonly kind: "ok"; readonly handle: FileHandle; readonly sizeBytes: number; readonly shownPath: string }
	| { readonly kind: "error"; readonly message: string };

function deniedSentence(shownPath: string, glob: string): string {
	return `\`${shownPath}\` may not be read: it is denied by \`${glob}\` of \`sandbox_denied_reads\``;
}

/** One sentence when a folder or file is denied, by its name or by what it links to. Never rejects. */
export async function deniedRead(absolute: string, shownPath: string, hides: PathRule): Promise<string | undefined> {
	const real = await realpath(absolute).catch(() => absolute);
	const glob = hides(absolute) ?? hides(real);
	return glob === undefined ? undefined : deniedSentence(shownPath, glob);
}

/** The real path of an open file, whatever its name leads to by now. */
async function pathOfHandle({ fd }: FileHandle, absolute: string): Promise<string> {
	// Where the system has no such folder, the name is all there is.
	return await readlink(`/proc/self/fd/${fd}`).catch(() => realpath(absolute).catch(() => absolute));
}

/**
 * Opens `file` (relative to `cwd`) for reading. Never rejects. The caller closes the handle.
 *
 * @param hides names the glob that denies reading a path, asked about the name and about the file that was opened
 */
export async function openRegularFile(file: string, cwd: string, hides?: PathRule): Promise<OpenResult> {
	const absolute = path.resolve(cwd, file);
	const shownPath = displayPath(cwd, absolute);
	const denied = hides?.(absolute);
	if (denied !== undefined) return { kind: "error", message: deniedSentence(shownPath, denied) };
	let handle: FileHandle | undefined;
	try {
		// Before opening, because opening alone can move a tape or wake a device.
		let stats = await stat(absolute);
		if (stats.isFile()) {
			handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
			stats = await handle.stat();
			const glob = hides?.(await pathOfHandle(handle, absolute));
			if (glob !== undefined) {
				await handle.close();
				return { kind: "error", message: deniedSentence(shownPath, glob) };
			}
			if (stats.isFile()) return { kind: "ok", handle, sizeBytes: stats.size, shownPath };
			await handle.close();
		}
		return { kind: "error", message: `\`${shownPath}\` is ${entryKind(stats)}, not a file` };
	} catch (error) {
		await handle?.close().catch(() => undefined);
		return { kind: "error", message: describeFileError(error, shownPath) };
	}
}
