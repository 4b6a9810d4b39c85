// The tools as a client of the SDK sees them, with sessions that a test plays.

import { asCallId, type EventMsg } from "@codex/protocol";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { ElicitRequestSchema, NotificationSchema, ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../src/connection.ts";
import type { ServerOptions } from "../src/index.ts";
import {
	aborted,
	approvalRequest,
	createFakeAgent,
	done,
	type FakeAgent,
	type TurnScript,
	turnId,
	whenAborted,
} from "./fake-agent.ts";

interface Told {
	readonly method: string;
	// biome-ignore lint/suspicious/noExplicitAny: notifications are looked into.
	readonly params: any;
}

interface Scene {
	readonly agent: FakeAgent;
	readonly client: Client;
	readonly told: Told[];
	readonly call: (name: string, args: object) => Promise<Awaited<ReturnType<Client["callTool"]>>>;
	readonly types: () => readonly string[];
}

async function scene(
	script: TurnScript,
	options: {
		readonly server?: Partial<ServerOptions>;
		/** What a person answers; absent: the client cannot be asked. */
		readonly answer?: (params: object) => Promise<object> | object;
	} = {},
): Promise<Scene> {
	const agent = createFakeAgent(script);
	const [ours, theirs] = InMemoryTransport.createLinkedPair();
	await connect({ agent, version: "1.2.3", ...options.server }, ours);
	const { answer } = options;
	const client = new Client(
		{ name: "test", version: "1" },
		{ capabilities: answer === undefined ? {} : { elicitation: {} } },
	);
	if (answer !== undefined) {
		client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ResultSchema.parse(await answer(params)));
	}
	const told: Told[] = [];
	client.fallbackNotificationHandler = (notification) => {
		const { method, params } = NotificationSchema.parse(notification);
		told.push({ method, params });
		return Promise.resolve();
	};
	await client.connect(theirs);
	onTestFinished(() => client.close());
	return {
		agent,
		client,
		told,
		call: (name, args) => client.callTool({ name, arguments: { ...args } }),
		types: () => told.map(({ params }) => params.msg?.type),
	};
}

const noting =
	(asked: object[], answer: object) =>
	(params: object): object => {
		asked.push(params);
		return answer;
	};

const textOf = (result: { readonly [key: string]: unknown }): string =>
	JSON.parse(JSON.stringify(result["content"]))[0].text;

