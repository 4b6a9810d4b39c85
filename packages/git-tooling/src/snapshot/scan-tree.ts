// Walks a folder and says what it holds now. A file whose stats are known is not read. Nothing outside the folder is
// reached: folders are held open and links are taken as links. What is not captured is recorded as such.

import type { BigIntStats } from "node:fs";
import { readdirSync } from "node:fs";
import { systemErrorCode } from "../git-tooling-error.ts";
import { type HeldFolder, holdRoot, lstatIfAny } from "./held-folder.ts";
import type { IgnoredNames, IgnoreRules } from "./ignored-names.ts";
import type { SnapshotLimits } from "./limits.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import { ancestorsOf, type ByteName, fromDiskPath, versionControlNames } from "./path-name.ts";
import { permissionsOf, readFileBytes, readLinkBytes } from "./read-entry.ts";
import type { StatCache } from "./stat-cache.ts";
import { type Entry, type OpaqueReason, signatureOf, type TreeState } from "./tree-state.ts";

/** What a walk needs. */
export interface ScanOptions {
	/** Real path of the folder. */
	readonly root: string;
	readonly store: ObjectStore;
	readonly stats: StatCache;
	readonly rules: IgnoreRules;
	readonly limits: SnapshotLimits;
	/** The last recorded state: what it captured stays captured, and its contents are in the store. */
	readonly previous: TreeState;
	/** Paths that are captured although they are ignored. */
	readonly named: readonly ByteName[];
	/** Real path of a folder that is left out: the store itself. */
	readonly leaveOut: string;
	/** Whether new contents are kept; without it the state can only be compared. */
	readonly keep: boolean;
	readonly signal?: AbortSignal | undefined;
}

/** What a walk found. */
export interface Scan {
	readonly state: TreeState;
	readonly files: number;
	readonly bytes: number;
}

/** How the entries of one folder are judged. */
interface Scope {
	readonly ignored: IgnoredNames;
	/** Characters of a name that are above the repository whose rules these are. */
	readonly skip: number;
	/** In an ignored folder only what is captured already or named counts. */
	readonly onlyKnown: boolean;
}

interface Walk {
	readonly options: ScanOptions;
	readonly entries: Map<ByteName, Entry>;
	/** Named paths and the folders that they are in. */
	readonly wanted: ReadonlySet<ByteName>;
	readonly leaveOut: string;
	readonly root: string;
	files: number;
	bytes: number;
	truncated: boolean;
	batch: StoredObject[];
	batchBytes: number;
	sinceYield: number;
}

const batchMaxBytes = 32 * 1024 * 1024;
const batchMaxCount = 2000;
/** Entries between two pauses, so that the program goes on living: about 5 ms of work. */
const entriesPerSlice = 500;

/** @throws the system's error when the root cannot be opened; GitToolingError of the store; the signal's reason */
export async function scanTree(options: ScanOptions): Promise<Scan> {
	const walk: Walk = {
		options,
		entries: new Map(),
		wanted: new Set(options.named.flatMap((name) => [...ancestorsOf(name), name])),
		leaveOut: fromDiskPath(options.leaveOut),
		root: fromDiskPath(options.root),
		files: 0,
		bytes: 0,
		truncated: false,
		batch: [],
		batchBytes: 0,
		sinceYield: 0,
	};
	const ignored = await options.rules.root();
	const root = holdRoot(walk.root);
	try {
		await walkFolder(walk, root, "", { ignored, skip: 0, onlyKnown: false });
	} finally {
		root.close();
	}
	await flush(walk);
	return { state: { entries: walk.entries, truncated: walk.truncated }, files: walk.files, bytes: walk.bytes };
}

async function walkFolder(walk: Walk, folder: HeldFolder, prefix: string, scope: Scope): Promise<void> {
	const listed = readdirSync(folder.self, { encoding: "latin1", withFileTypes: true });
	listed.sort((left, right) => (left.name < right.name ? -1 : 1));
	for (const item of listed) {
		if (versionControlNames.has(item.name.toLowerCase())) continue;
		if (walk.truncated) return;
		await pause(walk);
		const name = prefix + item.name;
		if (item.isDirectory()) await visitFolder(walk, { folder, part: item.name, name }, scope);
		else visitFile(walk, { folder, part: item.name, name }, scope);
		if (walk.batch.length >= batchMaxCount || walk.batchBytes >= batchMaxBytes) await flush(walk);
	}
}

async function pause(walk: Walk): Promise<void> {
	walk.sinceYield += 1;
	if (walk.sinceYield < entriesPerSlice) return;
	walk.sinceYield = 0;
	await new Promise<void>((resolve) => setImmediate(resolve));
	walk.options.signal?.throwIfAborted();
}

interface Found {
	readonly folder: HeldFolder;
	/** Its name in its folder. */
	readonly part: string;
	readonly name: ByteName;
}

async function visitFolder(walk: Walk, found: Found, scope: Scope): Promise<void> {
	const { name } = found;
	if (`${walk.root}/${name}` === walk.leaveOut) return;
	const ignored = scope.onlyKnown || scope.ignored.folder(name.slice(scope.skip));
	const isKnown = walk.options.previous.entries.get(name)?.kind === "folder" || walk.wanted.has(name);
	if (ignored && !isKnown) return setOpaque(walk, name, "ignored", undefined);
	const inner = openQuietly(found);
	if (inner === "missing") return;
	if (inner === "not_folder") return visitFile(walk, found, scope);
	if (inner === "unreadable") return setOpaque(walk, name, "unreadable", undefined);
	try {
		set(walk, name, { kind: "folder", mode: inner.mode });
		await walkFolder(walk, inner, `${name}/`, await innerScope(walk, { inner, name, ignored }, scope));
	} catch (error) {
		if (systemErrorCode(error) !== "EACCES") throw error;
		setOpaque(walk, name, "unreadable", undefined);
	} finally {
		inner.close();
	}
}

