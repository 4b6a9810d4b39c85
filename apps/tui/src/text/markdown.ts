// Markdown as styled lines. Block by block, so that unfinished text while it streams looks like what it will become.

import { cleanLines } from "./clean.ts";
import type { Line, Span, Style } from "./span.ts";
import { cellWidth } from "./width.ts";
import { cutLine, span, wrapLine } from "./wrap.ts";

const codeStyle: Style = { fg: "code" };
const headingStyle: Style = { fg: "heading", bold: true };
const quoteStyle: Style = { fg: "quote", italic: true };
const dimStyle: Style = { fg: "dim" };
const linkStyle: Style = { fg: "link", underline: true };
const borderStyle: Style = { fg: "border" };
const blockStyle: Style = { fg: "code" };

const inlinePattern =
	/(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s](?:[^*]*[^*\s])?)\*|(?<![\p{L}\p{N}])_([^_\s](?:[^_]*[^_\s])?)_(?![\p{L}\p{N}])|!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)/gu;

/** Styles within a line. */
export function inlineSpans(text: string, base: Style): Line {
	const spans: Span[] = [];
	let at = 0;
	for (const found of text.matchAll(inlinePattern)) {
		if (found.index > at) spans.push(span(text.slice(at, found.index), base));
		at = found.index + found[0].length;
		const [, , code, strong, underlined, struck, emphasis, low, label, address] = found;
		const bold = strong ?? underlined;
		const italic = emphasis ?? low;
		if (code !== undefined) spans.push(span(code, { ...base, ...codeStyle }));
		else if (bold !== undefined) spans.push(...inlineSpans(bold, { ...base, bold: true }));
		else if (struck !== undefined) spans.push(span(struck, { ...base, strike: true }));
		else if (italic !== undefined) spans.push(...inlineSpans(italic, { ...base, italic: true }));
		else if (address !== undefined) {
			// The address is always shown: a link must not say one thing and lead to another.
			if (label !== undefined && label !== "" && label !== address) spans.push(span(label, { ...base, ...linkStyle }));
			spans.push(span(label === address || label === "" ? address : ` (${address})`, { ...base, ...dimStyle }));
		}
	}
	if (at < text.length) spans.push(span(text.slice(at), base));
	return spans;
}

interface Block {
	readonly kind: "code" | "table" | "line";
	readonly lines: readonly string[];
}

function blocksOf(lines: readonly string[]): readonly Block[] {
	const blocks: Block[] = [];
	for (let at = 0; at < lines.length; ) {
		const line = lines[at] ?? "";
		const fence = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
		if (fence !== undefined) {
			let end = at + 1;
			while (end < lines.length && !(lines[end] ?? "").trimStart().startsWith(fence)) end += 1;
			blocks.push({ kind: "code", lines: lines.slice(at, end) });
			at = end + 1;
			continue;
		}
		if (line.trimStart().startsWith("|") && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[at + 1] ?? "")) {
			let end = at;
			while (end < lines.length && (lines[end] ?? "").trimStart().startsWith("|")) end += 1;
			blocks.push({ kind: "table", lines: lines.slice(at, end) });
			at = end;
			continue;
		}
		blocks.push({ kind: "line", lines: [line] });
		at += 1;
	}
	return blocks;
}

function codeLines([first = "", ...body]: readonly string[], width: number): readonly Line[] {
	const language = first.replace(/^\s*[`~]+\s*/, "");
	const head: Line[] = language === "" ? [] : [[span("  "), span(language, dimStyle)]];
	const inner = Math.max(1, width - 2);
	return [
		...head,
		...body.flatMap((text) => wrapLine([span(text, blockStyle)], inner).map((row) => [span("  "), ...row])),
	].map((line) => cutLine(line, width));
}

const cellsOf = (row: string): readonly string[] =>
	row
		.trim()
		.replace(/^\||\|$/g, "")
		.split("|")
		.map((cell) => cell.trim());

function tableLines(rows: readonly string[], width: number): readonly Line[] {
	const [head = [], , ...body] = rows.map(cellsOf);
	const all = [head, ...body];
	const columns = Math.max(...all.map((row) => row.length));
	const natural = Array.from({ length: columns }, (_, at) =>
		Math.max(
			1,
			...all.map((row) => inlineSpans(row[at] ?? "", {}).reduce((sum, { text }) => sum + cellWidth(text), 0)),
		),
	);
	const room = Math.max(columns, width - 3 * (columns - 1));
	const sum = natural.reduce((total, cells) => total + cells, 0);
	const widths = sum <= room ? natural : natural.map((cells) => Math.max(1, Math.floor((cells * room) / sum)));
	const toRows = (row: readonly string[], style: Style): readonly Line[] => {
		const parts = widths.map((cells, at) => wrapLine(inlineSpans(row[at] ?? "", style), cells));
		const height = Math.max(...parts.map((part) => part.length));
		return Array.from(
			{ length: height },
			(_, line): Line =>
				parts.flatMap((part, at): Line => {
					const shown = part[line] ?? [];
					const used = shown.reduce((total, { text }) => total + cellWidth(text), 0);
					const pad =
						at === parts.length - 1
							? []
							: [span(" ".repeat(Math.max(0, (widths[at] ?? 0) - used))), span(" │ ", borderStyle)];
					return [...shown, ...pad];
				}),
		);
	};
	const rule: Line = [span(widths.map((cells) => "─".repeat(cells)).join("─┼─"), borderStyle)];
	return [...toRows(head, { bold: true }), rule, ...body.flatMap((row) => toRows(row, {}))].map((line) =>
		cutLine(line, width),
	);
}

function plainLine(text: string, width: number): readonly Line[] {
	if (text.trim() === "") return [[]];
	const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(text);
	if (heading !== null) return wrapLine(inlineSpans(heading[2] ?? "", headingStyle), width);
	if (/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(text)) return [[span("─".repeat(Math.min(width, 40)), borderStyle)]];
	const quote = /^\s*>\s?(.*)$/.exec(text);
	if (quote !== null) {
		const bar = span("│ ", borderStyle);
		const inner = Math.max(1, width - 2);
		return wrapLine(inlineSpans(quote[1] ?? "", quoteStyle), inner).map((row) => cutLine([bar, ...row], width));
	}
	const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/.exec(text);
	if (item !== null) {
		const [, space = "", mark = "", task, body = ""] = item;
		const sign = task === undefined ? (/\d/.test(mark) ? mark : "•") : task === " " ? "☐" : "☑";
		const lead = `${" ".repeat(Math.min(space.length, Math.floor(width / 4)))}${sign} `;
		const indent: Line = [span(" ".repeat(cellWidth(lead)))];
		return wrapLine([span(lead, dimStyle), ...inlineSpans(body, {})], width, { indent });
	}
	return wrapLine(inlineSpans(text, {}), width);
}

/** The lines of a Markdown text. `width` is at least 1. */
export function markdownLines(source: string, width: number): readonly Line[] {
	return blocksOf(cleanLines(source)).flatMap(({ kind, lines }) => {
		if (kind === "code") return codeLines(lines, width);
		if (kind === "table") return tableLines(lines, width);
		return plainLine(lines[0] ?? "", width);
	});
}
