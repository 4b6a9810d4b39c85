// Where the wires differ in ways that a caller may see; everything else is the same for all of them.

import type { Wire } from "../harness.ts";

/** One wire's own ways. */
export interface Traits {
	/** The provider's id, the model asked for, and where its key comes from. */
	readonly provider: string;
	readonly model: string;
	/** How the key stands in the request's headers. Absent: the wire takes none. */
	readonly keyHeader: { readonly name: string; readonly value: (key: string) => string };
	/** The history's name in the body. */
	readonly list: string;
	/** The path below the server's origin, the query aside. */
	readonly path: RegExp;
	/** How many of the last events may be missing from a whole answer. */
	readonly extras: number;
	/** The event without which an answer is cut, as the message names it. */
	readonly finalEvent: string;
	/** What arguments that the model left empty become. */
	readonly emptyArguments: string;
	/** Whether the wire tells reasoning apart in its usage. */
	readonly reasoningTokens: boolean;
	/** Whether the wire tells which input came from the cache. */
	readonly cachedTokens: boolean;
	/** Whether ids of calls come from the server. */
	readonly callIds: boolean;
	/** An image of the request as it stands in the body. */
	readonly image: string;
	/** The header of the request's id. */
	readonly requestId: string;
	/** Whether the vendor has an end by content filter. */
	readonly contentFilter: boolean;
	/** An error body of this vendor. */
	readonly error: (message: string, code?: string) => object;
	/** Another wording of a too long input. */
	readonly tooLong: string;
	/** Headers of limits, and the event that they make; absent where the vendor sends none. */
	readonly limits?: { readonly headers: Readonly<Record<string, string>>; readonly event: object };
}

const bearer = { name: "authorization", value: (key: string): string => `Bearer ${key}` };
const openai = {
	provider: "openai",
	model: "gpt-5-codex",
	keyHeader: bearer,
	reasoningTokens: true,
	cachedTokens: true,
	callIds: true,
	emptyArguments: "",
	image: "data:image/png;base64,AAAA",
	requestId: "x-request-id",
	contentFilter: true,
	error: (message: string, code?: string): object => ({
		error: { message, ...(code === undefined ? {} : { code }) },
	}),
	tooLong: "This model's maximum context length is 8192 tokens.",
	limits: {
		headers: {
			"x-codex-primary-used-percent": "42.5",
			"x-codex-primary-window-minutes": "300",
			"x-codex-primary-reset-after-seconds": "60",
		},
		event: {
			type: "rate_limits",
			primary: { usedPercent: 42.5, windowMinutes: 300, resetsInSeconds: 60 },
		},
	},
} as const;

const table: Readonly<Record<Wire, Traits>> = {
	responses: {
		...openai,
		list: "input",
		path: /^\/v1\/responses$/,
		extras: 0,
		finalEvent: "response.completed",
	},
	chat: {
		...openai,
		list: "messages",
		path: /^\/v1\/chat\/completions$/,
		// A finish_reason makes the answer whole; usage and [DONE] behind it are extras.
		extras: 2,
		finalEvent: "finish_reason",
	},
	anthropic: {
		provider: "anthropic",
		model: "claude-sonnet-4-5",
		keyHeader: { name: "x-api-key", value: (key) => key },
		list: "messages",
		path: /^\/v1\/messages$/,
		extras: 0,
		finalEvent: "message_stop",
		emptyArguments: "{}",
		reasoningTokens: true,
		cachedTokens: true,
		callIds: true,
		image: '"data":"AAAA"',
		requestId: "request-id",
		contentFilter: true,
		error: (message, code) => ({ type: "error", error: { type: code ?? "api_error", message } }),
		tooLong: "prompt is too long: 250000 tokens > 200000 maximum",
		limits: {
			headers: {
				"anthropic-ratelimit-requests-limit": "100",
				"anthropic-ratelimit-requests-remaining": "58",
			},
			event: { type: "rate_limits", primary: { usedPercent: 42 } },
		},
	},
	gemini: {
		provider: "gemini",
		model: "gemini-2.5-pro",
		keyHeader: { name: "x-goog-api-key", value: (key) => key },
		list: "contents",
		path: /^\/v1beta\/models\/gemini-2\.5-pro:streamGenerateContent$/,
		extras: 0,
		finalEvent: "finishReason",
		emptyArguments: "{}",
		reasoningTokens: true,
		cachedTokens: true,
		callIds: true,
		image: '"data":"AAAA"',
		requestId: "x-request-id",
		contentFilter: true,
		error: (message, code) => ({ error: { code: 400, message, status: code ?? "UNKNOWN" } }),
		tooLong: "The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).",
	},
	ollama: {
		provider: "ollama",
		model: "qwen3-vl:8b",
		keyHeader: bearer,
		list: "messages",
		path: /^\/api\/chat$/,
		extras: 0,
		finalEvent: "done",
		emptyArguments: "{}",
		reasoningTokens: false,
		cachedTokens: false,
		callIds: true,
		image: '"AAAA"',
		requestId: "x-request-id",
		contentFilter: false,
		error: (message) => ({ error: message }),
		tooLong: "the input length exceeds the context length",
	},
};

/** The ways of `wire`. */
export function traitsOf(wire: Wire): Traits {
	return table[wire];
}

/** All wires, in the order of the printed table. */
export const wires: readonly Wire[] = ["responses", "chat", "anthropic", "gemini", "ollama"];
