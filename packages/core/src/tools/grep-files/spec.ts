// The grep_files tool as a model sees it, and its limits.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Files that are named when the model names no limit. */
export const defaultFileLimit = 100;

/** Files that are named at most. */
export const maxFileLimit = 2000;

/** Milliseconds that a search may take. */
export const searchTimeoutMs = 30_000;

/** Makes the spec. */
export function createGrepFilesSpec(): ToolSpec {
	return {
		name: "grep_files",
		description: fillPrompt(promptText, { FILE_LIMIT: defaultFileLimit, SECONDS: searchTimeoutMs / 1000 }),
		parameters: {
			type: "object",
			properties: {
				pattern: { type: "string", minLength: 1, description: "The regular expression to find in a line." },
				include: {
					type: "string",
					minLength: 1,
					description: "Only files whose path fits this glob, for example `*.ts`, `*.{js,ts}` or `src/**/*.md`.",
				},
				path: {
					type: "string",
					minLength: 1,
					description: "The directory or file to search; default: the working directory.",
				},
				limit: {
					type: "integer",
					minimum: 1,
					maximum: maxFileLimit,
					default: defaultFileLimit,
					description: "How many files to name at most.",
				},
			},
			required: ["pattern"],
			additionalProperties: false,
		},
	};
}
