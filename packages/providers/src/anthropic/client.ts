// The vendor's SDK as HTTP client. Nothing is taken from the environment or from files of the SDK's own, nothing is
// retried, no redirect is followed, and exactly our own headers are sent.

import { Anthropic } from "@anthropic-ai/sdk/client";
import { APIError } from "@anthropic-ai/sdk/error";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { authorityOf, boundedRefusal, type HttpClient } from "../wire/http-client.ts";
import { HttpRefusal } from "../wire/http-refusal.ts";

// The longest that a timer of the platform takes: silence is the attempt's business, not the SDK's.
const noTimeoutMs = 2_147_483_647;

/** The version of the API that this adapter speaks. */
const apiVersion = "2023-06-01";

/** Marks the path of a request that uses beta features, as the SDK's own beta methods do. */
export const betaQuery = "beta=true";

/** The beta features that such a request uses: what becomes of thoughts whose conversation has changed. */
const betas = "thinking-binding-controls-2026-08-01";

const isBeta = (url: Parameters<typeof fetch>[0]): boolean =>
	typeof url === "string" && new URL(url).searchParams.get("beta") === "true";

function requestHeaders(settings: ProviderSettings, context: ProviderContext, beta: boolean): Headers {
	const headers = new Headers({
		accept: "text/event-stream",
		"content-type": "application/json",
		"user-agent": context.userAgent,
		"anthropic-version": apiVersion,
	});
	if (settings.apiKey !== undefined) headers.set("x-api-key", settings.apiKey);
	const own = new Headers(settings.headers);
	// A gateway's token takes the place of the key.
	if (own.has("authorization")) headers.delete("x-api-key");
	for (const [name, value] of own) headers.set(name, value);
	// Beside those that the user asks for.
	if (beta) headers.append("anthropic-beta", betas);
	return headers;
}

/** The SDK's error as a refusal, where a server answered; anything else as it is. */
function asRefusal(thrown: unknown): unknown {
	if (!(thrown instanceof APIError) || thrown.status === undefined) return thrown;
	const { status, headers, error, message, requestID } = thrown;
	return new HttpRefusal({
		status,
		headers: headers ?? new Headers(),
		body: error ?? undefined,
		// Of a body that is not JSON the SDK puts the text behind the status.
		text: message.replace(/^\d{3} /, ""),
		...(typeof requestID === "string" ? { requestId: requestID } : {}),
	});
}

/** Makes a client for the server of `settings`. */
export function createHttpClient(settings: ProviderSettings, context: ProviderContext): HttpClient {
	const client = new Anthropic({
		baseURL: settings.baseUrl,
		// The SDK wants one; what is sent is in our own headers.
		apiKey: settings.apiKey ?? "none",
		authToken: null,
		defaultQuery: { ...settings.queryParams },
		maxRetries: 0,
		timeout: noTimeoutMs,
		logLevel: "off",
		fetch: async (url, init) => {
			// Headers that the environment gave the SDK are left out, and a redirect would carry keys to another host.
			const headers = requestHeaders(settings, context, isBeta(url));
			const response = await fetch(url, { ...init, headers, redirect: "manual" });
			return response.ok ? response : boundedRefusal(response);
		},
	});
	return {
		authority: authorityOf(settings.baseUrl),
		post: (path, json, signal) =>
			client
				.post(path, { body: json, headers: { "content-type": "application/json" }, stream: true, signal })
				.asResponse()
				.catch((thrown: unknown) => {
					throw asRefusal(thrown);
				}),
	};
}
