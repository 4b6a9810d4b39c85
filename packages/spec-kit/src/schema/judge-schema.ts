// The answer of a judge between candidates that carried out the same tasks.

import * as z from "zod";
import type { AnswerSchema } from "../consensus/answer.ts";
import { note, toAnswerSchema, wordList, words } from "./answer-parts-schema.ts";

let built: AnswerSchema | undefined;

/** `choice` is the name of a candidate. */
export function judgeSchema(): AnswerSchema {
	built ??= toAnswerSchema("candidate_choice", z.object({ choice: words, reasons: wordList.or(note) }), {
		choice: "candidate-1",
		reasons: ["It covers FR-2"],
	});
	return built;
}