async function innerScope(
	walk: Walk,
	{ inner, name, ignored }: { readonly inner: HeldFolder; readonly name: ByteName; readonly ignored: boolean },
	scope: Scope,
): Promise<Scope> {
	if (ignored) return { ...scope, onlyKnown: true };
	if (lstatIfAny(inner.at(".git")) === undefined) return scope;
	const path = Buffer.from(`${walk.root}/${name}`, "latin1").toString("utf8");
	return { ignored: await walk.options.rules.nested(path), skip: name.length + 1, onlyKnown: false };
}

function openQuietly({ folder, part }: Found): HeldFolder | "missing" | "not_folder" | "unreadable" {
	try {
		return folder.open(part);
	} catch (error) {
		if (systemErrorCode(error) === "EACCES") return "unreadable";
		throw error;
	}
}

function visitFile(walk: Walk, found: Found, scope: Scope): void {
	const { options } = walk;
	const path = found.folder.at(found.part);
	const stats = lstatIfAny(path);
	if (stats === undefined) return;
	if (walk.files >= options.limits.files) {
		walk.truncated = true;
		return;
	}
	const { name } = found;
	const previous = options.previous.entries.get(name);
	const isKnown = walk.wanted.has(name) || (previous !== undefined && previous.kind !== "opaque");
	const ignored = scope.onlyKnown || scope.ignored.file(name.slice(scope.skip));
	const refused = refusalOf(walk, stats, { ignored, isKnown, onlyKnown: scope.onlyKnown });
	if (refused !== undefined) return setOpaque(walk, name, refused, stats);
	const known = options.stats.get(name, stats);
	if (known !== undefined && previous !== undefined && "id" in previous && previous.id === known) {
		count(walk, Number(stats.size));
		const kind = stats.isSymbolicLink() ? "link" : "file";
		const size = Number(stats.size);
		set(
			walk,
			name,
			kind === "link" ? { kind, id: known, size } : { kind, mode: permissionsOf(stats), id: known, size },
		);
		return;
	}
	readContent(walk, { name, path, stats, previous });
}

function refusalOf(
	{ options: { limits }, bytes }: Walk,
	stats: BigIntStats,
	{
		ignored,
		isKnown,
		onlyKnown,
	}: { readonly ignored: boolean; readonly isKnown: boolean; readonly onlyKnown: boolean },
): OpaqueReason | undefined {
	if (!stats.isFile() && !stats.isSymbolicLink()) return "special";
	const size = Number(stats.size);
	if (ignored && !isKnown && (onlyKnown || size > limits.ignoredFileBytes)) return "ignored";
	if (size > limits.fileBytes) return "too_large";
	return bytes + size > limits.totalBytes ? "total" : undefined;
}

interface Content {
	readonly name: ByteName;
	readonly path: string | Buffer;
	readonly stats: BigIntStats;
	readonly previous: Entry | undefined;
}

function readContent(walk: Walk, { name, path, stats, previous }: Content): void {
	const { store, stats: cache, keep } = walk.options;
	try {
		if (stats.isSymbolicLink()) {
			const bytes = readLinkBytes(path);
			const id = store.idOf(bytes);
			keepContent(walk, { id, bytes }, previous);
			count(walk, bytes.length);
			return set(walk, name, { kind: "link", id, size: bytes.length });
		}
		const read = readFileBytes(path);
		if (read === undefined) return;
		const id = store.idOf(read.bytes);
		keepContent(walk, { id, bytes: read.bytes }, previous);
		count(walk, read.bytes.length);
		if (keep && read.steady) cache.set(name, read.stats, id);
		else if (keep) cache.forget(name);
		set(walk, name, { kind: "file", mode: permissionsOf(read.stats), id, size: read.bytes.length });
	} catch (error) {
		const code = systemErrorCode(error);
		// Gone since it was listed, or turned into something else: the next walk sees what it is then.
		if (code === "ENOENT" || code === "EINVAL") return;
		if (code !== "EACCES" && code !== "EPERM") throw error;
		setOpaque(walk, name, "unreadable", stats);
	}
}

function keepContent(walk: Walk, object: StoredObject, previous: Entry | undefined): void {
	if (!walk.options.keep || (previous !== undefined && "id" in previous && previous.id === object.id)) return;
	walk.batch.push(object);
	walk.batchBytes += object.bytes.length;
}

async function flush(walk: Walk): Promise<void> {
	if (walk.batch.length === 0) return;
	const { batch } = walk;
	walk.batch = [];
	walk.batchBytes = 0;
	await walk.options.store.put(batch);
}

function count(walk: Walk, size: number): void {
	walk.files += 1;
	walk.bytes += size;
}

function setOpaque(walk: Walk, name: ByteName, reason: OpaqueReason, stats: BigIntStats | undefined): void {
	// What is ignored changes all the time and is nobody's news.
	const mark = stats === undefined || reason === "ignored" ? "" : `${stats.size}:${stats.mtimeNs}:${stats.ino}`;
	set(walk, name, { kind: "opaque", reason, mark });
}

/** Takes the entry of the last state when it is the same: comparing is then comparing two references. */
function set(walk: Walk, name: ByteName, entry: Entry): void {
	const before = walk.options.previous.entries.get(name);
	walk.entries.set(name, before !== undefined && signatureOf(before) === signatureOf(entry) ? before : entry);
}
