// What an agent is asked to answer with, as the engine sees it: a schema to send, a check, a sample. Types only.

import type { JsonObject } from "@codex/protocol";

/** Whether an answer has the shape that was asked for. */
export type ParsedAnswer =
	| { readonly ok: true; readonly value: JsonObject }
	| {
			readonly ok: false;
			/** One sentence a fault, beginning with the place, fit for the repair prompt. */
			readonly errors: readonly string[];
	  };

/** The shape of one kind of answer. */
export interface AnswerSchema {
	/** For example `plan_research`: `[a-z_]`, at most 64 characters. */
	readonly name: string;
	/** JSON Schema to send with the prompt. Fields that it does not name are refused by it, but not by `parse`. */
	readonly jsonSchema: JsonObject;
	/** Checks a value; never throws. The value is given back as it was, fields that nobody knows included. */
	parse(value: unknown): ParsedAnswer;
	/** An answer that passes, for prompts and tests. */
	readonly sample: JsonObject;
}
