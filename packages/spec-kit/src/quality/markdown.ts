// Markdown as lines that know their section and whether they are code. Keeps every byte: joining the lines gives the
// document back, line ends and the end of the file included.

/** One line. */
export interface MarkdownLine {
	/** Without its line end. */
	readonly text: string;
	/** Inside a fenced block, its fences included, or in front matter or a comment. */
	readonly code: boolean;
	/** 1 to 6 for a heading. */
	readonly level?: number;
	/** The heading's words, without marks. */
	readonly title?: string;
}

/** A document, read. */
export interface MarkdownDocument {
	readonly lines: readonly MarkdownLine[];
	/** `\r\n` when every line ends so; in a mixed document the lines that do keep their `\r`. */
	readonly lineEnd: "\n" | "\r\n";
	/** Whether the last line ends with a line end. */
	readonly endsWithLineEnd: boolean;
}

/** A section: its heading and the lines up to the next heading of its level or above. */
export interface MarkdownSection {
	readonly title: string;
	readonly level: number;
	/** Position of the heading. */
	readonly start: number;
	/** Position past the last line. */
	readonly end: number;
}

const fenceMark = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;

/** Reads a document. Linear. */
export function readMarkdown(text: string): MarkdownDocument {
	const lineEnd = text.includes("\r\n") && !/(?<!\r)\n/.test(text) ? "\r\n" : "\n";
	const raw = text.split(lineEnd);
	const endsWithLineEnd = raw.length > 1 && raw.at(-1) === "";
	if (endsWithLineEnd) raw.pop();
	let fence = "";
	let comment = false;
	let frontMatter = raw[0] === "---" && raw.indexOf("---", 1) > 0;
	const lines = raw.map((line, index): MarkdownLine => {
		if (frontMatter) {
			frontMatter = index === 0 || line !== "---";
			return { text: line, code: true };
		}
		const mark = fenceMark.exec(line)?.[1] ?? "";
		if (fence !== "") {
			if (mark.startsWith(fence) && line.trim() === mark) fence = "";
			return { text: line, code: true };
		}
		if (comment || /^\s*<!--/.test(line)) {
			comment = !line.includes("-->");
			return { text: line, code: true };
		}
		if (mark !== "") {
			fence = mark;
			return { text: line, code: true };
		}
		const found = heading.exec(line);
		if (found === null) return { text: line, code: false };
		return { text: line, code: false, level: found[1]?.length ?? 1, title: (found[2] ?? "").trim() };
	});
	return { lines, lineEnd, endsWithLineEnd };
}

/** Writes texts as a document with the line ends of `model`. */
export function writeMarkdown(texts: readonly string[], model: MarkdownDocument): string {
	return texts.join(model.lineEnd) + (model.endsWithLineEnd && texts.length > 0 ? model.lineEnd : "");
}

/** All sections, in order; those of deeper levels lie inside those above them. */
export function sectionsOf({ lines }: MarkdownDocument): readonly MarkdownSection[] {
	const sections: MarkdownSection[] = [];
	for (const [start, { level, title }] of lines.entries()) {
		if (level === undefined) continue;
		let end = start + 1;
		while (end < lines.length && (lines[end]?.level ?? 7) > level) end += 1;
		sections.push({ title: title ?? "", level, start, end });
	}
	return sections;
}

/** A title without numbering, marks and case: `## 2. **Scope**` is `scope`. */
function plainTitle(title: string): string {
	return title
		.toLowerCase()
		.replaceAll(/[*_`]/g, "")
		.replace(/^[\d.)\s]+/, "")
		.replace(/\s*[(:].*$/, "")
		.trim();
}

/** The first section whose plain title is one of `names`, or else begins with one; names in lower case, best first. */
export function findSection(document: MarkdownDocument, names: readonly string[]): MarkdownSection | undefined {
	const sections = sectionsOf(document);
	for (const name of names) {
		const exact = sections.find(({ title }) => plainTitle(title) === name);
		if (exact !== undefined) return exact;
	}
	return sections.find(({ title }) => names.some((name) => plainTitle(title).startsWith(`${name} `)));
}

/** A line without its bullet, number, checkbox, quote and emphasis marks. */
export function plainLine(text: string): string {
	return text
		.replace(/^\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?/, "")
		.replaceAll(/\*\*|__|`/g, "")
		.trim();
}
