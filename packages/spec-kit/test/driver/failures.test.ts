// What goes wrong and how the run takes it: silent, failing and missing agents, limits, guardrails, decisions, disks.

import { describe, expect, it } from "vitest";
import { defaultSpecKitConfig, type SpecKitConfig } from "../../src/config.ts";
import { createPipeline } from "../../src/driver/create-pipeline.ts";
import type { AgentRequest } from "../../src/host.ts";
import { SpecKitError } from "../../src/spec-kit-error.ts";
import {
	createFakeHost,
	type FakeAnswer,
	fakeSpecId,
	healthyAnswer,
	healthyFiles,
} from "../../src/testing/fake-host.ts";
import { messages, outcome, runOn, runWith } from "./runs.ts";

const plan = { stages: ["plan"], qualityGates: false } as const;

const consensus = (change: Partial<SpecKitConfig["consensus"]>): Partial<SpecKitConfig> => ({
	consensus: { ...defaultSpecKitConfig.consensus, ...change },
});

describe("agents that fail", () => {
	it("invariant 11: are asked three times more in a stage, then the run halts; others are not asked again", async () => {
		const { host, result } = await runWith(
			{ agent: ({ agent }) => (agent === "claude" ? outcome("failed", "no answer") : undefined) },
			plan,
		);
		expect(host.requests.filter(({ agent }) => agent === "claude")).toHaveLength(4);
		expect(host.requests.filter(({ agent }) => agent === "gemini")).toHaveLength(1);
		expect(result.outcome).toMatchObject({
			kind: "halted",
			stage: "plan",
			code: "missing_agents",
			reason: "Agents are missing in plan: claude (no answer)",
			resume: `/speckit.auto ${fakeSpecId} --from plan`,
		});
	});

	it("are told why they are asked again (B7)", async () => {
		let failed = false;
		const { host, result } = await runWith(
			{
				agent: ({ agent }) => {
					if (agent !== "claude" || failed) return undefined;
					failed = true;
					return outcome("timed_out", "no answer within 30 minutes");
				},
			},
			plan,
		);
		expect(result.outcome.kind).toBe("complete");
		const again = host.requests.filter(({ agent }) => agent === "claude")[1];
		expect(again?.prompt).toContain("## Why this is asked again\n\n- no answer within 30 minutes");
	});

	it("share the stage's retries, which begin anew in the next stage", async () => {
		const asked = new Map<string, number>();
		const { host, result } = await runWith(
			{
				agent: ({ id }) => {
					const seat = id.replace(/\/\d+$/, "");
					const count = (asked.get(seat) ?? 0) + 1;
					asked.set(seat, count);
					return seat.endsWith("gemini/research") && count <= 3 ? outcome("failed") : undefined;
				},
			},
			{ stages: ["plan", "tasks"], qualityGates: false },
		);
		expect(result.outcome.kind).toBe("complete");
		expect(host.requests.filter(({ role }) => role === "research")).toHaveLength(8);
	});

	it("get one repair round with the faults of the answer, then count as failed", async () => {
		const { host } = await runWith(
			{ agent: (request) => (request.agent === "gemini" ? { agent: "gemini", work_breakdown: 1 } : undefined) },
			plan,
		);
		const prompts = host.requests.filter(({ agent }) => agent === "gemini").map(({ prompt }) => prompt);
		// Repair and retry take turns: 1 + 3 attempts, each with its repair.
		expect(prompts).toHaveLength(8);
		expect(prompts[1]).toContain("## Your answer before this one");
		expect(prompts[1]).toContain("- work_breakdown: ");
		expect(prompts[2]).not.toContain("## Your answer before this one");
		expect(prompts[2]).toContain("The answer was not of the schema");
	});

	it("cannot pass off the schema of the prompt as an answer, nor say nothing", async () => {
		const { host } = await runWith(
			{
				agent: ({ agent, schema }) =>
					agent === "gemini" ? `\`\`\`json\n${JSON.stringify(schema)}\n\`\`\`` : agent === "claude" ? " " : undefined,
			},
			plan,
		);
		const states = messages(host, "agent_changed").filter(({ state }) => state === "invalid");
		expect(new Set(states.map(({ agent }) => agent))).toEqual(new Set(["gemini", "claude"]));
	});

	it("that make the host throw are failed agents", async () => {
		const { result } = await runWith(
			{
				agent: ({ agent }) => {
					if (agent === "gemini") throw new Error("spawn failed");
					return undefined;
				},
			},
			plan,
		);
		expect(result.outcome).toMatchObject({ code: "missing_agents", reason: expect.stringContaining("spawn failed") });
	});

	it("leave no secret behind", async () => {
		const key = `sk-ant-api03-${"a1B2".repeat(20)}`;
		const { host, runId } = await runWith(
			{
				agent: (request) => {
					if (request.agent === "claude") return outcome("failed", `401 for ${key}`);
					const healthy = healthyAnswer(request);
					return { ...healthy, risks: [{ risk: `The key ${key} leaks`, owner: "", mitigation: "" }] };
				},
			},
			{ ...plan, goal: `Rotate ${key}` },
		);
		expect((host.journals.get(runId) ?? []).join("\n")).not.toContain(key);
		expect(JSON.stringify(host.progress)).not.toContain(key);
	});
});

