// The sessions that one client has open. Each runs one turn at a time: a call that comes meanwhile waits for its own, and
// leaves when it is cancelled. Events go to the call whose turn they belong to.

import type { Event, EventMsg, SubmissionId } from "@codex/protocol";
import type { AgentThread } from "./agent-port.ts";

/** How a turn ended. */
export type TurnEnd =
	| { readonly kind: "completed"; readonly text: string }
	| { readonly kind: "failed"; readonly message: string }
	| { readonly kind: "interrupted" };

/** What a call wants to know of its turn. */
export interface TurnWatcher {
	/** An event of the turn, or of the session as a whole. Called in order; must not throw. */
	onEvent(event: Event): void;
}

function endOf(msg: EventMsg): TurnEnd | undefined {
	switch (msg.type) {
		case "turn_completed":
			return { kind: "completed", text: msg.lastAgentMessage ?? "" };
		case "turn_failed":
			return { kind: "failed", message: msg.error.message };
		case "turn_aborted":
			if (msg.reason.kind === "interrupted") return { kind: "interrupted" };
			return { kind: "failed", message: `a limit was reached: ${msg.reason.granted} (${msg.reason.limit})` };
		default:
			return undefined;
	}
}

interface CurrentTurn {
	readonly watcher: TurnWatcher;
	readonly end: (end: TurnEnd) => void;
	/** Known when `submit` has returned; events may come before that. */
	id: SubmissionId | undefined;
	readonly early: Event[];
}

/** One session and the calls that wait for it. */
export class OpenThread {
	readonly thread: AgentThread;
	#turn: CurrentTurn | undefined;
	#queue: Promise<unknown> = Promise.resolve();
	readonly #unheard: Event[] = [];

	constructor(thread: AgentThread) {
		this.thread = thread;
		thread.subscribe((event) => this.#take(event));
	}

	#take(event: Event): void {
		const turn = this.#turn;
		if (turn === undefined) {
			// What the session says of itself before its first turn; afterwards nobody listens between turns.
			if (this.#unheard.length < 100) this.#unheard.push(event);
			return;
		}
		if (turn.id === undefined) turn.early.push(event);
		else this.#give(turn, event);
	}

	#give(turn: CurrentTurn, event: Event): void {
		turn.watcher.onEvent(event);
		if (event.id !== turn.id) return;
		const end = endOf(event.msg);
		if (end !== undefined) turn.end(end);
	}

	/** Runs a turn when those before it have ended. Never rejects; an abort ends it, or takes it out of the queue. */
	run(prompt: string, watcher: TurnWatcher, signal: AbortSignal): Promise<TurnEnd> {
		const turn = this.#queue.then(async (): Promise<TurnEnd> => {
			if (signal.aborted) return { kind: "interrupted" };
			return await this.#runNow(prompt, watcher, signal);
		});
		this.#queue = turn;
		return turn;
	}

	async #runNow(prompt: string, watcher: TurnWatcher, signal: AbortSignal): Promise<TurnEnd> {
		const { promise, resolve } = Promise.withResolvers<TurnEnd>();
		const turn: CurrentTurn = { watcher, end: resolve, id: undefined, early: this.#unheard.splice(0) };
		this.#turn = turn;
		const interrupt = (): void => void this.thread.submit({ type: "interrupt" });
		try {
			turn.id = this.thread.submit({ type: "user_input", items: [{ type: "text", text: prompt }] });
			for (const event of turn.early.splice(0)) this.#give(turn, event);
			signal.addEventListener("abort", interrupt, { once: true });
			if (signal.aborted) interrupt();
			return await promise;
		} finally {
			signal.removeEventListener("abort", interrupt);
			this.#turn = undefined;
		}
	}
}

/** The sessions of one client. */
export class OpenThreads {
	readonly #threads = new Map<string, OpenThread>();

	/** Adds a session. */
	add(thread: AgentThread): OpenThread {
		const open = new OpenThread(thread);
		this.#threads.set(thread.id.toLowerCase(), open);
		return open;
	}

	/** The session of this id, if this client has it open. */
	find(id: string): OpenThread | undefined {
		return this.#threads.get(id.toLowerCase());
	}

	/** How many there are. */
	get size(): number {
		return this.#threads.size;
	}

	/** Ends all of them. Never rejects. */
	async close(): Promise<void> {
		const threads = [...this.#threads.values()];
		this.#threads.clear();
		await Promise.all(threads.map(({ thread }) => thread.close()));
	}
}
