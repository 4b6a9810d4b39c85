// What is to be done in the world, computed from the state alone: a resumed run owes exactly what the one before it owed.
// Finished work is never in the list.

import type { BudgetLimits } from "@codex/protocol";
import type { Question } from "../issue.ts";
import type { Checkpoint, Gate, Stage } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { grantOf } from "./budget.ts";
import type { PipelineEvent } from "./event.ts";
import { type ActivePhase, type Call, callsOf, type GatePlan, type PreparedGate, type RunState } from "./state.ts";

/** One thing to do. `id` is the same as long as it is the same thing, and no other thing of the run has it. */
export type Effect =
	| { readonly id: string; readonly type: "check_documents"; readonly checkpoint: Checkpoint }
	| { readonly id: string; readonly type: "call"; readonly call: Call; readonly limits: BudgetLimits }
	| { readonly id: string; readonly type: "run_guardrail"; readonly stage: Stage }
	| { readonly id: string; readonly type: "recall"; readonly stage: Stage }
	| { readonly id: string; readonly type: "ask"; readonly questions: readonly Question[] }
	| { readonly id: string; readonly type: "prepare"; readonly checkpoint: Checkpoint; readonly plan: GatePlan }
	| {
			readonly id: string;
			readonly type: "apply";
			readonly checkpoint: Checkpoint;
			readonly plan: GatePlan;
			readonly prepared: PreparedGate;
	  }
	| { readonly id: string; readonly type: "write"; readonly stage: Stage; readonly verdict: Verdict }
	| {
			readonly id: string;
			readonly type: "build";
			/** How often the stage was begun, from 1. */
			readonly visit: number;
			readonly limits: BudgetLimits;
	  };

/** The gates of each checkpoint. */
export const checkpointGates: Readonly<Record<Checkpoint, readonly Gate[]>> = Object.freeze({
	"pre-planning": ["clarify", "checklist"],
	"post-plan": ["analyze"],
	"post-tasks": ["analyze"],
});

/** The checkpoint before a stage. */
export const checkpointBefore: Readonly<Partial<Record<Stage, Checkpoint>>> = Object.freeze({
	plan: "pre-planning",
	tasks: "post-plan",
	implement: "post-tasks",
});

function askId(
	phase: Extract<ActivePhase, { type: "awaiting_person" | "gate_awaiting_person" }>,
	visit: number,
): string {
	const about = phase.type === "awaiting_person" ? `${phase.stage}/${visit}` : phase.checkpoint;
	return `ask/${about}/${phase.questions.map(({ id }) => id).join(",")}`;
}

/** Everything that the state owes, in a fixed order. Calls that run are not in it: they were begun. */
export function effectsOf(state: RunState): readonly Effect[] {
	const { phase } = state;
	const effects: Effect[] = [];
	const waiting = callsOf(phase).filter((call) => call.state === "waiting");
	for (const call of waiting) {
		effects.push({ id: `call/${call.id}`, type: "call", call, limits: grantOf(state, waiting.length) });
	}
	switch (phase.type) {
		case "gate_executing":
			if (phase.native === undefined) {
				const { checkpoint } = phase;
				effects.unshift({ id: `check/${checkpoint}`, type: "check_documents", checkpoint });
			}
			break;
		case "gate_awaiting_person":
			effects.push({ id: askId(phase, 0), type: "ask", questions: phase.questions });
			break;
		case "awaiting_person":
			effects.push({ id: askId(phase, state.visits[phase.stage] ?? 0), type: "ask", questions: phase.questions });
			break;
		case "gate_applying": {
			const { checkpoint, plan, prepared } = phase;
			effects.push(
				prepared === undefined
					? { id: `prepare/${checkpoint}`, type: "prepare", checkpoint, plan }
					: { id: `apply/${checkpoint}`, type: "apply", checkpoint, plan, prepared },
			);
			break;
		}
		case "guardrail": {
			const place = `${phase.stage}/${state.visits[phase.stage] ?? 0}`;
			if (phase.passed === undefined) {
				effects.push({ id: `guardrail/${place}`, type: "run_guardrail", stage: phase.stage });
			}
			if (phase.memory === undefined) effects.push({ id: `recall/${place}`, type: "recall", stage: phase.stage });
			break;
		}
		case "writing": {
			const place = `${phase.stage}/${state.visits[phase.stage] ?? 0}`;
			effects.push({ id: `write/${place}`, type: "write", stage: phase.stage, verdict: phase.verdict });
			break;
		}
		case "building": {
			const visit = state.visits[phase.stage] ?? 0;
			effects.push({ id: `build/${phase.stage}/${visit}`, type: "build", visit, limits: grantOf(state, 1) });
			break;
		}
		default:
			break;
	}
	return effects;
}

/** What `event` added to what is owed: everything when a run begins or goes on in a new process. */
export function newEffects(before: RunState, event: PipelineEvent, after: RunState): readonly Effect[] {
	const owed = effectsOf(after);
	if (event.type === "run_started" || event.type === "run_resumed") return owed;
	const known = new Set(effectsOf(before).map(({ id }) => id));
	return owed.filter(({ id }) => !known.has(id));
}
