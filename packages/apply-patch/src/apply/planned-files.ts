// The files that a patch touches, as they would be after the hunks read so far. Each place is looked up once, when it is
// first named, so that later hunks build on the result of earlier ones. Nothing on disk changes here.

import { join } from "node:path";
import { throwIfAborted } from "./failure.ts";
import { type FileLocation, followLink, type LocateContext, locateEntry } from "./locate-file.ts";
import type { PlannedFile } from "./planned-file.ts";
import type { FileReader } from "./read-files.ts";

/** The files of one patch. */
export interface PlannedFiles {
	/** The entry that a path names; a link is not followed. @throws PatchError as `locateEntry`, or `aborted` */
	entry(path: string): Promise<PlannedFile>;
	/** The file that a path names, through links. @throws PatchError as `entry` */
	target(path: string): Promise<PlannedFile>;
	/** Sets the content. @throws PatchError `not_a_file`, or `io` for a file that may not be written */
	write(file: PlannedFile, path: string, content: { readonly text: string; readonly mode?: number }): Promise<void>;
	/** Removes a file, or a link. */
	remove(file: PlannedFile): void;
	/** All files named so far. */
	all(): readonly PlannedFile[];
}

/** Where the files are, and what a signal may interrupt. */
export interface PlannedFilesOptions extends Omit<LocateContext, "planned" | "folders"> {
	readonly reader: FileReader;
	readonly signal?: AbortSignal;
}

/** Whether there is a file at this place after the hunks so far. */
export function isPresent(file: PlannedFile): boolean {
	return file.state.kind === "text" || (file.state.kind === "untouched" && file.original !== undefined);
}

/** Starts with no files. */
export function createPlannedFiles(options: PlannedFilesOptions): PlannedFiles {
	const { reader, signal } = options;
	const files = new Map<string, PlannedFile>();
	const newFolders = new Set<string>();
	const context: LocateContext = {
		...options,
		folders: new Map(),
		planned(realPath) {
			if (newFolders.has(realPath)) return "directory";
			const state = files.get(realPath)?.state.kind;
			return state === "text" ? "file" : state === "absent" ? "removed" : undefined;
		},
	};
	const at = async (location: FileLocation, path: string): Promise<PlannedFile> => {
		const known = files.get(location.realPath);
		if (known !== undefined) return known;
		const original = await reader.lookUp(location, path);
		const file: PlannedFile = { path, location, original, state: { kind: "untouched" } };
		files.set(location.realPath, file);
		return file;
	};
	const entry = async (path: string): Promise<PlannedFile> => {
		throwIfAborted(signal);
		return at(await locateEntry(context, path), path);
	};
	return {
		entry,
		async target(path) {
			const named = await entry(path);
			if (named.state.kind !== "untouched" || named.original?.kind !== "link") return named;
			return at(await followLink(context, named.location, path), path);
		},
		async write(file, path, { text, mode }) {
			await reader.assertReplaceable(file, path);
			const { directory, missing } = file.location;
			for (const [index] of missing.entries()) newFolders.add(join(directory, ...missing.slice(0, index + 1)));
			const kept = mode ?? (file.state.kind === "text" ? file.state.mode : undefined);
			file.state = { kind: "text", text, ...(kept === undefined ? {} : { mode: kept }) };
		},
		remove(file) {
			file.state = { kind: "absent" };
		},
		all: () => [...files.values()],
	};
}
