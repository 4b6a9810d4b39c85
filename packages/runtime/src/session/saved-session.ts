// Where a session is written, and the earlier one that it goes on from.

import { ensureHome } from "@codex/config";
import {
	createNullRollout,
	createRolloutWriter,
	findRollout,
	type RolloutWriter,
	readRollout,
	repairHistory,
} from "@codex/core";
import {
	type ConversationItem,
	exitCodes,
	newSessionId,
	type SessionMeta,
	type TokenUsage,
	toError,
} from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, type StartRequest, startError } from "./start-request.ts";

/** An earlier session as it is taken up. */
export interface EarlierSession {
	readonly kind: "ok";
	readonly path: string;
	readonly meta: SessionMeta;
	readonly history: readonly ConversationItem[];
	readonly usage: TokenUsage;
	readonly warnings: readonly string[];
}

/** Finds and reads the session to go on with. `cwd` narrows `--last`. */
export async function findEarlier(
	context: RuntimeContext,
	resume: NonNullable<StartRequest["resume"]>,
	cwd: string,
): Promise<EarlierSession | StartError> {
	const { sessionsDir } = context.paths;
	const path = await findRollout(sessionsDir, resume.kind === "id" ? { id: resume.id } : { last: true, cwd });
	if (path === undefined) {
		const message =
			resume.kind === "id" ? `no session with id ${resume.id}` : `no earlier session in the folder ${cwd}`;
		return startError(exitCodes.usage, message);
	}
	const read = await readRollout(path);
	if (read.kind === "error") return startError(exitCodes.usage, read.message);
	const { meta, usage, skippedLines } = read;
	const history = repairHistory(read.history);
	const warnings = skippedLines === 0 ? [] : [`${skippedLines} damaged lines of ${path} were passed over`];
	return { kind: "ok", path, meta, history, usage, warnings };
}

/** The first record of a new session. */
export function newMeta(
	context: RuntimeContext,
	facts: Pick<SessionMeta, "cwd" | "originator" | "source">,
): SessionMeta {
	return {
		id: newSessionId(),
		timestamp: new Date(context.clock.nowMs()).toISOString(),
		cwd: facts.cwd,
		originator: facts.originator,
		cli_version: context.version,
		source: facts.source,
		// Filled in when the provider is known.
		model_provider: "",
		instructions: null,
	};
}

/** The writer of a session; secrets are masked on the way. */
export function openRollout(
	context: RuntimeContext,
	options: {
		readonly ephemeral: boolean;
		readonly meta: SessionMeta;
		readonly resumePath: string | undefined;
		readonly onProblem: (message: string) => void;
	},
): RolloutWriter {
	if (options.ephemeral) return createNullRollout();
	try {
		ensureHome(context.paths);
	} catch (error) {
		// The run goes on; nothing of it can be kept.
		options.onProblem(`the session cannot be saved: ${toError(error).message}`);
		return createNullRollout();
	}
	return createRolloutWriter({
		dir: context.paths.sessionsDir,
		meta: options.meta,
		clock: context.clock,
		redact: (payload) => context.redactor.value(payload),
		onProblem: options.onProblem,
		...(options.resumePath === undefined ? {} : { resumePath: options.resumePath }),
	});
}
