// The update_plan tool as a model sees it.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Makes the spec. */
export function createUpdatePlanSpec(): ToolSpec {
	return {
		name: "update_plan",
		description: fillPrompt(promptText, {}),
		parameters: {
			type: "object",
			properties: {
				explanation: { type: "string", description: "What changed in the plan and why; optional." },
				plan: {
					type: "array",
					description: "All steps, in order.",
					items: {
						type: "object",
						properties: {
							step: { type: "string" },
							status: { type: "string", enum: ["pending", "in_progress", "completed"] },
						},
						required: ["step", "status"],
						additionalProperties: false,
					},
				},
			},
			required: ["plan"],
			additionalProperties: false,
		},
	};
}
