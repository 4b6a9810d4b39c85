import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { describe, expect, it, test, vi } from "vitest";
import { thinkingConfig } from "../../src/gemini/thinking.ts";
import { createToGeminiRequest } from "../../src/gemini/to-request.ts";
import { parseGeminiError } from "../../src/gemini/wire.ts";
import { modelInfo } from "../../src/index.ts";
import { aRequest, collect, providerFor, serve, user } from "../harness.ts";

const model = "gemini-3.8-flash";

function bodyOf(over: Partial<ModelRequest>) {
	const request = aRequest({ model, ...over });
	return createToGeminiRequest("gemini")(request, modelInfo(request.model));
}

async function answered(...chunks: readonly unknown[]) {
	const server = await serve([{ sse: chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("") }]);
	return collect(providerFor("gemini", server.origin), aRequest({ model }));
}

const candidate = (parts: readonly object[], finishReason?: string): object => ({
	candidates: [{ content: { role: "model", parts }, ...(finishReason === undefined ? {} : { finishReason }) }],
});

test.each([
	["gemini-3.8-flash", "high", { includeThoughts: true, thinkingLevel: "HIGH" }],
	["gemini-2.5-pro", "none", { includeThoughts: true, thinkingBudget: 128 }],
	["gemini-2.5-flash", "none", { includeThoughts: true, thinkingBudget: 0 }],
	["gemini-2.5-flash", undefined, { includeThoughts: true }],
	["gemini-2.5-pro", "max", { includeThoughts: true, thinkingBudget: 32_768 }],
	["gemini-2.5-flash", "max", { includeThoughts: true, thinkingBudget: 24_576 }],
	["gemini-3.8-flash", "none", { includeThoughts: true, thinkingLevel: "LOW" }],
	["gemini-3.1-flash-lite", "none", { includeThoughts: true, thinkingLevel: "MINIMAL" }],
	["gemini-flash-latest", "medium", { includeThoughts: true, thinkingLevel: "MEDIUM" }],
] as const)("%s thinks with effort %s", (name, effort, expected) => {
	expect(thinkingConfig(name, effort, "auto")).toEqual(expected);
});

describe("the history", () => {
	it("returns signatures where they came from, and says when a call never had one", () => {
		const input: ConversationItem[] = [
			user("go"),
			{ type: "reasoning", provider: "gemini", summary: [], encrypted_content: "text-seal" },
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "I run." }] },
			{ type: "function_call", call_id: "server-1", name: "shell", arguments: "{}", signature: "call-seal" },
			{ type: "function_call", call_id: `call_${"0".repeat(32)}`, name: "shell", arguments: "" },
			{ type: "function_call_output", call_id: "server-1", output: "one" },
			{ type: "function_call_output", call_id: `call_${"0".repeat(32)}`, output: "two" },
			{ type: "reasoning", provider: "openai", summary: [], encrypted_content: "theirs" },
			{ type: "custom_tool_call", call_id: "c", name: "apply_patch", input: "p" },
			{ type: "custom_tool_call_output", call_id: "c", output: "done" },
		];
		expect(bodyOf({ input }).contents).toEqual([
			{ role: "user", parts: [{ text: "go" }] },
			{
				role: "model",
				parts: [
					{ text: "I run.", thoughtSignature: "text-seal" },
					{ functionCall: { id: "server-1", name: "shell", args: {} }, thoughtSignature: "call-seal" },
					{ functionCall: { name: "shell", args: {} } },
				],
			},
			{
				role: "user",
				parts: [
					{ functionResponse: { id: "server-1", name: "shell", response: { output: "one" } } },
					{ functionResponse: { name: "shell", response: { output: "two" } } },
				],
			},
			{
				role: "model",
				parts: [
					{
						functionCall: { id: "c", name: "apply_patch", args: { input: "p" } },
						thoughtSignature: "skip_thought_signature_validator",
					},
				],
			},
			{ role: "user", parts: [{ functionResponse: { id: "c", name: "apply_patch", response: { output: "done" } } }] },
		]);
	});

	it("ends with a user's words when the last answer was cut", () => {
		const cut: ConversationItem = {
			type: "message",
			role: "assistant",
			content: [{ type: "output_text", text: "so" }],
		};
		const { contents } = bodyOf({ input: [user("go"), cut] });
		expect(contents.map(({ role }) => role)).toEqual(["user", "model", "user"]);
		expect(JSON.stringify(contents.at(-1))).toContain("cut off");
	});

	it("puts a schema where the generation takes it", () => {
		const outputSchema = { type: "object" };
		expect(bodyOf({ outputSchema }).generationConfig).toMatchObject({ responseMimeType: "application/json" });
		const older = bodyOf({ model: "gemini-2.5-pro", outputSchema });
		expect(older.generationConfig).not.toHaveProperty("responseMimeType");
		expect(JSON.stringify(older.systemInstruction)).toContain("JSON Schema");
		const alone = bodyOf({ model: "gemini-2.5-pro", outputSchema, tools: [] });
		expect(alone.generationConfig).toMatchObject({ responseJsonSchema: outputSchema });
	});

	it("says what stands in place of an image that it cannot load", () => {
		const content = [{ type: "input_image", image_url: "https://example.com/a.png" } as const];
		const body = bodyOf({ input: [{ type: "message", role: "user", content }] });
		expect(JSON.stringify(body.contents)).toContain("an image at https://example.com/a.png");
	});
});

