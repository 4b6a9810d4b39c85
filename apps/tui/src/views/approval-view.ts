// The question whether a command may run or a patch may be applied: exactly what, where, why, and what "always" would save.
// What cannot be shown whole shows its beginning, its end and its length, so that nothing hides in the middle unseen. Pure.

import type { ExecApprovalRequestEvent, OfferedRule } from "@codex/protocol";
import { type ApprovalChoice, approvalChoices, offersOf } from "../app/approvals.ts";
import type { AppState, PendingApproval } from "../app/state.ts";
import { layOutText } from "../composer/rows.ts";
import { cleanLine, cleanLines } from "../text/clean.ts";
import { countChanges, diffLines } from "../text/diff.ts";
import type { Line, Style } from "../text/span.ts";
import { padLine, span, wrapLine } from "../text/wrap.ts";
import type { TranscriptLayout } from "../transcript/layout.ts";
import type { Part } from "./screen-view.ts";
import { shortPath } from "./status-line.ts";

const dim: Style = { fg: "dim" };
const bold: Style = { bold: true };
const title: Style = { fg: "warning", bold: true };
const code: Style = { fg: "code" };
const border: Style = { fg: "warning" };
const chosenStyle: Style = { bg: "selection", bold: true };

// Rows of a long command that are shown at its beginning and at its end.
const headRows = 8;
const tailRows = 3;

/** A word as a shell would need it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The command as it is run: a script of a shell as the script itself, other words quoted. */
export function commandText(command: readonly string[]): string {
	const [program = "", flag = "", script] = command;
	const isScript = command.length === 3 && /(?:^|\/)(?:ba|z|da|k)?sh$/.test(program) && /^-l?c$/.test(flag);
	return isScript && script !== undefined ? script : command.map(quoted).join(" ");
}

