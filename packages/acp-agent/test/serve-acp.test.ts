import { asCallId, type EventMsg } from "@codex/protocol";
import { createFakeClock } from "@codex/test-support";
import { describe, expect, test, vi } from "vitest";
import type { AgentSessionRequest } from "../src/index.ts";
import { completed, fakePort, openEditor, realClock, turnId } from "./fake-port.ts";

const asks: EventMsg = {
	type: "exec_approval_request",
	callId: asCallId("c1"),
	command: ["rm", "x"],
	cwd: "/work",
	reason: "it is dangerous",
};

describe("sessions", () => {
	test("begin with their modes and options, then commands and warnings are told", async () => {
		const editor = await openEditor(fakePort());
		const made = await editor.agent.request("session/new", { cwd: "/work", mcpServers: [] });
		expect(made.modes?.currentModeId).toBe("auto");
		expect(made.configOptions?.map(({ id }) => id)).toEqual(["mode", "effort"]);
		await vi.waitFor(() => expect(editor.kinds()).toEqual(["available_commands_update", "agent_thought_chunk"]));
		expect(JSON.stringify(editor.updates)).toContain("a warning of the start");
	});

	test("the editor's servers and folders reach the port; relative folders do not", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		await editor.agent.request("session/new", {
			cwd: "/work",
			additionalDirectories: ["/more"],
			mcpServers: [
				{ name: "a", command: "run", args: ["x"], env: [{ name: "K", value: "v" }] },
				{ type: "http", name: "b", url: "https://example.com", headers: [{ name: "H", value: "w" }] },
				{ type: "sse", name: "c", url: "https://example.com/sse", headers: [] },
			],
		});
		expect(port.sessions[0]?.request).toMatchObject({
			additionalDirectories: ["/more"],
			mcpServers: [
				{ kind: "stdio", name: "a", command: "run", args: ["x"], env: { K: "v" } },
				{ kind: "http", name: "b", headers: { H: "w" } },
				{ kind: "http", name: "c" },
			],
		});
		await expect(editor.agent.request("session/new", { cwd: "work", mcpServers: [] })).rejects.toMatchObject({
			code: -32602,
		});
	});

	test("a choice starts the session again under its id; a bad one changes nothing", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		const sessionId = await editor.start();
		await editor.agent.request("session/set_mode", { sessionId, modeId: "full-access" });
		expect(port.sessions[0]?.isClosed).toBe(true);
		expect(port.sessions[1]?.request).toMatchObject({
			from: { kind: "again", id: sessionId },
			chosen: { approvalPolicy: "never", sandboxMode: "danger-full-access" },
		});
		await editor.prompt(sessionId, "hi");
		const options = await editor.agent.request("session/set_config_option", {
			sessionId,
			configId: "effort",
			value: "high",
		});
		expect(options.configOptions[1]).toMatchObject({ id: "effort", currentValue: "high" });
		expect(port.sessions[2]?.request).toMatchObject({
			from: { kind: "resume", id: sessionId },
			chosen: { effort: "high" },
		});
		await expect(editor.agent.request("session/set_mode", { sessionId, modeId: "none" })).rejects.toMatchObject({
			code: -32602,
		});
		expect(port.sessions).toHaveLength(3);
	});

	test("a choice that cannot be is taken back", async () => {
		const port = fakePort();
		const picky = {
			...port,
			startSession: (request: AgentSessionRequest) =>
				request.chosen.sandboxMode === "danger-full-access"
					? Promise.resolve({ kind: "error", reason: "usage", message: "not on this machine" } as const)
					: port.startSession(request),
		};
		const editor = await openEditor(picky);
		const sessionId = await editor.start();
		await expect(editor.agent.request("session/set_mode", { sessionId, modeId: "full-access" })).rejects.toThrow(
			"not on this machine",
		);
		expect((await editor.prompt(sessionId, "hi")).stopReason).toBe("end_turn");
	});

	test("a choice during a turn holds from the next one", async () => {
		const port = fakePort();
		port.onOp = () => [];
		const editor = await openEditor(port);
		const sessionId = await editor.start();
		const running = editor.prompt(sessionId, "hi");
		await vi.waitFor(() => expect(port.sessions[0]?.ops).toHaveLength(1));
		await editor.agent.request("session/set_mode", { sessionId, modeId: "ask" });
		expect(port.sessions).toHaveLength(1);
		port.sessions[0]?.emit(completed);
		await running;
		port.onOp = () => [completed];
		await editor.prompt(sessionId, "again");
		expect(port.sessions[1]?.request.chosen.approvalPolicy).toBe("untrusted");
	});

	test("are loaded with what they told, resumed without, closed and deleted", async () => {
		const deleted: string[] = [];
		const events: EventMsg[] = [
			{ type: "user_message", turnId, items: [{ type: "text", text: "old words" }], steering: false },
			{ type: "exec_command_begin", callId: asCallId("c"), command: ["ls"], display: "ls", cwd: "/work" },
			{ type: "agent_message", message: "old answer" },
		];
		const port = fakePort({
			readEvents: (id) =>
				Promise.resolve(id === "s-1" ? { kind: "ok", events } : { kind: "error", reason: "unknown", message: "no" }),
			deleteSession: (id) => {
				deleted.push(id);
				return Promise.resolve({ kind: "error", reason: "unknown", message: "no" });
			},
		});
		const editor = await openEditor(port);
		await editor.agent.request("session/load", { sessionId: "s-1", cwd: "/work", mcpServers: [] });
		expect(editor.kinds().slice(0, 4)).toEqual([
			"user_message_chunk",
			"tool_call",
			"agent_message_chunk",
			"tool_call_update",
		]);
		await editor.agent.request("session/load", { sessionId: "s-1", cwd: "/work", mcpServers: [] });
		expect(port.sessions[0]?.isClosed).toBe(true);
		await editor.agent.request("session/resume", { sessionId: "s-2", cwd: "/work" });
		await editor.agent.request("session/close", { sessionId: "s-2" });
		expect(port.sessions[2]?.isClosed).toBe(true);
		await editor.agent.request("session/delete", { sessionId: "s-1" });
		expect(deleted).toEqual(["s-1"]);
		const missing = editor.agent.request("session/load", { sessionId: "nope", cwd: "/work", mcpServers: [] });
		await expect(missing).rejects.toMatchObject({ code: -32002, data: { sessionId: "nope" } });
		await expect(editor.prompt("s-2", "x")).rejects.toMatchObject({ code: -32002 });
	});

	test("are listed", async () => {
		const listed = { id: "a", cwd: "/work", title: "words", changedMs: 0 };
		const editor = await openEditor(
			fakePort({ listSessions: (cwd) => Promise.resolve({ kind: "ok", sessions: cwd === undefined ? [] : [listed] }) }),
		);
		expect(await editor.agent.request("session/list", { cwd: "/work" })).toEqual({
			sessions: [{ sessionId: "a", cwd: "/work", title: "words", updatedAt: "1970-01-01T00:00:00.000Z" }],
		});
		const failing = await openEditor(
			fakePort({ listSessions: () => Promise.resolve({ kind: "error", reason: "failed", message: "disk" }) }),
		);
		await expect(failing.agent.request("session/list", {})).rejects.toMatchObject({ code: -32603 });
	});
});

