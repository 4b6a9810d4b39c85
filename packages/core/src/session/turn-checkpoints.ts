// Records the user's files around the turns that may change them. A turn without such an effect costs nothing. Problems are
// said once in a session: a turn that cannot be undone is no reason not to run it.

import type { EventMsg, TurnId } from "@codex/protocol";
import type { Checkpoint, Checkpoints } from "../ports/checkpoints.ts";
import type { RolloutWriter } from "../ports/rollout-store.ts";

/** What a session's checkpoints stand on. */
export interface TurnCheckpointsOptions {
	readonly checkpoints: Checkpoints | undefined;
	readonly rollout: Pick<RolloutWriter, "append">;
	readonly emit: (msg: EventMsg) => void;
}

/** The checkpoints of a session's turns. */
export interface TurnCheckpoints {
	/** Before an effect; only the first call of a turn does anything, and all wait for it. Never rejects. */
	before(turnId: TurnId, signal: AbortSignal): Promise<void>;
	/** At the end of a turn. Never rejects. */
	after(turnId: TurnId): Promise<void>;
}

/** Makes the checkpoints of one session. */
export function createTurnCheckpoints({ checkpoints, rollout, emit }: TurnCheckpointsOptions): TurnCheckpoints {
	let current: { readonly turnId: TurnId; readonly taken: Promise<string | undefined> } | undefined;
	const told = new Set<string>();
	const tell = (message: string): void => {
		if (told.has(message)) return;
		told.add(message);
		emit({ type: "notice", message });
	};
	const idOf = (checkpoint: Checkpoint): string | undefined => {
		if (checkpoint.kind === "problem") {
			tell(`changes to files cannot be taken back: ${checkpoint.message}`);
			return undefined;
		}
		for (const message of checkpoint.partial) tell(`not all can be taken back: ${message}`);
		return checkpoint.id;
	};
	const take = async (from: Checkpoints, turnId: TurnId, signal: AbortSignal): Promise<string | undefined> => {
		const before = idOf(await from.before(`before turn ${turnId}`, signal));
		if (before !== undefined) rollout.append([{ type: "checkpoint", payload: { turn_id: turnId, before } }]);
		return before;
	};
	return {
		before: async (turnId, signal) => {
			if (checkpoints === undefined) return;
			if (current?.turnId !== turnId) current = { turnId, taken: take(checkpoints, turnId, signal) };
			await current.taken;
		},
		after: async (turnId) => {
			if (checkpoints === undefined || current?.turnId !== turnId) return;
			const before = await current.taken;
			current = undefined;
			if (before === undefined) return;
			const after = idOf(await checkpoints.after(`after turn ${turnId}`));
			if (after !== undefined) rollout.append([{ type: "checkpoint", payload: { turn_id: turnId, before, after } }]);
		},
	};
}
