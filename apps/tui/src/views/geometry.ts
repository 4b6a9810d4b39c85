// How the screen is divided: what reducers and views must agree on. Pure.

import type { AppState } from "../app/state.ts";
import { popupRows } from "../composer/popup.ts";
import { layOutText } from "../composer/rows.ts";
import type { Size } from "../terminal/paint.ts";

/** Columns of the composer's text: two are for its sign, one stays free for the cursor. */
export const composerWidth = ({ columns }: Size): number => Math.max(1, columns - 3);

// The composer grows to a third of the screen, not below 1 row.
const maxComposerRows = (rows: number): number => Math.max(1, Math.min(12, Math.floor(rows / 3)));

/** Rows of each part. Together they are the screen's. */
export interface Geometry {
	readonly transcript: number;
	readonly popup: number;
	/** The line that tells what runs, and the prompts that wait. */
	readonly activity: number;
	readonly composer: number;
	/** Lines above and below the composer. */
	readonly borders: number;
	readonly status: number;
}

/** Divides the screen. On a small one the status goes first, then the borders, then the activity. */
export function divide(state: AppState): Geometry {
	const { rows } = state.size;
	const { edit, chips, popup } = state.composer;
	const wanted = layOutText(edit.text, chips, composerWidth(state.size), edit.cursor).rows.length;
	const composer = Math.min(wanted, maxComposerRows(rows));
	let left = rows - composer;
	const take = (count: number, keeps: number): number => {
		const taken = left - count >= keeps ? count : 0;
		left -= taken;
		return taken;
	};
	const status = take(1, 2);
	const borders = take(2, 3);
	const isBusy = state.turn.status === "running" || state.ownCommand !== undefined || state.session.status === "starting";
	const activity = take((isBusy || state.hint !== undefined ? 1 : 0) + Math.min(3, state.waiting.length), 2);
	const shown = popup === undefined ? 0 : Math.max(1, Math.min(popupRows, popup.items.length)) + (popup.kind === "history" ? 1 : 0);
	const popupTaken = popup === undefined ? 0 : Math.min(shown, Math.max(0, left - 1));
	left -= popupTaken;
	return { transcript: Math.max(0, left), popup: popupTaken, activity, composer, borders, status };
}

/** Rows of the transcript. */
export const transcriptRows = (state: AppState): number => divide(state).transcript;

/** Rows that a page or a list shows: all but its title and its footer. */
export const overlayRows = ({ rows }: Size): number => Math.max(1, rows - 2);
