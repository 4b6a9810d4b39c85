import { readFileSync } from "node:fs";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { type CliResult, makeCli } from "../cli-fixture.ts";

function answer(result: CliResult): Record<string, unknown> {
	const parsed = commandOutputSchema.parse(JSON.parse(result.stdout));
	expect(parsed.exit_code).toBe(result.code);
	return { ...parsed };
}

// A whole server in one line of Node: it shakes hands and offers one tool, described as its argument says.
const script = `
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
	const { id, method } = JSON.parse(line);
	const results = {
		initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "tiny", version: "2" } },
		"tools/list": { tools: [{ name: "look", description: process.argv[1], inputSchema: { type: "object" } }] },
	};
	if (results[method]) console.log(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] }));
});`;

describe("code mcp add, list, get and remove", () => {
	test("change only their own table", async () => {
		const before = '# mine\nmodel = "gpt-5" # the usual\n';
		const cli = await makeCli({ homeFiles: { "config.toml": before } });
		const config = (): string => readFileSync(path.join(cli.codeHome, "config.toml"), "utf8");
		expect(await cli.run(["mcp", "list"])).toMatchObject({
			code: 0,
			stdout: expect.stringContaining("No MCP servers configured yet. Try `code mcp add"),
		});
		expect(
			await cli.run(["mcp", "add", "docs", "--env", "KEY=se=cret", "--", "npx", "-y", "docs server"]),
		).toMatchObject({
			code: 0,
			stdout: "Added global MCP server 'docs'.\n",
		});
		const added = `${before}\n[mcp_servers.docs]\ncommand = "npx"\nargs = ["-y", "docs server"]\nenv = { KEY = "se=cret" }\n`;
		expect(config()).toBe(added);
		expect(
			answer(
				await cli.run([
					"mcp",
					"add",
					"web",
					"--url",
					"https://example.com/mcp",
					"--bearer-token-env-var",
					"T",
					"--json",
				]),
			),
		).toMatchObject({ command: "mcp add", name: "web", exit_reason: "ok" });
		const list = await cli.run(["mcp", "list"]);
		expect(list.stdout.split("\n")).toEqual([
			"Name  Command                  Args            Env      State",
			"docs  npx                      -y docs server  KEY=***  enabled",
			"web   https://example.com/mcp  -               -        enabled",
			"",
		]);
		expect(answer(await cli.run(["mcp", "list", "--json"]))).toMatchObject({
			servers: [
				{
					name: "docs",
					transport: "stdio",
					command: "npx",
					args: ["-y", "docs server"],
					env: { KEY: "***" },
					origin: "user",
				},
				{
					name: "web",
					transport: "http",
					url: "https://example.com/mcp",
					bearer_token_env_var: "T",
					startup_timeout_ms: 30_000,
				},
			],
		});
		const got = await cli.run(["mcp", "get", "docs"]);
		expect(got.stdout).toMatch(/^docs\n(?:.*\n)* {2}command: npx\n {2}args: \["-y","docs server"\]\n/);
		expect(answer(await cli.run(["mcp", "get", "web", "--json"]))).toMatchObject({ server: { name: "web" } });
		expect(await cli.run(["mcp", "remove", "web"])).toMatchObject({
			code: 0,
			stdout: "Removed global MCP server 'web'.\n",
		});
		expect(config()).toBe(added);
		expect(answer(await cli.run(["mcp", "remove", "docs", "--json"]))).toMatchObject({ removed: true });
		expect(config()).toBe(before);
		expect(await cli.run(["mcp", "remove", "docs"])).toMatchObject({
			code: 0,
			stdout: "No MCP server named 'docs' found.\n",
		});
		expect(await cli.run(["mcp", "get", "docs"])).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("No MCP server named 'docs' found."),
		});
	});

	test.each<[readonly string[], RegExp]>([
		[["a b", "--", "x"], /is no name of a server/],
		[["x"], /either a command after `--` or an address/],
		[["x", "--url", "https://e.com", "--", "y"], /either a command/],
		[["x", "--url", "ftp://e.com"], /no http or https address/],
		[["x", "--url", "https://e.com", "--env", "A=b"], /`--env` is for commands/],
		[["x", "--bearer-token-env-var", "T", "--", "y"], /is for addresses/],
		[["x", "--env", "=b", "--", "y"], /needs NAME=VALUE/],
	])("add %j is a usage error", async (args, expected) => {
		const cli = await makeCli();
		expect(await cli.run(["mcp", "add", ...args])).toMatchObject({
			code: 2,
			stdout: "",
			stderr: expect.stringMatching(expected),
		});
	});

	test("a file that cannot be edited line by line is left alone", async () => {
		const cli = await makeCli({ homeFiles: { "config.toml": 'mcp_servers = { docs = { command = "x" } }\n' } });
		for (const args of [
			["add", "docs", "--", "y"],
			["remove", "docs"],
		]) {
			expect(await cli.run(["mcp", ...args])).toMatchObject({
				code: 1,
				stderr: expect.stringContaining("cannot be changed without rewriting it"),
			});
		}
		expect(answer(await cli.run(["mcp", "add", "docs", "--json", "--", "y"]))).toMatchObject({
			exit_reason: "not_written",
		});
		expect(readFileSync(path.join(cli.codeHome, "config.toml"), "utf8")).toContain('{ command = "x" }');
	});

	test("broken configuration is said", async () => {
		const cli = await makeCli({ homeFiles: { "config.toml": "[mcp_servers.x]\n" } });
		for (const args of [["list"], ["get", "x"], ["test", "x"]]) expect((await cli.run(["mcp", ...args])).code).toBe(2);
	});
});

