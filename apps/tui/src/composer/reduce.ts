// How actions change the composer. Pure. What is sent, searched or opened is decided by the app's reducer.

import { type Chip, chipChar, cleanInput, imagePathOf, pasteChipChars, pasteLabel } from "./chips.ts";
import { remember, walkHistory } from "./history.ts";
import { layOutText, offsetAt } from "./rows.ts";
import type { ComposerState } from "./state.ts";
import { applyEdit, type Edit, emptyEdit, placeCursor } from "./text-edit.ts";

const edits: Readonly<Record<string, Edit>> = {
	left: { kind: "move", to: "left" },
	right: { kind: "move", to: "right" },
	word_left: { kind: "move", to: "word_left" },
	word_right: { kind: "move", to: "word_end" },
	line_start: { kind: "move", to: "line_start" },
	line_end: { kind: "move", to: "line_end" },
	text_start: { kind: "move", to: "text_start" },
	text_end: { kind: "move", to: "text_end" },
	delete_back: { kind: "delete", to: "left" },
	delete_forward: { kind: "delete", to: "right" },
	kill_word_back: { kind: "kill", to: "word_left" },
	kill_word_forward: { kind: "kill", to: "word_end" },
	kill_to_end: { kind: "kill", to: "line_end" },
	kill_to_start: { kind: "kill", to: "line_start" },
	kill_line: { kind: "kill_line" },
	yank: { kind: "yank" },
	yank_pop: { kind: "yank_pop" },
	transpose: { kind: "transpose" },
	undo: { kind: "undo" },
	redo: { kind: "redo" },
	newline: { kind: "insert", text: "\n" },
};

/** Changes the text; the walk through history ends. */
export function editComposer(state: ComposerState, edit: Edit): ComposerState {
	const next = applyEdit(state.edit, edit);
	const history = next.text === state.edit.text ? state.history : { ...state.history, walk: undefined };
	return { ...state, edit: next, history, column: undefined };
}

/** Types text; it is freed of control characters. */
export function typeText(state: ComposerState, text: string): ComposerState {
	return editComposer(state, { kind: "insert", text: cleanInput(text) });
}

function addChip(state: ComposerState, chip: Chip): ComposerState {
	const chips = [...state.chips, chip];
	const added = editComposer({ ...state, chips }, { kind: "insert", text: chipChar(chips.length - 1) });
	return { ...added, edit: { ...added.edit, last: "other" } };
}

/** Puts an image into the text. `path` is absolute or relative to the session's folder. */
export function addImage(state: ComposerState, path: string): ComposerState {
	const name = path.replace(/^.*\//, "");
	return addChip(state, { kind: "image", path, label: `[image: ${cleanInput(name).replace(/\n/g, " ")}]` });
}

/** Pastes: the path of an image becomes an image, much text a block, else it is typed. */
export function pasteText(state: ComposerState, pasted: string): ComposerState {
	const path = imagePathOf(pasted);
	if (path !== undefined) return addImage(state, path);
	const text = cleanInput(pasted);
	if (Array.from(text).length <= pasteChipChars) {
		const typed = editComposer(state, { kind: "insert", text });
		return { ...typed, edit: { ...typed.edit, last: "other" } };
	}
	return addChip(state, { kind: "paste", text, label: pasteLabel(text) });
}

function moveRow(state: ComposerState, direction: -1 | 1, width: number): ComposerState | undefined {
	const { edit, chips } = state;
	const { rows, cursor } = layOutText(edit.text, chips, width, edit.cursor);
	const row = rows[cursor.row + direction];
	if (row === undefined) return undefined;
	const column = state.column ?? cursor.column;
	const isWrapped = rows[cursor.row + direction + 1]?.from === row.to;
	return { ...state, edit: placeCursor(edit, offsetAt(row, column, isWrapped)), column };
}

/** Replaces the text by an earlier or later prompt; the state itself when there is none. */
export function walk(state: ComposerState, direction: "earlier" | "later"): ComposerState {
	const walked = walkHistory(state.history, state.edit.text, direction);
	if (walked === undefined) return state;
	const edit = applyEdit(state.edit, { kind: "set", text: walked.text });
	// Going up again shall meet the first row, so that one key walks on.
	const placed = direction === "earlier" ? edit : placeCursor(edit, walked.text.length);
	return { ...state, edit: placed, history: walked.history, column: undefined };
}

/**
 * Applies an action of the table `composer` that only changes the text. `undefined` when the action is none of these.
 * `width` is that of the text's rows.
 */
export function reduceComposer(state: ComposerState, action: string, width: number): ComposerState | undefined {
	const edit = edits[action];
	if (edit !== undefined) return editComposer(state, edit);
	if (action === "up") return moveRow(state, -1, width) ?? walk(state, "earlier");
	if (action === "down") return moveRow(state, 1, width) ?? walk(state, "later");
	return undefined;
}

/** Sets the text, as one step of undo. */
export function setText(state: ComposerState, text: string): ComposerState {
	return editComposer(state, { kind: "set", text: cleanInput(text) });
}

/** Empties the composer after sending; the prompt joins the history. */
export function clearSent(state: ComposerState, prompt: string): ComposerState {
	return {
		...state,
		edit: { ...emptyEdit, kills: state.edit.kills },
		chips: [],
		history: remember(state.history, prompt),
		popup: undefined,
		dismissed: undefined,
		column: undefined,
		vim: state.vim.mode === "normal" ? { mode: "insert" } : state.vim,
	};
}

/** Empties the composer; undo brings the text back. */
export function clearText(state: ComposerState): ComposerState {
	return { ...editComposer(state, { kind: "set", text: "" }), popup: undefined, dismissed: undefined };
}
