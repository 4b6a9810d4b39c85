// What `code rewind` does: the conversation, the files, or both go back to the end of an earlier turn; a redo takes that
// back. The session file only grows: going back is a branch in it. A file that the user changed since is left, unless named.

import path from "node:path";
import {
	createRolloutWriter,
	describeHolder,
	lockSession,
	readRollout,
	readTurns,
	type SavedTurn,
	type SavedTurns,
} from "@codex/core";
import type { Restored, RestoreOptions, RestorePreview, RestoreRefused, Snapshots } from "@codex/git-tooling";
import { exitCodes, type RewindRecord, type RolloutPayload, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { type LocatedSession, locateSession } from "../sessions/find-session.ts";
import { openFolderSnapshots } from "../sessions/folder-snapshots.ts";

/** What goes back. */
export interface RewindRequest {
	/** The session's id or the beginning of it; the latest of the folder when absent. */
	readonly id?: string;
	/** How many turns stay, from 0. Default: all but the last. */
	readonly turns?: number;
	readonly what: RewindRecord["what"];
	/** Takes the last rewind back. `turns` and `what` are then those of that one. */
	readonly redo: boolean;
	/** Only says what would happen. */
	readonly preview: boolean;
	/** Files that go back although the user changed them since: all, or these, from the current folder. */
	readonly overwrite: "all" | readonly string[];
}

/** A file that was left as it is, or would be. */
export interface LeftFile {
	/** From the root of the files. */
	readonly path: string;
	/** A sentence. */
	readonly message: string;
}

/** What happened, or with `preview` would happen. */
export interface Rewound {
	readonly kind: "ok";
	readonly id: string;
	/** Turns that are left, and the words with which the others began. */
	readonly turns: number;
	readonly droppedTurns: readonly string[];
	/** The folder that the paths are from; `""` when no file was looked at. */
	readonly root: string;
	readonly changed: readonly string[];
	readonly left: readonly LeftFile[];
	/** Sentences for a person. */
	readonly notices: readonly string[];
}

interface Target {
	readonly record: RewindRecord;
	/** The line after which the session goes on. */
	readonly parent: number | null;
	readonly droppedTurns: readonly string[];
	/** The snapshot to go back to, when files go back and some turn changed any. */
	readonly snapshot: string | undefined;
	/** The snapshot at the end of the last turn that has one. */
	readonly last: string | undefined;
}

const usage = (message: string): StartError => startError(exitCodes.usage, message);

const marker = (record: RewindRecord): RolloutPayload => {
	const files =
		record.what === "conversation"
			? "Files keep what was changed after it."
			: "Files that were changed after it are as they were before, except where the user had changed them.";
	const what =
		record.what === "files"
			? "The user took back changes to files of earlier turns."
			: "The user went back to this point of the conversation.";
	const text =
		record.redo === true
			? "The user took the last step back in the conversation back: it goes on from here."
			: `${what} ${files}`;
	return {
		type: "response_item",
		payload: {
			type: "message",
			role: "user",
			content: [
				{ type: "input_text", text: `<rewound>\n${text} Look at files again before you rely on them.\n</rewound>` },
			],
		},
	};
};

function backTarget(saved: SavedTurns, request: RewindRequest): Target | StartError {
	const count = saved.turns.length;
	const left = request.turns ?? count - 1;
	if (count === 0) return usage("the session has no turn to take back");
	if (left < 0 || left >= count) {
		return usage(`--to is the number of the last turn that stays: 0 to ${count - 1} here`);
	}
	const dropped = saved.turns.slice(left);
	const first = dropped.find(({ before }) => before !== undefined);
	const { what } = request;
	const snapshot = what === "conversation" ? undefined : first?.before;
	const from = saved.end.parent ?? 0;
	const parent = what === "files" ? saved.end.parent : (dropped[0]?.parent ?? null);
	return {
		record: {
			turns: what === "files" ? count : left,
			what,
			from,
			...(snapshot === undefined ? {} : { files: snapshot }),
		},
		parent,
		droppedTurns: what === "files" ? [] : dropped.map(({ title }: SavedTurn) => title),
		snapshot,
		last: dropped.findLast(({ after }) => after !== undefined)?.after,
	};
}

function redoTarget(saved: SavedTurns): Target | StartError {
	const { rewind } = saved;
	if (rewind === undefined || rewind.redo === true) return usage("there is no rewind to take back");
	const record = { turns: rewind.turns, what: rewind.what, from: saved.end.parent ?? 0, redo: true } as const;
	return { record, parent: rewind.from, droppedTurns: [], snapshot: rewind.files, last: undefined };
}

type Files = Pick<Rewound, "root" | "changed" | "left" | "notices">;

const noFiles: Files = { root: "", changed: [], left: [], notices: [] };

/** Files that the user made after all that we did: no undo of ours is about them, and nothing but their name removes them. */
async function madeSince(snapshots: Snapshots, last: string | undefined): Promise<ReadonlySet<string>> {
	const changes = last === undefined ? undefined : await snapshots.changesSince(last);
	return new Set(changes?.filter(({ change }) => change === "added").map(({ path: file }) => file));
}

function toFiles(root: string, result: Restored | RestorePreview, made: ReadonlySet<string>): Files {
	const changed = result.kind === "restored" ? result.changed : result.changes.map(({ path: file }) => file);
	const conflicts = result.conflicts.filter(({ path: file, reason }) => reason !== "user_changed" || !made.has(file));
	const left = conflicts.map(({ path: file, message }) => ({ path: file, message }));
	const notices = result.uncaptured.map((file) => `${file} was too large or of a kind that is not recorded: it stays`);
	return { root, changed, left, notices };
}

async function applyFiles(
	context: RuntimeContext,
	snapshots: Snapshots,
	target: Target,
	{
		root,
		request,
		made,
	}: { readonly root: string; readonly request: RewindRequest; readonly made: ReadonlySet<string> },
): Promise<Restored | RestorePreview | RestoreRefused> {
	const { snapshot = "", record } = target;
	const { overwrite, preview } = request;
	const isRedo = record.redo === true;
	let named: readonly string[];
	if (overwrite !== "all") {
		named = overwrite.map((file) => path.relative(root, path.resolve(context.environment.cwd, file)));
	} else if (isRedo) return await snapshots.redo({ onUserChange: "overwrite" });
	else {
		const plain = await snapshots.preview(snapshot);
		if (plain.kind === "refused") return plain;
		named = plain.conflicts.map(({ path: file }) => file).filter((file) => !made.has(file));
	}
	const options: RestoreOptions = named.length === 0 ? {} : { onUserChange: { overwrite: named } };
	if (isRedo) return await snapshots.redo(options);
	return preview ? await snapshots.preview(snapshot, options) : await snapshots.restore(snapshot, options);
}

async function moveFiles(
	context: RuntimeContext,
	cwd: string,
	target: Target,
	request: RewindRequest,
): Promise<Files | StartError> {
	if (target.snapshot === undefined) {
		const message = "none of these turns changed files, as far as was recorded";
		return target.record.what === "conversation" ? noFiles : { ...noFiles, notices: [message] };
	}
	if (request.preview && target.record.redo === true) {
		return usage("a redo has no preview: it makes the files what they were before the rewind");
	}
	const opened = await openFolderSnapshots(context, cwd);
	if (opened.kind === "problem") return startError(exitCodes.failed, opened.message);
	const { root, snapshots } = opened;
	const made = await madeSince(snapshots, target.last);
	const result = await applyFiles(context, snapshots, target, { root, request, made });
	return result.kind === "refused" ? usage(result.message) : toFiles(root, result, made);
}

async function rewindLocked(
	context: RuntimeContext,
	file: LocatedSession,
	request: RewindRequest,
): Promise<Rewound | StartError> {
	const read = await readRollout(file.path);
	if (read.kind === "error") return usage(read.message);
	const saved = await readTurns(file.path);
	const target = request.redo ? redoTarget(saved) : backTarget(saved, request);
	if ("kind" in target) return target;
	// Files first: a rewind that is cut short here is done again with the same words.
	const files = await moveFiles(context, saved.cwd, target, request);
	if ("kind" in files) return files;
	const { record, parent, droppedTurns } = target;
	const done: Rewound = { kind: "ok", id: file.id, turns: record.turns, droppedTurns, ...files };
	if (request.preview) return context.redactor.value(done);
	const problems: string[] = [];
	const writer = createRolloutWriter({
		dir: context.paths.sessionsDir,
		meta: read.meta,
		clock: context.clock,
		redact: (payload) => context.redactor.value(payload),
		onProblem: (message) => void problems.push(message),
		resumePath: file.path,
		end: { lastId: saved.end.lastId, parent },
	});
	writer.append([{ type: "rewind", payload: record }, marker(record)]);
	await writer.close();
	const [problem] = problems;
	return problem === undefined ? context.redactor.value(done) : startError(exitCodes.failed, problem);
}

/** Goes back, or takes that back. Never rejects. */
export async function rewindSession(context: RuntimeContext, request: RewindRequest): Promise<Rewound | StartError> {
	const found = await locateSession(context, request.id);
	if (found.kind === "error") return found;
	const lock = await lockSession(found.path, context.clock);
	if (lock.kind === "error") return startError(exitCodes.infrastructure, lock.message);
	if (lock.kind === "held") return startError(exitCodes.infrastructure, describeHolder(found.id, lock.holder));
	try {
		return await rewindLocked(context, found, request);
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	} finally {
		await lock.release();
	}
}
