// Finds a run of lines in a file. Four passes, from exact to very tolerant; a stricter pass wins wherever in the file its
// match is. Each pass compares canonical forms of lines, which makes it an exact search that runs in linear time.

/** How far a match is from the exact text: 0 exact, 1 without trailing space, 2 without any outer space, 3 also with typographic characters made plain. */
export type Fuzz = 0 | 1 | 2 | 3;

/** Where a run of lines was found. */
export interface SeekMatch {
	/** Index of its first line, from 0. */
	readonly index: number;
	readonly fuzz: Fuzz;
}

/** Where to search in the lines that a {@link LineSearch} was made for. */
export interface SeekRange {
	/** Index of the first line that a match may start at; at least 0. */
	readonly start: number;
	/** The match must end with the last line of the file. */
	readonly endOfFile: boolean;
}

/** A search over the lines of one file that keeps their canonical forms between calls. */
export type LineSearch = (pattern: readonly string[], range: SeekRange) => SeekMatch | undefined;

const passes: readonly Fuzz[] = [0, 1, 2, 3];

/**
 * Finds `pattern` in `lines`, starting at `start` or later; with `eof` only as the very last lines.
 *
 * An empty pattern is found at `start`. Gives undefined when there is no match, or when `pattern` is longer than what
 * is left of the file.
 */
export function seekSequence(
	lines: readonly string[],
	pattern: readonly string[],
	start: number,
	eof: boolean,
): SeekMatch | undefined {
	return createLineSearch(lines)(pattern, { start, endOfFile: eof });
}

/** Makes a search over `lines`, which must not change while it is used. Each search is linear in the lines it reads. */
export function createLineSearch(lines: readonly string[]): LineSearch {
	const forms = new Map<Fuzz, readonly string[]>([[0, lines]]);
	const formOf = (fuzz: Fuzz): readonly string[] => {
		const known = forms.get(fuzz);
		if (known !== undefined) return known;
		const form = lines.map((line) => canonicalLine(line, fuzz));
		forms.set(fuzz, form);
		return form;
	};
	return (pattern, { start, endOfFile }) => {
		if (pattern.length === 0) return { index: start, fuzz: 0 };
		if (pattern.length > lines.length - start) return undefined;
		const first = endOfFile ? lines.length - pattern.length : start;
		for (const fuzz of passes) {
			const wanted = fuzz === 0 ? pattern : pattern.map((line) => canonicalLine(line, fuzz));
			const index = findRun(formOf(fuzz), wanted, first);
			if (index !== undefined) return { index, fuzz };
		}
		return undefined;
	};
}

/** What a line is compared as in one pass: two lines match in it when their canonical forms are equal. */
export function canonicalLine(line: string, fuzz: Fuzz): string {
	switch (fuzz) {
		case 0:
			return line;
		case 1:
			return line.trimEnd();
		case 2:
			return line.trim();
		case 3:
			return plainCharacters(line.trim());
	}
}

const typographic = /[\u00A0\u2002-\u200A\u2010-\u2015\u2018-\u201F\u202F\u205F\u2212\u3000]/gu;

function plainCharacters(text: string): string {
	return text.replace(typographic, (character) => {
		const code = character.charCodeAt(0);
		if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212) return "-";
		if (code >= 0x2018 && code <= 0x201b) return "'";
		if (code >= 0x201c && code <= 0x201f) return '"';
		return " ";
	});
}

// Knuth, Morris and Pratt: no line is read twice, so repetitive files cost no more than others.
function findRun(lines: readonly string[], pattern: readonly string[], start: number): number | undefined {
	const fallback = fallbackTable(pattern);
	let matched = 0;
	for (let index = start; index < lines.length; index += 1) {
		const line = lines[index];
		while (matched > 0 && pattern[matched] !== line) matched = fallback[matched - 1] ?? 0;
		if (pattern[matched] === line) matched += 1;
		if (matched === pattern.length) return index - matched + 1;
	}
	return undefined;
}

/** For each prefix of the pattern, the length of the longest proper prefix that is also its suffix. */
function fallbackTable(pattern: readonly string[]): readonly number[] {
	const table: number[] = [0];
	let matched = 0;
	for (let index = 1; index < pattern.length; index += 1) {
		while (matched > 0 && pattern[matched] !== pattern[index]) matched = table[matched - 1] ?? 0;
		if (pattern[matched] === pattern[index]) matched += 1;
		table.push(matched);
	}
	return table;
}
