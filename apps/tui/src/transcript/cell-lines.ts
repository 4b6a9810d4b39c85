// How each kind of cell looks. Pure: a cell, a width and what is unfolded give lines.

import { ansiLines } from "../text/ansi.ts";
import { cleanLine, cleanLines } from "../text/clean.ts";
import { countChanges, diffLines } from "../text/diff.ts";
import { growingMarkdownLines, markdownLines } from "../text/markdown.ts";
import { type Line, plainStyle, type Style } from "../text/span.ts";
import { truncate } from "../text/width.ts";
import { cutLine, span, wrapLine } from "../text/wrap.ts";
import type { Cell, TranscriptState } from "./state.ts";

/** What is shown whole. */
export type Unfolded = Pick<TranscriptState, "showsReasoning" | "showsDetails">;

const dim: Style = { fg: "dim" };
const bold: Style = { bold: true };
const errorStyle: Style = { fg: "error" };
const warningStyle: Style = { fg: "warning" };
const successStyle: Style = { fg: "success" };
const accent: Style = { fg: "accent" };
const reasoningStyle: Style = { fg: "reasoning", italic: true };
const userStyle: Style = { fg: "user" };
const borderStyle: Style = { fg: "border" };

// Rows of an output that are shown while folded: enough to see what went wrong.
const foldedHead = 4;
const foldedTail = 4;
const foldedDiff = 24;

/** Puts a sign before the first row and blanks before the others. */
function withGutter(sign: Line, lines: readonly Line[], width: number): readonly Line[] {
	return lines.map((line, at) => cutLine([...(at === 0 ? sign : [span("  ")]), ...line], width));
}

const inner = (width: number): number => Math.max(1, width - 2);

/** Seconds for people: `0.4s`, `12s`, `3m05s`. */
export function showDuration(ms: number): string {
	if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
	const seconds = Math.round(ms / 1000);
	return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}

// Beyond this, a folded output is only looked at near its ends: what runs may print megabytes.
const lookedAtWhole = 64 * 1024;
const lookedAtEnds = 8 * 1024;

/** Output of a program in its own colours; where it has none, dim. */
function outputLines(text: string): readonly Line[] {
	return ansiLines(text.replace(/\s+$/, "")).map((line) =>
		line.map((part) => (part.style === plainStyle ? { text: part.text, style: dim } : part)),
	);
}

interface Folded {
	readonly head: readonly Line[];
	readonly hidden: number;
	readonly tail: readonly Line[];
}

function fold(output: string): Folded {
	if (output.length <= lookedAtWhole) {
		const lines = outputLines(output);
		const hidden = lines.length - foldedHead - foldedTail;
		if (hidden <= 1) return { head: lines, hidden: 0, tail: [] };
		return { head: lines.slice(0, foldedHead), hidden, tail: lines.slice(-foldedTail) };
	}
	const tail = outputLines(output.slice(-lookedAtEnds)).slice(1).slice(-foldedTail);
	const head = outputLines(output.slice(0, lookedAtEnds)).slice(0, foldedHead);
	return { head, hidden: output.split("\n").length - head.length - tail.length, tail };
}

function foldedOutput(output: string, width: number, whole: boolean): readonly Line[] {
	if (output.trim() === "") return [];
	if (whole) return outputLines(output).flatMap((line) => wrapLine(line, width));
	const { head, hidden, tail } = fold(output);
	const rows = (lines: readonly Line[]): readonly Line[] => lines.map((line) => shortened(line, width));
	if (hidden <= 0) return rows([...head, ...tail]);
	return [...rows(head), [span(truncate(`… ${hidden} more lines`, width), { fg: "dim", italic: true })], ...rows(tail)];
}

/** A line cut at the width, with a sign that it was. */
function shortened(line: Line, width: number): Line {
	const cut = cutLine(line, width);
	return cut === line || width < 2 ? cut : [...cutLine(line, width - 1), span("…", dim)];
}

type CommandCell = Extract<Cell, { readonly kind: "command" }>;

