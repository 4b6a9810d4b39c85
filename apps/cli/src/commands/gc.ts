// `code gc`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { collectSessions, createRuntime } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "gc";

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** Runs the command. */
export async function runGc(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const dryRun = hasFlag(invocation, "dry-run");
	const made = createRuntime(io.runtimeOptions);
	const result =
		made.kind === "error" ? made : await collectSessions(made.runtime, configFlags(invocation), { dryRun });
	if (result.kind === "error") {
		const { exitCode, lines } = result;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { deleted, kept, unneededBlobs, snapshotFolders, bytesBefore, bytesAfter } = result;
	const exitCode = exitCodes.done;
	if (json) {
		const blobs = unneededBlobs;
		const data = {
			dry_run: dryRun,
			deleted,
			kept,
			unneeded_blobs: blobs,
			snapshot_folders: snapshotFolders,
			bytes_before: bytesBefore,
			bytes_after: bytesAfter,
		};
		return answerJson(io, { command, exitCode, reason: "ok", data });
	}
	for (const sentence of kept) io.stderr.write(`kept: ${printable(sentence)}\n`);
	const word = dryRun ? "would delete" : "deleted";
	const lines = deleted.map(({ id, bytes, because }) => `${word} ${id}  ${mebibytes(bytes)}  (${because})`);
	lines.push(
		`${word} ${deleted.length} sessions, ${unneededBlobs} stored texts and the recorded files of ${snapshotFolders} folders: ${mebibytes(bytesBefore)} → ${mebibytes(bytesAfter)}`,
	);
	io.stdout.write(`${printable(lines.join("\n"))}\n`);
	return exitCode;
}
