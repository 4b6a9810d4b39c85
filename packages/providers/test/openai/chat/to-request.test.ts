import type { ConversationItem } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createToChatRequest } from "../../../src/openai/chat/to-request.ts";
import { aRequest, knownModel, shellTool, user } from "../../harness.ts";

const toRequest = createToChatRequest("openai");
const unknownModel = { ...knownModel, known: false, supportsReasoning: false, supportsVerbosity: false };

describe("createToChatRequest", () => {
	it("makes the request of the wire, member by member and in one order", () => {
		const request = aRequest({
			model: "gpt-5",
			reasoning: { effort: "high", summary: "auto" },
			verbosity: "low",
			outputSchema: { type: "object" },
			maxOutputTokens: 1000,
			promptCacheKey: "session",
		});
		const { name, description, parameters } = shellTool;
		expect(JSON.stringify(toRequest(request, knownModel))).toBe(
			JSON.stringify({
				model: "gpt-5",
				tools: [{ type: "function", function: { name, description, parameters } }],
				tool_choice: "auto",
				parallel_tool_calls: true,
				response_format: {
					type: "json_schema",
					json_schema: { name: "codex_output_schema", strict: true, schema: { type: "object" } },
				},
				max_completion_tokens: 1000,
				reasoning_effort: "high",
				verbosity: "low",
				prompt_cache_key: "session",
				stream: true,
				stream_options: { include_usage: true },
				messages: [
					{ role: "system", content: "You are a test." },
					{ role: "user", content: "hello" },
				],
			}),
		);
	});

	it("sends an unknown model only what every server understands", () => {
		const request = aRequest({
			tools: [],
			maxOutputTokens: 5,
			promptCacheKey: "s",
			verbosity: "low",
			instructions: "",
		});
		expect(toRequest(request, unknownModel)).toEqual({
			model: "gpt-5-codex",
			max_tokens: 5,
			stream: true,
			stream_options: { include_usage: true },
			messages: [{ role: "user", content: "hello" }],
		});
		expect(toRequest(aRequest({ reasoning: { effort: "low" } }), unknownModel)).toMatchObject({
			reasoning_effort: "low",
		});
		expect(toRequest(aRequest(), unknownModel)).not.toHaveProperty("parallel_tool_calls");
	});

	it("makes one assistant message of what the model said and asked for", () => {
		const input: ConversationItem[] = [
			{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
			user("go"),
			{ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "hm" }], provider: "openai" },
			{ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "other" }], provider: "azure" },
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "I look" }] },
			{ type: "function_call", call_id: "a", name: "shell", arguments: "{" },
			{ type: "custom_tool_call", call_id: "b", name: "apply_patch", input: "*** Begin" },
			{ type: "function_call_output", call_id: "a", output: "one" },
			{
				type: "custom_tool_call_output",
				call_id: "b",
				output: [
					{ type: "input_text", text: "two" },
					{ type: "input_image", image_url: "data:,x", detail: "low" },
				],
			},
			{ type: "function_call", call_id: "c", name: "shell", arguments: "{}" },
			{ type: "function_call_output", call_id: "c", output: "three" },
			{ type: "reasoning", summary: [{ type: "summary_text", text: "alone" }] },
		];
		expect(toRequest(aRequest({ input, instructions: "" }), knownModel).messages).toEqual([
			{ role: "system", content: "rules" },
			{ role: "user", content: "go" },
			{
				role: "assistant",
				content: "I look",
				reasoning_content: "hm",
				tool_calls: [
					{ id: "a", type: "function", function: { name: "shell", arguments: "{" } },
					{ id: "b", type: "function", function: { name: "apply_patch", arguments: '{"input":"*** Begin"}' } },
				],
			},
			{ role: "tool", tool_call_id: "a", content: "one" },
			{ role: "tool", tool_call_id: "b", content: "two" },
			{ role: "user", content: [{ type: "image_url", image_url: { url: "data:,x", detail: "low" } }] },
			{
				role: "assistant",
				content: null,
				tool_calls: [{ id: "c", type: "function", function: { name: "shell", arguments: "{}" } }],
			},
			{ role: "tool", tool_call_id: "c", content: "three" },
		]);
	});

	it("puts text before the images of a user's message", () => {
		const input: ConversationItem[] = [
			{
				type: "message",
				role: "user",
				content: [
					{ type: "input_image", image_url: "https://example.com/a.png" },
					{ type: "input_text", text: "what is it?" },
				],
			},
		];
		expect(toRequest(aRequest({ input, instructions: "" }), knownModel).messages).toEqual([
			{
				role: "user",
				content: [
					{ type: "text", text: "what is it?" },
					{ type: "image_url", image_url: { url: "https://example.com/a.png" } },
				],
			},
		]);
	});

	it("makes a message once, and again when its run has grown", () => {
		const first = user("first");
		const call: ConversationItem = { type: "function_call", call_id: "a", name: "shell", arguments: "{}" };
		const second: ConversationItem = { type: "function_call", call_id: "b", name: "shell", arguments: "{}" };
		const before = toRequest(aRequest({ input: [first, call] }), knownModel).messages;
		const same = toRequest(aRequest({ input: [first, call, user("more")] }), knownModel).messages;
		expect([same[0], same[1], same[2]]).toEqual([before[0], before[1], before[2]]);
		expect(same[1]).toBe(before[1]);
		expect(same[2]).toBe(before[2]);
		const grown = toRequest(aRequest({ input: [first, call, second] }), knownModel).messages;
		expect(grown[2]).toMatchObject({ tool_calls: [{ id: "a" }, { id: "b" }] });
	});
});