function commandStatus({ outcome, durationMs, finished }: CommandCell): { readonly sign: Line; readonly tail: string } {
	const took = durationMs > 0 ? ` · ${showDuration(durationMs)}` : "";
	if (outcome === undefined) return { sign: [span(finished ? "✖ " : "⚙ ", finished ? errorStyle : accent)], tail: "" };
	switch (outcome.status) {
		case "exited":
			return outcome.exitCode === 0
				? { sign: [span("✔ ", successStyle)], tail: took }
				: { sign: [span("✖ ", errorStyle)], tail: ` · exit ${outcome.exitCode}${took}` };
		case "signalled":
			return { sign: [span("✖ ", errorStyle)], tail: ` · killed by ${outcome.signal}${took}` };
		case "timed_out":
			return { sign: [span("✖ ", errorStyle)], tail: ` · timed out${took}` };
		case "aborted":
			return { sign: [span("✖ ", errorStyle)], tail: ` · interrupted${took}` };
		case "declined":
			return { sign: [span("✖ ", errorStyle)], tail: ` · declined: ${cleanLine(outcome.reason)}` };
		case "spawn_failed":
			return { sign: [span("✖ ", errorStyle)], tail: ` · not started: ${cleanLine(outcome.message)}` };
	}
}

function commandLines(cell: CommandCell, width: number, unfolded: Unfolded): readonly Line[] {
	const { sign, tail } = commandStatus(cell);
	const shown = cleanLines(cell.display);
	const first =
		shown.length > 3 && !unfolded.showsDetails ? [...shown.slice(0, 3), `… ${shown.length - 3} more lines`] : shown;
	const lead = cell.own ? "! " : "$ ";
	const head = first.flatMap((text, at) => {
		const line = [span(at === 0 ? lead : "  ", dim), span(text, bold)];
		const end = at === first.length - 1 ? [span(tail, dim)] : [];
		return wrapLine([...line, ...end], inner(width), { indent: [span("  ")] });
	});
	const output = foldedOutput(cell.output, Math.max(1, inner(width) - 2), unfolded.showsDetails);
	return withGutter(sign, [...head, ...output.map((line) => [span("│ ", borderStyle), ...line])], width);
}

const patchVerbs = { add: "Added", delete: "Deleted", update: "Edited" };

function patchLines(
	cell: Extract<Cell, { readonly kind: "patch" }>,
	width: number,
	unfolded: Unfolded,
): readonly Line[] {
	const isBad = cell.status !== "running" && cell.status !== "completed";
	const sign = [span(cell.status === "running" ? "⚙ " : isBad ? "✖ " : "✔ ", isBad ? errorStyle : successStyle)];
	const body = cell.changes.flatMap((change): readonly Line[] => {
		const { added, removed } = countChanges(change.unifiedDiff);
		const to = change.movePath === undefined ? "" : ` → ${cleanLine(change.movePath)}`;
		const head: Line = [
			span(`${patchVerbs[change.kind]} `, bold),
			span(`${cleanLine(change.path)}${to}`),
			span(` +${added}`, successStyle),
			span(` -${removed}`, errorStyle),
		];
		const diff = diffLines(change.unifiedDiff, inner(width)).filter(
			(line) => !/^(?:---|\+\+\+) /.test(line[0]?.text ?? ""),
		);
		const isLong = diff.length > foldedDiff && !unfolded.showsDetails;
		const shown = isLong ? diff.slice(0, foldedDiff) : diff;
		const more: Line[] = isLong
			? [[span(`… ${diff.length - foldedDiff} more lines`, { fg: "dim", italic: true })]]
			: [];
		return [...wrapLine(head, inner(width)), ...shown, ...more];
	});
	const status: Line[] = isBad
		? [[span(`${cell.status}${cell.message === "" ? "" : `: ${cleanLine(cell.message)}`}`, errorStyle)]]
		: [];
	return withGutter(sign, [...body, ...status.flatMap((line) => wrapLine(line, inner(width)))], width);
}

