import type { ConversationItem, ModelInfo, ModelRequest } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createToMessagesRequest } from "../../src/anthropic/to-request.ts";
import { aRequest, knownModel, shellTool, user } from "../harness.ts";

const info: ModelInfo = { ...knownModel, id: "claude-opus-5", contextWindow: 1_000_000, maxOutputTokens: 128_000 };
const map = (over: Partial<ModelRequest> = {}, of: ModelInfo = info) =>
	createToMessagesRequest("anthropic")(aRequest({ model: "claude-opus-5", ...over }), of);
const messagesOf = (...input: readonly ConversationItem[]) => map({ input }).messages;

const said = (text: string): ConversationItem => ({
	type: "message",
	role: "assistant",
	content: [{ type: "output_text", text }],
});
const called = (call_id: string, text = "{}"): ConversationItem => ({
	type: "function_call",
	call_id,
	name: "shell",
	arguments: text,
});
const result = (call_id: string, output: string): ConversationItem => ({
	type: "function_call_output",
	call_id,
	output,
});
const thought = (text: string, provider = "anthropic"): ConversationItem => ({
	type: "reasoning",
	summary: text === "" ? [] : [{ type: "summary_text", text }],
	encrypted_content: "sig",
	provider,
});
const image = (image_url: string) => ({ type: "input_image", image_url }) as const;
const png = "data:image/png;base64,AAAA";

