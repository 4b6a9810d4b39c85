// Killed at every record of its journal and taken up again, a run comes to what it would have come to.

import { describe, expect, it } from "vitest";
import { createPipeline } from "../../src/driver/create-pipeline.ts";
import type { PipelineResult } from "../../src/driver/result.ts";
import { foldPipeline } from "../../src/pipeline/reduce.ts";
import { readEvents } from "../../src/schema/events-schema.ts";
import { type FakeHost, fakeSpecId } from "../../src/testing/fake-host.ts";
import { eventfulHost } from "./eventful.ts";
import { messages, runOn } from "./runs.ts";

/** What a run came to, without what only says how often it was interrupted. */
function essence(host: FakeHost, result: PipelineResult): unknown {
	return {
		outcome: result.outcome,
		verdicts: result.verdicts.map((verdict) => ({
			...verdict,
			runId: "",
			artifacts: verdict.artifacts.map(({ content }) => content),
		})),
		checkpoints: result.checkpoints,
		documents: [...host.repository].toSorted(([left], [right]) => left.localeCompare(right)),
		warnings: result.warnings.filter((warning) => !warning.includes("journal")),
	};
}

async function interrupted(at: number): Promise<{ host: FakeHost; result: PipelineResult; lines: number }> {
	let dead = false;
	const host = eventfulHost({
		beforeAppend: (count) => {
			if (dead || count !== at) return;
			dead = true;
			throw new Error("killed");
		},
	});
	const first = await runOn(host);
	if (!dead) return { host, result: first.result, lines: host.journals.get(first.runId)?.length ?? 0 };
	expect(first.result.outcome).toMatchObject({ kind: "halted", code: "run_failed" });
	if (at === 1) {
		await expect(createPipeline({ host, specId: fakeSpecId, journal: first.runId }).result).rejects.toThrow(
			"There is no run",
		);
		return { host, result: (await runOn(host)).result, lines: 0 };
	}
	const second = await runOn(host, { journal: first.runId });
	return { host, result: second.result, lines: 0 };
}

describe("a run that is killed", () => {
	it("at any record equals the uncrashed run when it is resumed, and pays for no finished agent twice", async () => {
		const whole = await interrupted(0);
		expect(whole.result.outcome.kind).toBe("complete");
		const expected = essence(whole.host, whole.result);
		expect(whole.lines).toBeGreaterThan(100);
		for (let at = 1; at <= whole.lines; at += 1) {
			const { host, result } = await interrupted(at);
			expect(essence(host, result), `killed at record ${at}`).toEqual(expected);
			// Only the calls that were under way when it was killed are made again.
			const twice = host.requests.length - whole.host.requests.length;
			expect(twice, `calls made again after record ${at}`).toBeLessThanOrEqual(at === 1 ? 0 : 6);
			const ids = host.requests.map(({ id }) => id);
			expect(new Set(ids).size, `ids after record ${at}`).toBe(ids.length);
		}
	}, 120_000);

	it("twice in a row still does", async () => {
		const whole = await interrupted(0);
		let kills = 0;
		const host = eventfulHost({
			beforeAppend: (count) => {
				if (count % 23 !== 0 || kills >= 5) return;
				kills += 1;
				throw new Error("killed");
			},
		});
		const first = await runOn(host);
		let last = first.result;
		while (last.outcome.kind === "halted") last = (await runOn(host, { journal: first.runId })).result;
		expect(kills).toBe(5);
		expect(essence(host, last)).toEqual(essence(whole.host, whole.result));
	});
});

describe("the eventful run", () => {
	it("has in it what its name says", async () => {
		const { host, result } = await runOn(eventfulHost());
		expect(result.outcome.kind).toBe("complete");
		expect(messages(host, "stage_started").map(({ stage, attempt }) => `${stage} ${attempt}`)).toEqual([
			"plan 1",
			"tasks 1",
			"implement 1",
			"validate 1",
			"implement 2",
			"validate 2",
			"audit 1",
			"unlock 1",
		]);
		expect(messages(host, "agent_changed").some(({ state }) => state === "invalid")).toBe(true);
		expect(host.asked.flat().map(({ id }) => id)).toEqual(
			["clarify-1", "conflict:checks/tokens-are-single-use/status"].map(() => expect.any(String)),
		);
		const plan = result.verdicts.find(({ stage }) => stage === "plan");
		expect(plan?.conflicts[0]).toMatchObject({ list: "decision", settledAs: "go" });
		const audit = result.verdicts.find(({ stage }) => stage === "audit");
		expect(audit?.conflicts[0]).toMatchObject({ attribute: "status", settledBy: "person" });
		const [first] = result.checkpoints;
		expect(first?.plan.resolutions.map(({ by }) => by).toSorted()).toEqual(["agreement", "person", "validator"]);
	});

	it("folds from its journal to the state that the driver had", async () => {
		const { host, runId, result } = await runOn(eventfulHost());
		const read = readEvents(host.journals.get(runId) ?? []);
		if (!read.ok) throw new Error(read.reason);
		const state = foldPipeline(read.events);
		expect(state.phase).toEqual({ type: "complete" });
		expect(state.verdicts).toEqual(Object.fromEntries(result.verdicts.map((verdict) => [verdict.stage, verdict])));
		expect(state.spend).toEqual(result.spend);
	});
});
