// Finds a saved session by what a person types: its id, or the beginning of it when no other begins so.

import { findRolloutsByPrefix, type RolloutFile } from "@codex/core";
import { exitCodes } from "@codex/protocol";
import { type StartError, startError } from "../session/start-request.ts";

/** The session, or a usage error that says why none is meant. */
export type FoundFile = { readonly kind: "ok"; readonly file: RolloutFile } | StartError;

// Enough to tell which one is meant.
const maxShown = 5;

/** Finds the rollout below `sessionsDir`. Never rejects. */
export async function findSession(sessionsDir: string, text: string): Promise<FoundFile> {
	const found = await findRolloutsByPrefix(sessionsDir, text);
	const [file, second] = found;
	if (file === undefined) return startError(exitCodes.usage, `no session with id ${text}`);
	if (second === undefined) return { kind: "ok", file };
	const ids = found.slice(0, maxShown).map(({ name }) => name.id);
	const more = found.length > maxShown ? `, and ${found.length - maxShown} more` : "";
	return startError(exitCodes.usage, `${found.length} sessions begin with ${text}: ${ids.join(", ")}${more}`);
}
