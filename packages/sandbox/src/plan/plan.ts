// The plan: what a command may touch, as data that every mechanism (and `explain`) reads. Made by planSandbox.

import type { SandboxPolicy } from "@codex/protocol";

/** Why a folder may be written. */
export type RootOrigin = "cwd" | "writable_roots" | "tmpdir" | "slash_tmp" | "git" | "cache";

/** A folder (or file) that may be written. */
export interface WritableRoot {
	/** A real absolute path. */
	readonly path: string;
	readonly origin: RootOrigin;
}

/**
 * What is done with a path inside the writable view.
 *
 * - `pin`: stays writable, but cannot be renamed or removed, because a protected path is below it.
 * - `read-only`: can be read only, with all that is below it.
 * - `freeze`: nothing can be made or removed in the folder itself.
 * - `absent-dir`, `absent-file`, `absent-dot`: does not exist and must not come into being.
 * - `hide`: reads as empty and without permission.
 */
export type StepAction = "pin" | "read-only" | "freeze" | "absent-dir" | "absent-file" | "absent-dot" | "hide";

/** One path and what is done with it. */
export interface PlanStep {
	readonly action: StepAction;
	/** Absolute; no component but the last is a symbolic link. */
	readonly path: string;
	/** The rule that says so, for people: `.git/hooks`, `.code`, `denied read: **\/.env`. */
	readonly rule: string;
}

/** A plan that confines. Steps are in the order in which they must be done. */
export interface ConfinedPlan {
	readonly kind: "confined";
	readonly mode: "read-only" | "workspace-write";
	/** The session's folder, a real path. */
	readonly cwd: string;
	readonly network: boolean;
	readonly roots: readonly WritableRoot[];
	readonly steps: readonly PlanStep[];
}

/** What to do with a command. `unconfined` is danger-full-access. */
export type SandboxPlan = { readonly kind: "unconfined" } | ConfinedPlan;

/** A path that commands must not change, made or not made yet. */
export interface ProtectedPath {
	/** Absolute. */
	readonly path: string;
	/** What stands in its place on the disk while it does not exist. */
	readonly as: "folder" | "file";
}

/** From what a plan is made. */
export interface PlanRequest {
	readonly policy: SandboxPolicy;
	/** The session's folder, absolute and existing. Never a folder that a model chose. */
	readonly cwd: string;
	/** The user's home, `""` for none. */
	readonly home: string;
	/** The value of `TMPDIR` in the command's environment, if it is set. */
	readonly tmpdir?: string;
	/** Names protected at the top of every writable root; `defaultProtectedNames` when absent. */
	readonly protectedNames?: readonly string[];
	/** Files of our own that happen to lie in a writable root: the home of the configuration, the installation. */
	readonly protectedPaths?: readonly ProtectedPath[];
	/** Paths that may not be read, found by `findDeniedReads`; absolute. */
	readonly hidden?: readonly HiddenPath[];
	/** Whether `.git` is as writable as the rest (`allow_git_writes`). Default false. */
	readonly gitWrites?: boolean;
	/** Folders of caches that may be written, from `cachePreset`. */
	readonly cacheFolders?: readonly string[];
}

/** A path that matched a glob of denied reads. */
export interface HiddenPath {
	readonly path: string;
	readonly glob: string;
}
