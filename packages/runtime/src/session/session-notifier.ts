// Whether a session tells the user's program of its turns, and what that program is.

import { childEnvironment, type LoadedConfig } from "@codex/config";
import type { SessionMeta } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { createTurnNotifier, isInsideNotify, notifierProblem, type TurnNotifier } from "./turn-notifier.ts";

/** A session as the notifier knows it. */
export interface NotifiedSession {
	readonly loaded: LoadedConfig;
	readonly source: SessionMeta["source"];
	/** Absolute. */
	readonly cwd: string;
	readonly threadId: string;
	readonly client: string;
}

/** Agents' own sessions tell nobody, nor do those that the notified program starts. */
function commandOf({ environment }: RuntimeContext, { loaded, source }: NotifiedSession): readonly string[] {
	return source === "subagent" || isInsideNotify(environment.env) ? [] : loaded.config.notify;
}

/** The notifier of a session, with a sentence for the user when its program is not there. Starts nothing. */
export function openSessionNotifier(
	context: RuntimeContext,
	session: NotifiedSession,
): { readonly notifier: TurnNotifier; readonly warnings: readonly string[] } {
	const { loaded, cwd, threadId, client } = session;
	const command = commandOf(context, session);
	const env = childEnvironment(loaded.config, context.environment);
	const problem = notifierProblem(command, env["PATH"]);
	const notifier = createTurnNotifier({
		command,
		cwd,
		env,
		threadId,
		client,
		redactor: context.redactor,
		onProblem: (message) => context.log.write("warn", "runtime", message),
	});
	return { notifier, warnings: problem === undefined ? [] : [problem] };
}
