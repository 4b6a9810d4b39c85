// The name under which a model sees a server's tool. Names are mapped back by looking them up, never by splitting.

import { createHash } from "node:crypto";

const maxNameLength = 64;
// 24 characters and the 40 of a SHA-1 in hex make 64.
const keptLength = 24;

/** `server__tool` with foreign characters as `_`; a name that is too long keeps 24 characters, then the SHA-1 of the whole. */
export function qualifiedName(server: string, tool: string): string {
	const name = `${server}__${tool}`;
	const clean = name.replace(/[^A-Za-z0-9_-]/g, "_");
	return clean.length <= maxNameLength ? clean : hashedName(server, tool);
}

/** The hashed form, also for a tool whose plain form another tool has already. */
export function hashedName(server: string, tool: string): string {
	const name = `${server}__${tool}`;
	const hash = createHash("sha1").update(name).digest("hex");
	return `${name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, keptLength)}${hash}`;
}
