// What is known of models: windows, abilities and prices by family, longest prefix first. Data only; a model that is not
// here gets safe defaults. Prices stand here only with the day on which somebody read them from the vendor's page.

import type { ModelInfo, ModelPrice } from "@codex/protocol";

type Abilities = Pick<
	ModelInfo,
	"supportsImages" | "supportsReasoning" | "supportsVerbosity" | "supportsParallelToolCalls"
>;

interface Family extends Abilities {
	/** The family's models start with this. */
	readonly prefix: string;
	/** Tokens. */
	readonly contextWindow: number;
	/** Tokens. */
	readonly maxOutputTokens: number;
	readonly price?: ModelPrice;
}

const reasoning: Abilities = {
	supportsImages: true,
	supportsReasoning: true,
	supportsVerbosity: false,
	supportsParallelToolCalls: true,
};
const verbose: Abilities = { ...reasoning, supportsVerbosity: true };
const plain: Abilities = { ...reasoning, supportsReasoning: false };

const price = (input: number, cachedInput: number, output: number, asOf: string): { readonly price: ModelPrice } => ({
	price: { input, cachedInput, output, asOf },
});

/** Anthropic's prices: what is written to the cache (for five minutes) costs a quarter more than input. */
const claudePrice = (input: number, cachedInput: number, output: number): { readonly price: ModelPrice } => ({
	price: { input, cachedInput, cacheWriteInput: input * 1.25, output, asOf: "2026-10-24" },
});

const geminiPrice = (input: number, output: number, asOf: string): { readonly price: ModelPrice } => ({
	price: { input, cachedInput: input / 10, output, asOf },
});

// Windows: the vendor's model pages (developers.openai.com/api/docs/models), read in November 2026; the older families as
// Codex's own table has them. Prices: the vendor's pricing page (developers.openai.com/api/docs/pricing) as public
// records of the given day quote it, standard tier. The families of a million tokens cost more beyond 272,000 input
// tokens, which is not modelled. gpt-5.6-sol has no price here: its last known one was announced until 2026-11-21.
const million = { contextWindow: 1_050_000, maxOutputTokens: 128_000, ...verbose };
const gpt5 = { contextWindow: 400_000, maxOutputTokens: 128_000, ...verbose };
const gpt41 = { contextWindow: 1_047_576, maxOutputTokens: 32_768, ...plain };
const gpt4o = { contextWindow: 128_000, maxOutputTokens: 16_384, ...plain };
const oSeries = { contextWindow: 200_000, maxOutputTokens: 100_000, ...reasoning };

// Anthropic: the model pages of platform.claude.com/docs/en/models, read in November 2026; prices as public records of
// 2026-10-24 quote the pricing page. Where a window was not to be read, the smaller one of its generation stands.
const claudeMillion = { contextWindow: 1_000_000, maxOutputTokens: 128_000, ...reasoning };
const claude200k = { contextWindow: 200_000, maxOutputTokens: 64_000, ...reasoning };

// Haiku 5.5 costs five times as much for prompts beyond 100,000 tokens.
const haiku55Price: ModelPrice = {
	...claudePrice(0.1, 0.01, 0.5).price,
	longInput: { aboveTokens: 100_000, input: 0.5, cachedInput: 0.05, cacheWriteInput: 0.625, output: 2.5 },
};

// Google: the model pages of ai.google.dev/gemini-api/docs/models and of Vertex AI, read in November 2026; prices as
// public records of the given day quote the pricing page. 3.8 Flash costs this until 2026-12-31.
const gemini = { contextWindow: 1_048_576, maxOutputTokens: 65_536, ...reasoning };
const gemini25ProPrice: ModelPrice = {
	...geminiPrice(1.25, 10, "2026-03-21").price,
	longInput: { aboveTokens: 200_000, input: 2.5, cachedInput: 0.25, output: 15 },
};

