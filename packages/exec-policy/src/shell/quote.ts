// Words to a command line that a shell reads back as the same words; for display and for texts of rules.

/** One word, quoted only where a shell would read it differently. */
export function quoteWord(word: string): string {
	if (/^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,=-]*$/.test(word)) return word;
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line of these words. */
export function quoteWords(words: readonly string[]): string {
	return words.map(quoteWord).join(" ");
}
