// What a provider is. A provider answers one request with one stream and makes one attempt: retrying, budgets and the
// history are its caller's. Vendor types never appear here.

import type { Clock, ModelEvent, ModelInfo, ModelPrice, ModelRequest } from "@codex/protocol";

/** One configured provider. */
export interface ProviderSettings {
	/** For example `openai`; stamped on reasoning items and named in error messages. */
	readonly id: string;
	/** Which API the server speaks: OpenAI Responses, Chat Completions, Anthropic Messages, Gemini, or native Ollama. */
	readonly wire: "responses" | "chat" | "anthropic" | "gemini" | "ollama";
	/** Without the path of the API, which the wire appends. */
	readonly baseUrl: string;
	/** Sent as `Authorization: Bearer`. Absent: no Authorization header, unless `headers` has one. */
	readonly apiKey?: string;
	/** Where the key came from, for example `OPENAI_API_KEY`; only named when the server refuses it. */
	readonly apiKeySource?: string;
	/** More headers; they win over ours. */
	readonly headers: Readonly<Record<string, string>>;
	readonly queryParams: Readonly<Record<string, string>>;
	/**
	 * Milliseconds of silence between two events after which a stream is given up. The usual value is 300,000; a longer
	 * one is cut to that by Node's own fetch, which waits no longer for headers or body.
	 */
	readonly streamIdleTimeoutMs: number;
	/** OpenAI's organization header. */
	readonly organization?: string;
	/** OpenAI's project header. */
	readonly project?: string;
	/** Prices by model name that win over the table's. */
	readonly modelPrices?: Readonly<Record<string, ModelPrice>>;
}

/** What a provider is told of the program. */
export interface ProviderContext {
	readonly clock: Clock;
	readonly userAgent: string;
	/** Who calls, for the vendor's statistics, for example `codex_cli_rs`. */
	readonly originator: string;
	readonly sessionId: string;
}

/** Streams responses of one vendor's models. Safe to use from several sessions at once. */
export interface Provider {
	/** The provider's id, for example `openai`. */
	readonly provider: string;
	/** What is known of `model`; safe defaults with `known: false` for an unknown one. Never throws. */
	modelInfo(model: string): ModelInfo;
	/**
	 * Streams one response, in batches: one batch holds what one network read brought, adjacent deltas merged.
	 *
	 * Contract: one attempt, no retry. Never throws and never rejects: every failure is one final `error` event. A
	 * request that was refused before its stream began ends in `error` without a `start`. Honours `signal` within 100 ms
	 * with an `error` of kind `aborted`. Batches are never empty. Leaving the loop early ends the request.
	 */
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
	/** Loads what the first request will need, so that it can be done beside other start-up work. Never rejects. */
	warm(): Promise<void>;
	/** Ends what still runs and lets go of connections. May be called twice. */
	close(): Promise<void>;
}
