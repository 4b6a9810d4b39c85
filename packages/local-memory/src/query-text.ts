// From what somebody typed to an FTS5 expression. Every word becomes a quoted phrase, so that nothing of FTS5's syntax
// (quotes, `*`, `NEAR`, `-`, `column:`) can come through.

// More words than that make a search slow and no better.
const maxWords = 32;

/** The words of a query as quoted phrases, each once; those without a letter or digit are left out. */
export function queryPhrases(query: string): readonly string[] {
	const phrases = new Set<string>();
	for (const word of query.split(/[\s\0"]+/u)) {
		if (phrases.size === maxWords) break;
		if (/[\p{L}\p{N}]/u.test(word)) phrases.add(`"${word}"`);
	}
	return [...phrases];
}
