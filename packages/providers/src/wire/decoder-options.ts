// What every decoder is given.

import type { ModelError, ModelEvent } from "@codex/protocol";
import type { EventBatch } from "../stream/event-batch.ts";

/** What a decoder is made of. */
export interface DecoderOptions {
	/** The provider's id, stamped on reasoning items. */
	readonly provider: string;
	readonly batch: EventBatch;
	/** Events that follow the `start`, for example rate limits from the headers. */
	readonly opening: readonly ModelEvent[];
	/** Whether the history already has a call of this id: some servers count from zero in every answer. */
	readonly isKnownCallId: (callId: string) => boolean;
	/** An error that stood in the stream, as a failure. */
	readonly failure: (error: unknown) => ModelError;
}
