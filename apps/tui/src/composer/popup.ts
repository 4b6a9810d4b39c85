// Which popup a text asks for, and what choosing an entry does to the text. Pure.

import type { SlashCommand } from "@codex/protocol";
import type { CustomPrompt } from "@codex/runtime";
import { fuzzyMatch } from "./fuzzy.ts";
import { searchHistory } from "./history.ts";
import { editComposer } from "./reduce.ts";
import type { ComposerState, Popup, PopupItem } from "./state.ts";
import { placeCursor } from "./text-edit.ts";

/** What the text before the cursor asks for. */
export interface PopupWish {
	readonly kind: "commands" | "files";
	readonly query: string;
	readonly range: Popup["range"];
}

// The reference's number of rows.
/** Rows of a popup. */
export const popupRows = 8;

// More are never looked at.
const maxItems = 50;

/** The popup that the text asks for; `undefined` when none. */
export function popupWish({ edit }: ComposerState): PopupWish | undefined {
	const before = edit.text.slice(0, edit.cursor);
	const command = /^\/([\w:.-]*)$/.exec(before);
	if (command !== null) {
		const rest = /^[\w:.-]*/.exec(edit.text.slice(edit.cursor))?.[0] ?? "";
		return { kind: "commands", query: command[1] ?? "", range: { from: 0, to: edit.cursor + rest.length } };
	}
	const file = /(?:^|\s)@(\S*)$/.exec(before);
	if (file === null) return undefined;
	const query = file[1] ?? "";
	const rest = /^\S*/.exec(edit.text.slice(edit.cursor))?.[0] ?? "";
	return { kind: "files", query, range: { from: edit.cursor - query.length - 1, to: edit.cursor + rest.length } };
}

interface Named {
	readonly name: string;
	readonly shown: string;
	readonly detail: string;
}

/** The commands and prompts that match, best first; those that begin with the query come before others. */
export function commandItems(
	query: string,
	commands: readonly SlashCommand[],
	prompts: readonly CustomPrompt[],
): readonly PopupItem[] {
	const named: readonly Named[] = [
		...commands.map(({ name, argument, describe }) => ({
			name,
			shown: `/${name}`,
			detail: argument === undefined ? describe : `${argument}  ${describe}`,
		})),
		...prompts.map(({ name, description }) => ({ name: `prompts:${name}`, shown: `/prompts:${name}`, detail: description })),
	];
	return named
		.flatMap(({ name, shown, detail }, at) => {
			const match = fuzzyMatch(query, name);
			if (match === undefined) return [];
			const positions = match.positions.map((position) => position + 1);
			return [{ at, score: match.score, item: { value: name, label: shown, detail, positions } }];
		})
		.toSorted((left, right) => right.score - left.score || left.at - right.at)
		.slice(0, maxItems)
		.map(({ item }) => item);
}

/** Opens, changes or closes the popup as the text asks. The files' entries come later. */
export function followText(
	state: ComposerState,
	commands: readonly SlashCommand[],
	prompts: readonly CustomPrompt[],
): { readonly state: ComposerState; readonly wantsFiles: string | undefined } {
	const wish = popupWish(state);
	if (wish === undefined) {
		const popup = state.popup?.kind === "history" ? state.popup : undefined;
		return { state: { ...state, popup, dismissed: undefined }, wantsFiles: undefined };
	}
	const key = `${wish.kind} ${wish.query}`;
	if (state.dismissed === key) return { state: { ...state, popup: undefined }, wantsFiles: undefined };
	const open = state.popup;
	if (wish.kind === "commands") {
		const items = commandItems(wish.query, commands, prompts);
		const popup: Popup | undefined =
			items.length === 0 ? undefined : { ...wish, items, selected: 0, isLoading: false };
		const isSame = open?.kind === "commands" && open.query === wish.query;
		return { state: { ...state, popup: isSame ? open : popup, dismissed: undefined }, wantsFiles: undefined };
	}
	if (open?.kind === "files" && open.query === wish.query) return { state: { ...state, popup: { ...open, range: wish.range } }, wantsFiles: undefined };
	const items = open?.kind === "files" ? open.items : [];
	return {
		state: { ...state, popup: { ...wish, items, selected: 0, isLoading: true }, dismissed: undefined },
		wantsFiles: wish.query,
	};
}

/** Puts the files that were found into the popup, when it still asks for them. */
export function filesFound(
	state: ComposerState,
	query: string,
	files: readonly { readonly path: string; readonly positions: readonly number[] }[],
	isComplete: boolean,
): ComposerState {
	const { popup } = state;
	if (popup?.kind !== "files" || popup.query !== query) return state;
	const items = files.slice(0, maxItems).map(({ path, positions }) => ({ value: path, label: path, detail: "", positions }));
	const selected = Math.min(popup.selected, Math.max(0, items.length - 1));
	return { ...state, popup: { ...popup, items, selected, isLoading: !isComplete } };
}

/** Opens the search in earlier prompts; what stands in the composer is the query. */
export function openHistory(state: ComposerState): ComposerState {
	const items = historyItems(state, "");
	const range = { from: 0, to: state.edit.text.length };
	return { ...state, popup: { kind: "history", query: "", range, items, selected: 0, isLoading: false } };
}

function historyItems(state: ComposerState, query: string): readonly PopupItem[] {
	return searchHistory(state.history, query, maxItems).map((entry) => {
		const label = entry.replace(/\s+/g, " ").trim();
		const at = query === "" ? -1 : label.toLowerCase().indexOf(query.toLowerCase());
		const positions = at === -1 ? [] : Array.from({ length: query.length }, (_, offset) => at + offset);
		return { value: entry, label, detail: "", positions };
	});
}

/** Searches earlier prompts for other words. */
export function searchedHistory(state: ComposerState, query: string): ComposerState {
	const { popup } = state;
	if (popup?.kind !== "history") return state;
	return { ...state, popup: { ...popup, query, items: historyItems(state, query), selected: 0 } };
}

/** Moves the choice, over both ends. */
export function movePopup(state: ComposerState, by: number): ComposerState {
	const { popup } = state;
	if (popup === undefined || popup.items.length === 0) return state;
	const selected = (popup.selected + by + popup.items.length) % popup.items.length;
	return { ...state, popup: { ...popup, selected } };
}

/** Closes the popup; it stays closed until the text asks for something else. */
export function closePopup(state: ComposerState): ComposerState {
	const { popup } = state;
	if (popup === undefined) return state;
	return { ...state, popup: undefined, dismissed: popup.kind === "history" ? undefined : `${popup.kind} ${popup.query}` };
}

// A path with blanks is quoted, so that the model sees where it ends.
const mentioned = (path: string): string => (/\s/.test(path) ? `@"${path}"` : `@${path}`);

/** Puts the chosen entry into the text. */
export function takePopupItem(state: ComposerState): ComposerState {
	const { popup, edit } = state;
	const item = popup?.items[popup.selected];
	if (popup === undefined || item === undefined) return closePopup(state);
	const added = popup.kind === "commands" ? `/${item.value} ` : popup.kind === "files" ? `${mentioned(item.value)} ` : item.value;
	const { from, to } = popup.range;
	const after = edit.text.slice(to).replace(/^ /, popup.kind === "history" ? " " : "");
	const text = popup.kind === "history" ? added : edit.text.slice(0, from) + added + after;
	const changed = editComposer({ ...state, popup: undefined, dismissed: undefined }, { kind: "set", text });
	const cursor = popup.kind === "history" ? text.length : from + added.length;
	return { ...changed, edit: placeCursor(changed.edit, cursor) };
}