describe("missing agents", () => {
	it("invariant 4: are not asked twice, make the verdict degraded and never ok, and halt the run", async () => {
		const agent = ({ agent: name }: { agent: string }) =>
			name === "gemini" ? outcome("missing", "no key") : undefined;
		const halted = await runWith({ agent }, plan);
		expect(halted.host.requests).toHaveLength(3);
		expect(halted.result.outcome).toMatchObject({ code: "missing_agents", reason: expect.stringContaining("no key") });
		const allowed = await runWith({ agent, config: consensus({ allowDegraded: true }) }, plan);
		expect(allowed.result.outcome.kind).toBe("complete");
		expect(allowed.result.verdicts[0]).toMatchObject({ status: "degraded", missing: ["gemini"] });
		expect(allowed.result.warnings).toContain("Agents are missing in plan: gemini (no key)");
	});

	it("below the quorum halt the run even where degraded verdicts are allowed", async () => {
		const { result } = await runWith(
			{
				agent: ({ agent }) => (agent === "gpt_pro" ? undefined : outcome("missing")),
				config: consensus({ allowDegraded: true }),
			},
			plan,
		);
		expect(result.outcome).toMatchObject({ code: "no_quorum" });
		expect(result.verdicts).toEqual([]);
	});

	it("can come back: a resumed run asks only them", async () => {
		let isBack = false;
		const host = createFakeHost({
			agent: ({ agent }) => (agent === "gemini" && !isBack ? outcome("missing") : undefined),
		});
		const first = await runOn(host, plan);
		isBack = true;
		const second = await runOn(host, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.requests.map(({ agent, role }) => `${agent} ${role}`)).toEqual([
			"gemini research",
			"claude synthesis",
			"gpt_pro review",
			"gemini research",
			"gpt_pro aggregator",
		]);
	});
});

describe("the aggregator", () => {
	it("is the next in the configured order when the first does not answer, visibly", async () => {
		const { host, result } = await runWith(
			{
				agent: ({ agent, role }) =>
					role === "aggregator" && agent === "gpt_pro" ? outcome("missing", "gone") : undefined,
			},
			plan,
		);
		expect(result.outcome.kind).toBe("complete");
		expect(host.requests.filter(({ role }) => role === "aggregator").map(({ agent }) => agent)).toEqual([
			"gpt_pro",
			"claude",
		]);
		expect(result.verdicts[0]?.aggregator).toBe("claude");
		expect(result.warnings).toEqual(["gpt_pro did not answer as aggregator of plan: gone"]);
	});

	it("that nobody can be halts the run, or leaves a degraded verdict of votes where that is allowed", async () => {
		const agent = ({ role }: { role: string }) => (role === "aggregator" ? outcome("missing") : undefined);
		const halted = await runWith({ agent }, plan);
		expect(halted.result.outcome).toMatchObject({ code: "missing_agents" });
		const again = await runOn(halted.host, { journal: halted.runId });
		// The voters were paid for: only aggregators are asked again.
		expect(again.host.requests.filter(({ role }) => role !== "aggregator")).toHaveLength(3);
		const allowed = await runWith({ agent, config: consensus({ allowDegraded: true }) }, plan);
		expect(allowed.result.verdicts[0]).toMatchObject({ status: "degraded" });
	});
});

