// The agent for editors as an editor uses it: the built program, the protocol's own client side, a scripted model.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SessionUpdate } from "@agentclientprotocol/sdk";
import { describe, expect, test } from "vitest";
import { openEditor } from "./acp-editor.ts";
import { isRunning, sleepersFor, until } from "./run-code.ts";
import { createScene } from "./scene.ts";

describe("code acp", () => {
	test("a turn: thoughts, words, plan, a command with its output, a patch with its diff, usage", async () => {
		const scene = await createScene(
			[
				{
					reasoning: "Let me see.",
					calls: [
						{ name: "update_plan", arguments: { plan: [{ step: "look", status: "in_progress" }] } },
						{ name: "shell", arguments: { command: ["bash", "-c", "echo seen-it"] } },
						{ name: "read_file", arguments: { file_path: "a.txt" } },
					],
				},
				{
					calls: [
						{
							name: "apply_patch",
							arguments: {
								input: "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** End Patch\n",
							},
						},
					],
				},
				{ text: "All done." },
			],
			{ "a.txt": "one\n" },
		);
		const editor = await openEditor(scene);
		expect(editor.initialized).toMatchObject({
			protocolVersion: 1,
			agentCapabilities: { loadSession: true, promptCapabilities: { image: true, embeddedContext: true } },
		});
		const id = await editor.newSession(scene.repo);
		await editor.agent.request("session/set_mode", { sessionId: id, modeId: "auto" });
		const end = await editor.prompt(id, "do it");
		expect(end.stopReason).toBe("end_turn");
		expect(editor.text(id, "agent_message_chunk")).toBe("All done.");
		expect(editor.text(id, "agent_thought_chunk")).toContain("Let me see.");
		const kinds = new Set(editor.updates(id).map(({ sessionUpdate }) => sessionUpdate));
		for (const kind of ["plan", "tool_call", "tool_call_update", "usage_update", "available_commands_update"])
			expect(kinds).toContain(kind);
		const calls = editor.updates(id).filter(({ sessionUpdate }) => sessionUpdate === "tool_call");
		// Readers run beside a command: their order is not settled.
		expect(calls).toHaveLength(3);
		for (const shape of [
			expect.objectContaining({ kind: "execute", title: expect.stringContaining("echo seen-it") }),
			expect.objectContaining({ kind: "read", locations: [{ path: path.join(scene.repo, "a.txt") }] }),
			expect.objectContaining({
				kind: "edit",
				content: [{ type: "diff", path: path.join(scene.repo, "a.txt"), oldText: "one\n", newText: "two\n" }],
			}),
		])
			expect(calls).toContainEqual(shape);
		expect(JSON.stringify(editor.updates(id))).toContain("seen-it");
		expect(await readFile(path.join(scene.repo, "a.txt"), "utf8")).toBe("two\n");
		await editor.leave();
		const { stdout, exitCode } = await editor.code.ended;
		expect(exitCode).toBe(0);
		for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
	});

	test("a question is answered with yes, then with no", async () => {
		const call = (file: string) => ({ calls: [{ name: "shell", arguments: { command: ["touch", file] } }] });
		const scene = await createScene([call("yes.txt"), call("no.txt"), { text: "ok" }]);
		const asked: string[] = [];
		const editor = await openEditor(scene, {
			onPermission: ({ toolCall, options }) => {
				asked.push(toolCall.title ?? "");
				expect(options.map(({ kind }) => kind)).toEqual(
					expect.arrayContaining(["allow_once", "allow_always", "reject_once", "reject_always"]),
				);
				const kind = toolCall.title?.includes("yes") === true ? "allow_once" : "reject_once";
				const optionId = options.find((option) => option.kind === kind)?.optionId ?? "";
				return Promise.resolve({ outcome: { outcome: "selected", optionId } });
			},
		});
		const id = await editor.newSession(scene.repo);
		await editor.agent.request("session/set_mode", { sessionId: id, modeId: "ask" });
		await editor.prompt(id, "touch them");
		expect(asked).toEqual(["touch yes.txt", "touch no.txt"]);
		await readFile(path.join(scene.repo, "yes.txt"));
		await expect(readFile(path.join(scene.repo, "no.txt"))).rejects.toThrow();
		const ends = editor
			.updates(id)
			.flatMap((update) =>
				update.sessionUpdate === "tool_call_update" && update.status !== undefined ? [update.status] : [],
			);
		expect(ends).toEqual(["in_progress", "completed", "in_progress", "failed"]);
		expect(JSON.stringify(scene.server.requests.at(-1)?.body)).toContain("reject");
		await editor.leave();
	});

	test("cancelled while a question waits that nobody ever answers, and while a command runs", async () => {
		const scene = await createScene([
			{ calls: [{ name: "shell", arguments: { command: ["touch", "x"] } }] },
			{ calls: [{ name: "shell", arguments: { command: ["sleep", "86423"] } }] },
		]);
		const editor = await openEditor(scene, {
			onPermission: ({ toolCall, options }) => {
				if (toolCall.title?.includes("touch") === true) return new Promise(() => undefined);
				return Promise.resolve({ outcome: { outcome: "selected", optionId: options[0]?.optionId ?? "" } });
			},
		});
		const id = await editor.newSession(scene.repo);
		await editor.agent.request("session/set_mode", { sessionId: id, modeId: "ask" });
		const waiting = editor.prompt(id, "touch");
		await editor.until(id, "tool_call");
		await editor.agent.notify("session/cancel", { sessionId: id });
		expect(await waiting).toEqual({ stopReason: "cancelled" });
		const running = editor.prompt(id, "sleep");
		await until("the sleeper", () => sleepersFor("86423").length > 0);
		await editor.agent.notify("session/cancel", { sessionId: id });
		expect((await running).stopReason).toBe("cancelled");
		await until("its end", () => sleepersFor("86423").length === 0);
		await editor.leave();
	});

	test("two sessions at once; one is loaded by a second editor, which sees the whole of it", async () => {
		const answers = (request: { readonly body: unknown }) =>
			JSON.stringify(request.body).includes("first session") ? { text: "for one" } : { text: "for two" };
		const scene = await createScene([answers, answers, { text: "and on" }]);
		const editor = await openEditor(scene);
		const [one, two] = await Promise.all([editor.newSession(scene.repo), editor.newSession(scene.repo)]);
		await Promise.all([editor.prompt(one, "first session"), editor.prompt(two, "second session")]);
		expect(editor.text(one, "agent_message_chunk")).toBe("for one");
		expect(editor.text(two, "agent_message_chunk")).toBe("for two");
		await editor.leave();
		const later = await openEditor(scene);
		const { sessions } = await later.agent.request("session/list", { cwd: scene.repo });
		expect(sessions.map(({ sessionId }) => sessionId).sort()).toEqual([one, two].sort());
		await later.agent.request("session/load", { sessionId: one, cwd: scene.repo, mcpServers: [] });
		expect(later.text(one, "user_message_chunk")).toBe("first session");
		expect(later.text(one, "agent_message_chunk")).toBe("for one");
		await later.prompt(one, "go on");
		expect(JSON.stringify(scene.server.requests.at(-1)?.body)).toContain("for one");
		await expect(
			later.agent.request("session/load", {
				sessionId: "01890000-0000-7000-8000-000000000000",
				cwd: scene.repo,
				mcpServers: [],
			}),
		).rejects.toMatchObject({ code: -32002 });
		await later.leave();
	});

	test("what is not saved in the editor is what the model reads and what a patch changes", async () => {
		const scene = await createScene(
			[
				{ calls: [{ name: "read_file", arguments: { file_path: "a.txt" } }] },
				{
					calls: [
						{
							name: "apply_patch",
							arguments: {
								input: "*** Begin Patch\n*** Update File: a.txt\n@@\n unsaved\n-line\n+LINE\n*** End Patch\n",
							},
						},
					],
				},
				{ text: "ok" },
			],
			{ "a.txt": "saved\n" },
		);
		const file = path.join(scene.repo, "a.txt");
		const buffers = new Map([[file, "unsaved\nline\n"]]);
		const editor = await openEditor(scene, {
			buffers,
			capabilities: { fs: { readTextFile: true, writeTextFile: true } },
		});
		const id = await editor.newSession(scene.repo);
		await editor.agent.request("session/set_mode", { sessionId: id, modeId: "auto" });
		await editor.prompt(id, "change it");
		expect(JSON.stringify(scene.server.requests[1]?.body)).toContain("L1: unsaved");
		expect(buffers.get(file)).toBe("unsaved\nLINE\n");
		expect(await readFile(file, "utf8")).toBe("unsaved\nLINE\n");
		await editor.leave();
	});

	test("a saved session is told again as it was: calls, diffs, plan, in their order", async () => {
		const patch = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n";
		const scene = await createScene([
			{
				text: "First",
				calls: [
					{ name: "update_plan", arguments: { plan: [{ step: "look", status: "completed" }] } },
					{ name: "apply_patch", arguments: { input: patch } },
				],
			},
			{ calls: [{ name: "shell", arguments: { command: ["cat", "new.txt"] } }] },
			{ text: "Last" },
		]);
		const editor = await openEditor(scene, { args: ["-s", "workspace-write"] });
		const id = await editor.newSession(scene.repo);
		await editor.prompt(id, "go");
		await editor.leave();
		const later = await openEditor(scene);
		await later.agent.request("session/load", { sessionId: id, cwd: scene.repo, mcpServers: [] });
		const told = (updates: readonly SessionUpdate[]) =>
			updates.flatMap((update): readonly unknown[] => {
				if (update.sessionUpdate === "tool_call") return [[update.kind, update.title, update.content ?? null]];
				if (update.sessionUpdate === "tool_call_update") return [[update.status ?? "output"]];
				return update.sessionUpdate === "plan" ? [update.entries] : [];
			});
		const withoutOutput = (list: readonly unknown[]) => list.filter((each) => JSON.stringify(each) !== '["output"]');
		expect(told(later.updates(id))).toEqual(withoutOutput(told(editor.updates(id))));
		expect(told(later.updates(id))).toHaveLength(5);
		expect(later.text(id, "agent_message_chunk")).toBe("FirstLast");
		await later.leave();
	});

	test("requests that are piped in get their answers although the input ends", async () => {
		const scene = await createScene();
		const line = (id: number, method: string, params: object) => JSON.stringify({ jsonrpc: "2.0", id, method, params });
		const bytes = [
			line(1, "initialize", { protocolVersion: 1 }),
			line(2, "session/new", { cwd: scene.repo, mcpServers: [] }),
			line(3, "session/new", { cwd: path.join(scene.repo, "missing"), mcpServers: [] }),
		].join("\n");
		const { stdout, exitCode } = await scene.run(["acp"], { stdin: { bytes } });
		const answers = stdout
			.trimEnd()
			.split("\n")
			.map((text): { readonly id?: number; readonly error?: { readonly code: number } } => JSON.parse(text));
		expect(new Set(answers.flatMap(({ id }) => id ?? []))).toEqual(new Set([1, 2, 3]));
		expect(answers.find(({ id }) => id === 3)?.error?.code).toBe(-32602);
		expect(exitCode).toBe(0);
	});

	test("without a key the editor is told to authenticate", async () => {
		const scene = await createScene();
		const { OPENAI_API_KEY: _key, ...env } = scene.env;
		const editor = await openEditor(scene, { env });
		expect(editor.initialized.authMethods).toHaveLength(1);
		await expect(editor.newSession(scene.repo)).rejects.toMatchObject({ code: -32000 });
		await expect(editor.agent.request("authenticate", { methodId: "environment" })).rejects.toMatchObject({
			code: -32000,
		});
		await editor.leave();
	});

	test("servers of the editor are there for their session", async () => {
		const scene = await createScene(Array.from({ length: 40 }, () => ({ text: "ok", delayMs: 50 })));
		const server = path.join(import.meta.dirname, "../../bin/code.js");
		const editor = await openEditor(scene);
		const { sessionId } = await editor.agent.request("session/new", {
			cwd: scene.repo,
			mcpServers: [
				{
					name: "notes",
					command: process.execPath,
					args: [server, "memory", "serve"],
					env: [{ name: "CODE_HOME", value: scene.home.codeHome }],
				},
			],
		});
		// No prompt waits for a server: it is there in one of the first requests.
		const isThere = () => JSON.stringify(scene.server.requests.at(-1)?.body?.tools ?? "").includes("notes__search");
		for (let turns = 0; turns < 40 && !isThere(); turns += 1) await editor.prompt(sessionId, "hello");
		expect(isThere()).toBe(true);
		await editor.leave();
	});

	test("an editor that is gone takes everything with it within two seconds", async () => {
		const scene = await createScene([{ calls: [{ name: "shell", arguments: { command: ["sleep", "86424"] } }] }]);
		const editor = await openEditor(scene, { args: ["-a", "never"] });
		const id = await editor.newSession(scene.repo);
		void editor.prompt(id, "sleep").catch(() => undefined);
		await until("the sleeper", () => sleepersFor("86424").length > 0);
		const before = Date.now();
		await editor.leave();
		expect(Date.now() - before).toBeLessThan(2000);
		await until("its end", () => sleepersFor("86424").length === 0);
		expect(isRunning(editor.code.pid)).toBe(false);
	});

	test("hostile bytes are answered and never end it", async () => {
		const scene = await createScene([{ text: "still here" }]);
		const code = scene.start(["acp"], { stdin: "idle" });
		const lines: string[] = [];
		let rest = "";
		code.child.stdout.on("data", (text: string) => {
			const parts = `${rest}${text}`.split("\n");
			rest = parts.pop() ?? "";
			lines.push(...parts);
		});
		const send = (bytes: string | Uint8Array) => void code.child.stdin.write(bytes);
		const answer = (id: unknown) =>
			until(`an answer to ${String(id)}`, () =>
				lines
					.map((line): { id?: unknown; error?: { code: number }; result?: unknown } => JSON.parse(line))
					.find((each) => each.id === id && ("result" in each || "error" in each)),
			);
		send("this is no JSON\n");
		send(new Uint8Array([0xff, 0xfe, 0x00, 0x0a]));
		send("[]\n");
		send('[{"jsonrpc":"2.0","id":1,"method":"initialize"}]\n');
		send('{"jsonrpc":"1.0","id":2,"method":"initialize"}\n');
		send(`{"jsonrpc":"2.0","id":3,"method":${"[".repeat(200_000)}${"]".repeat(200_000)}}\n`);
		send(`${"x".repeat(70 * 1024 * 1024)}\n`);
		send('{"jsonrpc":"2.0","id":4,"result":{}}\n\r\n\n');
		send('{"jsonrpc":"2.0","id":"before","method":"session/new","params":{}}\n');
		expect((await answer("before")).error?.code).toBe(-32600);
		send('{"jsonrpc":"2.0","id":"bad","method":"initialize","params":{"protocolVersion":"x"}}\n');
		expect((await answer("bad")).error?.code).toBe(-32602);
		send(
			'{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":77,"clientCapabilities":{}}}\n',
		);
		expect((await answer("init")).result).toMatchObject({ protocolVersion: 1 });
		send('{"jsonrpc":"2.0","id":"what","method":"no/such","params":{}}\n');
		expect((await answer("what")).error?.code).toBe(-32601);
		send('{"jsonrpc":"2.0","id":"rel","method":"session/new","params":{"cwd":"relative","mcpServers":[]}}\n');
		expect((await answer("rel")).error?.code).toBe(-32602);
		send('{"jsonrpc":"2.0","method":"session/cancel","params":{"sessionId":"nobody"}}\n');
		send('{"jsonrpc":"2.0","id":"gone","method":"session/prompt","params":{"sessionId":"nobody","prompt":[]}}\n');
		expect((await answer("gone")).error?.code).toBe(-32002);
		send(
			`${JSON.stringify({ jsonrpc: "2.0", id: "new", method: "session/new", params: { cwd: scene.repo, mcpServers: [] } })}\n`,
		);
		const { result } = await answer("new");
		expect(result).toMatchObject({ sessionId: expect.any(String) });
		const sessionId = result !== null && typeof result === "object" && "sessionId" in result ? result.sessionId : "";
		send(
			`${JSON.stringify({ jsonrpc: "2.0", id: "go", method: "session/prompt", params: { sessionId, prompt: [{ type: "text", text: "there?" }] } })}`,
		);
		// The last line of an input needs no newline.
		code.child.stdin.end("\n");
		await until("an end", () => code.child.exitCode !== null);
		const ids = lines.map((line) => JSON.parse(line)).filter(({ id, error }) => id === null && error !== undefined);
		expect(ids.length).toBeGreaterThanOrEqual(6);
		await writeFile(path.join(scene.repo, "done"), "");
	});
});
