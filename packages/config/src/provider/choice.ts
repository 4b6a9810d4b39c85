// Which provider is meant, before anything is known about its address or its key.

import type { Config } from "../config.ts";
import type { Environment } from "../home/surroundings.ts";
import { type BuiltInProvider, builtInProviders } from "./built-in.ts";
import { findKey } from "./credentials.ts";

/** A provider that was chosen; it may be unknown. */
export interface Choice {
	readonly id: string;
	/** The model, when the choice names it. */
	readonly model: string | undefined;
	readonly because: string;
}

function hasPrefix(model: string, prefix: string): boolean {
	if (!model.startsWith(prefix)) return false;
	return prefix.endsWith("-") || /^(?:$|[-:.])/.test(model.slice(prefix.length));
}

/** The built-in provider whose models are named like this; the longest matching prefix decides. */
function providerOfModel(model: string): { readonly provider: BuiltInProvider; readonly prefix: string } | undefined {
	let best: { readonly provider: BuiltInProvider; readonly prefix: string } | undefined;
	for (const provider of builtInProviders.values()) {
		if (provider.id === "oss") continue;
		for (const prefix of provider.modelPrefixes) {
			if (hasPrefix(model, prefix) && prefix.length > (best?.prefix.length ?? 0)) best = { provider, prefix };
		}
	}
	return best;
}

/** Whether a provider of this id is built in or configured. */
export function isKnownProvider(config: Config, id: string): boolean {
	return builtInProviders.has(id) || Object.hasOwn(config.model_providers, id);
}

function choiceByModel(config: Config, model: string): Choice | undefined {
	const slash = model.indexOf("/");
	const id = model.slice(0, Math.max(slash, 0));
	if (slash > 0 && isKnownProvider(config, id)) {
		return { id, model: model.slice(slash + 1), because: `the model \`${model}\` names it` };
	}
	const found = providerOfModel(model);
	return found && { id: found.provider.id, model, because: `the model \`${model}\` begins with \`${found.prefix}\`` };
}

/** How a provider is chosen. */
export interface ChoiceOptions {
	readonly oss: boolean;
	readonly interactive: boolean;
}

/** The provider that configuration, model name or keys point to, in this order; `undefined` when nothing does. */
export function choose(config: Config, environment: Environment, options: ChoiceOptions): Choice | undefined {
	const { model } = config;
	if (options.oss) return { id: config.oss_provider ?? "ollama", model, because: "`--oss` is given" };
	if (config.model_provider !== undefined) {
		return { id: config.model_provider, model, because: "`model_provider` is set" };
	}
	const byModel = model === undefined ? undefined : choiceByModel(config, model);
	if (byModel !== undefined) return byModel;
	for (const { id, keyVariables } of builtInProviders.values()) {
		const settings = config.model_providers[id];
		const key = findKey({ id, keyVariables, settings, environment, interactive: options.interactive });
		if (key !== undefined) return { id, model, because: `${key.source} is set` };
		if (settings?.requires_openai_auth === false) return { id, model, because: "it needs no key" };
	}
	return undefined;
}
