// Snapshots of a folder for undo, as the rest of the program sees them: plain data in and out, paths as text relative to
// the folder. What is promised: a restore never overwrites a file that the user changed since, unless it is named; and a
// repository's branch, index, stash, logs and objects are only read.

import type { SnapshotLimits } from "./limits.ts";
import type { ChangedBy } from "./parse-stored.ts";
import type { ConflictReason } from "./plan-restore.ts";

/** A recorded state. */
export interface Snapshot {
	/** Names it for as long as the store lives. */
	readonly id: string;
	readonly label: string;
	/** Milliseconds since the Unix epoch. */
	readonly takenAtMs: number;
	/** Files and links that were captured, and the sum of their sizes. */
	readonly files: number;
	readonly bytes: number;
	/** Sentences about what is not in it because of a limit; empty when it is whole. */
	readonly partial: readonly string[];
}

/** A path that differs between two states. */
export interface PathChange {
	readonly path: string;
	readonly change: "added" | "modified" | "removed" | "mode" | "kind";
	readonly what: "file" | "link" | "folder" | "uncaptured";
	/** Who changed it last, as far as the snapshots in between tell. */
	readonly by: ChangedBy;
}

/** A path that a restore leaves as it is. */
export interface Conflict {
	readonly path: string;
	readonly reason: ConflictReason;
	/** A sentence. */
	readonly message: string;
}

/** What a restore would do, nothing done. */
export interface RestorePreview {
	readonly kind: "preview";
	/** Paths that would be changed, as they would be changed. */
	readonly changes: readonly Omit<PathChange, "by">[];
	readonly conflicts: readonly Conflict[];
	/** Paths that differ but are not in the snapshot or cannot be captured now; they stay. */
	readonly uncaptured: readonly string[];
}

/** What a restore did. */
export interface Restored {
	readonly kind: "restored";
	/** The state before; restoring it takes the restore back. */
	readonly before: Snapshot;
	/** The state afterwards. */
	readonly after: Snapshot;
	readonly changed: readonly string[];
	readonly conflicts: readonly Conflict[];
	readonly uncaptured: readonly string[];
}

/** Nothing was done; `message` is a sentence. */
export interface RestoreRefused {
	readonly kind: "refused";
	readonly reason: "unknown_snapshot" | "nothing_to_redo" | "content_missing";
	readonly message: string;
}

/** How {@link Snapshots.take} records. */
export interface TakeOptions {
	/** Who made the changes since the last snapshot. Default `user`: the careful answer. `us` at the end of a turn. */
	readonly changedBy?: ChangedBy;
	/** Paths relative to the folder that are captured although they are ignored, from now on. Others than that: no effect. */
	readonly alsoPaths?: readonly string[];
	/** Stops the walk; the call rejects with `aborted` and nothing is recorded. */
	readonly signal?: AbortSignal;
}

/** How a restore treats what the user changed since. */
export interface RestoreOptions {
	/** Default `leave`: such paths are conflicts. Named paths, or all with `overwrite`, are restored too. */
	readonly onUserChange?: "leave" | "overwrite" | { readonly overwrite: readonly string[] };
	/** Stops before the first change; a restore that has begun is finished. */
	readonly signal?: AbortSignal;
}

/** Snapshots of one folder. Calls are carried out one after the other. All may throw GitToolingError. */
export interface Snapshots {
	/** Records what the folder holds now. */
	take(label: string, options?: TakeOptions): Promise<Snapshot>;
	/** All snapshots, oldest first. */
	list(): Promise<readonly Snapshot[]>;
	/** What differs now from a snapshot; undefined when there is no such snapshot. */
	changesSince(id: string, signal?: AbortSignal): Promise<readonly PathChange[] | undefined>;
	preview(id: string, options?: RestoreOptions): Promise<RestorePreview | RestoreRefused>;
	/** Makes the folder what it was, except where the user changed it since. */
	restore(id: string, options?: RestoreOptions): Promise<Restored | RestoreRefused>;
	/** Takes the last restore back that was not taken back yet. A turn that changes files ends what can be redone. */
	redo(options?: RestoreOptions): Promise<Restored | RestoreRefused>;
	/** Finishes a restore that was interrupted; every other call does so too. True when there was one. */
	recover(): Promise<boolean>;
	/** Forgets snapshots and removes contents that no other needs. Gives the bytes that the store then takes. */
	drop(ids: readonly string[]): Promise<number>;
	/** Bytes that the contents take on disk. */
	sizeBytes(): Promise<number>;
}

/** Settings of {@link Snapshots}. */
export interface SnapshotSettings {
	/** A folder of the program for this folder's snapshots alone; made when missing. Not inside the git folder. */
	readonly store: string;
	/** Defaults in `defaultLimits`. */
	readonly limits?: Partial<SnapshotLimits>;
	/** Milliseconds since the epoch, for `takenAtMs`. Default the system's clock. */
	readonly nowMs?: () => number;
}
