import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { expect, it, test } from "vitest";
import { modelInfo } from "../../src/index.ts";
import { createToOllamaRequest } from "../../src/ollama/to-request.ts";
import { parseOllamaError } from "../../src/ollama/wire.ts";
import { aRequest, collect, providerFor, serve, user } from "../harness.ts";

function bodyOf(over: Partial<ModelRequest>) {
	const request = aRequest({ model: "gpt-oss:20b", ...over });
	return createToOllamaRequest("ollama")(request, modelInfo(request.model));
}

test.each([
	["none", "low"],
	["minimal", "low"],
	["medium", "medium"],
	["high", "high"],
	["max", "high"],
] as const)("gpt-oss thinks on a level: %s is %s", (effort, think) => {
	expect(bodyOf({ reasoning: { effort } })).toMatchObject({ think });
});

it("asks no model to think that is not known to", () => {
	expect(bodyOf({ model: "llama3.2", reasoning: { effort: "high" } })).not.toHaveProperty("think");
	expect(bodyOf({})).not.toHaveProperty("think");
});

it("puts the history into messages that name their tools", () => {
	const input: ConversationItem[] = [
		{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
		user("go"),
		{ type: "reasoning", provider: "ollama", summary: [], content: [{ type: "reasoning_text", text: "hm" }] },
		{ type: "reasoning", provider: "openai", summary: [], content: [{ type: "reasoning_text", text: "theirs" }] },
		{ type: "function_call", call_id: "a", name: "view_image", arguments: "{}" },
		{ type: "custom_tool_call", call_id: "b", name: "apply_patch", input: "p" },
		{
			type: "function_call_output",
			call_id: "a",
			output: [
				{ type: "input_text", text: "seen" },
				{ type: "input_image", image_url: "data:image/png;base64,AAAA" },
				{ type: "input_image", image_url: "https://example.com/a.png" },
			],
		},
		{ type: "custom_tool_call_output", call_id: "b", output: "done" },
		{ type: "function_call_output", call_id: "lost", output: "?" },
	];
	expect(bodyOf({ input, instructions: "" }).messages).toEqual([
		{ role: "system", content: "rules" },
		{ role: "user", content: "go" },
		{
			role: "assistant",
			content: "",
			thinking: "hm",
			tool_calls: [
				{ function: { name: "view_image", arguments: {} } },
				{ function: { name: "apply_patch", arguments: { input: "p" } } },
			],
		},
		{
			role: "tool",
			tool_name: "view_image",
			content: "seen\n[an image at https://example.com/a.png, which this provider cannot load]",
		},
		{ role: "user", content: "Images of view_image:", images: ["AAAA"] },
		{ role: "tool", tool_name: "apply_patch", content: "done" },
		{ role: "tool", tool_name: "tool", content: "?" },
	]);
});

it("leaves the size of the context to the server and passes on a limit and a schema", () => {
	const body = bodyOf({ maxOutputTokens: 100, outputSchema: { type: "object" } });
	expect(body).toMatchObject({ options: { num_predict: 100 }, format: { type: "object" } });
	expect(JSON.stringify(body)).not.toContain("num_ctx");
});

test.each([
	[
		{ error: 'model "llama9" not found, try pulling it first' },
		"it is not on this machine yet; get it with `ollama pull llama9`",
	],
	[{ error: { message: "in words of the other API" } }, "in words of the other API"],
	["text", "text"],
])("reads the error %j", (value, message) => {
	expect(parseOllamaError(value).message).toBe(message);
});

it("says how to get a model and how to start the server", async () => {
	const server = await serve([{ status: 404, body: { error: "model 'llama9' not found" } }]);
	const provider = providerFor("ollama", `${server.origin}/v1`);
	const missing = await collect(provider, aRequest({ model: "llama9" }));
	expect(missing.error).toMatchObject({ kind: "not_found", retryable: false });
	expect(missing.error?.message).toContain("`ollama pull llama9`");
	await server.close();
	const { error } = await collect(provider, aRequest({ model: "llama9" }));
	expect(error?.message).toContain("Start it with `ollama serve`");
});

it("tells an error in the middle of the lines", async () => {
	const sse = '{"message":{"role":"assistant","content":"so"},"done":false}\n{"error":"out of memory"}\n';
	const server = await serve([{ sse }]);
	const { error, text } = await collect(providerFor("ollama", server.origin), aRequest({ model: "llama3.2" }));
	expect(text).toBe("so");
	expect(error).toMatchObject({ kind: "server", retryable: true });
	expect(error?.message).toContain("out of memory");
});
