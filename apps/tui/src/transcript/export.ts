// The transcript as Markdown. Pure.

import { cleanLines } from "../text/clean.ts";
import type { Cell, TranscriptState } from "./state.ts";

function fenced(text: string, language = ""): string {
	const clean = cleanLines(text).join("\n").replace(/\n+$/, "");
	const longest = Math.max(2, ...Array.from(clean.matchAll(/`+/g), ([ticks]) => ticks.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}${language}\n${clean}\n${fence}`;
}

const clean = (text: string): string => cleanLines(text).join("\n").trim();

function cellMarkdown(cell: Cell): string {
	switch (cell.kind) {
		case "user":
			return `## User\n\n${clean(cell.text)}`;
		case "assistant":
			return `## Assistant\n\n${clean(cell.text)}`;
		case "reasoning":
			return `### Reasoning\n\n${clean(cell.text)}`;
		case "command": {
			const status = cell.outcome?.status === "exited" ? `exit ${cell.outcome.exitCode}` : (cell.outcome?.status ?? "running");
			return `### Command (${status})\n\n${fenced(`$ ${cell.display}\n${cell.output}`, "console")}`;
		}
		case "patch":
			return `### Patch (${cell.status})\n\n${fenced(cell.changes.map(({ unifiedDiff }) => unifiedDiff).join("\n"), "diff")}`;
		case "tool":
			return `### ${clean(`${cell.server}.${cell.tool}`)} (${cell.status})\n\n${fenced(cell.output)}`;
		case "plan":
			return `### Plan\n\n${cell.steps.map(({ step, status }) => `- [${status === "completed" ? "x" : " "}] ${clean(step)}`).join("\n")}`;
		case "notice":
			return `> ${clean(cell.message).replaceAll("\n", "\n> ")}`;
		case "mark":
			return `*${clean(cell.text)}*`;
	}
}

/** The whole transcript, ending in a newline. */
export function transcriptMarkdown({ cells }: TranscriptState): string {
	return `${cells.map(cellMarkdown).join("\n\n")}\n`;
}