describe("answers", () => {
	it("keeps thoughts, the seal of the text and the seals of calls", async () => {
		const { items, reasoning, done } = await answered(
			candidate([{ text: "hm", thought: true }]),
			candidate([{ text: "I run." }]),
			candidate([{ text: "", thoughtSignature: "text-seal" }]),
			candidate([{ functionCall: { name: "shell" }, thoughtSignature: "call-seal" }], "STOP"),
		);
		expect(reasoning).toBe("hm");
		expect(items).toMatchObject([
			{ type: "reasoning", summary: [{ text: "hm" }] },
			{ type: "reasoning", encrypted_content: "text-seal" },
			{ type: "message", content: [{ text: "I run." }] },
			{ type: "function_call", arguments: "{}", signature: "call-seal" },
		]);
		expect(done?.stopReason).toBe("tool_calls");
	});

	it("keeps the seal of a thought with the thought, apart from the text's", async () => {
		const { items } = await answered(
			candidate([{ text: "hm", thought: true, thoughtSignature: "thought-seal" }]),
			candidate([{ text: "I run.", thoughtSignature: "text-seal" }], "STOP"),
		);
		expect(items).toMatchObject([
			{ type: "reasoning", summary: [{ text: "hm" }], encrypted_content: "thought-seal" },
			{ type: "reasoning", summary: [], encrypted_content: "text-seal" },
			{ type: "message", content: [{ text: "I run." }] },
		]);
		const back = bodyOf({ input: [user("go"), ...items, user("on")] });
		expect(back.contents[1]).toEqual({
			role: "model",
			parts: [
				{ thought: true, text: "hm", thoughtSignature: "thought-seal" },
				{ text: "I run.", thoughtSignature: "text-seal" },
			],
		});
	});

	it.each([
		["STOP", "stop"],
		["MAX_TOKENS", "length"],
		["SAFETY", "content_filter"],
		["RECITATION", "content_filter"],
		["LANGUAGE", "content_filter"],
		["BLOCKLIST", "content_filter"],
		["PROHIBITED_CONTENT", "content_filter"],
		["SPII", "content_filter"],
	])("ends by %s as %s, with what was said", async (reason, stopReason) => {
		const { done, items } = await answered(candidate([{ text: "so" }]), candidate([], reason));
		expect(done?.stopReason).toBe(stopReason);
		expect(items).toMatchObject([{ type: "message", content: [{ text: "so" }] }]);
	});

	it.each(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER"])(
		"may be tried again after %s",
		async (reason) => {
			const { error, items, done } = await answered(candidate([{ text: "so" }]), candidate([], reason));
			expect(done).toBeUndefined();
			expect(error).toMatchObject({ kind: "server", retryable: true });
			expect(items).toMatchObject([{ type: "message", content: [{ text: "so" }] }]);
		},
	);

	it("counts thoughts as output, and input of tools as input", async () => {
		const usageMetadata = {
			promptTokenCount: 100,
			cachedContentTokenCount: 60,
			candidatesTokenCount: 5,
			thoughtsTokenCount: 7,
			toolUsePromptTokenCount: 3,
		};
		const { usage } = await answered({ ...candidate([{ text: "so" }], "STOP"), usageMetadata });
		expect(usage).toEqual({
			inputTokens: 103,
			cachedInputTokens: 60,
			cacheWriteInputTokens: 0,
			outputTokens: 12,
			reasoningOutputTokens: 7,
		});
	});

	it("calls a tool by its own name where the vendor refuses it", async () => {
		const chunk = candidate([{ functionCall: { name: "_1st__tool", args: {} } }], "STOP");
		const server = await serve([{ sse: `data: ${JSON.stringify(chunk)}\n\n` }]);
		const tools = [{ name: "1st__tool", description: "", parameters: { type: "object" } }];
		const { items } = await collect(providerFor("gemini", server.origin), aRequest({ model, tools }));
		expect(JSON.stringify(server.requests[0]?.body)).toContain('"name":"_1st__tool"');
		expect(items).toMatchObject([{ type: "function_call", name: "1st__tool" }]);
	});

	it("tells a blocked prompt, a call that could not be used, and an error in the stream", async () => {
		expect((await answered({ promptFeedback: { blockReason: "SAFETY" } })).done?.stopReason).toBe("content_filter");
		const malformed = await answered({
			candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL", finishMessage: "oh" }],
		});
		expect(malformed.error).toMatchObject({ kind: "server", retryable: true });
		expect(malformed.error?.message).toContain("MALFORMED_FUNCTION_CALL): oh");
		for (const shape of [(error: object) => ({ error }), (error: object) => [{ error }]]) {
			const failed = await answered(shape({ code: 503, status: "UNAVAILABLE", message: "busy" }));
			expect(failed.error).toMatchObject({ kind: "server", retryable: true });
		}
	});
});

