// The view_image tool as a model sees it, and its limit.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Bytes of an image file at most. 20 MiB: what the strictest of the large vendors takes in one request. */
export const maxImageBytes = 20_971_520;

/** Makes the spec. */
export function createViewImageSpec(): ToolSpec {
	return {
		name: "view_image",
		description: fillPrompt(promptText, { MAX_MIB: maxImageBytes / 1_048_576 }),
		parameters: {
			type: "object",
			properties: {
				path: { type: "string", minLength: 1, description: "Absolute, or relative to the working directory." },
			},
			required: ["path"],
			additionalProperties: false,
		},
	};
}
