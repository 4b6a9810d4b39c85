// What a choice of provider comes to. Types alone.

import type { WireApi } from "../config-sections.ts";

/** A provider that is ready to be asked. */
export interface SelectedProvider {
	readonly kind: "ok";
	/** Id in `model_providers`, or of a built-in provider. */
	readonly id: string;
	readonly wire: WireApi;
	readonly model: string;
	/** Without a trailing slash. */
	readonly baseUrl: string;
	readonly apiKey?: string;
	/** Where the key is from, for people: `OPENAI_API_KEY`. */
	readonly apiKeySource?: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly queryParams: Readonly<Record<string, string>>;
	/** Tries after the first of one request, 0 to 100. */
	readonly requestMaxRetries: number;
	/** Tries after the first of a cut stream, 0 to 100. */
	readonly streamMaxRetries: number;
	/** Milliseconds without an event after which a stream counts as dead. */
	readonly streamIdleTimeoutMs: number;
	/** `OPENAI_ORGANIZATION`, for openai. */
	readonly organization?: string;
	/** `OPENAI_PROJECT`, for openai. */
	readonly project?: string;
	/** Why this provider, a phrase for stderr. */
	readonly because: string;
}

/** The provider, or why there is none. */
export type ProviderSelection =
	| SelectedProvider
	/** No key where one is needed: three lines for the user that say what to set. Exit code 3. */
	| { readonly kind: "no_credentials"; readonly lines: readonly [string, string, string] }
	/** The configuration names something that cannot be used. Exit code 2. */
	| { readonly kind: "error"; readonly message: string };
