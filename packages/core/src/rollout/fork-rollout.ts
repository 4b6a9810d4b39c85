// Copies a session, or its first turns, into a new one. The old file is only read; the new one appears whole or not at all.

import { type FileHandle, link, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { newSessionId, rolloutFormat, type SessionId, toError } from "@codex/protocol";
import { type Fields, isFields, tryParseJson } from "./json-fields.ts";
import { LineChain } from "./line-chain.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";
import { rolloutPath } from "./rollout-path.ts";

/** What is copied. */
export interface ForkOptions {
	/** The sessions folder, absolute. */
	readonly dir: string;
	/** Unix milliseconds: when the new session begins. */
	readonly nowMs: number;
	/** The last turn that is copied: its number from 1, or its id. Default: all. */
	readonly at?: string;
}

/** The new session, or one sentence that says why there is none. */
export type ForkResult =
	| { readonly kind: "ok"; readonly id: SessionId; readonly path: string; readonly turns: number }
	| { readonly kind: "error"; readonly message: string };

interface Lines {
	readonly kept: readonly Fields[];
	readonly turns: number;
}

async function readBranch(path: string): Promise<readonly Fields[]> {
	const handle = await openForReading(path);
	const chain = new LineChain<Fields>();
	try {
		await readLines(handle, (text) => {
			const line = tryParseJson(text ?? "");
			if (isFields(line) && isFields(line.payload)) chain.add(line.id, line.parent, line);
			return true;
		});
	} finally {
		await handle.close();
	}
	return chain.branch();
}

const isTurnStart = ({ type, payload }: Fields): boolean =>
	type === "event_msg" && isFields(payload) && payload.type === "turn_started";

/** The lines up to the end of the turn `at`; a sentence when there is no such turn. */
function cutAfter(lines: readonly Fields[], at: string | undefined): Lines | string {
	const starts = lines.flatMap((line, index) => (isTurnStart(line) ? [{ index, payload: line.payload }] : []));
	if (at === undefined) return { kept: lines, turns: starts.length };
	const wanted = /^\d+$/.test(at)
		? Number(at) - 1
		: starts.findIndex(({ payload }) => isFields(payload) && payload.turnId === at);
	if (wanted < 0 || wanted >= starts.length) {
		return `there is no turn ${at}: the session has ${starts.length} turn${starts.length === 1 ? "" : "s"}`;
	}
	return { kept: lines.slice(0, starts[wanted + 1]?.index), turns: wanted + 1 };
}

async function writeWhole(path: string, texts: Iterable<string>): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const temporary = `${path}.new`;
	let handle: FileHandle | undefined;
	try {
		handle = await open(temporary, "wx", 0o600);
		for (const text of texts) await handle.appendFile(text);
		await handle.sync();
		// A link, unlike a rename, never replaces a file.
		await link(temporary, path);
	} finally {
		await handle?.close();
		await unlink(temporary).catch(() => undefined);
	}
}

function* textsOf(lines: readonly Fields[], meta: Fields): Generator<string> {
	let id = 0;
	for (const { timestamp, type, payload } of lines) {
		const isMeta = type === "session_meta";
		// One first line: later ones are those of sessions that this one was itself copied from.
		if (isMeta && id > 0) continue;
		const parent = id === 0 ? null : id;
		id += 1;
		yield `${JSON.stringify({ timestamp, id, parent, type, payload: isMeta ? meta : payload })}\n`;
	}
}

/** Forks the rollout at `path`. Damaged lines and other branches are not copied. Never rejects. */
export async function forkRollout(path: string, options: ForkOptions): Promise<ForkResult> {
	try {
		const lines = await readBranch(path);
		const first = lines[0];
		if (first?.type !== "session_meta" || !isFields(first.payload)) {
			return { kind: "error", message: `${path} is not a session: it does not begin with a session_meta line` };
		}
		const { format } = first.payload;
		if (typeof format === "number" && format > rolloutFormat) {
			return { kind: "error", message: `${path} was written by a newer version of Code (format ${format})` };
		}
		const cut = cutAfter(lines, options.at);
		if (typeof cut === "string") return { kind: "error", message: cut };
		const id = newSessionId();
		const target = rolloutPath(options.dir, id, options.nowMs);
		const timestamp = new Date(options.nowMs).toISOString();
		const meta = { ...first.payload, id, timestamp, forked_from_id: first.payload.id, format: rolloutFormat };
		await writeWhole(target, textsOf(cut.kept, meta));
		return { kind: "ok", id, path: target, turns: cut.turns };
	} catch (thrown) {
		return { kind: "error", message: `the session cannot be copied: ${toError(thrown).message}` };
	}
}
