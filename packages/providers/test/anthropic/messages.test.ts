import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { describe, expect, it, test, vi } from "vitest";
import { rateLimitsOf } from "../../src/anthropic/rate-limit-headers.ts";
import { generationOf, thinkingParts } from "../../src/anthropic/thinking.ts";
import { createToMessagesRequest } from "../../src/anthropic/to-request.ts";
import { parseAnthropicError, parseUsage, toTokenUsage } from "../../src/anthropic/wire.ts";
import { modelInfo } from "../../src/index.ts";
import { aRequest, collect, providerFor, serve, user } from "../harness.ts";

const model = "claude-sonnet-5-5";

function bodyOf(over: Partial<ModelRequest>) {
	const request = aRequest({ model, ...over });
	return createToMessagesRequest("anthropic")(request, modelInfo(request.model));
}

function contentsOf(input: readonly ConversationItem[]) {
	return bodyOf({ input }).messages.map(({ role, content }) => [role, content]);
}

async function answered(...events: readonly object[]) {
	const server = await serve([{ sse: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") }]);
	return collect(providerFor("anthropic", server.origin), aRequest({ model }));
}

const stop = (stop_reason: string): readonly object[] => [
	{ type: "message_delta", delta: { stop_reason } },
	{ type: "message_stop" },
];
const begin = (index: number, content_block: object): object => ({ type: "content_block_start", index, content_block });
const delta = (index: number, value: object): object => ({ type: "content_block_delta", index, delta: value });
const close = (index: number): object => ({ type: "content_block_stop", index });

describe("thinking", () => {
	test.each([
		["claude-sonnet-4-5-20250929", 405],
		["claude-opus-4-20250514", 400],
		["claude-3-7-sonnet-latest", 307],
		["claude-opus-5", 500],
		["claude-fable-5-1", 501],
		["my-model", undefined],
	])("%s is of generation %s", (name, generation) => {
		expect(generationOf(name)).toBe(generation);
	});

	it("is a budget for older models, below the answer's limit", () => {
		const ask = { model: "claude-sonnet-4-5", summary: undefined };
		expect(thinkingParts({ ...ask, effort: "high", maxTokens: 64_000 })).toEqual({
			thinking: { type: "enabled", budget_tokens: 24_000 },
		});
		expect(thinkingParts({ ...ask, effort: "max", maxTokens: 8_000 })).toEqual({
			thinking: { type: "enabled", budget_tokens: 6_976 },
		});
		expect(thinkingParts({ ...ask, effort: "none", maxTokens: 64_000 })).toEqual({});
		expect(thinkingParts({ ...ask, effort: "low", maxTokens: 1_500 })).toEqual({});
	});

	it("is left to newer models, with an effort", () => {
		const ask = { model: "claude-opus-5", maxTokens: 64_000 };
		expect(thinkingParts({ ...ask, effort: "xhigh", summary: "auto" })).toEqual({
			thinking: { type: "adaptive", display: "summarized" },
			effort: "xhigh",
		});
		expect(thinkingParts({ ...ask, effort: undefined, summary: "none" })).toMatchObject({
			thinking: { type: "adaptive", display: "omitted" },
		});
		// What checks that nothing before a thought has changed is asked to drop it then, not to refuse.
		expect(thinkingParts({ ...ask, model, effort: "low", summary: "auto" }).thinking).toMatchObject({
			block_binding: { prefix_mismatch_behavior: "drop_block" },
		});
		expect(thinkingParts({ ...ask, effort: "none", summary: "auto" })).toEqual({ thinking: { type: "disabled" } });
	});

	it("is not asked for where a budget model would refuse the turn that another one began", () => {
		const call = { type: "function_call", call_id: "a", name: "shell", arguments: "{}" } as const;
		const output = { type: "function_call_output", call_id: "a", output: "ok" } as const;
		const older = { model: "claude-sonnet-4-5", reasoning: { effort: "high" } as const };
		expect(bodyOf({ ...older, input: [user("go"), call, output] })).not.toHaveProperty("thinking");
		expect(bodyOf({ ...older, input: [user("go"), call, output, user("on")] })).toHaveProperty("thinking");
	});
});

describe("the history", () => {
	it("keeps seals of its own thinking, in their order, and nobody else's", () => {
		const mine = { type: "reasoning", provider: "anthropic" } as const;
		const items: ConversationItem[] = [
			user("go"),
			{ ...mine, summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "sig" },
			{ ...mine, summary: [], encrypted_content: "redacted_thinking:blob" },
			{ ...mine, summary: [{ type: "summary_text", text: "cut" }] },
			{ type: "reasoning", provider: "openai", summary: [], encrypted_content: "theirs" },
			{ type: "function_call", call_id: "fc:1", name: "shell", arguments: "not json" },
			{ type: "function_call_output", call_id: "fc:1", output: "" },
			user("on"),
		];
		expect(contentsOf(items)).toEqual([
			["user", [{ type: "text", text: "go" }]],
			[
				"assistant",
				[
					{ type: "thinking", thinking: "hm", signature: "sig" },
					{ type: "redacted_thinking", data: "blob" },
					{ type: "tool_use", id: "fc_1", name: "shell", input: { arguments: "not json" } },
				],
			],
			[
				"user",
				[
					{ type: "tool_result", tool_use_id: "fc_1" },
					{ type: "text", text: "on" },
				],
			],
		]);
	});

	it("takes images by address, and says when it cannot", () => {
		const image = (image_url: string) => ({ type: "input_image", image_url }) as const;
		const content = [image("https://example.com/a.png"), image("data:image/tiff;base64,AAAA")];
		expect(contentsOf([{ type: "message", role: "user", content }])).toEqual([
			[
				"user",
				[
					{ type: "image", source: { type: "url", url: "https://example.com/a.png" } },
					{ type: "text", text: "[an image of a kind that this model does not take]" },
				],
			],
		]);
	});

	it("marks the prompt cache at the instructions and at the end", () => {
		const body = bodyOf({});
		expect(body.cache_control).toEqual({ type: "ephemeral" });
		expect(body.system).toMatchObject([{ cache_control: { type: "ephemeral" } }]);
		expect(JSON.stringify(body.messages)).not.toContain("cache_control");
	});
});

describe("answers", () => {
	it("keeps thinking with its seal, sealed blocks, and a break between two", async () => {
		const { items, events } = await answered(
			begin(0, { type: "thinking", thinking: "", signature: "" }),
			delta(0, { type: "thinking_delta", thinking: "one" }),
			delta(0, { type: "signature_delta", signature: "sig" }),
			close(0),
			begin(1, { type: "redacted_thinking", data: "blob" }),
			close(1),
			begin(2, { type: "thinking", thinking: "two", signature: "s2" }),
			close(2),
			...stop("end_turn"),
		);
		expect(items).toEqual([
			{
				type: "reasoning",
				summary: [{ type: "summary_text", text: "one" }],
				encrypted_content: "sig",
				provider: "anthropic",
			},
			{ type: "reasoning", summary: [], encrypted_content: "redacted_thinking:blob", provider: "anthropic" },
			{
				type: "reasoning",
				summary: [{ type: "summary_text", text: "two" }],
				encrypted_content: "s2",
				provider: "anthropic",
			},
		]);
		expect(events.map(({ type }) => type)).toContain("reasoning_break");
	});

	it("does not run a call that the limit cut, and keeps one that is only odd", async () => {
		const cut = [
			begin(0, { type: "tool_use", id: "t", name: "shell", input: {} }),
			delta(0, { type: "input_json_delta", partial_json: '{"command": ["r' }),
			close(0),
		];
		const limited = await answered(...cut, ...stop("max_tokens"));
		expect(limited.items).toEqual([]);
		expect(limited.done?.stopReason).toBe("length");
		const odd = await answered(...cut, ...stop("tool_use"));
		expect(odd.items).toMatchObject([{ type: "function_call", arguments: '{"command": ["r' }]);
	});

	it("tells a full window and an error of the stream", async () => {
		expect((await answered(...stop("model_context_window_exceeded"))).error?.kind).toBe("context_length");
		const overloaded = await answered({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
		expect(overloaded.error).toMatchObject({ kind: "server", retryable: true });
	});
});

it("counts all input, what the cache had included", () => {
	const usage = parseUsage({
		input_tokens: 10,
		cache_creation_input_tokens: 20,
		cache_read_input_tokens: 70,
		output_tokens: 5,
		output_tokens_details: { thinking_tokens: 2 },
	});
	expect(toTokenUsage(usage ?? {})).toEqual({
		inputTokens: 100,
		cachedInputTokens: 70,
		cacheWriteInputTokens: 20,
		outputTokens: 5,
		reasoningOutputTokens: 2,
	});
	expect(parseUsage("no")).toBeUndefined();
});

it("reads errors in their envelope, bare, and none", () => {
	const error = { type: "invalid_request_error", message: "m" };
	expect(parseAnthropicError({ type: "error", error })).toEqual({ ...error, code: "" });
	expect(parseAnthropicError(error)).toEqual({ ...error, code: "" });
	expect(parseAnthropicError("plain")).toEqual({ message: "plain", code: "", type: "" });
});

it("tells limits with the time of their reset", () => {
	const headers = new Headers({
		"anthropic-ratelimit-tokens-limit": "1000",
		"anthropic-ratelimit-tokens-remaining": "250",
		"anthropic-ratelimit-tokens-reset": new Date(60_000).toISOString(),
	});
	expect(rateLimitsOf(headers, 0)).toEqual({
		type: "rate_limits",
		secondary: { usedPercent: 75, resetsInSeconds: 60 },
	});
});

it("takes nothing from the environment, and a base URL with its version", async () => {
	vi.stubEnv("ANTHROPIC_API_KEY", "sk-from-env");
	vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token-from-env");
	vi.stubEnv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1");
	vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-from-env: yes");
	const server = await serve(() => ({ text: "ok" }));
	await collect(providerFor("anthropic", `${server.origin}/v1`), aRequest({ model }));
	await collect(
		providerFor("anthropic", server.origin, { headers: { Authorization: "Bearer gateway" } }),
		aRequest({ model }),
	);
	vi.unstubAllEnvs();
	const [first, second] = server.requests;
	expect(first?.path).toBe("/v1/messages?beta=true");
	expect(first?.headers["anthropic-beta"]).toBe("thinking-binding-controls-2026-08-01");
	expect(first?.headers).toMatchObject({ "x-api-key": "sk-test-0123456789abcdef", "anthropic-version": "2023-06-01" });
	expect(JSON.stringify(server.requests.map(({ headers }) => headers))).not.toContain("from-env");
	expect(second?.headers["authorization"]).toBe("Bearer gateway");
	expect(second?.headers).not.toHaveProperty("x-api-key");
});
