// A bare HTTP client: Ollama's own client reads its environment and brings nothing that fetch has not. No redirect is
// followed and nothing is retried.

import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { authorityOf, type HttpClient, refusalOf } from "../wire/http-client.ts";

function requestHeaders(settings: ProviderSettings, context: ProviderContext): Headers {
	const headers = new Headers({
		accept: "application/x-ndjson",
		"content-type": "application/json",
		"user-agent": context.userAgent,
	});
	if (settings.apiKey !== undefined) headers.set("authorization", `Bearer ${settings.apiKey}`);
	for (const [name, value] of Object.entries(settings.headers)) headers.set(name, value);
	return headers;
}

/** Makes a client for the server of `settings`, whose base URL may end in `/v1`, the other API's path. */
export function createHttpClient(settings: ProviderSettings, context: ProviderContext): HttpClient {
	const base = settings.baseUrl.replace(/\/(?:v1\/?)?$/, "");
	return {
		authority: authorityOf(settings.baseUrl),
		post: async (path, json, signal) => {
			const url = new URL(`${base}${path}`);
			for (const [name, value] of Object.entries(settings.queryParams)) url.searchParams.set(name, value);
			const headers = requestHeaders(settings, context);
			const response = await fetch(url, { method: "POST", body: json, headers, redirect: "manual", signal });
			if (!response.ok) throw await refusalOf(response, "x-request-id");
			return response;
		},
	};
}
