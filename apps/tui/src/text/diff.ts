// A unified diff as styled lines with line numbers.

import { cleanLines } from "./clean.ts";
import type { Line, Style } from "./span.ts";
import { span, wrapLine } from "./wrap.ts";

const added: Style = { fg: "added" };
const removed: Style = { fg: "removed" };
const context: Style = {};
const place: Style = { fg: "accent" };
const dim: Style = { fg: "dim" };

/** How many lines a diff adds and removes. */
export function countChanges(diff: string): { readonly added: number; readonly removed: number } {
	let plus = 0;
	let minus = 0;
	for (const line of diff.split("\n")) {
		if (line.startsWith("+") && !line.startsWith("+++ ")) plus += 1;
		else if (line.startsWith("-") && !line.startsWith("--- ")) minus += 1;
	}
	return { added: plus, removed: minus };
}

/** The lines of a unified diff, wrapped at `width` (at least 1). */
export function diffLines(diff: string, width: number): readonly Line[] {
	let oldLine = 0;
	let newLine = 0;
	// What stands before the first hunk of a file is its head; a line of a hunk may begin with `--- ` too.
	let isBody = false;
	return cleanLines(diff.replace(/\n$/, "")).flatMap((text): readonly Line[] => {
		const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
		if (hunk !== null) {
			oldLine = Number(hunk[1]);
			newLine = Number(hunk[2]);
			isBody = true;
			return wrapLine([span(text, place)], width);
		}
		if (text.startsWith("diff --git ")) isBody = false;
		if (!isBody) return wrapLine([span(text, dim)], width);
		const sign = text.charAt(0);
		const style = sign === "+" ? added : sign === "-" ? removed : context;
		const number = sign === "-" ? oldLine : newLine;
		if (sign !== "+") oldLine += 1;
		if (sign !== "-") newLine += 1;
		const gutter = width >= 20 ? `${String(number).padStart(5)} ` : "";
		const rows = wrapLine([span(text === "" ? " " : text, style)], Math.max(1, width - gutter.length));
		return rows.map((row, at) =>
			gutter === "" ? row : [span(at === 0 ? gutter : " ".repeat(gutter.length), dim), ...row],
		);
	});
}
