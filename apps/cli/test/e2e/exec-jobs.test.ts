// The main job: read, patch, run the project's test, answer; on both wires, for people and for programs.

import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ExecEventBody, ExecItem } from "@codex/protocol";
import type { AnswerStep, ReceivedRequest } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { execBodies, threadId } from "./run-code.ts";
import { allowCommands, createScene, type Scene } from "./scene.ts";

const sourceFiles = {
	"sum.js": "exports.sum = (left, right) => left - right;\n",
	"check.js": [
		'const { sum } = require("./sum.js");',
		'if (sum(2, 3) !== 5) throw new Error("sum(2, 3) is " + sum(2, 3));',
		'console.log("1 passed");',
		"",
	].join("\n"),
};

const patch = `*** Begin Patch
*** Update File: sum.js
@@
-exports.sum = (left, right) => left - right;
+exports.sum = (left, right) => left + right;
*** End Patch`;

/** Two calls at once, a patch, the real test, the answer. */
const job: readonly AnswerStep[] = [
	{
		reasoning: "**Reading**\n\nBoth files first.",
		calls: [
			{ name: "read_file", arguments: { file_path: "sum.js" } },
			{ name: "read_file", arguments: { file_path: "check.js" } },
		],
		usage: { inputTokens: 1000, outputTokens: 50, reasoningOutputTokens: 20 },
	},
	{
		text: "The sign is wrong.",
		calls: [{ name: "apply_patch", arguments: { input: patch } }],
		usage: { inputTokens: 1100, cachedInputTokens: 1000, outputTokens: 60 },
	},
	{
		calls: [{ name: "shell", arguments: { command: ["node", "check.js"] } }],
		usage: { inputTokens: 1200, cachedInputTokens: 1100, outputTokens: 10 },
	},
	{
		text: "`sum.js` adds now; `node check.js` passes.",
		usage: { inputTokens: 1300, cachedInputTokens: 1200, outputTokens: 15 },
	},
];

const answer = "`sum.js` adds now; `node check.js` passes.";

const chatConfig = (scene: Scene): string => `
model = "local-model"
model_provider = "local"
[model_providers.local]
name = "Local"
base_url = "${scene.server.baseUrl}"
wire_api = "chat"
`;

type Wire = ReceivedRequest["wire"];

async function jobScene(wire: Wire, script = job): Promise<Scene> {
	const scene = await createScene(script, sourceFiles);
	if (wire === "chat") await scene.config(chatConfig(scene));
	return scene;
}

interface Output {
	readonly callId: string;
	readonly text: string;
}

/** The tool outputs of a request, in their order. */
function outputsOf({ wire, body }: ReceivedRequest): readonly Output[] {
	if (wire === "chat") {
		return body.messages
			.filter(({ role }: { role: string }) => role === "tool")
			.map((message: { tool_call_id: string; content: string }) => ({
				callId: message.tool_call_id,
				text: message.content,
			}));
	}
	return body.input
		.filter(({ type }: { type: string }) => type === "function_call_output")
		.map((item: { call_id: string; output: string }) => ({ callId: item.call_id, text: item.output }));
}

const toolNames = ({ wire, body }: ReceivedRequest): readonly string[] =>
	body.tools.map((tool: { name: string; function: { name: string } }) =>
		wire === "chat" ? tool.function.name : tool.name,
	);

/** A request's text with what it adds to the one before taken off. */
function sharesPrefix(earlier: ReceivedRequest, later: ReceivedRequest): boolean {
	const list = ({ wire, body }: ReceivedRequest): readonly unknown[] => (wire === "chat" ? body.messages : body.input);
	const kept = list(later).slice(0, list(earlier).length);
	return JSON.stringify(kept) === JSON.stringify(list(earlier));
}

const completed = (bodies: readonly ExecEventBody[], type: ExecItem["type"]): readonly ExecItem[] =>
	bodies.flatMap((body) => (body.type === "item.completed" && body.item.type === type ? [body.item] : []));

