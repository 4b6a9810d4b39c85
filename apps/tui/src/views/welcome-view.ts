// What is seen before anything was said. Pure.

import type { AppState } from "../app/state.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { span, wrapLine } from "../text/wrap.ts";
import { shortPath } from "./status-line.ts";

const dim: Style = { fg: "dim" };
const accent: Style = { fg: "accent", bold: true };

/** At most `rows` lines. */
export function welcomeLines(state: AppState, rows: number): readonly Line[] {
	const { session, settings, size } = state;
	const head: Line = [span("Code", accent), span(` ${settings.version}`, dim)];
	const body: readonly Line[] =
		session.status === "ready"
			? [
					[],
					[span("folder  ", dim), span(cleanLine(shortPath(session.info.cwd, settings.home)))],
					[span("model   ", dim), span(cleanLine(session.info.model)), span(` (${cleanLine(session.info.provider)})`, dim)],
					...session.info.warnings.map((warning): Line => [span(cleanLine(warning), { fg: "warning" })]),
				]
			: [];
	const tips: readonly Line[] = [
		[],
		[span("Ask for a change, or try:", dim)],
		[span("  /init      ", accent), span("have AGENTS.md written for this repository", dim)],
		[span("  /resume    ", accent), span("go on with an earlier session", dim)],
		[span("  /keys      ", accent), span("all keys and commands", dim)],
	];
	const lines = [head, ...body, ...tips].flatMap((line) => wrapLine(line, Math.max(1, size.columns - 2)));
	return lines.slice(0, rows).map((line) => [span(" "), ...line]);
}
