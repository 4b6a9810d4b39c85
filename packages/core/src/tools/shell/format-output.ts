// Words the result of a command for the model: a short head of facts, then the output, cut in the middle when long.

import { truncateMiddle } from "../../context/truncate.ts";
import type { CommandResult } from "../../ports/command-runner.ts";
import { binaryPreview, isMostlyBinary, stripControls } from "./plain-text.ts";

// 256: enough to recognise a format by its first bytes.
const binaryPreviewCharacters = 256;

/** What is needed besides the result. */
export interface OutputFacts {
	/** Milliseconds the command was allowed. */
	readonly timeoutMs: number;
	/** Lines that the command wrote in all. */
	readonly totalLines: number;
	/** Bytes of the whole text at most. */
	readonly limitBytes: number;
	/** What to show in place of the output. */
	readonly notice: string | undefined;
}

// Room for the lines before the output.
const headBytes = 160;

/** The text for the model. */
export function formatOutput(result: CommandResult, facts: OutputFacts): string {
	const { outcome } = result;
	if (outcome.status === "spawn_failed") return `failed to start the command: ${outcome.message}`;
	const shown = shownOutput(result, facts);
	const head = [...statusLines(result)];
	if (shown.isCut) head.push(`Total output lines: ${facts.totalLines}`);
	const notice = outcome.status === "timed_out" ? `command timed out after ${facts.timeoutMs} milliseconds\n` : "";
	const denial = result.denial === undefined ? "" : `\n[${result.denial}]`;
	return `${head.join("\n")}\nOutput:\n${notice}${shown.text}${denial}`;
}

function statusLines({ outcome, durationMs }: CommandResult): readonly string[] {
	const wallTime = `Wall time: ${(durationMs / 1000).toFixed(1)} seconds`;
	switch (outcome.status) {
		case "exited":
		case "timed_out":
			return [`Exit code: ${outcome.exitCode}`, wallTime];
		case "signalled":
			return [`Exit code: ${outcome.exitCode} (killed by ${outcome.signal})`, wallTime];
		case "aborted":
			return ["aborted by the user", wallTime];
		case "spawn_failed":
			return [];
	}
}

/** What is said in place of output that is hardly text: its size and how it begins. `undefined` for text. */
export function binaryNotice({ output, totalBytes }: CommandResult): string | undefined {
	if (!isMostlyBinary(output)) return undefined;
	const preview = binaryPreview(output, binaryPreviewCharacters);
	return `[binary output of ${totalBytes} bytes; it begins: ${preview}]`;
}

function shownOutput(
	{ output, totalBytes }: CommandResult,
	{ limitBytes, notice }: OutputFacts,
): { readonly text: string; readonly isCut: boolean } {
	if (notice !== undefined) return { text: notice, isCut: false };
	const text = stripControls(output);
	const lostBytes = Math.max(0, totalBytes - Buffer.byteLength(output));
	const shown = truncateMiddle(text, Math.max(0, limitBytes - headBytes), lostBytes);
	return { text: shown, isCut: shown !== text || lostBytes > 0 };
}
