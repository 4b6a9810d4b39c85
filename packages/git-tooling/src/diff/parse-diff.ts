// Reads `git diff --raw --numstat -z`. Pure.

import { toText } from "../snapshot/path-name.ts";

/** How a file differs. */
export type DiffStatus = "added" | "modified" | "removed" | "renamed" | "copied" | "kind" | "conflicted";

/** A file that differs. */
export interface DiffFile {
	/** Relative to the root; where it is now. */
	readonly path: string;
	/** Where it was; with `renamed` and `copied` only. */
	readonly oldPath?: string;
	readonly status: DiffStatus;
	/** Octal, as git has it: `100644`, `100755`, `120000` (link), `160000` (submodule), `000000` (nothing). */
	readonly oldMode: string;
	readonly newMode: string;
	readonly binary: boolean;
	/** Lines; 0 for a binary file. */
	readonly added: number;
	readonly removed: number;
}

const statuses: Readonly<Record<string, DiffStatus>> = {
	A: "added",
	M: "modified",
	D: "removed",
	R: "renamed",
	C: "copied",
	T: "kind",
	U: "conflicted",
};

interface Lines {
	readonly binary: boolean;
	readonly added: number;
	readonly removed: number;
}

/** The files in git's order; output that was cut gives the files that are whole. */
export function parseDiffFiles(output: Buffer): readonly DiffFile[] {
	const fields = output.toString("latin1").split("\0");
	const files: Omit<DiffFile, keyof Lines>[] = [];
	const lines = new Map<string, Lines>();
	let at = 0;
	const next = (): string => fields[at++] ?? "";
	while (at < fields.length) {
		const field = next();
		const raw = /^:(\d{6}) (\d{6}) [0-9a-f]+ [0-9a-f]+ ([A-Z])\d*$/.exec(field);
		const counts = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(field);
		if (raw !== null) files.push(fileOf(raw, next));
		else if (counts !== null) lines.set(...linesOf(counts, next));
	}
	// An unmerged file has two lines; the first says so.
	const seen = new Set<string>();
	return files
		.filter(({ path }) => !seen.has(path) && seen.add(path))
		.map((file) => ({ ...file, ...(lines.get(file.path) ?? { binary: false, added: 0, removed: 0 }) }));
}

/** A file of a `:mode mode id id letter` field; the paths are the fields after it. */
function fileOf(raw: RegExpExecArray, next: () => string): Omit<DiffFile, keyof Lines> {
	const [, oldMode = "", newMode = "", letter = ""] = raw;
	const hasTwo = letter === "R" || letter === "C";
	const first = toText(next());
	const paths = hasTwo ? { path: toText(next()), oldPath: first } : { path: first };
	return { ...paths, status: statuses[letter] ?? "modified", oldMode, newMode };
}

/** Path and counts of an `added removed path` field; a moved file has its two paths in the fields after it. */
function linesOf(counts: RegExpExecArray, next: () => string): [path: string, lines: Lines] {
	const [, added = "", removed = "", name = ""] = counts;
	if (name === "") next();
	const path = toText(name === "" ? next() : name);
	return [path, { binary: added === "-", added: Number(added) || 0, removed: Number(removed) || 0 }];
}
