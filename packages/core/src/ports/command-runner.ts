// The port that runs a command. The direct runner is in tools/shell; a sandbox plugs in here.

import type { ExecOutcome } from "@codex/protocol";

/** A command to run. */
export interface CommandRequest {
	/** Program and arguments, at least one; started without a shell. */
	readonly argv: readonly string[];
	/** Absolute and existing. */
	readonly cwd: string;
	/** The child's whole environment. */
	readonly env: Readonly<Record<string, string>>;
	/** Milliseconds until the process group is killed. */
	readonly timeoutMs: number;
	/** Whether it is to be confined by the session's sandbox. A runner that cannot refuses (`spawn_failed`). Default false. */
	readonly confined?: boolean;
	/** How much of the aggregated output is kept, in bytes: half as head, half as tail. */
	readonly maxOutputBytes: number;
}

/** How it ended. */
export interface CommandResult {
	/** Never `declined`: a runner runs what it is given. */
	readonly outcome: Exclude<ExecOutcome, { readonly status: "declined" }>;
	/** stdout and stderr in the order they came; when too long the middle is replaced by a line that says how much is missing. */
	readonly output: string;
	/** Bytes that the command wrote in all, kept or not. */
	readonly totalBytes: number;
	/** Milliseconds. */
	readonly durationMs: number;
	/** What the sandbox denied, as far as that shows, and what would allow it: one or two sentences. */
	readonly denial?: string;
}

/** Runs commands. */
export interface CommandRunner {
	/**
	 * Runs one command in a process group of its own, with stdin closed.
	 *
	 * Contract: never rejects. On abort the group is killed with SIGKILL at once and the result is `aborted`. Resolves at
	 * most 2 s after the command itself ended, also when grandchildren hold its pipes. Memory is bounded by
	 * `maxOutputBytes`. `onOutput` gets whole UTF-8 characters (invalid bytes replaced), in order, until the result.
	 */
	run(
		request: CommandRequest,
		signal: AbortSignal,
		onOutput: (stream: "stdout" | "stderr", chunk: string) => void,
	): Promise<CommandResult>;
}
