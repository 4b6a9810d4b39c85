// Checks the text that no command claims: only blanks, comments, separators and reserved words may be left over. This is
// what catches a parser that drops a character without a word. Must not know the tree.

import { metacharacters } from "./word.ts";

const reservedWords: ReadonlySet<string> = new Set([
	"!",
	"{",
	"}",
	"case",
	"coproc",
	"do",
	"done",
	"elif",
	"else",
	"esac",
	"fi",
	"for",
	"function",
	"if",
	"in",
	"select",
	"then",
	"time",
	"until",
	"while",
]);

const separators: readonly string[] = [";;&", ";;", ";&", ";", "&&", "&", "||", "|&", "|"];

/** A part of the source, `[start, end)`. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Whether only blanks (space, tab, escaped newline) are in the span. */
export function isBlank(source: string, { start, end }: Span): boolean {
	let at = start;
	while (at < end) {
		const character = source.charAt(at);
		if (character === " " || character === "\t") at += 1;
		else if (character === "\\" && at + 1 < end && source.charAt(at + 1) === "\n") at += 2;
		else return false;
	}
	return true;
}

/**
 * Whether only blanks, newlines, comments, separators and reserved words are in the span, and the span begins where a word
 * may end.
 *
 * Contract: never throws; linear in the length of the span.
 */
export function isSeparation(source: string, { start, end }: Span): boolean {
	let at = start;
	let canBeginWord = start === 0 || isBoundary(source, start - 1);
	while (at < end) {
		const next = skipOne(source, { start: at, end }, canBeginWord);
		if (next === undefined) return false;
		at = next;
		canBeginWord = isBoundary(source, at - 1);
	}
	return true;
}

/** The end of the blank, separator, comment or reserved word that begins here; undefined for anything else. */
function skipOne(source: string, span: Span, canBeginWord: boolean): number | undefined {
	const { start, end } = span;
	const character = source.charAt(start);
	if (character === "\n" || isBlank(source, { start, end: start + 1 })) return start + 1;
	if (character === "\\") return isBlank(source, { start, end: start + 2 }) && start + 2 <= end ? start + 2 : undefined;
	const separator = separators.find((text) => source.startsWith(text, start));
	if (separator !== undefined) return start + separator.length <= end ? start + separator.length : undefined;
	return canBeginWord ? skipWord(source, span) : undefined;
}

function skipWord(source: string, { start, end }: Span): number | undefined {
	if (source.charAt(start) === "#") {
		const newline = source.indexOf("\n", start);
		return newline === -1 || newline > end ? end : newline;
	}
	let wordEnd = start;
	while (wordEnd < end && !metacharacters.includes(source.charAt(wordEnd))) wordEnd += 1;
	return reservedWords.has(source.slice(start, wordEnd)) ? wordEnd : undefined;
}

/** Whether the character at `at` stands between words: a blank, a separator or a parenthesis. */
export function isBoundary(source: string, at: number): boolean {
	const character = source.charAt(at);
	if (character === "\n" && source.charAt(at - 1) === "\\") return true;
	return metacharacters.includes(character);
}
