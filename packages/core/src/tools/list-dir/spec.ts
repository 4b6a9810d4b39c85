// The list_dir tool as a model sees it, and its limits.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Entries that are listed when the model names no limit. */
export const defaultEntryLimit = 25;

/** Levels that are listed when the model names no depth. */
export const defaultDepth = 2;

/** Makes the spec. */
export function createListDirSpec(): ToolSpec {
	return {
		name: "list_dir",
		description: fillPrompt(promptText, { ENTRY_LIMIT: defaultEntryLimit, DEPTH: defaultDepth }),
		parameters: {
			type: "object",
			properties: {
				dir_path: { type: "string", minLength: 1, description: "Absolute, or relative to the working directory." },
				offset: {
					type: "integer",
					minimum: 1,
					maximum: Number.MAX_SAFE_INTEGER,
					default: 1,
					description: "The first entry to show; entries count from 1.",
				},
				limit: {
					type: "integer",
					minimum: 1,
					maximum: Number.MAX_SAFE_INTEGER,
					default: defaultEntryLimit,
					description: "How many entries to show at most.",
				},
				depth: {
					type: "integer",
					minimum: 1,
					maximum: Number.MAX_SAFE_INTEGER,
					default: defaultDepth,
					description: "How many levels to list; 1 lists the directory alone.",
				},
			},
			required: ["dir_path"],
			additionalProperties: false,
		},
	};
}
