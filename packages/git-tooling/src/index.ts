// The public surface: every name that leaves the package, one by one.

export { type CommitRequest, type Committed, commitAll, discardAll } from "./commit/commit-all.ts";
export { type Diff, type DiffRequest, diff } from "./diff/diff.ts";
export type { DiffFile, DiffStatus } from "./diff/parse-diff.ts";
export { GitToolingError, type GitToolingErrorCode } from "./git-tooling-error.ts";
export { commitsBetween, type HistoryCommit, type HistoryRequest } from "./history/commits-between.ts";
export { type ListPart, type ListRequest, listFiles, recentFiles } from "./listing/list-files.ts";
export { type Merged, type MergeRequest, mergeCommit } from "./merge/merge-commit.ts";
export { type MergePreflight, mergePreflight } from "./merge/merge-preflight.ts";
export type { GitEnvironment } from "./process/hardening.ts";
export { mergeBase } from "./repository/merge-base.ts";
export { type OpenedRepository, openRepository } from "./repository/open-repository.ts";
export type { GitOptions, Repository } from "./repository/repository.ts";
export { type ResolvedCommit, resolveCommit } from "./repository/revision.ts";
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
export { type BranchCache, type BranchCacheOptions, createBranchCache } from "./status/branch-cache.ts";
export type { BranchStatus, ChangeCounts } from "./status/branch-status.ts";
export {
	addWorktree,
	listWorktrees,
	pruneWorktrees,
	removeWorktree,
	type Worktree,
	type WorktreeBase,
	type WorktreeRefused,
} from "./worktree/worktrees.ts";
