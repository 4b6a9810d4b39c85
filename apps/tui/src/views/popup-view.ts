// The list above the composer. Pure.

import type { Popup, PopupItem } from "../composer/state.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Span, Style } from "../text/span.ts";
import { cellWidth, truncate } from "../text/width.ts";
import { cutLine, padLine, span } from "../text/wrap.ts";

const dim: Style = { fg: "dim" };
const match: Style = { fg: "match", bold: true };
const selected: Style = { bg: "selection", bold: true };

/** The label with its matched characters marked. A label that cleaning changes is shown without marks. */
function markedLabel({ label, positions }: PopupItem, base: Style): readonly Span[] {
	const clean = cleanLine(label);
	if (clean !== label || positions.length === 0) return [span(clean, base)];
	const hits = new Set(positions);
	const spans: Span[] = [];
	let at = 0;
	for (const char of label) {
		const style = hits.has(at) ? { ...base, ...match } : base;
		const last = spans.at(-1);
		const isSame = last !== undefined && (last.style.fg === "match") === hits.has(at);
		if (isSame) spans[spans.length - 1] = { text: last.text + char, style: last.style };
		else spans.push(span(char, style));
		at += char.length;
	}
	return spans;
}

/** The rows around the chosen one. */
export function windowOf(count: number, chosen: number, rows: number): { readonly from: number; readonly to: number } {
	const from = Math.max(0, Math.min(chosen - Math.floor(rows / 2), count - rows));
	return { from, to: Math.min(count, from + rows) };
}

/** At most `rows` lines. */
export function popupLines(popup: Popup | undefined, width: number, rows: number): readonly Line[] {
	if (popup === undefined || rows === 0) return [];
	const head: Line[] =
		popup.kind === "history" ? [[span("  search: ", dim), span(cleanLine(popup.query)), span("▏", { fg: "accent" })]] : [];
	const room = rows - head.length;
	if (popup.items.length === 0) return [...head, [span(popup.isLoading ? "  searching…" : "  nothing found", dim)]];
	const { from, to } = windowOf(popup.items.length, popup.selected, room);
	const items = popup.items.slice(from, to);
	const widest = Math.min(Math.floor(width / 2), Math.max(...items.map(({ label }) => cellWidth(cleanLine(label)))));
	const lines = items.map((item, at): Line => {
		const isChosen = from + at === popup.selected;
		const base: Style = isChosen ? selected : {};
		const label = cutLine(markedLabel(item, base), item.detail === "" ? Math.max(1, width - 2) : Math.max(1, widest));
		const detail = item.detail === "" ? [] : [span(`  ${truncate(cleanLine(item.detail), Math.max(0, width - widest - 6))}`, isChosen ? { ...dim, bg: "selection" as const } : dim)];
		const line = [span(isChosen ? "▸ " : "  ", base), ...(item.detail === "" ? label : padLine(label, widest, base)), ...detail];
		return isChosen ? padLine(line, width, { bg: "selection" }) : line;
	});
	return [...head, ...lines];
}
