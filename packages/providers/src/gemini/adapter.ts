// Gemini's API behind the provider interface. Loaded when the provider is first used: this module brings the SDK, in its
// lightest form.

import type { ModelInfo } from "@codex/protocol";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { createSerialiser } from "../wire/serialise.ts";
import { createWireAdapter, type WireAdapter } from "../wire/wire-adapter.ts";
import type { WireDefinition } from "../wire/wire-definition.ts";
import { createHttpClient } from "./client.ts";
import { createGeminiDecoder } from "./decoder.ts";
import { createFunctionNames } from "./function-names.ts";
import { createToGeminiRequest } from "./to-request.ts";
import { parseGeminiError } from "./wire.ts";

function geminiWire(provider: string): WireDefinition {
	const names = createFunctionNames();
	const toRequest = createToGeminiRequest(provider, names.toWire);
	const { serialise } = createSerialiser();
	return {
		framing: "events",
		contentTypes: /^(?:text\/event-stream|text\/plain|application\/octet-stream|)$/,
		// The client makes the address of a model's name.
		path: ({ model }) => model,
		body: (request, info) => {
			const { contents, ...head } = toRequest(request, info);
			return serialise(head, "contents", contents);
		},
		decoder: (options) => createGeminiDecoder(options, names.fromWire),
		readError: parseGeminiError,
	};
}

/** Makes the adapter of `settings`. `modelInfo` is the provider's own, prices included. */
export function createGeminiAdapter(
	settings: ProviderSettings,
	context: ProviderContext,
	modelInfo: (model: string) => ModelInfo,
): WireAdapter {
	const wire = geminiWire(settings.id);
	return createWireAdapter({ settings, context, modelInfo, client: createHttpClient(settings, context), wire });
}
