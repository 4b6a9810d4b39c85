// A login at a server: find its authorization server, register, send a person to a page, take the code that comes back.
// PKCE, state and discovery are the SDK's; loaded only by the command.

import { type Clock, toError } from "@codex/protocol";
import { withDeadline } from "@codex/resilience";
import { auth, extractWWWAuthenticateParams, UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { createBoundedFetch } from "../connection/bounded-fetch.ts";
import { McpClientError } from "../mcp-client-error.ts";
import { oneLine } from "../process/output-tail.ts";
import type { HttpTarget } from "../server/server-spec.ts";
import { type CallbackAnswer, type CallbackServer, listenForCallback } from "./callback-server.ts";
import { type CredentialStore, credentialKey } from "./credential-store.ts";
import { StoredOAuthProvider } from "./oauth-provider.ts";

// The reference's limit for a person.
const personMs = 300_000;
// The reference's limit for finding out where to log in.
const discoveryMs = 5000;

/** A login. */
export interface LoginRequest {
	readonly server: string;
	readonly target: HttpTarget;
	readonly store: CredentialStore;
	readonly clock: Clock;
	/** In place of those of the settings. */
	readonly scopes?: readonly string[];
	/** Where the browser comes back to; default any free port. */
	readonly callbackPort?: number;
	/** Shows a person the page to open. */
	readonly onPage: (page: string) => void;
}

/** What the server says without a token: where its metadata is, which scopes it wants. */
async function probe(url: string, clock: Clock, signal: AbortSignal) {
	const deadline = withDeadline(signal, discoveryMs, clock);
	try {
		const headers = { accept: "application/json, text/event-stream", "content-type": "application/json" };
		const body = JSON.stringify({ jsonrpc: "2.0", id: 0, method: "ping" });
		const response = await createBoundedFetch()(url, { method: "POST", headers, body, signal: deadline.signal });
		await response.body?.cancel();
		return response.status === 401 ? extractWWWAuthenticateParams(response) : {};
	} finally {
		deadline.dispose();
	}
}

async function answerOrAbort(callback: CallbackServer, signal: AbortSignal): Promise<CallbackAnswer> {
	const { promise, reject } = Promise.withResolvers<never>();
	const onAbort = (): void => reject(new McpClientError("aborted", "the login was not finished"));
	if (signal.aborted) onAbort();
	signal.addEventListener("abort", onAbort, { once: true });
	try {
		return await Promise.race([callback.answer, promise]);
	} finally {
		signal.removeEventListener("abort", onAbort);
	}
}

async function attempt(
	request: LoginRequest,
	scopes: readonly string[] | undefined,
	signal: AbortSignal,
): Promise<CallbackAnswer | undefined> {
	const { server, target, store, clock } = request;
	const state = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
	const callback = await listenForCallback(state, request.callbackPort);
	try {
		const found = await probe(target.url, clock, signal);
		const scope = scopes === undefined ? found.scope : scopes.join(" ");
		const login = { redirectUrl: callback.url, state, scope, onPage: (page: URL) => request.onPage(page.href) };
		const provider = new StoredOAuthProvider({ server, target, store, clock, login });
		const options = {
			serverUrl: target.url,
			fetchFn: createBoundedFetch(),
			...(scope === undefined ? {} : { scope }),
			...(found.resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl: found.resourceMetadataUrl }),
		};
		if ((await auth(provider, options)) === "AUTHORIZED") return undefined;
		const answer = await answerOrAbort(callback, signal);
		if (answer.kind === "code") await auth(provider, { ...options, authorizationCode: answer.code });
		return answer;
	} finally {
		callback.close();
	}
}

/**
 * Logs in and keeps the tokens. Scopes that the server does not know are left out in a second try.
 *
 * @throws McpClientError `login`, or `aborted` after an abort or five minutes.
 */
export async function loginToServer(request: LoginRequest, signal: AbortSignal): Promise<void> {
	const deadline = withDeadline(signal, personMs, request.clock);
	const scopes = request.scopes ?? request.target.scopes;
	try {
		let answer = await attempt(request, scopes, deadline.signal);
		if (answer?.kind === "error" && answer.error === "invalid_scope" && scopes !== undefined) {
			answer = await attempt(request, undefined, deadline.signal);
		}
		if (answer?.kind !== "error") return;
		const because = answer.description === "" ? answer.error : `${answer.error}: ${answer.description}`;
		throw new McpClientError("login", oneLine(`the login was refused: ${because}`));
	} catch (thrown) {
		if (thrown instanceof McpClientError) throw thrown;
		if (deadline.signal.aborted) throw new McpClientError("aborted", "the login was not finished", thrown);
		const error = toError(thrown);
		const said = error instanceof UnauthorizedError ? "the server refused the login" : error.message;
		throw new McpClientError("login", oneLine(said), error);
	} finally {
		deadline.dispose();
	}
}

/** Forgets what a login gave; false when there was nothing. The tokens are not revoked at the server. @throws McpClientError `file` */
export async function logoutOfServer(store: CredentialStore, server: string, url: string): Promise<boolean> {
	const key = credentialKey(server, url);
	if ((await store.load(key)) === undefined) return false;
	await store.update(key, () => undefined);
	return true;
}
