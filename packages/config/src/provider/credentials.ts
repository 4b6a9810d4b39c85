// Where keys come from, and what is said when there is none. Keys are values here and nowhere in a message.

import { isSecretName } from "../check/secrets.ts";
import type { ModelProviderConfig } from "../config-sections.ts";
import type { Environment } from "../home/surroundings.ts";
import { builtInProviders } from "./built-in.ts";
import type { ProviderSelection } from "./selection.ts";

/** A key. */
export interface ApiKey {
	readonly value: string;
	/** Name of the variable or key of configuration that holds it. */
	readonly source: string;
}

/** What a key is looked for with. */
export interface KeyQuery {
	readonly id: string;
	/** Variables of a built-in provider, the first that is set winning. */
	readonly keyVariables: readonly string[];
	readonly settings: ModelProviderConfig | undefined;
	readonly environment: Environment;
	readonly interactive: boolean;
}

// Key variables of this program itself, used for openai in headless runs before the vendor's own.
const programKeyVariable = "CODEX_API_KEY";

/** The variables that a provider's key is looked for in, in order. */
function variablesOf({ id, keyVariables, settings, interactive }: KeyQuery): readonly string[] {
	if (settings?.env_key !== undefined) return [settings.env_key];
	const usesOpenaiKey = id === "openai" || settings?.requires_openai_auth === true;
	const vendor = usesOpenaiKey && keyVariables.length === 0 ? ["OPENAI_API_KEY"] : keyVariables;
	return usesOpenaiKey && !interactive ? [programKeyVariable, ...vendor] : vendor;
}

/** The key of a provider: `env_key` alone when it is set, else `experimental_bearer_token`, else the usual variables. */
export function findKey(query: KeyQuery): ApiKey | undefined {
	const token = query.settings?.experimental_bearer_token?.trim();
	if (query.settings?.env_key === undefined && token) {
		return { value: token, source: `model_providers.${query.id}.experimental_bearer_token` };
	}
	for (const variable of variablesOf(query)) {
		const value = query.environment.env[variable]?.trim();
		if (value) return { value, source: variable };
	}
	return undefined;
}

/** Every variable that may hold a key of a provider, configured ones and secret headers included. */
export function keyVariableNames(providers: Readonly<Record<string, ModelProviderConfig>>): ReadonlySet<string> {
	const names = new Set([programKeyVariable]);
	for (const { keyVariables } of builtInProviders.values()) for (const name of keyVariables) names.add(name);
	for (const { env_key, env_http_headers } of Object.values(providers)) {
		if (env_key !== undefined) names.add(env_key);
		for (const [header, name] of Object.entries(env_http_headers)) {
			// A header may also carry `USER` or the like, which commands need.
			if (isSecretName(header) || isSecretName(name)) names.add(name);
		}
	}
	return names;
}

const otherServer =
	"Or use any OpenAI-compatible server: put `[model_providers.NAME]` with its `base_url` into config.toml and add `-c model_provider=NAME`.";

/** Nothing is configured at all. */
export function nothingConfigured(): ProviderSelection {
	return {
		kind: "no_credentials",
		lines: [
			"No credentials found: there is nothing to ask a model with.",
			"Set `OPENAI_API_KEY`, `ANTHROPIC_API_KEY` or `GEMINI_API_KEY`, for example `export OPENAI_API_KEY=sk-...`; a local Ollama needs only `--oss`.",
			otherServer,
		],
	};
}

/** The chosen provider needs a key and has none. */
export function noKey(id: string, variables: readonly string[]): ProviderSelection {
	const names = variables.map((name) => `\`${name}\``).join(" or ");
	return {
		kind: "no_credentials",
		lines: [
			`No credentials for the provider \`${id}\`: ${names} is not set.`,
			`Set it, for example \`export ${variables[0] ?? "OPENAI_API_KEY"}=...\`.`,
			otherServer,
		],
	};
}

/** The variable that `env_key` names is not set. */
export function missingVariable(variable: string, id: string, settings: ModelProviderConfig): ProviderSelection {
	const instructions = settings.env_key_instructions?.replace(/\s*\n\s*/g, " ").trim();
	return {
		kind: "no_credentials",
		lines: [
			`Missing environment variable: \`${variable}\`.`,
			instructions || `Set it, for example \`export ${variable}=...\`.`,
			`It is the \`env_key\` of the provider \`${id}\`; remove that key when the server needs none.`,
		],
	};
}
