// What a run tells while it goes on. Every event names its run and has a number; nothing follows a terminal event.

import type { BudgetSpend } from "@codex/protocol";
import type { AgentName, AgentRole } from "./agent.ts";
import type { Question } from "./issue.ts";
import type { Checkpoint, Gate, Stage } from "./stage.ts";
import type { VerdictStatus } from "./verdict.ts";

/** Where a call of an agent stands. */
export type AgentState =
	| "running"
	| "answered"
	| "invalid"
	| "failed"
	| "missing"
	| "timed_out"
	| "limit"
	| "cancelled";

/** What happened. */
export type ProgressMsg =
	| { readonly type: "run_started"; readonly stages: readonly Stage[]; readonly resumed: boolean }
	| { readonly type: "stage_started"; readonly stage: Stage; readonly attempt: number }
	| { readonly type: "checkpoint_started"; readonly checkpoint: Checkpoint; readonly gates: readonly Gate[] }
	| {
			readonly type: "guardrail_finished";
			readonly stage: Stage;
			readonly ok: boolean;
			readonly summary: string;
			readonly failures: readonly string[];
	  }
	| {
			readonly type: "agent_changed";
			readonly agent: AgentName;
			readonly role: AgentRole;
			readonly state: AgentState;
			readonly stage?: Stage;
			readonly checkpoint?: Checkpoint;
			readonly gate?: Gate;
			readonly model?: string;
			readonly detail?: string;
	  }
	| {
			readonly type: "verdict_reached";
			readonly stage: Stage;
			readonly status: VerdictStatus;
			readonly confidence: number;
			readonly agreed: number;
			readonly dissent: number;
			readonly conflicts: number;
	  }
	| {
			readonly type: "checkpoint_finished";
			readonly checkpoint: Checkpoint;
			readonly found: number;
			readonly applied: number;
			readonly asked: number;
	  }
	| {
			readonly type: "questions_pending";
			readonly checkpoint: Checkpoint | Stage;
			readonly questions: readonly Question[];
	  }
	| { readonly type: "artifact_written"; readonly path: string }
	| { readonly type: "stage_finished"; readonly stage: Stage }
	| { readonly type: "spend_changed"; readonly spend: BudgetSpend; readonly unpricedCalls: number }
	| { readonly type: "warning"; readonly message: string }
	| { readonly type: "run_paused"; readonly questions: readonly Question[] }
	| {
			readonly type: "run_halted";
			readonly stage: Stage;
			readonly code: string;
			readonly reason: string;
			readonly resume: string;
	  }
	| { readonly type: "run_cancelled" }
	| { readonly type: "run_completed" };

/** One event of a run. */
export interface PipelineProgress {
	readonly runId: string;
	readonly specId: string;
	/** From 1, without gaps within one process. */
	readonly seq: number;
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly msg: ProgressMsg;
}
