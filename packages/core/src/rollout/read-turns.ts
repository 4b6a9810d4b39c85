// The turns of a session as a person counts them, with the lines where each begins and what was recorded of the files. For
// going back, which needs the places of lines rather than their contents.

import type { RewindRecord } from "@codex/protocol";
import { type Fields, isFields, tryParseJson } from "./json-fields.ts";
import { LineChain } from "./line-chain.ts";
import { readLines } from "./line-reader.ts";
import type { RolloutEnd } from "./read-rollout.ts";
import { openForReading } from "./rollout-file.ts";

/** One turn of the present branch. */
export interface SavedTurn {
	readonly turnId: string;
	/** The line that the turn comes after. */
	readonly parent: number | null;
	/** The first words of the user's input. */
	readonly title: string;
	/** The snapshot before its first effect; absent when it had none. */
	readonly before?: string;
	/** The snapshot at its end. */
	readonly after?: string;
}

/** The turns, and where the session ends. */
export interface SavedTurns {
	readonly cwd: string;
	readonly turns: readonly SavedTurn[];
	readonly end: RolloutEnd;
	/** The last thing that happened, when it was a rewind. */
	readonly rewind: RewindRecord | undefined;
}

interface NumberedLine {
	readonly id: number;
	readonly type: string;
	readonly payload: Fields;
}

const maxTitle = 80;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function titleOf({ items }: Fields): string {
	const parts: readonly unknown[] = Array.isArray(items) ? items : [];
	const text = parts.flatMap((part) => (isFields(part) ? [textOf(part.text)] : [])).join(" ");
	const line = text.replaceAll(/\s+/g, " ").trim();
	return line.length > maxTitle ? `${line.slice(0, maxTitle - 1)}…` : line;
}

function rewindOf({ turns, what, files, from, redo }: Fields): RewindRecord | undefined {
	if (typeof turns !== "number" || typeof from !== "number") return undefined;
	if (what !== "both" && what !== "files" && what !== "conversation") return undefined;
	return { turns, what, from, ...(typeof files === "string" ? { files } : {}), ...(redo === true ? { redo } : {}) };
}

class TurnReader {
	cwd = "";
	rewind: RewindRecord | undefined;
	readonly turns: { turnId: string; parent: number | null; title: string; before?: string; after?: string }[] = [];
	#previous: number | null = null;

	take({ id, type, payload }: NumberedLine): void {
		if (type === "session_meta" && this.cwd === "") this.cwd = textOf(payload.cwd);
		if (type === "event_msg") this.#takeEvent(payload);
		if (type === "checkpoint") this.#takeCheckpoint(payload);
		if (type === "rewind") this.rewind = rewindOf(payload);
		this.#previous = id;
	}

	#takeEvent(payload: Fields): void {
		if (payload.type === "turn_started") {
			this.turns.push({ turnId: textOf(payload.turnId), parent: this.#previous, title: "" });
			this.rewind = undefined;
		}
		const turn = this.turns.at(-1);
		if (payload.type === "user_message" && turn?.title === "") turn.title = titleOf(payload);
	}

	#takeCheckpoint({ turn_id, before, after }: Fields): void {
		const turn = this.turns.findLast(({ turnId }) => turnId === turn_id);
		if (turn === undefined || typeof before !== "string") return;
		turn.before = before;
		if (typeof after === "string") turn.after = after;
	}
}

/**
 * Reads the turns of the rollout at `path`. Damaged lines are passed over.
 *
 * @throws what the system says when the file cannot be read
 */
export async function readTurns(path: string): Promise<SavedTurns> {
	const handle = await openForReading(path);
	const chain = new LineChain<NumberedLine>();
	try {
		await readLines(handle, (text) => {
			const line = tryParseJson(text ?? "");
			if (!isFields(line) || typeof line.type !== "string" || !isFields(line.payload)) return true;
			// Lines of the first format have no ids: the chain counts them.
			const id = typeof line.id === "number" ? line.id : chain.end.lastId + 1;
			chain.add(line.id, line.parent, { id, type: line.type, payload: line.payload });
			return true;
		});
	} finally {
		await handle.close();
	}
	const reader = new TurnReader();
	for (const line of chain.branch()) reader.take(line);
	const { cwd, turns, rewind } = reader;
	return { cwd, turns, end: chain.end, rewind };
}
