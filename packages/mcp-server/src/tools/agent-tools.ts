// The tools `codex` and `codex-reply`: a call is a turn of a session, told as it runs, answered with its last message.

import { type Event, lossyEventTypes } from "@codex/protocol";
import type { AgentPort, ThreadRequest } from "../agent-port.ts";
import { askApproval } from "../ask-approval.ts";
import { wireMessages } from "../event-wire.ts";
import type { OpenThread, OpenThreads, TurnEnd } from "../open-threads.ts";
import {
	agentOutputSchema,
	type CodexArguments,
	codexInputSchema,
	readCodexArguments,
	readReplyArguments,
	replyInputSchema,
} from "./agent-tools-schema.ts";
import { configOverrides } from "./config-overrides.ts";
import { failedAnswer, type ServerTool, type ToolAnswer, type ToolCall } from "./server-tool.ts";

// Every session holds a conversation in memory.
const maxThreads = 64;

/** What the tools of one client stand on. */
export interface AgentToolSet {
	readonly agent: AgentPort;
	readonly threads: OpenThreads;
	/** Why no session may be started here, in one sentence; absent when one may. */
	readonly refusal?: string;
}

function requestOf(given: CodexArguments): ThreadRequest | string {
	const config = configOverrides({
		...given.config,
		...(given["developer-instructions"] === undefined ? {} : { instructions: given["developer-instructions"] }),
		...(given["compact-prompt"] === undefined ? {} : { compact_prompt: given["compact-prompt"] }),
	});
	if (config.kind === "error") return config.message;
	const { model, profile, cwd, sandbox } = given;
	const [approvalPolicy, baseInstructions] = [given["approval-policy"], given["base-instructions"]];
	return {
		overrides: config.overrides,
		...(model === undefined ? {} : { model }),
		...(profile === undefined ? {} : { profile }),
		...(cwd === undefined ? {} : { cwd }),
		...(approvalPolicy === undefined ? {} : { approvalPolicy }),
		...(sandbox === undefined ? {} : { sandboxMode: sandbox }),
		...(baseInstructions === undefined ? {} : { baseInstructions }),
	};
}

function progressText({ msg }: Event): string | undefined {
	switch (msg.type) {
		case "exec_command_begin":
			return msg.display.slice(0, 200);
		case "patch_apply_begin":
			return msg.changes
				.map(({ kind, path }) => `${kind} ${path}`)
				.join(", ")
				.slice(0, 200);
		case "tool_call_begin":
			return `${msg.server} ${msg.tool}`;
		case "agent_message":
			return msg.message.slice(0, 200);
		default:
			return undefined;
	}
}

function answerOf(end: TurnEnd, threadId: string): ToolAnswer {
	if (end.kind === "completed") {
		return { content: [{ type: "text", text: end.text }], structuredContent: { threadId, content: end.text } };
	}
	const message = end.kind === "failed" ? end.message : "the turn was interrupted";
	return failedAnswer(message, { threadId, content: message });
}

/** Runs one turn; its events go to the client, its approval requests are asked there. */
async function converse(open: OpenThread, prompt: string, call: ToolCall): Promise<ToolAnswer> {
	const { thread } = open;
	const threadId = thread.id;
	const tell = (event: Event): void => {
		for (const msg of wireMessages(event.msg)) {
			// The first turn's events carry the id of the request; so do those of later ones.
			const id = event.id === "" ? "" : String(call.requestId);
			call.notify("codex/event", { _meta: { requestId: call.requestId, threadId }, id, msg });
		}
		const progress = lossyEventTypes.has(event.msg.type) ? undefined : progressText(event);
		if (progress !== undefined) call.progress(progress);
	};
	const onEvent = (event: Event): void => {
		tell(event);
		const { msg } = event;
		if (msg.type !== "exec_approval_request" && msg.type !== "patch_approval_request") return;
		void askApproval(msg, call, { eventId: String(call.requestId), threadId }).then((op) => thread.submit(op));
	};
	return answerOf(await open.run(prompt, { onEvent }, call.signal), threadId);
}

async function start({ agent, threads, refusal }: AgentToolSet, call: ToolCall): Promise<ToolAnswer> {
	const read = readCodexArguments(call.arguments);
	if (read.kind === "error") return failedAnswer(`the arguments cannot be used: ${read.message}`);
	if (refusal !== undefined) return failedAnswer(refusal);
	if (threads.size >= maxThreads) return failedAnswer(`not more than ${maxThreads} sessions can be open at once`);
	const request = requestOf(read.value);
	if (typeof request === "string") return failedAnswer(`the arguments cannot be used: ${request}`);
	const started = await agent.start(request);
	if (started.kind === "error") return failedAnswer(started.message);
	return converse(threads.add(started.thread), read.value.prompt, call);
}

async function reply({ agent, threads, refusal }: AgentToolSet, call: ToolCall): Promise<ToolAnswer> {
	const read = readReplyArguments(call.arguments);
	if (read.kind === "error") return failedAnswer(`the arguments cannot be used: ${read.message}`);
	const { threadId, prompt } = read.value;
	const open = threads.find(threadId);
	if (open !== undefined) return converse(open, prompt, call);
	if (refusal !== undefined) return failedAnswer(refusal);
	const resumed = await agent.resume(threadId);
	if (resumed === undefined) return failedAnswer(`Session not found for session_id: ${threadId.slice(0, 100)}`);
	if (resumed.kind === "error") return failedAnswer(resumed.message);
	// Another call may have taken it up meanwhile; the runtime lets only one have it.
	return converse(threads.find(threadId) ?? threads.add(resumed.thread), prompt, call);
}

/** The two tools. */
export function agentTools(set: AgentToolSet): readonly ServerTool[] {
	const annotations = { readOnlyHint: false, destructiveHint: true, openWorldHint: true };
	return [
		{
			name: "codex",
			title: "Code",
			description: "Start a session of the coding agent with a task and wait for its answer",
			inputSchema: codexInputSchema(),
			outputSchema: agentOutputSchema,
			annotations,
			run: (call) => start(set, call),
		},
		{
			name: "codex-reply",
			title: "Code: reply",
			description: "Go on with a session of the coding agent and wait for its answer",
			inputSchema: replyInputSchema(),
			outputSchema: agentOutputSchema,
			annotations,
			run: (call) => reply(set, call),
		},
	];
}
