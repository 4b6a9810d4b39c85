// What is to be done in the world, computed from the state alone: a resumed run owes exactly what the one before it owed.
// Finished work is never in the list.

import type { BudgetLimits } from "@codex/protocol";
import type { Question } from "../issue.ts";
import type { Checkpoint, Gate, Stage } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { grantOf } from "./budget.ts";
import type { PipelineEvent } from "./event.ts";
import {
	type ActivePhase,
	type Call,
	callsOf,
	type GatePlan,
	type Phase,
	type PreparedGate,
	type RunState,
} from "./state.ts";

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

/** What a phase owes beside its calls. */
function ownEffects(state: RunState, phase: Phase): readonly Effect[] {
	switch (phase.type) {
		case "gate_executing": {
			const { checkpoint, native } = phase;
			return native === undefined ? [{ id: `check/${checkpoint}`, type: "check_documents", checkpoint }] : [];
		}
		case "gate_awaiting_person":
			return [{ id: askId(phase, 0), type: "ask", questions: phase.questions }];
		case "awaiting_person":
			return [{ id: askId(phase, visitOf(state, phase)), type: "ask", questions: phase.questions }];
		case "gate_applying": {
			const { checkpoint, plan, prepared } = phase;
			return prepared === undefined
				? [{ id: `prepare/${checkpoint}`, type: "prepare", checkpoint, plan }]
				: [{ id: `apply/${checkpoint}`, type: "apply", checkpoint, plan, prepared }];
		}
		case "guardrail": {
			const { stage, passed, memory } = phase;
			const place = `${stage}/${visitOf(state, phase)}`;
			const guardrail: Effect = { id: `guardrail/${place}`, type: "run_guardrail", stage };
			const recall: Effect = { id: `recall/${place}`, type: "recall", stage };
			return [...(passed === undefined ? [guardrail] : []), ...(memory === undefined ? [recall] : [])];
		}
		case "writing": {
			const { stage, verdict } = phase;
			return [{ id: `write/${stage}/${visitOf(state, phase)}`, type: "write", stage, verdict }];
		}
		case "building": {
			const visit = visitOf(state, phase);
			return [{ id: `build/${phase.stage}/${visit}`, type: "build", visit, limits: grantOf(state, 1) }];
		}
		default:
			return [];
	}
}

const visitOf = (state: RunState, { stage }: { readonly stage: Stage }): number => state.visits[stage] ?? 0;

/** Everything that the state owes, in a fixed order. Calls that run are not in it: they were begun. */
export function effectsOf(state: RunState): readonly Effect[] {
	const { phase } = state;
	const effects: Effect[] = [];
	const waiting = callsOf(phase).filter((call) => call.state === "waiting");
	for (const call of waiting) {
		effects.push({ id: `call/${call.id}`, type: "call", call, limits: grantOf(state, waiting.length) });
	}
	// What our own checks find is known at once: it comes before the answers.
	const owed = ownEffects(state, phase);
	return phase.type === "gate_executing" ? [...owed, ...effects] : [...effects, ...owed];
}

/** What `event` added to what is owed: everything when a run begins or goes on in a new process. */
export function newEffects(before: RunState, event: PipelineEvent, after: RunState): readonly Effect[] {
	const owed = effectsOf(after);
	if (event.type === "run_started" || event.type === "run_resumed") return owed;
	const known = new Set(effectsOf(before).map(({ id }) => id));
	return owed.filter(({ id }) => !known.has(id));
}
