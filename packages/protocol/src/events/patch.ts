// Patches. Every patch_apply_begin is closed by exactly one patch_apply_end with the same callId, also on abort.

import type { CallId } from "../ids.ts";

/** One file of a patch. */
export interface FileChange {
	/** Absolute. */
	readonly path: string;
	readonly kind: "add" | "delete" | "update";
	/** Where an update moves the file to; absolute. */
	readonly movePath?: string;
	readonly unifiedDiff: string;
}

/** A patch is about to be applied. */
export interface PatchApplyBeginEvent {
	readonly type: "patch_apply_begin";
	readonly callId: CallId;
	readonly autoApproved: boolean;
	readonly changes: readonly FileChange[];
}

/** A patch was applied, or changed nothing. */
export interface PatchApplyEndEvent {
	readonly type: "patch_apply_end";
	readonly callId: CallId;
	readonly status: "completed" | "failed" | "declined" | "aborted";
	readonly stdout: string;
	readonly stderr: string;
}

/** Somebody must say whether a patch may be applied; answered by the op `patch_approval`. */
export interface PatchApprovalRequestEvent {
	readonly type: "patch_approval_request";
	readonly callId: CallId;
	readonly changes: readonly FileChange[];
	readonly reason?: string;
}

/** Patches. */
export type PatchEventMsg = PatchApplyBeginEvent | PatchApplyEndEvent | PatchApprovalRequestEvent;
