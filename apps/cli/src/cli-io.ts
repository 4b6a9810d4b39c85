// What the commands use of the process. Tests hand in their own; main.ts makes the real one.

import type { RuntimeOptions } from "@codex/runtime";
import type { TuiOptions } from "@codex/tui";
import type { Input } from "./terminal/input.ts";
import type { Output } from "./terminal/output.ts";

/** The process as commands see it. */
export interface CliIo {
	readonly stdin: Input;
	readonly stdout: Output;
	readonly stderr: Output;
	/** Calls `listener` at the first signal that asks us to stop, until the returned function is called. */
	onInterrupt(listener: () => void): () => void;
	/** The terminal for an interactive session; absent when stdin or stdout is none. */
	readonly terminal?: Pick<TuiOptions, "input" | "output" | "process">;
	/** How the runtime is made; tests give it an environment of their own. */
	readonly runtimeOptions: RuntimeOptions;
}
