// Keys in a page: scrolling, searching, the file before and after. Pure.

import { cleanInput } from "../composer/chips.ts";
import type { InputEvent, Key } from "../keymap/key.ts";
import type { Keymap } from "../keymap/keymap.ts";
import type { Line } from "../text/span.ts";
import type { PagerOverlay } from "./overlay.ts";

/** What the reducer must know of what is shown. */
export interface PagerView {
	/** All rows at the present width. */
	readonly lines: readonly Line[];
	/** Rows that fit. */
	readonly rows: number;
}

const textOf = (line: Line): string => line.map(({ text }) => text).join("");

/** The greatest first row. */
export const lastTop = ({ lines, rows }: PagerView): number => Math.max(0, lines.length - rows);

/** The first row as a number. */
export function topOf(pager: PagerOverlay, view: PagerView): number {
	return pager.top === "end" ? lastTop(view) : Math.max(0, Math.min(pager.top, lastTop(view)));
}

/** The rows that hold the words, whatever their case. */
export function hitsOf(lines: readonly Line[], query: string): readonly number[] {
	const wanted = query.toLowerCase();
	if (wanted === "") return [];
	return lines.flatMap((line, at) => (textOf(line).toLowerCase().includes(wanted) ? [at] : []));
}

function toHit(pager: PagerOverlay, view: PagerView, direction: 1 | -1, from: number): PagerOverlay {
	const hits = hitsOf(view.lines, pager.search?.query ?? "");
	const next = direction === 1 ? hits.find((at) => at >= from) : hits.findLast((at) => at <= from);
	// Over the end it goes on at the other one.
	const hit = next ?? (direction === 1 ? hits[0] : hits.at(-1));
	return hit === undefined ? pager : { ...pager, top: Math.min(hit, lastTop(view)) };
}

function reduceSearch(pager: PagerOverlay, view: PagerView, event: InputEvent): PagerOverlay {
	const { search } = pager;
	if (search === undefined) return pager;
	const typed = (query: string): PagerOverlay => {
		const next = { ...pager, search: { query, isTyping: true } };
		return query === "" ? next : toHit(next, view, 1, topOf(pager, view));
	};
	if (event.kind === "paste") return typed(search.query + cleanInput(event.text).replaceAll("\n", " "));
	if (event.kind !== "key") return pager;
	const { name, text, ctrl } = event.key;
	if (name === "enter") return search.query === "" ? { ...pager, search: undefined } : { ...pager, search: { ...search, isTyping: false } };
	if (name === "escape" || (ctrl && name === "c")) return { ...pager, search: undefined };
	if (name === "backspace") return typed(Array.from(search.query).slice(0, -1).join(""));
	return text === "" ? pager : typed(search.query + text);
}

function turned(pager: PagerOverlay, by: number): PagerOverlay {
	if (pager.content.kind !== "diff" || pager.content.files.length === 0) return pager;
	const { files, current } = pager.content;
	return { ...pager, top: 0, content: { ...pager.content, current: (current + by + files.length) % files.length } };
}

function reduceKey(pager: PagerOverlay, view: PagerView, action: string | undefined): PagerOverlay {
	const top = topOf(pager, view);
	const to = (row: number): PagerOverlay => ({ ...pager, top: row >= lastTop(view) ? "end" : Math.max(0, row) });
	switch (action) {
		case "pager_down":
			return to(top + 1);
		case "pager_up":
			return to(top - 1);
		case "pager_page_down":
			return to(top + Math.max(1, view.rows - 1));
		case "pager_page_up":
			return to(top - Math.max(1, view.rows - 1));
		case "pager_top":
			return to(0);
		case "pager_end":
			return to(lastTop(view));
		case "pager_search":
			return { ...pager, search: { query: "", isTyping: true } };
		case "pager_next_hit":
			return toHit(pager, view, 1, top + 1);
		case "pager_previous_hit":
			return toHit(pager, view, -1, top - 1);
		case "pager_left":
			return turned(pager, -1);
		case "pager_right":
			return turned(pager, 1);
		default:
			return pager;
	}
}

const isClose = (keymap: Keymap, key: Key): boolean => keymap.action("pager", key) === "pager_close";

/** Applies input; `undefined`: the page closes. */
export function reducePager(pager: PagerOverlay, event: InputEvent, keymap: Keymap, view: PagerView): PagerOverlay | undefined {
	if (pager.search?.isTyping === true) return reduceSearch(pager, view, event);
	if (event.kind !== "key") return pager;
	// The first Escape ends the search.
	if (isClose(keymap, event.key)) {
		return pager.search === undefined || event.key.name === "q" ? undefined : { ...pager, search: undefined };
	}
	return reduceKey(pager, view, keymap.action("pager", event.key));
}
