// Everything of a model request but its input. Byte-stable over the turns of a session.

import type { JsonObject, ModelInfo, ModelRequest, ToolSpec } from "@codex/protocol";
import type { SessionSettings } from "./session-types.ts";

/** What a head is made of. */
export interface RequestHeadInput {
	readonly settings: SessionSettings;
	readonly info: ModelInfo;
	readonly instructions: string;
	readonly tools: readonly ToolSpec[];
	readonly outputSchema?: JsonObject;
}

function reasoning({ settings, info }: RequestHeadInput): Pick<ModelRequest, "reasoning"> {
	// A model that the table does not know gets reasoning settings only when the user named an effort.
	if (!info.supportsReasoning && (info.known || settings.effort === undefined)) return {};
	const summary = settings.summary ?? "auto";
	return {
		reasoning: {
			effort: settings.effort ?? "medium",
			...(summary === "none" ? {} : { summary }),
		},
	};
}

/** Builds the head. */
export function requestHead(input: RequestHeadInput): Omit<ModelRequest, "input"> {
	const { settings, info } = input;
	return {
		model: settings.model,
		instructions: input.instructions,
		tools: input.tools,
		parallelToolCalls: info.supportsParallelToolCalls,
		...reasoning(input),
		...(info.supportsVerbosity && settings.verbosity !== undefined ? { verbosity: settings.verbosity } : {}),
		...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
		promptCacheKey: settings.sessionId,
	};
}
