// Words for people about single events. Pure; every function returns text that is safe to show.

import path from "node:path";
import type { ExecCommandEndEvent, FileChange, JsonValue, PlanUpdateEvent, TokenCountEvent } from "@codex/protocol";
import { printable, printableLine } from "../terminal/printable.ts";

/** A duration: `340 ms`, `1.2 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How a command ended. */
export function commandEndText({ outcome, durationMs }: ExecCommandEndEvent): string {
	const time = `in ${durationText(durationMs)}`;
	switch (outcome.status) {
		case "exited":
			return `exit ${outcome.exitCode} ${time}`;
		case "signalled":
			return `killed by ${printableLine(outcome.signal, 32)} ${time}`;
		case "timed_out":
			return `timed out ${time}`;
		case "aborted":
			return `aborted ${time}`;
		case "declined":
			return `declined: ${printableLine(outcome.reason, 400)}`;
		case "spawn_failed":
			return `could not start: ${printableLine(outcome.message, 400)}`;
	}
}

/** The last lines of an output that say anything, each cut to a terminal's width. */
export function tailLines(output: string, count: number): readonly string[] {
	// 8192: enough for the last few lines, however long the output is.
	const lines = printable(output.slice(-8192)).split("\n");
	return lines
		.filter((line) => line.trim() !== "")
		.slice(-count)
		.map((line) => (line.length > 160 ? `${line.slice(0, 159)}…` : line));
}

function countLines(diff: string): { readonly added: number; readonly removed: number } {
	let added = 0;
	let removed = 0;
	for (const line of diff.split("\n")) {
		if (line.startsWith("+") && !line.startsWith("+++ ")) added += 1;
		if (line.startsWith("-") && !line.startsWith("--- ")) removed += 1;
	}
	return { added, removed };
}

const changeLetters = { add: "A", delete: "D", update: "M" } as const;

/** A path as seen from `cwd`; one outside it stays absolute. */
function shownPath(file: string, cwd: string): string {
	const inside = path.relative(cwd, file);
	return printableLine(inside === "" || inside.startsWith("..") ? file : inside, 200);
}

/** The files of a patch with their line counts. */
export function patchText(changes: readonly FileChange[], cwd: string): string {
	return changes
		.map((change) => {
			const { added, removed } = countLines(change.unifiedDiff);
			const moved = change.movePath === undefined ? "" : ` → ${shownPath(change.movePath, cwd)}`;
			return `${changeLetters[change.kind]} ${shownPath(change.path, cwd)}${moved} (+${added} −${removed})`;
		})
		.join(", ");
}

/** A tool's arguments on one short line. */
export function argumentsText(value: JsonValue): string {
	if (value === null || typeof value !== "object") return printableLine(String(value), 120);
	const pairs = Object.entries(value).map(([key, entry]) => {
		const text = typeof entry === "string" ? entry : JSON.stringify(entry);
		return `${key}=${text}`;
	});
	return printableLine(pairs.join(" "), 120);
}

const stepMarks = { completed: "[x]", in_progress: "[>]", pending: "[ ]" } as const;

/** The plan as a list. */
export function planLines({ explanation, plan }: PlanUpdateEvent): readonly string[] {
	const head =
		explanation === undefined || explanation.trim() === "" ? "plan" : `plan: ${printableLine(explanation, 200)}`;
	return [head, ...plan.map(({ step, status }) => `  ${stepMarks[status]} ${printableLine(step, 200)}`)];
}

/** Usage and cost of the session so far. */
export function usageText({ total, totalCostUsd }: TokenCountEvent): string {
	const uncached = total.inputTokens - total.cachedInputTokens;
	const cached = total.cachedInputTokens > 0 ? ` (+ ${total.cachedInputTokens} cached)` : "";
	const reasoning = total.reasoningOutputTokens > 0 ? ` (reasoning ${total.reasoningOutputTokens})` : "";
	const cost = totalCostUsd === null ? "" : `, $${totalCostUsd.toFixed(4)}`;
	return `Token usage: total=${uncached + total.outputTokens} input=${uncached}${cached} output=${total.outputTokens}${reasoning}${cost}`;
}