/** Control characters are shown by name: in a command they must not vanish. */
function visible(text: string): string {
	return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (char) => {
		const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
		return `\\x${hex}`;
	}).replace(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

function commandLines(request: ExecApprovalRequestEvent, width: number, isFull: boolean): readonly Line[] {
	const text = commandText(request.command);
	const rows = cleanLines(visible(text)).flatMap((line) => wrapLine([span(line, code)], width));
	const count = `${text.length} characters, ${text.split("\n").length} line${text.includes("\n") ? "s" : ""}`;
	if (isFull || rows.length <= headRows + tailRows + 1) {
		return rows.length > 3 ? [...rows, [span(count, dim)]] : rows;
	}
	const hidden = rows.length - headRows - tailRows;
	return [
		...rows.slice(0, headRows),
		[span(`… ${hidden} rows between; \`v\` shows all of it`, { fg: "warning" })],
		...rows.slice(-tailRows),
		[span(count, dim)],
	];
}

const labelled = (label: string, text: string, width: number): readonly Line[] =>
	wrapLine([span(`${label} `, dim), span(cleanLine(text))], width, { indent: [span("  ")] });

function execLines(state: AppState, pending: PendingApproval, width: number): readonly Line[] {
	const { request, isFull } = pending;
	if (request.type !== "exec_approval_request") return [];
	const { cwd, reason, justification, programs, outsideSandbox } = request;
	return [
		...commandLines(request, width, isFull),
		[],
		...labelled("in", shortPath(cwd, state.settings.home), width),
		...(reason === undefined ? [] : labelled("why it asks:", reason, width)),
		...(outsideSandbox === true ? wrapLine([span("It would run outside the sandbox", { fg: "error", bold: true })], width) : []),
		...(justification === undefined ? [] : labelled("the model says:", justification, width)),
		...(programs === undefined
			? labelled("programs:", "not understood; judge the text itself", width)
			: programs.length > 1 || programs[0] !== commandText(request.command)
				? labelled("programs:", programs.map((program) => cleanLine(visible(program))).join("  ·  "), width)
				: []),
	];
}

function patchLines(state: AppState, pending: PendingApproval, width: number): readonly Line[] {
	const { request } = pending;
	if (request.type !== "patch_approval_request") return [];
	return [
		...(request.reason === undefined ? [] : labelled("why it asks:", request.reason, width)),
		...request.changes.flatMap(({ path, kind, movePath, unifiedDiff }): readonly Line[] => {
			const { added, removed } = countChanges(unifiedDiff);
			const to = movePath === undefined ? "" : ` → ${shortPath(movePath, state.settings.home)}`;
			const head = [span(`${kind} `, bold), span(cleanLine(shortPath(path, state.settings.home) + to)), span(` +${added} -${removed}`, dim)];
			return [...wrapLine(head, width), ...diffLines(unifiedDiff, width), []];
		}),
	];
}

function ruleLines(rules: readonly OfferedRule[], width: number): readonly Line[] {
	const list = (label: string, examples: readonly string[], style: Style): readonly Line[] =>
		examples.length === 0
			? []
			: wrapLine([span(`${label} `, dim), span(examples.map((example) => cleanLine(visible(example))).join("  ·  "), style)], width, {
					indent: [span("      ")],
				});
	return rules.flatMap(({ text, allows, doesNotAllow }) => [
		...wrapLine([span(cleanLine(visible(text)), code)], width),
		...list("  allows:", allows, { fg: "success" }),
		...list("  not:", doesNotAllow, { fg: "error" }),
	]);
}

const choiceTexts: Readonly<Record<ApprovalChoice, string>> = {
	approve: "Yes, once",
	approve_session: "Yes, for the rest of this session",
	approve_always: "Always: save this rule",
	deny: "No, and say what to do instead",
	abort: "No, and stop the turn",
};

function choiceLines(state: AppState, pending: PendingApproval, width: number): readonly Line[] {
	const offers = offersOf(pending);
	return approvalChoices(pending).flatMap((choice, at): readonly Line[] => {
		const isChosen = at === pending.selected;
		const key = state.settings.keymap.keyFor(choice);
		const more = choice === "approve_always" && offers.length > 1 ? `  (${pending.offer + 1} of ${offers.length}, ← → changes it)` : "";
		const text = [span(isChosen ? "▸ " : "  ", isChosen ? chosenStyle : {}), span(`${choiceTexts[choice]} `, isChosen ? chosenStyle : {}), span(`(${key})${more}`, isChosen ? { fg: "dim", bg: "selection" } : dim)];
		const line = isChosen ? padLine(text, width, { bg: "selection" }) : text;
		const rules = choice === "approve_always" ? ruleLines(offers[pending.offer] ?? [], Math.max(1, width - 4)) : [];
		return [line, ...rules.map((rule): Line => [span("    "), ...rule])];
	});
}

function feedbackPart(pending: PendingApproval, width: number): Part | undefined {
	const { feedback } = pending;
	if (feedback === undefined) return undefined;
	const { rows, cursor } = layOutText(feedback.text, [], Math.max(1, width - 2), feedback.cursor);
	const head = wrapLine([span("No. What shall it do instead?", bold), span(" Enter sends it, Esc goes back", dim)], width);
	const from = Math.max(0, cursor.row - 4);
	const text = rows.slice(from, from + 5).map(({ parts }, at): Line => [
		span(at + from === 0 ? "› " : "  ", { fg: "accent" }),
		...parts.map((part) => span(cleanLine(part.text))),
	]);
	return { lines: [...head, ...text], cursor: { row: head.length + cursor.row - from, column: 2 + cursor.column } };
}

function headLine(state: AppState, { request }: PendingApproval, width: number): Line {
	const what = request.type === "exec_approval_request" ? "Code wants to run" : "Code wants to change files";
	const more = state.approvals.length > 1 ? ` (1 of ${state.approvals.length})` : "";
	return padLine([span("── ", border), span(what, title), span(`${more} `, dim)], width, border).map((part, at, all) =>
		at === all.length - 1 && at > 2 ? span("─".repeat(part.text.length), border) : part,
	);
}

/** The question, over the end of the transcript. */
export function approvalView(state: AppState, pending: PendingApproval, layout: TranscriptLayout): Part {
	const { columns, rows } = state.size;
	const inner = Math.max(1, columns - 2);
	const indented = (lines: readonly Line[]): readonly Line[] => lines.map((line) => (columns > 2 ? [span(" "), ...line] : line));
	const feedback = feedbackPart(pending, inner);
	const answers = feedback?.lines ?? choiceLines(state, pending, inner);
	const body = pending.request.type === "exec_approval_request" ? execLines(state, pending, inner) : patchLines(state, pending, inner);
	// The answers are always seen; the body gets what is left, the transcript what is left after that.
	const room = Math.max(0, rows - answers.length - 2);
	const shownRows = Math.min(body.length, pending.isFull ? room : Math.min(room, Math.max(6, Math.floor(rows * 0.7))));
	const top = Math.max(0, Math.min(pending.top, body.length - shownRows));
	const isCut = shownRows < body.length;
	const shown = body.slice(top, top + shownRows);
	const mark: readonly Line[] = isCut ? [[span(`rows ${top + 1}–${top + shownRows} of ${body.length} · PgUp PgDn`, { fg: "warning" })]] : [[]];
	const modal = [headLine(state, pending, columns), ...indented(shown), ...indented(mark), ...indented(answers)];
	const above = Math.max(0, rows - modal.length);
	const said = layout.window(state.transcript, columns, above, { kind: "follow" }).lines;
	const lines = [...said, ...Array.from({ length: above - said.length }, (): Line => []), ...modal];
	if (feedback?.cursor === undefined) return { lines };
	const before = lines.length - feedback.lines.length;
	return { lines, cursor: { row: before + feedback.cursor.row, column: feedback.cursor.column + 1 } };
}
