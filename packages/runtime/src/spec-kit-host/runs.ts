// The runs of a SPEC, as their journals left them: listing, going on, ending.

import type { BudgetLimits, BudgetSpend, Clock } from "@codex/protocol";
import {
	createPipeline,
	foldPipeline,
	type GivenAnswer,
	type PipelineResult,
	type Question,
	readEvents,
	requireSpecId,
	type Stage,
} from "@codex/spec-kit";
import type { ReadySpecKitHost } from "./create-host.ts";
import { runningProcess } from "./run-process.ts";

/** One run. */
export interface RunSummary {
	readonly runId: string;
	/** Where it stands: `complete`, `paused`, `halted`, `cancelled`, or the phase in which its process ended. */
	readonly state: string;
	/** A process works at it. */
	readonly isRunning: boolean;
	/** ISO 8601, UTC. */
	readonly startedAt: string;
	readonly stages: readonly Stage[];
	/** Those that wait for a person. */
	readonly questions: readonly Question[];
	/** Why it halted. */
	readonly reason?: string;
	readonly spend: BudgetSpend;
}

/** The runs, oldest first. A journal that cannot be read is a run of the state `damaged`. */
export async function listRuns({ host, root }: ReadySpecKitHost, id: string): Promise<readonly RunSummary[]> {
	const specId = requireSpecId(id);
	const { evidenceDir } = host.config;
	const runs: RunSummary[] = [];
	for (const runId of await host.journal.runs(specId)) {
		const read = readEvents(await host.journal.read(specId, runId));
		const isRunning = runningProcess({ root, evidenceDir, specId, runId }) !== undefined;
		const nothing = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 };
		const [begin] = read.ok ? read.events : [];
		if (!read.ok || begin === undefined) {
			runs.push({ runId, state: "damaged", isRunning, startedAt: "", stages: [], questions: [], spend: nothing });
			continue;
		}
		const { phase, stages, spend } = foldPipeline(read.events);
		runs.push({
			runId,
			state: phase.type,
			isRunning,
			startedAt: new Date(begin.atMs).toISOString(),
			stages,
			questions: phase.type === "paused" ? phase.questions : [],
			...(phase.type === "halted" ? { reason: phase.reason } : {}),
			spend,
		});
	}
	return runs;
}

/** Which run goes on, and with what. */
export interface ResumeRequest {
	readonly specId: string;
	/** Default: the latest that is not complete. */
	readonly runId?: string;
	readonly answers?: readonly GivenAnswer[];
	readonly limits?: BudgetLimits;
	readonly signal?: AbortSignal;
}

/** What came of it; `none` when there is no such run, or a process works at it. */
export type ResumeResult =
	| { readonly kind: "ok"; readonly result: PipelineResult }
	| { readonly kind: "none"; readonly message: string };

/** Goes on with a run. Rejects as the engine does. */
export async function resumeRun(ready: ReadySpecKitHost, request: ResumeRequest): Promise<ResumeResult> {
	const { specId, runId, answers, limits, signal } = request;
	const runs = await listRuns(ready, specId);
	const run =
		runId === undefined
			? runs.findLast(({ state }) => state !== "complete")
			: runs.find((each) => each.runId === runId);
	if (run === undefined) {
		const which = runId === undefined ? "run that could go on" : `run ${runId}`;
		return { kind: "none", message: `${specId} has no ${which}` };
	}
	if (run.isRunning) return { kind: "none", message: `a process works at the run ${run.runId}` };
	const { result } = createPipeline({
		host: ready.host,
		specId,
		journal: run.runId,
		...(answers === undefined ? {} : { answers }),
		...(limits === undefined ? {} : { limits }),
		...(signal === undefined ? {} : { signal }),
	});
	return { kind: "ok", result: await result };
}

/** What became of a run that was to end. */
export type CancelResult =
	| { readonly kind: "ended"; readonly runId: string }
	/** Nothing works at it. */
	| { readonly kind: "idle"; readonly message: string }
	/** It was told and works on. */
	| { readonly kind: "stubborn"; readonly runId: string };

// A run lets go of its agents within two seconds.
const patienceMs = 5000;
const lookMs = 50;

/** Ends the run that a process of this machine works at; it can be resumed. */
export async function cancelRun(
	{ host, root }: ReadySpecKitHost,
	{ specId: id, runId: wanted }: { readonly specId: string; readonly runId?: string },
	clock: Clock,
): Promise<CancelResult> {
	const specId = requireSpecId(id);
	const { evidenceDir } = host.config;
	const ids = await host.journal.runs(specId);
	const found = ids
		.filter((runId) => wanted === undefined || runId === wanted)
		.map((runId) => ({ runId, pid: runningProcess({ root, evidenceDir, specId, runId }) }))
		.findLast(({ pid }) => pid !== undefined);
	if (found?.pid === undefined) return { kind: "idle", message: `no run of ${specId} is under way` };
	const { runId, pid } = found;
	process.kill(pid, "SIGTERM");
	for (let waited = 0; waited < patienceMs; waited += lookMs) {
		if (runningProcess({ root, evidenceDir, specId, runId }) === undefined) return { kind: "ended", runId };
		await clock.sleep(lookMs);
	}
	return { kind: "stubborn", runId };
}