describe("a turn", () => {
	test("ends as the session says, and its updates come before the answer", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		const sessionId = await editor.start();
		const ends: [EventMsg, string][] = [
			[completed, "end_turn"],
			[{ type: "turn_completed", turnId, lastAgentMessage: null, cutShort: "length" }, "max_tokens"],
			[{ type: "turn_completed", turnId, lastAgentMessage: null, cutShort: "content_filter" }, "refusal"],
			[{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "turns", granted: 3 } }, "max_turn_requests"],
			[{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "tokens", granted: 3 } }, "max_tokens"],
			[{ type: "turn_aborted", turnId, reason: { kind: "interrupted" } }, "cancelled"],
		];
		for (const [event, stopReason] of ends) {
			port.onOp = () => [{ type: "agent_message", message: stopReason }, event];
			expect((await editor.prompt(sessionId, "go")).stopReason).toBe(stopReason);
			expect(JSON.stringify(editor.updates.at(-1))).toContain(stopReason);
		}
		port.onOp = () => [{ type: "turn_failed", turnId, error: { kind: "auth", message: "bad key" } }];
		await expect(editor.prompt(sessionId, "go")).rejects.toMatchObject({ code: -32000 });
		port.onOp = () => [{ type: "turn_failed", turnId, error: { kind: "server", message: "down" } }];
		await expect(editor.prompt(sessionId, "go")).rejects.toMatchObject({ code: -32603, data: { kind: "server" } });
	});

	test("of /compact compacts; an empty or unreadable prompt is refused; one turn at a time", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		const sessionId = await editor.start();
		await editor.prompt(sessionId, " /compact ");
		expect(port.sessions[0]?.ops).toEqual([{ type: "compact" }]);
		await expect(editor.prompt(sessionId, "")).rejects.toMatchObject({ code: -32602 });
		port.onOp = () => [];
		const running = editor.prompt(sessionId, "one");
		await expect(editor.prompt(sessionId, "two")).rejects.toMatchObject({ code: -32600 });
		await editor.agent.notify("session/cancel", { sessionId });
		expect((await running).stopReason).toBe("cancelled");
	});

	test("that was cancelled before it began is interrupted when it begins", async () => {
		const port = fakePort();
		port.onOp = () => [];
		const editor = await openEditor(port);
		const sessionId = await editor.start();
		const running = editor.prompt(sessionId, "one");
		const [session] = port.sessions;
		await vi.waitFor(() => expect(session?.ops).toHaveLength(1));
		if (session === undefined) throw new Error("no session");
		const { interrupt } = session;
		// The first one finds nothing to interrupt.
		session.interrupt = () => {
			session.interrupt = interrupt;
		};
		await editor.agent.notify("session/cancel", { sessionId });
		await vi.waitFor(() => expect(session.interrupt).toBe(interrupt));
		session.emit({ type: "turn_started", turnId });
		expect((await running).stopReason).toBe("cancelled");
	});
});

