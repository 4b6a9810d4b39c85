// The vendor's SDK as HTTP client: builds URLs, sends, and turns refusals into its errors. Nothing is taken from the
// environment, nothing is retried, no redirect is followed, and exactly our own headers are sent.

import { OpenAI } from "openai/client";
import type { ProviderContext, ProviderSettings } from "../provider.ts";

/** Sends requests to one server. */
export interface HttpClient {
	/**
	 * POSTs a JSON text and resolves with the response as soon as its head is there, if its status is 2xx.
	 *
	 * Rejects with the SDK's `APIError` (with `status`) when it is not, and with other errors of the SDK or of the platform
	 * when nobody answered. `signal` ends the request and the reading of its body.
	 */
	post(path: string, json: string, signal: AbortSignal): Promise<Response>;
	/** `host:port`, for messages. */
	readonly authority: string;
}

// 64 KiB: more of a refusal's body than anyone reads.
const maxRefusalBytes = 65_536;

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

/** A refusal with no more of its body than is worth reading: the SDK would read all of it. */
async function boundedRefusal(response: Response): Promise<Response> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		chunks.push(chunk);
		size += chunk.length;
		if (size >= maxRefusalBytes) break;
	}
	const body = size === 0 ? null : Buffer.concat(chunks).subarray(0, maxRefusalBytes);
	return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
}

function authorityOf(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return "the base URL";
	const { hostname, port, protocol } = new URL(baseUrl);
	return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
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
				.asResponse(),
	};
}
