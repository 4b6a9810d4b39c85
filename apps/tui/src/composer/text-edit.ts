// The text of the composer and how keys change it: a text with a cursor, undo and kill ring. Pure and total: every edit of
// every text gives a text with the cursor on a grapheme boundary. A pasted block is one character of a private plane, so
// that it is deleted, jumped over and undone as a whole.

import { graphemes } from "../text/width.ts";

/** A text being edited. */
export interface EditText {
	readonly text: string;
	/** Offset in UTF-16 units, on a grapheme boundary. */
	readonly cursor: number;
}

/** A text with its memory. */
export interface EditState extends EditText {
	/** Earlier texts, newest last. */
	readonly past: readonly EditText[];
	/** Texts that were undone, newest last. */
	readonly future: readonly EditText[];
	/** What was killed, newest last. */
	readonly kills: readonly string[];
	/** What the last edit was: typing goes on in one undo step, kills in one entry, and a yank can be replaced. */
	readonly last: "type" | "kill" | "other" | { readonly yanked: { readonly at: number; readonly back: number } };
}

/** The changes that keys make. */
export type Edit =
	| { readonly kind: "insert"; readonly text: string }
	| { readonly kind: "set"; readonly text: string }
	| { readonly kind: "move"; readonly to: Motion }
	| { readonly kind: "delete"; readonly to: Motion }
	| { readonly kind: "kill"; readonly to: Motion }
	| { readonly kind: "kill_line" | "yank" | "yank_pop" | "transpose" | "undo" | "redo" };

/** Where a motion goes. */
export type Motion =
	| "left"
	| "right"
	| "word_left"
	| "word_right"
	| "word_end"
	| "line_start"
	| "line_end"
	| "text_start"
	| "text_end";

/** Nothing typed yet. */
export const emptyEdit: EditState = { text: "", cursor: 0, past: [], future: [], kills: [], last: "other" };

// 128: the reference's number of undo steps.
const maxPast = 128;

const maxKills = 32;

const isWordChar = (grapheme: string): boolean => /[\p{L}\p{N}_]/u.test(grapheme);

function leftOf(text: string, at: number): number {
	// The line before the cursor is enough to find the grapheme: a line end is always a boundary.
	const start = text.lastIndexOf("\n", at - 1) + 1;
	if (start === at) return Math.max(0, at - 1);
	const last = Array.from(graphemes(text.slice(start, at))).at(-1) ?? "";
	return at - last.length;
}

function rightOf(text: string, at: number): number {
	if (at >= text.length) return text.length;
	// 64 units hold any grapheme that a person types; a longer one is passed in pieces.
	const [first = ""] = graphemes(text.slice(at, at + 64));
	return at + Math.max(1, first.length);
}

function wordLeft(text: string, at: number): number {
	let place = at;
	while (place > 0 && !isWordChar(text.slice(leftOf(text, place), place))) place = leftOf(text, place);
	while (place > 0 && isWordChar(text.slice(leftOf(text, place), place))) place = leftOf(text, place);
	return place;
}

function wordRight(text: string, at: number): number {
	let place = at;
	while (place < text.length && !isWordChar(text.slice(place, rightOf(text, place)))) place = rightOf(text, place);
	while (place < text.length && isWordChar(text.slice(place, rightOf(text, place)))) place = rightOf(text, place);
	return place;
}

/** The start of the next word, as vim's `w`. */
function nextWord(text: string, at: number): number {
	let place = at;
	while (place < text.length && isWordChar(text.slice(place, rightOf(text, place)))) place = rightOf(text, place);
	while (place < text.length && !isWordChar(text.slice(place, rightOf(text, place)))) place = rightOf(text, place);
	return place;
}

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
	const end = text.indexOf("\n", at);
	return end === -1 ? text.length : end;
}

/** Where a motion from `at` ends. */
export function placeOf(text: string, at: number, to: Motion): number {
	switch (to) {
		case "left":
			return at === 0 ? 0 : leftOf(text, at);
		case "right":
			return rightOf(text, at);
		case "word_left":
			return wordLeft(text, at);
		case "word_right":
			return nextWord(text, at);
		case "word_end":
			return wordRight(text, at);
		case "line_start":
			return at === 0 ? 0 : lineStart(text, at);
		case "line_end":
			return lineEnd(text, at);
		case "text_start":
			return 0;
		case "text_end":
			return text.length;
	}
}

function remember(state: EditState, isTyping: boolean): Pick<EditState, "past" | "future"> {
	if (isTyping && state.last === "type") return { past: state.past, future: [] };
	const { text, cursor } = state;
	return { past: [...state.past.slice(1 - maxPast), { text, cursor }], future: [] };
}

const cut = (text: string, from: number, to: number): string => text.slice(0, from) + text.slice(to);

