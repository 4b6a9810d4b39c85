// Applies a patch to files on disk: reads and checks everything first, then writes all of it or nothing. The only
// entrance for callers; errors leave as values.

import type { Patch } from "../patch.ts";
import { PatchError, type PatchErrorCode } from "../patch-error.ts";
import { resolveRoots } from "./confinement.ts";
import { type Disk, realDisk } from "./disk.ts";
import { throwIfAborted, toPatchError } from "./failure.ts";
import { createOpenDirectories, type OpenDirectories } from "./open-directories.ts";
import { type FileChange, planHunks } from "./plan.ts";
import { createPlannedFiles, type PlannedFiles } from "./planned-files.ts";
import { createFileReader, type OpenText } from "./read-files.ts";
import { writeFiles } from "./write-files.ts";

/** Where and under what limits a patch is applied. */
export interface ApplyOptions {
	/** The folder that paths of the patch are relative to; absolute. */
	readonly cwd: string;
	/**
	 * Absolute paths of the folders below which files may be written. They are compared by real paths, so that neither
	 * `..` nor a link leads out of them, and nothing in a `.git` folder below them may be touched. An empty list allows
	 * nothing; absent means no limit.
	 */
	readonly confine?: readonly string[];
	/**
	 * Names the rule that protects a real path, which is then not touched (`protected`); `undefined`: no rule does. Counts
	 * with `confine` only, and is asked about every file before it is read.
	 */
	readonly protects?: (realPath: string) => string | undefined;
	/** Asked about each file that is changed, after it was read from disk. Absent: the disk is all there is. */
	readonly openText?: OpenText;
	/** Honoured until the last file is in place; then nothing was changed. */
	readonly signal?: AbortSignal;
}

/** Why a patch was not applied; then the disk is as it was, unless `code` is `rollback_failed`. */
export interface ApplyFailure {
	readonly kind: "error";
	readonly code: ApplyErrorCode;
	/** For a model or a person; names the file, and for `mismatch` shows the nearest lines. */
	readonly message: string;
}

/** Why a patch was not applied, in one word; see the README for each. */
export type ApplyErrorCode = Exclude<PatchErrorCode, "invalid_hunk">;

/** What a patch would do, or why it cannot be applied. */
export type PlanResult = { readonly kind: "ok"; readonly changes: readonly FileChange[] } | ApplyFailure;

/** What a patch did. */
export type ApplyResult =
	| {
			readonly kind: "ok";
			/** One for each hunk, in patch order. */
			readonly changes: readonly FileChange[];
			/** `Success. Updated the following files:` and a line for each file: `A`, then `M`, then `D`. */
			readonly stdout: string;
			/** Temporary files that could not be removed afterwards; normally empty. */
			readonly leftovers: readonly string[];
	  }
	| ApplyFailure;

/**
 * Says what a patch would do, without changing anything.
 *
 * Contract: reads each named file once. Every expected failure is a value. Applying the patch checks everything again.
 */
export function planPatch(patch: Patch, options: ApplyOptions): Promise<PlanResult> {
	return planPatchOn(realDisk, patch, options);
}

/**
 * Applies a patch to the files on disk.
 *
 * All or nothing: when any step fails or the signal is raised, every step already taken is taken back, folders and
 * permissions included. Updated files keep their permissions and, where allowed, their owner; a moved file takes its
 * permissions along; a link is written through to the file it names, which then gets a new inode. A file that another
 * program changes between reading and writing is not overwritten (`changed`).
 *
 * Contract: every expected failure is a value; rejects only for a bug. A power cut or a kill in the middle can leave some
 * files new and others old, each of them whole, with the old ones beside them as `.code-patch-*`.
 */
export function applyPatch(patch: Patch, options: ApplyOptions): Promise<ApplyResult> {
	return applyPatchOn(realDisk, patch, options);
}

/** {@link planPatch} on a given disk. */
function planPatchOn(disk: Disk, patch: Patch, options: ApplyOptions): Promise<PlanResult> {
	return withPlan(disk, patch, { options, use: ({ changes }) => Promise.resolve({ kind: "ok", changes }) });
}

/** {@link applyPatch} on a given disk. */
export function applyPatchOn(disk: Disk, patch: Patch, options: ApplyOptions): Promise<ApplyResult> {
	const { signal } = options;
	return withPlan(disk, patch, {
		options,
		use: async ({ changes, files, directories }) => {
			const context = { disk, directories, ...(signal === undefined ? {} : { signal }) };
			const leftovers = await writeFiles(context, files.all());
			return { kind: "ok", changes, stdout: summary(changes), leftovers };
		},
	});
}

interface Plan {
	readonly changes: readonly FileChange[];
	readonly files: PlannedFiles;
	readonly directories: OpenDirectories;
}

interface PlanUse<T> {
	readonly options: ApplyOptions;
	readonly use: (plan: Plan) => Promise<T>;
}

async function withPlan<T>(disk: Disk, patch: Patch, { options, use }: PlanUse<T>): Promise<T | ApplyFailure> {
	const { cwd, confine, signal, protects = () => undefined } = options;
	const directories = createOpenDirectories(disk);
	try {
		throwIfAborted(signal);
		const limits = confine === undefined ? undefined : { roots: await resolveRoots(disk, confine), protects };
		const reader = createFileReader(disk, directories, options.openText);
		const files = createPlannedFiles({ disk, cwd, limits, reader, ...(signal === undefined ? {} : { signal }) });
		const changes = await planHunks(patch, { files, reader, cwd });
		return await use({ changes, files, directories });
	} catch (error) {
		return toFailure(error);
	} finally {
		await directories.closeAll();
	}
}

function toFailure(error: unknown): ApplyFailure {
	const known = error instanceof PatchError ? error : toPatchError(error, "Failed to apply the patch");
	if (!(known instanceof PatchError) || known.code === "invalid_hunk") throw error;
	return { kind: "error", code: known.code, message: known.message };
}

function summary(changes: readonly FileChange[]): string {
	const lines = (letter: string, kind: FileChange["kind"]): string[] =>
		changes.filter((change) => change.kind === kind).map(({ path, movePath }) => `${letter} ${movePath ?? path}`);
	const all = new Set([...lines("A", "add"), ...lines("M", "update"), ...lines("D", "delete")]);
	return ["Success. Updated the following files:", ...all, ""].join("\n");
}
