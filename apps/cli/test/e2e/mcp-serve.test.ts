// The built program as an MCP server: the SDK's client over real pipes and real HTTP, a scripted model, real commands.

import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import type { ScriptEntry } from "@codex/test-support";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema, NotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { atEnd, codeBin } from "./run-code.ts";
import { createScene, type Scene } from "./scene.ts";

const shell = (command: string): ScriptEntry => ({ calls: [{ name: "shell", arguments: { command } }] });

interface Joined {
	readonly client: Client;
	readonly events: string[];
	readonly asked: string[];
	readonly pid: number | null;
	readonly call: (name: string, args: object, signal?: AbortSignal) => ReturnType<Client["callTool"]>;
}

async function join(scene: Scene, words: readonly string[], action?: "accept" | "decline"): Promise<Joined> {
	const client = new Client(
		{ name: "test", version: "1" },
		{ capabilities: action === undefined ? {} : { elicitation: {} } },
	);
	const [events, asked]: [string[], string[]] = [[], []];
	if (action !== undefined) {
		client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
			asked.push(params.message);
			return action === "accept" ? { action, content: {} } : { action };
		});
	}
	client.fallbackNotificationHandler = (notification) => {
		const { params } = NotificationSchema.parse(notification);
		events.push(JSON.parse(JSON.stringify(params)).msg.type);
		return Promise.resolve();
	};
	const transport = new StdioClientTransport({
		command: process.execPath,
		args: [codeBin, ...words],
		env: { ...scene.env },
		cwd: scene.repo,
		stderr: "inherit",
	});
	await client.connect(transport);
	atEnd(() => client.close());
	return {
		client,
		events,
		asked,
		pid: transport.pid,
		call: (name, args, signal) =>
			client.callTool({ name, arguments: { ...args } }, undefined, signal === undefined ? {} : { signal }),
	};
}

const threadOf = (result: { readonly [key: string]: unknown }): string =>
	JSON.parse(JSON.stringify(result["structuredContent"])).threadId;

describe("over stdio", () => {
	test("a task is done, told as it happens, saved, and gone on with by another server", async () => {
		const scene = await createScene([
			shell("echo made > made.txt; cat made.txt"),
			{ text: "Made it." },
			{ text: "Again." },
		]);
		const { call, events, client } = await join(scene, ["mcp", "-s", "workspace-write", "-a", "never"]);
		const names = (await client.listTools()).tools.map(({ name }) => name);
		expect(names.slice(0, 2)).toEqual(["codex", "codex-reply"]);
		expect(names.slice(2)).toEqual(expect.arrayContaining(["speckit_auto", "speckit_status", "speckit_resume"]));
		const result = await call("codex", { prompt: "make it" });
		expect(result).toMatchObject({ content: [{ type: "text", text: "Made it." }] });
		expect(readFileSync(path.join(scene.repo, "made.txt"), "utf8")).toBe("made\n");
		expect(events).toEqual(
			expect.arrayContaining([
				"session_configured",
				"task_started",
				"exec_command_begin",
				"exec_command_end",
				"task_complete",
			]),
		);
		expect(events.at(-1)).toBe("task_complete");
		await client.close();
		const second = await join(scene, ["mcp", "serve"]);
		const reply = await second.call("codex-reply", { threadId: threadOf(result), prompt: "and again" });
		expect(reply).toMatchObject({ content: [{ text: "Again." }], structuredContent: { threadId: threadOf(result) } });
		expect(JSON.stringify(scene.server.requests.at(-1)?.body)).toContain("Made it.");
	});

	test.each(["accept", "decline"] as const)("approvals are asked of the client: %s", async (action) => {
		const scene = await createScene([shell("touch asked.txt"), { text: "Done." }]);
		const { call, asked } = await join(scene, ["mcp"], action);
		const args = { prompt: "p", "approval-policy": "untrusted", sandbox: "workspace-write" };
		expect(await call("codex", args)).toMatchObject({ content: [{ text: "Done." }] });
		expect(asked).toEqual([expect.stringContaining("touch asked.txt")]);
		expect(existsSync(path.join(scene.repo, "asked.txt"))).toBe(action === "accept");
	});

	test("a client that cannot be asked gets a no, and the model hears it", async () => {
		const scene = await createScene([shell("touch asked.txt"), { text: "Could not." }]);
		const { call } = await join(scene, ["mcp"]);
		await call("codex", { prompt: "p", "approval-policy": "untrusted", sandbox: "workspace-write" });
		expect(existsSync(path.join(scene.repo, "asked.txt"))).toBe(false);
		expect(scene.server.requests).toHaveLength(2);
	});

	test("cancelling ends the command, and the session goes on", async () => {
		const scene = await createScene([shell("echo $$ > pid; sleep 60"), { text: "Still here." }]);
		const { call, events } = await join(scene, ["mcp", "-s", "workspace-write", "-a", "never"]);
		const cancel = new AbortController();
		const running = call("codex", { prompt: "wait" }, cancel.signal);
		await expect.poll(() => existsSync(path.join(scene.repo, "pid")), { timeout: 10_000 }).toBe(true);
		cancel.abort();
		await expect(running).rejects.toThrow();
		await expect.poll(() => sleepers(scene.repo)).toEqual([]);
		expect(events).not.toContain("task_complete");
	});

	test("a client that is killed leaves nothing running", async () => {
		const scene = await createScene([shell("sleep 61")]);
		const { call, client, pid, events } = await join(scene, ["mcp", "-s", "workspace-write", "-a", "never"]);
		const running = call("codex", { prompt: "wait" }).catch(() => "gone");
		await expect.poll(() => events, { timeout: 10_000 }).toContain("exec_command_begin");
		await client.close();
		await running;
		await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 3000 }).toBe(false);
		expect(sleepers(scene.repo)).toEqual([]);
	});

	test("deep inside other agents no session is started", async () => {
		const scene = await createScene([]);
		const { call } = await join({ ...scene, env: { ...scene.env, CODE_AGENT_DEPTH: "3" } }, ["mcp"]);
		expect(await call("codex", { prompt: "p" })).toMatchObject({
			isError: true,
			content: [{ text: expect.stringContaining("CODE_AGENT_DEPTH") }],
		});
	});

	test("a session tells its programs how deep they are", async () => {
		const scene = await createScene([shell("echo depth=$CODE_AGENT_DEPTH"), { text: "ok" }]);
		await scene.run(["exec", "-s", "workspace-write", "-a", "never", "p"]);
		expect(JSON.stringify(scene.server.requests.at(-1)?.body)).toContain("depth=1");
	});
});

