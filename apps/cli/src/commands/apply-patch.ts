// `code apply-patch [FILE|-|PATCH]`: exit code 0, or 1 with the reason; nothing was changed then.

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import { applyPatchText, createRuntime } from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { decodeText, type PromptResult } from "../exec/prompt.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "apply-patch";
// 64 MiB: far more than any patch; more is a mistake.
const maxPatchBytes = 64 * 1024 * 1024;

async function readPatch(name: string | undefined, cwd: string, io: CliIo): Promise<PromptResult> {
	if (name === undefined || name === "-") {
		if (io.stdin.kind === "terminal" || io.stdin.kind === "nothing") {
			return { kind: "error", message: "no patch: name a file, or pipe the patch into stdin" };
		}
		const read = await io.stdin.read(maxPatchBytes).bytes;
		return read.kind === "ok" ? decodeText(read.bytes) : read;
	}
	// As models call it, with the patch itself. No file is called that.
	if (name.trimStart().startsWith("*** Begin Patch")) return { kind: "ok", text: name };
	const file = path.resolve(cwd, name);
	try {
		const facts = statSync(file);
		if (!facts.isFile()) return { kind: "error", message: `${name} is not a regular file` };
		if (facts.size > maxPatchBytes) return { kind: "error", message: `${name} holds more than 64 MiB` };
		return decodeText(await readFile(file));
	} catch (error) {
		return { kind: "error", message: `${name} cannot be read: ${toError(error).message}` };
	}
}

/** Runs the command. */
export async function runApplyPatch(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const usage = (message: string): ExitCode =>
		answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage_error", lines: [message] });
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return usage(made.lines.join("\n"));
	const base = made.runtime.environment.cwd;
	const cwd = path.resolve(base, lastValue(invocation, "cd") ?? ".");
	if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) return usage(`${cwd} is not a folder`);
	const patch = await readPatch(invocation.positionals[0], base, io);
	if (patch.kind === "error") return usage(patch.message);
	const outcome = await applyPatchText(patch.text, { cwd, unconfined: hasFlag(invocation, "unconfined") });
	if (outcome.kind === "error") {
		const lines = printable(outcome.message).split("\n");
		return answerError(io, json, { command, exitCode: exitCodes.failed, reason: "not_applied", lines });
	}
	if (json) {
		return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { changes: outcome.changes } });
	}
	io.stdout.write(printable(outcome.stdout));
	return exitCodes.done;
}
