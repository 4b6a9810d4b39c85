// A stage: guardrail, voters, aggregator, arbiter, majority, person, and the document. Votes decide; whoever is asked
// after them settles only what they left open.

import { applyAggregator } from "../consensus/aggregate.ts";
import { itemsOf, textOf } from "../consensus/json.ts";
import { measureConsensus } from "../consensus/measure.ts";
import { applyArbiter, applyMajority, applyPerson, conflictQuestions } from "../consensus/rounds.ts";
import { openConflicts } from "../consensus/settle.ts";
import { stagePromptVersion } from "../prompts/prompt-versions.ts";
import { type Stage, stageTitle } from "../stage.ts";
import type { Artifact, Verdict } from "../verdict.ts";
import { addSpend, withoutTime } from "./budget.ts";
import { allSettled, openCalls, voterRole } from "./calls.ts";
import { enterStage, reject } from "./enter.ts";
import { type EventOf, rosterOf } from "./event.ts";
import type { ActivePhase, Call, RunState } from "./state.ts";
import { halt, warn } from "./stop.ts";

type PhaseOf<T extends ActivePhase["type"]> = Extract<ActivePhase, { readonly type: T }>;

/** Decisions of a stage's document after which the run must not simply go on. */
const negative: Readonly<Partial<Record<Stage, readonly string[]>>> = {
	plan: ["needs-clarification"],
	validate: ["fail"],
	audit: ["no-go"],
	unlock: ["rejected"],
};

function askVoters(state: RunState, phase: PhaseOf<"guardrail">): RunState {
	if (phase.passed !== true || phase.memory === undefined) return { ...state, phase };
	const { stage } = phase;
	const seats = rosterOf(state.settings, stage).map((agent) => ({
		scope: stage,
		agent,
		role: voterRole(stage, agent),
	}));
	const opened = openCalls({ ...state, memory: phase.memory }, seats);
	return { ...opened.state, phase: { type: "agents", stage, calls: opened.calls, retries: 0 } };
}

/** The stage's guardrail has spoken. */
export function onGuardrail(
	state: RunState,
	phase: PhaseOf<"guardrail">,
	event: EventOf<"guardrail_finished">,
): RunState {
	if (event.stage !== phase.stage || phase.passed !== undefined) return state;
	const next = warn({ ...state, guardrailSummary: event.summary }, event.warnings);
	if (event.ok) return askVoters(next, { ...phase, passed: true });
	const reason = `The ${phase.stage} guardrail failed: ${event.failures.slice(0, 3).join("; ") || event.summary}`;
	return reject(next, phase.stage, { code: "guardrail_failed", reason, details: event.failures });
}

/** Memory has answered, or could not. */
export function onMemory(state: RunState, phase: PhaseOf<"guardrail">, event: EventOf<"memory_recalled">): RunState {
	if (event.stage !== phase.stage || phase.memory !== undefined) return state;
	const warnings = event.failure === undefined ? [] : [`Memory could not be searched: ${event.failure}`];
	return askVoters(warn(state, warnings), { ...phase, memory: event.hits });
}

function artifactsOf(state: RunState, stage: Stage, calls: readonly Call[]): readonly Artifact[] {
	return calls.flatMap((call): Artifact[] => {
		if (call.content === undefined) return [];
		return [
			{
				runId: state.runId,
				specId: state.specId,
				stage,
				agent: call.agent,
				role: call.role,
				model: call.model ?? "unknown",
				promptVersion: stagePromptVersion(stage),
				content: call.content,
				createdAt: new Date(call.answeredAtMs ?? state.lastAtMs).toISOString(),
			},
		];
	});
}

const namesOf = (calls: readonly Call[]): string =>
	calls
		.filter((call) => call.state !== "answered")
		.map((call) => `${call.agent} (${call.failures.at(-1) ?? call.state})`)
		.join(", ");

function aggregatorFor(
	state: RunState,
	verdict: Verdict,
	tried: readonly Call[],
): Verdict["present"][number] | undefined {
	const before = new Set(tried.map(({ agent }) => agent));
	const order = [...state.settings.aggregators, ...verdict.present];
	return order.find((agent) => verdict.present.includes(agent) && !before.has(agent));
}

