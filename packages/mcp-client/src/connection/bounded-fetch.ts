// A fetch whose answers cannot fill the memory: one server-sent event, or a whole answer that is no event stream, has a
// limit. What exceeds it fails like a broken connection.

import { McpClientError } from "../mcp-client-error.ts";
import { maxLineBytes } from "../process/line-splitter.ts";

/** The shape of `fetch` that the SDK takes. */
export type FetchLike = (url: string | URL, init?: RequestInit) => Promise<Response>;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function limiter(perEvent: boolean, maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
	let bytes = 0;
	let lineIsEmpty = true;
	return new TransformStream({
		transform: (chunk, controller) => {
			for (const byte of chunk) {
				bytes += 1;
				if (bytes > maxBytes) break;
				if (!perEvent || byte === carriageReturn) continue;
				// An empty line ends an event.
				if (byte === lineFeed && lineIsEmpty) bytes = 0;
				lineIsEmpty = byte === lineFeed;
			}
			if (bytes > maxBytes) {
				controller.error(new McpClientError("limit", `the server sent more than ${maxBytes / 1_048_576} MiB at once`));
			} else controller.enqueue(chunk);
		},
	});
}

/** `inner` with answers of at most `maxBytes` (default 8 MiB) an event or body. */
export function createBoundedFetch(inner: FetchLike = fetch, maxBytes: number = maxLineBytes): FetchLike {
	return async (url, init) => {
		const response = await inner(url, init);
		if (response.body === null) return response;
		const perEvent = response.headers.get("content-type")?.includes("text/event-stream") === true;
		const body = response.body.pipeThrough(limiter(perEvent, maxBytes));
		const { status, statusText, headers } = response;
		return new Response(body, { status, statusText, headers });
	};
}
