// Makes providers from settings. Importing this loads no SDK: the adapter comes with the first request, or earlier by
// `warm`.

import { type ModelInfo, toError } from "@codex/protocol";
import { modelInfo } from "./model-table.ts";
import type { Provider, ProviderContext, ProviderSettings } from "./provider.ts";
import type { WireAdapter } from "./wire/wire-adapter.ts";

type MakeAdapter = (
	settings: ProviderSettings,
	context: ProviderContext,
	info: (model: string) => ModelInfo,
) => WireAdapter;

// One adapter a wire, each loaded with its SDK when it is first used.
const makers: Readonly<Record<ProviderSettings["wire"], () => Promise<MakeAdapter>>> = {
	responses: async () => (await import("./openai/adapter.ts")).createOpenAiAdapter,
	chat: async () => (await import("./openai/adapter.ts")).createOpenAiAdapter,
	anthropic: async () => (await import("./anthropic/adapter.ts")).createAnthropicAdapter,
	gemini: async () => (await import("./gemini/adapter.ts")).createGeminiAdapter,
	ollama: async () => (await import("./ollama/adapter.ts")).createOllamaAdapter,
};

function withOwnPrice(info: ModelInfo, settings: ProviderSettings): ModelInfo {
	const price = settings.modelPrices?.[info.id];
	return price === undefined ? info : { ...info, price };
}

/** Makes the provider of `settings`. Does no I/O and never throws: wrong settings show as the error of a request. */
export function createProvider(settings: ProviderSettings, context: ProviderContext): Provider {
	const info = (model: string): ModelInfo => withOwnPrice(modelInfo(model), settings);
	const load = async (): Promise<WireAdapter> => (await makers[settings.wire]())(settings, context, info);
	let loading: Promise<WireAdapter> | undefined;
	const adapter = (): Promise<WireAdapter> => {
		loading ??= load();
		return loading;
	};
	return {
		provider: settings.id,
		modelInfo: info,
		stream: async function* (request, signal) {
			let loaded: WireAdapter;
			try {
				loaded = await adapter();
			} catch (thrown) {
				const message = `provider \`${settings.id}\` could not be loaded: ${toError(thrown).message}`;
				yield [{ type: "error", error: { kind: "protocol", message, retryable: false } }];
				return;
			}
			yield* loaded.stream(request, signal);
		},
		warm: async () => {
			// A failure shows again, as an event, with the first request.
			await adapter().catch(() => undefined);
		},
		close: async () => {
			const loaded = await loading?.catch(() => undefined);
			loaded?.close();
		},
	};
}
