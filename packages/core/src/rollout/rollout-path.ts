// Where a rollout lies and what its name says. Names are made from a checked id and numbers alone, so nothing that is
// written in a session can lead out of the sessions folder.

import { join } from "node:path";
import { type SessionId, tryParseSessionId } from "@codex/protocol";

/** What the name of a rollout file says. */
export interface RolloutName {
	/** `YYYY-MM-DDThh-mm-ss` in the local time of the machine that made it. */
	readonly startedAt: string;
	/** Lower case. */
	readonly id: SessionId;
}

const namePattern = /^rollout-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})-([0-9a-fA-F-]{36})\.jsonl$/;

const padded = (value: number, width = 2): string => String(value).padStart(width, "0");

/**
 * The path of a new rollout: `<dir>/YYYY/MM/DD/rollout-YYYY-MM-DDThh-mm-ss-<id>.jsonl`, in local time.
 *
 * `dir` is the sessions folder, absolute; `startedAtMs` is Unix milliseconds.
 */
export function rolloutPath(dir: string, id: SessionId, startedAtMs: number): string {
	const at = new Date(startedAtMs);
	const [year, month, day] = [padded(at.getFullYear(), 4), padded(at.getMonth() + 1), padded(at.getDate())];
	const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => padded(part)).join("-");
	return join(dir, year, month, day, `rollout-${year}-${month}-${day}T${time}-${id}.jsonl`);
}

/** What a file name says, or `undefined` when it is not the name of a rollout. */
export function tryParseRolloutName(name: string): RolloutName | undefined {
	const [, startedAt, uuid] = namePattern.exec(name) ?? [];
	const id = uuid === undefined ? undefined : tryParseSessionId(uuid);
	return startedAt === undefined || id === undefined ? undefined : { startedAt, id };
}