function toolLines(cell: Extract<Cell, { readonly kind: "tool" }>, width: number, unfolded: Unfolded): readonly Line[] {
	const isBad = cell.status === "failed" || cell.status === "aborted";
	const sign = [span(cell.status === "running" ? "⚙ " : isBad ? "✖ " : "✔ ", isBad ? errorStyle : successStyle)];
	const name = cell.server === "code" ? cell.tool : `${cell.server}.${cell.tool}`;
	const given = cleanLine(JSON.stringify(cell.arguments) ?? "");
	const took = cell.durationMs > 0 ? ` · ${showDuration(cell.durationMs)}` : "";
	const head: Line = [
		span(cleanLine(name), bold),
		span(` ${unfolded.showsDetails ? given : truncate(given, 120)}`, dim),
		span(`${isBad ? ` · ${cell.status}` : ""}${took}`, isBad ? errorStyle : dim),
	];
	const output = foldedOutput(cell.output, Math.max(1, inner(width) - 2), unfolded.showsDetails);
	const rows = [...wrapLine(head, inner(width)), ...output.map((line) => [span("│ ", borderStyle), ...line])];
	return withGutter(sign, rows, width);
}

function planLines(cell: Extract<Cell, { readonly kind: "plan" }>, width: number): readonly Line[] {
	const signs = { completed: "✔", in_progress: "▶", pending: "▢" };
	const styles = {
		completed: { fg: "dim", strike: true },
		in_progress: { fg: "accent", bold: true },
		pending: {},
	} as const;
	const done = cell.steps.filter(({ status }) => status === "completed").length;
	const head: Line = [span("Plan", bold), span(` ${done}/${cell.steps.length}`, dim)];
	const why = cell.explanation === "" ? [] : wrapLine([span(cleanLine(cell.explanation), dim)], inner(width));
	const steps = cell.steps.flatMap(({ step, status }) =>
		wrapLine([span(`${signs[status]} `, dim), span(cleanLine(step), styles[status])], inner(width), {
			indent: [span("  ")],
		}),
	);
	return withGutter([span("☰ ", accent)], [head, ...why, ...steps], width);
}

function reasoningLines(text: string, width: number, whole: boolean): readonly Line[] {
	if (!whole) {
		const titles = Array.from(text.matchAll(/\*\*([^*\n]+)\*\*/g), ([, title]) => title ?? "");
		const first = titles.at(-1) ?? cleanLines(text.trim())[0] ?? "";
		return withGutter([span("✻ ", dim)], [[span(truncate(cleanLine(first), inner(width)), reasoningStyle)]], width);
	}
	const body = markdownLines(text.trim(), inner(width)).map((line) =>
		line.map((part) => ({ text: part.text, style: part.style.fg === undefined ? reasoningStyle : part.style })),
	);
	return withGutter([span("✻ ", dim)], body, width);
}

const assistantLines = (text: string, isFinished: boolean, width: number): readonly Line[] =>
	isFinished ? markdownLines(text, width) : growingMarkdownLines(text, width);

const noticeSigns = { info: "ℹ ", warning: "▲ ", error: "✖ " };
const noticeStyles = { info: dim, warning: warningStyle, error: errorStyle };

/** The rows of a cell, none wider than `width` (at least 1). */
export function cellLines(cell: Cell, width: number, unfolded: Unfolded): readonly Line[] {
	switch (cell.kind) {
		case "user": {
			const images = cell.images === 0 ? [] : [`[${cell.images} image${cell.images === 1 ? "" : "s"}]`];
			const rows = [...cleanLines(cell.text), ...images].flatMap((text) =>
				wrapLine([span(text, userStyle)], inner(width)),
			);
			return withGutter([span("› ", accent)], rows, width);
		}
		case "assistant":
			return withGutter([span("• ", accent)], assistantLines(cell.text.trim(), cell.finished, inner(width)), width);
		case "reasoning":
			return reasoningLines(cell.text, width, unfolded.showsReasoning);
		case "command":
			return commandLines(cell, width, unfolded);
		case "patch":
			return patchLines(cell, width, unfolded);
		case "tool":
			return toolLines(cell, width, unfolded);
		case "plan":
			return planLines(cell, width);
		case "notice": {
			const style = noticeStyles[cell.level];
			const rows = cleanLines(cell.message).flatMap((text) => wrapLine([span(text, style)], inner(width)));
			return withGutter([span(noticeSigns[cell.level], style)], rows, width);
		}
		case "mark":
			return [
				cutLine([span(`── ${cleanLine(cell.text)} `, dim), span("─".repeat(Math.max(0, width)), borderStyle)], width),
			];
	}
}
