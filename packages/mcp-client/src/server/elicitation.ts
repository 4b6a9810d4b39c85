// What a server may ask a person in the middle of a call, and what may be answered. Types alone.

import type { JsonObject } from "@codex/protocol";

/** A question of a server. */
export interface ElicitationRequest {
	readonly message: string;
	/** JSON Schema of the answer: a flat object. */
	readonly schema: JsonObject;
}

/** The answer. Values are what the schema asks for. */
export type ElicitationAnswer =
	| {
			readonly action: "accept";
			readonly content: Readonly<Record<string, string | number | boolean | string[]>>;
	  }
	| { readonly action: "decline" }
	| { readonly action: "cancel" };

/** Asks a person; an abort means that nobody needs the answer any more. With nobody there the answer is `decline`. */
export type Elicit = (server: string, request: ElicitationRequest, signal: AbortSignal) => Promise<ElicitationAnswer>;
