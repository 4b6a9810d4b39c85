// From one frame to the next with the fewest bytes: only cells that changed are written, within one synchronised update.
// It knows what the terminal shows; after a resize or a suspension it knows nothing and writes each row anew, without ever
// clearing the screen.

import type { Line } from "../text/span.ts";
import { type Row, type SgrOf, toRow } from "./cells.ts";
import { cursorTo, eraseToEnd, hideCursor, showCursor, syncBegin, syncEnd } from "./sequences.ts";

/** Columns and rows of a terminal; each at least 1. */
export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** A place on the screen, from 0. */
export interface Place {
	readonly column: number;
	readonly row: number;
}

/** What the screen shall show. */
export interface Frame {
	/** From the top; rows that are missing are empty, those too many are left out. */
	readonly lines: readonly Line[];
	/** Where the cursor is shown; hidden when absent. */
	readonly cursor?: Place;
}

/** Turns frames into bytes. */
export interface Painter {
	/** What to write so that the screen shows the frame; `""` when it does already. */
	paint(frame: Frame, size: Size): string;
	/** Forgets what the screen shows. */
	invalidate(): void;
	/** The look of styles changed (theme, colours): lines must be looked at again. */
	restyle(sgrOf: SgrOf): void;
}

// Up to 4 unchanged cells are written again rather than jumped over: a jump costs 4 to 9 bytes.
const maxGap = 4;

interface Pen {
	out: string;
	column: number;
	row: number;
	sgr: string;
}

function moveTo(pen: Pen, row: number, column: number): void {
	if (pen.row === row && pen.column === column) return;
	const forward = column - pen.column;
	if (pen.row === row && forward > 0 && pen.column >= 0) pen.out += forward === 1 ? "\x1b[C" : `\x1b[${forward}C`;
	else pen.out += cursorTo(row, column);
	pen.row = row;
	pen.column = column;
}

function setSgr(pen: Pen, sgr: string): void {
	if (pen.sgr === sgr) return;
	pen.out += sgr === "" ? "\x1b[m" : `\x1b[0;${sgr}m`;
	pen.sgr = sgr;
}

const isSame = (left: Row | undefined, right: Row, at: number): boolean =>
	left !== undefined && left.text[at] === right.text[at] && left.sgr[at] === right.sgr[at];

const isBlank = (row: Row, at: number): boolean => row.text[at] === " " && row.sgr[at] === "";

/** The column after which the row is blank in the terminal's own look. */
function contentEnd(row: Row): number {
	let end = row.text.length;
	while (end > 0 && isBlank(row, end - 1)) end -= 1;
	return end;
}

/** The end of the stretch of cells to write that begins at `start`: changes, and small gaps between them. */
function stretchEnd(before: Row | undefined, after: Row, start: number, limit: number): number {
	let end = start + 1;
	for (let at = end; at < limit && at - end < maxGap; at += 1) if (!isSame(before, after, at)) end = at + 1;
	while (end < limit && after.text[end] === "") end += 1;
	return end;
}

function writeCells(pen: Pen, row: Row, rowAt: number, [start, end]: readonly [number, number]): void {
	moveTo(pen, rowAt, start);
	for (let at = start; at < end; at += 1) {
		const text = row.text[at] ?? " ";
		if (text === "") continue;
		// A jump to where the cursor should be, when the terminal may see it elsewhere.
		if (pen.column !== at) moveTo(pen, rowAt, at);
		setSgr(pen, row.sgr[at] ?? "");
		pen.out += text;
		pen.column = at + 1;
		while (row.text[pen.column] === "") pen.column += 1;
		if (row.risky.has(pen.column)) pen.column = -1;
	}
}

function paintRow(pen: Pen, before: Row | undefined, after: Row, rowAt: number): void {
	const width = after.text.length;
	const end = contentEnd(after);
	const oldEnd = before === undefined ? width : contentEnd(before);
	// Worth its bytes when more than a few cells at the end become blank.
	const erases = oldEnd - end > maxGap;
	const limit = erases ? end : Math.max(end, oldEnd);
	for (let at = 0; at < limit; ) {
		if (isSame(before, after, at)) {
			at += 1;
			continue;
		}
		let start = at;
		while (start > 0 && after.text[start] === "") start -= 1;
		const stop = stretchEnd(before, after, at, limit);
		writeCells(pen, after, rowAt, [start, stop]);
		at = stop;
	}
	if (!erases) return;
	moveTo(pen, rowAt, end);
	setSgr(pen, "");
	pen.out += eraseToEnd;
}

/** Makes a painter that knows nothing of the screen yet. */
export function createPainter(initialSgr: SgrOf): Painter {
	let sgrOf = initialSgr;
	let rows: Row[] = [];
	let lines: (Line | undefined)[] = [];
	let shown: Size = { columns: 0, rows: 0 };
	let cursor: Place | undefined;
	let isCursorShown: boolean | undefined;

	const invalidate = (): void => {
		rows = [];
		lines = [];
		shown = { columns: 0, rows: 0 };
		cursor = undefined;
		isCursorShown = undefined;
	};
	const cursorBytes = (pen: Pen, wanted: Place | undefined): void => {
		if (wanted === undefined) {
			if (isCursorShown !== false) pen.out += hideCursor;
			isCursorShown = false;
			return;
		}
		moveTo(pen, wanted.row, wanted.column);
		if (isCursorShown !== true) pen.out += showCursor;
		isCursorShown = true;
	};
	return {
		invalidate,
		restyle: (next) => {
			sgrOf = next;
			lines = [];
		},
		paint: (frame, size) => {
			if (size.columns !== shown.columns || size.rows !== shown.rows) invalidate();
			shown = size;
			const pen: Pen = { out: "", row: -1, column: -1, sgr: "" };
			for (let at = 0; at < size.rows; at += 1) {
				const line = frame.lines[at] ?? [];
				if (lines[at] === line && rows[at] !== undefined) continue;
				lines[at] = line;
				const row = toRow(line, size.columns, sgrOf);
				paintRow(pen, rows[at], row, at);
				rows[at] = row;
			}
			setSgr(pen, "");
			const wanted = frame.cursor === undefined ? undefined : clampPlace(frame.cursor, size);
			const isUnmoved = wanted?.row === cursor?.row && wanted?.column === cursor?.column;
			if (pen.out === "" && isUnmoved && isCursorShown === (wanted !== undefined)) return "";
			const isLong = pen.out.length > 256 && isCursorShown === true;
			const body = isLong ? hideCursor + pen.out : pen.out;
			if (isLong) isCursorShown = false;
			pen.out = "";
			cursorBytes(pen, wanted);
			cursor = wanted;
			return `${syncBegin}${body}${pen.out}${syncEnd}`;
		},
	};
}

function clampPlace({ column, row }: Place, size: Size): Place {
	return {
		column: Math.max(0, Math.min(column, size.columns - 1)),
		row: Math.max(0, Math.min(row, size.rows - 1)),
	};
}
