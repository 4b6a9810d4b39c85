// Tells that the files of a tree changed. Where the system watches whole trees it does; elsewhere each folder is watched, up
// to a number. What it tells is only "something": the list is made anew by who listens.

import { type Dirent, type FSWatcher, watch } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createPace } from "../pace.ts";

/** Watches one tree. */
export interface FolderWatch {
	/** The folders that are there now (relative, without `/` at the end; `""` is the root). */
	update(folders: ReadonlySet<string>): Promise<void>;
	/** Some folder is not watched: there are too many, or the system refuses more. */
	readonly partial: boolean;
	close(): void;
}

// Of 8,192 watches that an old Linux gives to all programs of a user, a quarter.
const maxFolders = 2048;
const maxNew = 64;
const ruleFile = /(?:^|[/\\])\.(?:git)?ignore$/;

/** Watches `root`; `onChange` is called for each sign of a change. Never throws. */
export function watchFolders(root: string, onChange: () => void): FolderWatch {
	const wholeTrees = process.platform === "darwin" || process.platform === "win32";
	const watchers = new Map<string, FSWatcher>();
	/** New folders, of which no list says yet whether they count. */
	const fresh = new Set<string>();
	let partial = false;
	let closed = false;

	function drop(folder: string): void {
		watchers.get(folder)?.close();
		watchers.delete(folder);
		fresh.delete(folder);
	}

	function sign(folder: string, event: string, name: string | null): void {
		const inGit = name !== null && (name === ".git" || name.startsWith(`.git${path.sep}`));
		if (closed || inGit || (event === "change" && (name === null || !ruleFile.test(name)))) return;
		onChange();
		if (!wholeTrees && name !== null) void follow(folder === "" ? name : `${folder}/${name}`);
	}

	/** Watches what may be a new folder, and the folders that were made in it before it was watched. */
	async function follow(folder: string): Promise<void> {
		if (watchers.has(folder) || fresh.size >= maxNew) return;
		// A file is refused by the first read; what came before the watch is seen by the second.
		if ((await entriesOf(folder)) === undefined || closed || watchers.has(folder)) return;
		fresh.add(folder);
		add(folder);
		const entries = (await entriesOf(folder)) ?? [];
		if (closed || entries.length === 0) return;
		onChange();
		for (const entry of entries) if (entry.isDirectory()) await follow(`${folder}/${entry.name}`);
	}

	/** Undefined: no folder, or it cannot be read. */
	async function entriesOf(folder: string): Promise<readonly Dirent[] | undefined> {
		return readdir(path.join(root, folder), { withFileTypes: true }).catch(() => undefined);
	}

	function add(folder: string): void {
		try {
			const options = { persistent: false, recursive: wholeTrees };
			const watcher = watch(path.join(root, folder), options, (event, name) => sign(folder, event, name));
			watcher.on("error", () => drop(folder));
			watchers.set(folder, watcher);
		} catch {
			// The folder vanished, or the system has no more watches.
			partial = true;
		}
	}

	async function keepsFresh(folder: string): Promise<boolean> {
		// A folder without files may get some that count; one with files that are in no list is ignored.
		const entries = await entriesOf(folder);
		return entries?.every((entry) => entry.isDirectory()) === true;
	}

	return {
		get partial() {
			return partial;
		},
		async update(folders) {
			const pace = createPace();
			partial = false;
			for (const folder of Array.from(watchers.keys())) {
				if (folders.has(folder) && !wholeTrees) fresh.delete(folder);
				else if (folder !== "" && !(fresh.has(folder) && (await keepsFresh(folder)))) drop(folder);
			}
			for (const folder of wholeTrees ? [""] : folders) {
				if (closed) return;
				if (watchers.has(folder)) continue;
				if (watchers.size >= maxFolders) {
					partial = true;
					return;
				}
				add(folder);
				if (pace.due()) await pace.rest();
			}
		},
		close() {
			closed = true;
			for (const folder of Array.from(watchers.keys())) drop(folder);
		},
	};
}

/** The folders of a list of paths, the root first and those near it before those below, at most `limit`. */
export function foldersOf(paths: Iterable<string>, into: Set<string>): void {
	for (const file of paths) {
		let end = file.lastIndexOf("/");
		while (end > 0) {
			const folder = file.slice(0, end);
			if (into.has(folder)) break;
			into.add(folder);
			end = folder.lastIndexOf("/");
		}
	}
}
