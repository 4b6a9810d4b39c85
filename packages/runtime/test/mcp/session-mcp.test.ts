// Real servers from npm in whole sessions with a scripted model.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Fixture, inRepo, makeFixture, type Played, play, sessionOf } from "../runtime-fixture.ts";

const require = createRequire(new URL("../../../mcp-client/package.json", import.meta.url));

/** The entry of a server package. */
function serverFile(name: string): string {
	return path.join(path.dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), "dist/index.js");
}

function serverTable(name: string, file: string, args: readonly string[] = [], more = ""): string {
	const words = JSON.stringify([serverFile(file), ...args]);
	return `[mcp_servers.${name}]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${words}\n${more}\n`;
}

function ends(played: Played) {
	return played.events.flatMap(({ msg }) => (msg.type === "tool_call_end" ? [msg] : []));
}

function toolNames(fixture: Fixture, request: number): readonly string[] {
	const body = fixture.server.requests[request]?.body as { tools: readonly { name: string }[] };
	return body.tools.map(({ name }) => name);
}

/** How many children of this process have the text in their command line. */
function processesOf(text: string): number {
	return execFileSync("ps", ["-eo", "ppid,args"], { encoding: "utf8" })
		.split("\n")
		.filter((line) => line.trim().startsWith(`${process.pid} `) && line.includes(text)).length;
}

const call = (name: string, args: Readonly<Record<string, unknown>>) => ({ calls: [{ name, arguments: args }] });