/** Processes that run in the folder. */
function sleepers(folder: string): readonly string[] {
	return readdirSync("/proc").filter((name) => {
		if (!/^\d+$/.test(name)) return false;
		try {
			const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
			return command.startsWith("sleep\u00006") && readFileSync(`/proc/${name}/environ`, "utf8").includes(folder);
		} catch {
			// Gone, or somebody else's.
			return false;
		}
	});
}

describe("the protocol's inspector", () => {
	const require = createRequire(import.meta.url);
	const launcher = path.join(
		path.dirname(require.resolve("@modelcontextprotocol/inspector/package.json")),
		"clients/launcher/build/index.js",
	);

	async function inspect(scene: Scene, ...words: readonly string[]) {
		const variables = Object.entries(scene.env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
		const args = [launcher, "--cli", process.execPath, codeBin, "mcp", ...variables, ...words];
		const env = { ...scene.env };
		const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: scene.repo, env, timeout: 60_000 });
		return JSON.parse(stdout);
	}

	test("lists and calls the tools", async () => {
		const scene = await createScene([{ text: "Hello, inspector." }]);
		const { tools } = await inspect(scene, "--method", "tools/list");
		expect(tools.slice(0, 2)).toMatchObject([
			{ name: "codex", inputSchema: { required: ["prompt"] }, outputSchema: { type: "object" } },
			{ name: "codex-reply", inputSchema: { required: ["prompt"] } },
		]);
		const called = ["--method", "tools/call", "--tool-name", "codex", "--tool-arg", "prompt=hello"];
		expect(await inspect(scene, ...called)).toMatchObject({
			content: [{ type: "text", text: "Hello, inspector." }],
			structuredContent: { content: "Hello, inspector." },
		});
	});
});

describe("over HTTP", () => {
	test("with the token that it shows, and with one from a variable", async () => {
		const scene = await createScene([{ text: "Hello." }, { text: "Hello." }]);
		const serve = async (words: readonly string[], env: Readonly<Record<string, string>>) => {
			const server = scene.start(["mcp", "serve", "--http", "127.0.0.1:0", ...words], { env });
			let said = "";
			server.child.stderr.on("data", (chunk: Buffer) => {
				said += chunk.toString("utf8");
			});
			await expect.poll(() => /listening on \S+\n/.test(said), { timeout: 10_000 }).toBe(true);
			const url = new URL(/listening on (\S+)/.exec(said)?.[1] ?? "");
			return { server, url, token: () => /Bearer (\S+?)`/.exec(said)?.[1] };
		};
		const ask = async (url: URL, token: string | undefined): Promise<unknown> => {
			const client = new Client({ name: "t", version: "1" });
			const transport = new StreamableHTTPClientTransport(url, {
				requestInit: { headers: { Authorization: `Bearer ${token}` } },
			});
			await client.connect(transport);
			atEnd(() => client.close());
			return (await client.callTool({ name: "codex", arguments: { prompt: "hi" } })).content;
		};
		const shown = await serve([], scene.env);
		expect(await ask(shown.url, shown.token())).toEqual([{ type: "text", text: "Hello." }]);
		await expect(ask(shown.url, "wrong")).rejects.toThrow();
		shown.server.kill("SIGTERM");
		expect(await shown.server.ended).toMatchObject({ exitCode: 0, stdout: "" });
		const named = await serve(["--token-env-var", "MY_TOKEN"], { ...scene.env, MY_TOKEN: "0123456789abcdefXYZ" });
		expect(await ask(named.url, "0123456789abcdefXYZ")).toEqual([{ type: "text", text: "Hello." }]);
		expect(named.token()).toBeUndefined();
	});

	test.each([
		[["--http", "0.0.0.0:0"], "is not an address of this machine"],
		[["--http", "nowhere"], "needs an address"],
		[["--http", "127.0.0.1:99999"], "needs an address"],
		[["--http", "127.0.0.1:0", "--token-env-var", "NOT_SET"], "holds no token"],
	])("%j is refused", async (words, sentence) => {
		const scene = await createScene([]);
		const result = await scene.run(["mcp", "serve", ...words]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(sentence) });
	});
});
