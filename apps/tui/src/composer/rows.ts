// The composer's text as rows of the screen, and where its cursor is; up and down move by these rows. Pure.

import { cellWidth, graphemes } from "../text/width.ts";
import { type Chip, chipAt } from "./chips.ts";

/** A piece of a row. */
export interface RowPart {
	readonly text: string;
	readonly isChip: boolean;
}

/** A row of the text. */
export interface TextRow {
	readonly parts: readonly RowPart[];
	/** Offsets in the text: of the row's first character, and after its last. */
	readonly from: number;
	readonly to: number;
	/** The offset and column of each grapheme, in order. */
	readonly stops: readonly { readonly offset: number; readonly column: number }[];
	/** Columns that it takes. */
	readonly width: number;
}

/** The rows of a text, at least one. */
export interface TextRows {
	readonly rows: readonly TextRow[];
	readonly cursor: { readonly row: number; readonly column: number };
}

class RowBuilder {
	readonly rows: TextRow[] = [];
	private parts: RowPart[] = [];
	private stops: { offset: number; column: number }[] = [];
	private column = 0;
	private from = 0;

	add(shown: string, offset: number, isChip: boolean): void {
		this.stops.push({ offset, column: this.column });
		const last = this.parts.at(-1);
		if (last !== undefined && last.isChip === isChip && !isChip) {
			this.parts[this.parts.length - 1] = { text: last.text + shown, isChip };
		} else this.parts.push({ text: shown, isChip });
		this.column += cellWidth(shown);
	}

	fits(cells: number, width: number): boolean {
		return this.column + cells <= width || this.column === 0;
	}

	end(to: number, nextFrom: number): void {
		this.rows.push({ parts: this.parts, from: this.from, to, stops: this.stops, width: this.column });
		this.parts = [];
		this.stops = [];
		this.column = 0;
		this.from = nextFrom;
	}
}

/** A grapheme as it is shown: a block by its label, cut at the width; a tab as blanks. */
function shownAs(grapheme: string, chips: readonly Chip[], width: number): { readonly text: string; readonly isChip: boolean } {
	const chip = chipAt(chips, grapheme);
	if (chip === undefined) return { text: grapheme === "\t" ? "    ".slice(0, Math.min(4, width)) : grapheme, isChip: false };
	let text = "";
	let cells = 0;
	for (const part of graphemes(chip.label)) {
		cells += cellWidth(part);
		if (cells > width) break;
		text += part;
	}
	return { text, isChip: true };
}

/** Lays the text out. `width` is at least 1; a grapheme wider than it is left out. */
export function layOutText(text: string, chips: readonly Chip[], width: number, cursor: number): TextRows {
	const builder = new RowBuilder();
	let offset = 0;
	for (const line of text.split("\n")) {
		for (const grapheme of graphemes(line)) {
			const shown = shownAs(grapheme, chips, width);
			const cells = cellWidth(shown.text);
			if (!builder.fits(cells, width)) builder.end(offset, offset);
			if (cells <= width) builder.add(shown.text, offset, shown.isChip);
			offset += grapheme.length;
		}
		builder.end(offset, offset + 1);
		offset += 1;
	}
	return { rows: builder.rows, cursor: placeOf(builder.rows, cursor, width) };
}

function placeOf(rows: readonly TextRow[], cursor: number, width: number): TextRows["cursor"] {
	for (const [at, row] of rows.entries()) {
		const next = rows[at + 1];
		// The end of a wrapped row is the start of the next one.
		if (cursor > row.to || (cursor === row.to && next !== undefined && next.from === row.to)) continue;
		const stop = row.stops.find(({ offset }) => offset >= cursor);
		return { row: at, column: Math.min(stop?.column ?? row.width, width) };
	}
	return { row: Math.max(0, rows.length - 1), column: 0 };
}

/** The offset in a row that is nearest to a column. `isWrapped`: its end is the start of the next row. */
export function offsetAt(row: TextRow, column: number, isWrapped: boolean): number {
	let best = row.from;
	for (const stop of row.stops) {
		if (stop.column > column) return best;
		best = stop.offset;
	}
	return row.width <= column && !isWrapped ? row.to : best;
}