describe("conflicts", () => {
	const split = ({ agent, role, purpose }: AgentRequest): FakeAnswer | undefined => {
		if (role === "aggregator" || role === "arbiter") return undefined;
		const decisions = { gemini: "go", claude: "needs-clarification" } as const;
		const decision = agent === "gemini" || agent === "claude" ? decisions[agent] : undefined;
		return decision === undefined ? undefined : { ...healthyAnswer({ agent, role, purpose }), decision };
	};
	const two = { ...defaultSpecKitConfig.rosters, plan: ["gemini", "claude"] } as const;

	it("invariant 3: that nobody settles pause the run with the question, and an answer goes on with it", async () => {
		const host = createFakeHost({ agent: split, config: { rosters: two } });
		const paused = await runOn(host, plan);
		expect(paused.result.outcome).toMatchObject({ kind: "paused", questions: [{ magnitude: "critical" }] });
		expect(host.progress.at(-1)?.msg.type).toBe("run_paused");
		const before = host.requests.length;
		const [question] = paused.result.outcome.kind === "paused" ? paused.result.outcome.questions : [];
		const resumed = await runOn(host, { journal: paused.runId, answers: [{ id: question?.id ?? "", answer: "go" }] });
		expect(resumed.result.outcome.kind).toBe("complete");
		expect(host.requests.length).toBe(before);
		expect(resumed.result.verdicts[0]?.conflicts[0]).toMatchObject({ settledBy: "person", settledAs: "go" });
	});

	it("invariant 3: that a person leaves open halt the run with a hint how to go on", async () => {
		const host = createFakeHost({
			agent: split,
			config: { rosters: two },
			ask: (questions) => questions.map(({ id }) => ({ id, kind: "skipped" })),
		});
		const { result, runId } = await runOn(host, plan);
		expect(result.outcome).toMatchObject({
			code: "consensus_conflict",
			resume: `/speckit.auto ${fakeSpecId} --from plan`,
		});
		const again = await runOn(host, {
			journal: runId,
			answers: [{ id: "conflict:decision/decision/decision", answer: "go" }],
		});
		expect(again.result.outcome.kind).toBe("complete");
	});

	it("are settled by the majority when the arbiter is silent and the policy says so", async () => {
		const agent = (request: AgentRequest): FakeAnswer | undefined =>
			request.role === "arbiter" ? outcome("missing") : split(request);
		const settled = await runWith({ agent }, plan);
		expect(settled.result.outcome.kind).toBe("complete");
		expect(settled.result.verdicts[0]?.conflicts[0]?.settledBy).toMatch(/majority|aggregator/);
		const strict = await runWith({ agent, config: { ...consensus({ majority: false }), rosters: two } }, plan);
		expect(strict.result.outcome.kind).toBe("paused");
	});
});

