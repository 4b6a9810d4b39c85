// Walks a folder for its files: honours ignore files, follows no link, goes round what cannot be read, and keeps names that
// are not UTF-8. Folders are read in pieces, so that a huge one does not hold up the event loop.

import type { Dirent } from "node:fs";
import { lstat, opendir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { createPace } from "../pace.ts";
import { rawOf, readRaw, systemPath } from "../raw-path.ts";
import { type IgnoreScope, isIgnored, readRules } from "./ignore-scope.ts";

/** How to walk. */
export interface WalkOptions {
	/** Files and folders whose names begin with a dot are taken too. `.git` and the like never are. */
	readonly hidden: boolean;
	/** Takes a file by its raw path, relative to the root. False ends the walk. */
	readonly take: (raw: string) => boolean;
	/** Ends the walk. */
	readonly signal: AbortSignal;
}

/** What a walk saw. */
export interface Walked {
	/** Folders that could not be read, or not to their end. */
	readonly unreadable: number;
	/** The root itself could not be read: the system's message. */
	readonly rootFailure?: string;
}

interface Folder {
	/** Absolute and raw; ends in `/`. */
	readonly raw: string;
	/** The same as text. */
	readonly text: string;
	/** Raw, from the root; empty, or ends in `/`. */
	readonly relative: string;
	readonly scope?: IgnoreScope;
}

interface Entry {
	readonly name: string;
	readonly kind: "file" | "folder";
}

const neverEntered: ReadonlySet<string> = new Set([".git", ".hg", ".svn", ".jj"]);
const ruleFiles: ReadonlySet<string> = new Set([".git", ".ignore", ".gitignore"]);
// More than the system's own threads for files (4) gains nothing; twice as many keeps them busy.
const readers = 8;
const piece = 256;
// A folder of some 10,000 files on ext4, of more elsewhere: to read it at once takes 3 ms.
const usualFolderBytes = 512 * 1024;

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
const withSlash = (folder: string): string => (folder.endsWith("/") ? folder : `${folder}/`);

async function exists(raw: string): Promise<boolean> {
	return (await lstat(systemPath(raw)).catch(() => undefined)) !== undefined;
}

/** The rules of a folder, on top of those above it. `names`: what is in it. */
async function scopeOf(
	folder: Pick<Folder, "raw" | "text">,
	names: ReadonlySet<string>,
	above: IgnoreScope | undefined,
): Promise<IgnoreScope | undefined> {
	const read = (name: string, has: boolean): ReturnType<typeof readRules> =>
		has ? readRules(systemPath(folder.raw + name)) : Promise.resolve(undefined);
	const repository = names.has(".git");
	const own = await read(".ignore", names.has(".ignore"));
	const git = await read(".gitignore", names.has(".gitignore"));
	// The list that a clone keeps for itself; in a linked work tree .git is a file and nothing is found.
	const excluded = await read(".git/info/exclude", repository);
	if (!repository && own === undefined && git === undefined) return above;
	const on = (scope: IgnoreScope | undefined): Pick<IgnoreScope, "above"> =>
		scope === undefined ? {} : { above: scope };
	const outer = excluded === undefined ? above : { base: folder.text, repository, git: excluded, ...on(above) };
	return {
		base: folder.text,
		repository: repository && excluded === undefined,
		...on(outer),
		...(own === undefined ? {} : { own }),
		...(git === undefined ? {} : { git }),
	};
}

/** The rules of the folders above the root, from the repository's top on, else from the system's. */
async function scopeAbove(root: string): Promise<IgnoreScope | undefined> {
	const above: string[] = [];
	let at = root;
	while (!(await exists(`${withSlash(at)}.git`)) && at !== path.dirname(at)) {
		at = path.dirname(at);
		above.unshift(at);
	}
	let scope: IgnoreScope | undefined;
	for (const folder of above) {
		const raw = withSlash(folder);
		const there = await exists(`${raw}.git`);
		const names = there ? ruleFiles : new Set([".ignore", ".gitignore"]);
		scope = await scopeOf({ raw, text: readRaw(raw).text }, names, scope);
	}
	return scope;
}

async function oddKind(folder: Folder, entry: Dirent): Promise<Entry["kind"] | undefined> {
	if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return undefined;
	// Some file systems do not say what an entry is.
	const stats = await lstat(systemPath(folder.raw + entry.name)).catch(() => undefined);
	if (stats?.isDirectory() === true) return "folder";
	return stats?.isFile() === true || stats?.isSymbolicLink() === true ? "file" : undefined;
}

/** Reads a folder at once when it is of usual size, else in pieces: a huge one would hold up the event loop. */
async function* readFolder(folder: Folder): AsyncGenerator<readonly Dirent[]> {
	const real = systemPath(folder.raw);
	if ((await stat(real)).size <= usualFolderBytes) {
		yield await readdir(real, { encoding: "latin1", withFileTypes: true });
		return;
	}
	for await (const entry of await opendir(real, { encoding: "latin1", bufferSize: piece })) yield [entry];
}

async function entriesOf(folder: Folder): Promise<{ readonly entries: readonly Entry[]; readonly failure?: string }> {
	const entries: Entry[] = [];
	try {
		for await (const some of readFolder(folder)) {
			for (const entry of some) {
				const simple = entry.isFile() || entry.isSymbolicLink() ? "file" : undefined;
				const kind = simple ?? (entry.isDirectory() ? "folder" : await oddKind(folder, entry));
				if (kind !== undefined) entries.push({ name: entry.name, kind });
			}
		}
		return { entries };
	} catch (thrown) {
		// It vanished, or may not be read: what was read of it counts.
		return { entries, failure: messageOf(thrown) };
	}
}

/** Walks `root` (absolute, text or raw). Never rejects. */
export async function walk(root: { readonly raw: string } | string, options: WalkOptions): Promise<Walked> {
	const { hidden, take, signal } = options;
	const top = typeof root === "string" ? rawOf(root) : root.raw;
	const found = await scopeAbove(top);
	// Who asks for a folder that is ignored as a whole wants to see what is in it.
	const above = isIgnored(found, withSlash(readRaw(top).text)) ? undefined : found;
	const waiting: Folder[] = [
		{
			raw: withSlash(top),
			text: withSlash(readRaw(top).text),
			relative: "",
			...(above === undefined ? {} : { scope: above }),
		},
	];
	const pace = createPace();
	let [unreadable, ended] = [0, false];
	let rootFailure: string | undefined;

	/** Takes a file, or notes a folder for later, unless a rule or its name speaks against it. */
	function meet(folder: Folder, scope: IgnoreScope | undefined, { name, kind }: Entry): void {
		if (neverEntered.has(name) || (!hidden && name.startsWith("."))) return;
		const end = kind === "folder" ? "/" : "";
		const relative = `${folder.relative}${name}${end}`;
		const isFile = kind === "file";
		if (isFile && scope === undefined) {
			ended = !take(relative);
			return;
		}
		const text = `${folder.text}${readRaw(name).text}${end}`;
		if (isIgnored(scope, text)) return;
		if (isFile) ended = !take(relative);
		else waiting.push({ raw: `${folder.raw}${name}/`, text, relative, ...(scope === undefined ? {} : { scope }) });
	}

	async function look(folder: Folder): Promise<void> {
		const { entries, failure } = await entriesOf(folder);
		if (failure !== undefined) unreadable += 1;
		if (failure !== undefined && folder.relative === "") rootFailure = failure;
		const names = new Set(entries.flatMap(({ name }) => (ruleFiles.has(name) ? [name] : [])));
		const scope = await scopeOf(folder, names, folder.scope);
		for (const entry of entries) {
			if (pace.due()) await pace.rest();
			if (ended || signal.aborted) return;
			meet(folder, scope, entry);
		}
	}

	let busy = 0;
	await new Promise<void>((resolve) => {
		const next = (): void => {
			if (ended || signal.aborted) waiting.length = 0;
			while (busy < readers) {
				const folder = waiting.pop();
				if (folder === undefined) break;
				busy += 1;
				void look(folder).finally(() => {
					busy -= 1;
					next();
				});
			}
			if (busy === 0) resolve();
		};
		next();
	});
	return { unreadable, ...(rootFailure === undefined ? {} : { rootFailure }) };
}
