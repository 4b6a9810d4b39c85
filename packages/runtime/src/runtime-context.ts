// What the parts of the runtime share. Types alone, so that they need not know the root that makes it.

import type { Environment, Paths } from "@codex/config";
import type { Clock } from "@codex/protocol";
import type { Redactor } from "@codex/redact";
import type { Log } from "./log/log.ts";
import type { OwnProgram } from "./mcp/built-in-servers.ts";
import type { McpHost } from "./mcp/mcp-host.ts";

/** What every part of the runtime stands on. */
export interface RuntimeContext {
	readonly version: string;
	readonly environment: Environment;
	readonly paths: Paths;
	readonly clock: Clock;
	readonly redactor: Redactor;
	readonly log: Log;
	/** How this program is started again; absent in programs that are not the command line. */
	readonly program?: OwnProgram;
	/** The MCP servers that sessions share. */
	readonly mcp: McpHost;
}
