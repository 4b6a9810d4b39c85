// Asks the client whether a command may run or a patch may be applied. Everything that is no clear yes is a no: a client
// that cannot be asked, refuses, answers something else, or says nothing in time.

import type { EventMsg, Op, ReviewDecision } from "@codex/protocol";
import { wireChanges } from "./event-wire.ts";
import type { ToolCall } from "./tools/server-tool.ts";

// A person may be at lunch; a call that nobody answers must end all the same.
const patienceMs = 600_000;

type ApprovalRequest = Extract<EventMsg, { readonly type: "exec_approval_request" | "patch_approval_request" }>;

const decisions: ReadonlyMap<unknown, ReviewDecision> = new Map<unknown, ReviewDecision>([
	["approved", "approved"],
	["approved_for_session", "approved_for_session"],
	["approved_always", "approved_always"],
	["denied", "denied"],
	["abort", "abort"],
]);

/** The decision in an answer: `{decision}` as Codex clients say it, `{action, content}` as MCP has it. */
export function readDecision(answer: Readonly<Record<string, unknown>>): ReviewDecision {
	const { decision, action, content } = answer;
	if (decision !== undefined) return decisions.get(decision) ?? "denied";
	if (action === "cancel") return "abort";
	if (action !== "accept") return "denied";
	const inner = typeof content === "object" && content !== null && "decision" in content ? content.decision : undefined;
	return inner === undefined ? "approved" : (decisions.get(inner) ?? "denied");
}

const shown = (words: readonly string[]): string =>
	words.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");

function question(
	msg: ApprovalRequest,
	call: ToolCall,
	eventId: string,
	threadId: string,
): Readonly<Record<string, unknown>> {
	const requestedSchema = { type: "object", properties: {} };
	const both = {
		requestedSchema,
		threadId,
		codex_mcp_tool_call_id: String(call.requestId),
		codex_event_id: eventId,
		codex_call_id: msg.callId,
		...(msg.reason === undefined ? {} : { codex_reason: msg.reason }),
	};
	if (msg.type === "exec_approval_request") {
		const where = msg.outsideSandbox === true ? " outside the sandbox" : "";
		const why = msg.reason === undefined ? "" : ` (${msg.reason})`;
		return {
			message: `Allow Code to run \`${shown(msg.command)}\` in \`${msg.cwd}\`${where}?${why}`,
			...both,
			codex_elicitation: "exec-approval",
			codex_command: msg.command,
			codex_cwd: msg.cwd,
			codex_parsed_cmd: (msg.programs ?? []).map((cmd) => ({ type: "unknown", cmd })),
		};
	}
	const files = msg.changes.map(({ path, kind }) => `${kind} ${path}`).join(", ");
	return {
		message: `Allow Code to apply changes: ${files}?`,
		...both,
		codex_elicitation: "patch-approval",
		codex_changes: wireChanges(msg.changes),
	};
}

/** The op that answers the request. Never rejects. */
export async function askApproval(
	msg: ApprovalRequest,
	call: ToolCall,
	{ eventId, threadId }: { readonly eventId: string; readonly threadId: string },
): Promise<Op> {
	const type = msg.type === "exec_approval_request" ? "exec_approval" : "patch_approval";
	if (!call.canElicit) return { type, callId: msg.callId, decision: "denied" };
	try {
		const answer = await call.ask("elicitation/create", question(msg, call, eventId, threadId), patienceMs);
		return { type, callId: msg.callId, decision: readDecision(answer) };
	} catch {
		// Refused, not understood, too late, or gone: nobody said yes.
		return { type, callId: msg.callId, decision: "denied" };
	}
}
