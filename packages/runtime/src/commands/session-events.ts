// What a saved session told, as events: for a client that shows it again. Nothing is changed; secrets are masked once more.

import { readRollout, readSavedEvents } from "@codex/core";
import { asTurnId, type ConversationItem, type EventMsg, exitCodes } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { findSession } from "../sessions/find-session.ts";

/** What a session told, in order. */
export interface SessionEvents {
	readonly kind: "ok";
	readonly id: string;
	readonly events: readonly EventMsg[];
}

/** The messages of a session of another program, whose events have other names. */
function messageEvents(items: readonly ConversationItem[]): readonly EventMsg[] {
	return items.flatMap((item): EventMsg[] => {
		if (item.type !== "message" || item.role === "developer") return [];
		const text = item.content.flatMap((part) => (part.type === "input_image" ? [] : [part.text])).join("\n");
		// What programs put in front of a conversation is in tags; it was nobody's message.
		if (text === "" || /^\s*<[a-z_]+>/.test(text) || text.startsWith("# AGENTS.md")) return [];
		if (item.role === "assistant") return [{ type: "agent_message", message: text }];
		return [{ type: "user_message", turnId: asTurnId(""), items: [{ type: "text", text }], steering: false }];
	});
}

/** Reads what a session told, by its id or the beginning of it. Events of unknown kinds are passed over. */
export async function readSessionEvents(context: RuntimeContext, id: string): Promise<SessionEvents | StartError> {
	const found = await findSession(context.paths.sessionsDir, id);
	if (found.kind === "error") return found;
	const read = await readSavedEvents(found.file.path);
	if (read.kind === "error") return startError(exitCodes.usage, read.message);
	const { eventMsgSchema } = await import("@codex/protocol/schema");
	let events: readonly EventMsg[] = read.events.flatMap((event) => {
		const { success, data } = eventMsgSchema.safeParse(event);
		return success ? [data] : [];
	});
	if (!events.some(({ type }) => type === "user_message" || type === "agent_message")) {
		const items = await readRollout(found.file.path);
		if (items.kind === "ok") events = messageEvents(items.log);
	}
	return { kind: "ok", id: found.file.name.id, events: context.redactor.value(events) };
}
