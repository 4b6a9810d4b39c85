// Quality gates inside a run: what goes into the documents, what is asked, and that nothing gets lost on the way.

import { describe, expect, it } from "vitest";
import type { AgentRequest } from "../../src/host.ts";
import { createFakeHost, type FakeScript, fakeSpecId, healthyFiles } from "../../src/testing/fake-host.ts";
import { issue, messages, outcome, runOn, runWith } from "./runs.ts";

const specPath = `docs/${fakeSpecId}/spec.md`;
const planOnly = { stages: ["plan"] } as const;

const minor = issue();
const important = issue({
	id: "Q7",
	question: "How many reset mails may a user ask for in an hour?",
	answer: "Five",
	magnitude: "important",
	resolvability: "suggest-fix",
});
const disputed = issue({
	id: "Q9",
	question: "Which languages do the mails have?",
	answer: "English",
	magnitude: "important",
	resolvability: "suggest-fix",
});

function clarify(
	finds: (agent: string) => readonly unknown[],
): (request: AgentRequest) => ReturnType<NonNullable<FakeScript["agent"]>> {
	return ({ role, agent, purpose }) =>
		role === "gate" && "gate" in purpose && purpose.gate === "clarify"
			? JSON.parse(JSON.stringify({ agent, issues: finds(agent) }))
			: undefined;
}

const agrees = (value: boolean, index = 1) => ({
	issue_index: index,
	agrees_with_majority: value,
	reasoning: value ? "Right" : "The SPEC says otherwise",
	recommended_answer: value ? null : "Ten",
	confidence: "high",
});

