// What a front end for editors asks of the runtime: servers of one session, ids that stay, what a session told, keys.

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolloutPath } from "@codex/core";
import { newSessionId } from "@codex/protocol";
import { sessionMetaSample } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { missingCredentials, readSessionEvents } from "../../src/index.ts";
import { makeFixture, sessionOf } from "../runtime-fixture.ts";

const said = (text: string) => ({ type: "user_input", items: [{ type: "text", text }] }) as const;

async function turn(session: ReturnType<typeof sessionOf>, text: string): Promise<void> {
	const ended = new Promise<void>((resolve) => {
		session.subscribe(({ msg }) => {
			if (msg.type === "turn_completed" || msg.type === "turn_failed") resolve();
		});
	});
	session.submit(said(text));
	await ended;
}

describe("a session", () => {
	test("that was never saved begins again under its id, and then goes on", async () => {
		const fixture = await makeFixture({ script: [{ text: "one" }, { text: "two", stop: "length" }] });
		const first = sessionOf(await fixture.start({ source: "acp" }));
		await first.close();
		const second = sessionOf(await fixture.start({ source: "acp", sessionId: first.id }));
		expect(second.id).toBe(first.id);
		await turn(second, "hello");
		await second.close();
		const third = sessionOf(await fixture.start({ source: "acp", resume: { kind: "id", id: first.id } }));
		await turn(third, "again");
		await third.close();
		const told = await readSessionEvents(fixture.runtime, first.id);
		if (told.kind === "error") throw new Error(told.lines.join());
		const types = told.events.map(({ type }) => type);
		expect(types.filter((type) => type === "user_message" || type === "agent_message")).toEqual([
			"user_message",
			"agent_message",
			"user_message",
			"agent_message",
		]);
		expect(told.events.find((event) => event.type === "turn_completed" && event.cutShort === "length")).toBeDefined();
	});

	test("has the servers that it brings, over configured ones of their name", async () => {
		const fixture = await makeFixture({
			script: Array.from({ length: 40 }, () => ({ text: "ok", delayMs: 50 })),
			homeFiles: { "config.toml": '[mcp_servers.notes]\ncommand = "no-such-program"\n' },
		});
		const program = path.resolve(import.meta.dirname, "../../../local-memory/src/main.ts");
		const args = ["--conditions=@codex/source", program, "--db", path.join(fixture.cwd, "notes.db")];
		const session = sessionOf(
			await fixture.start({
				mcpServers: {
					notes: { kind: "stdio", command: process.execPath, args, env: {} },
					away: { kind: "http", url: "http://127.0.0.1:1/mcp", headers: { Authorization: "Bearer secret-of-editor" } },
				},
			}),
		);
		const warnings: string[] = [];
		session.subscribe(({ msg }) => {
			if (msg.type === "warning") warnings.push(msg.message);
		});
		// No prompt waits for a server: it is there in one of the first requests.
		const isThere = () => JSON.stringify(fixture.server.requests.at(-1)?.body.tools).includes("notes__search");
		for (let turns = 0; turns < 40 && (turns === 0 || !isThere()); turns += 1) await turn(session, "hello");
		await session.close();
		expect(isThere()).toBe(true);
		expect(warnings.join()).not.toContain("no-such-program");
		expect(warnings.join()).not.toContain("secret-of-editor");
	});
});

describe("what a session told", () => {
	test("of another program is its messages, without what was put before them", async () => {
		const { runtime } = await makeFixture();
		const id = newSessionId();
		const file = rolloutPath(runtime.paths.sessionsDir, id, 0);
		mkdirSync(path.dirname(file), { recursive: true });
		const message = (role: string, text: string) => ({
			timestamp: "t",
			type: "response_item",
			payload: { type: "message", role, content: [{ type: role === "user" ? "input_text" : "output_text", text }] },
		});
		const lines = [
			{ timestamp: "t", type: "session_meta", payload: { ...sessionMetaSample, id } },
			message("user", "<environment_context>x</environment_context>"),
			message("user", "hello"),
			message("assistant", "hi"),
			{ timestamp: "t", type: "event_msg", payload: { type: "of_another_program" } },
		];
		writeFileSync(file, "");
		for (const line of lines) appendFileSync(file, `${JSON.stringify(line)}\n`);
		expect(await readSessionEvents(runtime, id)).toMatchObject({
			kind: "ok",
			events: [
				{ type: "user_message", items: [{ text: "hello" }] },
				{ type: "agent_message", message: "hi" },
			],
		});
	});

	test("of one that is not there is an error that says so", async () => {
		const { runtime } = await makeFixture();
		expect(await readSessionEvents(runtime, newSessionId())).toMatchObject({ kind: "error", unknownSession: true });
	});
});

test("missing keys are told before anything starts", async () => {
	const keyed = await makeFixture();
	expect(await missingCredentials(keyed.runtime, { overrides: [] })).toBeUndefined();
	const without = await makeFixture({ env: { OPENAI_API_KEY: "" } });
	expect(await missingCredentials(without.runtime, { overrides: [] })).toMatchObject({ lacksCredentials: true });
	expect(await without.start()).toMatchObject({ kind: "error", lacksCredentials: true });
	const wrong = await missingCredentials(keyed.runtime, { overrides: ["model=5"] });
	expect(wrong).toMatchObject({ kind: "error", exitCode: 2 });
});
