// Where the value of an assignment lies: in quotes at any depth of escaping, or bare up to the next delimiter.

/** The extent of a value, without its quotes. */
export interface ValueSpan {
	readonly start: number;
	readonly end: number;
	/** The opening quote with the backslashes before it; empty for a bare value. */
	readonly quote: string;
}

// 8192: longer than any key in use but PEM blocks, which are found by their shape.
const maxValue = 8192;
// A quote in JSON in JSON in JSON has seven backslashes.
const maxEscapes = 15;

const openingQuote = /(?:[bBfFrRuU]{1,2}(?=["']))?(\\{0,15}["'`])/y;
const bare = /[^\s"'`,;&|<>(){}[\]\\]{0,8192}/y;

// Where the text that holds a value ends: its line, or its string in JSON.
const stringEnd = /^"[,:}\]]/;

/**
 * Index of the next `mark` in `text` from `from` on, or of what cannot lie in a value between such marks (a line break;
 * between single quotes the end of a string of JSON); `limit` without either.
 */
function markOrBreak(text: string, mark: string, from: number, limit: number): number {
	for (let at = from; at < limit; at += 1) {
		const unit = text[at];
		if (unit === mark || unit === "\n" || unit === "\r") return at;
		if (unit === '"' && stringEnd.test(text.slice(at, at + 2))) return at;
	}
	return limit;
}

function backslashesBefore(text: string, at: number, floor: number): number {
	let count = 0;
	while (count < maxEscapes && at - count > floor && text[at - count - 1] === "\\") count += 1;
	return count;
}

/**
 * Which text a quote behind `slashes` backslashes ends: one at the level of escaping `depth` or one around it, told by its
 * number of backslashes (0, 1, 3, 7 for JSON in JSON in JSON). Pairs of them are backslashes of the text itself.
 */
function closedLevel(slashes: number, depth: number): number | undefined {
	for (let level = 0; level < depth; level = 2 * level + 1) if (slashes % (2 * level + 2) === level) return level;
	return slashes % (2 * depth + 2) === depth ? depth : undefined;
}

/**
 * The end of the value that `quote` opened before `start`: at the closing quote of the same depth of escaping, or where
 * the text that holds it ends. `undefined` when the value was cut off before either.
 */
function quotedEnd(text: string, quote: string, start: number): number | undefined {
	const depth = quote.length - 1;
	const mark = quote.slice(-1);
	const limit = Math.min(text.length, start + maxValue);
	for (let at = start; ; at += 1) {
		at = markOrBreak(text, mark, at, limit);
		if (at >= limit || text[at] !== mark) return undefined;
		const slashes = backslashesBefore(text, at, start);
		const level = closedLevel(slashes, depth);
		if (level !== undefined) return at - level;
	}
}

/** The bare value that begins at `start`; may be empty. */
export function bareValue(text: string, start: number): ValueSpan {
	bare.lastIndex = start;
	bare.test(text);
	return { start, end: Math.max(start, bare.lastIndex), quote: "" };
}

/** The value that begins at `at`. A quoted one that was cut off ends at its first blank. */
export function readValue(text: string, at: number): ValueSpan {
	openingQuote.lastIndex = at;
	const quote = openingQuote.exec(text)?.[1];
	if (quote === undefined) return bareValue(text, at);
	const start = openingQuote.lastIndex;
	const end = quotedEnd(text, quote, start) ?? bareValue(text, start).end;
	return { start, end, quote };
}
