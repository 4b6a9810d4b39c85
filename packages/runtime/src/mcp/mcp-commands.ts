// What `code mcp list|get|add|remove|test` do: show the configured servers, change config.toml, and try a server.

import { pathToFileURL } from "node:url";
import {
	ConfigError,
	type ConfigFlags,
	editConfig,
	formatPlace,
	formatProblem,
	type LoadedConfig,
	loadConfig,
	type McpServerConfig,
	type TomlTable,
} from "@codex/config";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { knownServers, memoryServer } from "./built-in-servers.ts";
import { credentialsFile } from "./mcp-host.ts";
import { originOf, startupMs, toServerSpec } from "./server-specs.ts";

/** A configured server, for people and programs. Values of variables and headers are masked. */
export interface ListedServer {
	readonly name: string;
	readonly transport: "stdio" | "http";
	readonly enabled: boolean;
	readonly command?: string;
	readonly args?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly url?: string;
	readonly bearer_token_env_var?: string;
	readonly http_headers?: Readonly<Record<string, string>>;
	readonly startup_timeout_ms: number;
	readonly tool_timeout_ms: number;
	readonly required: boolean;
	/** `user`, `built-in`, or the project's folder. */
	readonly origin: string;
	/** Where it is written. */
	readonly place?: string;
}

type Answer<T> = ({ readonly kind: "ok" } & T) | StartError;

const serverName = /^[A-Za-z0-9_-]+$/;

