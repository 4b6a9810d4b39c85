import type { ConversationItem } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createToResponsesRequest } from "../../../src/openai/responses/to-request.ts";
import { aRequest, knownModel, user } from "../../harness.ts";

const toRequest = createToResponsesRequest("openai");
const unknownModel = {
	...knownModel,
	known: false,
	supportsReasoning: false,
	supportsVerbosity: false,
	supportsImages: false,
};

describe("createToResponsesRequest", () => {
	it("makes the request of the wire, member by member and in one order", () => {
		const request = aRequest({
			model: "gpt-5",
			reasoning: { effort: "high", summary: "auto" },
			verbosity: "low",
			outputSchema: { type: "object", additionalProperties: false },
			maxOutputTokens: 1000,
			promptCacheKey: "session",
		});
		const made = toRequest(request, knownModel);
		expect(JSON.stringify(made)).toBe(
			JSON.stringify({
				model: "gpt-5",
				instructions: "You are a test.",
				tools: [{ type: "function", ...toolParts(request), strict: false }],
				tool_choice: "auto",
				parallel_tool_calls: true,
				reasoning: { effort: "high", summary: "auto" },
				include: ["reasoning.encrypted_content"],
				text: {
					verbosity: "low",
					format: {
						type: "json_schema",
						name: "codex_output_schema",
						strict: true,
						schema: { type: "object", additionalProperties: false },
					},
				},
				max_output_tokens: 1000,
				prompt_cache_key: "session",
				store: false,
				stream: true,
				input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] }],
			}),
		);
	});

	it("sends history without ids, its own sealed reasoning, and no other's", () => {
		const input: ConversationItem[] = [
			{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
			user("go"),
			{
				type: "reasoning",
				id: "rs_1",
				summary: [{ type: "summary_text", text: "hm" }],
				encrypted_content: "E",
				provider: "openai",
			},
			{ type: "reasoning", id: "rs_2", summary: [], encrypted_content: "F", provider: "azure" },
			{ type: "reasoning", id: "rs_3", summary: [{ type: "summary_text", text: "unsealed" }] },
			{
				type: "message",
				id: "m",
				role: "assistant",
				phase: "commentary",
				content: [{ type: "output_text", text: "ok" }],
			},
			{ type: "function_call", id: "f", call_id: "c", name: "shell", arguments: "{" },
			{ type: "function_call_output", call_id: "c", output: "bad JSON" },
			{ type: "custom_tool_call", id: "g", call_id: "d", name: "apply_patch", input: "*** Begin" },
			{
				type: "custom_tool_call_output",
				call_id: "d",
				output: [
					{ type: "output_text", text: "see" },
					{ type: "input_image", image_url: "data:,x", detail: "high" },
				],
			},
		];
		expect(toRequest(aRequest({ input }), knownModel).input).toEqual([
			{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
			{ type: "message", role: "user", content: [{ type: "input_text", text: "go" }] },
			{ type: "reasoning", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "E" },
			{ type: "message", role: "assistant", phase: "commentary", content: [{ type: "output_text", text: "ok" }] },
			{ type: "function_call", call_id: "c", name: "shell", arguments: "{" },
			{ type: "function_call_output", call_id: "c", output: "bad JSON" },
			{ type: "custom_tool_call", call_id: "d", name: "apply_patch", input: "*** Begin" },
			{
				type: "custom_tool_call_output",
				call_id: "d",
				output: [
					{ type: "input_text", text: "see" },
					{ type: "input_image", image_url: "data:,x", detail: "high" },
				],
			},
		]);
	});

	it("leaves out what the model does not take", () => {
		const plain = { ...knownModel, supportsReasoning: false, supportsVerbosity: false };
		const made = toRequest(aRequest({ reasoning: { effort: "high" }, verbosity: "high" }), plain);
		expect(made).not.toHaveProperty("reasoning");
		expect(made).not.toHaveProperty("include");
		expect(made).not.toHaveProperty("text");
	});

	it("sends an unknown model what the caller asks, and nothing by itself", () => {
		expect(toRequest(aRequest(), unknownModel)).not.toHaveProperty("include");
		const asked = toRequest(aRequest({ reasoning: { effort: "low", summary: "none" } }), unknownModel);
		expect(asked).toMatchObject({ reasoning: { effort: "low" }, include: ["reasoning.encrypted_content"] });
		expect(asked.reasoning).not.toHaveProperty("summary");
	});

	it("maps an item once: the same item is the same object in the next request", () => {
		const first = user("first");
		const before = toRequest(aRequest({ input: [first] }), knownModel).input;
		const after = toRequest(aRequest({ input: [first, user("second")] }), knownModel).input;
		expect(after[0]).toBe(before[0]);
	});
});

function toolParts({ tools }: ReturnType<typeof aRequest>): object {
	const { name, description, parameters } = tools[0] ?? { name: "", description: "", parameters: {} };
	return { name, description, parameters };
}
