// What each wire sends, checked by the compiler against the types of the vendor's own SDK: bodies that really went over
// HTTP, as object literals, so that a member that the vendor does not know is an error too.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { expect, onTestFinished, test } from "vitest";
import { traitsOf, wires } from "./conformance/traits.ts";
import { aRequest, baseOf, collect, providerFor, serve, user, type Wire } from "./harness.ts";

const image = { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=" } as const;

const history: readonly ConversationItem[] = [
	{ type: "message", role: "developer", content: [{ type: "input_text", text: "rules" }] },
	{ type: "message", role: "user", content: [{ type: "input_text", text: "look" }, image] },
	{
		type: "reasoning",
		summary: [{ type: "summary_text", text: "hm" }],
		content: [{ type: "reasoning_text", text: "hmm" }],
		encrypted_content: "c2VhbGVk",
	},
	{ type: "message", role: "assistant", content: [{ type: "output_text", text: "I call." }] },
	{ type: "function_call", call_id: "a", name: "shell", arguments: '{"command":["true"]}', signature: "c2ln" },
	{ type: "function_call", call_id: "b", name: "shell", arguments: "" },
	{ type: "custom_tool_call", call_id: "c", name: "apply_patch", input: "*** Begin Patch" },
	{ type: "function_call_output", call_id: "a", output: "ok" },
	{ type: "function_call_output", call_id: "b", output: [{ type: "input_text", text: "seen" }, image] },
	{ type: "custom_tool_call_output", call_id: "c", output: "done" },
	{ type: "message", role: "assistant", content: [{ type: "output_text", text: "Next?" }] },
	user("go on"),
];

const schema = {
	type: "object",
	properties: { n: { type: "integer" }, s: { type: ["string", "null"] } },
	required: ["n", "s"],
	additionalProperties: false,
};

const requests: readonly Partial<ModelRequest>[] = [
	{},
	{ input: history, reasoning: { effort: "high", summary: "auto" }, maxOutputTokens: 4000, promptCacheKey: "k" },
	{ input: history, outputSchema: schema, parallelToolCalls: false, reasoning: { effort: "low" } },
	{ input: history, tools: [], outputSchema: schema },
];

/** The vendors' types of a request's body. */
const vendorTypes: Readonly<Record<Wire, readonly [imports: string, type: string]>> = {
	// With `store: false` the vendor's own agent leaves out ids of reasoning and empty annotations, for which the types,
	// made for answers, have no name: those two alone are let off.
	responses: [
		[
			'import type { ResponseCreateParamsStreaming as Params, ResponseInputItem as Item, ResponseReasoningItem } from "openai/resources/responses/responses";',
			'type Said = { type: "message"; role: "assistant"; content: { type: "output_text"; text: string }[] };',
			'type Thought = Omit<ResponseReasoningItem, "id"> & { id?: never };',
		].join("\n"),
		'Omit<Params, "input"> & { input: (Item | Said | Thought)[] }',
	],
	// Compatible servers give and take the reasoning itself, for which OpenAI's types have no name.
	chat: [
		'import type { ChatCompletionCreateParamsStreaming as Params, ChatCompletionMessageParam as Message } from "openai/resources/chat/completions/completions";',
		'Omit<Params, "messages"> & { messages: (Message & { reasoning_content?: string })[] }',
	],
	anthropic: [
		'import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages/messages";',
		"MessageCreateParamsStreaming",
	],
	// The SDK's own parameters are what it makes this body of: the parts have its types.
	gemini: [
		'import type { Content, GenerationConfig, Tool, ToolConfig } from "@google/genai";',
		"{ contents: Content[]; systemInstruction?: Content; tools?: Tool[]; toolConfig?: ToolConfig; generationConfig?: GenerationConfig }",
	],
	ollama: ['import type { ChatRequest } from "ollama";', "ChatRequest & { stream: true }"],
};

async function bodies(wire: Wire): Promise<readonly unknown[]> {
	const server = await serve(() => ({ text: "ok" }));
	const provider = providerFor(wire, baseOf(wire, server));
	for (const over of requests) {
		const { error } = await collect(provider, aRequest({ model: traitsOf(wire).model, ...over }));
		expect(error).toBeUndefined();
	}
	return server.requests.map(({ body }) => body);
}

const packageFolder = path.join(import.meta.dirname, "..");

test.each(wires)("bodies of the %s wire have the vendor's own types", async (wire) => {
	const [imports, type] = vendorTypes[wire];
	const sent = await bodies(wire);
	expect(sent).toHaveLength(requests.length);
	const wrong = { ...(sent[0] as object), model: 7 };
	const literals = sent.map((body, index) => `export const body${index}: Body = ${JSON.stringify(body)};`);
	// Below node_modules, so that the SDKs are found from there and nothing else looks at the files.
	const parent = path.join(packageFolder, "node_modules/.request-types");
	mkdirSync(parent, { recursive: true });
	const folder = mkdtempSync(path.join(parent, `${wire}-`));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	writeFileSync(path.join(folder, "bodies.ts"), `${imports}\ntype Body = ${type};\n${literals.join("\n")}\n`);
	writeFileSync(
		path.join(folder, "wrong.ts"),
		`${imports}\ntype Body = ${type};\nexport const wrong: Body = ${JSON.stringify(wire === "gemini" ? { ...wrong, contents: 7 } : wrong)};\n`,
	);
	const tsc = path.join(packageFolder, "../../node_modules/.bin/tsc");
	const flags = [
		"--ignoreConfig",
		"--noEmit",
		"--strict",
		"--skipLibCheck",
		"--module",
		"nodenext",
		"--target",
		"es2024",
	];
	const check = (file: string): string => {
		try {
			return execFileSync(tsc, [...flags, path.join(folder, file)], { encoding: "utf8" });
		} catch (thrown) {
			return String((thrown as { stdout?: unknown }).stdout);
		}
	};
	expect(check("bodies.ts")).toBe("");
	// The check itself can fail.
	expect(check("wrong.ts")).toContain("error TS");
});
