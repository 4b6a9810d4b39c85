// Spec-Kit's commands as MCP tools: each command is one, a call does what the command line does, and what a client sends is
// checked before anything is made.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { ServerTool, ToolCall } from "@codex/mcp-server";
import { createRuntime, loadSpecKit } from "@codex/runtime";
import { healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { specKitTools } from "../../src/speckit/mcp-tools.ts";
import { verbHelp } from "../../src/speckit/verb-help.ts";
import { verbs } from "../../src/speckit/verbs.ts";
import { makeCli } from "../cli-fixture.ts";
import { type AskedAgent, oneVendor, specKitModel } from "../spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";

interface Client {
	/** What the client's person answers; absent: the client cannot ask. */
	readonly ask?: (message: string) => Readonly<Record<string, unknown>>;
	readonly signal?: AbortSignal;
}

async function scene(answer?: (asked: AskedAgent) => object | string | undefined, refusal?: string) {
	const cli = await makeCli({
		script: specKitModel(answer),
		files: healthyFiles(specId),
		homeFiles: { "config.toml": oneVendor },
	});
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], { cwd: cli.cwd });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	const made = createRuntime({ version: "0.0.0-test", environment: cli.environment });
	if (made.kind === "error") throw new Error(made.lines.join("\n"));
	const { runtime } = made;
	onTestFinished(() => runtime.close());
	const tools = await specKitTools({
		runtime,
		flags: { overrides: [] },
		...(refusal === undefined ? {} : { refusal }),
	});
	const progress: string[] = [];
	const asked: string[] = [];
	const call = async (name: string, args: ToolCall["arguments"], client: Client = {}) => {
		const tool: ServerTool | undefined = tools.find((each) => each.name === name);
		if (tool === undefined) throw new Error(`no tool ${name}`);
		return await tool.run({
			arguments: args,
			requestId: 1,
			signal: client.signal ?? new AbortController().signal,
			canElicit: client.ask !== undefined,
			notify: () => undefined,
			progress: (message) => void progress.push(message),
			ask: (_method, params) => {
				const message = String(params["message"]);
				asked.push(message);
				return Promise.resolve(client.ask?.(message) ?? {});
			},
		});
	};
	return { cli, tools, call, progress, asked };
}

const open = {
	id: "Q1",
	question: "How long is a reset link valid?",
	answer: "",
	confidence: "low",
	magnitude: "critical",
	resolvability: "need-human",
	context: "FR-1",
	reasoning: "Nothing says it",
	affected_requirements: ["FR-1"],
	affected_artifacts: ["spec.md"],
};

const withQuestion = ({ agent, role, prompt }: AskedAgent): object | undefined => {
	if (role !== "gate" || !prompt.includes("stage clarify before plan")) return undefined;
	return { agent, issues: [{ ...open, answer: `${agent} says so` }] };
};

describe("the list", () => {
	test("has every command of the catalog and every verb, once, with help of its own", async () => {
		const { tools } = await scene();
		const { commandCatalog } = await loadSpecKit();
		const words = commandCatalog.map((spec) => spec.words).filter((each) => each.length > 0);
		const wanted = [...words.map((each) => each.join("_")), ...[...verbs.keys()].map((name) => name.replace(" ", "_"))];
		const names = tools.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		expect(names.toSorted()).toEqual([...new Set(wanted)].map((name) => `speckit_${name}`).toSorted());
		expect([...verbHelp.keys()].toSorted()).toEqual([...verbs.keys()].toSorted());
		for (const { name, description } of tools) {
			expect(name).toMatch(/^[a-z_]+$/);
			expect(description).toContain("`code speckit ");
		}
	});
});

