import type { ConversationItem } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { functionName } from "../../src/gemini/function-names.ts";
import { createToContents } from "../../src/gemini/to-contents.ts";
import { user } from "../harness.ts";

const nested = (items: readonly ConversationItem[]) => createToContents("gemini")(items, true);
const apart = (items: readonly ConversationItem[]) => createToContents("gemini")(items, false);

const image = (type: string) => ({ type: "input_image", image_url: `data:image/${type};base64,AAAA` }) as const;
const call = (call_id: string, name = "shell"): ConversationItem => ({
	type: "function_call",
	call_id,
	name,
	arguments: "{}",
	signature: "s",
});
const said = (text: string): ConversationItem => ({
	type: "message",
	role: "assistant",
	content: [{ type: "output_text", text }],
});

const ours = (digit: string): string => `call_${digit.repeat(32)}`;

describe("results", () => {
	const looked: readonly ConversationItem[] = [
		user("look"),
		call("a", "view_image"),
		{ type: "function_call_output", call_id: "a", output: [{ type: "input_text", text: "seen" }, image("png")] },
		user("well?"),
	];
	const inlineData = { mimeType: "image/png", data: "AAAA" };

	it("hold their images where the model takes them there", () => {
		expect(nested(looked).at(-1)).toEqual({
			role: "user",
			parts: [
				{
					functionResponse: { id: "a", name: "view_image", response: { output: "seen" }, parts: [{ inlineData }] },
				},
				{ text: "well?" },
			],
		});
	});

	it("stand alone before their images where it does not", () => {
		expect(apart(looked).slice(2)).toEqual([
			{ role: "user", parts: [{ functionResponse: { id: "a", name: "view_image", response: { output: "seen" } } }] },
			{ role: "user", parts: [{ inlineData }, { text: "well?" }] },
		]);
	});

	it("come in the order of the calls, without ids that the server never gave", () => {
		const output = (call_id: string, text: string): ConversationItem => ({
			type: "function_call_output",
			call_id,
			output: text,
		});
		const items = [user("go"), call(ours("1")), call(ours("2")), output(ours("2"), "two"), output(ours("1"), "one")];
		expect(nested(items).at(-1)?.parts).toEqual([
			{ functionResponse: { name: "shell", response: { output: "one" } } },
			{ functionResponse: { name: "shell", response: { output: "two" } } },
		]);
	});

	it("have the id and the name of their call, rewritten alike", () => {
		const contents = nested([
			user("go"),
			call("functions.shell:0", "run it"),
			{ type: "function_call_output", call_id: "functions.shell:0", output: "ok" },
		]);
		expect(contents[1]?.parts?.[0]?.functionCall).toMatchObject({ id: "functions_shell_0", name: "run_it" });
		expect(contents[2]?.parts?.[0]?.functionResponse).toMatchObject({ id: "functions_shell_0", name: "run_it" });
	});
});

describe("the sides", () => {
	it("are not cut by reasoning that is not sent", () => {
		const foreign: ConversationItem = { type: "reasoning", provider: "openai", summary: [], encrypted_content: "x" };
		const unsigned: ConversationItem = { type: "reasoning", provider: "gemini", summary: [] };
		expect(nested([user("a"), foreign, unsigned, user("b")])).toEqual([
			{ role: "user", parts: [{ text: "a" }, { text: "b" }] },
		]);
	});

	it("do not answer with thoughts alone", () => {
		const thought: ConversationItem = {
			type: "reasoning",
			provider: "gemini",
			summary: [{ type: "summary_text", text: "hm" }],
			encrypted_content: "seal",
		};
		expect(nested([user("a"), thought, user("b")]).map(({ role }) => role)).toEqual(["user", "user"]);
	});

	it("hold no empty text", () => {
		expect(nested([user(""), user("a"), said(""), user("b")])).toEqual([
			{ role: "user", parts: [{ text: "a" }] },
			{ role: "user", parts: [{ text: "b" }] },
		]);
	});

	it("give a text's seal to that text alone", () => {
		const seal: ConversationItem = { type: "reasoning", provider: "gemini", summary: [], encrypted_content: "seal" };
		expect(nested([user("a"), seal, call("c"), said("late")])[1]?.parts).toEqual([
			{ functionCall: { id: "c", name: "shell", args: {} }, thoughtSignature: "s" },
			{ text: "late" },
		]);
	});

	it("are the same objects in every request, for each kind of model", () => {
		const map = createToContents("gemini");
		const items: readonly ConversationItem[] = [
			user("go"),
			call("a"),
			{ type: "function_call_output", call_id: "a", output: [image("png")] },
		];
		const first = map(items, true);
		expect(map([...items, said("ok")], true).slice(0, 3)).toEqual(first);
		for (const [index, content] of map([...items, said("ok")], true)
			.slice(0, 3)
			.entries()) {
			expect(content).toBe(first[index]);
		}
		expect(JSON.stringify(map(items, false))).not.toBe(JSON.stringify(first));
		expect(map(items, true)[2]).toBe(first[2]);
	});
});

it.each([
	["jpg", { inlineData: { mimeType: "image/jpeg", data: "AAAA" } }],
	["webp", { inlineData: { mimeType: "image/webp", data: "AAAA" } }],
	["gif", { text: "[an image of the kind image/gif, which this model does not take]" }],
])("takes an image of the kind %s for what the vendor makes of it", (type, part) => {
	const message: ConversationItem = { type: "message", role: "user", content: [image(type)] };
	expect(nested([message])).toEqual([{ role: "user", parts: [part] }]);
});

it.each([
	["shell", "shell"],
	["_private.name:x-1", "_private.name:x-1"],
	["1password__get", "_1password__get"],
	["-dash", "_-dash"],
	["grüße", "gr__e"],
	["", "_"],
	["a".repeat(80), "a".repeat(64)],
])("writes the name %j as %j", (name, expected) => {
	expect(functionName(name)).toBe(expected);
});
