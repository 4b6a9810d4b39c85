// The OAuth provider of a server that a person has logged in to. Loads nothing for servers without OAuth.

import type { Clock } from "@codex/protocol";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { McpServerSpec } from "../server/server-spec.ts";
import type { LoginRequest } from "./login.ts";

/**
 * Gives the provider for a server; `undefined` when nobody logged in. `addSecret` is told every token before it is used.
 *
 * @throws McpClientError `file`
 */
export function createAuthSource(
	credentialsFile: string,
	clock: Clock,
	addSecret?: (secret: string) => void,
): (spec: McpServerSpec) => Promise<OAuthClientProvider | undefined> {
	return async ({ name: server, target }) => {
		if (target.kind !== "http" || !target.oauth) return undefined;
		const [{ createCredentialFile, credentialKey }, { StoredOAuthProvider }] = await Promise.all([
			import("./credential-store.ts"),
			import("./oauth-provider.ts"),
		]);
		const store = createCredentialFile(credentialsFile, addSecret);
		const credential = await store.load(credentialKey(server, target.url));
		return credential?.tokens === undefined ? undefined : new StoredOAuthProvider({ server, target, store, clock });
	};
}

/** Logging in and out at the servers of one credentials file. */
export interface Logins {
	/** See {@link loginToServer}. */
	login(request: Omit<LoginRequest, "store">, signal: AbortSignal): Promise<void>;
	/** See {@link logoutOfServer}. */
	logout(server: string, url: string): Promise<boolean>;
}

/** Loads what logins need. `addSecret` is told every token. */
export async function openLogins(credentialsFile: string, addSecret?: (secret: string) => void): Promise<Logins> {
	const [{ loginToServer, logoutOfServer }, { createCredentialFile }] = await Promise.all([
		import("./login.ts"),
		import("./credential-store.ts"),
	]);
	const store = createCredentialFile(credentialsFile, addSecret);
	return {
		login: (request, signal) => loginToServer({ ...request, store }, signal),
		logout: (server, url) => logoutOfServer(store, server, url),
	};
}
