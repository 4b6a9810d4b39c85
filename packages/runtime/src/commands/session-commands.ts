// What `code sessions` does: list, show, search, export, delete, look for damage, make the index anew; and `code fork`.
// Files are the truth; what leaves here is masked once more.

import { rm } from "node:fs/promises";
import path from "node:path";
import {
	describeHolder,
	findHolder,
	forkRollout,
	listRollouts,
	lockSession,
	type RolloutFile,
	readCompactions,
	readRollout,
	repairHistory,
	type SavedCompaction,
} from "@codex/core";
import { type ConversationItem, exitCodes, type SessionMeta, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { findSession } from "../sessions/find-session.ts";
import { type FoundSession, type IndexedSession, openSessionIndex, removeIndex } from "../sessions/session-index.ts";

const failure = (thrown: unknown): StartError => startError(exitCodes.failed, toError(thrown).message);

/** Sessions, newest first. */
export interface SessionList<T extends IndexedSession = IndexedSession> {
	readonly kind: "ok";
	readonly sessions: readonly T[];
	/** All that there are, also those that `limit` left out. */
	readonly total: number;
	/** Sentences for a person. */
	readonly notices: readonly string[];
}

/** Which sessions are listed. */
export interface ListRequest {
	/** Only those that were started in this folder; compared as text. */
	readonly cwd?: string;
	/** At least 1. */
	readonly limit: number;
}

/** Lists the saved sessions. */
export async function listSessions(context: RuntimeContext, request: ListRequest): Promise<SessionList | StartError> {
	try {
		const index = await openSessionIndex(context.paths.sessionsDir);
		index.close();
		const sessions = index.sessions.filter(({ cwd }) => request.cwd === undefined || cwd === request.cwd);
		return {
			kind: "ok",
			sessions: context.redactor.value(sessions.slice(0, request.limit)),
			total: sessions.length,
			notices: index.notices,
		};
	} catch (thrown) {
		return failure(thrown);
	}
}

/** Finds sessions that hold all the words of `text`. */
export async function searchSessions(
	context: RuntimeContext,
	text: string,
	limit: number,
): Promise<SessionList<FoundSession> | StartError> {
	const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
	if (words.length === 0) return startError(exitCodes.usage, "a search needs at least one word");
	try {
		const index = await openSessionIndex(context.paths.sessionsDir);
		try {
			const sessions = context.redactor.value(index.search(words, limit));
			return { kind: "ok", sessions, total: sessions.length, notices: index.notices };
		} finally {
			index.close();
		}
	} catch (thrown) {
		return failure(thrown);
	}
}

/** Makes the index anew from the files. */
export async function reindexSessions(context: RuntimeContext): Promise<SessionList | StartError> {
	try {
		removeIndex(context.paths.sessionsDir);
		return await listSessions(context, { limit: Number.MAX_SAFE_INTEGER });
	} catch (thrown) {
		return failure(thrown);
	}
}

/** A session, read whole. */
export interface ShownSession {
	readonly kind: "ok";
	readonly path: string;
	readonly meta: SessionMeta;
	readonly items: readonly ConversationItem[];
	readonly turns: number;
	readonly damagedLines: number;
}

/** Reads one session, by its id or the beginning of it. The file is not changed. */
export async function showSession(context: RuntimeContext, id: string): Promise<ShownSession | StartError> {
	const found = await findSession(context.paths.sessionsDir, id);
	if (found.kind === "error") return found;
	const read = await readRollout(found.file.path);
	if (read.kind === "error") return startError(exitCodes.usage, read.message);
	return {
		kind: "ok",
		path: found.file.path,
		meta: context.redactor.value(read.meta),
		items: context.redactor.value(repairHistory(read.log, read.endedCalls)),
		turns: read.turns,
		damagedLines: read.skippedLines,
	};
}

/** The compactions of a session. */
export interface ShownCompactions {
	readonly kind: "ok";
	readonly id: string;
	readonly compactions: readonly SavedCompaction[];
}

/** Reads what compactions took out of a session's context. The file is not changed. */
export async function showCompactions(context: RuntimeContext, id: string): Promise<ShownCompactions | StartError> {
	const found = await findSession(context.paths.sessionsDir, id);
	if (found.kind === "error") return found;
	const read = await readCompactions(found.file.path);
	if (read.kind === "error") return startError(exitCodes.usage, read.message);
	return { kind: "ok", id: found.file.name.id, compactions: context.redactor.value(read.compactions) };
}

/** A session that was deleted. */
export interface DeletedSession {
	readonly kind: "ok";
	readonly id: string;
	readonly path: string;
}

/** Deletes a session for good, unless a process has it. */
export async function deleteSession(context: RuntimeContext, id: string): Promise<DeletedSession | StartError> {
	const found = await findSession(context.paths.sessionsDir, id);
	return found.kind === "error" ? found : await deleteFile(context, found.file);
}

/** Deletes the session of a file, unless a process has it. */
export async function deleteFile(context: RuntimeContext, file: RolloutFile): Promise<DeletedSession | StartError> {
	const lock = await lockSession(file.path, context.clock);
	if (lock.kind === "error") return startError(exitCodes.infrastructure, lock.message);
	if (lock.kind === "held") return startError(exitCodes.infrastructure, describeHolder(file.name.id, lock.holder));
	try {
		await rm(file.path);
		return { kind: "ok", id: file.name.id, path: file.path };
	} catch (thrown) {
		return failure(thrown);
	} finally {
		await lock.release();
	}
}

/** What was found of one session. */
export interface SessionFinding {
	readonly id: string;
	readonly path: string;
	readonly status: "ok" | "in_use" | "interrupted" | "damaged" | "newer" | "unreadable";
	/** One sentence. */
	readonly detail: string;
}

async function examine(context: RuntimeContext, { path: file, name }: RolloutFile): Promise<SessionFinding> {
	const { id } = name;
	const held = await findHolder(file, context.clock.nowMs());
	if (held !== undefined) return { id, path: file, status: "in_use", detail: describeHolder(id, held.holder) };
	const read = await readRollout(file);
	if (read.kind === "error") {
		const status = read.message.includes("newer version") ? "newer" : "unreadable";
		return { id, path: file, status, detail: read.message };
	}
	if (read.newlySkippedLines > 0) {
		const detail = `${read.newlySkippedLines} damaged lines; the rest loads, and the next resume repairs it`;
		return { id, path: file, status: "damaged", detail };
	}
	const lost = repairHistory(read.history).length - read.history.length;
	if (lost > 0) {
		const detail = `${lost} calls without a result: it was interrupted, and the next resume repairs it`;
		return { id, path: file, status: "interrupted", detail };
	}
	return { id, path: file, status: "ok", detail: `${read.turns} turns` };
}

/** Reads every session and says what is wrong with it. Changes nothing. */
export async function examineSessions(context: RuntimeContext): Promise<readonly SessionFinding[]> {
	const findings: SessionFinding[] = [];
	for (const file of await listRollouts(context.paths.sessionsDir)) findings.push(await examine(context, file));
	return findings;
}

/** A new session that was made of an earlier one. */
export interface ForkedSession {
	readonly kind: "ok";
	readonly id: string;
	readonly path: string;
	readonly forkedFrom: string;
	/** Turns that it took over. */
	readonly turns: number;
}

/** Copies a session, or its turns up to `at` (a number from 1, or a turn's id), into a new one. */
export async function forkSession(
	context: RuntimeContext,
	id: string,
	at: string | undefined,
): Promise<ForkedSession | StartError> {
	const { sessionsDir } = context.paths;
	const found = await findSession(sessionsDir, id);
	if (found.kind === "error") return found;
	const nowMs = context.clock.nowMs();
	const forked = await forkRollout(found.file.path, { dir: sessionsDir, nowMs, ...(at === undefined ? {} : { at }) });
	if (forked.kind === "error") return startError(exitCodes.usage, forked.message);
	return {
		kind: "ok",
		id: forked.id,
		path: path.resolve(forked.path),
		forkedFrom: found.file.name.id,
		turns: forked.turns,
	};
}
