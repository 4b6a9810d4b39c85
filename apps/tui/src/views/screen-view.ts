// The whole screen from the state: which lines, and where the cursor is. Pure but for the layout, which keeps what it laid
// out. Every line is at most as wide as the screen.

import type { AppState } from "../app/state.ts";
import type { Frame } from "../terminal/paint.ts";
import type { Line } from "../text/span.ts";
import { cutLine } from "../text/wrap.ts";
import type { TranscriptLayout } from "../transcript/layout.ts";
import { activityLines } from "./activity-view.ts";
import { approvalView } from "./approval-view.ts";
import { composerView } from "./composer-view.ts";
import { divide } from "./geometry.ts";
import { overlayView } from "./overlay-view.ts";
import { popupLines } from "./popup-view.ts";
import { statusLine } from "./status-line.ts";
import { welcomeLines } from "./welcome-view.ts";

/** A part of the screen, with the cursor where it has it. */
export interface Part {
	readonly lines: readonly Line[];
	readonly cursor?: { readonly row: number; readonly column: number };
}

function fitted(lines: readonly Line[], rows: number): readonly Line[] {
	const shown = lines.slice(0, rows);
	return [...shown, ...Array.from({ length: rows - shown.length }, (): Line => [])];
}

function mainView(state: AppState, layout: TranscriptLayout): Part {
	const { columns } = state.size;
	const geometry = divide(state);
	const isEmpty = state.transcript.cells.length === 0;
	const window = layout.window(state.transcript, columns, geometry.transcript, state.scroll);
	const said = isEmpty ? welcomeLines(state, geometry.transcript) : window.lines;
	const composer = composerView(state, geometry.composer, geometry.borders > 0, window.hasMoreBelow && !isEmpty);
	const above = [
		...fitted(said, geometry.transcript),
		...fitted(popupLines(state.composer.popup, columns, geometry.popup), geometry.popup),
		...fitted(activityLines(state, geometry.activity), geometry.activity),
	];
	const lines = [...above, ...composer.lines, ...(geometry.status > 0 ? [statusLine(state)] : [])];
	const { cursor } = composer;
	return cursor === undefined ? { lines } : { lines, cursor: { row: above.length + cursor.row, column: cursor.column } };
}

/** The frame for a state. */
export function screenView(state: AppState, layout: TranscriptLayout): Frame {
	const overlay = state.overlays.at(-1);
	const [pending] = state.approvals;
	const part =
		overlay !== undefined
			? overlayView(state, overlay, layout)
			: pending !== undefined
				? approvalView(state, pending, layout)
				: mainView(state, layout);
	const lines = part.lines.slice(0, state.size.rows).map((line) => cutLine(line, state.size.columns));
	return part.cursor === undefined ? { lines } : { lines, cursor: part.cursor };
}