function insert(state: EditState, added: string, last: EditState["last"]): EditState {
	if (added === "") return state;
	// A blank ends the undo step, so that undo takes words back and not everything.
	const isTyping = last === "type" && added.length <= 2 && !/\s/.test(added);
	return {
		...state,
		...remember(state, isTyping),
		text: state.text.slice(0, state.cursor) + added + state.text.slice(state.cursor),
		cursor: state.cursor + added.length,
		last: isTyping ? "type" : last === "type" ? "other" : last,
	};
}

function remove(state: EditState, [from, to]: readonly [number, number], kills: boolean): EditState {
	if (from === to) return state;
	const killed = state.text.slice(from, to);
	const joined = state.last === "kill" ? (state.kills.at(-1) ?? "") : undefined;
	const entry = joined === undefined ? killed : from < state.cursor ? killed + joined : joined + killed;
	const older = joined === undefined ? state.kills : state.kills.slice(0, -1);
	return {
		...state,
		...remember(state, false),
		text: cut(state.text, from, to),
		cursor: from,
		...(kills ? { kills: [...older, entry].slice(-maxKills) } : {}),
		last: kills ? "kill" : "other",
	};
}

function removeTo(state: EditState, to: Motion, kills: boolean): EditState {
	let place = placeOf(state.text, state.cursor, to);
	// At the end of a line, killing to its end takes the line break.
	if (kills && to === "line_end" && place === state.cursor) place = Math.min(place + 1, state.text.length);
	if (kills && to === "line_start" && place === state.cursor) place = Math.max(0, place - 1);
	return remove(state, [Math.min(place, state.cursor), Math.max(place, state.cursor)], kills);
}

function yank(state: EditState, back: number): EditState {
	const text = state.kills.at(-1 - back);
	return text === undefined ? state : insert(state, text, { yanked: { at: state.cursor, back } });
}

function yankPop(state: EditState): EditState {
	if (typeof state.last === "string" || state.kills.length === 0) return state;
	const { at, back } = state.last.yanked;
	const without = { ...state, text: cut(state.text, at, state.cursor), cursor: at };
	return yank(without, (back + 1) % state.kills.length);
}

function transpose(state: EditState): EditState {
	const { text, cursor } = state;
	const end = cursor === text.length ? cursor : rightOf(text, cursor);
	const middle = leftOf(text, end);
	const start = middle === 0 ? 0 : leftOf(text, middle);
	if (start === middle || text.slice(start, end).includes("\n")) return state;
	const swapped = text.slice(middle, end) + text.slice(start, middle);
	return {
		...state,
		...remember(state, false),
		text: text.slice(0, start) + swapped + text.slice(end),
		cursor: end,
		last: "other",
	};
}

function undo(state: EditState): EditState {
	const before = state.past.at(-1);
	if (before === undefined) return state;
	const { text, cursor } = state;
	return { ...state, ...before, past: state.past.slice(0, -1), future: [...state.future, { text, cursor }], last: "other" };
}

function redo(state: EditState): EditState {
	const after = state.future.at(-1);
	if (after === undefined) return state;
	const { text, cursor } = state;
	return { ...state, ...after, past: [...state.past, { text, cursor }], future: state.future.slice(0, -1), last: "other" };
}

/** Applies an edit. */
export function applyEdit(state: EditState, edit: Edit): EditState {
	switch (edit.kind) {
		case "insert":
			return insert(state, edit.text, "type");
		case "set":
			if (edit.text === state.text) return { ...state, cursor: state.text.length, last: "other" };
			return { ...state, ...remember(state, false), text: edit.text, cursor: edit.text.length, last: "other" };
		case "move":
			return { ...state, cursor: placeOf(state.text, state.cursor, edit.to), last: "other" };
		case "delete":
			return removeTo(state, edit.to, false);
		case "kill":
			return removeTo(state, edit.to, true);
		case "kill_line": {
			const from = lineStart(state.text, state.cursor);
			const to = Math.min(state.text.length, lineEnd(state.text, state.cursor) + 1);
			return remove(state, [from, to], true);
		}
		case "yank":
			return yank(state, 0);
		case "yank_pop":
			return yankPop(state);
		case "transpose":
			return transpose(state);
		case "undo":
			return undo(state);
		case "redo":
			return redo(state);
	}
}

/** Puts the cursor at an offset; it is moved to the nearest boundary on the left. */
export function placeCursor(state: EditState, offset: number): EditState {
	const wanted = Math.max(0, Math.min(offset, state.text.length));
	const start = lineStart(state.text, wanted);
	let at = start;
	for (const grapheme of graphemes(state.text.slice(start, lineEnd(state.text, start)))) {
		if (at + grapheme.length > wanted) break;
		at += grapheme.length;
	}
	return { ...state, cursor: wanted === lineEnd(state.text, start) ? wanted : at, last: "other" };
}