describe("negative decisions", () => {
	const decide = (stage: string, decision: string) => (request: Parameters<typeof healthyAnswer>[0]) =>
		"stage" in request.purpose && request.purpose.stage === stage && request.role !== "arbiter"
			? { ...healthyAnswer(request), decision }
			: undefined;

	it.each([
		["plan", "needs-clarification"],
		["audit", "no-go"],
		["unlock", "rejected"],
	] as const)("of %s (%s) are written down and halt the run", async (stage, decision) => {
		const { host, result } = await runWith({ agent: decide(stage, decision) }, { qualityGates: false });
		expect(result.outcome).toMatchObject({ kind: "halted", stage, code: "decision_negative" });
		expect(host.repository.get(`docs/${fakeSpecId}/${stage}.md`)).toContain(decision.toUpperCase());
	});

	it("invariant 11: of validate begin two more cycles from implement, with the reasons, and then halt", async () => {
		const agent = (request: Parameters<typeof healthyAnswer>[0]) => {
			const said = decide("validate", "fail")(request);
			return said === undefined
				? undefined
				: { ...said, requirements: [{ id: "FR-1", status: "failed", evidence: "The link opens twice" }] };
		};
		const { host, result } = await runWith({ agent }, { qualityGates: false });
		expect(messages(host, "stage_started").map(({ stage }) => stage)).toEqual([
			"plan",
			"tasks",
			"implement",
			"validate",
			"implement",
			"validate",
			"implement",
			"validate",
		]);
		expect(result.outcome).toMatchObject({ stage: "validate", reason: "Validate decided fail after 3 attempts" });
		const second = host.requests.filter(({ id }) => id.includes("/implement/gemini/"))[1];
		expect(second?.prompt).toContain("FR-1 is failed: The link opens twice");
	});

	it("of validate alone halt at once: there is no implement to go back to", async () => {
		const first = await runWith({}, { to: "implement", qualityGates: false });
		const files = Object.fromEntries(first.host.repository);
		const { host, result } = await runWith(
			{ files, agent: decide("validate", "fail") },
			{ stages: ["validate"], qualityGates: false },
		);
		expect(messages(host, "stage_started")).toHaveLength(1);
		expect(result.outcome).toMatchObject({ code: "decision_negative" });
	});
});

describe("guardrails that say no", () => {
	it("halt the run before any agent is paid, naming what is wrong", async () => {
		const { "memory/constitution.md": _, ...files } = healthyFiles();
		const { host, result } = await runWith({ files }, plan);
		expect(host.requests).toEqual([]);
		expect(result.outcome).toMatchObject({
			code: "guardrail_failed",
			stage: "plan",
			reason: expect.stringContaining("constitution"),
		});
	});

	it("run again when the run is resumed", async () => {
		const { "memory/constitution.md": constitution, ...files } = healthyFiles();
		const { host, runId } = await runWith({ files }, plan);
		host.repository.set("memory/constitution.md", constitution ?? "");
		const again = await runOn(host, { journal: runId });
		expect(again.result.outcome.kind).toBe("complete");
	});

	it("get HAL's mode from the run", async () => {
		const hal = {
			mode: "mock",
			checks: [{ name: "health", method: "GET", path: "/health", expectStatus: 200 }],
		} as const;
		const first = await runWith({}, { to: "implement", qualityGates: false });
		const files = Object.fromEntries(first.host.repository);
		const live = await runWith(
			{ files, config: { hal }, command: ({ purpose }) => (purpose === "http" ? { stdout: "500" } : undefined) },
			{ stages: ["validate"], qualityGates: false, halMode: "live" },
		);
		expect(live.result.outcome).toMatchObject({
			code: "guardrail_failed",
			reason: expect.stringContaining("hal: health"),
		});
		const mock = await runWith({ files, config: { hal } }, { stages: ["validate"], qualityGates: false });
		expect(mock.result.outcome.kind).toBe("complete");
	});
});

