// OpenAI's two wires behind the provider interface. Loaded when the provider is first used: this module brings the SDK.

import type { ModelInfo } from "@codex/protocol";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { createSerialiser } from "../wire/serialise.ts";
import { createWireAdapter, type WireAdapter } from "../wire/wire-adapter.ts";
import type { WireDefinition } from "../wire/wire-definition.ts";
import { createChatDecoder } from "./chat/decoder.ts";
import { createToChatRequest } from "./chat/to-request.ts";
import { createHttpClient } from "./client.ts";
import { rateLimitsOf } from "./rate-limit-headers.ts";
import { createResponsesDecoder } from "./responses/decoder.ts";
import { createToResponsesRequest } from "./responses/to-request.ts";
import { parseWireError } from "./wire.ts";

const bothWires = {
	framing: "events",
	// Some servers name no type, or a plain one.
	contentTypes: /^(?:text\/event-stream|text\/plain|application\/octet-stream|)$/,
	readError: parseWireError,
	rateLimits: rateLimitsOf,
} as const;

function responsesWire(provider: string): WireDefinition {
	const toRequest = createToResponsesRequest(provider);
	const { serialise } = createSerialiser();
	return {
		...bothWires,
		path: () => "/responses",
		body: (request, info) => {
			const { input, ...head } = toRequest(request, info);
			return serialise(head, "input", input);
		},
		decoder: createResponsesDecoder,
	};
}

function chatWire(provider: string): WireDefinition {
	const toRequest = createToChatRequest(provider);
	const { serialise } = createSerialiser();
	return {
		...bothWires,
		path: () => "/chat/completions",
		body: (request, info) => {
			const { messages, ...head } = toRequest(request, info);
			return serialise(head, "messages", messages);
		},
		decoder: createChatDecoder,
	};
}

/** Makes the adapter of `settings`. `modelInfo` is the provider's own, prices included. */
export function createOpenAiAdapter(
	settings: ProviderSettings,
	context: ProviderContext,
	modelInfo: (model: string) => ModelInfo,
): WireAdapter {
	const wire = settings.wire === "responses" ? responsesWire(settings.id) : chatWire(settings.id);
	return createWireAdapter({ settings, context, modelInfo, client: createHttpClient(settings, context), wire });
}
