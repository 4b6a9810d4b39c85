// Fills a store with the files of a folder: from the source's list where it knows the folder, else by a walk. Work on the
// list is done in slices.

import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Ignore } from "ignore";
import { createPace } from "../pace.ts";
import type { ListedPart, PathSource } from "../path-source.ts";
import { rawOf, readRaw, systemPath } from "../raw-path.ts";
import type { PathStore } from "../store/path-store.ts";
import { parseRules } from "../walk/ignore-scope.ts";
import { walk } from "../walk/walk.ts";

/** What to fill a store from. */
export interface BuildOptions {
	/** Absolute. */
	readonly root: string;
	readonly source?: PathSource;
	/** Names that begin with a dot, where a walk finds the files. */
	readonly hidden: boolean;
	/** Paths at most. */
	readonly maxPaths: number;
	readonly signal: AbortSignal;
}

/** How it went. */
export interface Built {
	readonly from: "source" | "walk";
	readonly unreadable: number;
	/** There are more files than `maxPaths`. */
	readonly truncated: boolean;
	/** The root could not be read, or the source failed and a walk took its place. */
	readonly problem?: string;
}

// Points of the most recent file; the hundredth has one.
const mostPoints = 20;

interface Filling {
	readonly store: PathStore;
	readonly options: BuildOptions;
	/** Folders that the source does not look into. */
	readonly folders: string[];
	last: string;
	truncated: boolean;
}

function put(filling: Filling, raw: string): boolean {
	const { store, options } = filling;
	if (store.count >= options.maxPaths) {
		filling.truncated = true;
		return false;
	}
	const { text, bytes } = readRaw(raw);
	store.add(text, bytes);
	return true;
}

/** The NUL-ended paths of a part, in slices. */
async function eachPath(paths: Uint8Array, signal: AbortSignal, each: (raw: string) => void): Promise<void> {
	const pace = createPace();
	const all = Buffer.from(paths.buffer, paths.byteOffset, paths.byteLength);
	let start = 0;
	for (let count = 0; start < all.length; count += 1) {
		const found = all.indexOf(0, start);
		const end = found === -1 ? all.length : found;
		if (end > start) each(all.toString("latin1", start, end));
		start = end + 1;
		if (count % 64 !== 63 || !pace.due()) continue;
		await pace.rest();
		if (signal.aborted) return;
	}
}

async function takePart(filling: Filling, part: ListedPart): Promise<void> {
	const { store, options, folders } = filling;
	if (part.kind === "files") {
		await eachPath(part.paths, options.signal, (raw) => {
			// A file with a conflict is listed once for each side.
			if (raw === filling.last) return;
			filling.last = raw;
			if (raw.endsWith("/")) folders.push(raw);
			else put(filling, raw);
		});
		return;
	}
	const gone = new Set<string>();
	await eachPath(part.paths, options.signal, (raw) => void gone.add(readRaw(raw).text));
	await removeAll(store, gone);
}

async function removeAll(store: PathStore, gone: ReadonlySet<string>): Promise<void> {
	if (gone.size === 0) return;
	const pace = createPace();
	for (let block = 0; block < store.blocks.length; block += 1) {
		store.removeFrom(block, gone);
		if (pace.due()) await pace.rest();
	}
}

interface OwnRules {
	/** Ends in `/`, or empty. */
	readonly base: string;
	readonly rules: Ignore;
	/** The text has a rule that takes files back in. */
	readonly readmits: boolean;
}

/** The .ignore files of a listed tree, which its source does not know about. */
async function ownRules({ store, options }: Filling): Promise<readonly OwnRules[]> {
	const files = [".ignore"];
	const pace = createPace();
	for (const block of store.blocks) {
		for (const text of block.texts) if (text.endsWith("/.ignore")) files.push(text);
		if (pace.due()) await pace.rest();
	}
	const found: OwnRules[] = [];
	for (const file of files) {
		const text = await readFile(systemPath(rawOf(path.join(options.root, file))), "utf8").catch(() => "");
		const rules = parseRules(text);
		if (rules !== undefined) found.push({ base: file.slice(0, -".ignore".length), rules, readmits: /^!/m.test(text) });
	}
	return found;
}

async function applyOwnRules(filling: Filling, all: readonly OwnRules[]): Promise<void> {
	const pace = createPace();
	const ignored = new Set<string>();
	for (const block of filling.store.blocks) {
		for (const text of block.texts) {
			const hit = all.some(({ base, rules }) => text.startsWith(base) && rules.ignores(text.slice(base.length)));
			if (text !== "" && hit) ignored.add(text);
			if (pace.due()) await pace.rest();
		}
	}
	await removeAll(filling.store, ignored);
}

async function boostRecent({ store, options }: Filling, source: PathSource): Promise<void> {
	const recent = await source.recent(options.root, options.signal);
	const points = new Map(
		recent.slice(0, 100).map((file, at) => [file, Math.max(1, Math.round(mostPoints * (1 - at / 100)))]),
	);
	if (points.size === 0) return;
	const pace = createPace();
	for (let block = 0; block < store.blocks.length; block += 1) {
		store.boostIn(block, points);
		if (pace.due()) await pace.rest();
	}
}

async function fromSource(
	filling: Filling,
	source: PathSource,
): Promise<Built | "unknown" | { readonly failed: string }> {
	const { options, folders } = filling;
	const listing = await source.list(options.root, (part) => takePart(filling, part), options.signal);
	if (listing.kind === "unknown") return "unknown";
	if (listing.kind === "failed") return { failed: listing.message };
	const rules = await ownRules(filling);
	if (rules.some(({ readmits }) => readmits)) return "unknown";
	if (rules.length > 0) await applyOwnRules(filling, rules);
	let unreadable = 0;
	for (const folder of folders) {
		const raw = `${rawOf(options.root)}/${folder}`.replace(/\/$/, "");
		const { signal } = options;
		const walked = await walk({ raw }, { hidden: true, signal, take: (inner) => put(filling, folder + inner) });
		unreadable += walked.unreadable;
	}
	await boostRecent(filling, source);
	return { from: "source", unreadable, truncated: filling.truncated };
}

/**
 * Fills `store`, an empty one; when the list of the source cannot be used, `renew` gives another empty one. Never rejects;
 * an abort leaves the store as far as it was filled.
 */
export async function buildIndex(store: PathStore, renew: () => PathStore, options: BuildOptions): Promise<Built> {
	const { root, source, hidden, signal } = options;
	let filling: Filling = { store, options, folders: [], last: "", truncated: false };
	let problem: string | undefined;
	if (source !== undefined) {
		const built = await fromSource(filling, source);
		if (built !== "unknown" && !("failed" in built)) return built;
		if (built !== "unknown") problem = built.failed;
		if (store.size > 0) filling = { ...filling, store: renew(), folders: [], truncated: false };
	}
	const walked = await walk(root, { hidden, signal, take: (raw) => put(filling, raw) });
	const said = walked.rootFailure ?? problem;
	return {
		from: "walk",
		unreadable: walked.unreadable,
		truncated: filling.truncated,
		...(said === undefined ? {} : { problem: said }),
	};
}
