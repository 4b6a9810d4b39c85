// The rules that every sequence of events of a session keeps. One walk over the events; the first breach is thrown.

import { AssertionError } from "node:assert";
import type { Event, EventMsg } from "@codex/protocol";
import { findUnfrozen } from "./deep-freeze.ts";

type Phase = "begin" | "end" | "delta";

/** Events of calls that begin and end: what kind of call, and which of its phases. */
const callPhases: { readonly [T in EventMsg["type"]]?: readonly [noun: string, phase: Phase] } = {
	exec_command_begin: ["exec_command", "begin"],
	exec_command_output_delta: ["exec_command", "delta"],
	exec_command_end: ["exec_command", "end"],
	patch_apply_begin: ["patch_apply", "begin"],
	patch_apply_end: ["patch_apply", "end"],
	tool_call_begin: ["tool_call", "begin"],
	tool_call_end: ["tool_call", "end"],
};

class Walk {
	#openTurn: string | undefined;
	readonly #turns = new Set<string>();
	readonly #open = new Map<string, number>();
	readonly #ended = new Set<string>();
	#over = false;

	take(event: Event, index: number): void {
		const { msg } = event;
		const fail = (problem: string): never => breach(index, msg, problem);
		if (event.seq !== index) fail(`has seq ${event.seq} where ${index} is due`);
		if (this.#over) fail("comes after shutdown_completed");
		if ((msg.type === "session_configured") !== (index === 0)) {
			fail(index === 0 ? "comes first instead of session_configured" : "comes a second time");
		}
		const unfrozen = findUnfrozen(event);
		if (unfrozen !== undefined) fail(`is not frozen at \`${unfrozen === "" ? "event" : unfrozen}\``);
		this.#takeTurn(msg, fail);
		this.#takeCall(msg, index, fail);
		if (msg.type === "shutdown_completed") {
			this.#over = true;
			if (this.#openTurn !== undefined) fail(`comes while turn ${this.#openTurn} is open`);
		}
	}

	finish(count: number): void {
		if (count === 0) throw new AssertionError({ message: "there are no events, not even session_configured" });
		if (this.#openTurn !== undefined) {
			throw new AssertionError({ message: `turn ${this.#openTurn} was never completed, failed or aborted` });
		}
		for (const [call, index] of this.#open) {
			throw new AssertionError({ message: `${call}, begun at event ${index}, never ended` });
		}
	}

	#takeTurn(msg: EventMsg, fail: (problem: string) => never): void {
		if (msg.type === "turn_started") {
			if (this.#openTurn !== undefined) fail(`comes while turn ${this.#openTurn} is open`);
			if (this.#turns.has(msg.turnId)) fail(`starts turn ${msg.turnId} a second time`);
			this.#turns.add(msg.turnId);
			this.#openTurn = msg.turnId;
			this.#ended.clear();
			return;
		}
		if (!("turnId" in msg)) return;
		if (msg.turnId !== this.#openTurn) fail(`names turn ${msg.turnId} while ${this.#openTurn ?? "none"} is open`);
		if (msg.type !== "turn_completed" && msg.type !== "turn_failed" && msg.type !== "turn_aborted") return;
		const [open] = this.#open.keys();
		if (open !== undefined) fail(`closes its turn while ${open} is open`);
		this.#openTurn = undefined;
	}

	#takeCall(msg: EventMsg, index: number, fail: (problem: string) => never): void {
		const [noun, phase] = callPhases[msg.type] ?? [];
		if (noun === undefined || phase === undefined || !("callId" in msg)) return;
		const call = `${noun} ${msg.callId}`;
		if (phase === "begin") {
			if (this.#open.has(call) || this.#ended.has(call)) fail(`begins ${call} a second time`);
			this.#open.set(call, index);
		} else if (!this.#open.has(call)) {
			fail(this.#ended.has(call) ? `comes after ${call} ended` : `comes before ${call} began`);
		}
		if (phase !== "end") return;
		this.#open.delete(call);
		this.#ended.add(call);
	}
}

function breach(index: number, msg: EventMsg, problem: string): never {
	throw new AssertionError({ message: `event ${index} (${msg.type}) ${problem}: ${JSON.stringify(msg)}` });
}

/**
 * Throws an `AssertionError` that names the first event which breaks a rule of sessions.
 *
 * Rules: `seq` counts from 0 without gaps; `session_configured` is first and only there; nothing follows
 * `shutdown_completed`; turns do not overlap, each is closed once, and what names a turn lies in it; each `_begin` has one
 * `_end` with the same call id, deltas lie between, and none is open when its turn closes; everything is frozen.
 */
export function assertWellFormed(events: readonly Event[]): void {
	const walk = new Walk();
	for (const [index, event] of events.entries()) walk.take(event, index);
	walk.finish(events.length);
}
