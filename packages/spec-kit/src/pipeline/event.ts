// What can happen to a run: facts from outside, journaled before anything follows from them. A run is the fold of these;
// whatever can be computed from them (verdicts, questions, the next call) is never an event.

import type { BudgetLimits, BudgetSpend, JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { SpecKitConfig } from "../config.ts";
import type { Answer, FoundIssue } from "../issue.ts";
import type { Checkpoint, HalMode, Stage } from "../stage.ts";

/** The part of the settings that decides how a run goes; kept with the run, so that a resumed one follows the same rules. */
export type RunSettings = Pick<
	SpecKitConfig,
	"rosters" | "gateRoster" | "aggregators" | "arbiter" | "consensus" | "qualityGates" | "retries"
> & {
	/** Whether implement carries the tasks out, beside agreeing on how. Absent: no. */
	readonly executes?: boolean;
};

/** What one call of an agent came to, after its answer was read. */
export type CallResult =
	| { readonly kind: "answered"; readonly content: JsonObject; readonly model: string; readonly spend: BudgetSpend }
	| {
			/** It answered, with something that is not of the schema. `errors`: one sentence a fault. */
			readonly kind: "invalid";
			readonly errors: readonly string[];
			readonly model: string;
			readonly spend: BudgetSpend;
	  }
	| {
			readonly kind: "failed" | "missing" | "timed_out" | "limit";
			readonly reason: string;
			readonly spend: BudgetSpend;
	  };

/** One answer of an issue's question, as it went into a document or did not. */
export interface AppliedResolution {
	readonly issueId: string;
	/** The document that was changed; absent when none was. */
	readonly path?: string;
	/** Why nothing was changed. */
	readonly error?: string;
}

/** A document as a checkpoint's answers make it. */
export interface PreparedDocument {
	/** Relative to the repository. */
	readonly path: string;
	/** Of the text that the answers went into. */
	readonly sha256: string;
	/** The whole new text. */
	readonly text: string;
}

/** Why a run could not go on, apart from the reasons that the rules themselves give. */
export interface RunFailure {
	/** A code of `SpecKitError`, or `unexpected`. */
	readonly code: string;
	/** One sentence. */
	readonly reason: string;
}

interface EventByType {
	run_started: {
		readonly runId: string;
		readonly specId: string;
		readonly goal: string;
		/** In pipeline order, at least one. */
		readonly stages: readonly Stage[];
		readonly halMode: HalMode;
		readonly settings: RunSettings;
		readonly limits: BudgetLimits;
	};
	/** A process goes on with the run: calls that were under way are made again. `limits` hold for the whole run. */
	run_resumed: { readonly limits?: BudgetLimits; readonly from?: Stage };
	native_issues_found: { readonly checkpoint: Checkpoint; readonly issues: readonly FoundIssue[] };
	call_started: { readonly callId: string; readonly limits: BudgetLimits };
	call_finished: { readonly callId: string; readonly result: CallResult };
	guardrail_finished: {
		readonly stage: Stage;
		readonly ok: boolean;
		readonly summary: string;
		readonly failures: readonly string[];
		readonly warnings: readonly string[];
		readonly telemetryPath?: string;
	};
	/** `failure`: memory could not be asked; the run goes on from its own files. */
	memory_recalled: { readonly stage: Stage; readonly hits: readonly string[]; readonly failure?: string };
	person_answered: { readonly answers: readonly Answer[] };
	nobody_there: Record<never, never>;
	/** The new texts are known and nothing is written yet: a run that is ended while it writes writes the same again. */
	resolutions_prepared: {
		readonly checkpoint: Checkpoint;
		readonly applied: readonly AppliedResolution[];
		readonly texts: readonly PreparedDocument[];
	};
	resolutions_applied: {
		readonly checkpoint: Checkpoint;
		readonly applied: readonly AppliedResolution[];
		readonly documents: readonly string[];
		readonly warnings: readonly string[];
	};
	stage_written: { readonly stage: Stage; readonly documents: readonly string[]; readonly warnings: readonly string[] };
	/** The tasks were carried out, or could not be. */
	tasks_built: {
		/** `failed`: nothing was merged; `blocked`: nothing was merged because of the work tree; it may be tried again as it is. */
		readonly outcome: "done" | "failed" | "blocked" | "limit";
		/** One sentence; empty when it went well. */
		readonly reason: string;
		readonly documents: readonly string[];
		readonly warnings: readonly string[];
		readonly spend: BudgetSpend;
		readonly unpricedCalls: number;
	};
	run_failed: RunFailure;
	run_cancelled: Record<never, never>;
}

/** The name of an event. */
export type PipelineEventType = keyof EventByType;

/** One event. `atMs`: milliseconds since 1970, by the host's clock. */
export type PipelineEvent = {
	[T in PipelineEventType]: { readonly type: T; readonly atMs: number } & EventByType[T];
}[PipelineEventType];

/** The event of one name. */
export type EventOf<T extends PipelineEventType> = Extract<PipelineEvent, { readonly type: T }>;

/** An event before the driver has put the time on it. */
export type UntimedEvent = {
	[T in PipelineEventType]: { readonly type: T } & EventByType[T];
}[PipelineEventType];

/** The agents that a stage asks, by config. In `single` mode its first alone. */
export function rosterOf(settings: RunSettings, stage: Stage): readonly AgentName[] {
	const roster = [...new Set(settings.rosters[stage])];
	return settings.consensus.mode === "single" ? roster.slice(0, 1) : roster;
}

/** The agents that a quality gate asks. In `single` mode the first alone. */
export function gateRosterOf(settings: RunSettings): readonly AgentName[] {
	const roster = [...new Set(settings.gateRoster)];
	return settings.consensus.mode === "single" ? roster.slice(0, 1) : roster;
}