describe("questions", () => {
	const answering = (answer: (options: readonly { readonly optionId: string; readonly kind: string }[]) => unknown) => {
		const port = fakePort();
		port.onOp = (op) => {
			if (op.type === "user_input") return [asks];
			return op.type === "exec_approval" ? [completed] : [];
		};
		const asked = vi.fn();
		const editor = openEditor(port, {
			app: (app) =>
				app.onRequest(
					"session/request_permission",
					(params) => params as { readonly options: readonly { readonly optionId: string; readonly kind: string }[] },
					({ params }) => {
						asked(params);
						return answer(params.options);
					},
				),
		});
		const decisions = () =>
			port.sessions.flatMap(({ ops }) => ops.flatMap((op) => (op.type === "exec_approval" ? [op.decision] : [])));
		return { port, editor, asked, decisions };
	};

	test.each([
		["allow_once", "approved"],
		["allow_session", "approved_for_session"],
		["reject_once", "denied"],
		["made_up", "denied"],
	])("answered %s are %s", async (optionId, decision) => {
		const { editor: opening, decisions, asked } = answering(() => ({ outcome: { outcome: "selected", optionId } }));
		const editor = await opening;
		await editor.prompt(await editor.start(), "go");
		expect(decisions()).toEqual([decision]);
		expect(asked.mock.calls[0]?.[0]).toMatchObject({ toolCall: { toolCallId: "c1", kind: "execute", title: "rm x" } });
	});

	test("answered no for the session are not asked again", async () => {
		const {
			editor: opening,
			decisions,
			asked,
		} = answering(() => ({
			outcome: { outcome: "selected", optionId: "reject_always" },
		}));
		const editor = await opening;
		const id = await editor.start();
		await editor.prompt(id, "go");
		await editor.prompt(id, "go");
		expect(decisions()).toEqual(["denied", "denied"]);
		expect(asked).toHaveBeenCalledTimes(1);
	});

	test("answered with nonsense, an error or a dismissal do not hang", async () => {
		const { editor: opening, decisions } = answering(() => ({ nonsense: true }));
		const editor = await opening;
		await editor.prompt(await editor.start(), "go");
		const failing = answering(() => {
			throw new Error("no");
		});
		const second = await failing.editor;
		await second.prompt(await second.start(), "go");
		const dismissing = answering(() => ({ outcome: { outcome: "cancelled" } }));
		const third = await dismissing.editor;
		await third.prompt(await third.start(), "go");
		expect([...decisions(), ...failing.decisions(), ...dismissing.decisions()]).toEqual(["denied", "denied", "abort"]);
		expect(second.logged.join()).toContain("did not answer a question");
	});

	test("outside of a turn are answered with no", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		await editor.start();
		await vi.waitFor(() => expect(editor.kinds().length).toBeGreaterThan(0));
		port.sessions[0]?.emit(asks);
		expect(port.sessions[0]?.ops).toMatchObject([{ type: "exec_approval", decision: "denied" }]);
	});
});

