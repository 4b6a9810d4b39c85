// Settings become servers: variables resolved, secrets told, project servers marked.

import { loadConfig } from "@codex/config";
import { serverEnvironment } from "@codex/mcp-client";
import { describe, expect, test } from "vitest";
import { hasServers, toServerSpecs } from "../../src/mcp/server-specs.ts";
import { makeFixture } from "../runtime-fixture.ts";

async function specsOf(config: string, env: Record<string, string> = {}) {
	const fixture = await makeFixture({ homeFiles: { "config.toml": config } });
	const { environment, paths } = fixture.runtime;
	const loaded = await loadConfig(environment, paths, { overrides: [] });
	if (loaded.kind === "error") throw new Error(JSON.stringify(loaded.problems));
	const secrets: string[] = [];
	const result = toServerSpecs({
		loaded,
		environment: { ...environment, env: { PATH: "/bin", ...env } },
		cwd: "/work",
		servers: loaded.config.mcp_servers,
		serverEnvironment,
		addSecret: (secret) => void secrets.push(secret),
	});
	return { ...result, secrets, loaded };
}

describe("a command", () => {
	test("gets its own variables, those it names and the fixed ones, and nothing else", async () => {
		const { specs, secrets } = await specsOf(
			[
				"[mcp_servers.b]",
				'command = "srv"',
				'args = ["-x"]',
				'cwd = "sub"',
				'env_vars = ["NAMED", "MISSING"]',
				"startup_timeout_sec = 1.5",
				"tool_timeout_sec = 7",
				'default_tools_approval_mode = "prompt"',
				'enabled_tools = ["a", "b"]',
				'disabled_tools = ["b"]',
				"supports_parallel_tool_calls = true",
				"[mcp_servers.b.env]",
				'API_KEY = "hidden-value"',
				'MODE = "fast"',
				"[mcp_servers.b.tools.a]",
				'approval_mode = "approve"',
				"[mcp_servers.a]",
				'command = "other"',
				"startup_timeout_ms = 250",
				"required = true",
				"[mcp_servers.off]",
				'command = "x"',
				"enabled = false",
			].join("\n"),
			{ NAMED: "n", OTHER: "o" },
		);
		const own = { API_KEY: "hidden-value", MODE: "fast" };
		expect(specs).toMatchObject([
			{ name: "a", required: true, startupTimeoutMs: 250, approval: "auto", origin: "user", parallel: false },
			{
				name: "b",
				target: {
					kind: "stdio",
					command: "srv",
					args: ["-x"],
					cwd: "/work/sub",
					env: { PATH: "/bin", NAMED: "n", ...own },
					ownEnv: own,
				},
				startupTimeoutMs: 1500,
				toolTimeoutMs: 7000,
				approval: "prompt",
				toolApproval: { a: "approve" },
				enabledTools: ["a", "b"],
				disabledTools: ["b"],
				parallel: true,
			},
		]);
		expect(specs[1]?.target).not.toHaveProperty("env.OTHER");
		expect(specs[0]?.startupTimeoutMs).toBe(250);
		expect(secrets).toEqual(["hidden-value"]);
	});
});

describe("an address", () => {
	test("has its headers from settings and variables, tells the secrets, and says which variable is missing", async () => {
		const { specs, secrets, warnings } = await specsOf(
			[
				"[mcp_servers.web]",
				'url = "https://example.com/mcp"',
				'bearer_token_env_var = "TOKEN"',
				'http_headers = { "X-A" = "a" }',
				'env_http_headers = { "X-B" = "B_VAR", "X-C" = "NOT_SET" }',
				"[mcp_servers.login]",
				'url = "https://example.com/login"',
				'scopes = ["s"]',
				'oauth_resource = "https://example.com/r"',
				'oauth = { client_id = "me" }',
			].join("\n"),
			{ TOKEN: "tok", B_VAR: "b" },
		);
		expect(specs.map(({ target }) => target)).toEqual([
			{
				kind: "http",
				url: "https://example.com/login",
				headers: {},
				oauth: true,
				clientId: "me",
				scopes: ["s"],
				resource: "https://example.com/r",
			},
			{
				kind: "http",
				url: "https://example.com/mcp",
				headers: { "X-A": "a", "X-B": "b", Authorization: "Bearer tok" },
				oauth: false,
			},
		]);
		expect(specs.map(({ startupTimeoutMs }) => startupTimeoutMs)).toEqual([30_000, 30_000]);
		expect(secrets.sort()).toEqual(["a", "b", "tok"]);
		expect(warnings).toEqual(["the MCP server `web` is asked without `X-C`: the variable NOT_SET is not set"]);
	});
});

test("no server is none", async () => {
	const { loaded, specs } = await specsOf('[mcp_servers.off]\ncommand = "x"\nenabled = false\n');
	expect(hasServers(loaded)).toBe(false);
	expect(specs).toEqual([]);
});
