// The whole pipeline against the fake host: the way through, its records, and what a second run knows of the first.

import { describe, expect, it } from "vitest";
import { defaultSpecKitConfig } from "../../src/config.ts";
import { createPipeline } from "../../src/driver/create-pipeline.ts";
import { pipelineExitCode } from "../../src/driver/result.ts";
import { readEvents } from "../../src/schema/events-schema.ts";
import { readArtifact, readVerdict } from "../../src/schema/evidence-schema.ts";
import { stages } from "../../src/stage.ts";
import { createFakeHost, fakeSpecId, healthyAnswer, healthyFiles } from "../../src/testing/fake-host.ts";
import { messages, outcome, runOn, runWith } from "./runs.ts";

describe("a healthy run", () => {
	it("invariant 3: reaches unlock in exactly six stages, each once", async () => {
		const { host, result } = await runWith({});
		expect(result.outcome).toEqual({ kind: "complete" });
		expect(messages(host, "stage_started").map(({ stage }) => stage)).toEqual(stages);
		expect(messages(host, "stage_finished").map(({ stage }) => stage)).toEqual(stages);
		expect(result.verdicts.map(({ stage, status }) => [stage, status])).toEqual(stages.map((stage) => [stage, "ok"]));
		for (const stage of stages) expect(host.repository.get(`docs/${fakeSpecId}/${stage}.md`)).toContain(fakeSpecId);
	});

	it("asks guardrail, then voters, then the aggregator, and writes last (B3)", async () => {
		const { host } = await runWith({}, { stages: ["plan"], qualityGates: false });
		const order = host.progress.map(({ msg }) =>
			msg.type === "agent_changed" ? `${msg.role} ${msg.state}` : msg.type === "spend_changed" ? "" : msg.type,
		);
		expect(order.filter((word) => word !== "")).toEqual([
			"run_started",
			"stage_started",
			"guardrail_finished",
			"research running",
			"synthesis running",
			"review running",
			"research answered",
			"synthesis answered",
			"review answered",
			"aggregator running",
			"aggregator answered",
			"verdict_reached",
			"artifact_written",
			"stage_finished",
			"run_completed",
		]);
	});

	it("numbers its progress without gaps and tells the same to the reader and to the host", async () => {
		const host = createFakeHost();
		const run = createPipeline({ host, specId: fakeSpecId });
		const seen = [];
		for await (const event of run.events) seen.push(event);
		await run.result;
		expect(seen).toEqual(host.progress);
		expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
		expect(seen.at(-1)?.msg.type).toBe("run_completed");
	});

	it("sends voters the same material, and never one voter's answer to another", async () => {
		const { host } = await runWith({}, { stages: ["plan"], qualityGates: false });
		const voters = host.requests.filter(({ role }) => role !== "aggregator");
		const materials = voters.map(({ prompt }) => prompt.slice(prompt.indexOf("## Material")));
		expect(new Set(materials).size).toBe(1);
		expect(materials[0]).toContain("A user can reset the password by a link");
		expect(voters.every(({ mayWrite }) => !mayWrite)).toBe(true);
		const aggregator = host.requests.find(({ role }) => role === "aggregator");
		expect(aggregator?.prompt).toContain("gemini:");
	});

	it("gives the plan to the tasks, and the guardrail's summary to the prompts (B7)", async () => {
		const { host } = await runWith({}, { stages: ["plan", "tasks"], qualityGates: false });
		const prompts = host.requests.filter(({ id }) => id.includes("/tasks/")).map(({ prompt }) => prompt);
		expect(prompts[0]).toContain(`docs/${fakeSpecId}/plan.md`);
		expect(prompts[0]).toContain("Tasks guardrail: Tasks hook ok");
	});

	it("leaves artifacts, verdicts, costs and transcripts that their own readers understand", async () => {
		const { host, runId } = await runWith({}, { stages: ["plan"], qualityGates: false });
		const kinds = host.records.map(({ kind }) => kind);
		expect(kinds.filter((kind) => kind === "transcript")).toHaveLength(4);
		const artifacts = host.records.filter(({ kind }) => kind === "artifact");
		expect(artifacts.map(({ agent }) => agent)).toEqual(["gemini", "claude", "gpt_pro"]);
		expect(readArtifact(JSON.stringify(artifacts[0]?.content))).toMatchObject({
			agent: "gemini",
			runId,
			stage: "plan",
		});
		const verdict = host.records.find(({ kind }) => kind === "verdict");
		expect(readVerdict(JSON.stringify(verdict?.content))).toMatchObject({ runId, status: "ok", missingAgents: [] });
		const cost = host.records.find(({ kind }) => kind === "cost");
		expect(cost?.content).toMatchObject({
			agents: [
				{ agent: "gemini", attempts: 1, cost_usd: 0.01, marginal: { conflicts_caused: 0 } },
				{ agent: "claude" },
				{ agent: "gpt_pro", role: "review" },
				{ agent: "gpt_pro", role: "aggregator" },
			],
		});
	});

	it("journals every event so that it reads back as the same event", async () => {
		const { host, runId } = await runWith({});
		const read = readEvents(host.journals.get(runId) ?? []);
		expect(read.ok).toBe(true);
		if (!read.ok) return;
		expect(read.events[0]).toMatchObject({ type: "run_started", runId, specId: fakeSpecId });
		expect(read.events.at(-1)).toMatchObject({ type: "stage_written", stage: "unlock" });
	});

	it("keeps the tracker's row, and adds one that is missing, without touching other rows", async () => {
		const header =
			"| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |";
		const rule = `|${" --- |".repeat(11)}`;
		const other = "| 1 | SPEC-KIT-001 | Other | Done | me |  |  |  |  |  | odd   spacing |";
		const files = { ...healthyFiles(), "SPEC.md": `# Tracker\n\n${header}\n${rule}\n${other}\n` };
		const { host } = await runWith({ files });
		const tracker = host.repository.get("SPEC.md") ?? "";
		expect(tracker).toContain(other);
		expect(tracker).toMatch(new RegExp(`\\| 2 \\| ${fakeSpecId} \\| .*In Review \\| code \\|.*2026-11-23`));
	});

	it("says when the tracker cannot be updated, and goes on", async () => {
		const { result } = await runWith({ files: { ...healthyFiles(), "SPEC.md": "# No table\n" } }, { stages: ["plan"] });
		expect(result.outcome.kind).toBe("complete");
		expect(result.warnings.join()).toContain("SPEC.md was not updated");
	});
});

