// The lines between transcript and composer: what runs, since when, and the prompts that wait. Pure.

import type { AppState } from "../app/state.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { truncate } from "../text/width.ts";
import { span } from "../text/wrap.ts";
import { showDuration } from "../transcript/cell-lines.ts";

const dim: Style = { fg: "dim" };
const accent: Style = { fg: "accent" };

const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧";

/** Milliseconds of one picture of the spinner: 8 a second, the most that is not felt as load. */
export const spinnerMs = 125;

function runningLine(state: AppState): Line | undefined {
	const { turn, nowMs, settings, session } = state;
	const sign = settings.animations ? (spinner[Math.floor(nowMs / spinnerMs) % spinner.length] ?? "⠋") : "●";
	if (session.status === "starting") return [span(`${sign} `, accent), span("Starting…", dim)];
	if (state.ownCommand !== undefined && turn.status === "idle") {
		return [span(`${sign} `, accent), span("Your command runs", {}), span(" (esc stops it)", dim)];
	}
	if (turn.status === "idle") return undefined;
	// Whole seconds: a clock that ticks faster is only noise.
	const seconds = Math.max(0, Math.floor((nowMs - turn.startedAtMs) / 1000));
	const elapsed = seconds < 60 ? `${seconds}s` : showDuration(seconds * 1000);
	if (turn.isInterrupted) return [span(`${sign} `, accent), span("Interrupting…", {}), span(` (${elapsed})`, dim)];
	return [span(`${sign} `, accent), span(turn.activity, {}), span(` (${elapsed} · esc to interrupt)`, dim)];
}

/** At most `rows` lines; what runs comes first. */
export function activityLines(state: AppState, rows: number): readonly Line[] {
	const width = state.size.columns;
	const running = runningLine(state);
	const hint: Line | undefined = state.hint === undefined ? undefined : [span(`  ${cleanLine(state.hint)}`, { fg: "info" })];
	const first = running !== undefined && hint !== undefined ? [...running, ...hint] : (running ?? hint);
	const waiting = state.waiting.map(({ label, kind }): Line => {
		const text = cleanLine(label).replace(/\s+/g, " ");
		const how = kind === "steering" ? "↳ steering: " : "⏎ queued: ";
		return [span(`  ${how}`, dim), span(truncate(text, Math.max(1, width - how.length - 3)), { fg: "dim", italic: true })];
	});
	return [...(first === undefined ? [] : [first]), ...waiting].slice(0, rows);
}