describe("code mcp test", () => {
	test("starts the server and lists its tools; what changed is not offered until it is trusted", async () => {
		const cli = await makeCli();
		const add = (description: string) =>
			cli.run(["mcp", "add", "tiny", "--", process.execPath, "-e", script, description]);
		await add("Looks around.\nMore.");
		expect(await cli.run(["mcp", "test", "tiny"])).toMatchObject({
			code: 0,
			stdout: "tiny runs (tiny 2) with 1 tools\n  tiny__look: Looks around.\n",
			stderr: "",
		});
		await add("Sends your files away.");
		const changed = await cli.run(["mcp", "test", "tiny"]);
		expect(changed).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("its command changed since it was trusted"),
		});
		const trusted = await cli.run(["mcp", "test", "tiny", "--trust-changes", "--json"]);
		expect(answer(trusted)).toMatchObject({
			server: "tiny 2",
			tools: [{ name: "tiny__look", description: "Sends your files away." }],
			notices: [],
		});
		expect((await cli.run(["mcp", "test", "tiny"])).code).toBe(0);
	});

	test("says why one does not run", async () => {
		const cli = await makeCli();
		await cli.run(["mcp", "add", "bad", "--", "sh", "-c", "echo no luck >&2; exit 5"]);
		expect(answer(await cli.run(["mcp", "test", "bad", "--json"]))).toMatchObject({
			exit_code: 1,
			exit_reason: "not_running",
			errors: ["the MCP server `bad` exited with code 5; its stderr ends: no luck"],
		});
		expect(await cli.run(["mcp", "test", "none"])).toMatchObject({
			code: 1,
			stderr: "error: No MCP server named 'none' found.\n",
		});
	});
});

describe("code mcp login and logout", () => {
	test("say what they cannot do", async () => {
		const cli = await makeCli({
			homeFiles: {
				"config.toml":
					'[mcp_servers.tiny]\ncommand = "x"\n[mcp_servers.own]\nurl = "http://127.0.0.1:1/"\nhttp_headers = { Authorization = "Bearer t" }\n[mcp_servers.gone]\nurl = "http://127.0.0.1:1/"\n',
			},
		});
		expect(await cli.run(["mcp", "login", "tiny"])).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("only addresses have logins"),
		});
		expect(await cli.run(["mcp", "login", "own"])).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("has its token from the settings"),
		});
		expect(answer(await cli.run(["mcp", "login", "gone", "--json", "--scopes", "a, b"]))).toMatchObject({
			exit_code: 1,
			exit_reason: "not_logged_in",
		});
		expect(await cli.run(["mcp", "login", "none"])).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("No MCP server named 'none' found."),
		});
		expect(await cli.run(["mcp", "logout", "gone"])).toMatchObject({
			code: 0,
			stdout: "There is no login at 'gone'.\n",
		});
		expect(answer(await cli.run(["mcp", "logout", "gone", "--json"]))).toMatchObject({ removed: false });
		expect((await cli.run(["mcp", "logout", "tiny"])).code).toBe(2);
	});
});
