// The parts that answers are made of, and how a zod shape becomes an answer schema. Field names are those that prompts
// and old evidence use.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import type { AnswerSchema, ParsedAnswer } from "../consensus/answer.ts";

/** Fields of an answer, by name. */
export type Fields = Readonly<Record<string, z.ZodType>>;

/** A text that is not empty. */
export const words: z.ZodType = z.string().trim().min(1);

/** A text that may be empty. */
export const note: z.ZodType = z.string();

/** A list of texts that are not empty. */
export const wordList: z.ZodType = z.array(words);

/** A field that may be left out. */
export function optional(schema: z.ZodType): z.ZodType {
	return z.exactOptional(schema);
}

/** One of some words. */
export function oneOf(values: readonly string[]): z.ZodType {
	return z.enum([...values]);
}

/** A list of objects with these fields. */
export function listOf(fields: Fields): z.ZodType {
	return z.array(z.object(fields));
}

/** What agents agree and disagree on in their own words. */
export const consensusNote: z.ZodType = z.object({ agreements: wordList, conflicts: wordList });

/** What every answer may say about itself; recorded by us, so nothing is lost without it. */
export const selfDescription: Fields = {
	stage: optional(note),
	prompt_version: optional(note),
	agent: optional(note),
	model: optional(note),
	model_release: optional(note),
	reasoning_mode: optional(note),
};

// More faults than this do not help a repair.
const maxErrors = 20;

function describeIssue({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
	return `${path.length === 0 ? "answer" : path.map(String).join(".")}: ${message}`;
}

/** Makes an answer schema of a zod one. The JSON Schema is made when it is first read. */
export function toAnswerSchema(name: string, shape: z.ZodType, sample: JsonObject): AnswerSchema {
	let jsonSchema: JsonObject | undefined;
	return {
		name,
		sample,
		get jsonSchema(): JsonObject {
			jsonSchema ??= z.toJSONSchema(shape, { io: "output" }) as JsonObject;
			return jsonSchema;
		},
		parse(value: unknown): ParsedAnswer {
			const result = shape.safeParse(value);
			if (result.success) return { ok: true, value: value as JsonObject };
			return { ok: false, errors: result.error.issues.slice(0, maxErrors).map(describeIssue) };
		},
	};
}
