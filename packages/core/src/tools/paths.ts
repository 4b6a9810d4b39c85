// How paths are shown to a model: short where they lie in the workspace, never ambiguous.

import path from "node:path";

/** `file` (absolute) as it is shown: relative to `cwd` when it lies below it, `.` for `cwd` itself, else absolute. */
export function displayPath(cwd: string, file: string): string {
	const relative = path.relative(cwd, file);
	if (relative === "") return ".";
	return relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? file : relative;
}

/** A name or path on one line: control characters as `\xNN`. */
export function printableName(name: string): string {
	return Array.from(name, (character) => {
		const code = character.charCodeAt(0);
		const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
		return isControl ? `\\x${code.toString(16).padStart(2, "0")}` : character;
	}).join("");
}