describe("memory", () => {
	it("goes into the prompts, cut and without verdicts of any run (B10)", async () => {
		const verdict = JSON.stringify({ kind: "consensus-verdict", status: "ok", agreements: ["an earlier verdict"] });
		const old = JSON.stringify({ status: "conflict", missing_agents: [], conflicts: ["an old verdict"] });
		const { host } = await runWith({ memory: [verdict, old, `Mails go through one queue. ${"x".repeat(500)}`, "  "] });
		const prompt = host.requests.find(({ role }) => role === "research")?.prompt ?? "";
		expect(prompt).toContain("Mails go through one queue.");
		expect(prompt).not.toContain("verdict");
		expect(prompt).not.toContain("x".repeat(200));
		expect(host.memories[0]?.tags).toEqual([`spec:${fakeSpecId}`, "stage:spec-plan", "consensus-verdict"]);
	});

	it("may fail: the run goes on from its own files and says so, asking once a stage", async () => {
		const { host, result } = await runWith({ memory: new Error("no server") }, { stages: ["plan"] });
		expect(result.outcome.kind).toBe("complete");
		expect(result.warnings).toEqual([
			"Memory could not be searched: no server",
			"The verdict of plan could not be stored in memory: no server",
		]);
		expect(messages(host, "warning")).toHaveLength(2);
	});
});

describe("retention", () => {
	const retaining = (retain: (specId: string, runIds: readonly string[]) => Promise<readonly string[]>) => {
		const host = createFakeHost();
		return { ...host, evidence: { ...host.evidence, retain } };
	};

	it("runs once when a run of several stages begins, and not for a single stage or a resumed run", async () => {
		const calls: unknown[] = [];
		const host = retaining((...call) => {
			calls.push(call);
			return Promise.resolve([]);
		});
		const first = await runOn(host, { to: "tasks", qualityGates: false });
		await runOn(host, { stages: ["plan"], qualityGates: false });
		await runOn(host, { journal: first.runId, from: "tasks" });
		expect(calls).toEqual([[fakeSpecId, [first.runId]]]);
	});

	it("that fails is told and does not stop the run", async () => {
		const host = retaining(() => Promise.reject(new Error("disk full")));
		const { result } = await runOn(host, { to: "tasks", qualityGates: false });
		expect(result.outcome.kind).toBe("complete");
		expect(messages(host, "warning").map(({ message }) => message)).toContain(
			"Old evidence could not be archived: disk full",
		);
	});
});

