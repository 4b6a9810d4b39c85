// The port to a model. Providers implement it; core never sees a vendor.

import type { ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";

/** Streams one response of one model. */
export interface ModelStream {
	/** The provider's id, for example `openai`. */
	readonly provider: string;
	/** What is known of `model`; safe defaults with `known: false` for an unknown one. Never throws. */
	modelInfo(model: string): ModelInfo;
	/**
	 * Streams one response, in batches: one batch holds what one network read brought, adjacent deltas merged.
	 *
	 * Contract: one attempt, no retry. Never throws and never rejects: every failure is one final `error` event.
	 * The concatenated batches follow the grammar in protocol's `model.ts`. Honours `signal` within 100 ms with an
	 * `error` of kind `aborted`. Batches are never empty.
	 */
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
}