describe("the end", () => {
	test("closes every session, also with a turn and a question that nobody answers", async () => {
		const port = fakePort();
		port.onOp = (op) => (op.type === "user_input" ? [asks] : []);
		const editor = await openEditor(port, {
			app: (app) => app.onRequest("session/request_permission", () => new Promise<never>(() => undefined)),
		});
		const id = await editor.start();
		await editor.start();
		editor.prompt(id, "go").catch(() => undefined);
		await vi.waitFor(() => expect(editor.kinds()).toContain("tool_call"));
		await editor.leave();
		expect(port.sessions.map(({ isClosed }) => isClosed)).toEqual([true, true]);
	});

	test("does not wait for a session that does not close", async () => {
		const clock = createFakeClock();
		const port = fakePort();
		const editor = await openEditor(port, { clock });
		await editor.start();
		const [session] = port.sessions;
		if (session !== undefined) session.close = () => new Promise(() => undefined);
		editor.stop();
		await clock.untilPending();
		await clock.advance(2000);
		await editor.served;
	});

	test("a session that fails to close is only logged", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		await editor.start();
		const [session] = port.sessions;
		if (session !== undefined) session.close = () => Promise.reject(new Error("stuck"));
		await editor.leave();
		expect(editor.logged.join()).toContain("stuck");
	});
});

describe("keys", () => {
	test("that are missing are asked for by name", async () => {
		const missing = { kind: "error", reason: "auth", message: "set OPENAI_API_KEY" } as const;
		const editor = await openEditor(
			fakePort({
				startSession: () => Promise.resolve(missing),
				missingCredentials: () => Promise.resolve(missing),
			}),
		);
		await expect(editor.start()).rejects.toMatchObject({ code: -32000 });
		await expect(editor.agent.request("authenticate", { methodId: "environment" })).rejects.toThrow("OPENAI_API_KEY");
		await expect(editor.agent.request("authenticate", { methodId: "other" })).rejects.toMatchObject({ code: -32602 });
		const fine = await openEditor(fakePort());
		await fine.agent.request("authenticate", { methodId: "environment" });
	});
});

describe("the editor's files", () => {
	const withFiles = async (answer: () => unknown, clock = realClock) => {
		const port = fakePort();
		const asked: unknown[] = [];
		const editor = await openEditor(port, {
			clock,
			capabilities: { fs: { readTextFile: true, writeTextFile: true } },
			app: (app) =>
				app
					.onRequest(
						"fs/read_text_file",
						(params) => params,
						({ params }) => {
							asked.push(params);
							return answer();
						},
					)
					.onRequest(
						"fs/write_text_file",
						(params) => params,
						({ params }) => {
							asked.push(params);
							return answer();
						},
					),
		});
		await editor.start();
		const files = port.sessions[0]?.request.files;
		if (files === undefined) throw new Error("no files");
		return { files, asked };
	};
	const never = new AbortController().signal;

	test("are read and written under the session's id", async () => {
		const { files, asked } = await withFiles(() => ({ content: "unsaved" }));
		expect(await files.read("/work/a", never)).toBe("unsaved");
		expect(await files.write("/work/a", "new")).toBe(true);
		expect(asked).toEqual([
			{ sessionId: "session-1", path: "/work/a" },
			{ sessionId: "session-1", path: "/work/a", content: "new" },
		]);
	});

	test("that are refused, wrong or aborted are those of the disk", async () => {
		const refusing = await withFiles(() => {
			throw new Error("not open");
		});
		expect(await refusing.files.read("/work/a", never)).toBeUndefined();
		expect(await refusing.files.write("/work/a", "x")).toBe(false);
		const wrong = await withFiles(() => ({ content: 5 }));
		expect(await wrong.files.read("/work/a", never)).toBeUndefined();
		expect(await wrong.files.read("/work/a", AbortSignal.abort())).toBeUndefined();
	});

	test("of an editor that is silent twice are not asked for again", async () => {
		const clock = createFakeClock();
		const timers = { ...realClock, timer: (ms: number, fire: () => void) => clock.timer(ms, fire) };
		const port = fakePort();
		let asked = 0;
		const editor = await openEditor(port, {
			clock: timers,
			capabilities: { fs: { readTextFile: true } },
			app: (app) =>
				app.onRequest("fs/read_text_file", () => {
					asked += 1;
					return new Promise<never>(() => undefined);
				}),
		});
		await editor.start();
		await clock.advance(0);
		const files = port.sessions[0]?.request.files;
		for (let round = 0; round < 2; round += 1) {
			const reading = files?.read("/work/a", never);
			await vi.waitFor(() => expect(asked).toBe(round + 1));
			await clock.advance(5000);
			expect(await reading).toBeUndefined();
		}
		expect(await files?.read("/work/a", never)).toBeUndefined();
		expect(asked).toBe(2);
		expect(await files?.write("/work/a", "x")).toBe(false);
	});

	test("are not there when the editor offers none", async () => {
		const port = fakePort();
		const editor = await openEditor(port);
		await editor.start();
		expect(port.sessions[0]?.request.files).toBeUndefined();
	});
});