describe("a second run", () => {
	it("invariant 5: never reads the first run's verdict, however that ended", async () => {
		let answers = 0;
		const host = createFakeHost({
			agent: (request) => {
				if (request.role === "gate" || !request.id.startsWith("run-0001")) return undefined;
				answers += 1;
				return answers <= 2 ? outcome("missing") : undefined;
			},
		});
		const first = await runOn(host, { stages: ["plan"], qualityGates: false });
		expect(first.result.outcome).toMatchObject({ kind: "halted", code: "no_quorum" });
		const second = await runOn(host, { stages: ["plan"], qualityGates: false });
		expect(second.result.outcome.kind).toBe("complete");
		expect(second.runId).not.toBe(first.runId);
		const [verdict] = second.result.verdicts;
		expect(verdict?.runId).toBe(second.runId);
		expect(verdict?.artifacts.every(({ runId }) => runId === second.runId)).toBe(true);
		for (const { prompt, runId } of host.requests) {
			if (runId === second.runId) expect(prompt).not.toContain(first.runId);
		}
	});
});

describe("the stages of a run", () => {
	it("can be a part, in the pipeline's order", async () => {
		const { host } = await runWith({}, { stages: ["tasks", "plan"], qualityGates: false });
		expect(messages(host, "run_started")[0]?.stages).toEqual(["plan", "tasks"]);
		const part = await runWith({}, { from: "plan", to: "tasks", qualityGates: false });
		expect(messages(part.host, "stage_finished")).toHaveLength(2);
	});

	it("cannot be none, nor backwards, nor of a SPEC with a path in its name (invariant 15)", () => {
		const host = createFakeHost();
		expect(() => createPipeline({ host, specId: fakeSpecId, stages: [] })).toThrow("at least one stage");
		expect(() => createPipeline({ host, specId: fakeSpecId, from: "audit", to: "plan" })).toThrow("cannot go from");
		expect(() => createPipeline({ host, specId: "SPEC-KIT-1/../../etc" })).toThrow(/cannot contain/);
		expect(host.requests).toHaveLength(0);
	});

	it("in single mode ask one agent, without aggregator", async () => {
		const { host, result } = await runWith(
			{ config: { consensus: { ...defaultSpecKitConfig.consensus, mode: "single" } } },
			{ stages: ["plan"] },
		);
		expect(result.outcome.kind).toBe("complete");
		expect(host.requests.map(({ agent, role }) => `${agent} ${role}`)).toEqual([
			"gemini gate",
			"gemini gate",
			"gemini research",
		]);
	});
});

describe("exit codes", () => {
	it("invariant 13: are those of the product's table", () => {
		const halted = { kind: "halted", stage: "plan", reason: "", resume: "" } as const;
		const codes = [
			pipelineExitCode({ kind: "complete" }),
			pipelineExitCode({ kind: "paused", questions: [] }),
			pipelineExitCode({ kind: "cancelled" }),
			pipelineExitCode({ ...halted, code: "budget_exhausted" }),
			pipelineExitCode({ ...halted, code: "run_failed" }),
			pipelineExitCode({ ...halted, code: "guardrail_failed" }),
			pipelineExitCode({ ...halted, code: "missing_agents" }),
			pipelineExitCode({ ...halted, code: "no_quorum" }),
			pipelineExitCode({ ...halted, code: "consensus_conflict" }),
			pipelineExitCode({ ...halted, code: "decision_negative" }),
		];
		expect(codes).toEqual([0, 10, 130, 4, 1, 12, 12, 12, 12, 12]);
	});
});

describe("healthy answers", () => {
	it("are what a test can build on: they name their agent and pass", () => {
		expect(healthyAnswer({ purpose: { stage: "plan" }, role: "research", agent: "gemini" })).toMatchObject({
			agent: "gemini",
			decision: "go",
		});
	});
});