describe("a conversation", () => {
	test("starts, tells what happens, answers with its last message, and goes on by its id", async () => {
		const { call, told, types, agent } = await scene(({ prompt, emit }) => {
			emit({ type: "agent_message", message: `heard ${prompt}` });
			return Promise.resolve(done(`did ${prompt}`));
		});
		const first = await call("codex", { prompt: "one" });
		expect(first).toMatchObject({
			content: [{ type: "text", text: "did one" }],
			structuredContent: { threadId: expect.stringMatching(/^[0-9a-f-]{36}$/), content: "did one" },
		});
		expect(types()).toEqual(["warning", "task_started", "agent_message", "task_complete"]);
		const { threadId } = JSON.parse(JSON.stringify(first["structuredContent"]));
		const [warning, started] = told;
		expect(warning?.params).toMatchObject({ id: "", _meta: { threadId } });
		expect(started?.params).toMatchObject({ id: "1", _meta: { requestId: 1, threadId } });
		for (const name of ["threadId", "conversationId", "sessionId"]) {
			expect(textOf(await call("codex-reply", { [name]: threadId.toUpperCase(), prompt: name }))).toBe(`did ${name}`);
		}
		expect(agent.requests).toEqual([{ overrides: [] }]);
	});

	test("is set up by the call's arguments", async () => {
		const { call, agent } = await scene(() => Promise.resolve(done("")));
		await call("codex", {
			prompt: "p",
			model: "m",
			profile: "f",
			cwd: "/w",
			"approval-policy": "on-request",
			sandbox: "read-only",
			"base-instructions": "base",
			"developer-instructions": 'say "hi"',
			"compact-prompt": "short",
			"include-plan-tool": true,
			config: { "a.b": 1, list: ["x", true], table: { "k v": "\u007f" }, text: "a\nb" },
		});
		expect(agent.requests).toEqual([
			{
				model: "m",
				profile: "f",
				cwd: "/w",
				approvalPolicy: "on-request",
				sandboxMode: "read-only",
				baseInstructions: "base",
				overrides: [
					"a.b=1",
					'list=["x", true]',
					'table={ "k v" = "\\u007f" }',
					'text="a\\nb"',
					'instructions="say \\"hi\\""',
					'compact_prompt="short"',
				],
			},
		]);
	});

	test("one that this server does not have open is taken up, or said not to be there", async () => {
		const { call, agent } = await scene(() => Promise.resolve(done("again")));
		agent.saved.add("0199a000-0000-7000-8000-000000000001");
		const id = "0199a000-0000-7000-8000-000000000001";
		expect(textOf(await call("codex-reply", { threadId: id, prompt: "p" }))).toBe("again");
		const unknown = await call("codex-reply", { threadId: "../../etc", prompt: "p" });
		expect(unknown).toMatchObject({ isError: true });
		expect(textOf(unknown)).toBe("Session not found for session_id: ../../etc");
	});

	test("turns of one session wait for each other, those of two do not", async () => {
		const gates = new Map([
			["slow", Promise.withResolvers<void>()],
			["other", Promise.withResolvers<void>()],
		]);
		const order: string[] = [];
		const { call } = await scene(async ({ prompt }) => {
			order.push(prompt);
			await gates.get(prompt)?.promise;
			return done(prompt);
		});
		const first = await call("codex", { prompt: "begin" });
		const { threadId } = JSON.parse(JSON.stringify(first["structuredContent"]));
		const slow = call("codex-reply", { threadId, prompt: "slow" });
		const next = call("codex-reply", { threadId, prompt: "next" });
		const other = call("codex", { prompt: "other" });
		gates.get("other")?.resolve();
		expect(textOf(await other)).toBe("other");
		expect(order).toEqual(["begin", "slow", "other"]);
		gates.get("slow")?.resolve();
		expect([textOf(await slow), textOf(await next)]).toEqual(["slow", "next"]);
	});

	test("progress is told to those who ask", async () => {
		const { client } = await scene(({ emit }) => {
			const callId = asCallId("c");
			emit({ type: "exec_command_begin", callId, command: ["ls"], display: "ls", cwd: "/" });
			emit({ type: "agent_message_delta", delta: "x" });
			emit({ type: "tool_call_begin", callId, server: "s", tool: "t", arguments: {} });
			emit({
				type: "patch_apply_begin",
				callId,
				autoApproved: true,
				changes: [{ path: "/a", kind: "add", unifiedDiff: "" }],
			});
			return Promise.resolve(done("ok"));
		});
		const steps: unknown[] = [];
		await client.callTool({ name: "codex", arguments: { prompt: "p" } }, undefined, {
			onprogress: (progress) => void steps.push(progress),
		});
		expect(steps).toEqual([
			{ progress: 1, message: "ls" },
			{ progress: 2, message: "s t" },
			{ progress: 3, message: "add /a" },
		]);
	});
});

describe("approvals", () => {
	const ask: TurnScript = async ({ emit, approval }) => {
		const answered = approval();
		emit(approvalRequest);
		return done(JSON.stringify(await answered));
	};

	test.each([
		[{ decision: "approved" }, "approved"],
		[{ decision: "approved_for_session" }, "approved_for_session"],
		[{ decision: "denied" }, "denied"],
		[{ decision: "abort" }, "abort"],
		[{ decision: "whatever" }, "denied"],
		[{ action: "accept" }, "approved"],
		[{ action: "accept", content: { decision: "approved_for_session" } }, "approved_for_session"],
		[{ action: "accept", content: { decision: 3 } }, "denied"],
		[{ action: "decline" }, "denied"],
		[{ action: "cancel" }, "abort"],
		[{}, "denied"],
	])("%j is %s", async (answer, decision) => {
		const asked: object[] = [];
		// Through the SDK's parser of results an answer must have an action; ours is read before that.
		const { readDecision } = await import("../src/ask-approval.ts");
		expect(readDecision(answer)).toBe(decision);
		if (!("action" in answer)) return;
		const { call } = await scene(ask, { answer: noting(asked, answer) });
		expect(JSON.parse(textOf(await call("codex", { prompt: "p" })))).toMatchObject({
			type: "exec_approval",
			callId: "call_1",
			decision,
		});
		expect(asked).toMatchObject([
			{
				message: 'Allow Code to run `bash -c "rm x"` in `/work`? (it writes)',
				requestedSchema: { type: "object", properties: {} },
			},
		]);
	});

	test("a client that cannot be asked, or fails to answer, has said no", async () => {
		const silent = await scene(ask);
		expect(JSON.parse(textOf(await silent.call("codex", { prompt: "p" })))).toMatchObject({ decision: "denied" });
		const failing = await scene(ask, { answer: () => Promise.reject(new Error("no")) });
		expect(JSON.parse(textOf(await failing.call("codex", { prompt: "p" })))).toMatchObject({ decision: "denied" });
	});

	test("patches name their files", async () => {
		const asked: object[] = [];
		const { call } = await scene(
			async ({ emit, approval }) => {
				const answered = approval();
				emit({
					type: "patch_approval_request",
					callId: asCallId("p1"),
					changes: [{ path: "/work/a", kind: "delete", unifiedDiff: "@@ -1 +0,0 @@\n-x\n" }],
				});
				return done(JSON.stringify(await answered));
			},
			{ answer: noting(asked, { action: "accept" }) },
		);
		const answer = JSON.parse(textOf(await call("codex", { prompt: "p" })));
		expect(answer).toEqual({ type: "patch_approval", callId: "p1", decision: "approved" });
		expect(asked).toMatchObject([{ message: "Allow Code to apply changes: delete /work/a?" }]);
	});
});

