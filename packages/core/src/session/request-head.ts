// Everything of a model request but its input and tools. Byte-stable over the turns of a session.

import type { JsonObject, ModelInfo, ModelRequest } from "@codex/protocol";
import type { SessionSettings } from "./session-types.ts";

/** What a head is made of. */
export interface RequestHeadInput {
	readonly settings: SessionSettings;
	readonly info: ModelInfo;
	readonly instructions: string;
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
export function requestHead(input: RequestHeadInput): Omit<ModelRequest, "input" | "tools"> {
	const { settings, info } = input;
	return {
		model: settings.model,
		instructions: input.instructions,
		parallelToolCalls: info.supportsParallelToolCalls,
		...reasoning(input),
		...(info.supportsVerbosity && settings.verbosity !== undefined ? { verbosity: settings.verbosity } : {}),
		...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
		promptCacheKey: settings.sessionId,
	};
}
