// Anthropic's Messages API behind the provider interface. Loaded when the provider is first used: this module brings the
// SDK.

import type { ModelInfo } from "@codex/protocol";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { createSerialiser } from "../wire/serialise.ts";
import { createWireAdapter, type WireAdapter } from "../wire/wire-adapter.ts";
import type { WireDefinition } from "../wire/wire-definition.ts";
import { betaQuery, createHttpClient } from "./client.ts";
import { createMessagesDecoder } from "./decoder.ts";
import { rateLimitsOf } from "./rate-limit-headers.ts";
import { bindsThinking } from "./thinking.ts";
import { createToMessagesRequest } from "./to-request.ts";
import { parseAnthropicError } from "./wire.ts";

function messagesWire(settings: ProviderSettings, nowMs: () => number): WireDefinition {
	const toRequest = createToMessagesRequest(settings.id);
	const { serialise } = createSerialiser();
	// A base URL may name the API's version already.
	const path = /\/v1\/?$/.test(settings.baseUrl) ? "/messages" : "/v1/messages";
	return {
		framing: "events",
		contentTypes: /^(?:text\/event-stream|text\/plain|application\/octet-stream|)$/,
		path: ({ model }) => (bindsThinking(model) ? `${path}?${betaQuery}` : path),
		body: (request, info) => {
			const { messages, ...head } = toRequest(request, info);
			return serialise(head, "messages", messages);
		},
		decoder: createMessagesDecoder,
		readError: parseAnthropicError,
		rateLimits: (headers) => rateLimitsOf(headers, nowMs()),
	};
}

/** Makes the adapter of `settings`. `modelInfo` is the provider's own, prices included. */
export function createAnthropicAdapter(
	settings: ProviderSettings,
	context: ProviderContext,
	modelInfo: (model: string) => ModelInfo,
): WireAdapter {
	const wire = messagesWire(settings, () => context.clock.nowMs());
	return createWireAdapter({ settings, context, modelInfo, client: createHttpClient(settings, context), wire });
}
