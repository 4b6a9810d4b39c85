// The optional vim mode: what keys mean in normal mode. A small, useful part of vim: motions with counts, operators d c y
// with motions, the line commands, x p u. Pure.

import type { Key } from "../keymap/key.ts";
import { editComposer } from "./reduce.ts";
import type { ComposerState } from "./state.ts";
import { type Motion, placeCursor, placeOf } from "./text-edit.ts";

const motions: Readonly<Record<string, Motion>> = {
	h: "left",
	l: "right",
	b: "word_left",
	w: "word_right",
	e: "word_end",
	"0": "line_start",
	"^": "line_start",
	$: "line_end",
	G: "text_end",
};

const named: Readonly<Record<string, Motion>> = {
	left: "left",
	right: "right",
	backspace: "left",
	home: "line_start",
	end: "line_end",
	space: "right",
};

const toInsert = (state: ComposerState): ComposerState => ({ ...state, vim: { mode: "insert" } });
const move = (state: ComposerState, to: Motion): ComposerState => editComposer(state, { kind: "move", to });

function repeat(state: ComposerState, count: number, step: (state: ComposerState) => ComposerState): ComposerState {
	let next = state;
	for (let times = 0; times < count; times += 1) next = step(next);
	return next;
}

/** Commands of one key that end at once. */
const commands: Readonly<Record<string, (state: ComposerState) => ComposerState>> = {
	i: toInsert,
	a: (state) => toInsert(move(state, "right")),
	I: (state) => toInsert(move(state, "line_start")),
	A: (state) => toInsert(move(state, "line_end")),
	o: (state) => toInsert(editComposer(move(state, "line_end"), { kind: "insert", text: "\n" })),
	O: (state) => toInsert(move(editComposer(move(state, "line_start"), { kind: "insert", text: "\n" }), "left")),
	x: (state) => editComposer(state, { kind: "kill", to: "right" }),
	X: (state) => editComposer(state, { kind: "kill", to: "left" }),
	D: (state) => editComposer(state, { kind: "kill", to: "line_end" }),
	C: (state) => toInsert(editComposer(state, { kind: "kill", to: "line_end" })),
	s: (state) => toInsert(editComposer(state, { kind: "delete", to: "right" })),
	p: (state) => editComposer(move(state, "right"), { kind: "yank" }),
	P: (state) => editComposer(state, { kind: "yank" }),
	u: (state) => editComposer(state, { kind: "undo" }),
};

function operate(state: ComposerState, operator: string, count: number, motion: string): ComposerState | undefined {
	if (motion === operator) {
		const lines = repeat(state, count, (each) => editComposer(each, { kind: "kill_line" }));
		return operator === "c" ? toInsert(lines) : operator === "y" ? copied(state, lines) : lines;
	}
	const to = motions[motion];
	if (to === undefined) return undefined;
	// `cw` leaves the blank after the word, as in vim.
	const reach = operator === "c" && to === "word_right" ? "word_end" : to;
	let place = state.edit.cursor;
	for (let times = 0; times < count; times += 1) place = placeOf(state.edit.text, place, reach);
	const killed = repeat(state, count, (each) => editComposer(each, { kind: "kill", to: reach }));
	if (place === state.edit.cursor) return operator === "c" ? toInsert(state) : state;
	return operator === "c" ? toInsert(killed) : operator === "y" ? copied(state, killed) : killed;
}

/** Keeps what a kill took, and the text as it was. */
const copied = (before: ComposerState, after: ComposerState): ComposerState => ({
	...before,
	edit: { ...before.edit, kills: after.edit.kills, last: "other" },
});

function finish(state: ComposerState, pending: string): ComposerState | undefined {
	const parsed = /^([1-9]\d{0,3})?(?:([dcy])([1-9]\d{0,3})?)?(.)?$/u.exec(pending);
	if (parsed === null) return undefined;
	const [, before, operator, between, key] = parsed;
	if (key === undefined) return { ...state, vim: { mode: "normal", pending } };
	const count = Number(before ?? 1) * Number(between ?? 1);
	if (operator !== undefined) return operate(state, operator, Math.min(count, 9999), key);
	const to = motions[key];
	if (to !== undefined) return repeat(state, count, (each) => move(each, to));
	const command = commands[key];
	return command === undefined ? undefined : repeat(state, "iaIAoOcCs".includes(key) ? 1 : count, command);
}

/** What a key does in normal mode; `undefined` when it is no command, and the table of keys decides. */
export function vimKey(state: ComposerState, key: Key): ComposerState | undefined {
	if (state.vim.mode !== "normal" || key.ctrl || key.alt) return undefined;
	const { pending } = state.vim;
	const idle: ComposerState = { ...state, vim: { mode: "normal", pending: "" } };
	if (key.name === "escape") return pending === "" ? undefined : idle;
	const motion = named[key.name];
	if (motion !== undefined) return move(idle, motion);
	if (key.text === "") return undefined;
	if (pending === "g") return key.text === "g" ? move(idle, "text_start") : idle;
	if (key.text === "g" && pending === "") return { ...idle, vim: { mode: "normal", pending: "g" } };
	if (pending === "" && (key.text === "j" || key.text === "k")) return undefined;
	return finish(idle, pending + key.text) ?? idle;
}

/** Leaves insert mode, as Escape does: the cursor goes one to the left within its line. */
export function vimNormal(state: ComposerState): ComposerState {
	const { text, cursor } = state.edit;
	const start = placeOf(text, cursor, "line_start");
	const left = cursor > start ? placeOf(text, cursor, "left") : cursor;
	return { ...state, edit: placeCursor(state.edit, left), vim: { mode: "normal", pending: "" } };
}