test.each([
	[
		{ error: { message: "m", status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
		{ code: "API_KEY_INVALID" },
	],
	[[{ error: { message: "m", status: "X", details: [7, { retryDelay: "34.5s" }] } }], { resetsInSeconds: 34.5 }],
	[
		{ error: { message: "m", details: [{ violations: [{ quotaId: "RequestsPerDay" }] }] } },
		{ code: "usage_limit_reached" },
	],
	["text", { message: "text", code: "", type: "" }],
])("reads the error %j", (value, expected) => {
	expect(parseGeminiError(value)).toMatchObject(expected);
});

it("takes a wrong key for what it is, and nothing from the environment", async () => {
	vi.stubEnv("GOOGLE_API_KEY", "from-env");
	vi.stubEnv("GOOGLE_GENAI_USE_VERTEXAI", "true");
	const refusal = { error: { message: "API key not valid.", details: [{ reason: "API_KEY_INVALID" }] } };
	const server = await serve([{ status: 400, body: refusal }, { text: "ok" }]);
	const provider = providerFor("gemini", `${server.origin}/v1alpha/`, { headers: { authorization: "Bearer t" } });
	expect((await collect(provider, aRequest({ model }))).error).toMatchObject({ kind: "auth", retryable: false });
	await collect(provider, aRequest({ model }));
	vi.unstubAllEnvs();
	expect(server.requests[1]?.path).toBe(`/v1alpha/models/${model}:streamGenerateContent?alt=sse`);
	expect(server.requests[1]?.headers).not.toHaveProperty("x-goog-api-key");
	expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain("from-env");
});

it.each([
	["gemini?x", "/v1beta/models/gemini%3Fx:streamGenerateContent?alt=sse"],
	["../secret#", "/v1beta/models/%2E%2E%2Fsecret%23:streamGenerateContent?alt=sse"],
])("leaves it to the server what a model named %s is", async (name, path) => {
	const server = await serve([{ status: 404, body: { error: { message: "no such model", status: "NOT_FOUND" } } }]);
	const { error } = await collect(providerFor("gemini", server.origin), aRequest({ model: name }));
	expect(error).toMatchObject({ kind: "not_found", retryable: false });
	expect(server.requests.map((request) => request.path)).toEqual([path]);
});
