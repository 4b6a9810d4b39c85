// Where a session is written, and the earlier one that it goes on from.

import { basename } from "node:path";
import { ensureHome } from "@codex/config";
import {
	createNullRollout,
	createRolloutWriter,
	describeHolder,
	findRollout,
	lockSession,
	type ReadRolloutResult,
	type RolloutEnd,
	type RolloutWriter,
	readRollout,
	repairHistory,
	tryParseRolloutName,
} from "@codex/core";
import {
	type ConversationItem,
	exitCodes,
	newSessionId,
	type RolloutPayload,
	rolloutFormat,
	type SessionId,
	type SessionMeta,
	type TokenUsage,
	toError,
} from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { findSession } from "../sessions/find-session.ts";
import { type StartError, type StartRequest, startError } from "./start-request.ts";

/** An earlier session as it is taken up. */
export interface EarlierSession {
	readonly kind: "ok";
	readonly path: string;
	readonly meta: SessionMeta;
	readonly history: readonly ConversationItem[];
	readonly usage: TokenUsage;
	readonly warnings: readonly string[];
	/** Where its lines go on. */
	readonly end: RolloutEnd;
	/** What mends it: joins it before anything else does. */
	readonly repairs: readonly RolloutPayload[];
	/** Lets others have it. */
	readonly release: () => Promise<void>;
}

type Located = { readonly kind: "ok"; readonly path: string } | StartError;

async function locate(sessionsDir: string, resume: Parameters<typeof findEarlier>[1], cwd: string): Promise<Located> {
	if (resume.kind === "file") return { kind: "ok", path: resume.path };
	if (resume.kind === "id") {
		const found = await findSession(sessionsDir, resume.id);
		return found.kind === "error" ? found : { kind: "ok", path: found.file.path };
	}
	const path = await findRollout(sessionsDir, { last: true, cwd });
	if (path === undefined) return startError(exitCodes.usage, `no earlier session in the folder ${cwd}`);
	return { kind: "ok", path };
}

/** Finds and reads the session to go on with. `cwd` narrows `--last`. */
export async function findEarlier(
	context: RuntimeContext,
	resume: NonNullable<StartRequest["resume"]> | { readonly kind: "file"; readonly path: string },
	cwd: string,
): Promise<EarlierSession | StartError> {
	const located = await locate(context.paths.sessionsDir, resume, cwd);
	if (located.kind === "error") return located;
	const { path } = located;
	const lock = await lockSession(path, context.clock);
	if (lock.kind === "error") return startError(exitCodes.infrastructure, lock.message);
	if (lock.kind === "held") {
		const id = tryParseRolloutName(basename(path))?.id ?? path;
		return startError(exitCodes.infrastructure, describeHolder(id, lock.holder));
	}
	const { release } = lock;
	const read = await readRollout(path);
	if (read.kind === "error") {
		await release();
		return startError(exitCodes.usage, read.message);
	}
	const { meta, usage, end } = read;
	return { kind: "ok", path, meta, usage, end, release, ...mend(read, path) };
}

type Mended = Pick<EarlierSession, "history" | "repairs" | "warnings">;

/** Answers calls that have no result, and says in one sentence what was found. */
function mend(read: Extract<ReadRolloutResult, { readonly kind: "ok" }>, path: string): Mended {
	const { skippedLines, newlySkippedLines } = read;
	const history = repairHistory(read.history, read.endedCalls);
	const written = new Set(read.history);
	const answers = history.filter((item) => !written.has(item));
	if (answers.length === 0 && newlySkippedLines === 0) return { history, repairs: [], warnings: [] };
	const answered_calls = answers.flatMap((item) => ("call_id" in item ? [item.call_id] : []));
	const findings = [
		...(newlySkippedLines === 0 ? [] : [`${newlySkippedLines} damaged lines of ${path} were passed over`]),
		...(answers.length === 0
			? []
			: [`${answers.length} tool calls had no result: the model is told that they may have run`]),
	];
	return {
		history,
		warnings: [`the session was interrupted and has been repaired: ${findings.join("; ")}`],
		repairs: [
			...answers.map((payload) => ({ type: "response_item", payload }) as const),
			{ type: "repair", payload: { skipped_lines: skippedLines, answered_calls } },
		],
	};
}

/** The first record of a new session. */
export function newMeta(
	context: RuntimeContext,
	facts: Pick<SessionMeta, "cwd" | "originator" | "source"> & { readonly id?: SessionId | undefined },
): SessionMeta {
	return {
		id: facts.id ?? newSessionId(),
		timestamp: new Date(context.clock.nowMs()).toISOString(),
		cwd: facts.cwd,
		originator: facts.originator,
		cli_version: context.version,
		source: facts.source,
		// Filled in when the provider is known.
		model_provider: "",
		instructions: null,
		format: rolloutFormat,
	};
}

/** The writer of a session; secrets are masked on the way. */
export function openRollout(
	context: RuntimeContext,
	options: {
		readonly ephemeral: boolean;
		readonly meta: SessionMeta;
		readonly earlier: EarlierSession | undefined;
		readonly onProblem: (message: string) => void;
	},
): RolloutWriter {
	const { earlier } = options;
	let release = earlier?.release;
	if (options.ephemeral) return withRelease(createNullRollout(), async () => release?.());
	try {
		ensureHome(context.paths);
	} catch (error) {
		// The run goes on; nothing of it can be kept.
		options.onProblem(`the session cannot be saved: ${toError(error).message}`);
		return withRelease(createNullRollout(), async () => release?.());
	}
	const writer = createRolloutWriter({
		dir: context.paths.sessionsDir,
		meta: options.meta,
		clock: context.clock,
		redact: (payload) => context.redactor.value(payload),
		onProblem: options.onProblem,
		...(earlier === undefined ? {} : { resumePath: earlier.path, end: earlier.end }),
		beforeOpen: async (path) => {
			if (release !== undefined) return;
			const lock = await lockSession(path, context.clock);
			if (lock.kind === "held") throw new Error(describeHolder(options.meta.id, lock.holder));
			if (lock.kind === "error") throw new Error(lock.message);
			release = lock.release;
		},
	});
	return withRelease(writer, async () => release?.());
}

/** The writer, which lets the session go when it is closed. */
function withRelease(writer: RolloutWriter, release: () => Promise<void>): RolloutWriter {
	return {
		...writer,
		close: async () => {
			await writer.close();
			await release();
		},
	};
}
