// Ollama's own API behind the provider interface. Loaded when the provider is first used; brings no SDK.

import type { ModelInfo } from "@codex/protocol";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { createSerialiser } from "../wire/serialise.ts";
import { createWireAdapter, type WireAdapter } from "../wire/wire-adapter.ts";
import type { WireDefinition } from "../wire/wire-definition.ts";
import { createHttpClient } from "./client.ts";
import { createOllamaDecoder } from "./decoder.ts";
import { createToOllamaRequest } from "./to-request.ts";
import { parseOllamaError } from "./wire.ts";

function ollamaWire(provider: string): WireDefinition {
	const toRequest = createToOllamaRequest(provider);
	const { serialise } = createSerialiser();
	return {
		framing: "lines",
		contentTypes: /^(?:application\/(?:x-)?ndjson|application\/json|text\/plain|application\/octet-stream|)$/,
		path: () => "/api/chat",
		body: (request, info) => {
			const { messages, ...head } = toRequest(request, info);
			return serialise(head, "messages", messages);
		},
		decoder: createOllamaDecoder,
		readError: parseOllamaError,
		unreachableHint: "Is Ollama running? Start it with `ollama serve`",
	};
}

/** Makes the adapter of `settings`. `modelInfo` is the provider's own, prices included. */
export function createOllamaAdapter(
	settings: ProviderSettings,
	context: ProviderContext,
	modelInfo: (model: string) => ModelInfo,
): WireAdapter {
	const wire = ollamaWire(settings.id);
	return createWireAdapter({ settings, context, modelInfo, client: createHttpClient(settings, context), wire });
}
