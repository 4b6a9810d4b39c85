// Finds the rollout of a session by its id, or the latest one. Looks at names from the newest to the oldest, opens only
// what it must, and follows no symbolic link.

import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { tryParseSessionId } from "@codex/protocol";
import { isFields, tryParseJson } from "./json-fields.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";
import { type RolloutName, tryParseRolloutName } from "./rollout-path.ts";

/** Which session: the one of this id, or the latest, if `cwd` is given the latest that was started there. */
export type RolloutSelection = { readonly id: string } | { readonly last: true; readonly cwd?: string };

/** A file that has the name of a rollout. */
export interface RolloutFile {
	readonly path: string;
	readonly name: RolloutName;
}

// The first line holds the instructions of a session: 1 MiB is far more than any.
const maxMetaBytes = 1024 * 1024;

async function entriesOf(dir: string): Promise<readonly Dirent[]> {
	try {
		return await readdir(dir, { withFileTypes: true });
	} catch {
		return []; // What is missing or may not be read holds no session for us.
	}
}

async function foldersNewestFirst(dir: string, name: RegExp): Promise<readonly string[]> {
	const folders = (await entriesOf(dir)).filter((entry) => entry.isDirectory() && name.test(entry.name));
	return folders
		.map((entry) => entry.name)
		.toSorted()
		.toReversed()
		.map((folder) => join(dir, folder));
}

async function rolloutsNewestFirst(day: string): Promise<readonly RolloutFile[]> {
	const files = (await entriesOf(day)).filter((entry) => entry.isFile());
	const sorted = files
		.map((entry) => entry.name)
		.toSorted()
		.toReversed();
	return sorted.flatMap((file) => {
		const name = tryParseRolloutName(file);
		return name === undefined ? [] : [{ path: join(day, file), name }];
	});
}

async function* newestFirst(dir: string): AsyncGenerator<RolloutFile> {
	for (const year of await foldersNewestFirst(dir, /^\d{4}$/)) {
		for (const month of await foldersNewestFirst(year, /^\d{2}$/)) {
			for (const day of await foldersNewestFirst(month, /^\d{2}$/)) yield* await rolloutsNewestFirst(day);
		}
	}
}

async function readFirstLine(path: string): Promise<string | undefined> {
	let first: string | undefined;
	try {
		const handle = await openForReading(path);
		try {
			const take = (line: string | undefined): false => {
				first = line;
				return false;
			};
			await readLines(handle, take, maxMetaBytes);
		} finally {
			await handle.close();
		}
	} catch {
		return undefined; // Gone or unreadable: the search goes on with the next one.
	}
	return first;
}

/** All rollouts below the sessions folder `dir`, newest first by name. Never rejects; links are passed over. */
export async function listRollouts(dir: string): Promise<readonly RolloutFile[]> {
	const files: RolloutFile[] = [];
	for await (const file of newestFirst(dir)) files.push(file);
	return files;
}

/**
 * The rollouts below `dir` whose id begins with `prefix` (hexadecimal digits and dashes, at least one), newest first; a whole
 * id finds one at most. Empty for any other text, so that nothing a user types can name a path. Never rejects.
 */
export async function findRolloutsByPrefix(dir: string, prefix: string): Promise<readonly RolloutFile[]> {
	const wanted = prefix.toLowerCase();
	if (!/^[0-9a-f-]{1,36}$/.test(wanted)) return [];
	const found: RolloutFile[] = [];
	for await (const file of newestFirst(dir)) {
		if (!file.name.id.startsWith(wanted)) continue;
		found.push(file);
		if (wanted.length === 36) break;
	}
	return found;
}

/** Whether the file begins as the session of a person or a script, in this folder if one is given. */
async function isResumable(path: string, cwd: string | undefined): Promise<boolean> {
	const line = tryParseJson((await readFirstLine(path)) ?? "");
	if (!isFields(line) || line.type !== "session_meta" || !isFields(line.payload)) return false;
	const { id, cwd: startedIn, source } = line.payload;
	if (typeof id !== "string" || tryParseSessionId(id) === undefined) return false;
	if (source === "subagent" || isFields(source)) return false;
	return cwd === undefined || startedIn === cwd;
}

/**
 * The path of a rollout below the sessions folder `dir`, or `undefined` when there is none.
 *
 * By id, the name of the file decides; text that is not a UUID finds nothing. The last one is the newest by name that
 * begins with a `session_meta`, sub-agents' sessions left out; `cwd` is compared as text. Never rejects: what is missing,
 * unreadable, no rollout or a symbolic link is passed over.
 */
export async function findRollout(dir: string, selection: RolloutSelection): Promise<string | undefined> {
	if ("id" in selection) {
		const id = tryParseSessionId(selection.id);
		if (id === undefined) return undefined;
		for await (const { path, name } of newestFirst(dir)) if (name.id === id) return path;
		return undefined;
	}
	for await (const { path } of newestFirst(dir)) if (await isResumable(path, selection.cwd)) return path;
	return undefined;
}
