// What both parsers produce: options by name and positionals, before anything is known of commands.

/** An argv taken apart. */
export interface Tokens {
	/** Values by the option's long name, in order; a flag has an empty list. */
	readonly options: ReadonlyMap<string, readonly string[]>;
	/** All positionals, in order. */
	readonly positionals: readonly string[];
	/** How many of them came before `--`; only these can name a command. */
	readonly beforeDashes: number;
}

/** The outcome of a parser. */
export type TokenResult =
	| { readonly kind: "ok"; readonly tokens: Tokens }
	/** The words for a person, one sentence without a period. */
	| { readonly kind: "error"; readonly message: string };

/** Whether the word is text in spite of its leading dash: nobody names an option with a blank in it. */
export function isDashedText(word: string): boolean {
	const equals = word.indexOf("=");
	return /\s/.test(equals === -1 ? word : word.slice(0, equals));
}