describe("the request", () => {
	it("says what the model needs, with two marks for the cache", () => {
		expect(map({ maxOutputTokens: 9_000, reasoning: { effort: "high", summary: "auto" } })).toEqual({
			model: "claude-opus-5",
			max_tokens: 9_000,
			cache_control: { type: "ephemeral" },
			system: [{ type: "text", text: "You are a test.", cache_control: { type: "ephemeral" } }],
			tools: [{ name: "shell", description: "Runs a command", input_schema: shellTool.parameters }],
			thinking: { type: "adaptive", display: "summarized" },
			output_config: { effort: "high" },
			stream: true,
			messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
		});
	});

	it("asks for as much as the model can give, and for no thinking where there is none", () => {
		const request = map(
			{ instructions: " ", tools: [], parallelToolCalls: false },
			{ ...info, supportsReasoning: false },
		);
		expect(request.max_tokens).toBe(128_000);
		expect(Object.keys(request)).toEqual(["model", "max_tokens", "cache_control", "stream", "messages"]);
	});

	it("forbids parallel calls only when told so", () => {
		expect(map().tool_choice).toBeUndefined();
		expect(map({ parallelToolCalls: false }).tool_choice).toEqual({ type: "auto", disable_parallel_tool_use: true });
	});

	it("flattens tool schemas whose top the API refuses", () => {
		const parameters = { oneOf: [{ type: "object", properties: { a: { type: "string" } }, required: ["a"] }] };
		expect(map({ tools: [{ ...shellTool, parameters }] }).tools).toMatchObject([
			{ input_schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
		]);
	});

	it("puts the schema of the answer into its own place, or into the instructions", () => {
		const outputSchema = { type: "object", properties: { n: { type: "integer", minimum: 1 } }, required: ["n"] };
		const own = map({ outputSchema, reasoning: { effort: "low" } });
		expect(own.output_config).toEqual({
			effort: "low",
			format: {
				type: "json_schema",
				schema: {
					type: "object",
					properties: { n: { type: "integer" } },
					required: ["n"],
					additionalProperties: false,
				},
			},
		});
		expect(own.system).toMatchObject([{ text: "You are a test." }]);
		const open = { type: "object", additionalProperties: true };
		for (const over of [{ outputSchema, model: "claude-opus-4-1" }, { outputSchema: open }]) {
			const told = map(over);
			expect(told.output_config).toBeUndefined();
			const [part] = typeof told.system === "string" ? [] : (told.system ?? []);
			expect(part?.text).toMatch(/^You are a test\.\n\nYour final answer must be one JSON value/);
			expect(part?.text.endsWith(JSON.stringify(over.outputSchema))).toBe(true);
		}
	});

	it("goes on without thinking where a model with a budget would refuse the turn", () => {
		const over = { model: "claude-sonnet-4-5", reasoning: { effort: "medium" } } as const;
		const enabled = { type: "enabled", budget_tokens: 10_000 };
		const turn = (...items: ConversationItem[]) => map({ ...over, input: [user("go"), ...items] }).thinking;
		expect(turn()).toEqual(enabled);
		expect(turn(thought("hm"), called("a"), result("a", "ok"))).toEqual(enabled);
		expect(turn(called("a"), result("a", "ok"))).toBeUndefined();
		expect(turn(called("a"), result("a", "ok"), said("done"), user("next"))).toEqual(enabled);
	});
});

describe("the messages", () => {
	it("are one for each side in turn, with results first", () => {
		const messages = messagesOf(
			{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
			user("hello"),
			thought("hm"),
			said("I call."),
			called("a", '{"command":["true"]}'),
			{ type: "custom_tool_call", call_id: "b", name: "apply_patch", input: "*** Begin Patch" },
			result("a", "ok"),
			user("and hurry"),
			{ type: "custom_tool_call_output", call_id: "b", output: "done" },
		);
		expect(messages).toEqual([
			{
				role: "user",
				content: [
					{ type: "text", text: "rules" },
					{ type: "text", text: "hello" },
				],
			},
			{
				role: "assistant",
				content: [
					{ type: "thinking", thinking: "hm", signature: "sig" },
					{ type: "text", text: "I call." },
					{ type: "tool_use", id: "a", name: "shell", input: { command: ["true"] } },
					{ type: "tool_use", id: "b", name: "apply_patch", input: { input: "*** Begin Patch" } },
				],
			},
			{
				role: "user",
				content: [
					{ type: "tool_result", tool_use_id: "a", content: "ok" },
					{ type: "tool_result", tool_use_id: "b", content: "done" },
					{ type: "text", text: "and hurry" },
				],
			},
		]);
	});

	it("hold the provider's own thoughts, sealed ones too, and no others", () => {
		const sealed: ConversationItem = {
			type: "reasoning",
			summary: [],
			encrypted_content: "redacted_thinking:c2VhbGVk",
			provider: "anthropic",
		};
		const unsealed: ConversationItem = { type: "reasoning", summary: [], provider: "anthropic" };
		const [, second] = messagesOf(
			user("hi"),
			thought("theirs", "openai"),
			sealed,
			unsealed,
			thought(""),
			said("a"),
			user("b"),
		);
		expect(second?.content).toEqual([
			{ type: "redacted_thinking", data: "c2VhbGVk" },
			{ type: "thinking", thinking: "", signature: "sig" },
			{ type: "text", text: "a" },
		]);
	});

	it("are none for thoughts alone, for nothing but space, or for nothing at all", () => {
		expect(messagesOf(user("hi"), thought("hm"))).toHaveLength(1);
		expect(messagesOf(user("hi"), said(" \n"), user("you"))).toMatchObject([{ role: "user" }, { role: "user" }]);
		expect(messagesOf(user(" "))).toEqual([]);
	});

	it("end with a user's words when the last answer was cut", () => {
		const messages = messagesOf(user("hi"), said("half of it"));
		expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
		expect(messagesOf(user("hi"), said("half of it")).at(-1)).toBe(messages.at(-1));
	});

	it("hold images of messages and of results, as the API takes them", () => {
		const url = "https://example.com/a.png";
		const [message] = messagesOf({
			type: "message",
			role: "user",
			content: [image(png), image(url), image("data:image/JPG;base64,BBBB"), image("data:image/bmp;base64,CCCC")],
		});
		const note = { type: "text", text: "[an image of a kind that this model does not take]" };
		expect(message?.content).toEqual([
			{ type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
			{ type: "image", source: { type: "url", url } },
			{ type: "image", source: { type: "base64", media_type: "image/jpeg", data: "BBBB" } },
			note,
		]);
		const output = [{ type: "input_text", text: "seen" } as const, image(png)];
		const last = messagesOf(user("look"), called("a"), { type: "function_call_output", call_id: "a", output }).at(-1);
		expect(last?.content).toMatchObject([
			{ type: "tool_result", content: [{ type: "text", text: "seen" }, { type: "image" }] },
		]);
	});

	it("have results without content for empty outputs", () => {
		const last = messagesOf(user("go"), called("a"), called("b"), result("a", " \n"), {
			type: "function_call_output",
			call_id: "b",
			output: [],
		}).at(-1);
		expect(last?.content).toEqual([
			{ type: "tool_result", tool_use_id: "a" },
			{ type: "tool_result", tool_use_id: "b" },
		]);
	});

	it("rewrite ids and names that the API refuses, the same way on both sides", () => {
		const name = `mcp.tool/${"x".repeat(200)}`;
		const call: ConversationItem = { type: "function_call", call_id: "call:1|fc", name, arguments: "{}" };
		const unnamed: ConversationItem = { type: "function_call", call_id: "", name: "", arguments: "{}" };
		const [, asked, answered] = messagesOf(user("go"), call, unnamed, result("call:1|fc", "ok"), result("", "ok"));
		expect(asked?.content).toMatchObject([
			{ id: "call_1_fc", name: `mcp_tool_${"x".repeat(119)}` },
			{ id: "call", name: "unknown" },
		]);
		expect(answered?.content).toMatchObject([{ tool_use_id: "call_1_fc" }, { tool_use_id: "call" }]);
	});

	it("hold arguments that are no JSON object as text", () => {
		const [, asked] = messagesOf(
			user("go"),
			called("a", ""),
			called("b", '{"cut'),
			called("c", "[1]"),
			result("a", "x"),
		);
		expect(asked?.content).toMatchObject([
			{ input: {} },
			{ input: { arguments: '{"cut' } },
			{ input: { arguments: "[1]" } },
		]);
	});

	it("are the same objects for what has not changed", () => {
		const toRequest = createToMessagesRequest("anthropic");
		const items = [user("go"), thought("hm"), called("a"), result("a", "ok")];
		const first = toRequest(aRequest({ input: items }), info).messages;
		const second = toRequest(aRequest({ input: [...items, said("done"), user("next")] }), info).messages;
		expect(second).toHaveLength(5);
		for (const [index, message] of first.entries()) expect(second[index]).toBe(message);
		const grown = toRequest(aRequest({ input: [...items, user("wait")] }), info).messages;
		expect(grown[2]).not.toBe(first[2]);
		expect(grown[1]).toBe(first[1]);
	});
});
