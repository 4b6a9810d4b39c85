// `trust.json` of the home: which folders are trusted, since when, and with which content. Replaced as a whole under a
// lock, mode 0600. A file that is not as this program writes it trusts nothing and is never overwritten.

import { readTextFile } from "../files/text-file.ts";
import type { SnapshotFile } from "./snapshot.ts";

/** A folder that was trusted. */
export interface TrustEntry {
	/** When, in milliseconds since 1970. */
	readonly trustedAtMs: number;
	/** What was trusted, by path. Long texts are not kept. */
	readonly files: ReadonlyMap<string, SnapshotFile>;
}

/** All trusted folders by their real path, or a phrase that follows the path of the store and says why it is useless. */
export type StoreReading =
	| { readonly kind: "store"; readonly folders: ReadonlyMap<string, TrustEntry> }
	| { readonly kind: "problem"; readonly reason: string };

const version = 1;

// Old text is kept to show a diff. Longer files than any settings seen are compared by hash alone.
const keptTextBytes = 65_536;
// A quarter of what is read back: growth of one entry never makes the store unreadable.
const storeCharacters = 1_048_576;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const sha256Pattern = /^[0-9a-f]{64}$/;

function readFile(value: unknown): SnapshotFile | undefined {
	if (!isObject(value)) return undefined;
	const { path, kind, size, sha256, text } = value;
	if (typeof path !== "string" || (kind !== "file" && kind !== "link")) return undefined;
	if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
	if (typeof sha256 !== "string" || !sha256Pattern.test(sha256)) return undefined;
	if (text !== undefined && typeof text !== "string") return undefined;
	return { path, kind, size, sha256, ...(text === undefined ? {} : { text }) };
}

function readEntry(value: unknown): TrustEntry | undefined {
	if (!isObject(value)) return undefined;
	const { trusted_at_ms: trustedAtMs, files: list } = value;
	if (typeof trustedAtMs !== "number" || !Number.isSafeInteger(trustedAtMs) || !Array.isArray(list)) return undefined;
	const files = new Map<string, SnapshotFile>();
	for (const item of list) {
		const file = readFile(item);
		if (file === undefined || files.has(file.path)) return undefined;
		files.set(file.path, file);
	}
	return { trustedAtMs, files };
}

/** Reads a store's text. Strict: one thing that is not as written here makes all of it a problem. */
export function parseStore(text: string): StoreReading {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		// The one thing that JSON.parse says is that it is no JSON.
		return { kind: "problem", reason: "is not JSON" };
	}
	if (!isObject(json) || !isObject(json["folders"])) return { kind: "problem", reason: "is not a list of folders" };
	if (json["version"] !== version) return { kind: "problem", reason: "was written by another version of Code" };
	const folders = new Map<string, TrustEntry>();
	for (const [folder, value] of Object.entries(json["folders"])) {
		const entry = readEntry(value);
		if (entry === undefined) return { kind: "problem", reason: `has a broken entry for ${JSON.stringify(folder)}` };
		folders.set(folder, entry);
	}
	return { kind: "store", folders };
}

/** Reads the store at `path`. No file is an empty store. Never throws. */
export function readStore(path: string): StoreReading {
	const reading = readTextFile(path);
	switch (reading.kind) {
		case "absent":
			return { kind: "store", folders: new Map() };
		case "problem":
			return reading;
		case "text":
			return parseStore(reading.text);
	}
}

const writtenFile = ({ path, kind, size, sha256, text }: SnapshotFile, withText: boolean): Json => ({
	path,
	kind,
	size,
	sha256,
	...(withText && text !== undefined && size <= keptTextBytes ? { text } : {}),
});

function writtenEntry({ trustedAtMs, files }: TrustEntry, withText: boolean): Json {
	return { trusted_at_ms: trustedAtMs, files: [...files.values()].map((file) => writtenFile(file, withText)) };
}

/**
 * The text of a store. When it would be long, the oldest entries first lose their texts (and with them the diff of a later
 * change) and then are dropped, so that their folders are asked for again.
 */
export function formatStore(folders: ReadonlyMap<string, TrustEntry>): string {
	const parts: string[] = [];
	let left = storeCharacters;
	const newestFirst = [...folders].toSorted(([, one], [, other]) => other.trustedAtMs - one.trustedAtMs);
	for (const [folder, entry] of newestFirst) {
		for (const withText of [true, false]) {
			const part = `${JSON.stringify(folder)}: ${JSON.stringify(writtenEntry(entry, withText))}`;
			// The newest entry is always kept, at least without its texts.
			if (part.length > left && !(parts.length === 0 && !withText)) continue;
			parts.push(part);
			left -= part.length;
			break;
		}
	}
	return `{"version": ${version}, "folders": {\n${parts.join(",\n")}\n}}\n`;
}
