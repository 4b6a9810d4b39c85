// The models that a screen offers. Any other name can be asked for as well.

import type { RuntimeContext } from "../runtime-context.ts";

/** One model to choose. */
export interface KnownModel {
	readonly name: string;
	/** Tokens. */
	readonly contextWindow: number;
	/** US dollars per million tokens, input and output. */
	readonly price?: { readonly input: number; readonly output: number; readonly asOf: string };
	readonly supportsReasoning: boolean;
}

/** The models whose price is known. */
export async function knownModels(_context: RuntimeContext): Promise<readonly KnownModel[]> {
	// The table comes with the providers' code, which a session has loaded anyway.
	const { modelInfo, pricedModels } = await import("@codex/providers");
	return pricedModels().map((name) => {
		const { contextWindow, price, supportsReasoning } = modelInfo(name);
		const shown = price === undefined ? {} : { price: { input: price.input, output: price.output, asOf: price.asOf } };
		return { name, contextWindow, supportsReasoning, ...shown };
	});
}
