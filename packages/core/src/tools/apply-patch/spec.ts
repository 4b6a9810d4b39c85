// The apply_patch tool as a model sees it.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Other names that models use for this tool. */
export const applyPatchAliases: readonly string[] = ["applypatch"];

/** Makes the spec. */
export function createApplyPatchSpec(): ToolSpec {
	return {
		name: "apply_patch",
		description: fillPrompt(promptText, {}),
		parameters: {
			type: "object",
			properties: {
				input: { type: "string", description: "The whole patch, from `*** Begin Patch` to `*** End Patch`." },
			},
			required: ["input"],
			additionalProperties: false,
		},
	};
}
