// How a session's events change the app. Pure. What is said goes to the transcript; here is what the app itself keeps.

import type { Event, EventMsg } from "@codex/protocol";
import { cleanLine } from "../text/clean.ts";
import { reduceTranscript } from "../transcript/reduce.ts";
import { newApproval } from "./approvals.ts";
import { sendQueued, takeBack } from "./send.ts";
import type { AppState, TurnView } from "./state.ts";
import { only, type Step, andThen, withEffects } from "./step.ts";

function working(state: AppState, activity: string): TurnView {
	const { turn, nowMs } = state;
	if (turn.status === "running") return turn.activity === activity ? turn : { ...turn, activity };
	return { status: "running", startedAtMs: nowMs, isInterrupted: false, activity };
}

/** What the turn is doing, as an event tells. */
function activityOf(msg: EventMsg): string | undefined {
	switch (msg.type) {
		case "agent_reasoning_delta":
			return "Thinking";
		case "agent_message_delta":
			return "Writing";
		case "exec_command_begin":
			return "Running a command";
		case "patch_apply_begin":
			return "Applying a patch";
		case "tool_call_begin":
			return `Using ${cleanLine(msg.tool)}`;
		case "turn_started":
		case "exec_command_end":
		case "patch_apply_end":
		case "tool_call_end":
		case "agent_message":
			return "Working";
		case "stream_error":
			return "Waiting to try again";
		default:
			return undefined;
	}
}

function notified(state: AppState, occasion: "agent-turn-complete" | "approval-requested", text: string): Step {
	const { notifications, notifiesAlways } = state.settings;
	const isWanted = notifications.length === 0 || notifications.includes(occasion);
	if (!state.notifies || !isWanted || (state.hasFocus && !notifiesAlways)) return only(state);
	return withEffects(state, { type: "notify", title: "Code", text: cleanLine(text).slice(0, 120) });
}

function ended(state: AppState, msg: EventMsg): Step {
	const idle: AppState = { ...state, turn: { status: "idle" }, approvals: [] };
	// What steered a turn that ended before it was read goes out as a turn of its own.
	const waiting = idle.waiting.map((prompt) => ({ ...prompt, kind: "queued" as const }));
	const next: AppState = { ...idle, waiting };
	const branch = withEffects(next, { type: "read_branch" });
	if (msg.type === "turn_completed") {
		const told = andThen(branch, (after) => notified(after, "agent-turn-complete", msg.lastAgentMessage ?? "The turn is over"));
		return andThen(told, sendQueued);
	}
	const what = msg.type === "turn_failed" ? `The turn failed: ${msg.error.message}` : "The turn was interrupted";
	return andThen(andThen(branch, (after) => notified(after, "agent-turn-complete", what)), (after) => only(takeBack(after)));
}

function reduceMsg(state: AppState, msg: EventMsg): Step {
	switch (msg.type) {
		case "turn_started":
			return only({ ...state, turns: state.turns + 1, turn: working(state, "Working") });
		case "user_message": {
			const at = state.waiting.findIndex(({ kind }) => kind === "steering");
			if (!msg.steering || at === -1) return only(state);
			return only({ ...state, waiting: state.waiting.toSpliced(at, 1) });
		}
		case "token_count": {
			const { last, total, totalCostUsd, contextWindow, contextLeftPercent } = msg;
			const usage = { last, total, costUsd: totalCostUsd, contextWindow, contextLeftPercent };
			return only({ ...state, usage });
		}
		case "exec_approval_request":
		case "patch_approval_request": {
			const next: AppState = { ...state, approvals: [...state.approvals, newApproval(msg, state)] };
			const what = msg.type === "exec_approval_request" ? msg.command.join(" ") : "a patch";
			return notified(next, "approval-requested", `Approval needed: ${what}`);
		}
		case "turn_completed":
		case "turn_failed":
		case "turn_aborted":
			return ended(state, msg);
		default:
			return only(state);
	}
}

/** Applies events in their order. */
export function reduceEvents(state: AppState, events: readonly Event[]): Step {
	let step = only(state);
	for (const { msg } of events) {
		step = andThen(step, (before) => {
			const transcript = reduceTranscript(before.transcript, msg);
			const activity = before.turn.status === "running" ? activityOf(msg) : undefined;
			const turn = activity === undefined ? before.turn : working(before, activity);
			return reduceMsg({ ...before, transcript, turn }, msg);
		});
	}
	return step;
}
