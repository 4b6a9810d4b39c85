// From `mcp_servers` of the configuration to the servers of a session: variables resolved, secrets told to the redactor,
// who configured each one said. Starts nothing.

import path from "node:path";
import type { Environment, LoadedConfig, McpServerConfig } from "@codex/config";
import type { ApprovalMode, HttpTarget, McpServerSpec, StdioTarget, serverEnvironment } from "@codex/mcp-client";
import type { JsonObject } from "@codex/protocol";
import { deeperEnvironment } from "../session/agent-depth.ts";

// 30 s: what the Codex command line grants a start.
const defaultStartupMs = 30_000;

/** Where specs are made. */
export interface SpecPlace {
	readonly loaded: LoadedConfig;
	/** See `knownServers`. */
	readonly servers: Readonly<Record<string, McpServerConfig>>;
	readonly environment: Environment;
	/** The session's folder: absolute. */
	readonly cwd: string;
	/** Of @codex/mcp-client, which is loaded only when there are servers. */
	readonly serverEnvironment: typeof serverEnvironment;
	/** Takes every secret that a server is given. */
	readonly addSecret: (secret: string) => void;
}

/** The servers, and sentences about what is missing. */
export interface ServerSpecs {
	readonly specs: readonly McpServerSpec[];
	readonly warnings: readonly string[];
}

/** Whether any server is configured and enabled. Cheap: asked by every session. */
export function hasServers({ config }: LoadedConfig): boolean {
	return Object.values(config.mcp_servers).some(({ enabled }) => enabled);
}

function stdioTarget(server: McpServerConfig, command: string, place: SpecPlace): StdioTarget {
	const { environment, cwd, serverEnvironment, addSecret } = place;
	for (const [name, value] of Object.entries(server.env)) {
		if (/KEY|TOKEN|SECRET|PASS|CREDENTIAL/i.test(name)) addSecret(value);
	}
	return {
		kind: "stdio",
		command,
		args: server.args,
		env: {
			...serverEnvironment(environment.env, { inherit: server.env_vars, set: server.env }),
			...deeperEnvironment(environment),
		},
		ownEnv: server.env,
		cwd: path.resolve(cwd, server.cwd ?? "."),
	};
}

function clientIdOf(oauth: JsonObject | undefined): string | undefined {
	const id = oauth?.["client_id"];
	return typeof id === "string" ? id : undefined;
}

function httpTarget(name: string, server: McpServerConfig, place: SpecPlace, warnings: string[]): HttpTarget {
	const { environment, addSecret } = place;
	const headers: Record<string, string> = { ...server.http_headers };
	const fromVariable = (header: string, variable: string, prefix: string): void => {
		const value = environment.env[variable];
		if (value === undefined || value === "") {
			warnings.push(`the MCP server \`${name}\` is asked without \`${header}\`: the variable ${variable} is not set`);
		} else headers[header] = `${prefix}${value}`;
	};
	for (const [header, variable] of Object.entries(server.env_http_headers)) fromVariable(header, variable, "");
	if (server.bearer_token_env_var !== undefined) fromVariable("Authorization", server.bearer_token_env_var, "Bearer ");
	for (const value of Object.values(headers)) addSecret(value.replace(/^Bearer /, ""));
	const clientId = clientIdOf(server.oauth);
	return {
		kind: "http",
		url: server.url ?? "",
		headers,
		oauth: !Object.keys(headers).some((header) => header.toLowerCase() === "authorization"),
		...(clientId === undefined ? {} : { clientId }),
		...(server.scopes === undefined ? {} : { scopes: server.scopes }),
		...(server.oauth_resource === undefined ? {} : { resource: server.oauth_resource }),
	};
}

/** Milliseconds that a start may take; default 30 s. */
export function startupMs({ startup_timeout_sec: seconds, startup_timeout_ms: ms }: McpServerConfig): number {
	return seconds === undefined ? (ms ?? defaultStartupMs) : seconds * 1000;
}

function toolApproval({ tools }: McpServerConfig): Record<string, ApprovalMode> {
	return Object.fromEntries(
		Object.entries(tools).flatMap(([tool, { approval_mode: mode }]) => (mode === undefined ? [] : [[tool, mode]])),
	);
}

/** Who configured a server: a project's folder, or `user` for any other way. */
export function originOf({ origins }: LoadedConfig, name: string): string {
	const origin = origins(["mcp_servers", name, "command"]) ?? origins(["mcp_servers", name, "url"]);
	if (origin?.layer !== "project") return "user";
	return origin.place.kind === "file" ? path.dirname(path.dirname(origin.place.file)) : "project";
}

/** One server by its settings; `undefined` when there is none, or it is neither a program nor an address. */
export function toServerSpec(name: string, place: SpecPlace, warnings: string[]): McpServerSpec | undefined {
	const server = place.servers[name];
	if (server === undefined || (server.command === undefined && server.url === undefined)) return undefined;
	const target =
		server.command === undefined
			? httpTarget(name, server, place, warnings)
			: stdioTarget(server, server.command, place);
	return {
		name,
		target,
		origin: originOf(place.loaded, name),
		startupTimeoutMs: startupMs(server),
		toolTimeoutMs: server.tool_timeout_sec * 1000,
		required: server.required,
		...(server.enabled_tools === undefined ? {} : { enabledTools: server.enabled_tools }),
		disabledTools: server.disabled_tools,
		approval: server.default_tools_approval_mode ?? "auto",
		toolApproval: toolApproval(server),
		parallel: server.supports_parallel_tool_calls,
	};
}

/** All enabled servers, in the order of their names. */
export function toServerSpecs(place: SpecPlace): ServerSpecs {
	const warnings: string[] = [];
	const enabled = Object.entries(place.servers).filter(([, server]) => server.enabled);
	const names = enabled.map(([name]) => name).sort();
	const specs = names.flatMap((name) => {
		const spec = toServerSpec(name, place, warnings);
		return spec === undefined ? [] : [spec];
	});
	return { specs, warnings };
}
