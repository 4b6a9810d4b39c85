// Which rows of the transcript are on the screen. Only cells that are shown are laid out, and what was laid out of a cell
// is kept by its id, version and width. The place is kept by cell, so that a new width does not lose it.

import type { Line } from "../text/span.ts";
import { cellLines } from "./cell-lines.ts";
import type { Cell, TranscriptState } from "./state.ts";

/** Where the transcript is scrolled to. */
export type Scroll =
	/** The end is shown, and stays shown. */
	| { readonly kind: "follow" }
	/** The first row shown is row `row` of the cell with this id. */
	| { readonly kind: "anchor"; readonly cellId: number; readonly row: number };

/** What is seen of the transcript. */
export interface TranscriptWindow {
	readonly lines: readonly Line[];
	/** Rows are hidden below. */
	readonly hasMoreBelow: boolean;
	/** Rows are hidden above. */
	readonly hasMoreAbove: boolean;
}

/** Lays transcripts out. Keeps what it laid out; the answers depend on the arguments alone. */
export interface TranscriptLayout {
	/** The rows for a window of `rows` rows. */
	window(state: TranscriptState, width: number, rows: number, scroll: Scroll): TranscriptWindow;
	/** The place after scrolling by a number of rows, negative is up; `follow` when it reaches the end. */
	scrolled(state: TranscriptState, scroll: Scroll, by: number, size: { readonly width: number; readonly rows: number }): Scroll;
	/** All rows, for a pager. */
	all(state: TranscriptState, width: number): readonly Line[];
	/** How many cells were laid out so far, for tests. */
	readonly laidOut: number;
}

/** The place of the first row. */
export function scrollTop(state: TranscriptState): Scroll {
	const first = state.cells[0];
	return first === undefined ? { kind: "follow" } : { kind: "anchor", cellId: first.id, row: 0 };
}

// 4,000 cells of some ten rows are a few megabytes.
const maxKept = 4000;

interface Kept {
	readonly cell: Cell;
	readonly key: string;
	readonly lines: readonly Line[];
}

interface Position {
	readonly index: number;
	readonly row: number;
}

const blank: Line = [];

/** Makes one. */
export function createTranscriptLayout(): TranscriptLayout {
	const kept = new Map<number, Kept>();
	let laidOut = 0;

	const linesOf = (state: TranscriptState, index: number, width: number): readonly Line[] => {
		const cell = state.cells[index];
		if (cell === undefined) return [];
		const key = `${width} ${state.showsReasoning} ${state.showsDetails}`;
		const known = kept.get(cell.id);
		if (known?.cell === cell && known.key === key) return known.lines;
		laidOut += 1;
		// An empty row stands between cells.
		const lines = [...cellLines(cell, width, state), blank];
		kept.delete(cell.id);
		kept.set(cell.id, { cell, key, lines });
		if (kept.size > maxKept) {
			const [oldest] = kept.keys();
			if (oldest !== undefined) kept.delete(oldest);
		}
		return lines;
	};
	const indexOf = (state: TranscriptState, id: number): number => {
		// Ids grow, so the cell is found by halving.
		let low = 0;
		let high = state.cells.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((state.cells[middle]?.id ?? 0) < id) low = middle + 1;
			else high = middle;
		}
		return low;
	};
	/** The first row shown when the last row of the transcript is at the bottom. */
	const bottom = (state: TranscriptState, width: number, rows: number): Position => {
		let left = rows;
		for (let index = state.cells.length - 1; index >= 0; index -= 1) {
			// The blank row after the last cell is not shown.
			const count = linesOf(state, index, width).length - (index === state.cells.length - 1 ? 1 : 0);
			if (count >= left) return { index, row: count - left };
			left -= count;
		}
		return { index: 0, row: 0 };
	};
	const positionOf = (state: TranscriptState, width: number, rows: number, scroll: Scroll): Position => {
		const end = bottom(state, width, rows);
		if (scroll.kind === "follow") return end;
		const index = indexOf(state, scroll.cellId);
		const row = Math.min(scroll.row, Math.max(0, linesOf(state, index, width).length - 1));
		return index > end.index || (index === end.index && row > end.row) ? end : { index, row };
	};
	const isSame = (left: Position, right: Position): boolean => left.index === right.index && left.row === right.row;
	return {
		get laidOut() {
			return laidOut;
		},
		window: (state, width, rows, scroll) => {
			const start = positionOf(state, width, rows, scroll);
			const lines: Line[] = [];
			for (let index = start.index; index < state.cells.length && lines.length < rows; index += 1) {
				const from = index === start.index ? start.row : 0;
				lines.push(...linesOf(state, index, width).slice(from, from + rows - lines.length));
			}
			return {
				lines,
				hasMoreAbove: start.index > 0 || start.row > 0,
				hasMoreBelow: !isSame(start, bottom(state, width, rows)),
			};
		},
		scrolled: (state, scroll, by, { width, rows }) => {
			let { index, row } = positionOf(state, width, rows, scroll);
			row += by;
			while (row < 0 && index > 0) {
				index -= 1;
				row += linesOf(state, index, width).length;
			}
			for (let count = linesOf(state, index, width).length; row >= count && index < state.cells.length - 1; ) {
				row -= count;
				index += 1;
				count = linesOf(state, index, width).length;
			}
			const end = bottom(state, width, rows);
			const cell = state.cells[index];
			if (cell === undefined || index > end.index || (index === end.index && row >= end.row)) return { kind: "follow" };
			return { kind: "anchor", cellId: cell.id, row: Math.max(0, row) };
		},
		all: (state, width) => state.cells.flatMap((_cell, index) => linesOf(state, index, width)),
	};
}
