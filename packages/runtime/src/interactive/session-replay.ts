// What an earlier session said and did, for a screen that shows it again.

import { readEvents } from "@codex/core";
import { type EventMsg, exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { findSession } from "../sessions/find-session.ts";

/** The events of an earlier session. */
export interface EarlierEvents {
	readonly kind: "ok";
	readonly id: string;
	/** Oldest first, of the branch that a resume goes on from; pieces of messages and outputs are not among them. */
	readonly events: readonly EventMsg[];
}

/** Reads what a session told, by its id or the beginning of it. Secrets are masked. Never rejects. */
export async function earlierEvents(context: RuntimeContext, id: string): Promise<EarlierEvents | StartError> {
	const found = await findSession(context.paths.sessionsDir, id);
	if (found.kind === "error") return found;
	try {
		const events = await readEvents(found.file.path);
		return { kind: "ok", id: found.file.name.id, events: context.redactor.value(events) };
	} catch (thrown) {
		return startError(exitCodes.failed, `the session cannot be read: ${toError(thrown).message}`);
	}
}
