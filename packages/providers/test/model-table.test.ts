import { describe, expect, it } from "vitest";
import { modelInfo } from "../src/index.ts";

describe("modelInfo", () => {
	it.each([
		["gpt-5-codex", 400_000, 128_000, true, true],
		["gpt-5.3-codex", 400_000, 128_000, true, true],
		["gpt-5-chat-latest", 128_000, 16_384, false, false],
		["gpt-6-astra", 1_050_000, 128_000, true, true],
		["gpt-6.2-new", 1_050_000, 128_000, true, true],
		["gpt-7", 128_000, 16_384, false, false],
		["o3", 200_000, 100_000, true, false],
		["o4-mini-2025-04-16", 200_000, 100_000, true, false],
		["gpt-4.1", 1_047_576, 32_768, false, false],
		["gpt-4o-mini", 128_000, 16_384, false, false],
		["gpt-oss:20b", 96_000, 32_000, true, false],
		["openai/gpt-5", 400_000, 128_000, true, true],
		["GPT-5", 400_000, 128_000, true, true],
	] as const)("%s", (...row) => {
		const [model, contextWindow, maxOutputTokens, supportsReasoning, supportsVerbosity] = row;
		expect(modelInfo(model)).toMatchObject({
			id: model,
			contextWindow,
			maxOutputTokens,
			supportsReasoning,
			supportsVerbosity,
		});
	});

	it("takes the longest family name", () => {
		expect(modelInfo("gpt-5-mini").price?.input).toBe(0.25);
		expect(modelInfo("gpt-5.1-codex").price?.input).toBe(1.25);
		expect(modelInfo("gpt-5.4-nano").contextWindow).toBe(400_000);
	});

	it("gives unknown models safe defaults", () => {
		expect(modelInfo("qwen3-coder")).toEqual({
			id: "qwen3-coder",
			contextWindow: 128_000,
			maxOutputTokens: 16_384,
			supportsImages: false,
			supportsReasoning: false,
			supportsVerbosity: false,
			supportsParallelToolCalls: true,
			known: false,
		});
		const seers = ["qwen2.5-vl:7b", "llava", "gemma3", "meta/llama-3.2-90b-vision", "gpt-7", "claude-x"];
		expect(seers.map((model) => modelInfo(model).supportsImages)).toEqual(seers.map(() => true));
		expect(["devlin", "", "gemma2"].map((model) => modelInfo(model).supportsImages)).toEqual([false, false, false]);
	});

	it("says on which day every price was read", () => {
		expect(modelInfo("gpt-5").price?.asOf).toMatch(/^2026-\d{2}-\d{2}$/);
	});
});