describe.concurrent.each<Wire>(["responses", "chat"])("the main job on the %s wire", (wire) => {
	test("reads, patches, runs the real test and answers; stdout is the answer and nothing else", async () => {
		const scene = await jobScene(wire);
		const result = await scene.run(["exec", ...allowCommands, "fix the failing test"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: `${answer}\n` });
		expect(await readFile(path.join(scene.repo, "sum.js"), "utf8")).toContain("left + right");
		expect(result.stderr).toContain("node check.js");
		expect(result.stderr).toContain("exit 0");
		expect(result.stderr).toContain("sum.js (+1 −1)");
		expect(result.stderr).not.toContain("\u001b");
		scene.server.assertExhausted();
	});

	test("sends its tools, answers calls in the model's order, and keeps the prefix of the prompt", async () => {
		const scene = await jobScene(wire);
		await scene.run(["exec", ...allowCommands, "fix the failing test"]);
		const [first, second, third, fourth] = scene.server.requests as [
			ReceivedRequest,
			ReceivedRequest,
			ReceivedRequest,
			ReceivedRequest,
		];
		expect(toolNames(first)).toEqual([
			"shell",
			"apply_patch",
			"read_file",
			"list_dir",
			"grep_files",
			"update_plan",
			"view_image",
		]);
		expect(outputsOf(second).map(({ callId }) => callId)).toEqual(["call_1_0", "call_1_1"]);
		expect(outputsOf(second)[0]?.text).toContain("left - right");
		expect(outputsOf(second)[1]?.text).toContain("1 passed");
		expect(outputsOf(third)[2]).toEqual({
			callId: "call_2_0",
			text: expect.stringMatching(/^Success\. Updated the following files:\nM sum\.js/),
		});
		expect(outputsOf(fourth)[3]).toEqual({
			callId: "call_3_0",
			text: expect.stringMatching(/^Exit code: 0\nWall time: \d+\.\d seconds\nOutput:\n1 passed\n$/),
		});
		expect(sharesPrefix(first, second)).toBe(true);
		expect(sharesPrefix(second, third)).toBe(true);
		expect(sharesPrefix(third, fourth)).toBe(true);
		for (const request of scene.server.requests) {
			expect(JSON.stringify(request.body.tools)).toBe(JSON.stringify(first.body.tools));
		}
	});
});

describe.concurrent("requests", () => {
	test("the Responses wire stores nothing, carries encrypted reasoning and names one cache key for the session", async () => {
		const scene = await jobScene("responses");
		const { stdout } = await scene.run(["exec", "--json", ...allowCommands, "fix it"]);
		for (const { path: url, headers, body } of scene.server.requests) {
			expect(url).toBe("/v1/responses");
			expect(headers["authorization"]).toBe(`Bearer ${scene.env["OPENAI_API_KEY"]}`);
			expect(headers["session_id"]).toBe(threadId(stdout));
			expect(body).toMatchObject({
				model: "gpt-5-codex",
				stream: true,
				store: false,
				tool_choice: "auto",
				parallel_tool_calls: true,
				include: ["reasoning.encrypted_content"],
				prompt_cache_key: threadId(stdout),
				reasoning: { summary: "auto" },
			});
		}
		const reasoning = scene.server.requests[1]?.body.input.find(({ type }: { type: string }) => type === "reasoning");
		expect(reasoning).toEqual({
			type: "reasoning",
			summary: [{ type: "summary_text", text: "**Reading**\n\nBoth files first." }],
			encrypted_content: "sealed-rs_1",
		});
	});

	test("reasoning goes only to a model that is known to take it", async () => {
		const scene = await jobScene("responses", [{ text: "hello" }]);
		const result = await scene.run(["exec", "-m", "somebodys-model", "say hello"]);
		expect(result.exitCode).toBe(0);
		const { body } = scene.server.requests[0] as ReceivedRequest;
		expect(body).not.toHaveProperty("reasoning");
		expect(body).not.toHaveProperty("include");
		expect(result.stderr).toContain("nothing is known of the model `somebodys-model`");
	});

	test("the chat wire asks for usage and sends neither reasoning nor keys that nobody set", async () => {
		const scene = await jobScene("chat");
		const { stdout } = await scene.run(["exec", "--json", ...allowCommands, "fix it"]);
		const { path: url, headers, body } = scene.server.requests[0] as ReceivedRequest;
		expect(url).toBe("/v1/chat/completions");
		expect(headers).not.toHaveProperty("authorization");
		expect(body).toMatchObject({ model: "local-model", stream: true, stream_options: { include_usage: true } });
		expect(body).not.toHaveProperty("reasoning");
		expect(body).not.toHaveProperty("reasoning_effort");
		expect(execBodies(stdout).at(-1)).toMatchObject({ type: "turn.completed", usage: { input_tokens: 4600 } });
	});

	test("calls in fragments that are cut inside a character arrive whole", async () => {
		const text = "größer — 日本語";
		const scene = await jobScene("chat", [
			{
				calls: [{ name: "shell", arguments: { command: ["printf", "%s", text] } }],
				deltaSize: 3,
				splitBytes: 7,
				omitCallIds: true,
			},
			{ text: "done" },
		]);
		const { exitCode, stdout } = await scene.run(["exec", "--json", ...allowCommands, "print it"]);
		expect(exitCode).toBe(0);
		expect(completed(execBodies(stdout), "command_execution")).toMatchObject([
			{ aggregated_output: text, exit_code: 0 },
		]);
		const assistant = scene.server.requests[1]?.body.messages.find(
			({ role }: { role: string }) => role === "assistant",
		);
		expect(assistant.tool_calls[0].id).toBe(outputsOf(scene.server.requests[1] as ReceivedRequest)[0]?.callId);
	});

	test("the instructions of home and folders reach the model, deeper ones last", async () => {
		const scene = await createScene([{ text: "ok" }], {
			"AGENTS.md": "Root rule: tabs.",
			"inner/AGENTS.md": "Inner rule: spaces.",
		});
		await scene.run(["exec", "-C", "inner", "hello"]);
		const text = JSON.stringify(scene.server.requests[0]?.body.input);
		expect(text.indexOf("Root rule: tabs.")).toBeGreaterThan(0);
		expect(text.indexOf("Inner rule: spaces.")).toBeGreaterThan(text.indexOf("Root rule: tabs."));
		expect(text).toContain(path.join(scene.repo, "inner"));
	});
});

