// Puts the system's errors about a path into one sentence that a model can act on, and names what is at a path.

import type { Stats } from "node:fs";
import { toError } from "@codex/protocol";

const sentences: Readonly<Record<string, string>> = {
	ENOENT: "does not exist",
	ENOTDIR: "does not exist: a part of the path is not a directory",
	EACCES: "may not be read: permission denied",
	EPERM: "may not be read: permission denied",
	ELOOP: "is a loop of symbolic links",
	ENAMETOOLONG: "is longer than a path may be",
	EISDIR: "is a directory",
};

/** One sentence about what went wrong with `shownPath`. */
export function describeFileError(error: unknown, shownPath: string): string {
	const problem = toError(error);
	const code = "code" in problem && typeof problem.code === "string" ? problem.code : "";
	const sentence = sentences[code];
	return sentence === undefined
		? `\`${shownPath}\` could not be read: ${problem.message}`
		: `\`${shownPath}\` ${sentence}`;
}

/** What an entry is that is neither a regular file nor what was asked for, for example `a FIFO`. */
export function entryKind(stats: Stats): string {
	if (stats.isDirectory()) return "a directory";
	if (stats.isFIFO()) return "a FIFO";
	if (stats.isSocket()) return "a socket";
	if (stats.isCharacterDevice() || stats.isBlockDevice()) return "a device";
	return stats.isFile() ? "a file" : "a special file";
}
