// Build, lint and test of a candidate, in its own work tree and in the sandbox.

import type { CommandOutcome, CommandRequest } from "@codex/spec-kit";

/** A command of the project. */
export interface Check {
	readonly name: string;
	readonly command: string;
	/** Milliseconds. */
	readonly timeoutMs: number;
}

/** What one came to. */
export interface CheckResult {
	readonly name: string;
	/** `null`: it did not run, or was ended. */
	readonly exitCode: number | null;
	/** The end of what it wrote. */
	readonly output: string;
}

/** Runs commands in one work tree. */
export type RunCommand = (request: CommandRequest, signal: AbortSignal) => Promise<CommandOutcome>;

// The end is where compilers and test runners say what went wrong.
const outputChars = 6000;

function outputOf({ stdout, stderr, failure }: CommandOutcome): string {
	const said = [stdout.trimEnd(), stderr.trimEnd()].filter((text) => text !== "").join("\n");
	const why = failure === undefined ? "" : `\n(${failure.replaceAll("_", " ")})`;
	return `${said.length > outputChars ? `…${said.slice(-outputChars)}` : said}${why}`;
}

/** Runs them one after another, up to the first that fails. */
export async function runChecks(
	checks: readonly Check[],
	run: RunCommand,
	{ id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<readonly CheckResult[]> {
	const results: CheckResult[] = [];
	for (const { name, command, timeoutMs } of checks) {
		const request = { id: `${id}/${name}`, command, purpose: "guardrail", timeoutMs, environment: {} } as const;
		const outcome = await run(request, signal);
		results.push({ name, exitCode: outcome.exitCode, output: outputOf(outcome) });
		if (outcome.exitCode !== 0) break;
	}
	return results;
}

/** What failed, for whoever has to put it right; empty when all passed. */
export function failuresOf(results: readonly CheckResult[]): string {
	return results
		.filter(({ exitCode }) => exitCode !== 0)
		.map(({ name, exitCode, output }) => `${name} ended with ${exitCode ?? "no exit code"}:\n${output}`)
		.join("\n\n");
}