const families: readonly Family[] = [
	{ prefix: "claude-fable-5-1", ...claudeMillion, ...claudePrice(10, 0.25, 50) },
	{ prefix: "claude-mythos-5-1", ...claudeMillion, ...claudePrice(10, 0.25, 50) },
	{ prefix: "claude-fable", ...claudeMillion },
	{ prefix: "claude-mythos", ...claudeMillion },
	{ prefix: "claude-opus-5-5", ...claudeMillion, ...claudePrice(4, 0.2, 20) },
	{ prefix: "claude-opus-5", ...claudeMillion, ...claudePrice(5, 0.5, 25) },
	{ prefix: "claude-opus-4-6", ...claudeMillion, ...claudePrice(5, 0.5, 25) },
	{ prefix: "claude-opus-4-7", ...claude200k, ...claudePrice(5, 0.5, 25) },
	{ prefix: "claude-opus-4-8", ...claude200k, ...claudePrice(5, 0.5, 25) },
	{ prefix: "claude-opus-4-5", ...claude200k, ...claudePrice(5, 0.5, 25) },
	{ prefix: "claude-opus-4", ...claude200k, maxOutputTokens: 32_000 },
	{ prefix: "claude-opus", ...claudeMillion },
	{ prefix: "claude-sonnet-5-5", ...claudeMillion, ...claudePrice(2, 0.1, 10) },
	{ prefix: "claude-sonnet-5", ...claudeMillion, ...claudePrice(2, 0.2, 10) },
	{ prefix: "claude-sonnet-4-6", ...claudeMillion, ...claudePrice(3, 0.3, 15) },
	{ prefix: "claude-sonnet-4-5", ...claude200k, ...claudePrice(3, 0.3, 15) },
	{ prefix: "claude-sonnet-4", ...claude200k },
	{ prefix: "claude-sonnet", ...claudeMillion },
	{ prefix: "claude-haiku-5-5", ...claudeMillion, price: haiku55Price },
	{ prefix: "claude-haiku-4-5", ...claude200k, ...claudePrice(1, 0.1, 5) },
	{ prefix: "claude-3-7-sonnet", ...claude200k },
	{ prefix: "claude-3", contextWindow: 200_000, maxOutputTokens: 4_096, ...plain },
	{ prefix: "gemini-3.8-flash", ...gemini, ...geminiPrice(0.75, 3.75, "2026-10-07") },
	{ prefix: "gemini-3.5-flash", ...gemini, ...geminiPrice(1.5, 9, "2026-05-19") },
	{ prefix: "gemini-3", ...gemini },
	{ prefix: "gemini-2.5-pro", ...gemini, price: gemini25ProPrice },
	{ prefix: "gemini-2.5-flash-lite", ...gemini },
	{ prefix: "gemini-2.5-flash", ...gemini, ...geminiPrice(0.3, 2.5, "2026-03-21") },
	{ prefix: "gemini-2.5", ...gemini },
	{ prefix: "gpt-6.1-sol", ...million, ...price(2, 0.1, 10, "2026-10-05") },
	{ prefix: "gpt-6-astra", ...million, ...price(10, 1, 50, "2026-10-05") },
	{ prefix: "gpt-6-sol", ...million, ...price(2, 0.2, 10, "2026-10-05") },
	{ prefix: "gpt-6-luna", ...million, ...price(0.1, 0.01, 0.5, "2026-10-05") },
	{ prefix: "gpt-6", ...million },
	{ prefix: "gpt-5.6-terra", ...million, ...price(2, 0.2, 12, "2026-10-05") },
	{ prefix: "gpt-5.6-luna", ...million, ...price(0.2, 0.02, 1.2, "2026-10-05") },
	{ prefix: "gpt-5.6", ...million },
	{ prefix: "gpt-5.5-pro", ...million },
	{ prefix: "gpt-5.5", ...million, ...price(5, 0.5, 30, "2026-05-04") },
	{ prefix: "gpt-5.4-mini", ...gpt5, ...price(0.75, 0.075, 4.5, "2026-05-04") },
	{ prefix: "gpt-5.4-nano", ...gpt5, ...price(0.2, 0.02, 1.25, "2026-05-04") },
	{ prefix: "gpt-5.4-pro", ...million },
	{ prefix: "gpt-5.4", ...million, ...price(2.5, 0.25, 15, "2026-05-04") },
	{ prefix: "gpt-5.2-pro", ...gpt5 },
	{ prefix: "gpt-5.2", ...gpt5, ...price(1.75, 0.175, 14, "2026-09-24") },
	{ prefix: "gpt-5.1-codex-mini", ...gpt5 },
	{ prefix: "gpt-5.1", ...gpt5, ...price(1.25, 0.125, 10, "2026-03-21") },
	{ prefix: "gpt-5-mini", ...gpt5, ...price(0.25, 0.025, 2, "2026-03-21") },
	{ prefix: "gpt-5-nano", ...gpt5, ...price(0.05, 0.005, 0.4, "2026-03-21") },
	{ prefix: "gpt-5-pro", ...gpt5 },
	{ prefix: "gpt-5-chat", ...gpt4o },
	{ prefix: "gpt-5.", ...gpt5 },
	{ prefix: "gpt-5", ...gpt5, ...price(1.25, 0.125, 10, "2026-03-21") },
	{ prefix: "codex-mini", ...oSeries },
	{ prefix: "o4-mini", ...oSeries, ...price(1.1, 0.275, 4.4, "2026-03-21") },
	{ prefix: "o3-mini", ...oSeries, supportsImages: false, supportsParallelToolCalls: false },
	{ prefix: "o3-pro", ...oSeries },
	{ prefix: "o3", ...oSeries, ...price(2, 0.5, 8, "2026-03-21") },
	{ prefix: "o1", ...oSeries, supportsParallelToolCalls: false },
	{ prefix: "gpt-4.1-mini", ...gpt41, ...price(0.4, 0.1, 1.6, "2026-03-21") },
	{ prefix: "gpt-4.1-nano", ...gpt41, ...price(0.1, 0.025, 0.4, "2026-03-21") },
	{ prefix: "gpt-4.1", ...gpt41, ...price(2, 0.5, 8, "2026-03-21") },
	{ prefix: "gpt-4o-mini", ...gpt4o, ...price(0.15, 0.075, 0.6, "2026-03-21") },
	{ prefix: "gpt-4o", ...gpt4o, ...price(2.5, 1.25, 10, "2026-03-21") },
	{ prefix: "gpt-oss", contextWindow: 96_000, maxOutputTokens: 32_000, ...reasoning, supportsImages: false },
];

