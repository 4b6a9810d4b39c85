// Reads back what the snapshot store wrote: folder listings, records, the state, the journal. Bytes from the disk become
// types here and nowhere else; whatever is not what it should be is `store_broken`, never a guess.

import { GitToolingError } from "../git-tooling-error.ts";
import type { ByteName } from "./path-name.ts";
import type { Entry, OpaqueReason } from "./tree-state.ts";

/** One line of a folder listing: a name inside the folder, and what it is; folders name their own listing. */
export type ListingLine = readonly [name: string, entry: Entry, listing?: string];

/** Who changed a path between a snapshot and the one before it. */
export type ChangedBy = "us" | "user";

/** A change that a record holds; `now` is the signature of the entry afterwards. */
export interface StoredChange {
	readonly name: ByteName;
	readonly by: ChangedBy;
	readonly now: string;
}

/** A snapshot as it is kept. */
export interface StoredRecord {
	readonly version: 1;
	readonly sequence: number;
	readonly label: string;
	readonly takenAtMs: number;
	/** Name of the listing of the root. */
	readonly root: string;
	readonly truncated: boolean;
	readonly files: number;
	readonly bytes: number;
	readonly partial: readonly string[];
	readonly changes: readonly StoredChange[];
}

/** What the store is for, and what can be done again. */
export interface StoredState {
	readonly version: 1;
	readonly root: string;
	/** How contents are named: by git or by the store itself. */
	readonly naming: string;
	/** The sequence number of the next snapshot; none is given twice. */
	readonly next: number;
	/** Sequence numbers of the states from before an undo, newest last. */
	readonly redo: readonly number[];
	/** Paths that a caller named: captured although ignored. */
	readonly named: readonly ByteName[];
}

/** One step of a restore; `from` is the signature that must be there before it. */
export interface StoredAction {
	readonly name: ByteName;
	readonly from: string;
	readonly to: Entry | undefined;
}

/** A restore that was begun. */
export interface StoredJournal {
	readonly version: 1;
	readonly token: string;
	readonly label: string;
	readonly before: number;
	readonly redo: readonly number[];
	readonly actions: readonly StoredAction[];
}

type Fields = Readonly<Record<string, unknown>>;

const broken = (what: string): GitToolingError =>
	new GitToolingError("store_broken", `The snapshot store is damaged: ${what} is not what it should be.`);

function fieldsOf(text: string, what: string): Fields {
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
	} catch {
		// Said below in words.
	}
	throw broken(what);
}

function asText(value: unknown, what: string): string {
	if (typeof value !== "string") throw broken(what);
	return value;
}

function asNumber(value: unknown, what: string): number {
	if (typeof value !== "number" || !Number.isFinite(value)) throw broken(what);
	return value;
}

function asList(value: unknown, what: string): readonly unknown[] {
	if (!Array.isArray(value)) throw broken(what);
	return value;
}

function assertVersion(fields: Fields, what: string): void {
	if (fields["version"] === 1) return;
	throw new GitToolingError(
		"store_broken",
		`The snapshot store was written by another version: ${what} cannot be read.`,
	);
}

/** An entry as a JSON value. */
function entryToJson(entry: Entry | undefined): unknown {
	switch (entry?.kind) {
		case undefined:
			return null;
		case "file":
			return ["f", entry.mode, entry.id, entry.size];
		case "link":
			return ["l", entry.id, entry.size];
		case "folder":
			return ["d", entry.mode];
		case "opaque":
			return ["o", entry.reason, entry.mark];
	}
}

function entryFromJson(value: unknown, what: string): Entry | undefined {
	if (value === null) return undefined;
	const [kind, first, second, third] = asList(value, what);
	switch (kind) {
		case "f":
			return { kind: "file", mode: asNumber(first, what), id: asText(second, what), size: asNumber(third, what) };
		case "l":
			return { kind: "link", id: asText(first, what), size: asNumber(second, what) };
		case "d":
			return { kind: "folder", mode: asNumber(first, what) };
		case "o":
			return { kind: "opaque", reason: asText(first, what) as OpaqueReason, mark: asText(second, what) };
		default:
			throw broken(what);
	}
}

/** The bytes of a folder listing. */
export function listingBytes(lines: readonly ListingLine[]): Uint8Array {
	const text = lines.map(([name, entry, listing]) => JSON.stringify([name, entryToJson(entry), listing ?? null]));
	return Buffer.from(text.join("\n"), "utf8");
}

/** @throws GitToolingError `store_broken` */
export function parseListing(bytes: Uint8Array): readonly ListingLine[] {
	const what = "a folder listing";
	const text = Buffer.from(bytes).toString("utf8");
	if (text === "") return [];
	return text.split("\n").map((line): ListingLine => {
		const [name, entry, listing] = asList(parseJson(line, what), what);
		const parsed = entryFromJson(entry, what);
		if (parsed === undefined) throw broken(what);
		const part = asText(name, what);
		if (part === "" || part.includes("/") || part === "." || part === "..") throw broken(what);
		return listing === null ? [part, parsed] : [part, parsed, asText(listing, what)];
	});
}

function parseJson(text: string, what: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw broken(what);
	}
}

/** @throws GitToolingError `store_broken` */
export function parseRecord(text: string): StoredRecord {
	const what = "a snapshot record";
	const fields = fieldsOf(text, what);
	assertVersion(fields, what);
	return {
		version: 1,
		sequence: asNumber(fields["sequence"], what),
		label: asText(fields["label"], what),
		takenAtMs: asNumber(fields["takenAtMs"], what),
		root: asText(fields["root"], what),
		truncated: fields["truncated"] === true,
		files: asNumber(fields["files"], what),
		bytes: asNumber(fields["bytes"], what),
		partial: asList(fields["partial"], what).map((sentence) => asText(sentence, what)),
		changes: asList(fields["changes"], what).map((change) => {
			const [name, by, now] = asList(change, what);
			return { name: asText(name, what), by: by === "us" ? "us" : "user", now: asText(now, what) };
		}),
	};
}

/** A record as the text of its file. */
export function recordText(record: StoredRecord): string {
	return JSON.stringify({ ...record, changes: record.changes.map(({ name, by, now }) => [name, by, now]) });
}

/** @throws GitToolingError `store_broken` */
export function parseState(text: string): StoredState {
	const what = "its state";
	const fields = fieldsOf(text, what);
	assertVersion(fields, what);
	return {
		version: 1,
		root: asText(fields["root"], what),
		naming: asText(fields["naming"], what),
		next: asNumber(fields["next"], what),
		redo: asList(fields["redo"], what).map((sequence) => asNumber(sequence, what)),
		named: asList(fields["named"], what).map((name) => asText(name, what)),
	};
}

/** @throws GitToolingError `store_broken` */
export function parseJournal(text: string): StoredJournal {
	const what = "the journal of a restore";
	const fields = fieldsOf(text, what);
	assertVersion(fields, what);
	return {
		version: 1,
		token: asText(fields["token"], what),
		label: asText(fields["label"], what),
		before: asNumber(fields["before"], what),
		redo: asList(fields["redo"], what).map((sequence) => asNumber(sequence, what)),
		actions: asList(fields["actions"], what).map((action) => {
			const [name, from, to] = asList(action, what);
			return { name: asText(name, what), from: asText(from, what), to: entryFromJson(to, what) };
		}),
	};
}

/** A journal as the text of its file. */
export function journalText(journal: StoredJournal): string {
	const actions = journal.actions.map(({ name, from, to }) => [name, from, entryToJson(to)]);
	return JSON.stringify({ ...journal, actions });
}