function askAggregator(
	state: RunState,
	stage: Stage,
	asked: { readonly verdict: Verdict; readonly tried: readonly Call[]; readonly retries: number },
): RunState {
	const agent = aggregatorFor(state, asked.verdict, asked.tried);
	if (agent === undefined) return withoutAggregator(state, stage, asked);
	const opened = openCalls(state, [{ scope: stage, agent, role: "aggregator" }]);
	const calls = [...asked.tried, ...opened.calls];
	const { verdict, retries } = asked;
	return { ...opened.state, phase: { type: "consensus", stage, step: "aggregator", verdict, calls, retries } };
}

function withoutAggregator(
	state: RunState,
	stage: Stage,
	{ verdict, tried, retries }: { readonly verdict: Verdict; readonly tried: readonly Call[]; readonly retries: number },
): RunState {
	const degraded: Verdict = verdict.status === "ok" ? { ...verdict, status: "degraded" } : verdict;
	if (state.settings.consensus.allowDegraded) return settleConflicts(state, stage, degraded);
	const reason = `No aggregator answered in ${stage}: ${namesOf(tried)}`;
	const at: ActivePhase = { type: "consensus", stage, step: "aggregator", verdict, calls: tried, retries };
	return halt(state, at, { code: "missing_agents", reason });
}

/** Goes on once every voter has come to an end. */
export function afterVotes(state: RunState, phase: PhaseOf<"agents">): RunState {
	if (!allSettled(phase.calls)) return { ...state, phase };
	const { stage, calls } = phase;
	const verdict = measureConsensus({
		stage,
		runId: state.runId,
		specId: state.specId,
		artifacts: artifactsOf(state, stage, calls),
		roster: rosterOf(state.settings, stage),
		config: state.settings,
		recordedAt: new Date(state.lastAtMs).toISOString(),
		promptVersion: stagePromptVersion(stage),
	});
	const counted = { ...state, stageCalls: calls };
	if (verdict.status === "no_quorum") {
		const reason = `Too few agents answered in ${stage}: ${namesOf(calls)}`;
		return halt(counted, phase, { code: "no_quorum", reason });
	}
	if (verdict.missing.length > 0) {
		const reason = `Agents are missing in ${stage}: ${namesOf(calls)}`;
		if (!state.settings.consensus.allowDegraded) return halt(counted, phase, { code: "missing_agents", reason });
		return decideTogether(warn(counted, [reason]), stage, verdict);
	}
	return decideTogether(counted, stage, verdict);
}

function decideTogether(state: RunState, stage: Stage, verdict: Verdict): RunState {
	if (verdict.present.length < 2) return settleConflicts(state, stage, verdict);
	return askAggregator(state, stage, { verdict, tried: [], retries: 0 });
}

function settleConflicts(state: RunState, stage: Stage, verdict: Verdict): RunState {
	if (openConflicts(verdict).length === 0) return { ...state, phase: { type: "writing", stage, verdict } };
	const opened = openCalls(state, [{ scope: stage, agent: state.settings.arbiter, role: "arbiter" }]);
	const { calls } = opened;
	return { ...opened.state, phase: { type: "consensus", stage, step: "arbiter", verdict, calls, retries: 0 } };
}

function afterArbiter(state: RunState, stage: Stage, verdict: Verdict): RunState {
	const settled = state.settings.consensus.majority ? applyMajority(verdict) : verdict;
	const questions = conflictQuestions(settled);
	if (questions.length === 0) return { ...state, phase: { type: "writing", stage, verdict: settled } };
	return { ...state, phase: { type: "awaiting_person", stage, verdict: settled, questions } };
}

/** Goes on once the aggregator or the arbiter has come to an end. */
export function afterRound(state: RunState, phase: PhaseOf<"consensus">): RunState {
	if (!allSettled(phase.calls)) return { ...state, phase };
	const { stage, step, verdict } = phase;
	const call = phase.calls.at(-1);
	if (call === undefined) return state;
	const counted = { ...state, stageCalls: [...state.stageCalls, call] };
	if (call.content === undefined) {
		const warned = warn(counted, [
			`${call.agent} did not answer as ${step} of ${stage}: ${call.failures.at(-1) ?? ""}`,
		]);
		if (step === "arbiter") return afterArbiter(warned, stage, verdict);
		return askAggregator(warned, stage, { verdict, tried: phase.calls, retries: phase.retries });
	}
	if (step === "arbiter") return afterArbiter(counted, stage, applyArbiter(verdict, call.content, call.agent));
	return settleConflicts(counted, stage, applyAggregator(verdict, call.content, call.agent));
}

