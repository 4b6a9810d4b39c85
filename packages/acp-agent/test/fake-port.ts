// Sessions that do as the test says, behind the agent's port; and an editor on the other end of two streams.

import { PassThrough, Readable, Writable } from "node:stream";
import {
	type ClientApp,
	type ClientCapabilities,
	type ClientConnection,
	client,
	ndJsonStream,
	type SessionUpdate,
} from "@agentclientprotocol/sdk";
import { asSubmissionId, asTurnId, type Clock, type Event, type EventMsg, type Op } from "@codex/protocol";
import { onTestFinished } from "vitest";
import type { AcpPort, AgentSession, AgentSessionRequest } from "../src/index.ts";
import { serveAcp } from "../src/index.ts";

export const realClock: Clock = {
	nowMs: () => Date.now(),
	monotonicMs: () => performance.now(),
	sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
	timer: (ms, fire) => {
		const timer = setTimeout(fire, ms);
		return () => clearTimeout(timer);
	},
};

export const turnId = asTurnId("turn-1");
export const completed: EventMsg = { type: "turn_completed", turnId, lastAgentMessage: "done" };

export interface FakeSession extends AgentSession {
	readonly request: AgentSessionRequest;
	readonly ops: Op[];
	readonly isClosed: boolean;
	close: AgentSession["close"];
	interrupt: AgentSession["interrupt"];
	emit(...messages: readonly EventMsg[]): void;
}

export interface FakePort extends AcpPort {
	readonly sessions: FakeSession[];
	/** Called for each op; what it gives is emitted. */
	onOp: (op: Op, session: FakeSession) => readonly EventMsg[];
}

function fakeSession(request: AgentSessionRequest, id: string, port: FakePort): FakeSession {
	const listeners = new Set<(event: Event) => void>();
	const ops: Op[] = [];
	let seq = 0;
	let isClosed = false;
	const session: FakeSession = {
		id,
		cwd: request.cwd,
		request,
		ops,
		approvalPolicy: request.chosen.approvalPolicy ?? "on-request",
		sandboxMode: request.chosen.sandboxMode ?? "workspace-write",
		warnings: ["a warning of the start"],
		get isClosed() {
			return isClosed;
		},
		submit: (op) => {
			ops.push(op);
			session.emit(...port.onOp(op, session));
			return asSubmissionId("s");
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		interrupt: () => {
			ops.push({ type: "interrupt" });
			session.emit({ type: "turn_aborted", turnId, reason: { kind: "interrupted" } });
		},
		close: () => {
			isClosed = true;
			return Promise.resolve();
		},
		emit: (...messages) => {
			for (const msg of messages) {
				for (const listener of listeners) listener({ id: asSubmissionId("s"), seq, msg });
				seq += 1;
			}
		},
	};
	return session;
}

/** A port whose sessions complete each turn at once, unless the test says otherwise. */
export function fakePort(overrides: Partial<AcpPort> = {}): FakePort {
	const port: FakePort = {
		sessions: [],
		onOp: (op) => (op.type === "user_input" || op.type === "compact" ? [completed] : []),
		startSession: (request) => {
			const id = request.from.kind === "new" ? `session-${port.sessions.length + 1}` : request.from.id;
			const session = fakeSession(request, id, port);
			port.sessions.push(session);
			return Promise.resolve({ kind: "ok", session });
		},
		listSessions: () => Promise.resolve({ kind: "ok", sessions: [] }),
		readEvents: () => Promise.resolve({ kind: "ok", events: [] }),
		deleteSession: () => Promise.resolve({ kind: "ok" }),
		missingCredentials: () => Promise.resolve(undefined),
		...overrides,
	};
	return port;
}

export interface FakeEditor {
	readonly agent: ClientConnection["agent"];
	readonly updates: { readonly sessionId: string; readonly update: SessionUpdate }[];
	readonly logged: string[];
	/** What the agent writes, as lines. */
	readonly lines: string[];
	/** Bytes past the editor's own writer. */
	send(text: string | Uint8Array): void;
	kinds(): readonly string[];
	start(): Promise<string>;
	prompt(sessionId: string, text: string): Promise<{ readonly stopReason: string }>;
	/** Ends the input and waits for the agent. */
	leave(): Promise<void>;
	stop(): void;
	readonly served: Promise<void>;
}

export interface FakeEditorOptions {
	readonly capabilities?: ClientCapabilities;
	readonly app?: (app: ClientApp) => ClientApp;
	readonly clock?: Clock;
	readonly maxLineBytes?: number;
	/** Do not shake hands. */
	readonly raw?: true;
}

/** Connects an editor to the agent on `port`. */
export async function openEditor(port: AcpPort, options: FakeEditorOptions = {}): Promise<FakeEditor> {
	const input = new PassThrough();
	const output = new PassThrough();
	const seen = new PassThrough();
	const stop = new AbortController();
	const logged: string[] = [];
	const lines: string[] = [];
	let rest = "";
	output.on("data", (chunk: Buffer) => {
		const parts = `${rest}${chunk.toString("utf8")}`.split("\n");
		rest = parts.pop() ?? "";
		lines.push(...parts);
		seen.write(chunk);
	});
	const served = serveAcp({
		port,
		clock: options.clock ?? realClock,
		input,
		output,
		version: "0.0.0-test",
		signal: stop.signal,
		log: (sentence) => logged.push(sentence),
		...(options.maxLineBytes === undefined ? {} : { maxLineBytes: options.maxLineBytes }),
	});
	onTestFinished(async () => {
		input.end();
		await served;
	});
	const updates: FakeEditor["updates"] = [];
	const plain = client({ name: "test" }).onNotification("session/update", ({ params }) => void updates.push(params));
	const app = options.app?.(plain) ?? plain;
	const readable = Readable.toWeb(seen) as ReadableStream<Uint8Array>;
	const connection = app.connect(ndJsonStream(Writable.toWeb(input), readable));
	const { agent } = connection;
	if (options.raw !== true) {
		const clientCapabilities = options.capabilities ?? {};
		await agent.request("initialize", { protocolVersion: 1, clientCapabilities });
	}
	return {
		agent,
		updates,
		logged,
		lines,
		send: (text) => void input.write(text),
		kinds: () => updates.map(({ update }) => update.sessionUpdate),
		start: async () => (await agent.request("session/new", { cwd: "/work", mcpServers: [] })).sessionId,
		prompt: (sessionId, text) => agent.request("session/prompt", { sessionId, prompt: [{ type: "text", text }] }),
		leave: async () => {
			input.end();
			await served;
		},
		stop: () => stop.abort(),
		served,
	};
}
