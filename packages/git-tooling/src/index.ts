// The public surface: every name that leaves the package, one by one.

export { GitToolingError, type GitToolingErrorCode } from "./git-tooling-error.ts";
export type { GitEnvironment } from "./process/hardening.ts";
export { type OpenedRepository, openRepository } from "./repository/open-repository.ts";
export type { GitOptions, Repository } from "./repository/repository.ts";
export { createSnapshots, type PlainFolder } from "./snapshot/create-snapshots.ts";
export { defaultLimits, type SnapshotLimits } from "./snapshot/limits.ts";
export type { ChangedBy } from "./snapshot/parse-stored.ts";
export type { ConflictReason } from "./snapshot/plan-restore.ts";
export type {
	Conflict,
	PathChange,
	Restored,
	RestoreOptions,
	RestorePreview,
	RestoreRefused,
	Snapshot,
	SnapshotSettings,
	Snapshots,
	TakeOptions,
} from "./snapshot/snapshots.ts";
