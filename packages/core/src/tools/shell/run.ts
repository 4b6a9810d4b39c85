// Runs a command for the model: is it a patch in disguise, is it allowed, run it, report it. Every begin event is followed
// by its end event. Decides nothing itself: permit-command does.

import { stat } from "node:fs/promises";
import path from "node:path";
import { type ExecOutcome, type JsonValue, toError } from "@codex/protocol";
import type { CommandResult } from "../../ports/command-runner.ts";
import { readArguments } from "../arguments.ts";
import { describeFileError } from "../file-problem.ts";
import { displayPath } from "../paths.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, failed, runFramed } from "../tool-call.ts";
import { shellArgsSchema } from "./args-schema.ts";
import { displayCommand, toArgv } from "./command-line.ts";
import { binaryNotice, formatOutput } from "./format-output.ts";
import { createLiveOutput, type LiveOutput } from "./live-output.ts";
import { askForRetry, permitCommand, type ShellCommand } from "./permit-command.ts";
import { defaultTimeoutMs, maxOutputBytes } from "./spec.ts";

const spelling = {
	renamed: { cmd: "command", script: "command", cwd: "workdir", working_directory: "workdir", timeout: "timeout_ms" },
	textArgument: "command",
} as const;

/** Runs one shell call; see {@link Tool.run}. A call of apply_patch in shell's clothes is applied, not spawned. */
export async function runShell(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	const read = readArguments(shellArgsSchema, args, spelling);
	if (read.kind === "error") return await runFramed({ tool: "shell", args }, context, () => failed(read.message));
	const command: ShellCommand = {
		argv: toArgv(read.args.command, context.shellEnv),
		cwd: read.args.workdir === undefined ? context.cwd : path.resolve(context.cwd, read.args.workdir),
		timeoutMs: read.args.timeout_ms ?? defaultTimeoutMs,
		escalate: read.args.with_escalated_permissions === true,
		...(read.args.justification === undefined ? {} : { justification: read.args.justification }),
	};
	const invocation = await findPatch(command.argv);
	if (invocation.kind === "patch") {
		const { runPatch } = await import("../apply-patch/run.ts");
		const cwd = invocation.workdir === undefined ? command.cwd : path.resolve(command.cwd, invocation.workdir);
		return await runPatch(invocation.text, { ...context, cwd });
	}
	return await runCommand(command, context, invocation.kind === "bare_patch");
}

type Invocation =
	| { readonly kind: "patch"; readonly text: string; readonly workdir?: string }
	| { readonly kind: "bare_patch" }
	| { readonly kind: "not_patch" };

async function findPatch(argv: readonly string[]): Promise<Invocation> {
	// The patch language is loaded only for a command that could be one.
	const mayBePatch = argv.some((word) => /apply_?patch|\*\*\* Begin Patch/.test(word));
	if (!mayBePatch) return { kind: "not_patch" };
	const { extractPatchFromShell } = await import("@codex/apply-patch");
	return extractPatchFromShell(argv);
}

const barePatchSentence = 'patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]';

async function runCommand(command: ShellCommand, context: ToolContext, isBarePatch: boolean): Promise<ToolResult> {
	const { argv, cwd, timeoutMs } = command;
	const { callId, emit } = context;
	// Questions come before the command begins.
	const permitted = await permitCommand(command, context);
	emit({ type: "exec_command_begin", callId, command: argv, display: displayCommand(argv), cwd });
	const end = (outcome: ExecOutcome, aggregatedOutput = "", durationMs = 0): void =>
		emit({ type: "exec_command_end", callId, outcome, aggregatedOutput, durationMs });

	if (permitted.kind === "refuse") {
		end({ status: "declined", reason: permitted.reason });
		return { output: permitted.reason, status: "declined" };
	}
	if (permitted.kind === "aborted") {
		end({ status: "aborted" });
		return abortedResult;
	}
	const refusal = isBarePatch ? barePatchSentence : await workdirProblem(cwd, context);
	const problem = refusal ?? (await context.beforeEffect?.({ mayChangeFiles: !permitted.harmless }));
	if (problem !== undefined) {
		end({ status: "spawn_failed", message: problem });
		return failed(problem);
	}
	const live = createLiveOutput(context);
	try {
		const { result, remark } = await runPermitted(command, context, { confined: permitted.confined, live });
		const notice = binaryNotice(result);
		end(result.outcome, notice ?? result.output, result.durationMs);
		const facts = { timeoutMs, totalLines: live.totalLines, limitBytes: context.outputTokenLimit * 4, notice };
		return { output: formatOutput(result, facts) + remark, status: resultStatus(result) };
	} catch (error) {
		// A runner never rejects; should one do so, its begin event must not stay open.
		const message = `internal error: ${toError(error).message}`;
		end({ status: "spawn_failed", message });
		return failed(message);
	}
}

interface Attempt {
	readonly confined: boolean;
	readonly live: LiveOutput;
}

/** Runs it; what the sandbox stopped is run again outside when a person says so. */
async function runPermitted(
	command: ShellCommand,
	context: ToolContext,
	{ confined, live }: Attempt,
): Promise<{ readonly result: CommandResult; readonly remark: string }> {
	const { argv, cwd, timeoutMs } = command;
	const request = { argv, cwd, env: context.shellEnv, timeoutMs, maxOutputBytes };
	const first = await context.runner.run({ ...request, confined }, context.signal, live.onOutput);
	if (first.denial === undefined) return { result: first, remark: "" };
	const answer = await askForRetry(command, first.denial, context);
	switch (answer.kind) {
		case "approved": {
			const second = await context.runner.run({ ...request, confined: false }, context.signal, live.onOutput);
			return { result: second, remark: "\n[this is its second run, outside the sandbox, which had stopped the first]" };
		}
		case "denied": {
			const feedback = answer.feedback === undefined ? "" : `: ${answer.feedback}`;
			return { result: first, remark: `\n[the user declined to run it outside the sandbox${feedback}]` };
		}
		case "aborted":
			return { result: { ...first, outcome: { status: "aborted" } }, remark: "" };
		case "nobody":
			return { result: first, remark: "" };
	}
}

function resultStatus({ outcome }: CommandResult): ToolResult["status"] {
	if (outcome.status === "aborted") return "aborted";
	return outcome.status === "exited" && outcome.exitCode === 0 ? "ok" : "failed";
}

/** One sentence when the working directory cannot be used; the session's own is not looked at again. */
async function workdirProblem(cwd: string, context: ToolContext): Promise<string | undefined> {
	if (cwd === context.cwd) return undefined;
	const shownPath = displayPath(context.cwd, cwd);
	try {
		const stats = await stat(cwd);
		return stats.isDirectory() ? undefined : `the workdir \`${shownPath}\` is not a directory`;
	} catch (error) {
		return `the workdir ${describeFileError(error, shownPath)}`;
	}
}
