// How many servers run at a time. When the limit is reached, the one that nobody has used for longest makes room.

import { McpClientError } from "../mcp-client-error.ts";

/** Something that runs and can be asked to stop. */
export interface Runner {
	/** Nothing is under way. */
	readonly isIdle: boolean;
	/** Monotonic milliseconds of the last use. */
	readonly lastUsedMs: number;
	/** Stops; it starts again when it is used. Never rejects. */
	rest(): Promise<void>;
}

/** The limit. */
export interface RunningLimit {
	/**
	 * Takes a place, making room when need be.
	 *
	 * @throws McpClientError `limit` when all places are in use.
	 */
	enter(runner: Runner): Promise<void>;
	leave(runner: Runner): void;
	readonly running: number;
}

/** Makes a limit of `max` (≥ 1). */
export function createRunningLimit(max: number): RunningLimit {
	const running = new Set<Runner>();
	return {
		enter: async (runner) => {
			while (running.size >= max && !running.has(runner)) {
				const idle = [...running].filter(({ isIdle }) => isIdle).sort((a, b) => a.lastUsedMs - b.lastUsedMs)[0];
				if (idle === undefined)
					throw new McpClientError("limit", `is not started: ${max} MCP servers are busy already`);
				running.delete(idle);
				await idle.rest();
			}
			running.add(runner);
		},
		leave: (runner) => void running.delete(runner),
		get running() {
			return running.size;
		},
	};
}
