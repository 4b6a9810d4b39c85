// The quality gates: our own checks and the agents side by side, their issues as one list, then what the matrix says:
// into the file, to the validator, to a person. Nothing that was found is dropped.

import type { Answer, FoundIssue } from "../issue.ts";
import { foundIssues } from "../quality/found-issues.ts";
import { mergeIssues } from "../quality/merge-issues.ts";
import { decideIssue, type MergedIssue } from "../quality/merged-issue.ts";
import { judgeValidation, leaveAsItIs, questionsOf } from "../quality/questions.ts";
import { allSettled, openCalls } from "./calls.ts";
import { enterStage } from "./enter.ts";
import type { EventOf } from "./event.ts";
import type { ActivePhase, Call, GatePlan, Resolution, RunState } from "./state.ts";
import { warn } from "./stop.ts";

type PhaseOf<T extends ActivePhase["type"]> = Extract<ActivePhase, { readonly type: T }>;

function resolutionOf(issue: MergedIssue, by: Resolution["by"]): Resolution {
	return { issue, answer: issue.majorityAnswer, by };
}

/** Minor findings of our own checks alone stop nobody: they are kept for the report. */
function isOnlyNoted(issue: MergedIssue): boolean {
	return issue.magnitude === "minor" && issue.agents.length === 0;
}

function planOf(issues: readonly MergedIssue[]): GatePlan {
	const noted = issues.filter(isOnlyNoted);
	const routed = issues.filter((issue) => !isOnlyNoted(issue)).map((issue) => ({ issue, route: decideIssue(issue) }));
	return {
		issues,
		resolutions: routed.flatMap(({ issue, route }) => (route === "auto" ? [resolutionOf(issue, "agreement")] : [])),
		ask: routed.flatMap(({ issue, route }) => (route === "ask" || route === "confirm" ? [issue] : [])),
		validate: routed.flatMap(({ issue, route }) => (route === "validate" ? [issue] : [])),
		deferred: noted.map(({ id }) => id),
		skipped: [],
	};
}

/** Asks a person what is left for one, or writes the checkpoint down. */
function askOrApply(
	state: RunState,
	phase: { readonly checkpoint: PhaseOf<"gate_applying">["checkpoint"] },
	plan: GatePlan,
): RunState {
	const { checkpoint } = phase;
	const { questions, deferred } = questionsOf(plan.ask, state.settings.qualityGates.maxQuestions);
	const next: GatePlan = { ...plan, deferred: [...plan.deferred, ...deferred.map(({ id }) => id)] };
	if (questions.length === 0) return { ...state, phase: { type: "gate_applying", checkpoint, plan: next } };
	return { ...state, phase: { type: "gate_awaiting_person", checkpoint, plan: next, questions } };
}

function silentSeats(calls: readonly Call[]): readonly string[] {
	return calls
		.filter((call) => call.state !== "answered")
		.map((call) => `${call.agent} gave no ${call.gate ?? "validator"} answer: ${call.failures.at(-1) ?? call.state}`);
}

/** Goes on once our checks and every agent are in. */
export function afterGateAnswers(state: RunState, phase: PhaseOf<"gate_executing">): RunState {
	const { native, calls, checkpoint } = phase;
	if (native === undefined || !allSettled(calls)) return { ...state, phase };
	const found: FoundIssue[] = [...native];
	for (const { gate, agent, content } of calls) {
		if (gate !== undefined && content !== undefined) found.push(...foundIssues(gate, agent, content));
	}
	const plan = planOf(mergeIssues(found, state.settings));
	const warned = warn(state, silentSeats(calls));
	if (plan.validate.length === 0) return askOrApply(warned, phase, plan);
	const seat = { scope: checkpoint, agent: state.settings.arbiter, role: "gate-validator" as const };
	const opened = openCalls(warned, [seat]);
	return { ...opened.state, phase: { type: "gate_validating", checkpoint, plan, calls: opened.calls, retries: 0 } };
}

/** Our own checks are in. */
export function onNativeIssues(
	state: RunState,
	phase: PhaseOf<"gate_executing">,
	event: EventOf<"native_issues_found">,
): RunState {
	if (event.checkpoint !== phase.checkpoint || phase.native !== undefined) return state;
	return afterGateAnswers(state, { ...phase, native: event.issues });
}

/** Goes on once the validator has spoken, or could not. */
export function afterValidator(state: RunState, phase: PhaseOf<"gate_validating">): RunState {
	if (!allSettled(phase.calls)) return { ...state, phase };
	const answer = phase.calls.find((call) => call.state === "answered")?.content;
	const { apply, ask } = judgeValidation(phase.plan.validate, answer);
	const plan: GatePlan = {
		...phase.plan,
		resolutions: [...phase.plan.resolutions, ...apply.map((issue) => resolutionOf(issue, "validator"))],
		ask: [...phase.plan.ask, ...ask],
	};
	return askOrApply(warn(state, silentSeats(phase.calls)), phase, plan);
}

function answered(plan: GatePlan, answers: readonly Answer[]): GatePlan {
	const resolutions = [...plan.resolutions];
	const skipped = [...plan.skipped];
	for (const answer of answers) {
		const issue = plan.ask.find(({ id }) => id === answer.id);
		if (issue === undefined) continue;
		const text = answer.kind === "answered" ? answer.text.trim() : "";
		if (text === "" || text === leaveAsItIs) skipped.push(answer.id);
		else resolutions.push({ issue, answer: text, by: "person" });
	}
	return { ...plan, resolutions, skipped };
}

/** A person answered some or all of a checkpoint's questions. */
export function onGateAnswers(
	state: RunState,
	phase: PhaseOf<"gate_awaiting_person">,
	event: EventOf<"person_answered">,
): RunState {
	const open = new Set(phase.questions.map(({ id }) => id));
	const fresh = new Map(event.answers.filter(({ id }) => open.has(id)).map((answer) => [answer.id, answer]));
	if (fresh.size === 0) return state;
	const plan = answered(phase.plan, [...fresh.values()]);
	const questions = phase.questions.filter(({ id }) => !fresh.has(id));
	if (questions.length > 0) return { ...state, phase: { ...phase, plan, questions } };
	return { ...state, phase: { type: "gate_applying", checkpoint: phase.checkpoint, plan } };
}

/** The new texts of the documents are known. */
export function onPrepared(
	state: RunState,
	phase: PhaseOf<"gate_applying">,
	event: EventOf<"resolutions_prepared">,
): RunState {
	if (event.checkpoint !== phase.checkpoint || phase.prepared !== undefined) return state;
	const { applied, texts } = event;
	return { ...state, phase: { ...phase, prepared: { applied, texts } } };
}

/** The checkpoint is in the documents and on record. */
export function onApplied(
	state: RunState,
	phase: PhaseOf<"gate_applying">,
	event: EventOf<"resolutions_applied">,
): RunState {
	if (event.checkpoint !== phase.checkpoint || phase.prepared === undefined) return state;
	const { checkpoint, plan } = phase;
	const outcome = { checkpoint, found: plan.issues.length, plan, applied: event.applied };
	const documents = [...new Set([...state.documents, ...event.documents])];
	const next = warn({ ...state, documents, checkpoints: [...state.checkpoints, outcome] }, event.warnings);
	return enterStage(next, state.index);
}