describe.concurrent("exec --json", () => {
	test("prints the whole job in the fixed shapes", async () => {
		const scene = await jobScene("responses");
		const { exitCode, stdout } = await scene.run(["exec", "--json", ...allowCommands, "fix the failing test"]);
		expect(exitCode).toBe(0);
		const change = {
			id: "item_4",
			type: "file_change",
			changes: [{ path: path.join(scene.repo, "sum.js"), kind: "update" }],
		};
		const command = { id: "item_5", type: "command_execution", command: "node check.js" };
		const bodies = execBodies(stdout);
		expect(bodies.filter((body) => !("item" in body && body.item.type === "mcp_tool_call"))).toEqual([
			{ type: "thread.started", thread_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
			{ type: "turn.started" },
			{ type: "item.completed", item: { id: "item_0", type: "reasoning", text: "**Reading**\n\nBoth files first." } },
			{ type: "item.completed", item: { id: "item_3", type: "agent_message", text: "The sign is wrong." } },
			{ type: "item.completed", item: { ...change, status: "completed" } },
			{
				type: "item.started",
				item: { ...command, aggregated_output: "", exit_code: null, status: "in_progress" },
			},
			{
				type: "item.completed",
				item: { ...command, aggregated_output: "1 passed\n", exit_code: 0, status: "completed" },
			},
			{ type: "item.completed", item: { id: "item_6", type: "agent_message", text: answer } },
			{
				type: "turn.completed",
				usage: {
					input_tokens: 4600,
					cached_input_tokens: 3300,
					cache_write_input_tokens: 0,
					output_tokens: 135,
					reasoning_output_tokens: 20,
				},
			},
		]);
		const reads = completed(bodies, "mcp_tool_call");
		expect(reads.map(({ id }) => id).toSorted()).toEqual(["item_1", "item_2"]);
		expect(reads).toContainEqual({
			id: expect.any(String),
			type: "mcp_tool_call",
			server: "code",
			tool: "read_file",
			arguments: { file_path: "sum.js" },
			result: {
				content: [{ type: "text", text: expect.stringContaining("left - right") }],
				structured_content: null,
			},
			error: null,
			status: "completed",
		});
	});

	test("keeps the order of fields and has `v` and `seq` as its only additions", async () => {
		const scene = await jobScene("responses", [
			{ calls: [{ name: "shell", arguments: { command: ["echo", "hi"] } }] },
			{ text: "hi" },
		]);
		const { stdout } = await scene.run(["exec", "--json", ...allowCommands, "hi"]);
		const lines = stdout.trimEnd().split("\n");
		expect(lines[0]).toMatch(/^\{"type":"thread.started","thread_id":"[0-9a-f-]{36}","v":1,"seq":0\}$/);
		expect(lines[1]).toBe('{"type":"turn.started","v":1,"seq":1}');
		expect(lines[2]).toBe(
			'{"type":"item.started","item":{"id":"item_0","type":"command_execution","command":"echo hi",' +
				'"aggregated_output":"","exit_code":null,"status":"in_progress"},"v":1,"seq":2}',
		);
		expect(lines[3]).toBe(
			'{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"echo hi",' +
				'"aggregated_output":"hi\\n","exit_code":0,"status":"completed"},"v":1,"seq":3}',
		);
		expect(lines[4]).toBe(
			'{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"hi"},"v":1,"seq":4}',
		);
		expect(lines[5]).toBe(
			'{"type":"turn.completed","usage":{"input_tokens":20,"cached_input_tokens":0,"cache_write_input_tokens":0,' +
				'"output_tokens":10,"reasoning_output_tokens":0},"v":1,"seq":5}',
		);
		expect(lines).toHaveLength(6);
	});

	test("starts the plan once, updates it, and completes it before its turn ends", async () => {
		const plan = (...statuses: readonly string[]) => ({
			name: "update_plan",
			arguments: { plan: statuses.map((status, at) => ({ step: `step ${at + 1}`, status })) },
		});
		const scene = await jobScene("responses", [
			{ calls: [plan("in_progress", "pending")] },
			{ calls: [plan("completed", "in_progress")] },
			{ text: "half done" },
		]);
		const { stdout } = await scene.run(["exec", "--json", "plan it"]);
		const list = (first: boolean, second: boolean) => ({
			id: "item_0",
			type: "todo_list",
			items: [
				{ text: "step 1", completed: first },
				{ text: "step 2", completed: second },
			],
		});
		expect(execBodies(stdout).slice(2)).toEqual([
			{ type: "item.started", item: list(false, false) },
			{ type: "item.updated", item: list(true, false) },
			{ type: "item.completed", item: { id: "item_1", type: "agent_message", text: "half done" } },
			{ type: "item.completed", item: list(true, false) },
			expect.objectContaining({ type: "turn.completed" }),
		]);
	});

	test("drops blank reasoning, tells a failed command, a failed patch and an unknown tool, and goes on", async () => {
		const bad =
			"*** Begin Patch\n*** Update File: sum.js\n@@\n-exports.sum = (left, right) => left * right;\n+x\n*** End Patch";
		const scene = await jobScene("responses", [
			{ reasoning: "  \n", calls: [{ name: "shell", arguments: { command: ["node", "check.js"] } }] },
			{ calls: [{ name: "apply_patch", arguments: { input: bad } }] },
			{ calls: [{ name: "teleport", arguments: {} }] },
			{ calls: [{ name: "shell", arguments: '{"command": ["ls"' }] },
			{ text: "gave up" },
		]);
		const { exitCode, stdout } = await scene.run(["exec", "--json", ...allowCommands, "try"]);
		expect(exitCode).toBe(0);
		const bodies = execBodies(stdout);
		expect(completed(bodies, "reasoning")).toEqual([]);
		expect(completed(bodies, "command_execution")[0]).toMatchObject({
			exit_code: 1,
			status: "failed",
			aggregated_output: expect.stringContaining("sum(2, 3) is -1"),
		});
		expect(completed(bodies, "file_change")).toMatchObject([{ status: "failed" }]);
		expect(await readFile(path.join(scene.repo, "sum.js"), "utf8")).toBe(sourceFiles["sum.js"]);
		const outputs = outputsOf(scene.server.requests[4] as ReceivedRequest).map(({ text }) => text);
		expect(outputs[0]).toMatch(/^Exit code: 1\n/);
		// The nearest lines of the file are quoted.
		expect(outputs[1]).toContain("exports.sum = (left, right) => left - right;");
		expect(outputs[2]).toContain("unsupported call: teleport");
		expect(outputs[3]).toMatch(/^failed to parse function arguments/);
	});
});
