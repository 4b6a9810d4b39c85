// Small pieces of Markdown, made so that no value can break out of its place.

import { oneLine } from "./json-view.ts";

/** A table; cells become one line each and their bars are escaped. Without rows: `None.` */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
	if (rows.length === 0) return "None.";
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell) => oneLine(cell).replaceAll("\\", "\\\\").replaceAll("|", "\\|")).join(" | ")} |`;
	return [line(header), `|${header.map(() => " --- ").join("|")}|`, ...rows.map(line)].join("\n");
}

/** A list of one-line items; empty ones are left out. Without items: `None.` */
export function bullets(items: readonly string[]): string {
	const lines = items.map(oneLine).filter((item) => item !== "");
	return lines.length === 0 ? "None." : lines.map((item) => `- ${item}`).join("\n");
}

/** Text as code, in enough backticks; the empty string stays empty. */
export function code(text: string): string {
	const line = oneLine(text);
	if (line === "") return "";
	const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
	const fence = "`".repeat(longest + 1);
	const pad = longest > 0 ? " " : "";
	return `${fence}${pad}${line}${pad}${fence}`;
}
