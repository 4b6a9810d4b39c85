// `code memory import [FILE|-]`: stores the lines of an export, all of them or none.

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { decodeText, type PromptResult } from "../exec/prompt.ts";
import { answerError, answerJson } from "./json-answer.ts";
import { withMemory } from "./memory-access.ts";

const command = "memory import";
// 256 MiB: what is comfortably held as one text; more is imported in parts.
const maxBytes = 256 * 1024 * 1024;

async function readLines(name: string | undefined, cwd: string, io: CliIo): Promise<PromptResult> {
	if (name === undefined || name === "-") {
		if (io.stdin.kind === "terminal" || io.stdin.kind === "nothing") {
			return { kind: "error", message: "nothing to import: name a file, or pipe the lines into stdin" };
		}
		const read = await io.stdin.read(maxBytes).bytes;
		return read.kind === "ok" ? decodeText(read.bytes) : read;
	}
	const file = path.resolve(cwd, name);
	try {
		const facts = statSync(file);
		if (!facts.isFile()) return { kind: "error", message: `${name} is not a regular file` };
		if (facts.size > maxBytes) return { kind: "error", message: `${name} holds more than 256 MiB` };
		return decodeText(await readFile(file));
	} catch (thrown) {
		return { kind: "error", message: `${name} cannot be read: ${toError(thrown).message}` };
	}
}

/** Runs the command. */
export async function runMemoryImport(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	return withMemory(io, { command, json }, async ({ store, memory, cwd, usage }) => {
		const read = await readLines(invocation.positionals[0], cwd, io);
		if (read.kind === "error") return usage(read.message);
		const outcome = memory.importText(store, read.text);
		if (outcome.kind === "error") {
			const { lines } = outcome;
			return answerError(io, json, { command, exitCode: exitCodes.failed, reason: "not_imported", lines });
		}
		const { added, skipped } = outcome;
		if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { added, skipped } });
		io.stdout.write(`${added} added, ${skipped} were there\n`);
		return exitCodes.done;
	});
}
