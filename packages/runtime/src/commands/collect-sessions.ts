// What `code gc` does: deletes sessions that are older than their cap, then the oldest while all together are over theirs.
// Never one that a process has, and never one of the last week. It runs only when a person asks for it.

import { stat } from "node:fs/promises";
import { type ConfigFlags, formatProblem, loadConfig } from "@codex/config";
import { collectBlobs, listRollouts, type RolloutFile } from "@codex/core";
import { exitCodes } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { collectSnapshots } from "../sessions/collect-snapshots.ts";
import { deleteFile } from "./session-commands.ts";

const dayMs = 86_400_000;
const mebibyte = 1024 * 1024;
// What somebody worked on this week is not to go for a size.
const keepDays = 7;

/** One session that goes, or would. */
export interface CollectedSession {
	readonly id: string;
	readonly path: string;
	readonly bytes: number;
	readonly because: "age" | "size";
}

/** What was done. */
export interface CollectionResult {
	readonly kind: "ok";
	readonly dryRun: boolean;
	/** Deleted, or with `dryRun` what would be. */
	readonly deleted: readonly CollectedSession[];
	/** Sessions that could not be deleted: one sentence each. */
	readonly kept: readonly string[];
	/** Images and long outputs that no session names any more; deleted with `dryRun` false. */
	readonly unneededBlobs: number;
	/** Folders that nobody worked in for longer than the cap on age: their recorded files, for undo. */
	readonly snapshotFolders: number;
	/** Of sessions, blobs and recorded files. */
	readonly bytesBefore: number;
	readonly bytesAfter: number;
}

interface Measured {
	readonly file: RolloutFile;
	readonly bytes: number;
	readonly ageDays: number;
}

/** The sessions with their sizes, oldest change first. */
export async function measureSessions(context: RuntimeContext): Promise<readonly Measured[]> {
	const nowMs = context.clock.nowMs();
	const measured: Measured[] = [];
	for (const file of await listRollouts(context.paths.sessionsDir)) {
		try {
			const { size, mtimeMs } = await stat(file.path);
			measured.push({ file, bytes: size, ageDays: (nowMs - mtimeMs) / dayMs });
		} catch {
			// Deleted meanwhile.
		}
	}
	return measured.toSorted((left, right) => right.ageDays - left.ageDays);
}

/** What the caps say; pure. `sessions` begin with the oldest. */
export function chooseSessions(
	sessions: readonly Measured[],
	caps: { readonly max_age_days: number; readonly max_total_mib: number },
): readonly (Measured & Pick<CollectedSession, "because">)[] {
	const capBytes = caps.max_total_mib === 0 ? Number.POSITIVE_INFINITY : caps.max_total_mib * mebibyte;
	let total = sessions.reduce((sum, { bytes }) => sum + bytes, 0);
	return sessions.flatMap((session) => {
		const isOld = caps.max_age_days > 0 && session.ageDays > caps.max_age_days;
		const isTooMuch = total > capBytes && session.ageDays > keepDays;
		if (!isOld && !isTooMuch) return [];
		total -= session.bytes;
		return [{ ...session, because: isOld ? "age" : "size" } as const];
	});
}

/** Deletes what the configuration lets go; with `dryRun` only says what. */
export async function collectSessions(
	context: RuntimeContext,
	flags: ConfigFlags,
	options: { readonly dryRun: boolean },
): Promise<CollectionResult | StartError> {
	const loaded = await loadConfig(context.environment, context.paths, flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const sessions = await measureSessions(context);
	const sessionBytes = sessions.reduce((sum, { bytes }) => sum + bytes, 0);
	const deleted: CollectedSession[] = [];
	const kept: string[] = [];
	for (const { file, bytes, because } of chooseSessions(sessions, loaded.config.sessions)) {
		const result = options.dryRun ? undefined : await deleteFile(context, file);
		if (result?.kind === "error") kept.push(...result.lines);
		else deleted.push({ id: file.name.id, path: file.path, bytes, because });
	}
	const blobs = await collectBlobs(context.paths.sessionsDir, {
		nowMs: context.clock.nowMs(),
		dryRun: options.dryRun,
		gone: new Set(deleted.map((session) => session.path)),
	});
	const snapshots = await collectSnapshots(context.paths.snapshotsDir, {
		nowMs: context.clock.nowMs(),
		maxAgeDays: loaded.config.sessions.max_age_days,
		dryRun: options.dryRun,
	});
	const bytesBefore = sessionBytes + blobs.bytes + snapshots.bytes;
	const deletedBytes = deleted.reduce((sum, { bytes }) => sum + bytes, 0);
	return {
		kind: "ok",
		dryRun: options.dryRun,
		deleted,
		kept,
		unneededBlobs: blobs.unneeded,
		snapshotFolders: snapshots.folders,
		bytesBefore,
		bytesAfter: bytesBefore - deletedBytes - blobs.unneededBytes - snapshots.removedBytes,
	};
}
