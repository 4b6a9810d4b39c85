// A row of the screen as cells: what stands in each column and how it looks. Lines of spans become rows here, cut at the
// width; a row never holds a control character, whatever a view gave.

import type { Line } from "../text/span.ts";
import { cellWidth, graphemes } from "../text/width.ts";

/** One row. All three have one entry for each column. */
export interface Row {
	/** A grapheme, or `""` for the second column of a wide one. */
	readonly text: readonly string[];
	/** The SGR parameters of the cell, `""` for the terminal's own look. */
	readonly sgr: readonly string[];
	/** Columns after which the terminal's cursor may stand elsewhere than we think: terminals disagree on this grapheme. */
	readonly risky: ReadonlySet<number>;
}

/** Gives the SGR parameters of a style; called once for each style object. */
export type SgrOf = (style: Line[number]["style"]) => string;

const noColumns: ReadonlySet<number> = new Set();

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

// One code point of Latin, Greek, Cyrillic, box drawing or unified CJK: all terminals agree on these.
const agreed = /^[\u00a1-\u02ff\u0370-\u052f\u2500-\u257f\u2580-\u259f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]$/u;

const isControl = (grapheme: string): boolean => {
	const code = grapheme.codePointAt(0) ?? 0;
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
};

/** Makes the row of a line. Never wider than `width`; a wide grapheme that would not fit whole is left out. */
export function toRow(line: Line, width: number, sgrOf: SgrOf): Row {
	const text: string[] = [];
	const sgr: string[] = [];
	let risky: Set<number> | undefined;
	for (const span of line) {
		if (text.length >= width) break;
		const look = sgrOf(span.style);
		if (isAscii(span.text)) {
			const fitting = Math.min(span.text.length, width - text.length);
			for (let at = 0; at < fitting; at += 1) {
				text.push(span.text.charAt(at));
				sgr.push(look);
			}
			continue;
		}
		for (const grapheme of graphemes(span.text)) {
			if (isControl(grapheme)) continue;
			const cells = cellWidth(grapheme);
			if (cells === 0) continue;
			if (text.length + cells > width) break;
			text.push(grapheme);
			sgr.push(look);
			for (let extra = 1; extra < cells; extra += 1) {
				text.push("");
				sgr.push(look);
			}
			if (!agreed.test(grapheme) && !isAscii(grapheme)) {
				risky ??= new Set();
				risky.add(text.length);
			}
		}
	}
	while (text.length < width) {
		text.push(" ");
		sgr.push("");
	}
	return { text, sgr, risky: risky ?? noColumns };
}
