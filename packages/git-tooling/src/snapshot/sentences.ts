// What is said to a person about snapshots. Pure.

import type { SnapshotLimits } from "./limits.ts";
import type { StoredRecord } from "./parse-stored.ts";
import { type ByteName, toText } from "./path-name.ts";
import type { ConflictReason, LeftPath } from "./plan-restore.ts";
import type { Conflict, PathChange, Snapshot } from "./snapshots.ts";
import type { Entry, OpaqueReason, TreeState } from "./tree-state.ts";

const shownNames = 3;

/** A record as the caller sees it. */
export function toSnapshot({ sequence, label, takenAtMs, files, bytes, partial }: StoredRecord): Snapshot {
	return { id: String(sequence), label, takenAtMs, files, bytes, partial };
}

/** Sentences about what is not in a state because of a limit. */
export function partialSentences(state: TreeState, limits: SnapshotLimits): readonly string[] {
	const byReason = new Map<OpaqueReason, string[]>();
	for (const [name, entry] of state.entries) {
		if (entry.kind !== "opaque" || entry.reason === "ignored" || entry.reason === "special") continue;
		const names = byReason.get(entry.reason) ?? [];
		byReason.set(entry.reason, names);
		names.push(toText(name));
	}
	const why: Partial<Record<OpaqueReason, string>> = {
		too_large: `larger than ${limits.fileBytes} bytes`,
		total: `beyond ${limits.totalBytes} bytes in all`,
		unreadable: "not readable",
	};
	const sentences = [...byReason].map(([reason, names]) => {
		const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : "";
		return `Not in the snapshot, because ${why[reason] ?? reason}: ${names.slice(0, shownNames).join(", ")}${more}.`;
	});
	if (state.truncated) sentences.push(`Only the first ${limits.files} files are in the snapshot.`);
	return sentences;
}

const conflictSentences: Readonly<Record<ConflictReason, string>> = {
	user_changed: "was changed since by the user, so it is left as it is",
	blocked: "cannot be restored, because something that stays is in its place",
	changed_meanwhile: "changed while the restore was running, so it is left as it is",
	failed: "could not be restored",
};

/** A left path as the caller sees it. */
export function toConflict({ name, reason, message }: LeftPath & { readonly message?: string }): Conflict {
	const path = toText(name);
	const because = message === undefined ? "" : `: ${message}`;
	return { path, reason, message: `${path} ${conflictSentences[reason]}${because}.` };
}

/** How a path differs, as the caller sees it. */
export function toPathChange(
	name: ByteName,
	before: Entry | undefined,
	after: Entry | undefined,
): Omit<PathChange, "by"> {
	const path = toText(name);
	const what = whatOf(after ?? before);
	if (before === undefined) return { path, change: "added", what };
	if (after === undefined) return { path, change: "removed", what };
	if (before.kind !== after.kind) return { path, change: "kind", what };
	const sameContent = !("id" in before) || !("id" in after) || before.id === after.id;
	const isMode = "mode" in before && "mode" in after && sameContent;
	return { path, change: isMode ? "mode" : "modified", what };
}

function whatOf(entry: Entry | undefined): PathChange["what"] {
	return entry === undefined || entry.kind === "opaque" ? "uncaptured" : entry.kind;
}
