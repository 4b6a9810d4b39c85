// What every vendor's HTTP client has in common: how a refusal is read, and how a server is named. No retries, no
// redirects, no environment.

import { HttpRefusal } from "./http-refusal.ts";

/** Sends requests to one server. */
export interface HttpClient {
	/**
	 * POSTs a JSON text and resolves with the response as soon as its head is there, if its status is 2xx.
	 *
	 * Rejects with `HttpRefusal` when it is not, and with other errors when nobody answered. `signal` ends the request and
	 * the reading of its body.
	 */
	post(path: string, json: string, signal: AbortSignal): Promise<Response>;
	/** `host:port`, for messages. */
	readonly authority: string;
}

// 64 KiB: more of a refusal's body than anyone reads.
const maxRefusalBytes = 65_536;

/** A refusal with no more of its body than is worth reading: 64 KiB. */
export async function boundedRefusal(response: Response): Promise<Response> {
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

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// Not JSON: the text itself is shown.
		return undefined;
	}
}

/** Reads a refusal, at most 64 KiB of it. `requestId` is the header that names the request. */
export async function refusalOf(response: Response, requestIdHeader: string): Promise<HttpRefusal> {
	const text = await (await boundedRefusal(response)).text();
	const requestId = response.headers.get(requestIdHeader);
	return new HttpRefusal({
		status: response.status,
		headers: response.headers,
		body: jsonOf(text),
		text,
		...(requestId === null ? {} : { requestId }),
	});
}

/** `host:port` of a base URL, or `the base URL` when it is none. */
export function authorityOf(baseUrl: string): string {
	if (!URL.canParse(baseUrl)) return "the base URL";
	const { hostname, port, protocol } = new URL(baseUrl);
	return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
}
