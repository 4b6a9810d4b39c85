// What the composer holds. Pure data; `reduce.ts` changes it, `layout.ts` shows it.

import type { Chip } from "./chips.ts";
import { emptyHistory, type PromptHistory } from "./history.ts";
import { type EditState, emptyEdit } from "./text-edit.ts";

/** One entry of a popup. */
export interface PopupItem {
	/** What is put into the text, or the command that runs. */
	readonly value: string;
	readonly label: string;
	/** Shown dim behind the label. */
	readonly detail: string;
	/** Offsets in the label that matched. */
	readonly positions: readonly number[];
}

/** The list above the composer. */
export interface Popup {
	readonly kind: "commands" | "files" | "history";
	/** What it was made for: the text after `/` or `@`, or the words of the search. */
	readonly query: string;
	/** The part of the text that the chosen entry replaces. */
	readonly range: { readonly from: number; readonly to: number };
	readonly items: readonly PopupItem[];
	readonly selected: number;
	/** A search that goes on. */
	readonly isLoading: boolean;
}

/** How keys are read. */
export type VimState =
	| { readonly mode: "off" | "insert" }
	| { readonly mode: "normal"; /** What was typed of a command: `d`, `2d`. */ readonly pending: string };

/** The composer. */
export interface ComposerState {
	readonly edit: EditState;
	readonly chips: readonly Chip[];
	readonly history: PromptHistory;
	readonly popup: Popup | undefined;
	/** The query of the popup that the user closed: it stays closed until the query changes. */
	readonly dismissed: string | undefined;
	readonly vim: VimState;
	/** The first column that up and down keep to; `undefined` after any other key. */
	readonly column: number | undefined;
}

/** An empty composer. */
export function emptyComposer(vim: boolean): ComposerState {
	return {
		edit: emptyEdit,
		chips: [],
		history: emptyHistory,
		popup: undefined,
		dismissed: undefined,
		vim: { mode: vim ? "insert" : "off" },
		column: undefined,
	};
}

/** Nothing is typed. */
export const isEmpty = ({ edit }: ComposerState): boolean => edit.text === "";
