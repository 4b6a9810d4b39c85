// What differs between the vendors' wires, as one value. A definition has no I/O and keeps nothing but texts of requests
// that it made.

import type { ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";
import type { EventDecoder } from "../stream/event-decoder.ts";
import type { DecoderOptions } from "./decoder-options.ts";
import type { WireError } from "./wire-error.ts";

/** One vendor's wire. */
export interface WireDefinition {
	/** `events`: server-sent events. `lines`: one JSON text a line. */
	readonly framing: "events" | "lines";
	/** Content types, in lower case and without parameters, of an answer that is a stream. */
	readonly contentTypes: RegExp;
	/** Appended to the base URL. */
	path(request: ModelRequest): string;
	/** The body as JSON text. History that has not changed gives the same bytes. */
	body(request: ModelRequest, info: ModelInfo): string;
	/** Decodes one answer. */
	decoder(options: DecoderOptions): EventDecoder;
	/** Reads an error, from the body of a refusal or from inside the stream. Never throws. */
	readError(value: unknown): WireError;
	/** The account's limits, if the headers tell them. */
	rateLimits?(headers: Headers): Extract<ModelEvent, { readonly type: "rate_limits" }> | undefined;
	/** What a user can do when nobody listens at the address; follows the sentence that says so. */
	readonly unreachableHint?: string;
}
