// Agents as tools of a session's model: a scripted model that starts some, and the tools alone with agents that do as told.

import type { EventMsg, JsonObject } from "@codex/protocol";
import type { AgentOutcome } from "@codex/spec-kit";
import { createFakeClock, type ModelStep, type ReceivedRequest } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import type { AgentTask } from "../../src/agents/agent-task.ts";
import { agentCounts, withAgentTools } from "../../src/agents/agent-tools.ts";
import { makeFixture } from "../runtime-fixture.ts";

const spend = { attempts: 1, wallMs: 1, tokens: 10, costUsd: 0.1 };
const usage = {
	inputTokens: 0,
	cachedInputTokens: 0,
	cacheWriteInputTokens: 0,
	outputTokens: 0,
	reasoningOutputTokens: 0,
};
const answered = (text: string): AgentOutcome => ({ kind: "answered", text, model: "m", usage, spend });

function scene(
	limits = {},
	run: (task: AgentTask, signal: AbortSignal) => Promise<AgentOutcome> = () => Promise.resolve(answered("yes")),
) {
	const tasks: AgentTask[] = [];
	let made = 0;
	const mcp = withAgentTools(undefined, {
		runner: () => {
			made += 1;
			return Promise.resolve({
				run: (task, signal) => {
					tasks.push(task);
					return run(task, signal);
				},
			});
		},
		seats: new Map([
			["default", { kind: "session" }],
			["claude", { kind: "session", provider: "anthropic" }],
		]),
		cwd: "/w",
		limits,
		clock: createFakeClock(),
		newId: () => "id",
	});
	const call = async (name: string, args: JsonObject = {}): Promise<string> => {
		const answer = await mcp.tools.call(name, args, new AbortController().signal);
		if (answer.kind === "failed") return `failed: ${answer.message}`;
		const [part] = answer.parts;
		return `${answer.isError ? "error: " : ""}${part?.kind === "text" ? part.text : ""}`;
	};
	return { mcp, call, tasks, made: () => made };
}

const untilAborted = (_task: AgentTask, signal: AbortSignal): Promise<AgentOutcome> =>
	new Promise((resolve) => {
		signal.addEventListener("abort", () => resolve({ kind: "cancelled", reason: "cancelled", spend }), { once: true });
	});

describe("the tools", () => {
	test("are six, need no approval, and bring nothing of their own before they are used", () => {
		const { mcp, made } = scene();
		expect(mcp.tools.tools().map(({ name, approval }) => `${name} ${approval}`)).toEqual([
			"agent_cancel approve",
			"agent_check approve",
			"agent_list approve",
			"agent_result approve",
			"agent_run approve",
			"agent_wait approve",
		]);
		expect(mcp.tools.tools()).toBe(mcp.tools.tools());
		expect(made()).toBe(0);
	});

	test("start, wait, tell and hand over", async () => {
		const { call, tasks } = scene();
		expect(await call("agent_list")).toBe("no agents yet");
		expect(await call("agent_wait")).toBe("no agent is running");
		expect(await call("agent_run", { task: "where is it?", agent: "claude" })).toBe("agent-1 was started");
		expect(tasks[0]).toMatchObject({
			prompt: "where is it?",
			cwd: "/w",
			access: "read-only",
			seat: { kind: "session", provider: "anthropic" },
			limits: { maxWallMs: 1_800_000 },
		});
		await call("agent_wait", { ids: ["agent-1"] });
		expect(await call("agent_check", { id: "agent-1" })).toContain(
			"agent-1 claude answered, 10 tokens, $0.1000: where is it?",
		);
		expect(await call("agent_result", { id: "agent-1" })).toBe("yes");
		expect(await call("agent_list")).toContain("answered");
	});

	test("cancel, and end with the session", async () => {
		const { call, mcp, tasks } = scene({}, untilAborted);
		await call("agent_run", { task: "a" });
		await call("agent_run", { task: "b" });
		expect(await call("agent_result", { id: "agent-1" })).toContain("error: agent-1 is still running");
		expect(await call("agent_cancel", { id: "agent-1" })).toContain("agent-1 default cancelled");
		expect(await call("agent_result", { id: "agent-1" })).toMatch(/^error: agent-1 .*cancelled/);
		tasks[1]?.onProgress?.({ lastLine: "reads a.ts", spend });
		expect(await call("agent_check", { id: "agent-2" })).toContain("running: b – reads a.ts");
		mcp.close();
		expect(await call("agent_wait", { ids: ["agent-2"], all: true })).toContain("agent-2 default cancelled");
	});

	test.each([
		["agent_run", {}, "task"],
		["agent_run", { task: " " }, "task"],
		["agent_run", { task: "x".repeat(100_001) }, "at most"],
		["agent_run", { task: "x", agent: "gpt9" }, "default, claude"],
		["agent_check", {}, "no agent"],
		["agent_result", { id: 7 }, "no agent"],
		["agent_cancel", { id: "agent-9" }, "no agent"],
		["agent_wait", { ids: ["agent-9"] }, "no agent"],
	])("%s of %j is an error in a sentence", async (name, args, sentence) => {
		const answer = await scene().call(name, args);
		expect(answer).toMatch(/^error: /);
		expect(answer).toContain(sentence);
	});

	test("keep to the counts and to the session's budget", async () => {
		const busy = scene({}, untilAborted);
		for (let at = 0; at < agentCounts.running; at += 1) await busy.call("agent_run", { task: "x" });
		expect(await busy.call("agent_run", { task: "x" })).toContain("6 agents run already");
		busy.mcp.close();
		const many = scene();
		for (let at = 0; at < agentCounts.total; at += 1) {
			await many.call("agent_run", { task: "x" });
			await many.call("agent_wait");
		}
		expect(await many.call("agent_run", { task: "x" })).toContain("24 agents, no more");
		const poor = scene({ maxCostUsd: 0.15, maxTokens: 600, maxAttempts: 3, maxWallMs: 1000 });
		await poor.call("agent_run", { task: "x" });
		expect(poor.tasks[0]?.limits).toMatchObject({ maxTokens: 100, maxAttempts: 3, maxWallMs: 1000 });
		expect(poor.tasks[0]?.limits.maxCostUsd).toBeCloseTo(0.025);
		await poor.call("agent_wait");
		await poor.call("agent_run", { task: "x" });
		await poor.call("agent_wait");
		expect(await poor.call("agent_run", { task: "x" })).toContain("no money is left");
	});

	test("cut what is too long for a conversation", async () => {
		const { call } = scene({}, () => Promise.resolve(answered("z".repeat(50_000))));
		await call("agent_run", { task: "x" });
		await call("agent_wait");
		expect(await call("agent_result", { id: "agent-1" })).toMatch(/z\n\[… 10000 characters left out\]$/);
	});
});

