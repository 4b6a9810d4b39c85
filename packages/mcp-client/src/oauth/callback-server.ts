// Where a browser comes back to after a login: an address of this machine that takes one answer and is gone.

import { createServer } from "node:http";
import { toError } from "@codex/protocol";
import { McpClientError } from "../mcp-client-error.ts";

/** What came back. */
export type CallbackAnswer =
	| { readonly kind: "code"; readonly code: string }
	/** `error` is OAuth's word for it. */
	| { readonly kind: "error"; readonly error: string; readonly description: string };

/** A server that waits. */
export interface CallbackServer {
	/** `http://127.0.0.1:PORT/callback`. */
	readonly url: string;
	readonly answer: Promise<CallbackAnswer>;
	close(): void;
}

/**
 * Listens on `port`, or on any free one. Answers with another `state` count for nothing.
 *
 * @throws McpClientError `login` when it cannot listen.
 */
export async function listenForCallback(state: string, port = 0): Promise<CallbackServer> {
	const { promise: answer, resolve } = Promise.withResolvers<CallbackAnswer>();
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
		const say = (status: number, text: string): void => {
			response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`);
		};
		if (pathname !== "/callback") return say(404, "There is nothing here.");
		if (searchParams.get("state") !== state) return say(400, "This is not the login that is waited for.");
		const code = searchParams.get("code");
		if (code !== null) {
			say(200, "Logged in. This page can be closed.");
			return resolve({ kind: "code", code });
		}
		const error = searchParams.get("error") ?? "no code";
		say(400, "The login did not work; the terminal says why.");
		resolve({ kind: "error", error, description: searchParams.get("error_description") ?? "" });
	});
	await new Promise<void>((listening, reject) => {
		server.once("error", (error) =>
			reject(new McpClientError("login", `the login cannot come back: ${toError(error).message}`, error)),
		);
		server.listen(port, "127.0.0.1", listening);
	});
	const address = server.address();
	const bound = typeof address === "object" && address !== null ? address.port : port;
	return {
		url: `http://127.0.0.1:${bound}/callback`,
		answer,
		close: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
