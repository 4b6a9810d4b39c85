// Opens the memory for a command and makes its failures into answers. A damaged database that was set aside is said.

import type * as MemoryPackage from "@codex/local-memory";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import { createRuntime } from "@codex/runtime";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError } from "./json-answer.ts";

/** What a command works with. */
export interface MemoryAccess {
	readonly store: MemoryPackage.MemoryStore;
	readonly memory: typeof MemoryPackage;
	/** The folder that relative paths start from. */
	readonly cwd: string;
	/** Answers that the user asked for something that cannot be. */
	readonly usage: (...lines: readonly string[]) => ExitCode;
}

/** Runs `work` with the memory of the program's home, and closes it. */
export async function withMemory(
	io: CliIo,
	{ command, json }: { readonly command: string; readonly json: boolean },
	work: (access: MemoryAccess) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
	const usage = (...lines: readonly string[]): ExitCode =>
		answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage_error", lines });
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return usage(...made.lines);
	const memory = await import("@codex/local-memory");
	const store = memory.createMemoryStore({
		file: made.runtime.paths.memoryFile,
		onSetAside: (kept) => {
			io.stderr.write(`warning: the memory database was damaged; it is kept as ${printable(kept)}\n`);
		},
	});
	try {
		return await work({ store, memory, cwd: made.runtime.environment.cwd, usage });
	} catch (thrown) {
		const reason = thrown instanceof memory.MemoryError ? thrown.code : "failed";
		return answerError(io, json, { command, exitCode: exitCodes.failed, reason, lines: [toError(thrown).message] });
	} finally {
		store.close();
	}
}