describe("servers in a session", () => {
	test("everything: a call before it has started, an error, an image, resources", async () => {
		const fixture = await makeFixture({
			homeFiles: { "config.toml": serverTable("everything", "server-everything") },
			script: [
				call("everything__echo", { message: "hello there" }),
				call("everything__get-sum", { a: 2, b: "x" }),
				call("everything__get-tiny-image", {}),
				call("list_mcp_resources", {}),
				call("everything__get-structured-content", { location: "Chicago" }),
				{ text: "Done." },
			],
		});
		const played = await play(sessionOf(await fixture.start()));
		expect(played.last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Done." });
		const [echo, sum, image, resources, structured] = ends(played);
		expect(echo).toMatchObject({
			server: "everything",
			tool: "echo",
			status: "completed",
			output: "Echo: hello there",
		});
		expect(sum).toMatchObject({ server: "everything", tool: "get-sum", status: "failed" });
		expect(image?.output).toContain("[an image, attached]");
		expect(JSON.stringify(fixture.server.requests[3]?.body)).toContain("data:image/png;base64,");
		expect(resources).toMatchObject({ server: "code", status: "completed" });
		expect(resources?.output).toContain("everything\t");
		expect(structured?.output).toContain("temperature");
		// The first prompt did not wait; once the server had started its tools stay where they are.
		expect(toolNames(fixture, 0)).not.toContain("everything__echo");
		expect(toolNames(fixture, 1)).toContain("everything__echo");
		expect(toolNames(fixture, 5)).toEqual(toolNames(fixture, 1));
	}, 30_000);

	test("filesystem, memory and sequential thinking beside each other; known tools are there from the first request", async () => {
		const fixture = await makeFixture({
			files: { "a.txt": "one\n" },
			script: [
				call("thinking__sequentialthinking", {
					thought: "t",
					nextThoughtNeeded: false,
					thoughtNumber: 1,
					totalThoughts: 1,
				}),
				{
					calls: [
						{
							name: "memory__create_entities",
							arguments: { entities: [{ name: "Ada", entityType: "person", observations: ["likes engines"] }] },
						},
						{ name: "files__read_text_file", arguments: { path: "a.txt" } },
					],
				},
				call("memory__search_nodes", { query: "engines" }),
				{ text: "Done." },
				call("memory__read_graph", {}),
				{ text: "Again." },
			],
			homeFiles: {},
		});
		const config =
			serverTable("thinking", "server-sequential-thinking") +
			serverTable(
				"memory",
				"server-memory",
				[],
				`env = { MEMORY_FILE_PATH = ${JSON.stringify(inRepo(fixture, "memory.jsonl"))} }`,
			) +
			serverTable("files", "server-filesystem", [fixture.cwd]);
		const { writeFileSync } = await import("node:fs");
		writeFileSync(path.join(fixture.codeHome, "config.toml"), config, { mode: 0o600 });
		const played = await play(sessionOf(await fixture.start()));
		expect(
			ends(played)
				.map(({ server, status }) => `${server} ${status}`)
				.sort(),
		).toEqual(["files completed", "memory completed", "memory completed", "thinking completed"]);
		expect(ends(played).at(-1)?.output).toContain("Ada");
		expect(readFileSync(inRepo(fixture, "memory.jsonl"), "utf8")).toContain("likes engines");
		const again = await play(sessionOf(await fixture.start()));
		expect(ends(again)[0]?.output).toContain("Ada");
		expect(toolNames(fixture, 4)).toEqual(toolNames(fixture, 3));
	}, 30_000);

	test("one that does not start is one warning, and the session goes on", async () => {
		const fixture = await makeFixture({
			homeFiles: { "config.toml": '[mcp_servers.broken]\ncommand = "sh"\nargs = ["-c", "echo no luck >&2; exit 3"]\n' },
			script: [call("broken__x", {}), { text: "Done." }],
		});
		const played = await play(sessionOf(await fixture.start()));
		expect(played.last).toMatchObject({ type: "turn_completed" });
		const warnings = played.events.flatMap(({ msg }) => (msg.type === "warning" ? [msg.message] : []));
		expect(warnings).toEqual(["the MCP server `broken` exited with code 3; its stderr ends: no luck"]);
		expect(ends(played)[0]).toMatchObject({ status: "failed", output: "unsupported call: broken__x" });
	});

	test("a required one that does not start ends the start with exit code 3", async () => {
		const fixture = await makeFixture({
			homeFiles: { "config.toml": '[mcp_servers.must]\ncommand = "/nowhere/server"\nrequired = true\n' },
		});
		const started = await fixture.start();
		expect(started).toMatchObject({ kind: "error", exitCode: 3 });
		expect(started.kind === "error" && started.lines[0]).toContain("the MCP server `must` exited with code 127");
	});

	test("twenty sessions share one process", async () => {
		const script = Array.from({ length: 20 }, () => [
			call("everything__echo", { message: "hi" }),
			{ text: "Done." },
		]).flat();
		const fixture = await makeFixture({
			homeFiles: { "config.toml": serverTable("everything", "server-everything") },
			script,
		});
		const sessions = await Promise.all(Array.from({ length: 20 }, async () => sessionOf(await fixture.start())));
		for (const session of sessions) {
			const played = await play(session);
			expect(ends(played)[0]).toMatchObject({ server: "everything", status: "completed" });
		}
		const pool = await fixture.runtime.mcp.pool();
		const states = pool.status();
		expect(states.map(({ server, state }) => `${server} ${state.kind}`)).toEqual(["everything ready"]);
		expect(processesOf("server-everything")).toBe(1);
		await fixture.runtime.close();
	}, 60_000);

	test("twenty sessions share one memory: one process, and each finds what the others stored", async () => {
		const memory = fileURLToPath(new URL("../../../local-memory/src/main.ts", import.meta.url));
		const { path: folder, dispose } = await createTempDir();
		onTestFinished(dispose);
		const args = JSON.stringify(["--conditions=@codex/source", memory, "--db", path.join(folder, "memory.db")]);
		const table = `[mcp_servers.local-memory]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${args}\n`;
		const stored = Array.from({ length: 20 }, (_, index) => [
			call("local-memory__store_memory", {
				content: `finding ${index}`,
				tags: ["spec:SPEC-KIT-1"],
				domain: "spec-kit",
			}),
			{ text: "Stored." },
		]).flat();
		const found = [
			call("local-memory__search", { query: "finding", tags: ["spec:SPEC-KIT-1"], search_type: "hybrid", limit: 50 }),
			{ text: "Found." },
		];
		const fixture = await makeFixture({ homeFiles: { "config.toml": table }, script: [...stored, ...found] });
		const sessions = await Promise.all(Array.from({ length: 20 }, async () => sessionOf(await fixture.start())));
		for (const session of sessions) {
			expect(ends(await play(session))[0]).toMatchObject({ server: "local-memory", status: "completed" });
		}
		const [hits] = ends(await play(sessionOf(await fixture.start())));
		expect(new Set(hits?.output.match(/finding \d+/g)).size).toBe(20);
		expect(processesOf(memory)).toBe(1);
		await fixture.runtime.close();
		await expect.poll(() => processesOf(memory)).toBe(0);
	}, 60_000);
});
