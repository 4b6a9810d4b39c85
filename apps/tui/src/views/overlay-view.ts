// Lists and pages over the whole screen. Pure.

import type { AppState } from "../app/state.ts";
import type { ListItem, ListOverlay, Overlay, PagerOverlay } from "../overlays/overlay.ts";
import { pagerLines } from "../overlays/pager-lines.ts";
import { matchingItems } from "../overlays/reduce-list.ts";
import { hitsOf, topOf } from "../overlays/reduce-pager.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { cellWidth, truncate } from "../text/width.ts";
import { cutLine, lineWidth, padLine, span } from "../text/wrap.ts";
import type { TranscriptLayout } from "../transcript/layout.ts";
import { overlayRows } from "./geometry.ts";
import { windowOf } from "./popup-view.ts";
import type { Part } from "./screen-view.ts";

const dim: Style = { fg: "dim" };
const border: Style = { fg: "border_focused" };
const title: Style = { fg: "heading", bold: true };
const selected: Style = { bg: "selection", bold: true };
const hitStyle: Style = { fg: "match", bold: true, underline: true };

function headLine(text: string, note: string, width: number): Line {
	const name = truncate(cleanLine(text), Math.max(1, width - 4));
	const right = cellWidth(note) + cellWidth(name) + 8 > width ? "" : ` ${note} `;
	const rule = "─".repeat(Math.max(0, width - cellWidth(name) - cellWidth(right) - 6));
	return [span("── ", border), span(name, title), span(` ${rule}`, border), span(right, dim), span("──", border)];
}

function itemLine({ label, detail, isCurrent }: ListItem, isChosen: boolean, width: number): Line {
	const sign = isChosen ? "▸ " : isCurrent ? "● " : "  ";
	const name = truncate(cleanLine(label), Math.max(1, width - 2));
	const room = width - cellWidth(name) - 4;
	const more = detail === "" || room < 4 ? "" : `  ${truncate(cleanLine(detail), room)}`;
	const base: Style = isChosen ? selected : {};
	const line = [span(sign, base), span(name, base), span(more, isChosen ? { fg: "dim", bg: "selection" } : dim)];
	return isChosen ? padLine(line, width, { bg: "selection" }) : line;
}

// Beside a list of this width there is room for a preview.
const previewFrom = 100;

function listView(state: AppState, list: ListOverlay): Part {
	const { columns } = state.size;
	const rows = overlayRows(state.size);
	const items = matchingItems(list);
	const isBeside = list.purpose === "sessions" && columns >= previewFrom;
	const width = isBeside ? Math.floor(columns / 2) : columns;
	const search: Line = [span(" search: ", dim), span(truncate(list.query, Math.max(1, columns - 12)))];
	const room = Math.max(1, rows - 1);
	const { from, to } = windowOf(items.length, list.selected, room);
	const entries: readonly Line[] =
		items.length === 0
			? [[span(list.isLoading ? "  reading…" : "  nothing found", dim)]]
			: items.slice(from, to).map((item, at) => itemLine(item, from + at === list.selected, width));
	const beside = (line: Line, at: number): Line => {
		if (!isBeside) return line;
		const shown = cutLine(list.preview[at] ?? [], columns - width - 3);
		return [...padLine(cutLine(line, width), width), span(" │ ", { fg: "border" }), ...shown];
	};
	const body = Array.from({ length: room }, (_, at) => beside(entries[at] ?? [], at));
	const { keymap } = state.settings;
	const foot: Line = [span(` ${keymap.keyFor("list_accept")} chooses · type to search · ${keymap.keyFor("list_close")} closes`, dim)];
	const count = items.length === 0 ? "" : `${list.selected + 1}/${items.length}`;
	const column = Math.min(columns - 1, lineWidth(search));
	return { lines: [headLine(list.title, count, columns), search, ...body, foot], cursor: { row: 1, column } };
}

/** Marks the words that are searched. */
function markHits(line: Line, query: string): Line {
	if (query === "") return line;
	const wanted = query.toLowerCase();
	return line.flatMap((part) => {
		const lower = part.text.toLowerCase();
		if (lower.length !== part.text.length || !lower.includes(wanted)) return [part];
		const parts = [];
		let at = 0;
		for (let hit = lower.indexOf(wanted); hit !== -1; hit = lower.indexOf(wanted, at)) {
			if (hit > at) parts.push(span(part.text.slice(at, hit), part.style));
			parts.push(span(part.text.slice(hit, hit + wanted.length), hitStyle));
			at = hit + wanted.length;
		}
		return [...parts, span(part.text.slice(at), part.style)];
	});
}

function pagerView(state: AppState, pager: PagerOverlay, layout: TranscriptLayout): Part {
	const { size, transcript } = state;
	const rows = overlayRows(size);
	const lines = pagerLines(pager.content, size.columns, { transcript, layout });
	const view = { lines, rows };
	const top = topOf(pager, view);
	const query = pager.search?.query ?? "";
	const shown = lines.slice(top, top + rows).map((line) => markHits(line, query));
	const body = [...shown, ...Array.from({ length: rows - shown.length }, (): Line => [])];
	const percent = lines.length <= rows ? "all" : `${Math.round((100 * Math.min(top + rows, lines.length)) / lines.length)} %`;
	const { content } = pager;
	const name = content.kind === "diff" ? `${pager.title}: ${content.files[content.current]?.path ?? ""}` : pager.title;
	const note = content.kind === "diff" && content.files.length > 1 ? `${content.current + 1}/${content.files.length} ← →` : percent;
	const head = headLine(name, note, size.columns);
	if (pager.search?.isTyping === true) {
		const foot: Line = [span(" /", { fg: "accent" }), span(cleanLine(query))];
		return { lines: [head, ...body, foot], cursor: { row: rows + 1, column: Math.min(size.columns - 1, lineWidth(foot)) } };
	}
	const { keymap } = state.settings;
	const found = query === "" ? "" : ` · ${hitsOf(lines, query).length} hits of "${cleanLine(query)}", n and N`;
	const foot: Line = [span(` ${keymap.keyFor("pager_search")} searches · ${keymap.keyFor("pager_close")} closes${found}`, dim)];
	return { lines: [head, ...body, foot] };
}

/** The view. */
export function overlayView(state: AppState, overlay: Overlay, layout: TranscriptLayout): Part {
	return overlay.kind === "list" ? listView(state, overlay) : pagerView(state, overlay, layout);
}