describe("the budget", () => {
	it("is divided among voters, so that together they cannot have more than is left", async () => {
		const { host } = await runWith({}, { ...plan, limits: { maxAttempts: 10, maxCostUsd: 0.9, maxTokens: 1000 } });
		expect(host.requests.map(({ limits }) => limits)).toEqual([
			{ maxAttempts: 3, maxTokens: 333, maxCostUsd: 0.3 },
			{ maxAttempts: 3, maxTokens: 333, maxCostUsd: 0.3 },
			{ maxAttempts: 3, maxTokens: 333, maxCostUsd: 0.3 },
			{ maxAttempts: 7, maxTokens: 700, maxCostUsd: expect.closeTo(0.87) },
		]);
	});

	it.each([
		[{ maxAttempts: 3 }, "attempts"],
		[{ maxTokens: 300 }, "tokens"],
		[{ maxCostUsd: 0.03 }, "money"],
		[{ maxWallMs: 0 }, "time"],
	] as const)("of %j halts the run without another call when it is used up", async (limits, word) => {
		const { host, result, runId } = await runWith({}, { ...plan, limits });
		expect(result.outcome).toMatchObject({
			code: "budget_exhausted",
			reason: expect.stringContaining(`no ${word} left`),
		});
		const paid = host.requests.length;
		const resumed = await runOn(host, { journal: runId, limits: {} });
		expect(resumed.result.outcome.kind).toBe("complete");
		expect(host.requests.length).toBe(4);
		expect(paid).toBeLessThan(4);
	});

	it("counts the time that passes while the run works, not between two processes", async () => {
		const host = createFakeHost({
			agent: () => {
				host.advance(400);
				return undefined;
			},
		});
		const { result, runId } = await runOn(host, { ...plan, limits: { maxWallMs: 1000 } });
		expect(result.outcome).toMatchObject({ code: "budget_exhausted" });
		host.advance(1_000_000);
		const resumed = await runOn(host, { journal: runId, limits: { maxWallMs: 10_000 } });
		expect(resumed.result.outcome.kind).toBe("complete");
		expect(resumed.result.spend.wallMs).toBeLessThan(2500);
	});

	it("that the host says is used up waits for those who still answer, then halts", async () => {
		const { host, result } = await runWith(
			{ agent: ({ agent }) => (agent === "gemini" ? outcome("limit", "no money") : undefined) },
			plan,
		);
		expect(result.outcome).toMatchObject({ code: "budget_exhausted", reason: expect.stringContaining("no money") });
		expect(messages(host, "agent_changed").filter(({ state }) => state === "answered")).toHaveLength(2);
	});

	it("says how many calls had no known price", async () => {
		const { result } = await runWith({ spend: { costUsd: 0 } }, plan);
		expect(result.unpricedCalls).toBe(4);
	});
});

describe("disks", () => {
	it("that are full while a document is written halt the run, which can be resumed", async () => {
		const host = createFakeHost();
		let isFull = true;
		const files = {
			...host.files,
			write: (path: string, text: string) =>
				isFull && path.endsWith("plan.md")
					? Promise.reject(new SpecKitError("file_write", "No space is left on the device"))
					: host.files.write(path, text),
		};
		const full = { ...host, files };
		const first = await runOn(full, plan);
		expect(first.result.outcome).toMatchObject({ code: "run_failed", failure: "file_write" });
		isFull = false;
		const second = await runOn(full, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.requests).toHaveLength(4);
	});

	it("whose journal is not ours are refused", async () => {
		const host = createFakeHost();
		const { runId } = await runOn(host, plan);
		const lines = host.journals.get(runId) ?? [];
		host.journals.set(runId, [...lines.slice(0, 3), (lines[3] ?? "").replace('"seq":4', '"seq":5')]);
		await expect(runOn(host, { journal: runId })).rejects.toMatchObject({ code: "schema_validation" });
		host.journals.set("run-0009", lines);
		await expect(runOn(host, { journal: "run-0009" })).rejects.toMatchObject({ code: "missing_artifact" });
		await expect(runOn(host, { journal: "run-0404" })).rejects.toMatchObject({ code: "missing_artifact" });
	});

	it("with templates that cannot be filled halt the run with that reason", async () => {
		const files = { ...healthyFiles(), "templates/plan-template.md": "# [NOBODY_KNOWS]\n" };
		const { result } = await runWith({ files }, plan);
		expect(result.outcome).toMatchObject({ code: "run_failed", failure: "template_unresolved" });
	});
});

describe("a listener that throws", () => {
	it("does not stop the run", async () => {
		const host = createFakeHost();
		const deaf = {
			...host,
			emit: () => {
				throw new Error("not listening");
			},
		};
		const run = createPipeline({ host: deaf, specId: fakeSpecId, ...plan });
		expect((await run.result).outcome.kind).toBe("complete");
	});
});
