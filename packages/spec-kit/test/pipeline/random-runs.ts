// Random runs of the reducer: every effect that is owed is answered with something that could happen, in any order, with
// events thrown in that do not belong there.

import type { BudgetLimits, BudgetSpend } from "@codex/protocol";
import { defaultSpecKitConfig } from "../../src/config.ts";
import { type Effect, effectsOf } from "../../src/pipeline/effect.ts";
import type { CallResult, PipelineEvent, UntimedEvent } from "../../src/pipeline/event.ts";
import { callsOf, isStopped, type RunState } from "../../src/pipeline/state.ts";
import { stages } from "../../src/stage.ts";
import { healthyAnswer } from "../../src/testing/fake-host.ts";
import { issue } from "../driver/runs.ts";

/** Numbers from 0 to 1 that follow from a seed. */
export type Random = () => number;

/** The generator `mulberry32`. */
export function seeded(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const pick = <T>(random: Random, values: readonly T[]): T => {
	const value = values[Math.floor(random() * values.length)];
	if (value === undefined) throw new RangeError("nothing to pick from");
	return value;
};

/** A start with random stages, settings and limits. */
export function randomStart(random: Random): UntimedEvent {
	const first = Math.floor(random() * stages.length);
	const last = first + Math.floor(random() * (stages.length - first));
	const { rosters, gateRoster, aggregators, arbiter, consensus, qualityGates } = defaultSpecKitConfig;
	const limited = random() < 0.7;
	return {
		type: "run_started",
		runId: "run-1",
		specId: "SPEC-KIT-001",
		goal: "",
		stages: stages.slice(first, last + 1),
		halMode: "mock",
		settings: {
			rosters,
			gateRoster,
			aggregators,
			arbiter,
			consensus: {
				...consensus,
				mode: pick(random, ["multi", "single"]),
				allowDegraded: random() < 0.5,
				majority: random() < 0.5,
			},
			qualityGates: { ...qualityGates, enabled: random() < 0.5 },
			retries: { agent: Math.floor(random() * 4), validate: Math.floor(random() * 3) },
			...(random() < 0.7 ? { executes: true } : {}),
		},
		limits: limited
			? {
					maxAttempts: Math.floor(random() * 60),
					maxTokens: Math.floor(random() * 6000),
					maxCostUsd: random() * 2,
					maxWallMs: random() * 100_000,
				}
			: {},
	};
}

/** What a well-behaved host can have spent of a grant. */
function spendWithin(random: Random, limits: BudgetLimits): BudgetSpend {
	return {
		attempts: Math.min(limits.maxAttempts ?? 3, 1 + Math.floor(random() * 3)),
		wallMs: random() * 1000,
		tokens: Math.min(limits.maxTokens ?? 300, Math.floor(random() * 300)),
		costUsd: Math.min(limits.maxCostUsd ?? 0.1, random() * 0.1),
	};
}

function randomResult(random: Random, state: RunState, callId: string): CallResult {
	const call = callsOf(state.phase).find(({ id }) => id === callId);
	const spend = spendWithin(random, call?.granted ?? {});
	const luck = random();
	if (call === undefined || luck < 0.08) return { kind: "failed", reason: "failed", spend };
	if (luck < 0.1) return { kind: "limit", reason: "used up", spend };
	if (luck < 0.14) return { kind: "missing", reason: "nobody", spend: { ...spend, attempts: 0 } };
	if (luck < 0.2) return { kind: "invalid", errors: ["answer: wrong"], model: "m", spend };
	const stage = "stage" in state.phase ? state.phase.stage : "plan";
	const purpose = call.gate === undefined ? { stage } : { gate: call.gate };
	const healthy = healthyAnswer({ purpose, role: call.role, agent: call.agent });
	const found =
		call.role === "gate" && random() < 0.3
			? { issues: [issue({ magnitude: pick(random, ["minor", "important", "critical"]) })] }
			: {};
	const decision =
		"decision" in healthy && random() < 0.1 ? { decision: pick(random, ["go", "no-go", "fail", "rejected"]) } : {};
	return { kind: "answered", content: { ...healthy, ...found, ...decision }, model: "m", spend };
}

/** Something that an effect can come to. */
function randomOutcome(random: Random, effect: Exclude<Effect, { type: "call" }>): UntimedEvent {
	if (random() < 0.01) return { type: "run_failed", code: "file_write", reason: "disk full" };
	switch (effect.type) {
		case "check_documents":
			return { type: "native_issues_found", checkpoint: effect.checkpoint, issues: [] };
		case "run_guardrail":
			return {
				type: "guardrail_finished",
				stage: effect.stage,
				ok: random() < 0.9,
				summary: "s",
				failures: ["f"],
				warnings: [],
			};
		case "recall":
			return { type: "memory_recalled", stage: effect.stage, hits: [], ...(random() < 0.2 ? { failure: "down" } : {}) };
		case "ask":
			if (random() < 0.2) return { type: "nobody_there" };
			return {
				type: "person_answered",
				answers: effect.questions.map(({ id, options }) =>
					random() < 0.3 ? { id, kind: "skipped" } : { id, kind: "answered", text: options[0] ?? "yes" },
				),
			};
		case "prepare":
			return { type: "resolutions_prepared", checkpoint: effect.checkpoint, applied: [], texts: [] };
		case "apply":
			return { type: "resolutions_applied", checkpoint: effect.checkpoint, applied: [], documents: [], warnings: [] };
		case "build":
			return {
				type: "tasks_built",
				outcome: random() < 0.85 ? "done" : pick(random, ["failed", "blocked", "limit"]),
				reason: "r",
				documents: ["tasks.md"],
				warnings: [],
				spend: spendWithin(random, effect.limits),
				unpricedCalls: 0,
			};
		case "write":
			return { type: "stage_written", stage: effect.stage, documents: [`${effect.stage}.md`], warnings: [] };
	}
}

/** An event that nobody asked for. */
export function strayEvent(random: Random, earlier: readonly PipelineEvent[]): UntimedEvent {
	const zero = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 };
	return pick<UntimedEvent>(random, [
		...(earlier.length === 0
			? []
			: [pick(random, earlier)].filter(
					({ type }) =>
						type !== "run_cancelled" && type !== "run_failed" && type !== "run_resumed" && type !== "nobody_there",
				)),
		{ type: "call_started", callId: "run-1/nowhere/1", limits: {} },
		{ type: "call_finished", callId: "run-1/nowhere/1", result: { kind: "failed", reason: "late", spend: zero } },
		{ type: "guardrail_finished", stage: pick(random, stages), ok: true, summary: "", failures: [], warnings: [] },
		{ type: "stage_written", stage: pick(random, stages), documents: [], warnings: [] },
		{ type: "person_answered", answers: [{ id: "nobody-asked", kind: "skipped" }] },
	]);
}

/** The next event of a random run, `undefined` when nothing is owed. */
export function nextEvent(random: Random, state: RunState): UntimedEvent | undefined {
	if (isStopped(state.phase)) return undefined;
	if (random() < 0.004) return { type: "run_cancelled" };
	const owed = effectsOf(state);
	const running = callsOf(state.phase).filter((call) => call.state === "running");
	const calls = owed.filter((effect): effect is Extract<Effect, { type: "call" }> => effect.type === "call");
	const [begin] = calls;
	if (begin !== undefined) return { type: "call_started", callId: begin.call.id, limits: begin.limits };
	const others = owed.filter((effect): effect is Exclude<Effect, { type: "call" }> => effect.type !== "call");
	const choice = Math.floor(random() * (running.length + others.length));
	const call = running[choice];
	if (call !== undefined)
		return { type: "call_finished", callId: call.id, result: randomResult(random, state, call.id) };
	const effect = others[choice - running.length];
	return effect === undefined ? undefined : randomOutcome(random, effect);
}
