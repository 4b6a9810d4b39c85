// Answering approval requests: which answers there are, and what keys do with them. Pure.

import type { ApprovalAnswer, Op, OfferedRule } from "@codex/protocol";
import { cleanInput } from "../composer/chips.ts";
import { reduceComposer, typeText } from "../composer/reduce.ts";
import { emptyComposer } from "../composer/state.ts";
import { emptyEdit } from "../composer/text-edit.ts";
import type { InputEvent, Key } from "../keymap/key.ts";
import type { AppState, PendingApproval } from "./state.ts";
import { only, type Step, withEffects } from "./step.ts";

/** One answer that can be given. */
export type ApprovalChoice = "approve" | "approve_session" | "approve_always" | "deny" | "abort";

// Who typed within the last second may not have seen the question yet: half a second goes by before a key answers it.
const typingMs = 1000;
const typingDelayMs = 500;

// A key that repeats must not answer the next question too.
const nextDelayMs = 250;

/** A request that nobody has looked at. */
export function newApproval(request: PendingApproval["request"], { nowMs, typedAtMs }: AppState): PendingApproval {
	const readyAtMs = nowMs - typedAtMs < typingMs ? nowMs + typingDelayMs : nowMs;
	return { request, selected: 0, offer: 0, top: 0, isFull: false, readyAtMs };
}

/** What "always" could save. */
export function offersOf({ request }: PendingApproval): readonly (readonly OfferedRule[])[] {
	return request.type === "exec_approval_request" ? (request.offers ?? []) : [];
}

/** The answers to a request, in the order in which they are shown. */
export function approvalChoices(pending: PendingApproval): readonly ApprovalChoice[] {
	const always: readonly ApprovalChoice[] = offersOf(pending).length > 0 ? ["approve_always"] : [];
	return ["approve", "approve_session", ...always, "deny", "abort"];
}

function answerOp({ request, offer }: PendingApproval, answer: Omit<ApprovalAnswer, "callId">): Op {
	const given = { callId: request.callId, ...answer, ...(answer.decision === "approved_always" ? { offer } : {}) };
	return request.type === "exec_approval_request"
		? { type: "exec_approval", ...given }
		: { type: "patch_approval", ...given };
}

function answered(state: AppState, pending: PendingApproval, answer: Omit<ApprovalAnswer, "callId">): Step {
	const [next, ...others] = state.approvals.slice(1);
	const approvals = next === undefined ? [] : [{ ...next, readyAtMs: state.nowMs + nextDelayMs }, ...others];
	return withEffects({ ...state, approvals }, { type: "submit", op: answerOp(pending, answer) });
}

const replaced = (state: AppState, pending: PendingApproval): AppState => ({
	...state,
	approvals: [pending, ...state.approvals.slice(1)],
});

function give(state: AppState, pending: PendingApproval, choice: ApprovalChoice): Step {
	switch (choice) {
		case "approve":
			return answered(state, pending, { decision: "approved" });
		case "approve_session":
			return answered(state, pending, { decision: "approved_for_session" });
		case "approve_always":
			return answered(state, pending, { decision: "approved_always" });
		case "deny":
			return only(replaced(state, { ...pending, feedback: emptyEdit }));
		case "abort":
			return answered(state, pending, { decision: "abort" });
	}
}

function reduceFeedback(state: AppState, pending: PendingApproval, event: InputEvent): Step {
	const { feedback = emptyEdit } = pending;
	const composer = { ...emptyComposer(false), edit: feedback };
	const set = (edit: PendingApproval["feedback"]): Step =>
		only(replaced(state, edit === undefined ? withoutFeedback(pending) : { ...pending, feedback: edit }));
	if (event.kind === "paste") return set(typeText(composer, event.text).edit);
	if (event.kind !== "key") return only(state);
	const { key } = event;
	const { keymap } = state.settings;
	if (keymap.action("approval", key) === "abort") return set(undefined);
	const action = keymap.action("composer", key);
	if (action === "submit") {
		const text = cleanInput(feedback.text).trim();
		return answered(state, pending, { decision: "denied", ...(text === "" ? {} : { feedback: text }) });
	}
	const edited = action === undefined ? undefined : reduceComposer(composer, action, state.size.columns);
	if (edited !== undefined) return set(edited.edit);
	return key.text === "" ? only(state) : set(typeText(composer, key.text).edit);
}

function withoutFeedback({ request, selected, offer, top, isFull, readyAtMs }: PendingApproval): PendingApproval {
	return { request, selected, offer, top, isFull, readyAtMs };
}

function reduceKey(state: AppState, pending: PendingApproval, key: Key): Step {
	const choices = approvalChoices(pending);
	const action = state.settings.keymap.action("approval", key);
	const change = (part: Partial<Omit<PendingApproval, "feedback">>): Step => only(replaced(state, { ...pending, ...part }));
	const direct = choices.find((choice) => choice === action);
	if (direct !== undefined) return give(state, pending, direct);
	switch (action) {
		case "approval_next":
			return change({ selected: (pending.selected + 1) % choices.length });
		case "approval_previous":
			return change({ selected: (pending.selected + choices.length - 1) % choices.length });
		case "approval_accept":
			return give(state, pending, choices[pending.selected] ?? "deny");
		case "approval_offer": {
			const count = offersOf(pending).length;
			return count < 2 ? only(state) : change({ offer: (pending.offer + (key.name === "left" ? count - 1 : 1)) % count });
		}
		case "approval_full":
			return change({ isFull: !pending.isFull, top: 0 });
		case "approval_scroll_up":
			return change({ top: Math.max(0, pending.top - Math.max(1, state.size.rows >> 1)) });
		case "approval_scroll_down":
			return change({ top: pending.top + Math.max(1, state.size.rows >> 1) });
		default:
			return only(state);
	}
}

/** What input does while a request waits; nothing else gets it. */
export function reduceApproval(state: AppState, pending: PendingApproval, event: InputEvent): Step {
	if (pending.feedback !== undefined) return reduceFeedback(state, pending, event);
	if (state.nowMs < pending.readyAtMs) return only(state);
	// A paste is no answer.
	return event.kind === "key" ? reduceKey(state, pending, event.key) : only(state);
}
