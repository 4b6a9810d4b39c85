// The one pool of MCP servers of a runtime. Nothing of it is loaded before a session has servers.

import path from "node:path";
import type { Paths } from "@codex/config";
import type { McpPool } from "@codex/mcp-client";
import type { Clock } from "@codex/protocol";
import type { Redactor } from "@codex/redact";
import type { Log } from "../log/log.ts";

/** What the host stands on. */
export interface McpSurroundings {
	readonly version: string;
	readonly paths: Paths;
	readonly clock: Clock;
	readonly redactor: Redactor;
	readonly log: Log;
}

/** Makes the pool when it is first asked for. */
export interface McpHost {
	pool(): Promise<McpPool>;
	/** Ends all servers, at most 2 s later. Never rejects. */
	close(): Promise<void>;
}

/** What logins at MCP servers gave; mode 0600. */
export function credentialsFile({ home }: Pick<Paths, "home">): string {
	return path.join(home, "mcp-credentials.json");
}

async function makePool({ version, paths, clock, redactor, log }: McpSurroundings): Promise<McpPool> {
	const { createAuthSource, createKnownToolsFolder, createMcpPool, createTrustFile } = await import(
		"@codex/mcp-client"
	);
	return createMcpPool({
		version,
		clock,
		redact: redactor.text,
		log: (level, message) => log.write(level, "mcp", message),
		trust: createTrustFile(path.join(paths.home, "mcp-trust.json"), (sentence) => log.write("warn", "mcp", sentence)),
		known: createKnownToolsFolder(path.join(paths.cacheDir, "mcp")),
		authFor: createAuthSource(credentialsFile(paths), clock, redactor.add),
	});
}

/** Makes a host. */
export function createMcpHost(surroundings: McpSurroundings): McpHost {
	let pool: Promise<McpPool> | undefined;
	return {
		pool: () => {
			pool ??= makePool(surroundings);
			return pool;
		},
		close: async () => {
			await (await pool)?.close();
		},
	};
}
