// Finds a saved session by what a person types: its id, or the beginning of it when no other begins so.

import { basename } from "node:path";
import { findRollout, findRolloutsByPrefix, type RolloutFile, tryParseRolloutName } from "@codex/core";
import { exitCodes } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** The session, or a usage error that says why none is meant. */
export type FoundFile = { readonly kind: "ok"; readonly file: RolloutFile } | StartError;

// Enough to tell which one is meant.
const maxShown = 5;

/** Finds the rollout below `sessionsDir`. Never rejects. */
export async function findSession(sessionsDir: string, text: string): Promise<FoundFile> {
	const found = await findRolloutsByPrefix(sessionsDir, text);
	const [file, second] = found;
	if (file === undefined) return { ...startError(exitCodes.usage, `no session with id ${text}`), unknownSession: true };
	if (second === undefined) return { kind: "ok", file };
	const ids = found.slice(0, maxShown).map(({ name }) => name.id);
	const more = found.length > maxShown ? `, and ${found.length - maxShown} more` : "";
	return startError(exitCodes.usage, `${found.length} sessions begin with ${text}: ${ids.join(", ")}${more}`);
}

/** A session on disk. */
export interface LocatedSession {
	readonly kind: "ok";
	readonly id: string;
	readonly path: string;
}

/** Finds a session by what a person types; without that, the latest that was started in the current folder. Never rejects. */
export async function locateSession(
	context: RuntimeContext,
	text: string | undefined,
): Promise<LocatedSession | StartError> {
	const { sessionsDir } = context.paths;
	if (text !== undefined) {
		const found = await findSession(sessionsDir, text);
		return found.kind === "error" ? found : { kind: "ok", id: found.file.name.id, path: found.file.path };
	}
	const { cwd } = context.environment;
	const path = await findRollout(sessionsDir, { last: true, cwd });
	if (path === undefined) return startError(exitCodes.usage, `no earlier session in the folder ${cwd}`);
	return { kind: "ok", id: tryParseRolloutName(basename(path))?.id ?? path, path };
}
