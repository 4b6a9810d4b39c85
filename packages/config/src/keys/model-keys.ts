// Keys about models and their providers.

import type { ModelKeys } from "../config.ts";
import type { ModelPrice, ModelProviderConfig } from "../config-sections.ts";
import { modelProviderRule } from "./rules.ts";
import type { ChoiceShape, KeysOf, TextPattern } from "./shape.ts";

// RFC 9110, section 5.6.2: what a header's name may be made of.
const headerName: TextPattern = { regex: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, means: "an HTTP header name" };
// RFC 9110, section 5.5: no line breaks or other control characters but the tab.
const headerValue: TextPattern = { regex: /^[\t\x20-\x7e\x80-\xff]*$/, means: "text without control characters" };
const variableName: TextPattern = { regex: /^[A-Za-z_][A-Za-z0-9_]*$/, means: "the name of an environment variable" };

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

const price = (doc: string, required: { required?: true } = {}): KeysOf<ModelPrice>["input"] => ({
	kind: "number",
	fraction: true,
	min: 0,
	doc,
	...required,
});

const providerKeys: KeysOf<ModelProviderConfig> = {
	name: { kind: "text", doc: "Name for people; the table's key when absent" },
	base_url: { kind: "text", doc: "Where requests go, for example `https://host/v1`; the path of the wire is appended" },
	allow_insecure: { kind: "boolean", default: false, doc: "Allows plain http to another machine" },
	wire_api: {
		kind: "choice",
		values: ["responses", "chat", "anthropic", "gemini", "ollama"],
		doc: "How requests are written; `chat` for a provider that is not built in",
	},
	env_key: { kind: "text", pattern: variableName, doc: "Environment variable that holds the API key" },
	env_key_instructions: { kind: "text", doc: "Said when the variable of `env_key` is not set" },
	experimental_bearer_token: { kind: "text", secret: true, doc: "The API key itself; prefer `env_key`" },
	requires_openai_auth: { kind: "boolean", doc: "Whether an OpenAI key is needed; true for `openai` only" },
	query_params: {
		kind: "map",
		value: { kind: "text", doc: "Value of the query parameter" },
		secret: "by_name",
		doc: "Query parameters of every request",
	},
	http_headers: {
		kind: "map",
		key: headerName,
		value: { kind: "text", pattern: headerValue, doc: "Value of the header" },
		secret: "all",
		doc: "Headers of every request",
	},
	env_http_headers: {
		kind: "map",
		key: headerName,
		value: { kind: "text", pattern: variableName, doc: "Environment variable whose value is sent" },
		doc: "Headers whose values come from environment variables; left out when unset or blank",
	},
	request_max_retries: { kind: "number", min: 0, default: 4, doc: "Tries after the first of one request, at most 100" },
	stream_max_retries: { kind: "number", min: 0, default: 5, doc: "Tries after the first of a cut stream, at most 100" },
	stream_idle_timeout_ms: {
		kind: "number",
		min: 1,
		default: 300_000,
		doc: "Milliseconds without an event after which a stream counts as dead",
	},
	agent_total_timeout_ms: {
		kind: "number",
		min: 1,
		default: 1_800_000,
		doc: "Milliseconds that one response may take",
	},
	supports_websockets: { kind: "boolean", doc: "Whether the server takes websockets" },
	websocket_connect_timeout_ms: { kind: "number", min: 1, doc: "Milliseconds to connect a websocket" },
	auth: { kind: "open", optional: true, doc: "A command that prints a token" },
	aws: { kind: "open", optional: true, doc: "AWS signing" },
	openrouter: { kind: "open", optional: true, doc: "Routing options of OpenRouter" },
};

const effort = (doc: string): ChoiceShape<(typeof efforts)[number]> => ({ kind: "choice", values: efforts, doc });

/** The keys. */
export const modelKeys: KeysOf<ModelKeys> = {
	model: { kind: "text", doc: "The model; the provider's usual one when absent (`gpt-5-codex` for openai)" },
	review_model: { kind: "text", doc: "The model of reviews; `model` when absent" },
	model_provider: {
		kind: "text",
		doc: "Provider: openai, anthropic, gemini, ollama, replay or an id of `model_providers`; found from model and keys when absent",
	},
	model_context_window: {
		kind: "number",
		min: 1,
		doc: "Tokens of the context window; from the model table when absent",
	},
	model_max_output_tokens: { kind: "number", min: 1, doc: "Most tokens of one answer; the vendor's limit when absent" },
	model_auto_compact_token_limit: {
		kind: "number",
		min: 1,
		doc: "Tokens of context at which the history is compacted; 90 % of the window when absent",
	},
	model_reasoning_effort: { ...effort("How hard the model thinks"), default: "medium" },
	plan_mode_reasoning_effort: effort("How hard the model thinks while planning; `model_reasoning_effort` when absent"),
	model_reasoning_summary: {
		kind: "choice",
		values: ["auto", "concise", "detailed", "none"],
		default: "auto",
		doc: "How the model's reasoning is summarised",
	},
	model_verbosity: {
		kind: "choice",
		values: ["low", "medium", "high"],
		doc: "How long answers are; the vendor's default (medium) when absent",
	},
	model_supports_reasoning_summaries: {
		kind: "boolean",
		doc: "Sends reasoning settings to a model that is not known to take them",
	},
	model_catalog_json: { kind: "text", doc: "File with facts about models" },
	model_providers: {
		kind: "map",
		value: { kind: "table", keys: providerKeys, rules: [modelProviderRule], doc: "One provider" },
		doc: "Providers by id; the identity of built-in ones stays theirs",
	},
	model_prices: {
		kind: "map",
		value: {
			kind: "table",
			doc: "Prices of one model",
			keys: {
				input: price("US dollars per million input tokens", { required: true }),
				cached_input: price("US dollars per million input tokens read from the vendor's cache; `input` when absent"),
				output: price("US dollars per million output tokens", { required: true }),
			},
		},
		doc: "Prices by model, for `--max-cost-usd` and `code cost`",
	},
	openai_base_url: { kind: "text", doc: "Where requests of the provider openai go; before `OPENAI_BASE_URL`" },
	chatgpt_base_url: {
		kind: "text",
		default: "https://chatgpt.com/backend-api/",
		doc: "Where requests of a ChatGPT login go",
	},
	oss_provider: { kind: "text", doc: "The provider of `--oss`; ollama when absent" },
	personality: { kind: "text", doc: "Tone of the answers, for models that have several" },
	service_tier: { kind: "text", doc: "Service tier asked of the vendor" },
	hide_agent_reasoning: { kind: "boolean", default: false, doc: "Shows no reasoning" },
	show_raw_agent_reasoning: {
		kind: "boolean",
		default: false,
		doc: "Shows the reasoning itself where the model gives it; `--oss` turns it on",
	},
	disable_response_storage: {
		kind: "boolean",
		default: false,
		doc: "Accepted for compatibility: responses are never stored",
	},
};