describe("what goes wrong", () => {
	test("cancelling a call interrupts its turn, or takes it out of the queue; the session goes on", async () => {
		const started = Promise.withResolvers<void>();
		const { client, call, agent } = await scene(async ({ prompt, interrupted }) => {
			if (prompt !== "wait") return done(prompt);
			started.resolve();
			await whenAborted(interrupted);
			return aborted;
		});
		const first = await call("codex", { prompt: "begin" });
		const { threadId } = JSON.parse(JSON.stringify(first["structuredContent"]));
		const send = (prompt: string, signal: AbortSignal) =>
			client.callTool({ name: "codex-reply", arguments: { threadId, prompt } }, undefined, { signal });
		const [running, queued] = [new AbortController(), new AbortController()];
		const waits = send("wait", running.signal);
		const never = send("never", queued.signal);
		await started.promise;
		queued.abort();
		await expect(never).rejects.toThrow();
		running.abort();
		await expect(waits).rejects.toThrow();
		expect(textOf(await call("codex-reply", { threadId, prompt: "after" }))).toBe("after");
		expect(agent.ops.map(({ type }) => type)).toEqual(["user_input", "user_input", "interrupt", "user_input"]);
	});

	test.each([
		["codex", {}, "prompt"],
		["codex", { prompt: "" }, "prompt"],
		["codex", { prompt: "p", extra: 1 }, "extra"],
		["codex", { prompt: "p", sandbox: "none" }, "sandbox"],
		["codex", { prompt: "p", config: { a: null } }, '"a" cannot be a setting'],
		["codex", { prompt: "p", config: { "a=b": 1 } }, "cannot be a setting"],
		["codex", { prompt: "p", model: "none" }, "there is no such model"],
		["codex-reply", { prompt: "p" }, "threadId"],
		["codex-reply", { threadId: "x" }, "prompt"],
	])("%s %j is an answer that says so", async (name, args, sentence) => {
		const { call } = await scene(() => Promise.resolve(done("")));
		const result = await call(name, args);
		expect(result).toMatchObject({ isError: true });
		expect(textOf(result)).toContain(sentence);
	});

	test("a failed turn and a limit are errors that keep the session's id", async () => {
		const limit: EventMsg = {
			type: "turn_aborted",
			turnId,
			reason: { kind: "limit", limit: "turns", granted: 2 },
		};
		const failure: EventMsg = { type: "turn_failed", turnId, error: { kind: "network", message: "unreachable" } };
		const { call } = await scene(({ prompt }) => Promise.resolve(prompt === "limit" ? limit : failure));
		expect(await call("codex", { prompt: "p" })).toMatchObject({
			isError: true,
			content: [{ text: "unreachable" }],
			structuredContent: { threadId: expect.any(String), content: "unreachable" },
		});
		expect(textOf(await call("codex", { prompt: "limit" }))).toContain("a limit was reached");
	});

	test("an unknown tool is a protocol error, one that throws an answer", async () => {
		const { call } = await scene(() => Promise.resolve(done("")), {
			server: {
				extraTools: () =>
					Promise.resolve([
						{
							name: "broken",
							description: "throws",
							inputSchema: { type: "object" },
							run: () => Promise.reject(new Error("boom")),
						},
					]),
			},
		});
		await expect(call("nothing", {})).rejects.toMatchObject({ code: -32_602 });
		expect(textOf(await call("broken", {}))).toBe("internal error: boom");
	});

	test("too deep inside other agents no session is started", async () => {
		const { call, agent } = await scene(() => Promise.resolve(done("")), { server: { refusal: "too deep" } });
		expect(textOf(await call("codex", { prompt: "p" }))).toBe("too deep");
		expect(textOf(await call("codex-reply", { threadId: "x", prompt: "p" }))).toBe("too deep");
		expect(agent.requests).toEqual([]);
	});

	test("a client that goes away ends its sessions", async () => {
		const { call, client, agent } = await scene(() => Promise.resolve(done("")));
		await call("codex", { prompt: "p" });
		await call("codex", { prompt: "p" });
		await client.close();
		await expect.poll(() => agent.closed.length).toBe(2);
	});
});
