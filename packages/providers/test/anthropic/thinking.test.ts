import type { ReasoningEffort } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { bindsThinking, generationOf, type ThinkingRequest, thinkingParts } from "../../src/anthropic/thinking.ts";

const parts = (model: string, effort?: ReasoningEffort, over: Partial<ThinkingRequest> = {}) =>
	thinkingParts({ model, effort, summary: undefined, maxTokens: 64_000, ...over });

describe("generationOf", () => {
	it.each([
		["claude-sonnet-4-5-20250929", 405],
		["claude-opus-4-20250514", 400],
		["claude-opus-4@20250514", 400],
		["claude-3-7-sonnet-latest", 307],
		["anthropic.claude-opus-4-6-v1:0", 406],
		["claude-fable-5", 500],
		["claude-haiku-5-5", 505],
		["claude-sonnet-4.6", 406],
		["claude-mythos-preview", undefined],
		["glm-5", undefined],
	])("reads %s", (model, generation) => {
		expect(generationOf(model)).toBe(generation);
	});
});

describe("bindsThinking", () => {
	it("holds from 5.1 on for Fable and Mythos, from 5.5 on for the others", () => {
		const bound = ["claude-fable-5-1", "claude-mythos-5-2", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];
		const free = ["claude-fable-5", "claude-opus-5", "claude-sonnet-5", "claude-opus-4-8", "claude-mythos-preview"];
		expect(bound.filter(bindsThinking)).toEqual(bound);
		expect(free.filter(bindsThinking)).toEqual([]);
	});
});

describe("thinkingParts", () => {
	it("gives a budget to models before 4.6, below the answer's limit, and only when asked", () => {
		expect(parts("claude-sonnet-4-5")).toEqual({});
		expect(parts("claude-sonnet-4-5", "none")).toEqual({});
		expect(parts("claude-sonnet-4-5", "minimal")).toEqual({ thinking: { type: "enabled", budget_tokens: 1024 } });
		expect(parts("claude-haiku-4-5", "high")).toEqual({ thinking: { type: "enabled", budget_tokens: 24_000 } });
		expect(parts("claude-opus-4-1", "max", { maxTokens: 32_000 })).toEqual({
			thinking: { type: "enabled", budget_tokens: 30_976 },
		});
		expect(parts("claude-sonnet-4-5", "high", { maxTokens: 2_000 })).toEqual({});
	});

	it("gives an effort to models from 4.6 on, which decide for themselves", () => {
		const adaptive = { type: "adaptive", display: "summarized" };
		expect(parts("claude-opus-4-8")).toEqual({ thinking: adaptive });
		expect(parts("claude-opus-5", "minimal")).toEqual({ thinking: adaptive, effort: "low" });
		expect(parts("claude-opus-4-7", "xhigh")).toEqual({ thinking: adaptive, effort: "xhigh" });
		expect(parts("claude-mythos-preview", "high")).toEqual({ thinking: adaptive, effort: "high" });
	});

	it("stays on the scale of 4.6", () => {
		const effort = (model: string, wanted: ReasoningEffort) => parts(model, wanted).effort;
		expect(effort("claude-opus-4-6", "xhigh")).toBe("high");
		expect(effort("claude-opus-4-6", "max")).toBe("max");
		expect(effort("claude-sonnet-4-6", "max")).toBe("high");
		expect(effort("claude-sonnet-4-6", "medium")).toBe("medium");
	});

	it("switches thinking off where that can be done, and asks for little where it cannot", () => {
		for (const model of ["claude-opus-4-6", "claude-opus-5", "claude-sonnet-5"]) {
			expect(parts(model, "none")).toEqual({ thinking: { type: "disabled" } });
		}
		for (const model of ["claude-opus-5-5", "claude-fable-5", "claude-sonnet-5-5", "claude-mythos-preview"]) {
			expect(parts(model, "none")).toMatchObject({ thinking: { type: "adaptive" }, effort: "low" });
		}
	});

	it("shows no thoughts to who wants no summary", () => {
		expect(parts("claude-opus-5", "high", { summary: "none" }).thinking).toMatchObject({ display: "omitted" });
	});

	it("lets thoughts go that no longer fit their conversation", () => {
		expect(parts("claude-opus-5-5", "high").thinking).toEqual({
			type: "adaptive",
			display: "summarized",
			block_binding: { prefix_mismatch_behavior: "drop_block" },
		});
	});
});
