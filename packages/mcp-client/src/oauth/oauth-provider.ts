// What the SDK's OAuth asks of us: who we are, which tokens we have, where to send a person. Tokens that are about to
// expire are refreshed under the store's lock, so that two processes never spend one refresh token twice.

import type { Clock } from "@codex/protocol";
import {
	discoverOAuthServerInfo,
	type OAuthClientProvider,
	refreshAuthorization,
	selectResourceURL,
} from "@modelcontextprotocol/sdk/client/auth.js";
import type {
	OAuthClientInformationMixed,
	OAuthClientMetadata,
	OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";
import { createBoundedFetch } from "../connection/bounded-fetch.ts";
import type { HttpTarget } from "../server/server-spec.ts";
import { type CredentialStore, credentialKey } from "./credential-store.ts";
import type { Credential } from "./credentials-schema.ts";

// Before the end of a token, the reference's margin: a request that is on its way must not meet it.
const marginMs = 30_000;

/** What a provider is made of. */
export interface OAuthProviderOptions {
	readonly server: string;
	readonly target: HttpTarget;
	readonly store: CredentialStore;
	readonly clock: Clock;
	/** In a login: where it comes back to, and what is done with the page to be opened. */
	readonly login?: {
		readonly redirectUrl: string;
		readonly state: string;
		readonly scope: string | undefined;
		readonly onPage: (page: URL) => void;
	};
}

function isExpiring({ tokens, obtainedMs }: Credential, nowMs: number): boolean {
	if (tokens?.expires_in === undefined || obtainedMs === undefined) return false;
	return nowMs >= obtainedMs + tokens.expires_in * 1000 - marginMs;
}

/** The provider of one server. */
export class StoredOAuthProvider implements OAuthClientProvider {
	readonly #options: OAuthProviderOptions;
	readonly #key: string;
	readonly #fetch = createBoundedFetch();
	#verifier = "";
	/** Only when the settings name a resource; the SDK's own check otherwise. */
	readonly validateResourceURL?: () => Promise<URL>;

	constructor(options: OAuthProviderOptions) {
		this.#options = options;
		this.#key = credentialKey(options.server, options.target.url);
		const { resource } = options.target;
		if (resource !== undefined) this.validateResourceURL = () => Promise.resolve(new URL(resource));
	}

	get redirectUrl(): string {
		return this.#options.login?.redirectUrl ?? "http://127.0.0.1/callback";
	}

	get clientMetadata(): OAuthClientMetadata {
		const { login, target } = this.#options;
		const scope = login === undefined ? target.scopes?.join(" ") : login.scope;
		return {
			client_name: "Code",
			redirect_uris: [this.redirectUrl],
			grant_types: ["authorization_code", "refresh_token"],
			response_types: ["code"],
			token_endpoint_auth_method: "none",
			...(scope === undefined ? {} : { scope }),
		};
	}

	state(): string {
		return this.#options.login?.state ?? "";
	}

	async clientInformation(): Promise<OAuthClientInformationMixed | undefined> {
		const { target, store, login } = this.#options;
		if (target.clientId !== undefined) return { client_id: target.clientId };
		const { client, redirectUrl } = (await store.load(this.#key)) ?? {};
		// A registration is for the address that it named.
		return login === undefined || redirectUrl === login.redirectUrl ? client : undefined;
	}

	async saveClientInformation(client: OAuthClientInformationMixed): Promise<void> {
		await this.#options.store.update(this.#key, (before) => ({ ...before, client, redirectUrl: this.redirectUrl }));
	}

	async tokens(): Promise<OAuthTokens | undefined> {
		const { store, clock, login } = this.#options;
		// A login is asked for because the tokens that are there do not do.
		if (login !== undefined) return undefined;
		const credential = await store.load(this.#key);
		if (credential === undefined || !isExpiring(credential, clock.nowMs())) return credential?.tokens;
		const refreshed = await store.update(this.#key, (before) => this.#refreshed(before));
		return refreshed?.tokens;
	}

	async saveTokens(tokens: OAuthTokens): Promise<void> {
		const { store, clock } = this.#options;
		await store.update(this.#key, (before) => ({ ...before, tokens, obtainedMs: clock.nowMs() }));
	}

	redirectToAuthorization(page: URL): void {
		// Without a person the SDK's error says that a login is needed.
		this.#options.login?.onPage(page);
	}

	saveCodeVerifier(verifier: string): void {
		this.#verifier = verifier;
	}

	codeVerifier(): string {
		return this.#verifier;
	}

	async invalidateCredentials(scope: "all" | "client" | "tokens" | "verifier" | "discovery"): Promise<void> {
		if (scope === "verifier" || scope === "discovery") return;
		await this.#options.store.update(this.#key, ({ client, tokens, obtainedMs, redirectUrl }) => ({
			...(scope === "tokens" && client !== undefined ? { client } : {}),
			...(scope === "tokens" && redirectUrl !== undefined ? { redirectUrl } : {}),
			...(scope === "client" && tokens !== undefined ? { tokens } : {}),
			...(scope === "client" && obtainedMs !== undefined ? { obtainedMs } : {}),
		}));
	}

	/** With new tokens; as it is when another process was first, or when it cannot be refreshed. */
	async #refreshed(before: Credential): Promise<Credential> {
		const { clock, target } = this.#options;
		const refreshToken = before.tokens?.refresh_token;
		const clientInformation = await this.clientInformation();
		if (!isExpiring(before, clock.nowMs()) || refreshToken === undefined || clientInformation === undefined)
			return before;
		try {
			const fetchFn = this.#fetch;
			const info = await discoverOAuthServerInfo(target.url, { fetchFn });
			const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = info;
			const resource = await selectResourceURL(target.url, this, resourceMetadata);
			const tokens = await refreshAuthorization(authorizationServerUrl, {
				clientInformation,
				refreshToken,
				fetchFn,
				...(metadata === undefined ? {} : { metadata }),
				...(resource === undefined ? {} : { resource }),
			});
			return { ...before, tokens, obtainedMs: clock.nowMs() };
		} catch {
			// The server's refusal of the old token will say that a login is needed.
			return before;
		}
	}
}
