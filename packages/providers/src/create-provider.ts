// Makes providers from settings. Importing this loads no SDK: the adapter comes with the first request, or earlier by
// `warm`.

import { type ModelInfo, toError } from "@codex/protocol";
import { modelInfo } from "./model-table.ts";
import type { Provider, ProviderContext, ProviderSettings } from "./provider.ts";

function withOwnPrice(info: ModelInfo, settings: ProviderSettings): ModelInfo {
	const price = settings.modelPrices?.[info.id];
	return price === undefined ? info : { ...info, price };
}

/** Makes the provider of `settings`. Does no I/O and never throws: wrong settings show as the error of a request. */
export function createProvider(settings: ProviderSettings, context: ProviderContext): Provider {
	const info = (model: string): ModelInfo => withOwnPrice(modelInfo(model), settings);
	const load = async () => {
		const { createOpenAiAdapter } = await import("./openai/adapter.ts");
		return createOpenAiAdapter(settings, context, info);
	};
	let loading: ReturnType<typeof load> | undefined;
	const adapter = (): ReturnType<typeof load> => {
		loading ??= load();
		return loading;
	};
	return {
		provider: settings.id,
		modelInfo: info,
		stream: async function* (request, signal) {
			let loaded: Awaited<ReturnType<typeof load>>;
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
