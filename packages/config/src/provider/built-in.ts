// The providers that need no configuration, as data. A user's table of the same id may move them (address, headers,
// retries, key variable) but not turn them into something else.

import type { WireApi } from "../config-sections.ts";

/** A provider that Code knows. */
export interface BuiltInProvider {
	readonly id: string;
	/** Its usual wire first, then others that it also speaks. Empty: it needs none. */
	readonly wires: readonly WireApi[];
	readonly defaultModel: string;
	readonly baseUrl: string;
	/** Environment variable that moves it. */
	readonly baseUrlVariable?: string;
	/** Environment variables of its key, the first that is set winning. Empty: it takes no key. */
	readonly keyVariables: readonly string[];
	/** How names of its models begin. */
	readonly modelPrefixes: readonly string[];
}

const openai: BuiltInProvider = {
	id: "openai",
	wires: ["responses", "chat"],
	// The reference's default for this provider.
	defaultModel: "gpt-5-codex",
	baseUrl: "https://api.openai.com/v1",
	baseUrlVariable: "OPENAI_BASE_URL",
	keyVariables: ["OPENAI_API_KEY"],
	modelPrefixes: ["gpt-", "codex-", "chatgpt-", "o1", "o3", "o4"],
};

const anthropic: BuiltInProvider = {
	id: "anthropic",
	wires: ["anthropic"],
	defaultModel: "claude-sonnet-5-5",
	baseUrl: "https://api.anthropic.com",
	baseUrlVariable: "ANTHROPIC_BASE_URL",
	keyVariables: ["ANTHROPIC_API_KEY"],
	modelPrefixes: ["claude-"],
};

const gemini: BuiltInProvider = {
	id: "gemini",
	wires: ["gemini"],
	defaultModel: "gemini-3.8-flash",
	baseUrl: "https://generativelanguage.googleapis.com",
	baseUrlVariable: "GOOGLE_GEMINI_BASE_URL",
	keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
	modelPrefixes: ["gemini-"],
};

const ollama: BuiltInProvider = {
	id: "ollama",
	// Its own API first; the OpenAI-compatible one lies below /v1.
	wires: ["ollama", "chat", "responses"],
	defaultModel: "gpt-oss:20b",
	baseUrl: "http://localhost:11434",
	baseUrlVariable: "CODEX_OSS_BASE_URL",
	keyVariables: [],
	modelPrefixes: ["gpt-oss"],
};

const replay: BuiltInProvider = {
	id: "replay",
	wires: [],
	defaultModel: "",
	baseUrl: "",
	keyVariables: [],
	modelPrefixes: [],
};

/** In the order in which keys are looked for. `oss` is the older name of ollama. */
export const builtInProviders: ReadonlyMap<string, BuiltInProvider> = new Map([
	["openai", openai],
	["anthropic", anthropic],
	["gemini", gemini],
	["ollama", ollama],
	["oss", { ...ollama, id: "oss" }],
	["replay", replay],
]);
