// Sessions without a model: each turn runs the test's own function, which emits what a session would.

import { asCallId, asSubmissionId, type Event, type EventMsg, newSessionId, newTurnId, type Op } from "@codex/protocol";
import type { AgentPort, AgentThread, ThreadRequest } from "../src/index.ts";

/** One turn of a fake session. */
export interface FakeTurn {
	readonly prompt: string;
	/** Raised by an interrupt. */
	readonly interrupted: AbortSignal;
	readonly emit: (msg: EventMsg) => void;
	/** Resolves with the next approval op. */
	readonly approval: () => Promise<Op>;
}

export type TurnScript = (turn: FakeTurn) => Promise<EventMsg>;

export const turnId = newTurnId();
export const done = (text: string): EventMsg => ({ type: "turn_completed", turnId, lastAgentMessage: text });
export const aborted: EventMsg = { type: "turn_aborted", turnId, reason: { kind: "interrupted" } };
export const approvalRequest: EventMsg = {
	type: "exec_approval_request",
	callId: asCallId("call_1"),
	command: ["bash", "-c", "rm x"],
	cwd: "/work",
	reason: "it writes",
	programs: ["rm x"],
};

export interface FakeAgent extends AgentPort {
	readonly requests: readonly ThreadRequest[];
	readonly ops: readonly Op[];
	readonly closed: readonly string[];
	/** Ids that can be resumed. */
	readonly saved: Set<string>;
}

export function createFakeAgent(script: TurnScript): FakeAgent {
	const requests: ThreadRequest[] = [];
	const ops: Op[] = [];
	const closed: string[] = [];
	const saved = new Set<string>();
	function makeThread(id: string): AgentThread {
		const listeners = new Set<(event: Event) => void>();
		const early: Event[] = [];
		let seq = 0;
		let submissions = 0;
		let running: AbortController | undefined;
		let answer: (op: Op) => void = () => undefined;
		const emit = (submission: string, msg: EventMsg): void => {
			const event: Event = { id: asSubmissionId(submission), seq, msg };
			seq += 1;
			if (listeners.size === 0) early.push(event);
			for (const listener of listeners) listener(event);
		};
		emit("", { type: "warning", message: "a word before the first turn" });
		return {
			id,
			submit: (op) => {
				ops.push(op);
				submissions += 1;
				const submission = `s${submissions}`;
				if (op.type === "interrupt") running?.abort();
				if (op.type === "exec_approval" || op.type === "patch_approval") answer(op);
				if (op.type !== "user_input") return asSubmissionId(submission);
				running = new AbortController();
				// Synchronously, before the caller knows the id.
				emit(submission, { type: "turn_started", turnId });
				const [item] = op.items;
				const turn: FakeTurn = {
					prompt: item?.type === "text" ? item.text : "",
					interrupted: running.signal,
					emit: (msg) => emit(submission, msg),
					approval: () =>
						new Promise((resolve) => {
							answer = resolve;
						}),
				};
				void script(turn).then((end) => emit(submission, end));
				return asSubmissionId(submission);
			},
			subscribe: (listener) => {
				listeners.add(listener);
				for (const event of early.splice(0)) listener(event);
				return () => void listeners.delete(listener);
			},
			close: () => {
				running?.abort();
				closed.push(id);
				return Promise.resolve();
			},
		};
	}
	return {
		requests,
		ops,
		closed,
		saved,
		start: (request) => {
			requests.push(request);
			if (request.model === "none") return Promise.resolve({ kind: "error", message: "there is no such model" });
			return Promise.resolve({ kind: "ok", thread: makeThread(newSessionId()) });
		},
		resume: (id) => Promise.resolve(saved.has(id) ? { kind: "ok", thread: makeThread(id) } : undefined),
	};
}

/** A promise that settles with the signal's abort. */
export function whenAborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
