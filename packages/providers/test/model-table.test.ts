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
		["claude-sonnet-5-5", 1_000_000, 128_000, true, false],
		["claude-sonnet-4-6", 1_000_000, 128_000, true, false],
		["claude-sonnet-4-5-20250929", 200_000, 64_000, true, false],
		["claude-opus-4-1-20250805", 200_000, 32_000, true, false],
		["claude-mythos-5-1", 1_000_000, 128_000, true, false],
		["anthropic/claude-haiku-5-5", 1_000_000, 128_000, true, false],
		["gemini-3.8-flash", 1_048_576, 65_536, true, false],
		["gemini-2.5-pro", 1_048_576, 65_536, true, false],
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

	it("knows what the cache and long inputs cost", () => {
		expect(modelInfo("claude-haiku-5-5").price).toMatchObject({
			cacheWriteInput: 0.125,
			longInput: { aboveTokens: 100_000, cachedInput: 0.05, output: 2.5 },
		});
		expect(modelInfo("gemini-2.5-pro").price?.longInput).toMatchObject({ aboveTokens: 200_000, output: 15 });
		// A family whose price nobody has read has none, whatever its neighbours cost.
		expect(modelInfo("claude-fable-5-2").price).toBeUndefined();
		expect(modelInfo("gemini-3.1-pro-preview").price).toBeUndefined();
	});

	it("says on which day every price was read", () => {
		expect(modelInfo("gpt-5").price?.asOf).toMatch(/^2026-\d{2}-\d{2}$/);
	});
});
