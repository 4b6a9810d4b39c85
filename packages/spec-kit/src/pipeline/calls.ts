// Seats and their attempts: making a call, beginning it, and what its result makes of it. A finished seat is never asked
// again; every attempt has an id of its own.

import type { AgentName, AgentRole } from "../agent.ts";
import type { Gate, Stage } from "../stage.ts";
import { addSpend, withoutTime } from "./budget.ts";
import type { CallResult } from "./event.ts";
import { type Call, noSpend, type RunState } from "./state.ts";

const voterRoles: Readonly<Record<AgentName, AgentRole>> = {
	gemini: "research",
	claude: "synthesis",
	code: "review",
	gpt_codex: "code",
	gpt_pro: "review",
};

/** The role in which an agent votes in a stage. `code` is a role of implement alone: elsewhere it reviews. */
export function voterRole(stage: Stage, agent: AgentName): AgentRole {
	const role = voterRoles[agent];
	return role === "code" && stage !== "implement" ? "review" : role;
}

/** Whom to ask. */
export interface Seat {
	readonly scope: string;
	readonly agent: AgentName;
	readonly role: AgentRole;
	readonly gate?: Gate;
}

/** Makes calls of seats that wait for their first attempt; counts the attempts in the state. */
export function openCalls(state: RunState, seats: readonly Seat[]): { state: RunState; calls: readonly Call[] } {
	const attempts: Record<string, number> = { ...state.attempts };
	const calls = seats.map(({ scope, agent, role, gate }): Call => {
		const slot = [scope, ...(gate === undefined ? [] : [gate]), agent, role].join("/");
		const attempt = (attempts[slot] ?? 0) + 1;
		attempts[slot] = attempt;
		return {
			id: `${state.runId}/${slot}/${attempt}`,
			slot,
			agent,
			role,
			...(gate === undefined ? {} : { gate }),
			state: "waiting",
			repaired: false,
			failures: [],
			spend: noSpend,
		};
	});
	return { state: { ...state, attempts }, calls };
}

/** The same seat, waiting for another attempt. */
function again(state: RunState, call: Call, change: Partial<Call>): { state: RunState; call: Call } {
	const attempt = (state.attempts[call.slot] ?? 0) + 1;
	const { repair: _repair, granted: _granted, limit: _limit, ...rest } = call;
	return {
		state: { ...state, attempts: { ...state.attempts, [call.slot]: attempt } },
		call: { ...rest, ...change, id: `${state.runId}/${call.slot}/${attempt}`, state: "waiting" },
	};
}

/** Lets a phase's unfinished seats be asked anew: those under way when a process ended, and with `failed` those that failed. */
export function reopen(
	state: RunState,
	calls: readonly Call[],
	failed: boolean,
): { state: RunState; calls: readonly Call[] } {
	let current = state;
	const reopened = calls.map((call) => {
		const isOpen = call.state === "running" || (failed && (call.state === "failed" || call.state === "missing"));
		if (!isOpen) return call;
		const next = again(current, call, { repaired: call.state === "running" && call.repaired });
		current = next.state;
		// An attempt that was to repair an answer still is.
		return call.state === "running" && call.repair !== undefined ? { ...next.call, repair: call.repair } : next.call;
	});
	return { state: current, calls: reopened };
}

/** What a result made of a call. */
export interface FinishedCall {
	readonly state: RunState;
	readonly call: Call;
	/** One of the stage's retries was used. */
	readonly usedRetry: boolean;
}

/** Takes a result in: done, one repair round, a retry while `retriesLeft`, or failed. */
export function finishCall(
	state: RunState,
	call: Call,
	finished: { readonly result: CallResult; readonly atMs: number; readonly retriesLeft: boolean },
): FinishedCall {
	const { result, atMs, retriesLeft } = finished;
	const { granted: _granted, ...rest } = call;
	const spent: Call = { ...rest, spend: addSpend(call.spend, result.spend) };
	const isAnswer = result.kind === "answered" || result.kind === "invalid";
	const unpriced = isAnswer && result.spend.costUsd === 0 && result.spend.tokens > 0 ? 1 : 0;
	const next: RunState = {
		...state,
		spend: addSpend(state.spend, withoutTime(result.spend)),
		unpricedCalls: state.unpricedCalls + unpriced,
	};
	switch (result.kind) {
		case "answered": {
			const { content, model } = result;
			const done: Call = { ...spent, state: "answered", content, model, answeredAtMs: atMs };
			return { state: next, call: done, usedRetry: false };
		}
		case "missing": {
			const missing: Call = { ...spent, state: "missing", failures: [...spent.failures, result.reason] };
			return { state: next, call: missing, usedRetry: false };
		}
		case "limit": {
			const failed: Call = { ...spent, state: "failed", limit: true, failures: [...spent.failures, result.reason] };
			return { state: next, call: failed, usedRetry: false };
		}
		case "invalid": {
			if (!spent.repaired) {
				const repair = again(next, { ...spent, model: result.model }, { repair: result.errors, repaired: true });
				return { ...repair, usedRetry: false };
			}
			const reason = `The answer was not of the schema: ${result.errors.slice(0, 3).join("; ")}`;
			return failOrRetry(next, spent, reason, retriesLeft);
		}
		case "failed":
		case "timed_out":
			return failOrRetry(next, spent, result.reason, retriesLeft);
	}
}

function failOrRetry(state: RunState, call: Call, reason: string, retriesLeft: boolean): FinishedCall {
	const failures = [...call.failures, reason];
	if (!retriesLeft) return { state, call: { ...call, state: "failed", failures }, usedRetry: false };
	return { ...again(state, call, { failures, repaired: false }), usedRetry: true };
}

/** Whether every call of a phase has come to an end. */
export function allSettled(calls: readonly Call[]): boolean {
	return calls.every(({ state }) => state === "answered" || state === "failed" || state === "missing");
}
