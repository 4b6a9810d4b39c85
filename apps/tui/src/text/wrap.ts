// Lines of any length to lines of the screen: at blanks where that is possible, else anywhere between two graphemes.

import { type Line, plainStyle, type Span, type Style } from "./span.ts";
import { cellWidth, graphemes } from "./width.ts";

/** How a line is wrapped. */
export interface WrapOptions {
	/** What begins each row after the first; it is left out where it would take half of the width. */
	readonly indent?: Line;
}

/** One style, one text. */
export function span(text: string, style: Style = plainStyle): Span {
	return { text, style };
}

/** The columns of a line. */
export function lineWidth(line: Line): number {
	return line.reduce((sum, { text }) => sum + cellWidth(text), 0);
}

interface Piece {
	readonly text: string;
	readonly style: Style;
	readonly cells: number;
	readonly isBlank: boolean;
}

/** Words and blanks; a word wider than the row comes in graphemes. */
function piecesOf(line: Line, width: number): readonly Piece[] {
	return line.flatMap(({ text, style }) =>
		(text.match(/\s+|\S+/g) ?? []).flatMap((word): Piece[] => {
			const cells = cellWidth(word);
			const isBlank = /^\s/.test(word);
			if (cells <= width && !(/[\u3000-\u9fff\uac00-\ud7a3]/.test(word) && cells > 2)) {
				return [{ text: word, style, cells, isBlank }];
			}
			return graphemes(word).map((text) => ({ text, style, cells: cellWidth(text), isBlank }));
		}),
	);
}

class Rows {
	readonly done: Line[] = [];
	private spans: Span[] = [];
	private column = 0;
	private indentCells = 0;
	private readonly width: number;
	private readonly indent: Line;

	constructor(width: number, indent: Line) {
		this.width = width;
		this.indent = lineWidth(indent) * 2 > width ? [] : indent;
	}

	/** `joins`: the piece belongs to the word before it. */
	add(piece: Piece): void {
		if (piece.cells > this.width) return;
		if (this.column + piece.cells > this.width) {
			this.end();
			if (piece.isBlank) return;
			this.spans = [...this.indent];
			this.indentCells = lineWidth(this.indent);
			this.column = this.indentCells;
			if (this.column + piece.cells > this.width) {
				this.spans = [];
				this.column = 0;
			}
		}
		const last = this.spans.at(-1);
		if (last !== undefined && last.style === piece.style && this.column > this.indentCells) {
			this.spans[this.spans.length - 1] = { text: last.text + piece.text, style: piece.style };
		} else this.spans.push({ text: piece.text, style: piece.style });
		this.column += piece.cells;
	}

	end(): void {
		this.done.push(this.spans);
		this.spans = [];
		this.column = 0;
		this.indentCells = 0;
	}
}

/** Wraps a line; at least one row. `width` is at least 1; a grapheme wider than it is left out. */
export function wrapLine(line: Line, width: number, options: WrapOptions = {}): readonly Line[] {
	if (lineWidth(line) <= width) return [line];
	const rows = new Rows(width, options.indent ?? []);
	for (const piece of piecesOf(line, width)) rows.add(piece);
	rows.end();
	return rows.done;
}

/** Cuts a line to a width; a line that fits is given back itself. */
export function cutLine(line: Line, width: number): Line {
	if (lineWidth(line) <= width) return line;
	const cut: Span[] = [];
	let left = width;
	for (const part of line) {
		const cells = cellWidth(part.text);
		if (cells <= left) {
			cut.push(part);
			left -= cells;
			continue;
		}
		let text = "";
		for (const grapheme of graphemes(part.text)) {
			const wide = cellWidth(grapheme);
			if (wide > left) break;
			text += grapheme;
			left -= wide;
		}
		cut.push({ text, style: part.style });
		break;
	}
	return cut;
}

/** Fills a line with blanks of a style up to a width. */
export function padLine(line: Line, width: number, style: Style = plainStyle): Line {
	const missing = width - lineWidth(line);
	return missing > 0 ? [...line, { text: " ".repeat(missing), style }] : line;
}
