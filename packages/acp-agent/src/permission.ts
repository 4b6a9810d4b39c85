// Questions to the person at the editor: an approval request as the protocol asks it, and its answer as an op. Pure. An
// answer that was not offered counts as no.

import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from "@agentclientprotocol/sdk";
import type { EventMsg, Op } from "@codex/protocol";
import { diffContent, patchShape } from "./tool-shape.ts";
import { commandTitle } from "./translate.ts";

/** An event that asks. */
export type ApprovalRequest = Extract<EventMsg, { readonly type: "exec_approval_request" | "patch_approval_request" }>;

/** What the person decided. */
export interface Decision {
	readonly op: Op;
	/** The same question is to be answered with no from now on. */
	readonly rejectAlways: boolean;
}

const allowOnce: PermissionOption = { optionId: "allow_once", name: "Allow", kind: "allow_once" };
const rejectOnce: PermissionOption = { optionId: "reject_once", name: "Reject", kind: "reject_once" };
const rejectAlways: PermissionOption = {
	optionId: "reject_always",
	name: "Reject for this session",
	kind: "reject_always",
};
const offerPrefix = "allow_rule_";
// As many as a person reads.
const maxOffers = 3;

function ruleOptions(request: ApprovalRequest): readonly PermissionOption[] {
	if (request.type !== "exec_approval_request") return [];
	return (request.offers ?? []).slice(0, maxOffers).map((rules, index) => ({
		optionId: `${offerPrefix}${index}`,
		name: `Always allow: ${rules.map(({ text }) => text).join("; ")}`,
		kind: "allow_always",
	}));
}

function optionsOf(request: ApprovalRequest): PermissionOption[] {
	const session =
		request.type === "exec_approval_request" ? "Allow for this session" : "Allow these files for this session";
	return [
		allowOnce,
		{ optionId: "allow_session", name: session, kind: "allow_always" },
		...ruleOptions(request),
		rejectOnce,
		rejectAlways,
	];
}

/** The question by which a no for the whole session is known. */
export function questionKey(request: ApprovalRequest): string {
	if (request.type === "patch_approval_request") {
		return JSON.stringify(request.changes.flatMap(({ path, movePath }) => [path, movePath ?? path]).sort());
	}
	return JSON.stringify([request.command, request.cwd, request.outsideSandbox === true]);
}

function reasonText(request: ApprovalRequest): string {
	const { reason } = request;
	if (request.type === "patch_approval_request") return reason ?? "";
	const where = request.outsideSandbox === true ? "It would run outside the sandbox" : "";
	// The model's own words last, and named as such.
	const { justification } = request;
	const why = justification === undefined ? "" : `The model says: ${justification}`;
	return [reason ?? "", where, why].filter((text) => text !== "").join("\n\n");
}

/** The request for the editor. */
export function permissionRequest(
	request: ApprovalRequest,
	place: { readonly sessionId: string; readonly toolCallId: string; readonly cwd: string },
): RequestPermissionRequest {
	const { sessionId, toolCallId, cwd } = place;
	const reason = reasonText(request);
	const because = reason === "" ? [] : [{ type: "content" as const, content: { type: "text" as const, text: reason } }];
	if (request.type === "patch_approval_request") {
		const content = [...because, ...diffContent(request.changes)];
		return {
			sessionId,
			toolCall: { toolCallId, ...patchShape(request.changes, cwd), status: "pending", content },
			options: optionsOf(request),
		};
	}
	return {
		sessionId,
		toolCall: {
			toolCallId,
			title: commandTitle(request),
			kind: "execute",
			status: "pending",
			content: because,
			rawInput: { command: request.command, cwd: request.cwd },
		},
		options: optionsOf(request),
	};
}

function answerOp(
	request: ApprovalRequest,
	answer: Pick<Extract<Op, { type: "exec_approval" }>, "decision" | "offer">,
): Op {
	const type = request.type === "exec_approval_request" ? "exec_approval" : "patch_approval";
	return { type, callId: request.callId, ...answer };
}

/** A no. */
export const denial = (request: ApprovalRequest): Op => answerOp(request, { decision: "denied" });

/** Reads the editor's answer. */
export function readDecision(request: ApprovalRequest, { outcome }: RequestPermissionResponse): Decision {
	if (outcome.outcome === "cancelled") {
		return { op: answerOp(request, { decision: "abort" }), rejectAlways: false };
	}
	const { optionId } = outcome;
	const isOffered = optionsOf(request).some((option) => option.optionId === optionId);
	if (!isOffered) return { op: denial(request), rejectAlways: false };
	switch (optionId) {
		case "allow_once":
			return { op: answerOp(request, { decision: "approved" }), rejectAlways: false };
		case "allow_session":
			return { op: answerOp(request, { decision: "approved_for_session" }), rejectAlways: false };
		case "reject_once":
		case "reject_always":
			return { op: denial(request), rejectAlways: optionId === "reject_always" };
		default: {
			const offer = Number(optionId.slice(offerPrefix.length));
			return { op: answerOp(request, { decision: "approved_always", offer }), rejectAlways: false };
		}
	}
}
