// The shape of the file that holds what logins gave.

import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { OAuthClientInformationSchema, OAuthTokensSchema } from "@modelcontextprotocol/sdk/shared/auth.js";
import * as z from "zod";

/** What is kept of one server. */
export interface Credential {
	/** As registered, or as configured. */
	readonly client?: OAuthClientInformationMixed;
	readonly tokens?: OAuthTokens;
	/** Wall clock of the tokens, in milliseconds. */
	readonly obtainedMs?: number;
	/** Where the login came back to. */
	readonly redirectUrl?: string;
}

/** The whole file, by server. */
export interface CredentialsFile {
	readonly version: 1;
	readonly servers: Readonly<Record<string, Credential>>;
}

/** Reads {@link CredentialsFile}. */
export const credentialsFileSchema: z.ZodType<CredentialsFile> = z.object({
	version: z.literal(1),
	servers: z.record(
		z.string(),
		z.object({
			client: z.exactOptional(OAuthClientInformationSchema.loose()),
			tokens: z.exactOptional(OAuthTokensSchema.loose()),
			obtainedMs: z.exactOptional(z.number()),
			redirectUrl: z.exactOptional(z.string()),
		}),
	),
});
