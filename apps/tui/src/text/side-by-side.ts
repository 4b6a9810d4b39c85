// A unified diff in two columns: what was on the left, what is on the right, changed lines beside each other. For wide
// screens; `diffLines` is for the others.

import { cleanLines } from "./clean.ts";
import type { Line, Span, Style } from "./span.ts";
import { padLine, span, wrapLine } from "./wrap.ts";

/** From this width on two columns show whole lines of most code: 60 columns each. */
export const sideBySideColumns = 120;

const added: Style = { fg: "added" };
const removed: Style = { fg: "removed" };
const context: Style = {};
const place: Style = { fg: "accent" };
const dim: Style = { fg: "dim" };

const between: Span = span(" │ ", dim);

interface Side {
	readonly number: number;
	/** With its sign. */
	readonly text: string;
	readonly style: Style;
}

const gutterColumns = 6;

/** The rows of one side, each exactly `width` wide. */
function column(side: Side | undefined, width: number): readonly Line[] {
	if (side === undefined) return [];
	const rows = wrapLine([span(side.text === "" ? " " : side.text, side.style)], Math.max(1, width - gutterColumns));
	return rows.map((row, at) => {
		const gutter = at === 0 ? `${String(side.number).padStart(gutterColumns - 1)} ` : " ".repeat(gutterColumns);
		return padLine([span(gutter, dim), ...row], width);
	});
}

function joined(left: Side | undefined, right: Side | undefined, width: number): readonly Line[] {
	const half = Math.floor((width - between.text.length) / 2);
	const [lefts, rights] = [column(left, half), column(right, half)];
	const blank: Line = [span(" ".repeat(half))];
	return Array.from(
		{ length: Math.max(lefts.length, rights.length) },
		(_, at): Line => [...(lefts[at] ?? blank), between, ...(rights[at] ?? [])],
	);
}

/** Lines of a change that wait for those beside them. */
class Change {
	private lefts: Side[] = [];
	private rights: Side[] = [];
	private readonly width: number;

	constructor(width: number) {
		this.width = width;
	}

	remove(side: Side): void {
		this.lefts.push(side);
	}

	add(side: Side): void {
		this.rights.push(side);
	}

	take(): readonly Line[] {
		const { lefts, rights, width } = this;
		this.lefts = [];
		this.rights = [];
		return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, at) =>
			joined(lefts[at], rights[at], width),
		).flat();
	}
}

/** The rows of a unified diff in two columns; `width` is at least 20. */
export function sideBySideLines(diff: string, width: number): readonly Line[] {
	const change = new Change(width);
	let oldLine = 0;
	let newLine = 0;
	let isBody = false;
	const lineRows = (text: string): readonly Line[] => {
		const rest = text.slice(1);
		switch (text.charAt(0)) {
			case "-":
				change.remove({ number: oldLine, text: `-${rest}`, style: removed });
				oldLine += 1;
				return [];
			case "+":
				change.add({ number: newLine, text: `+${rest}`, style: added });
				newLine += 1;
				return [];
			case "\\":
				return [...change.take(), ...wrapLine([span(text, dim)], width)];
			default: {
				const [left, right] = [oldLine, newLine].map((number): Side => ({ number, text, style: context }));
				oldLine += 1;
				newLine += 1;
				return [...change.take(), ...joined(left, right, width)];
			}
		}
	};
	const rows = cleanLines(diff.replace(/\n$/, "")).flatMap((text): readonly Line[] => {
		const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
		if (hunk !== null) {
			[oldLine, newLine, isBody] = [Number(hunk[1]), Number(hunk[2]), true];
			return [...change.take(), ...wrapLine([span(text, place)], width)];
		}
		if (text.startsWith("diff --git ")) isBody = false;
		return isBody ? lineRows(text) : [...change.take(), ...wrapLine([span(text, dim)], width)];
	});
	return [...rows, ...change.take()];
}
