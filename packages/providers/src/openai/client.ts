// The vendor's SDK as HTTP client: builds URLs, sends, and turns refusals into its errors. Nothing is taken from the
// environment, nothing is retried, no redirect is followed, and exactly our own headers are sent.

import { OpenAI } from "openai/client";
import { APIError } from "openai/error";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { authorityOf, boundedRefusal, type HttpClient } from "../wire/http-client.ts";
import { HttpRefusal } from "../wire/http-refusal.ts";

// The longest that a timer of the platform takes: silence is the attempt's business, not the SDK's.
const noTimeoutMs = 2_147_483_647;

function requestHeaders(settings: ProviderSettings, context: ProviderContext): Headers {
	const headers = new Headers({
		accept: "text/event-stream",
		"content-type": "application/json",
		"user-agent": context.userAgent,
		originator: context.originator,
		session_id: context.sessionId,
	});
	if (settings.apiKey !== undefined) headers.set("authorization", `Bearer ${settings.apiKey}`);
	if (settings.organization !== undefined) headers.set("openai-organization", settings.organization);
	if (settings.project !== undefined) headers.set("openai-project", settings.project);
	for (const [name, value] of Object.entries(settings.headers)) headers.set(name, value);
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
	const client = new OpenAI({
		baseURL: settings.baseUrl,
		// The SDK wants one; what is sent is in our own headers.
		apiKey: settings.apiKey ?? "none",
		adminAPIKey: null,
		organization: null,
		project: null,
		webhookSecret: null,
		defaultQuery: { ...settings.queryParams },
		maxRetries: 0,
		timeout: noTimeoutMs,
		logLevel: "off",
		fetch: async (url, init) => {
			// Headers that the environment gave the SDK are left out, and a redirect would carry keys to another host.
			const response = await fetch(url, { ...init, headers: requestHeaders(settings, context), redirect: "manual" });
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
