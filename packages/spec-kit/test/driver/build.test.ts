// Implement with a host that carries tasks out: what it is asked, what is ticked and kept, and how its outcomes lead on.

import { describe, expect, test } from "vitest";
import { createPipeline, type PipelineOptions } from "../../src/driver/create-pipeline.ts";
import { pipelineExitCode } from "../../src/driver/result.ts";
import type { ImplementOutcome, ImplementRequest } from "../../src/host.ts";
import {
	createFakeHost,
	type FakeHost,
	type FakeScript,
	fakeSpecId,
	healthyFiles,
} from "../../src/testing/fake-host.ts";

type Build = (
	request: ImplementRequest,
	signal: AbortSignal,
) => Partial<ImplementOutcome> | Promise<Partial<ImplementOutcome>>;

const tasksPath = `docs/${fakeSpecId}/tasks.md`;

const files = { ...healthyFiles(), [`docs/${fakeSpecId}/plan.md`]: "# Plan\n" };

const listed = [
	"# Tasks",
	"",
	"- [ ] T002 [P] Test the endpoint",
	"  - Files: `test/reset.test.ts`",
	"  - Depends on: T001",
	"- [ ] T001 Add the endpoint that resets a password",
	"  - Files: `src/reset.ts`",
	"- [x] T003 Done before",
	"",
	"```",
	"- [ ] T001 in a fence",
	"```",
	"",
].join("\n");

interface Scene {
	readonly host: FakeHost & { implement: NonNullable<FakeHost["implement"]> };
	readonly requests: ImplementRequest[];
	readonly run: (options?: Partial<PipelineOptions>) => ReturnType<typeof createPipeline>["result"];
}

function scene(build: Build, script: FakeScript = {}, tasks: string = listed): Scene {
	const requests: ImplementRequest[] = [];
	const fake = createFakeHost({ files: { ...files, [tasksPath]: tasks }, ...script });
	const host = Object.assign(fake, {
		implement: async (request: ImplementRequest, signal: AbortSignal): Promise<ImplementOutcome> => {
			requests.push(request);
			return {
				kind: "done",
				reason: "",
				tasks: request.tasks.map(({ id, files }) => ({ id, done: true, files, commit: "c0ffee" })),
				candidates: [{ agent: "gpt_codex", passed: true, reason: "", commands: [], diff: "+one line\n" }],
				warnings: [],
				spend: { attempts: 2, wallMs: 5, tokens: 50, costUsd: 0.5 },
				unpricedCalls: 1,
				...(await build(request, signal)),
			};
		},
	});
	const run: Scene["run"] = (options = {}) =>
		createPipeline({
			host,
			specId: fakeSpecId,
			qualityGates: false,
			...(options.journal === undefined ? { from: "implement" } : {}),
			...options,
		}).result;
	return { host, requests, run };
}

const records = (host: FakeHost, kind: string) => host.records.filter((record) => record.kind === kind);

