// Where requests of a provider go and how they are written.

import { maskText } from "../check/secrets.ts";
import type { Config } from "../config.ts";
import type { ModelProviderConfig, WireApi } from "../config-sections.ts";
import type { Environment } from "../home/surroundings.ts";
import { checkBaseUrl } from "./base-url.ts";
import { builtInProviders } from "./built-in.ts";

/** A text without blanks around it; `undefined` when nothing is left. */
export function nonBlank(text: string | undefined): string | undefined {
	const trimmed = text?.trim();
	return trimmed === "" ? undefined : trimmed;
}

/** The address as written somewhere, and where. */
function writtenUrl(
	id: string,
	config: Config,
	environment: Environment,
): { readonly text: string; readonly source: string } | undefined {
	const builtIn = builtInProviders.get(id);
	const { env } = environment;
	const fromTable = nonBlank(config.model_providers[id]?.base_url);
	if (fromTable !== undefined) return { text: fromTable, source: `model_providers.${id}.base_url` };
	const fromKey = id === "openai" ? nonBlank(config.openai_base_url) : undefined;
	if (fromKey !== undefined) return { text: fromKey, source: "openai_base_url" };
	const variable = builtIn?.baseUrlVariable;
	const fromVariable = variable === undefined ? undefined : nonBlank(env[variable]);
	if (variable !== undefined && fromVariable !== undefined) return { text: fromVariable, source: variable };
	const port = builtIn?.baseUrlVariable === "CODEX_OSS_BASE_URL" ? nonBlank(env["CODEX_OSS_PORT"]) : undefined;
	if (port !== undefined) return { text: `http://localhost:${port}/v1`, source: "CODEX_OSS_PORT" };
	return builtIn === undefined ? undefined : { text: builtIn.baseUrl, source: "the built-in address" };
}

/** How requests are written: `wire_api`, else `OPENAI_WIRE_API` for openai, else the usual wire, else `chat`. */
export function wireOf(id: string, settings: ModelProviderConfig | undefined, environment: Environment): WireApi {
	if (settings?.wire_api !== undefined) return settings.wire_api;
	const named = id === "openai" ? environment.env["OPENAI_WIRE_API"]?.trim() : undefined;
	if (named === "chat" || named === "responses") return named;
	return builtInProviders.get(id)?.wires[0] ?? "chat";
}

/** The configured headers, with those from variables that are set over them. */
export function headersOf(settings: ModelProviderConfig | undefined, environment: Environment): Record<string, string> {
	const headers: Record<string, string> = { ...settings?.http_headers };
	for (const [header, variable] of Object.entries(settings?.env_http_headers ?? {})) {
		const value = nonBlank(environment.env[variable]);
		if (value !== undefined) headers[header] = value;
	}
	return headers;
}

/** The address for `wire`: an Ollama named by its host alone speaks OpenAI's wires below `/v1`. */
export function addressFor(id: string, wire: WireApi, url: string): string {
	const isOllama = builtInProviders.get(id)?.wires.includes("ollama") === true;
	return isOllama && wire !== "ollama" && new URL(url).pathname === "/" ? `${url}/v1` : url;
}

/** The address of a provider, or one sentence why it cannot be used. */
export type BaseUrlResult =
	| { readonly kind: "ok"; readonly url: string }
	| { readonly kind: "error"; readonly message: string };

/** The address of a known provider. */
export function resolveBaseUrl(id: string, config: Config, environment: Environment): BaseUrlResult {
	const written = writtenUrl(id, config, environment);
	if (written === undefined) {
		return {
			kind: "error",
			message: `the provider \`${id}\` has no \`base_url\`: add one to \`[model_providers.${id}]\``,
		};
	}
	const check = checkBaseUrl(written.text, config.model_providers[id]?.allow_insecure === true);
	if (check.kind === "ok") return check;
	return { kind: "error", message: `base URL \`${maskText(written.text)}\` (${written.source}) ${check.reason}` };
}
