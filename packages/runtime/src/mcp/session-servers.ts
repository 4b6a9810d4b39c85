// MCP servers that somebody brings along for one session, made part of its configuration. Pure.

import type { LoadedConfig, McpServerConfig } from "@codex/config";
import type { SessionServer } from "../session/start-request.ts";

const settings: McpServerConfig = {
	args: [],
	env: {},
	env_vars: [],
	http_headers: {},
	env_http_headers: {},
	enabled: true,
	required: false,
	tool_timeout_sec: 60,
	disabled_tools: [],
	tools: {},
	supports_parallel_tool_calls: false,
};

function toConfig(server: SessionServer): McpServerConfig {
	if (server.kind === "http") return { ...settings, url: server.url, http_headers: { ...server.headers } };
	return { ...settings, command: server.command, args: [...server.args], env: { ...server.env } };
}

/** The configuration with these servers. They count as the user's own, whatever a project says of the same name. */
export function withSessionServers(
	loaded: LoadedConfig,
	servers: Readonly<Record<string, SessionServer>> = {},
): LoadedConfig {
	const brought = Object.entries(servers).map(([name, server]) => [name, toConfig(server)] as const);
	if (brought.length === 0) return loaded;
	const names = new Set(Object.keys(servers));
	return {
		...loaded,
		config: { ...loaded.config, mcp_servers: { ...loaded.config.mcp_servers, ...Object.fromEntries(brought) } },
		origins: (key) => (key[0] === "mcp_servers" && names.has(key[1] ?? "") ? undefined : loaded.origins(key)),
	};
}
