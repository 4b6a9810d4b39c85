// Which provider and model answer, where requests go and with which key. A pure function of configuration and
// environment: it opens no connection and says why it chose what it chose.

import { nearestNames } from "../check/nearest.ts";
import type { Config } from "../config.ts";
import type { ModelProviderConfig } from "../config-sections.ts";
import type { Environment } from "../home/surroundings.ts";
import type { ConfigFlags } from "../layers/flags.ts";
import { builtInProviders } from "./built-in.ts";
import { type Choice, choose, isKnownProvider } from "./choice.ts";
import { type ApiKey, findKey, missingVariable, noKey, nothingConfigured } from "./credentials.ts";
import type { ProviderSelection, SelectedProvider } from "./selection.ts";
import { addressFor, headersOf, nonBlank, resolveBaseUrl, wireOf } from "./target.ts";

/** How a provider is chosen. */
export interface SelectProviderOptions {
	readonly flags: Pick<ConfigFlags, "oss">;
	/** True in an interactive session: `CODEX_API_KEY` is then not looked at. Default false. */
	readonly interactive?: boolean;
}

function unknownProvider(config: Config, id: string): ProviderSelection {
	const known = [...builtInProviders.keys(), ...Object.keys(config.model_providers)];
	const nearest = nearestNames(id, known)[0];
	const advice =
		nearest === undefined ? `add \`[model_providers.${id}]\` with its \`base_url\`` : `did you mean \`${nearest}\`?`;
	return { kind: "error", message: `model_provider \`${id}\` is not known: ${advice}` };
}

/** What to say when no key was found; `undefined` when none is needed. */
function missingKey(
	id: string,
	keyVariables: readonly string[],
	settings: ModelProviderConfig | undefined,
): ProviderSelection | undefined {
	if (settings?.env_key !== undefined) return missingVariable(settings.env_key, id, settings);
	const isNeeded = settings?.requires_openai_auth ?? keyVariables.length > 0;
	if (!isNeeded) return undefined;
	return noKey(id, keyVariables.length > 0 ? keyVariables : ["OPENAI_API_KEY"]);
}

// 100: the reference caps both counts there, so that a typing error cannot make a run endless.
const capRetries = (count: number): number => Math.min(count, 100);

interface Requirements {
	readonly config: Config;
	readonly environment: Environment;
	readonly choice: Choice;
	readonly key: ApiKey | undefined;
	readonly url: string;
	readonly model: string;
}

function assemble({ config, environment, choice, key, url, model }: Requirements): SelectedProvider {
	const { id, because } = choice;
	const settings = config.model_providers[id];
	const wire = wireOf(id, settings, environment);
	const { env } = environment;
	const organization = id === "openai" ? nonBlank(env["OPENAI_ORGANIZATION"]) : undefined;
	const project = id === "openai" ? nonBlank(env["OPENAI_PROJECT"]) : undefined;
	return {
		kind: "ok",
		id,
		wire,
		model,
		baseUrl: addressFor(id, wire, url),
		...(key === undefined ? {} : { apiKey: key.value, apiKeySource: key.source }),
		headers: headersOf(settings, environment),
		queryParams: { ...settings?.query_params },
		requestMaxRetries: capRetries(settings?.request_max_retries ?? 4),
		streamMaxRetries: capRetries(settings?.stream_max_retries ?? 5),
		streamIdleTimeoutMs: settings?.stream_idle_timeout_ms ?? 300_000,
		...(organization === undefined ? {} : { organization }),
		...(project === undefined ? {} : { project }),
		because,
	};
}

/**
 * Chooses provider, model, address and key.
 *
 * Order: `--oss`; `model_provider`; the model's name (`anthropic/…`, `claude-…`); the first key found for openai,
 * anthropic, gemini. The address is `model_providers.<id>.base_url`, else `openai_base_url` for openai, else the
 * vendor's variable, else the vendor's own. Never throws; nothing it returns but `apiKey` and `headers` is secret.
 */
export function selectProvider(
	config: Config,
	environment: Environment,
	options: SelectProviderOptions,
): ProviderSelection {
	const interactive = options.interactive === true;
	const choice = choose(config, environment, { oss: options.flags.oss === true, interactive });
	if (choice === undefined) return nothingConfigured();
	const { id } = choice;
	if (!isKnownProvider(config, id)) return unknownProvider(config, id);
	if (id === "replay") {
		return { kind: "error", message: "model_provider `replay` answers from a recording: name it with `--replay FILE`" };
	}
	const builtIn = builtInProviders.get(id);
	const settings = config.model_providers[id];
	const model = nonBlank(choice.model ?? builtIn?.defaultModel);
	if (model === undefined) {
		return {
			kind: "error",
			message: `no model is set for the provider \`${id}\`: add \`-m MODEL\` or \`model = "MODEL"\``,
		};
	}
	const address = resolveBaseUrl(id, config, environment);
	if (address.kind === "error") return address;
	const keyVariables = builtIn?.keyVariables ?? [];
	const key = findKey({ id, keyVariables, settings, environment, interactive });
	const missing = key === undefined ? missingKey(id, keyVariables, settings) : undefined;
	return missing ?? assemble({ config, environment, choice, key, url: address.url, model });
}
