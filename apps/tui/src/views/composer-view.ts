// The composer: its text in rows, the cursor, and the lines around it. Pure.

import type { AppState } from "../app/state.ts";
import { layOutText, type TextRow } from "../composer/rows.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { cellWidth } from "../text/width.ts";
import { span } from "../text/wrap.ts";
import { composerWidth } from "./geometry.ts";
import type { Part } from "./screen-view.ts";

const dim: Style = { fg: "dim" };
const border: Style = { fg: "border" };
const focused: Style = { fg: "border_focused" };
const chipStyle: Style = { fg: "accent", bold: true };
const sign: Style = { fg: "accent", bold: true };
const shellSign: Style = { fg: "warning", bold: true };

function rowLine(row: TextRow, lead: Line): Line {
	return [...lead, ...row.parts.map(({ text, isChip }) => span(cleanLine(text), isChip ? chipStyle : {}))];
}

/** A line across with a note near its right end. */
function ruleLine(width: number, note: string, style: Style): Line {
	const shown = note === "" || cellWidth(note) + 6 > width ? "" : ` ${note} `;
	const tail = shown === "" ? 0 : 2;
	const rule = "─".repeat(Math.max(0, width - cellWidth(shown) - tail));
	return shown === "" ? [span(rule, style)] : [span(rule, style), span(shown, dim), span("─".repeat(tail), style)];
}

function placeholder(state: AppState): string {
	if (state.session.status === "none") return "No session: /new starts one";
	if (state.turn.status === "running") return "Enter steers, Tab queues, Esc interrupts";
	return "Ask for anything · / commands · @ files · ! shell · ? keys";
}

/** The composer in `rows` rows and two lines around it when there is room. */
export function composerView(state: AppState, rows: number, hasBorders: boolean, hasMoreBelow: boolean): Part {
	const { columns } = state.size;
	const { edit, chips, vim } = state.composer;
	const { rows: all, cursor } = layOutText(edit.text, chips, composerWidth(state.size), edit.cursor);
	// The row of the cursor is always shown.
	const top = Math.max(0, Math.min(cursor.row - rows + 1, all.length - rows), cursor.row >= rows ? cursor.row - rows + 1 : 0);
	const isShell = edit.text.startsWith("!");
	const isNormal = vim.mode === "normal";
	const lead = (at: number): Line =>
		at === 0 ? [span(isNormal ? "‹ " : isShell ? "! " : "› ", isShell ? shellSign : sign)] : [span("  ")];
	const shown = all.slice(top, top + rows).map((row, at) => rowLine(row, lead(at + top)));
	const text = edit.text === "" ? [[...lead(0), span(placeholder(state), dim)]] : shown;
	const place = { row: cursor.row - top + (hasBorders ? 1 : 0), column: 2 + cursor.column };
	if (!hasBorders) return { lines: text, cursor: place };
	const hidden = all.length > rows ? `${cursor.row + 1}/${all.length} lines` : "";
	const note = isNormal ? "normal mode" : hasMoreBelow ? "more below · Shift-End" : hidden;
	const style = state.hasFocus ? focused : border;
	return { lines: [ruleLine(columns, note, style), ...text, ruleLine(columns, "", style)], cursor: place };
}
