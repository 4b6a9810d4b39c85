// Requirement ids that stay: read from a spec or PRD, and given once to requirements that have none. An id is never
// changed and never used again for something else.

/** A requirement as it stands in a document. */
export interface Requirement {
	/** As written, for example `FR-001`. */
	readonly id: string;
	readonly text: string;
	/** From 1. */
	readonly line: number;
}

const idAtStart =
	/^(?:[-*]\s+|\d+[.)]\s+|\|\s*)(?:\[[ xX]\]\s+)?[*_`]*((?:FR|NFR|SC|REQ|AC|R)-?\d+)[*_`]*\s*[:|.)–—-]*\s*[*_]*\s*(.*)$/;

/** The requirements of a document: list items and table rows that begin with an id (`FR-001`, `NFR2`, `SC-3`, `R1` …). */
export function readRequirements(markdown: string): readonly Requirement[] {
	const found: Requirement[] = [];
	const seen = new Set<string>();
	for (const [index, line] of markdown.split(/\r?\n/).entries()) {
		const match = idAtStart.exec(line.trim());
		const id = match?.[1];
		if (id === undefined || seen.has(id)) continue;
		seen.add(id);
		const text = (match?.[2] ?? "").split("|")[0]?.trim() ?? "";
		found.push({ id, text, line: index + 1 });
	}
	return found;
}

// Non-functional first: its name contains the other's.
const sections: readonly (readonly [heading: RegExp, prefix: string])[] = [
	[/non-?functional/i, "NFR"],
	[/functional requirements|^requirements$/i, "FR"],
	[/success criteria/i, "SC"],
];

/**
 * Gives an id to every top-level list item below the headings of functional requirements (`FR`), non-functional ones
 * (`NFR`) and success criteria (`SC`) that has none. Numbers go on above the largest of that kind anywhere in `markdown`
 * and in `reserved` (ids of deleted requirements that must not come back). Every other character stays; a second call
 * changes nothing.
 */
export function numberRequirements(markdown: string, reserved: readonly string[] = []): string {
	const largest = new Map<string, number>();
	for (const match of [markdown, ...reserved].join("\n").matchAll(/\b(FR|NFR|SC)-?(\d+)\b/g)) {
		const prefix = match[1] ?? "";
		largest.set(prefix, Math.max(largest.get(prefix) ?? 0, Number(match[2])));
	}
	let prefix: string | undefined;
	const lines = markdown.split("\n").map((line) => {
		const heading = /^(#{1,6})\s+(.*?)\s*$/.exec(line);
		if (heading !== null) {
			const title = heading[2] ?? "";
			prefix = sections.find(([pattern]) => pattern.test(title))?.[1];
			return line;
		}
		const item = /^([-*] )(\S.*)$/.exec(line);
		if (prefix === undefined || item === null || idAtStart.test(line) || /^[-*] (?:None\.?|\[NEEDS)/i.test(line))
			return line;
		const number = (largest.get(prefix) ?? 0) + 1;
		largest.set(prefix, number);
		return `${item[1]}**${prefix}-${String(number).padStart(3, "0")}**: ${item[2]}`;
	});
	return lines.join("\n");
}
