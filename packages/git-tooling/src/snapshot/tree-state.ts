// What a folder held at one moment, as data: an entry for every path below it. Pure. What was not looked at is there too,
// so that "not captured" is never mistaken for "was not there".

import { ancestorsOf, type ByteName } from "./path-name.ts";

/** Why the content of an entry is not in the store. */
export type OpaqueReason = "ignored" | "too_large" | "total" | "unreadable" | "special";

/** One path. `mode` is the permission bits, 0–0o777. */
export type Entry =
	| { readonly kind: "file"; readonly mode: number; readonly id: string; readonly size: number }
	/** A symbolic link; `id` names the bytes of its target. */
	| { readonly kind: "link"; readonly id: string; readonly size: number }
	| { readonly kind: "folder"; readonly mode: number }
	/** Seen but not captured. `mark` changes when the file does, as far as its size, time and inode tell. */
	| { readonly kind: "opaque"; readonly reason: OpaqueReason; readonly mark: string };

/** A folder at one moment. */
export interface TreeState {
	readonly entries: ReadonlyMap<ByteName, Entry>;
	/** The number of files was over the limit: a path that is not here may nevertheless have been there. */
	readonly truncated: boolean;
}

/** Nothing was there. */
export const emptyTree: TreeState = { entries: new Map(), truncated: false };

/** A short text that is the same for two entries when they are; `""` for nothing. */
export function signatureOf(entry: Entry | undefined): string {
	switch (entry?.kind) {
		case undefined:
			return "";
		case "file":
			return `f${entry.mode.toString(8)} ${entry.id}`;
		case "link":
			return `l ${entry.id}`;
		case "folder":
			return `d${entry.mode.toString(8)}`;
		case "opaque":
			return `o${entry.reason} ${entry.mark}`;
	}
}

/** What a state says about a path: its entry, that nothing was there, or that it does not know. */
export function lookUp(state: TreeState, name: ByteName): Entry | "unknown" | undefined {
	const entry = state.entries.get(name);
	if (entry !== undefined) return entry.kind === "opaque" ? "unknown" : entry;
	for (const folder of ancestorsOf(name)) {
		const above = state.entries.get(folder);
		if (above === undefined) break;
		if (above.kind === "opaque") return "unknown";
	}
	return state.truncated ? "unknown" : undefined;
}

/** A path that differs between two states, with what is there afterwards. */
export interface Difference {
	readonly name: ByteName;
	readonly before: Entry | undefined;
	readonly after: Entry | undefined;
}

/** Every path whose entries differ; paths that one of the states does not know are left out. */
export function differencesOf(before: TreeState, after: TreeState): Difference[] {
	const found: Difference[] = [];
	for (const [name, now] of after.entries) {
		const then = before.entries.get(name);
		if (then === now || signatureOf(then) === signatureOf(now)) continue;
		if (then === undefined && lookUp(before, name) === "unknown") continue;
		found.push({ name, before: then, after: now });
	}
	for (const [name, then] of before.entries) {
		if (after.entries.has(name) || lookUp(after, name) === "unknown") continue;
		found.push({ name, before: then, after: undefined });
	}
	return found;
}
