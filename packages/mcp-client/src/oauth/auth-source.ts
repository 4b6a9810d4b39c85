// The OAuth provider of a server that a person has logged in to. Loads nothing for servers without OAuth.

import type { Clock } from "@codex/protocol";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { McpServerSpec } from "../server/server-spec.ts";
import type { LoginRequest } from "./login.ts";

/** Gives the provider for a server; `undefined` when nobody logged in. @throws McpClientError `file` */
export function createAuthSource(
	credentialsFile: string,
	clock: Clock,
): (spec: McpServerSpec) => Promise<OAuthClientProvider | undefined> {
	return async ({ name: server, target }) => {
		if (target.kind !== "http" || !target.oauth) return undefined;
		const [{ createCredentialFile, credentialKey }, { StoredOAuthProvider }] = await Promise.all([
			import("./credential-store.ts"),
			import("./oauth-provider.ts"),
		]);
		const store = createCredentialFile(credentialsFile);
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

/** Loads what logins need. */
export async function openLogins(credentialsFile: string): Promise<Logins> {
	const [{ loginToServer, logoutOfServer }, { createCredentialFile }] = await Promise.all([
		import("./login.ts"),
		import("./credential-store.ts"),
	]);
	const store = createCredentialFile(credentialsFile);
	return {
		login: (request, signal) => loginToServer({ ...request, store }, signal),
		logout: (server, url) => logoutOfServer(store, server, url),
	};
}
