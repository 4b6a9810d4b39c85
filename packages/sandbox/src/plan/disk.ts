// What planning asks the file system, as a port, so that a plan is a pure function of its request and these answers.
// Everything only looks; nothing is created or changed.

import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats } from "node:fs";

/** What is at a path; a symbolic link is not followed. `unreadable`: the system did not say. */
export type FileKind = "missing" | "file" | "folder" | "link" | "other" | "unreadable";

/** Answers about files. No call throws. */
export interface Disk {
	kind(path: string): FileKind;
	/** The path without symbolic links, or undefined when it leads nowhere. */
	realPath(path: string): string | undefined;
	/** What a symbolic link says, or undefined when there is none. */
	readLink(path: string): string | undefined;
	/** Names in a folder; empty when it cannot be read. */
	list(path: string): readonly string[];
	/** A small text file, at most 1 MiB; undefined when it cannot be read. */
	readText(path: string): string | undefined;
}

// Git's config files have a few kB; more is not looked through.
const maxTextBytes = 1024 * 1024;

// As the helper makes them: names that are kept from coming into being while a command runs.
const placeholderFolder = 0o1755;
const placeholderFile = 0o1644;

/**
 * Whether this is a placeholder of a command that runs or of one that was killed. It counts as missing: it goes when its
 * last user does, and who needs it must hold it as well.
 */
function isPlaceholder(path: string, stats: Stats): boolean {
	const mode = stats.mode & 0o7777;
	if (stats.isDirectory()) return mode === placeholderFolder && readdirSync(path).length === 0;
	return stats.isFile() && mode === placeholderFile && stats.size <= 2;
}

function kindOf(stats: Stats): FileKind {
	if (stats.isSymbolicLink()) return "link";
	if (stats.isDirectory()) return "folder";
	return stats.isFile() ? "file" : "other";
}

function attempt<T>(look: () => T): T | undefined {
	try {
		return look();
	} catch {
		// A file that cannot be looked at is an answer: the caller has a word for it.
		return undefined;
	}
}

/** The real file system. */
export const realDisk: Disk = {
	kind: (path) => {
		try {
			const stats = lstatSync(path, { throwIfNoEntry: false });
			return stats === undefined || isPlaceholder(path, stats) ? "missing" : kindOf(stats);
		} catch (error) {
			const code = error instanceof Error && "code" in error ? error.code : undefined;
			return code === "ENOTDIR" ? "missing" : "unreadable";
		}
	},
	realPath: (path) => attempt(() => realpathSync.native(path)),
	readLink: (path) => attempt(() => readlinkSync(path)),
	list: (path) => attempt(() => readdirSync(path)) ?? [],
	readText: (path) =>
		attempt(() => {
			const stats = lstatSync(path);
			return stats.isFile() && stats.size <= maxTextBytes ? readFileSync(path, "utf8") : undefined;
		}),
};
