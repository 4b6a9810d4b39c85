// Cancelling at any moment, pausing for a person, and going on: with nothing left behind and nothing lost.

import { describe, expect, it } from "vitest";
import { createPipeline } from "../../src/driver/create-pipeline.ts";
import type { AgentRequest } from "../../src/host.ts";
import { createFakeHost, fakeSpecId } from "../../src/testing/fake-host.ts";
import { eventfulHost } from "./eventful.ts";
import { issue, messages, outcome, runOn } from "./runs.ts";

describe("cancelling", () => {
	it("invariant 9: at any progress ends calls under way, leaves a resumable run, and tells nothing after its end", async () => {
		const whole = eventfulHost();
		await runOn(whole);
		const total = whole.progress.length;
		for (let at = 1; at < total; at += 3) {
			const controller = new AbortController();
			let open = 0;
			const host = eventfulHost();
			const watched = {
				...host,
				runAgent: async (request: AgentRequest, signal: AbortSignal) => {
					open += 1;
					const said = await host.runAgent(request, signal);
					open -= 1;
					return said;
				},
				emit: (event: Parameters<typeof host.emit>[0]) => {
					host.emit(event);
					if (event.seq === at) controller.abort();
				},
			};
			const run = createPipeline({ host: watched, specId: fakeSpecId, signal: controller.signal });
			const { outcome: ended } = await run.result;
			// Once the last document is written there is nothing left to cancel.
			if (at > total - 5 && ended.kind === "complete") continue;
			expect(ended.kind, `cancelled at ${at}`).toBe("cancelled");
			expect(open).toBe(0);
			expect(host.progress.at(-1)?.msg.type).toBe("run_cancelled");
			const told = host.progress.length;
			const resumed = await runOn(host, { journal: run.runId });
			expect(resumed.result.outcome.kind, `resumed after ${at}`).toBe("complete");
			expect(host.progress.slice(0, told).filter(({ msg }) => msg.type === "run_cancelled")).toHaveLength(1);
			expect(host.repository.get(`docs/${fakeSpecId}/unlock.md`)).toBe(
				whole.repository.get(`docs/${fakeSpecId}/unlock.md`),
			);
		}
	}, 120_000);

	it("keeps an answer that came in spite of it, and asks again whoever was cut off", async () => {
		const controller = new AbortController();
		const host = createFakeHost({
			agent: ({ agent }, signal) => {
				if (agent !== "claude" || controller.signal.aborted) return undefined;
				controller.abort();
				return signal.aborted ? outcome("cancelled") : undefined;
			},
		});
		const options = { stages: ["plan"], qualityGates: false } as const;
		const first = await runOn(host, { ...options, signal: controller.signal });
		expect(first.result.outcome.kind).toBe("cancelled");
		const second = await runOn(host, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		const asked = host.requests.map(({ agent, role }) => `${agent} ${role}`);
		expect(asked.filter((who) => who === "gemini research")).toHaveLength(1);
		expect(asked.filter((who) => who === "claude synthesis")).toHaveLength(2);
	});

	it("before the start asks nobody", async () => {
		const host = createFakeHost();
		const { result } = await runOn(host, { signal: AbortSignal.abort() });
		expect(result.outcome.kind).toBe("cancelled");
		expect(host.requests).toEqual([]);
		expect(host.commands).toEqual([]);
	});

	it("while a person is asked cancels, and the question is still there", async () => {
		const controller = new AbortController();
		let answer = false;
		const host = createFakeHost({
			agent: ({ role, agent }) => (role === "gate" ? { agent, issues: [issue({ magnitude: "critical" })] } : undefined),
			ask: (questions) => {
				if (answer) return questions.map(({ id }) => ({ id, kind: "skipped" }));
				controller.abort();
				return "nobody";
			},
		});
		const first = await runOn(host, { stages: ["plan"], signal: controller.signal });
		expect(first.result.outcome.kind).toBe("cancelled");
		answer = true;
		const second = await runOn(host, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.asked[0]).toEqual(host.asked[1]);
	});
});

describe("pausing", () => {
	const host = () =>
		createFakeHost({
			agent: ({ role, agent, purpose }) =>
				role === "gate" && "gate" in purpose && purpose.gate === "clarify"
					? {
							agent,
							issues: [
								issue({ magnitude: "critical" }),
								issue({
									id: "Q2",
									question: "Which mail server sends the mails?",
									answer: "The own one",
									magnitude: "critical",
								}),
							],
						}
					: undefined,
		});

	it("keeps pending questions pending, with nobody asked or paid again", async () => {
		const paused = host();
		const first = await runOn(paused, { stages: ["plan"] });
		expect(first.result.outcome).toMatchObject({
			kind: "paused",
			questions: [{ id: "clarify-1" }, { id: "clarify-2" }],
		});
		const calls = paused.requests.length;
		const again = await runOn(paused, { journal: first.runId });
		expect(again.result.outcome).toEqual(first.result.outcome);
		expect(paused.requests.length).toBe(calls);
	});

	it("goes on with an answers file that answers some: the rest is asked still", async () => {
		const paused = host();
		const first = await runOn(paused, { stages: ["plan"] });
		const second = await runOn(paused, {
			journal: first.runId,
			answers: [{ id: "clarify-1", answer: "All sessions end" }],
		});
		expect(second.result.outcome).toMatchObject({ kind: "paused", questions: [{ id: "clarify-2" }] });
		const third = await runOn(paused, { journal: first.runId, answers: [{ id: "clarify-2", answer: "" }] });
		expect(third.result.outcome.kind).toBe("complete");
		const spec = paused.repository.get(`docs/${fakeSpecId}/spec.md`) ?? "";
		expect(spec).toContain("All sessions end");
		expect(third.result.checkpoints[0]?.plan.skipped).toEqual(["clarify-2"]);
		expect(messages(paused, "checkpoint_finished")[0]).toMatchObject({ found: 2, applied: 1, asked: 2 });
	});
});

describe("resuming", () => {
	it("invariant 3: with --from begins that stage anew, with the checkpoints that are done left as they are", async () => {
		const host = createFakeHost();
		const first = await runOn(host, { to: "implement" });
		const gates = host.requests.filter(({ role }) => role === "gate").length;
		const second = await runOn(host, { journal: first.runId, from: "tasks" });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.requests.filter(({ role }) => role === "gate")).toHaveLength(gates);
		const started = messages(host, "stage_started").map(({ stage }) => stage);
		expect(started).toEqual(["plan", "tasks", "implement", "tasks", "implement"]);
	});

	it("a complete run without --from says that it is complete and does nothing", async () => {
		const host = createFakeHost();
		const first = await runOn(host, { stages: ["plan"] });
		const calls = host.requests.length;
		const second = await runOn(host, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.requests.length).toBe(calls);
		expect(host.progress.at(-1)?.msg.type).toBe("run_completed");
	});
});