describe("in a session", () => {
	const step = (name: string, args: object): ModelStep => ({
		calls: [{ callId: `c_${name}`, name, arguments: { ...args } }],
	});

	test("a model starts an agent, which has no such tools, and uses its answer", async () => {
		const seen: ReceivedRequest[] = [];
		const script = (request: ReceivedRequest): ModelStep => {
			seen.push(request);
			const input = JSON.stringify(request.body.input);
			if (input.includes("look for it") && !input.includes("ask another")) return { text: "It is in a.ts." };
			if (input.includes("It is in a.ts.")) return { text: "Found: a.ts" };
			if (input.includes("c_agent_wait")) return step("agent_result", { id: "agent-1" });
			if (input.includes("c_agent_run")) return step("agent_wait", {});
			return step("agent_run", { task: "look for it" });
		};
		const fixture = await makeFixture({ script: Array.from({ length: 8 }, () => script) });
		const on = ["tools.agents=true", ...fixture.overrides];
		const started = await fixture.start({ flags: { overrides: on } });
		if (started.kind === "error") throw new Error(started.lines.join());
		const { session } = started;
		const events: EventMsg[] = [];
		const over = new Promise<void>((resolve) => {
			session.subscribe(({ msg }) => {
				events.push(msg);
				if (msg.type === "turn_completed" || msg.type === "turn_failed") resolve();
			});
		});
		session.submit({ type: "user_input", items: [{ type: "text", text: "ask another" }] });
		await over;
		await session.close();
		expect(events.findLast(({ type }) => type === "turn_completed")).toMatchObject({ lastAgentMessage: "Found: a.ts" });
		const calls = events.flatMap((msg) => (msg.type === "tool_call_begin" ? [`${msg.server} ${msg.tool}`] : []));
		expect(calls).toEqual(["agents agent_run", "agents agent_wait", "agents agent_result"]);
		const toolsOf = (request: ReceivedRequest | undefined): string => JSON.stringify(request?.body.tools ?? []);
		const own = seen.find(({ body }) => JSON.stringify(body.input).includes("ask another"));
		const others = seen.find(({ body }) => !JSON.stringify(body.input).includes("ask another"));
		expect(toolsOf(own)).toContain("agent_run");
		expect(toolsOf(others)).not.toContain("agent_run");
	});

	test("without the setting there are none", async () => {
		const fixture = await makeFixture({ script: [{ text: "Hi." }] });
		const started = await fixture.start();
		if (started.kind === "error") throw new Error(started.lines.join());
		const { session } = started;
		const over = new Promise<void>((resolve) => {
			session.subscribe(({ msg }) => void (msg.type === "turn_completed" && resolve()));
		});
		session.submit({ type: "user_input", items: [{ type: "text", text: "hi" }] });
		await over;
		await session.close();
		expect(JSON.stringify(fixture.server.requests[0]?.body.tools)).not.toContain("agent_run");
	});
});