describe("implement", () => {
	test("asks for the open tasks, dependencies first, with everything that is needed", async () => {
		const { requests, run } = scene(() => ({}));
		await run({ to: "implement", limits: { maxCostUsd: 3 } });
		const [request] = requests;
		expect(request).toMatchObject({
			id: expect.stringMatching(/\/implement\/1$/),
			specId: fakeSpecId,
			candidates: ["gpt_codex"],
			judges: ["gemini", "claude", "gpt_codex", "gpt_pro"],
			ownPaths: [`docs/${fakeSpecId}/`, ".code/evidence/", "SPEC.md"],
			tasks: [
				{ id: "T001", files: ["src/reset.ts"], dependsOn: [], parallel: false },
				{ id: "T002", files: ["test/reset.test.ts"], dependsOn: ["T001"], parallel: true },
			],
		});
		expect(request?.limits.maxCostUsd).toBeLessThan(3);
		expect(request?.tasks[0]?.prompt).toContain("- [ ] T001 Add the endpoint");
		expect(request?.tasks[0]?.prompt).toContain("FR-1");
		expect(request?.repairPrompt("test ended with 1")).toContain("test ended with 1");
		expect(request?.judgePrompt("### candidate-1")).toContain("### candidate-1");
		expect(request?.wanted("gpt_codex").modelId).not.toBe("");
	});

	test("ticks what has evidence, keeps what came of it, counts it, and goes on", async () => {
		const { host, run } = scene((request) => ({
			tasks: request.tasks.map(({ id }) => ({ id, done: id === "T001", files: ["src/reset.ts"], commit: "c0ffee" })),
			warnings: ["T002 is not ticked"],
		}));
		const result = await run({ to: "validate" });
		expect(result.outcome.kind).toBe("complete");
		const text = host.repository.get(tasksPath) ?? "";
		expect(text).toContain("- [x] T001 Add the endpoint");
		expect(text).toContain("- [ ] T002");
		expect(text).toContain("- [ ] T001 in a fence");
		expect(result.documents).toContain(tasksPath);
		expect(result.warnings).toContain("T002 is not ticked");
		expect(result.unpricedCalls).toBeGreaterThanOrEqual(1);
		expect(result.spend.costUsd).toBeGreaterThan(0.5);
		const [kept] = records(host, "build");
		expect(kept?.content).toMatchObject({ outcome: "done", tasks: [{ id: "T001", done: true }, { id: "T002" }] });
		expect(records(host, "log").filter(({ agent }) => agent !== undefined)).toMatchObject([
			{ agent: "gpt_codex", content: "+one line\n" },
		]);
		const order = host.progress.map(({ msg }) => (msg.type === "stage_finished" ? msg.stage : msg.type));
		expect(order.indexOf("verdict_reached")).toBeLessThan(order.indexOf("implement"));
	});

	test.each([
		["failed", 12, "implement_failed"],
		["blocked", 12, "implement_failed"],
		["limit", 4, "budget_exhausted"],
	] as const)("that ends as %s halts with exit code %i and ticks nothing", async (kind, code, reason) => {
		const { host, requests, run } = scene(() => ({ kind, reason: "no work tree" }));
		const first = await run({ to: "validate" });
		expect(first.outcome).toMatchObject({ kind: "halted", stage: "implement", code: reason, reason: "no work tree" });
		expect(pipelineExitCode(first.outcome)).toBe(code);
		expect(host.repository.get(tasksPath)).toBe(listed);
		await run({ journal: first.runId });
		// What was blocked goes on where it was; what failed is agreed on and done anew.
		const again = requests.at(-1)?.id.endsWith(kind === "failed" ? "/2" : "/1");
		expect(again).toBe(true);
	});

	test("tells what agents do, and a host that is cancelled leaves the run to be resumed", async () => {
		const stop = new AbortController();
		let calls = 0;
		const { host, requests, run } = scene((request) => {
			calls += 1;
			request.tell("gpt_codex", "running", { detail: "T001" });
			if (calls > 1) return {};
			stop.abort();
			return { kind: "cancelled", reason: "cancelled" };
		});
		const first = await run({ to: "implement", signal: stop.signal });
		expect(first.outcome.kind).toBe("cancelled");
		expect(host.progress.map(({ msg }) => msg)).toContainEqual({
			type: "agent_changed",
			agent: "gpt_codex",
			role: "code",
			stage: "implement",
			state: "running",
			detail: "T001",
		});
		expect((await run({ journal: first.runId })).outcome.kind).toBe("complete");
		expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
	});

	test("with every task ticked does nothing the first time, and puts right what validation found after that", async () => {
		let validations = 0;
		const done = listed.replaceAll("[ ]", "[x]");
		const { requests, run } = scene(
			() => ({}),
			{
				agent: ({ purpose, role }) => {
					if (!("stage" in purpose) || purpose.stage !== "validate" || role === "aggregator") return undefined;
					if (role === "research") validations += 1;
					if (validations > 1) return undefined;
					const requirements = [{ id: "FR-1", status: "failed", evidence: "no mail arrives" }];
					return undefinedFields({ requirements, decision: "fail" }, role);
				},
			},
			done,
		);
		const result = await run({ to: "validate" });
		expect(result.warnings).toContain("No task is open: nothing was carried out");
		expect(requests.map(({ tasks }) => tasks.map(({ id }) => id))).toEqual([["R002"]]);
		expect(requests[0]?.tasks[0]?.prompt).toContain("Validate decided fail; FR-1 is failed");
	});

	test("of a host without it, and of an older journal, only agrees on how", async () => {
		const host = createFakeHost({ files: { ...files, [tasksPath]: listed } });
		const { result } = createPipeline({
			host,
			specId: fakeSpecId,
			from: "implement",
			to: "implement",
			qualityGates: false,
		});
		expect((await result).outcome.kind).toBe("complete");
		expect(host.repository.get(tasksPath)).toBe(listed);
	});
});

/** An answer of validate with the extras of its role. */
function undefinedFields(core: object, role: string) {
	const extras: Readonly<Record<string, object>> = {
		research: { scenarios: [], evidence: [] },
		synthesis: { analysis: [], remediation: [] },
		review: { next_actions: [] },
	};
	return JSON.parse(JSON.stringify({ ...core, ...extras[role] }));
}

describe("hooks of the host", () => {
	test("run before and after each stage; one that says no halts the run", async () => {
		const { host, run } = scene(() => ({}));
		const told: string[] = [];
		const refuse = new Set<string>();
		Object.assign(host, {
			hook: ({ when, stage }: { when: string; stage: string }) => {
				told.push(`${when} ${stage}`);
				return Promise.resolve(refuse.has(`${when} ${stage}`) ? `The hook ${when}_${stage} ended with 1` : undefined);
			},
		});
		expect((await run({ to: "validate" })).outcome.kind).toBe("complete");
		expect(told).toEqual(["before implement", "after implement", "before validate", "after validate"]);
		refuse.add("before validate");
		const result = await run({ from: "validate", to: "validate" });
		expect(result.outcome).toMatchObject({
			kind: "halted",
			code: "run_failed",
			failure: "hook_failed",
			reason: "The hook before_validate ended with 1",
		});
		expect(pipelineExitCode(result.outcome)).toBe(12);
	});
});