describe("a call", () => {
	test("runs a stage, tells how it goes on, and answers with data", async () => {
		const { call, progress, cli } = await scene();
		const answer = await call("speckit_plan", { arguments: [specId, "the goal"], budget_usd: 5 });
		expect(answer.isError).toBeUndefined();
		expect(answer.structuredContent).toMatchObject({ outcome: "complete", exit_code: 0, spec_id: specId });
		expect(progress.join("\n")).toMatch(/claude \(synthesis\) running[\s\S]*verdict ok[\s\S]*plan done/);
		expect(readFileSync(path.join(cli.cwd, "docs", specId, "plan.md"), "utf8")).toContain("FR-1");
		const status = await call("speckit_status", { arguments: [specId] });
		expect(JSON.stringify(status.structuredContent)).toContain('"stage":"plan"');
	});

	test("asks the client's person where it can, and takes an option's number", async () => {
		const { call, asked, cli } = await scene(withQuestion);
		const ask = () => ({ action: "accept", content: { answer: "1" } });
		const answer = await call("speckit_auto", { arguments: [specId, "--to", "plan"] }, { ask });
		expect(answer.structuredContent).toMatchObject({ outcome: "complete" });
		expect(asked).toHaveLength(1);
		expect(asked[0]).toMatch(/How long is a reset link valid[\s\S]*1\. /);
		const [, option = ""] = /1\. (.+?)(?: \(recommended\))?\n/.exec(asked[0] ?? "") ?? [];
		expect(option).not.toBe("");
		expect(readFileSync(path.join(cli.cwd, "docs", specId, "spec.md"), "utf8")).toContain(option);
	});

	test.each([
		["cannot be asked", {}],
		["gives up", { ask: () => ({ action: "cancel" }) }],
		["answers something else", { ask: () => ({ action: "accept", content: { answer: 7 } }) }],
	])("of a client that %s pauses with the questions, and answers go on", async (_, client) => {
		const { call } = await scene(withQuestion);
		const paused = await call("speckit_auto", { arguments: [specId, "--to", "plan"] }, client);
		expect(paused.isError).toBeUndefined();
		expect(paused.structuredContent).toMatchObject({ outcome: "paused", exit_code: 10 });
		const [question] = JSON.parse(JSON.stringify(paused.structuredContent)).questions;
		const answers = [{ id: question.id, answer: "Thirty minutes" }];
		const done = await call("speckit_resume", { arguments: [specId], answers });
		expect(done.structuredContent).toMatchObject({ outcome: "complete", exit_code: 0 });
	});

	test("a declined question is left open on record", async () => {
		const { call } = await scene(withQuestion);
		const ask = () => ({ action: "decline" });
		const answer = await call("speckit_auto", { arguments: [specId, "--to", "plan"] }, { ask });
		expect(answer.structuredContent).toMatchObject({ outcome: "complete" });
	});

	test("that is cancelled is a cancelled run, which can be resumed", async () => {
		const stop = new AbortController();
		const { call } = await scene(() => {
			stop.abort();
			return undefined;
		});
		const answer = await call("speckit_plan", { arguments: [specId] }, { signal: stop.signal });
		expect(answer.structuredContent).toMatchObject({ outcome: "cancelled" });
		expect(answer.isError).toBe(true);
	});

	test.each([
		[{ arguments: "plan" }, "arguments"],
		[{ arguments: [1] }, "arguments"],
		[{ arguments: ["x".repeat(20_001)] }, "arguments"],
		[{ arguments: [], cwd: 1 }, "cwd"],
		[{ arguments: [specId], budget_usd: 0 }, "budget_usd"],
		[{ arguments: [specId], budget_usd: "1" }, "budget_usd"],
		[{ arguments: [specId], dry_run: 1 }, "dry_run"],
		[{ arguments: [specId], answers: [{ id: 1 }] }, "answers"],
		[{ arguments: [specId], trust: true }, "trust"],
		[{ arguments: ["../../etc"] }, "SPEC-"],
		[{ arguments: [`${specId}$(touch x)`] }, "SPEC-"],
		[{ arguments: [] }, "SPEC-ID"],
	])("with %j is answered with a sentence, and nobody is asked", async (args, sentence) => {
		const { call, cli } = await scene();
		const answer = await call("speckit_plan", args);
		expect(answer).toMatchObject({ isError: true });
		expect(JSON.stringify(answer.content)).toContain(sentence);
		expect(cli.server.requests).toEqual([]);
	});

	test("inside too many agents starts no more of them, and still reads", async () => {
		const { call, cli } = await scene(undefined, "too deep");
		expect(await call("speckit_plan", { arguments: [specId] })).toMatchObject({
			isError: true,
			content: [{ text: "too deep" }],
		});
		expect((await call("speckit_status", { arguments: [specId] })).isError).toBeUndefined();
		expect((await call("speckit_plan", { arguments: [specId], dry_run: true })).isError).toBe(true);
		expect(cli.server.requests).toEqual([]);
	});
});
