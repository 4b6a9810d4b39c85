// A run as its events left it: plain, serialisable data. Only the reducer makes new ones.

import type { BudgetLimits, BudgetSpend, JsonObject } from "@codex/protocol";
import type { AgentName, AgentRole } from "../agent.ts";
import type { FoundIssue, Question } from "../issue.ts";
import type { MergedIssue } from "../quality/merged-issue.ts";
import type { EscalatedIssue } from "../quality/questions.ts";
import type { Checkpoint, Gate, HalMode, Stage } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import type { AppliedResolution, PreparedDocument, RunSettings } from "./event.ts";

/** Where one call stands. `missing`: nobody fills the seat. */
export type CallState = "waiting" | "running" | "answered" | "failed" | "missing";

/** One seat that is asked, over all its attempts. */
export interface Call {
	/** `<run>/<slot>/<attempt>`. */
	readonly id: string;
	/** `<stage or checkpoint>/[<gate>/]<agent>/<role>`: the same over all attempts. */
	readonly slot: string;
	readonly agent: AgentName;
	readonly role: AgentRole;
	readonly gate?: Gate;
	readonly state: CallState;
	/** What it was granted while it runs. */
	readonly granted?: BudgetLimits;
	/** Faults of the answer before, when this attempt is to repair it. */
	readonly repair?: readonly string[];
	/** Whether its one repair round was used. */
	readonly repaired: boolean;
	/** It stopped because what it was granted was used up. */
	readonly limit?: true;
	/** Why earlier attempts failed, oldest first. */
	readonly failures: readonly string[];
	readonly content?: JsonObject;
	readonly model?: string;
	/** Milliseconds since 1970. */
	readonly answeredAtMs?: number;
	/** Over all attempts. */
	readonly spend: BudgetSpend;
}

/** One answer that goes into a document. */
export interface Resolution {
	readonly issue: MergedIssue;
	readonly answer: string;
	readonly by: "agreement" | "validator" | "person";
}

/** What a checkpoint's issues come to. */
export interface GatePlan {
	readonly issues: readonly MergedIssue[];
	readonly resolutions: readonly Resolution[];
	/** Issues for a person. */
	readonly ask: readonly EscalatedIssue[];
	/** Issues for the validator. */
	readonly validate: readonly MergedIssue[];
	/** Ids of the issues that stay open because the checkpoint may ask only so many questions. */
	readonly deferred: readonly string[];
	/** Ids of the issues that a person left open. */
	readonly skipped: readonly string[];
}

/** What a checkpoint is about to write. */
export interface PreparedGate {
	readonly applied: readonly AppliedResolution[];
	readonly texts: readonly PreparedDocument[];
}

/** What a checkpoint came to, for records and the summary. */
export interface CheckpointOutcome {
	readonly checkpoint: Checkpoint;
	readonly found: number;
	readonly plan: GatePlan;
	readonly applied: readonly AppliedResolution[];
}

/** Why a run halted. */
export type HaltCode =
	| "guardrail_failed"
	| "missing_agents"
	| "no_quorum"
	| "consensus_conflict"
	| "decision_negative"
	| "budget_exhausted"
	| "implement_failed"
	| "run_failed";

