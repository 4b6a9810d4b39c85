// What a run tells about one event: computed from the states before and after it, so that it is told in the same words
// whoever drives the run.

import type { AgentState, ProgressMsg } from "../progress.ts";
import type { Stage } from "../stage.ts";
import { checkpointGates } from "./effect.ts";
import type { EventOf, PipelineEvent } from "./event.ts";
import { callsOf, type Phase, type RunState } from "./state.ts";

/** How a run that stopped at `stage` is taken up again, as a slash command. */
export function resumeHint(specId: string, stage: Stage): string {
	return `/speckit.auto ${specId} --from ${stage}`;
}

interface AgentChange {
	readonly state: AgentState;
	readonly detail?: string | undefined;
	readonly model?: string | undefined;
}

function agentMsg(before: RunState, callId: string, { state, detail, model }: AgentChange): ProgressMsg[] {
	const call = callsOf(before.phase).find(({ id }) => id === callId);
	if (call === undefined) return [];
	const { phase } = before;
	return [
		{
			type: "agent_changed",
			agent: call.agent,
			role: call.role,
			state,
			...("stage" in phase ? { stage: phase.stage } : {}),
			...("checkpoint" in phase ? { checkpoint: phase.checkpoint } : {}),
			...(call.gate === undefined ? {} : { gate: call.gate }),
			...(model === undefined ? {} : { model }),
			...(detail === undefined ? {} : { detail }),
		},
	];
}

function callMsgs(before: RunState, event: EventOf<"call_finished">, after: RunState): ProgressMsg[] {
	const { callId, result } = event;
	const spend: ProgressMsg = { type: "spend_changed", spend: after.spend, unpricedCalls: after.unpricedCalls };
	switch (result.kind) {
		case "answered":
			return [...agentMsg(before, callId, { state: "answered", model: result.model }), spend];
		case "invalid":
			return [...agentMsg(before, callId, { state: "invalid", detail: result.errors[0], model: result.model }), spend];
		default:
			return [...agentMsg(before, callId, { state: result.kind, detail: result.reason }), spend];
	}
}

/** What the end of a stage, or of its first half, tells. */
function doneMsgs(event: EventOf<"stage_written"> | EventOf<"tasks_built">, after: RunState): ProgressMsg[] {
	const documents = event.documents.map((path): ProgressMsg => ({ type: "artifact_written", path }));
	if (event.type === "stage_written") {
		const { stage } = event;
		return after.phase.type === "building" ? documents : [...documents, { type: "stage_finished", stage }];
	}
	const { spend, unpricedCalls } = after;
	documents.push({ type: "spend_changed", spend, unpricedCalls });
	return event.outcome === "done" ? [...documents, { type: "stage_finished", stage: "implement" }] : documents;
}

function appliedMsgs({ phase }: RunState, event: EventOf<"resolutions_applied">): ProgressMsg[] {
	const plan = phase.type === "gate_applying" ? phase.plan : undefined;
	const asked = (plan?.skipped.length ?? 0) + (plan?.resolutions.filter(({ by }) => by === "person").length ?? 0);
	const applied = event.applied.filter(({ path }) => path !== undefined).length;
	return [
		...event.documents.map((path): ProgressMsg => ({ type: "artifact_written", path })),
		{ type: "checkpoint_finished", checkpoint: event.checkpoint, found: plan?.issues.length ?? 0, applied, asked },
	];
}

function eventMsgs(before: RunState, event: PipelineEvent, after: RunState): ProgressMsg[] {
	switch (event.type) {
		case "run_started":
		case "run_resumed":
			return [{ type: "run_started", stages: after.stages, resumed: event.type === "run_resumed" }];
		case "call_started":
			return agentMsg(before, event.callId, { state: "running" });
		case "call_finished":
			return callMsgs(before, event, after);
		case "guardrail_finished": {
			const { stage, ok, summary, failures } = event;
			return [{ type: "guardrail_finished", stage, ok, summary, failures }];
		}
		case "resolutions_applied":
			return appliedMsgs(before, event);
		case "stage_written":
		case "tasks_built":
			return doneMsgs(event, after);
		default:
			return [];
	}
}

/** Whether `after` is another stay than `before`: another phase, or the same one for another thing. */
function hasEntered(before: RunState, after: RunState): boolean {
	const one = before.phase;
	const two = after.phase;
	if (one.type !== two.type) return true;
	if ("checkpoint" in one && "checkpoint" in two) return one.checkpoint !== two.checkpoint;
	if ("stage" in one && "stage" in two && one.stage !== two.stage) return true;
	return two.type === "guardrail" && before.visits[two.stage] !== after.visits[two.stage];
}

function entryMsgs(phase: Phase, state: RunState): ProgressMsg[] {
	switch (phase.type) {
		case "gate_executing":
			return [{ type: "checkpoint_started", checkpoint: phase.checkpoint, gates: checkpointGates[phase.checkpoint] }];
		case "guardrail":
			return [{ type: "stage_started", stage: phase.stage, attempt: state.visits[phase.stage] ?? 1 }];
		case "gate_awaiting_person":
			return [{ type: "questions_pending", checkpoint: phase.checkpoint, questions: phase.questions }];
		case "awaiting_person":
			return [{ type: "questions_pending", checkpoint: phase.stage, questions: phase.questions }];
		case "writing": {
			const { verdict } = phase;
			return [
				{
					type: "verdict_reached",
					stage: phase.stage,
					status: verdict.status,
					confidence: verdict.measures.confidence,
					agreed: verdict.agreed.length,
					dissent: verdict.dissent.length,
					conflicts: verdict.conflicts.length,
				},
			];
		}
		case "paused":
			return [{ type: "run_paused", questions: phase.questions }];
		case "halted": {
			const { stage, code, reason } = phase;
			return [{ type: "run_halted", stage, code, reason, resume: resumeHint(state.specId, stage) }];
		}
		case "cancelled":
			return [{ type: "run_cancelled" }];
		case "complete":
			return [{ type: "run_completed" }];
		default:
			return [];
	}
}

/** What is told about `event`. The message of a stop, if there is one, is the last. */
export function progressOf(before: RunState, event: PipelineEvent, after: RunState): readonly ProgressMsg[] {
	if (after === before) return [];
	const added = after.warningCount - before.warningCount;
	const warnings = added === 0 ? [] : after.warnings.slice(-added);
	return [
		...eventMsgs(before, event, after),
		...warnings.map((message): ProgressMsg => ({ type: "warning", message })),
		...(hasEntered(before, after) || event.type === "run_resumed" ? entryMsgs(after.phase, after) : []),
	];
}
