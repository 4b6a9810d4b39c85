// The server that is there without being configured: this program's own memory. A configured one of the same name wins; a
// table of settings without a command or an address applies to the built-in one. Starts nothing.

import type { LoadedConfig, McpServerConfig } from "@codex/config";

/** How this program is started again. */
export interface OwnProgram {
	readonly command: string;
	/** Before the words of a command. */
	readonly args: readonly string[];
}

/** The name under which Spec-Kit and models know the memory. */
export const memoryServer = "local-memory";

const settings: McpServerConfig = {
	args: [],
	env: {},
	env_vars: ["CODE_HOME"],
	http_headers: {},
	env_http_headers: {},
	// Who wants its tools in sessions says so: `[mcp_servers.local-memory]` with `enabled = true`.
	enabled: false,
	required: false,
	tool_timeout_sec: 60,
	disabled_tools: [],
	tools: {},
	supports_parallel_tool_calls: true,
};

/** All servers by name: those of the configuration, and the memory. */
export function knownServers(
	{ config }: Pick<LoadedConfig, "config">,
	program: OwnProgram | undefined,
): Readonly<Record<string, McpServerConfig>> {
	const configured = config.mcp_servers[memoryServer];
	if (program === undefined || configured?.command !== undefined || configured?.url !== undefined) {
		return config.mcp_servers;
	}
	const { command } = program;
	const server = { ...settings, ...configured, command, args: [...program.args, "memory", "serve"] };
	const variables = [...new Set([...settings.env_vars, ...server.env_vars])];
	return { ...config.mcp_servers, [memoryServer]: { ...server, env_vars: variables } };
}
