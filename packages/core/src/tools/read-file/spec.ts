// The read_file tool as a model sees it, and its limits.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Lines that are read when the model names no limit. */
export const defaultLineLimit = 2000;

/** Characters of a line that are shown, in UTF-16 units; a character is never split. */
export const maxLineLength = 500;

/** Makes the spec. */
export function createReadFileSpec(): ToolSpec {
	return {
		name: "read_file",
		description: fillPrompt(promptText, { LINE_LIMIT: defaultLineLimit, LINE_LENGTH: maxLineLength }),
		parameters: {
			type: "object",
			properties: {
				file_path: { type: "string", minLength: 1, description: "Absolute, or relative to the working directory." },
				offset: {
					type: "integer",
					minimum: 1,
					maximum: Number.MAX_SAFE_INTEGER,
					default: 1,
					description: "The first line to show; lines count from 1.",
				},
				limit: {
					type: "integer",
					minimum: 1,
					maximum: Number.MAX_SAFE_INTEGER,
					default: defaultLineLimit,
					description: "How many lines to show at most.",
				},
			},
			required: ["file_path"],
			additionalProperties: false,
		},
	};
}
