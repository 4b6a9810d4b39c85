// The rows of a page at a width. Pure; the transcript's rows are kept by its layout.

import { diffLines } from "../text/diff.ts";
import { sideBySideColumns, sideBySideLines } from "../text/side-by-side.ts";
import { type Line, plainStyle } from "../text/span.ts";
import { cellWidth } from "../text/width.ts";
import { wrapLine } from "../text/wrap.ts";
import type { TranscriptLayout } from "../transcript/layout.ts";
import type { TranscriptState } from "../transcript/state.ts";
import type { DiffPage, PageContent } from "./overlay.ts";

let kept: { readonly content: PageContent; readonly width: number; readonly lines: readonly Line[] } | undefined;

/** What goes on in a second row stands below the second column. */
function indentOf([first, second]: Line): Line {
	const isColumn = first !== undefined && second !== undefined && first.text.startsWith("  ");
	return isColumn ? [{ text: " ".repeat(cellWidth(first.text)), style: plainStyle }] : [];
}

/** The rows of a page's content. */
export function pagerLines(
	content: PageContent,
	width: number,
	{ transcript, layout }: { readonly transcript: TranscriptState; readonly layout: TranscriptLayout },
): readonly Line[] {
	if (content.kind === "transcript")
		return layout.all({ ...transcript, showsReasoning: true, showsDetails: true }, width);
	if (kept?.content === content && kept.width === width) return kept.lines;
	const lines =
		content.kind === "lines"
			? content.lines.flatMap((line) => wrapLine(line, width, { indent: indentOf(line) }))
			: (width < sideBySideColumns ? diffLines : sideBySideLines)(content.files[content.current]?.diff ?? "", width);
	kept = { content, width, lines };
	return lines;
}

/** A diff of several files, file by file. */
export function diffPages(text: string): readonly DiffPage[] {
	return text
		.split(/^(?=diff --git )/m)
		.filter((part) => part.trim() !== "")
		.map((diff) => ({ path: /^diff --git a\/.* b\/(.*)$/m.exec(diff)?.[1] ?? "", diff }));
}