// Names of models that take images, among those that the table does not know: the vendors' own names, and the marks
// that makers of open models put in theirs.
const imageNames = /^(?:gpt-|o\d|claude|gemini)|vision|llava|pixtral|gemma-?[3-9]|(?:^|[-_\d.])vl(?:[-_:\d]|$)/;

function byLongestPrefix(model: string): Family | undefined {
	let found: Family | undefined;
	for (const family of families) {
		if (model.startsWith(family.prefix) && family.prefix.length > (found?.prefix.length ?? 0)) found = family;
	}
	return found;
}

/**
 * What is known of `model`, by the longest family name that it starts with; a vendor before a slash (`openai/gpt-5`) is
 * not looked at.
 *
 * An unknown model gets a window of 128,000 tokens, 16,384 of output, no reasoning and no verbosity, images only when
 * its name says so, and `known: false`. Never throws.
 */
export function modelInfo(model: string): ModelInfo {
	const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
	const family = byLongestPrefix(name);
	if (family === undefined) {
		return {
			id: model,
			contextWindow: 128_000,
			maxOutputTokens: 16_384,
			supportsImages: imageNames.test(name),
			supportsReasoning: false,
			supportsVerbosity: false,
			supportsParallelToolCalls: true,
			known: false,
		};
	}
	const { prefix: _, ...facts } = family;
	return { id: model, ...facts, known: true };
}

/** The names of the families whose price is known, newest generations of a vendor first: what a person can choose from. */
export function pricedModels(): readonly string[] {
	return families.filter(({ price: known }) => known !== undefined).map(({ prefix }) => prefix);
}
