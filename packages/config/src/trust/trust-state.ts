// The states of a folder's trust and the outcomes of changing it. Types alone.

import type { Paths } from "../home/paths.ts";
import type { FileChange } from "./changes.ts";
import type { Snapshot } from "./snapshot.ts";

/** The paths that trust needs. */
export type TrustPaths = Pick<Paths, "home" | "legacyHome" | "trustFile">;

/** Whether a folder is trusted. `root` is its real path; `hash` identifies the content that was looked at. */
export type TrustState =
	/** Trusted with this very content. `inheritedFrom` is the main repository when `root` is a worktree of it. */
	| {
			readonly kind: "trusted";
			readonly root: string;
			readonly trustedAtMs: number;
			readonly inheritedFrom?: string;
			readonly snapshot: Snapshot;
	  }
	/** Never trusted. `storeProblem` says why the trust store could not be asked. */
	| { readonly kind: "untrusted"; readonly root: string; readonly snapshot: Snapshot; readonly storeProblem?: string }
	/** Trusted with another content; `files` has at least one change. */
	| {
			readonly kind: "changed";
			readonly root: string;
			readonly trustedAtMs: number;
			readonly files: readonly FileChange[];
			readonly snapshot: Snapshot;
	  }
	/** Cannot be trusted as it is. `reason` is a sentence that names the file. */
	| { readonly kind: "untrustable"; readonly root: string; readonly reason: string };

/** How a folder is trusted. */
export interface TrustOptions {
	/** Now, in milliseconds since 1970; the clock of the process when absent. */
	readonly nowMs?: number;
	/** `snapshot.hash` of the state that the user was shown; when the content is another one by now, nothing is trusted. */
	readonly hash?: string;
}

/** What became of a wish to trust a folder. */
export type TrustResult =
	| { readonly kind: "trusted"; readonly root: string; readonly snapshot: Snapshot }
	/** Nothing was written. `reason` is a sentence. */
	| { readonly kind: "refused"; readonly root: string; readonly reason: string };

/** What became of a wish to end a folder's trust. */
export type UntrustResult =
	| { readonly kind: "untrusted"; readonly root: string }
	/** It had no trust of its own; nothing was written. */
	| { readonly kind: "was_not_trusted"; readonly root: string }
	| { readonly kind: "refused"; readonly root: string; readonly reason: string };

/** A folder with trust of its own. */
export interface TrustedFolder {
	/** Real path when it was trusted. */
	readonly root: string;
	/** Milliseconds since 1970. */
	readonly trustedAtMs: number;
}
