// Where the text of a program is written: rows of cells, a cursor and a style. The cursor reaches the last rows only; those
// above are lines and stay as they are. What is kept is bounded.

import { type Line, plainStyle, type Span, type Style } from "./span.ts";
import { cellWidth, graphemes } from "./width.ts";

/** Bounds of what is kept. */
export interface AnsiLimits {
	/** Lines; of more the first are dropped. Default 10,000. */
	readonly maxLines?: number;
	/** Columns of a line; what is written beyond them is dropped. Default 4,096. */
	readonly maxColumns?: number;
}

interface Cell {
	/** A grapheme cluster; empty after a wide one. */
	text: string;
	style: Style;
}
type Row = Cell[];

const defaultLines = 10_000;
const defaultColumns = 4096;
// So far up a cursor may go: as on a tall terminal.
const reach = 200;
const tabStop = 8;
// A cluster that never ends (a thousand accents on one letter) is cut here.
const maxCluster = 64;

function spansOf(row: Row): Line {
	let end = row.length;
	while (end > 0 && row[end - 1]?.text === " " && row[end - 1]?.style === plainStyle) end -= 1;
	const spans: { text: string; style: Style }[] = [];
	for (const { text, style } of row.slice(0, end)) {
		const last = spans.at(-1);
		if (last !== undefined && last.style === style) last.text += text;
		else spans.push({ text, style });
	}
	return spans.filter(({ text }): boolean => text !== "") satisfies readonly Span[];
}

/** Where text is written. */
export class AnsiScreen {
	readonly #maxLines: number;
	readonly #maxColumns: number;
	/** Lines that no cursor reaches any more. */
	#done: Line[] = [];
	#rows: Row[] = [[]];
	/** Cursor: the row in `#rows`, and the column. */
	#row = 0;
	#column = 0;
	#saved = { row: 0, column: 0 };
	style: Style = plainStyle;
	dropped = 0;
	cut = false;

	constructor({ maxLines = defaultLines, maxColumns = defaultColumns }: AnsiLimits) {
		this.#maxLines = maxLines;
		this.#maxColumns = maxColumns;
	}

	lines(): readonly Line[] {
		return [...this.#done, ...this.#rows.map(spansOf)];
	}

	write(text: string): void {
		if (this.#column >= this.#maxColumns) {
			this.cut = true;
			return;
		}
		// One line of a megabyte is cut before it is taken apart.
		const room = (this.#maxColumns - this.#column) * maxCluster;
		for (const cluster of graphemes(text.length > room ? text.slice(0, room) : text)) this.#put(cluster);
	}

	#put(cluster: string): void {
		const row = this.#rowHere();
		const width = cellWidth(cluster);
		const before = row[this.#column - 1];
		if (width === 0 || before?.text.endsWith("\u200d") === true) {
			// It belongs to the character before, which came with an earlier piece.
			const holder = before?.text === "" ? row[this.#column - 2] : before;
			if (holder !== undefined && holder.text.length < maxCluster) holder.text += cluster;
			return;
		}
		if (this.#column + width > this.#maxColumns) {
			this.cut = true;
			return;
		}
		this.#fillTo(row, this.#column);
		this.#freeCell(row, this.#column);
		this.#freeCell(row, this.#column + width - 1);
		row[this.#column] = { text: cluster.slice(0, maxCluster).toWellFormed(), style: this.style };
		if (width === 2) row[this.#column + 1] = { text: "", style: this.style };
		this.#column += width;
	}

	/** A wide character of which one half is written over is gone as a whole. */
	#freeCell(row: Row, column: number): void {
		const cell = row[column];
		if (cell === undefined) return;
		if (cell.text === "" && column > 0) row[column - 1] = { text: " ", style: plainStyle };
		if (row[column + 1]?.text === "") row[column + 1] = { text: " ", style: plainStyle };
	}

	#rowHere(): Row {
		const row = this.#rows[this.#row] ?? [];
		this.#rows[this.#row] = row;
		return row;
	}

	#fillTo(row: Row, column: number): void {
		while (row.length < column) row.push({ text: " ", style: plainStyle });
	}

	newLine(): void {
		this.#column = 0;
		this.#row += 1;
		if (this.#row < this.#rows.length) return;
		this.#rows.push([]);
		if (this.#rows.length > reach * 2) this.#settle(reach);
	}

	/** Rows beyond the cursor's reach become lines. */
	#settle(count: number): void {
		this.#done.push(...this.#rows.splice(0, count).map(spansOf));
		this.#row -= count;
		this.#saved.row = Math.max(0, this.#saved.row - count);
		const over = this.#done.length + this.#rows.length - this.#maxLines;
		if (over <= 0) return;
		this.#done = this.#done.slice(over);
		this.dropped += over;
	}

	/** Moves; rows only among those that are there. */
	move(rows: number, columns: number): void {
		this.#row = Math.max(0, Math.min(this.#rows.length - 1, this.#row + rows));
		this.toColumn(this.#column + columns);
	}

	toColumn(column: number): void {
		this.#column = Math.max(0, Math.min(this.#maxColumns, column));
	}

	/** An absolute row counts from the first that the cursor reaches. */
	toRow(row: number): void {
		const top = Math.max(0, this.#rows.length - reach);
		this.#row = Math.max(0, Math.min(this.#rows.length - 1, top + row));
	}

	tab(): void {
		this.toColumn((Math.floor(this.#column / tabStop) + 1) * tabStop);
		if (this.#column < this.#maxColumns) this.#fillTo(this.#rowHere(), this.#column);
	}

	save(): void {
		this.#saved = { row: this.#row, column: this.#column };
	}

	restore(): void {
		this.#row = Math.min(this.#saved.row, this.#rows.length - 1);
		this.#column = this.#saved.column;
	}

	eraseLine(how: number): void {
		const row = this.#rowHere();
		if (how === 2) row.length = 0;
		else if (how === 1)
			for (let at = 0; at <= this.#column && at < row.length; at += 1) row[at] = { text: " ", style: plainStyle };
		else if (row.length > this.#column) {
			this.#freeCell(row, this.#column);
			row.length = this.#column;
		}
	}

	/** Below the cursor, or all that the cursor reaches. */
	eraseScreen(how: number): void {
		if (how === 0) {
			this.eraseLine(0);
			this.#rows.length = this.#row + 1;
		} else if (how === 2) {
			const top = Math.max(0, this.#rows.length - reach);
			this.#rows.length = top;
			this.#rows.push([]);
			this.#row = top;
			this.#column = 0;
		}
	}
}