describe("a checkpoint", () => {
	it("invariant 6: writes what is unanimous and minor, with the text before kept and a record", async () => {
		const { host, result } = await runWith({ agent: clarify(() => [minor]) }, planOnly);
		expect(result.outcome.kind).toBe("complete");
		expect(host.asked).toEqual([]);
		expect(host.repository.get(specPath)).toContain("All sessions end with the reset");
		const backup = host.records.find(({ kind }) => kind === "backup");
		expect(backup?.content).toBe(`${specPath}\n\n${healthyFiles()[specPath] ?? ""}`);
		const record = host.records.find(({ kind }) => kind === "gate");
		expect(record).toMatchObject({
			category: "consensus",
			stage: "pre-planning",
			content: {
				checkpoint: "pre-planning",
				gates: ["clarify", "checklist"],
				summary: { total_issues: 1, auto_resolved: 1, escalated: 0, deferred: 0, skipped: 0 },
				auto_resolved_details: [{ agreement: "unanimous", applied_answer: "All sessions end with the reset" }],
			},
		});
		expect(host.repository.get(`docs/${fakeSpecId}/clarify.md`)).toContain("applied");
	});

	it("invariant 6: always asks a person about what is critical, however much the agents agree", async () => {
		const { host, result } = await runWith({ agent: clarify(() => [{ ...minor, magnitude: "critical" }]) }, planOnly);
		expect(result.outcome.kind).toBe("paused");
		expect(host.repository.get(specPath)).toBe(healthyFiles()[specPath]);
	});

	it("invariant 6: never writes what a single agent says, however sure it is (B13)", async () => {
		const { host, result } = await runWith(
			{ agent: clarify((agent) => (agent === "claude" ? [minor] : [])) },
			planOnly,
		);
		expect(result.outcome).toMatchObject({
			kind: "paused",
			questions: [{ agentAnswers: { claude: expect.any(String) } }],
		});
		expect(host.repository.get(specPath)).toBe(healthyFiles()[specPath]);
	});

	it("invariant 7: handles a majority and a disputed issue of one checkpoint, both (B14)", async () => {
		const found = (agent: string) => [
			...(agent === "code" ? [] : [important]),
			{ ...disputed, answer: agent === "gemini" ? "English" : agent === "claude" ? "All of the shop" : "None" },
		];
		const { host, result } = await runWith(
			{
				agent: (request) =>
					request.role === "gate-validator"
						? { agent: "gpt_pro", judgements: [agrees(true)] }
						: clarify(found)(request),
				ask: (questions) => questions.map(({ id }) => ({ id, kind: "answered", text: "English and German" })),
			},
			planOnly,
		);
		expect(result.outcome.kind).toBe("complete");
		expect(host.asked.flat().map(({ text }) => text)).toEqual([disputed["question"]]);
		const spec = host.repository.get(specPath) ?? "";
		expect(spec).toContain("Five");
		expect(spec).toContain("English and German");
	});

	it.each([
		["is missing", () => outcome("missing")],
		["fails", () => outcome("failed")],
		["leaves the issue out", () => ({ agent: "gpt_pro", judgements: [agrees(true, 2)] })],
		["says nothing of the schema", () => "I agree."],
		["disagrees", () => ({ agent: "gpt_pro", judgements: [agrees(false)] })],
	])("invariant 8: asks a person when the validator %s (B15)", async (_, validator) => {
		const { host, result } = await runWith(
			{
				agent: (request) =>
					request.role === "gate-validator"
						? validator()
						: clarify((agent) => (agent === "code" ? [] : [important]))(request),
			},
			planOnly,
		);
		expect(result.outcome).toMatchObject({ kind: "paused", questions: [{ text: important["question"] }] });
		expect(host.asked[0]?.[0]?.validatorReason).toBeTruthy();
		expect(host.repository.get(specPath)).toBe(healthyFiles()[specPath]);
	});

	it("collects what the agents found (B16), counts it, and asks at most five questions, the gravest first", async () => {
		const subjects = ["mails", "links", "passwords", "sessions", "logs", "limits", "errors"];
		const found = subjects.map((subject, index) =>
			issue({
				id: `Q${index}`,
				question: `Who is responsible for the ${subject} of the whole ${subject} service?`,
				answer: "",
				magnitude: subject === "errors" ? "critical" : "important",
				context: subject,
			}),
		);
		const { host, result } = await runWith({ agent: clarify((agent) => (agent === "gemini" ? found : [])) }, planOnly);
		const questions = result.outcome.kind === "paused" ? result.outcome.questions : [];
		expect(questions).toHaveLength(5);
		expect(questions[0]).toMatchObject({ magnitude: "critical", context: "errors" });
		const resumed = await runOn(host, {
			journal: result.runId,
			answers: questions.map(({ id }) => ({ id, answer: "" })),
		});
		expect(messages(host, "checkpoint_finished")[0]).toMatchObject({ found: 7, applied: 0, asked: 5 });
		expect(resumed.result.checkpoints[0]?.plan.deferred).toHaveLength(2);
	});

	it("keeps a record of checkpoints that only a person answered (B17)", async () => {
		const { host } = await runWith(
			{
				agent: clarify((agent) => (agent === "code" ? [disputed] : [])),
				ask: (questions) => questions.map(({ id }) => ({ id, kind: "answered", text: "German" })),
			},
			planOnly,
		);
		const record = host.records.find(({ kind }) => kind === "gate");
		expect(record?.content).toMatchObject({ escalated_details: [{ human_answer: "German" }] });
	});

	it("writes nothing over a file that somebody changed while the run was away", async () => {
		let dead = false;
		const host = createFakeHost({
			agent: clarify(() => [minor]),
			beforeAppend: () => {
				const [lines = []] = host.journals.values();
				if (dead || !(lines.at(-1) ?? "").includes("resolutions_prepared")) return;
				dead = true;
				throw new Error("killed");
			},
		});
		const evidenceFails = { ...host, evidence: { ...host.evidence, write: () => Promise.reject(new Error("killed")) } };
		const first = await runOn(evidenceFails, planOnly);
		expect(first.result.outcome.kind).toBe("halted");
		host.repository.set(specPath, `${healthyFiles()[specPath] ?? ""}\nAdded by hand.\n`);
		const second = await runOn(host, { journal: first.runId });
		expect(second.result.outcome.kind).toBe("complete");
		expect(host.repository.get(specPath)).toContain("Added by hand.");
		expect(second.result.warnings.join()).toContain("was changed meanwhile");
	});

	it("goes on without an agent that does not answer, and says so", async () => {
		const { result } = await runWith(
			{ agent: ({ role, agent }) => (role === "gate" && agent === "code" ? outcome("missing", "no CLI") : undefined) },
			planOnly,
		);
		expect(result.outcome.kind).toBe("complete");
		expect(result.warnings).toContain("code gave no clarify answer: no CLI");
	});

	it("is left out with --no-quality-gates, by config and by the environment", async () => {
		const off = await runWith({}, { ...planOnly, qualityGates: false });
		const config = await runWith({ config: { qualityGates: { enabled: false, maxQuestions: 5 } } }, planOnly);
		const environment = await runWith({ config: { environment: { SPEC_KIT_QUALITY_GATES_DISABLED: "1" } } }, planOnly);
		for (const { host } of [off, config, environment]) expect(messages(host, "checkpoint_started")).toEqual([]);
	});

	it("runs only before its own stage: from implement, post-tasks alone", async () => {
		const first = await runWith({}, { to: "tasks" });
		const second = await runWith(
			{ files: Object.fromEntries(first.host.repository) },
			{ from: "implement", to: "implement" },
		);
		expect(messages(second.host, "checkpoint_started").map(({ checkpoint }) => checkpoint)).toEqual(["post-tasks"]);
	});
});
