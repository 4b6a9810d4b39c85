// What users have handed in and no turn has taken yet: steering input for the running turn, and turns that wait.

import type { JsonObject, SubmissionId, UserInput } from "@codex/protocol";

/** Input that waits. */
export interface QueuedInput {
	readonly id: SubmissionId;
	readonly items: readonly UserInput[];
	readonly outputSchema?: JsonObject;
	/** Set when no input is handed in, but a compaction is asked for. */
	readonly compact?: true;
}

/** The two queues. */
export interface InputQueue {
	/** Joins the running turn before its next request. */
	steer(input: QueuedInput): void;
	/** Becomes a turn of its own. */
	enqueue(input: QueuedInput): void;
	/** Takes all steering input, oldest first. */
	takeSteering(): readonly QueuedInput[];
	/** Takes the oldest turn that waits. */
	takeTurn(): QueuedInput | undefined;
	/** Whether steering input waits. */
	readonly hasSteering: boolean;
	/** Whether a turn waits. */
	readonly hasTurns: boolean;
	/** Steering input that no turn took becomes turns, before those that wait already. */
	promoteSteering(): void;
	/** Forgets everything. */
	clear(): void;
}

/** Makes empty queues. */
export function createInputQueue(): InputQueue {
	let steering: QueuedInput[] = [];
	let turns: QueuedInput[] = [];
	return {
		steer: (input) => void steering.push(input),
		enqueue: (input) => void turns.push(input),
		takeSteering: () => {
			const taken = steering;
			steering = [];
			return taken;
		},
		takeTurn: () => turns.shift(),
		get hasSteering() {
			return steering.length > 0;
		},
		get hasTurns() {
			return turns.length > 0;
		},
		promoteSteering: () => {
			turns = [...steering, ...turns];
			steering = [];
		},
		clear: () => {
			steering = [];
			turns = [];
		},
	};
}
