// What logins gave, in one file of mode 0600 that processes change under a lock. Kept by server name and address, so that
// a name that comes to mean another address has no tokens.

import { toError } from "@codex/protocol";
import { withFolderLock } from "../files/folder-lock.ts";
import { readPrivateJson, writePrivateJson } from "../files/private-json.ts";
import { McpClientError } from "../mcp-client-error.ts";
import { digest } from "../server/server-spec.ts";
import { type Credential, type CredentialsFile, credentialsFileSchema } from "./credentials-schema.ts";

/** Keeps credentials. Its methods throw McpClientError `file`. */
export interface CredentialStore {
	load(key: string): Promise<Credential | undefined>;
	/** Changes one entry under the lock; `undefined` removes it. Gives the new one. */
	update(
		key: string,
		change: (credential: Credential) => Promise<Credential | undefined> | Credential | undefined,
	): Promise<Credential | undefined>;
}

/** The key of a server. */
export function credentialKey(server: string, url: string): string {
	return `${server}|${digest(url).slice(0, 16)}`;
}

function secretsOf({ client, tokens }: Credential): readonly string[] {
	return [client?.client_secret, tokens?.access_token, tokens?.refresh_token, tokens?.id_token].filter(
		(secret) => secret !== undefined,
	);
}

/** A store on `file`, which need not exist. `addSecret` is told each secret before anybody gets it. */
export function createCredentialFile(file: string, addSecret: (secret: string) => void = () => {}): CredentialStore {
	const told = (credential: Credential | undefined): Credential | undefined => {
		if (credential !== undefined) for (const secret of secretsOf(credential)) addSecret(secret);
		return credential;
	};
	const read = async (): Promise<CredentialsFile> => {
		const content = await readPrivateJson(file);
		return content === undefined ? { version: 1, servers: {} } : credentialsFileSchema.parse(content);
	};
	const explained = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			if (error instanceof McpClientError) throw error;
			throw new McpClientError("file", `${file} cannot be used: ${toError(error).message}`, error);
		}
	};
	return {
		load: (key) => explained(async () => told((await read()).servers[key])),
		update: (key, change) =>
			explained(async () =>
				withFolderLock(file, async () => {
					const { servers } = await read();
					const { [key]: before = {}, ...others } = servers;
					const next = told(await change(before));
					if (next !== before) {
						await writePrivateJson(file, {
							version: 1,
							servers: next === undefined ? others : { ...others, [key]: next },
						});
					}
					return next;
				}),
			),
	};
}