/** What a run is doing. */
export type ActivePhase =
	| {
			readonly type: "gate_executing";
			readonly checkpoint: Checkpoint;
			readonly native?: readonly FoundIssue[];
			readonly calls: readonly Call[];
			readonly retries: number;
	  }
	| {
			readonly type: "gate_validating";
			readonly checkpoint: Checkpoint;
			readonly plan: GatePlan;
			readonly calls: readonly Call[];
			readonly retries: number;
	  }
	| {
			readonly type: "gate_awaiting_person";
			readonly checkpoint: Checkpoint;
			readonly plan: GatePlan;
			readonly questions: readonly Question[];
	  }
	| {
			readonly type: "gate_applying";
			readonly checkpoint: Checkpoint;
			readonly plan: GatePlan;
			readonly prepared?: PreparedGate;
	  }
	| {
			readonly type: "guardrail";
			readonly stage: Stage;
			readonly passed?: boolean;
			readonly memory?: readonly string[];
	  }
	| { readonly type: "agents"; readonly stage: Stage; readonly calls: readonly Call[]; readonly retries: number }
	| {
			readonly type: "consensus";
			readonly stage: Stage;
			readonly step: "aggregator" | "arbiter";
			readonly verdict: Verdict;
			readonly calls: readonly Call[];
			readonly retries: number;
	  }
	| {
			readonly type: "awaiting_person";
			readonly stage: Stage;
			readonly verdict: Verdict;
			readonly questions: readonly Question[];
	  }
	| { readonly type: "writing"; readonly stage: Stage; readonly verdict: Verdict }
	/** The agreed tasks are carried out. */
	| { readonly type: "building"; readonly stage: Stage };

/** A run that has stopped, for now or for good. `at` is where it goes on when it is resumed. */
export type StoppedPhase =
	| { readonly type: "paused"; readonly at: ActivePhase; readonly questions: readonly Question[] }
	| {
			readonly type: "halted";
			readonly at: ActivePhase;
			readonly stage: Stage;
			readonly code: HaltCode;
			readonly reason: string;
			/** Of the failure, when an operation failed. */
			readonly failure?: string;
	  }
	| { readonly type: "cancelled"; readonly at: ActivePhase }
	| { readonly type: "complete" };

/** Where a run is. `new` is a run before its first event. */
export type Phase = { readonly type: "new" } | ActivePhase | StoppedPhase;

/** The name of a phase. */
export type PhaseType = Phase["type"];

/** A whole run. */
export interface RunState {
	readonly runId: string;
	readonly specId: string;
	readonly goal: string;
	readonly stages: readonly Stage[];
	/** Position in `stages`. */
	readonly index: number;
	readonly halMode: HalMode;
	readonly settings: RunSettings;
	readonly limits: BudgetLimits;
	readonly phase: Phase;
	/** What was spent, calls that are under way excepted. `wallMs` counts only time in which a process worked on it. */
	readonly spend: BudgetSpend;
	/** Calls that answered and told no cost. */
	readonly unpricedCalls: number;
	/** Milliseconds since 1970: the event before. */
	readonly lastAtMs: number;
	readonly checkpoints: readonly CheckpointOutcome[];
	/** How often each seat was asked, by slot. */
	readonly attempts: Readonly<Record<string, number>>;
	/** validate→implement cycles that were made. */
	readonly validateCycles: number;
	/** How often each stage was begun. */
	readonly visits: Readonly<Partial<Record<Stage, number>>>;
	/** Summary of the stage's guardrail, for its prompts. */
	readonly guardrailSummary: string;
	readonly memory: readonly string[];
	/** Why the stage is done again, for its prompts. */
	readonly retryReasons: readonly string[];
	/** Calls of the stage that are finished, for its records. */
	readonly stageCalls: readonly Call[];
	readonly verdicts: Readonly<Partial<Record<Stage, Verdict>>>;
	/** Paths that the run wrote, relative to the repository, each once. */
	readonly documents: readonly string[];
	/** The latest warnings, oldest first. */
	readonly warnings: readonly string[];
	/** All warnings so far, those that are no longer kept included. */
	readonly warningCount: number;
}

/** No spend. */
export const noSpend: BudgetSpend = Object.freeze({ attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 });

/** The stage that a run is at, or was last at. */
export function currentStage(state: RunState): Stage {
	return state.stages[Math.min(state.index, state.stages.length - 1)] ?? "plan";
}

/** Whether nothing more happens in this process. */
export function isStopped(phase: Phase): phase is StoppedPhase {
	return phase.type === "paused" || phase.type === "halted" || phase.type === "cancelled" || phase.type === "complete";
}

/** The calls of a phase; none in phases that ask nobody. */
export function callsOf(phase: Phase): readonly Call[] {
	return "calls" in phase ? phase.calls : [];
}
