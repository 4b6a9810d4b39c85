// `code [PROMPT]`, `code resume [ID]`, and `code fork ID` in a terminal: the interactive screen, loaded when it is used.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, listSessions, type StartRequest } from "@codex/runtime";
import { allValues, hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags, readLimits, setValue } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";

type Start =
	| { readonly kind: "new" | "last" | "choose"; readonly prompt: string | undefined }
	| { readonly kind: "resume"; readonly id: string; readonly prompt: string | undefined };

function say(io: CliIo, exitCode: ExitCode, ...lines: readonly string[]): ExitCode {
	for (const line of lines) io.stderr.write(`error: ${printable(line)}\n`);
	return exitCode;
}

/** Which session is meant; a text: what is wrong. */
function readStart(invocation: Invocation): Start | string {
	const [first, second, ...more] = invocation.positionals;
	const isRoot = invocation.command.path.length === 0;
	if (more.length > 0 || (isRoot && second !== undefined)) return "a prompt of several words needs quotes";
	if (isRoot) return { kind: "new", prompt: first };
	if (hasFlag(invocation, "last")) {
		return second === undefined ? { kind: "last", prompt: first } : "with `--last` there is no session id: give only the prompt";
	}
	if (first === undefined) return { kind: "choose", prompt: undefined };
	return { kind: "resume", id: first, prompt: second };
}

function readRequest(invocation: Invocation): StartRequest | string {
	const limits = readLimits(invocation);
	if (limits.kind === "error") return limits.message;
	if (hasFlag(invocation, "record") && hasFlag(invocation, "replay")) return "`--record` and `--replay` contradict each other";
	return {
		source: "cli",
		flags: configFlags(invocation),
		...setValue(invocation, "cd", "cwd"),
		...setValue(invocation, "record", "recordFile"),
		...setValue(invocation, "replay", "replayFile"),
		additionalRoots: allValues(invocation, "add-dir"),
		limits: limits.limits,
		ephemeral: hasFlag(invocation, "ephemeral"),
		canAsk: true,
		requireRepository: false,
	};
}

/** Runs an interactive session until it is left. */
export async function runInteractive(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const start = readStart(invocation);
	if (typeof start === "string") return say(io, exitCodes.usage, start);
	const request = readRequest(invocation);
	if (typeof request === "string") return say(io, exitCodes.usage, request);
	const { terminal } = io;
	if (terminal === undefined) {
		return say(io, exitCodes.needsTerminal, 'an interactive session needs a terminal: `code exec "PROMPT"` does not');
	}
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return say(io, made.exitCode, ...made.lines);
	const { runtime } = made;
	if (start.kind === "choose") {
		// Nothing to choose from is said in the shell and not on a screen that comes and goes.
		const known = await listSessions(runtime, { limit: 1 });
		if (known.kind === "ok" && known.total === 0) return say(io, exitCodes.usage, "there is no earlier session");
	}
	const { runTui } = await import("@codex/tui");
	const images = allValues(invocation, "image").flatMap((value) => value.split(","));
	const hasFirst = start.prompt !== undefined || images.length > 0;
	const end = await runTui({
		...terminal,
		runtime,
		request,
		start: start.kind === "resume" ? { kind: "resume", id: start.id } : { kind: start.kind === "last" ? "last" : "new" },
		choosesSession: start.kind === "choose",
		...(hasFirst ? { first: { text: start.prompt ?? "", images } } : {}),
		onInterrupt: (listener) => io.onInterrupt(listener),
	});
	await runtime.close();
	for (const line of end.lines) io.stderr.write(`${printable(line)}\n`);
	return end.exitCode;
}
