// Properties of the reducer over random runs: it stays within the budget, ends, tells nothing after its end, follows its
// own table, and is the fold of its events.

import { describe, expect, it } from "vitest";
import type { PipelineEvent } from "../../src/pipeline/event.ts";
import { progressOf } from "../../src/pipeline/progress-of.ts";
import { foldPipeline, initialRunState, reducePipeline } from "../../src/pipeline/reduce.ts";
import { isStopped, type RunState } from "../../src/pipeline/state.ts";
import { transitions } from "../../src/pipeline/transitions.ts";
import { readEvents } from "../../src/schema/events-schema.ts";
import { journalLine } from "../../src/schema/journal-schema.ts";
import { nextEvent, randomStart, seeded, strayEvent } from "./random-runs.ts";

const isFull = process.env["CODE_TEST_FULL"] === "1";
const runs = isFull ? 5000 : 400;

// More events than any run can have: 6 stages, 3 retries a phase, 3 validate cycles, 5 resumes.
const maxEvents = 5000;

const terminal = new Set(["run_completed", "run_halted", "run_paused", "run_cancelled"]);

interface Walk {
	state: RunState;
	readonly events: PipelineEvent[];
}

function take(walk: Walk, event: PipelineEvent): void {
	const before = walk.state;
	const { state } = reducePipeline(before, event);
	walk.events.push(event);
	walk.state = state;
	const allowed = transitions[before.phase.type][event.type]?.to;
	if (state === before) return;
	expect(allowed, `${event.type} in ${before.phase.type}`).toContain(state.phase.type);
	const told = progressOf(before, event, state);
	const ends = told.findIndex(({ type }) => terminal.has(type));
	if (ends !== -1) expect(ends, `${event.type} tells after its end`).toBe(told.length - 1);
	expect(ends !== -1).toBe(isStopped(state.phase));
}

function within(state: RunState): void {
	const { limits, spend } = state;
	expect(spend.attempts).toBeLessThanOrEqual(limits.maxAttempts ?? Number.POSITIVE_INFINITY);
	expect(spend.tokens).toBeLessThanOrEqual(limits.maxTokens ?? Number.POSITIVE_INFINITY);
	expect(spend.costUsd).toBeLessThanOrEqual((limits.maxCostUsd ?? Number.POSITIVE_INFINITY) + 1e-9);
}

function walkOnce(seed: number): Walk {
	const random = seeded(seed);
	const walk: Walk = { state: initialRunState, events: [] };
	let atMs = 1_000_000;
	const now = (): number => (atMs += Math.floor(random() * 200));
	take(walk, { ...randomStart(random), atMs: now() });
	let resumes = 0;
	for (;;) {
		expect(walk.events.length).toBeLessThan(maxEvents);
		if (random() < 0.1) {
			const stray = { ...strayEvent(random, walk.events), atMs: now() };
			if (stray.type !== "run_started") take(walk, stray);
		}
		const event = nextEvent(random, walk.state);
		if (event !== undefined) {
			take(walk, { ...event, atMs: now() });
			within(walk.state);
			continue;
		}
		// What is owed is never nothing before the end.
		expect(isStopped(walk.state.phase), `stuck in ${walk.state.phase.type}`).toBe(true);
		if (walk.state.phase.type === "complete" || resumes >= 5 || random() < 0.3) return walk;
		resumes += 1;
		take(walk, { type: "run_resumed", atMs: now() });
	}
}

describe("random runs", () => {
	it(`${runs} of them stay within the budget, end, tell nothing after their end, and follow the table`, () => {
		const ends = new Map<string, number>();
		for (let seed = 1; seed <= runs; seed += 1) {
			const { state } = walkOnce(seed);
			const end = state.phase.type === "halted" ? `halted: ${state.phase.code}` : state.phase.type;
			ends.set(end, (ends.get(end) ?? 0) + 1);
		}
		console.log(`${runs} random runs: ${[...ends].map(([end, count]) => `${end} ${count}`).join(", ")}`);
		// The walks must reach every kind of end, or they prove little.
		expect([...ends.keys()]).toEqual(
			expect.arrayContaining([
				"complete",
				"cancelled",
				"paused",
				"halted: budget_exhausted",
				"halted: guardrail_failed",
			]),
		);
	}, 120_000);

	it("are the fold of what their journals hold", () => {
		for (let seed = 1; seed <= 40; seed += 1) {
			const { state, events } = walkOnce(seed);
			const lines = events.map(({ atMs, ...event }, index) =>
				journalLine({ v: 1, seq: index + 1, atMs, event: JSON.parse(JSON.stringify(event)) }),
			);
			const read = readEvents(lines);
			if (!read.ok) throw new Error(`${read.line}: ${read.reason}`);
			expect(foldPipeline(read.events)).toEqual(state);
		}
	});

	it("change nothing once they have stopped, whatever still arrives", () => {
		for (let seed = 1; seed <= 100; seed += 1) {
			const { state, events } = walkOnce(seed);
			for (const event of events) {
				if (event.type === "run_resumed") continue;
				const reduction = reducePipeline(state, event);
				expect(reduction.state).toBe(state);
				expect(reduction.effects).toEqual([]);
			}
		}
	});
});
