// The vendor's SDK as HTTP client: it makes the address of a model's stream and hands the request to our fetch, which
// sends our own bytes and headers. The SDK's reading of streams is not used: it stops at a malformed line and parses
// every event twice. The entry `web` takes 26 ms to load unbundled, the main one 90 ms and Node's reading of credentials.
// Nothing is taken from the environment, nothing is retried, no redirect is followed.

import { GoogleGenAI } from "@google/genai/web";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { authorityOf, type HttpClient, refusalOf } from "../wire/http-client.ts";

function requestHeaders(settings: ProviderSettings, context: ProviderContext): Headers {
	const headers = new Headers({
		accept: "text/event-stream",
		"content-type": "application/json",
		"user-agent": context.userAgent,
	});
	if (settings.apiKey !== undefined) headers.set("x-goog-api-key", settings.apiKey);
	const own = new Headers(settings.headers);
	// A gateway's token takes the place of the key.
	if (own.has("authorization")) headers.delete("x-goog-api-key");
	for (const [name, value] of own) headers.set(name, value);
	return headers;
}

/** The address without the API's version, and the version. */
function splitVersion(baseUrl: string): { readonly baseUrl: string; readonly apiVersion: string } {
	const match = /^(.*)\/(v1(?:alpha|beta)?)\/?$/.exec(baseUrl);
	return match === null ? { baseUrl, apiVersion: "v1beta" } : { baseUrl: match[1] ?? "", apiVersion: match[2] ?? "" };
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
	const url = new URL(address);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return url.href;
}

/** A model's name for an address. The SDK throws at some characters: the server shall say what it thinks of the name. */
function escaped(model: string): string {
	// Between slashes two dots would lead elsewhere, encoded or not.
	if (model.includes("..")) return encodeURIComponent(model).replaceAll("..", "%2E%2E");
	return model.replaceAll(/[?&#]/g, encodeURIComponent);
}

/** Makes a client for the server of `settings`. The path of its requests is the name of a model. */
export function createHttpClient(settings: ProviderSettings, context: ProviderContext): HttpClient {
	const sdk = new GoogleGenAI({
		// The SDK wants one; what is sent is in our own headers.
		apiKey: settings.apiKey ?? "none",
		vertexai: false,
		httpOptions: splitVersion(settings.baseUrl),
	});
	return {
		authority: authorityOf(settings.baseUrl),
		post: async (model, json, signal) => {
			let answer: Response | undefined;
			const send = async (address: string | URL | Request): Promise<Response> => {
				const url = withQuery(address instanceof Request ? address.url : String(address), settings.queryParams);
				const headers = requestHeaders(settings, context);
				const response = await fetch(url, { method: "POST", body: json, headers, redirect: "manual", signal });
				if (!response.ok) throw await refusalOf(response, "x-request-id");
				answer = response;
				// The SDK reads this one to its end; the answer itself is ours.
				return new Response("", { headers: { "content-type": "text/event-stream" } });
			};
			const config = { httpOptions: { fetch: send } };
			await sdk.models.generateContentStream({ model: escaped(model), contents: "", config });
			if (answer === undefined) throw new Error("the SDK sent no request");
			return answer;
		},
	};
}