/** A person settled some or all conflicts. What is skipped stays a conflict, and the run halts with it. */
export function onConflictAnswers(
	state: RunState,
	phase: PhaseOf<"awaiting_person">,
	event: EventOf<"person_answered">,
): RunState {
	const open = new Set(phase.questions.map(({ id }) => id));
	const fresh = event.answers.filter(({ id }) => open.has(id));
	if (fresh.length === 0) return state;
	const verdict = applyPerson(phase.verdict, fresh);
	const given = new Set(fresh.map(({ id }) => id));
	const questions = phase.questions.filter(({ id }) => !given.has(id));
	if (questions.length > 0) return { ...state, phase: { ...phase, verdict, questions } };
	const left = openConflicts(verdict);
	if (left.length === 0) return { ...state, phase: { type: "writing", stage: phase.stage, verdict } };
	const about = left.map(({ list, key, attribute }) => `${list}/${key} (${attribute})`).join(", ");
	const at: ActivePhase = { ...phase, verdict, questions: conflictQuestions(verdict) };
	const reason = `The agents disagree in ${phase.stage} and nobody settled it: ${about}`;
	return halt(state, at, { code: "consensus_conflict", reason });
}

/** The stage's document and records are written: what it decided says how the run goes on. */
export function onWritten(state: RunState, phase: PhaseOf<"writing">, event: EventOf<"stage_written">): RunState {
	if (event.stage !== phase.stage) return state;
	const { stage, verdict } = phase;
	const documents = [...new Set([...state.documents, ...event.documents])];
	const verdicts = { ...state.verdicts, [stage]: verdict };
	const written = warn({ ...state, documents, verdicts }, event.warnings);
	// Why it is done again is told to whoever carries the tasks out, too.
	if (stage === "implement" && state.settings.executes === true) {
		return { ...written, phase: { type: "building", stage } };
	}
	const next = { ...written, retryReasons: [] };
	const decision = verdict.decision ?? "";
	if (negative[stage]?.includes(decision) !== true) return enterStage(next, state.index + 1);
	const reason = `${stageTitle(stage)} decided ${decision}`;
	return reject(next, stage, { code: "decision_negative", reason, details: failedItems(verdict) });
}

/** The tasks were carried out, or the run halts where it goes on when it is resumed. */
export function onBuilt(state: RunState, phase: PhaseOf<"building">, event: EventOf<"tasks_built">): RunState {
	const { outcome, reason, spend, unpricedCalls } = event;
	const documents = [...new Set([...state.documents, ...event.documents])];
	const counted: RunState = {
		...state,
		documents,
		spend: addSpend(state.spend, withoutTime(spend)),
		unpricedCalls: state.unpricedCalls + unpricedCalls,
	};
	const next = warn(counted, event.warnings);
	switch (outcome) {
		case "done":
			return enterStage({ ...next, retryReasons: [] }, state.index + 1);
		case "limit":
			return halt(next, phase, { code: "budget_exhausted", reason });
		case "blocked":
			return halt(next, phase, { code: "implement_failed", reason });
		case "failed": {
			// It is begun anew then, and so are the tasks.
			const { stage } = phase;
			const visits = { ...next.visits, [stage]: (next.visits[stage] ?? 0) + 1 };
			return halt({ ...next, visits }, { type: "guardrail", stage }, { code: "implement_failed", reason });
		}
	}
}

/** What a negative document rests on, for the next attempt. */
function failedItems({ core }: Verdict): readonly string[] {
	return itemsOf(core, "requirements").flatMap((item) => {
		const status = textOf(item, "status");
		return status === "passed" ? [] : [`${textOf(item, "id")} is ${status}: ${textOf(item, "evidence")}`];
	});
}
