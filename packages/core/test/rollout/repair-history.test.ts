import type { ConversationItem } from "@codex/protocol";
import { deepFreeze } from "@codex/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lostOutput, repairHistory } from "../../src/rollout/repair-history.ts";

const call = (id: string): ConversationItem => ({ type: "function_call", call_id: id, name: "shell", arguments: "{}" });
const out = (id: string, output = `output of ${id}`): ConversationItem => ({
	type: "function_call_output",
	call_id: id,
	output,
});
const custom = (id: string): ConversationItem => ({ type: "custom_tool_call", call_id: id, name: "p", input: "" });
const customOut = (id: string, output = `output of ${id}`): ConversationItem => ({
	type: "custom_tool_call_output",
	call_id: id,
	output,
});
const says = (role: "user" | "developer" | "assistant", text = role): ConversationItem => ({
	type: "message",
	role,
	content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});
const thinks: ConversationItem = { type: "reasoning", summary: [] };

describe("a whole history comes out as it is", () => {
	test.each<readonly [string, readonly ConversationItem[]]>([
		["nothing", []],
		["a conversation", [says("developer"), says("user"), thinks, says("assistant")]],
		["parallel calls answered in another order", [says("user"), call("a"), call("b"), out("b"), out("a"), thinks]],
		["a comment between a call and its output", [call("a"), says("assistant"), custom("b"), out("a"), customOut("b")]],
		["an id that two turns use", [call("a"), out("a", "1"), says("user"), call("a"), out("a", "2")]],
		["one id for a function and a custom tool", [call("a"), custom("a"), customOut("a"), out("a")]],
	])("%s", (_name, items) => {
		expect(repairHistory(deepFreeze(items))).toEqual(items);
	});
});

describe("a damaged one is repaired", () => {
	test("a call at the end without an output", () => {
		expect(repairHistory([says("user"), call("a")])).toEqual([says("user"), call("a"), out("a", lostOutput)]);
		expect(repairHistory([custom("a")])).toEqual([custom("a"), customOut("a", lostOutput)]);
	});

	test("one of two parallel calls without an output: it is answered after the other, before the next input", () => {
		expect(repairHistory([call("a"), call("b"), out("b"), says("user")])).toEqual([
			call("a"),
			call("b"),
			out("b"),
			out("a", lostOutput),
			says("user"),
		]);
	});

	test("an output that came after the next input stands before it", () => {
		expect(repairHistory([call("a"), says("user"), out("a"), says("assistant")])).toEqual([
			call("a"),
			out("a"),
			says("user"),
			says("assistant"),
		]);
	});

	test("outputs without a call, and second outputs", () => {
		expect(repairHistory([out("x"), call("a"), out("a", "1"), out("a", "2"), customOut("a")])).toEqual([
			call("a"),
			out("a", "1"),
		]);
	});

	test("an output before its call does not answer it", () => {
		expect(repairHistory([out("a", "early"), call("a")])).toEqual([call("a"), out("a", lostOutput)]);
	});

	test("an output of another kind of tool does not answer a call", () => {
		expect(repairHistory([call("a"), customOut("a")])).toEqual([call("a"), out("a", lostOutput)]);
	});

	test("a second output does not answer a later call of the same id, nor does its output an earlier call", () => {
		const again = [call("a"), out("a", "1"), out("a", "2"), says("user"), call("a")];
		expect(repairHistory(again)).toEqual([call("a"), out("a", "1"), says("user"), call("a"), out("a", lostOutput)]);
		const lost = [call("a"), says("user"), call("a"), out("a", "2")];
		expect(repairHistory(lost)).toEqual([call("a"), out("a", lostOutput), says("user"), call("a"), out("a", "2")]);
	});
});

const anyItem: fc.Arbitrary<ConversationItem> = fc.oneof(
	...["a", "b", "c"].flatMap((id) =>
		[call, custom, out, customOut].map((make) => fc.string({ maxLength: 3 }).map((text) => make(id, text))),
	),
	fc.constantFrom(thinks, says("user"), says("assistant"), says("developer")),
);

const key = (item: { readonly type: string; readonly call_id: string }): string =>
	`${item.type.startsWith("custom") ? "custom" : "function"} ${item.call_id}`;

test("property: as many outputs as calls in every stretch between inputs, what is no output is untouched, and a repaired history is whole", () => {
	fc.assert(
		fc.property(fc.array(anyItem, { maxLength: 30 }), (items) => {
			const repaired = repairHistory(deepFreeze(items));
			const isOutput = (item: ConversationItem): boolean => item.type.endsWith("_output");
			expect(repaired.filter((item) => !isOutput(item))).toEqual(items.filter((item) => !isOutput(item)));
			let balance = new Map<string, number>();
			const settle = (): void => {
				expect([...balance.values()].every((open) => open === 0)).toBe(true);
				balance = new Map();
			};
			for (const item of repaired) {
				if (item.type === "message" && item.role !== "assistant") settle();
				if (!("call_id" in item)) continue;
				const open = (balance.get(key(item)) ?? 0) + (isOutput(item) ? -1 : 1);
				expect(open).toBeGreaterThanOrEqual(0);
				balance.set(key(item), open);
			}
			settle();
			expect(repairHistory(repaired)).toHaveLength(repaired.length);
		}),
		{ numRuns: 500 },
	);
});

test("100,000 calls are repaired in one pass", () => {
	const items = Array.from({ length: 100_000 }, (_, index) => call(`c${index}`));
	const startedAt = performance.now();
	expect(repairHistory(items)).toHaveLength(200_000);
	// 5 s: a quadratic pass would take minutes, a linear one takes far below 1 s on any machine.
	expect(performance.now() - startedAt).toBeLessThan(5000);
});