async function load(context: RuntimeContext, flags: ConfigFlags): Promise<LoadedConfig | StartError> {
	const loaded = await loadConfig(context.environment, context.paths, flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	return loaded;
}

const masked = (values: Readonly<Record<string, string>>): Record<string, string> =>
	Object.fromEntries(
		Object.keys(values)
			.sort()
			.map((name) => [name, "***"]),
	);

const isBuiltIn = ({ config }: LoadedConfig, name: string): boolean => {
	const server = config.mcp_servers[name];
	return name === memoryServer && server?.command === undefined && server?.url === undefined;
};

function listed(loaded: LoadedConfig, name: string, server: McpServerConfig): ListedServer {
	const { command, url, cwd, bearer_token_env_var: tokenVariable } = server;
	const place = loaded.origins(["mcp_servers", name, command === undefined ? "url" : "command"])?.place;
	const common = {
		name,
		enabled: server.enabled,
		startup_timeout_ms: startupMs(server),
		tool_timeout_ms: server.tool_timeout_sec * 1000,
		required: server.required,
		origin: isBuiltIn(loaded, name) ? "built-in" : originOf(loaded, name),
		...(place === undefined ? {} : { place: formatPlace(place) }),
	};
	if (command !== undefined) {
		const env = masked(server.env);
		return { ...common, transport: "stdio", command, args: server.args, env, ...(cwd === undefined ? {} : { cwd }) };
	}
	return {
		...common,
		transport: "http",
		...(url === undefined ? {} : { url }),
		...(tokenVariable === undefined ? {} : { bearer_token_env_var: tokenVariable }),
		http_headers: masked(server.http_headers),
	};
}

/** All configured servers, by name. */
export async function listMcpServers(
	context: RuntimeContext,
	flags: ConfigFlags,
): Promise<Answer<{ readonly servers: readonly ListedServer[] }>> {
	const loaded = await load(context, flags);
	if (loaded.kind === "error") return loaded;
	const servers = Object.entries(knownServers(loaded, context.program)).map(([name, server]) =>
		listed(loaded, name, server),
	);
	return { kind: "ok", servers: servers.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** One server to add: a program, or an address. */
export interface NewServer {
	readonly name: string;
	readonly command?: string;
	readonly args: readonly string[];
	/** `NAME=VALUE` each. */
	readonly env: readonly string[];
	readonly url?: string;
	readonly bearerTokenEnvVar?: string;
}

function newTable({ name, command, args, env, url, bearerTokenEnvVar }: NewServer): TomlTable | string {
	if (!serverName.test(name)) return `\`${name}\` is no name of a server: letters, digits, \`_\` and \`-\``;
	if ((command === undefined) === (url === undefined)) {
		return "a server is either a command after `--` or an address with `--url`";
	}
	if (url !== undefined) {
		if (!URL.canParse(url) || !/^https?:/i.test(url)) return `\`${url}\` is no http or https address`;
		if (env.length > 0) return "`--env` is for commands; an address takes `--bearer-token-env-var`";
		return { url, ...(bearerTokenEnvVar === undefined ? {} : { bearer_token_env_var: bearerTokenEnvVar }) };
	}
	if (bearerTokenEnvVar !== undefined) return "`--bearer-token-env-var` is for addresses; a command takes `--env`";
	const pairs: [string, string][] = [];
	for (const pair of env) {
		const at = pair.indexOf("=");
		if (at < 1) return `\`--env\` needs NAME=VALUE, not \`${pair}\``;
		pairs.push([pair.slice(0, at), pair.slice(at + 1)]);
	}
	return {
		command: command ?? "",
		...(args.length === 0 ? {} : { args }),
		...(pairs.length === 0 ? {} : { env: Object.fromEntries(pairs) }),
	};
}

async function change(context: RuntimeContext, name: string, table?: TomlTable) {
	try {
		const path = ["mcp_servers", name];
		return await editConfig(context.paths, table === undefined ? { path } : { path, table });
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		return { kind: "refused", message: error.message } as const;
	}
}

/** Writes a server to config.toml, in place of one of the same name. */
export async function addMcpServer(
	context: RuntimeContext,
	server: NewServer,
): Promise<Answer<{ readonly file: string }>> {
	const table = newTable(server);
	if (typeof table === "string") return startError(exitCodes.usage, table);
	const edit = await change(context, server.name, table);
	if (edit.kind === "written") return { kind: "ok", file: edit.file };
	return startError(exitCodes.failed, edit.kind === "refused" ? edit.message : "nothing was written");
}

/** Removes a server from config.toml; `removed` is false when it is not there. */
export async function removeMcpServer(
	context: RuntimeContext,
	name: string,
): Promise<Answer<{ readonly removed: boolean }>> {
	const edit = await change(context, name);
	if (edit.kind === "refused") return startError(exitCodes.failed, edit.message);
	return { kind: "ok", removed: edit.kind === "written" };
}

/** What a trial of a server showed. */
export interface McpTrial {
	/** How it calls itself. */
	readonly server: string;
	/** Names for models, and descriptions. */
	readonly tools: readonly { readonly name: string; readonly description: string }[];
	/** What is not as it should be, for example a tool that changed. */
	readonly notices: readonly string[];
}

/**
 * Starts a server and lists its tools; `trust` accepts what changed since it was trusted. All servers end afterwards,
 * unless `keepsServers`: where a session runs they are its own too.
 */
export async function testMcpServer(
	context: RuntimeContext,
	flags: ConfigFlags,
	{ name, trust, keepsServers }: { readonly name: string; readonly trust: boolean; readonly keepsServers?: true },
): Promise<Answer<McpTrial>> {
	const loaded = await load(context, flags);
	if (loaded.kind === "error") return loaded;
	const { serverEnvironment } = await import("@codex/mcp-client");
	const { environment, redactor } = context;
	const notices: string[] = [];
	const servers = knownServers(loaded, context.program);
	const place = { loaded, servers, environment, cwd: environment.cwd, serverEnvironment, addSecret: redactor.add };
	const configured = toServerSpec(name, place, notices);
	if (configured === undefined) return startError(exitCodes.failed, `No MCP server named '${name}' found.`);
	// Required: what is known from before is no proof that it runs.
	const spec = { ...configured, required: true };
	const pool = await context.mcp.pool();
	if (trust) await pool.slot(spec).trust();
	const root = pathToFileURL(environment.cwd).href;
	const view = await pool.open({ servers: [spec], root, onNotice: (notice) => void notices.push(notice) });
	try {
		const missing = await view.missing(new AbortController().signal);
		if (missing.length > 0) return startError(exitCodes.failed, ...missing);
		const state = pool.status().find(({ server }) => server === name)?.state;
		const tools = view.tools().map((tool) => ({ name: tool.name, description: tool.description }));
		return { kind: "ok", server: state?.kind === "ready" ? state.serverName : "", tools, notices };
	} finally {
		view.close();
		if (keepsServers !== true) await context.mcp.close();
	}
}

/** A server at an address, as logins need it; an error when it is none, or has its token from the settings. */
async function loginTarget(context: RuntimeContext, loaded: LoadedConfig, name: string) {
	const { serverEnvironment } = await import("@codex/mcp-client");
	const { environment, redactor } = context;
	const servers = knownServers(loaded, context.program);
	const place = { loaded, servers, environment, cwd: environment.cwd, serverEnvironment, addSecret: redactor.add };
	const spec = toServerSpec(name, place, []);
	if (spec === undefined) return startError(exitCodes.failed, `No MCP server named '${name}' found.`);
	if (spec.target.kind === "stdio")
		return startError(exitCodes.usage, `\`${name}\` is a command: only addresses have logins`);
	return spec.target;
}

/** What a login is asked with. */
export interface McpLogin {
	readonly name: string;
	/** In place of those of the settings. */
	readonly scopes?: readonly string[];
	/** Shows a person the page to open. */
	readonly onPage: (page: string) => void;
}

/** Logs in at a server and keeps the tokens. An abort ends it. */
export async function loginToMcpServer(
	context: RuntimeContext,
	flags: ConfigFlags,
	{ name, scopes, onPage }: McpLogin,
	signal: AbortSignal,
): Promise<Answer<object>> {
	const loaded = await load(context, flags);
	if (loaded.kind === "error") return loaded;
	const target = await loginTarget(context, loaded, name);
	if (target.kind === "error") return target;
	if (!target.oauth)
		return startError(exitCodes.usage, `\`${name}\` has its token from the settings and needs no login`);
	const { openLogins } = await import("@codex/mcp-client");
	const logins = await openLogins(credentialsFile(context.paths));
	const port = loaded.config.mcp_oauth_callback_port;
	try {
		await logins.login(
			{
				server: name,
				target,
				clock: context.clock,
				onPage,
				...(scopes === undefined ? {} : { scopes }),
				...(port === undefined ? {} : { callbackPort: port }),
			},
			signal,
		);
		return { kind: "ok" };
	} catch (error) {
		return startError(exitCodes.failed, context.redactor.text(toError(error).message));
	}
}

/** Forgets what a login gave; `removed` is false when there was none. */
export async function logoutOfMcpServer(
	context: RuntimeContext,
	flags: ConfigFlags,
	name: string,
): Promise<Answer<{ readonly removed: boolean }>> {
	const loaded = await load(context, flags);
	if (loaded.kind === "error") return loaded;
	const target = await loginTarget(context, loaded, name);
	if (target.kind === "error") return target;
	const { openLogins } = await import("@codex/mcp-client");
	const logins = await openLogins(credentialsFile(context.paths));
	try {
		return { kind: "ok", removed: await logins.logout(name, target.url) };
	} catch (error) {
		return startError(exitCodes.failed, toError(error).message);
	}
}
