// Reads one word of a shell script on its own, without the parser: what it stands for, or that nobody can know before it
// runs. The parser's reading counts only where this one agrees. Must not expand anything.

/** A word as written, and what is known of it before the script runs. */
export type ShellWord =
	/** Stands for exactly `value`. */
	| { readonly kind: "literal"; readonly text: string; readonly value: string }
	/** A glob or `~`: stands for one or more words that all begin with `prefix`, which may be empty. */
	| { readonly kind: "pattern"; readonly text: string; readonly prefix: string }
	/** Has an expansion, or characters that a reader cannot see: may stand for anything, also for several words or none. */
	| { readonly kind: "dynamic"; readonly text: string };

/** A word that stands for itself. */
export function literalWord(value: string): ShellWord {
	return { kind: "literal", text: value, value };
}

/** The value of a literal word; undefined for any other and for none. */
export function literalValue(word: ShellWord | undefined): string | undefined {
	return word?.kind === "literal" ? word.value : undefined;
}

/** The values of words that are all literal; undefined when one is not. */
export function literalValues(words: readonly ShellWord[]): readonly string[] | undefined {
	const values: string[] = [];
	for (const word of words) {
		if (word.kind !== "literal") return undefined;
		values.push(word.value);
	}
	return values;
}

/** Whether a word may turn into an option when the shell expands it, or is one. */
export function mayBeOption(word: ShellWord): boolean {
	switch (word.kind) {
		case "literal":
			return word.value.startsWith("-");
		case "pattern":
			return word.prefix === "" || word.prefix.startsWith("-");
		case "dynamic":
			return true;
	}
}

// Control characters, and characters that look like a space or like nothing: no reader of an approval sees them, and
// shells differ in what they make of them. Tab and newline are judged where they stand; what joins and colours emoji
// (U+200D, U+FE0F) is let through.
const unseen =
	/(?!\u200d|\ufe0f)[[\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]--[\t\n ]]/v;

/** Whether a text has characters that a reader cannot see or tell from a space. Tab and newline are not among them. */
export function hasUnseenCharacters(text: string): boolean {
	return unseen.test(text);
}

/** Characters that end a word when they are not quoted. */
export const metacharacters = " \t\n;&|<>()";

// Characters after which a `$` between double quotes is only a dollar sign.
const afterPlainDollar = '" |)/.,:';

interface Reader {
	readonly text: string;
	next: number;
	value: string;
	/** Length of `value` where the first glob or `~` stands. */
	patternAt: number | undefined;
	/** Whether only characters that mean the same in every shell stand outside quotes. */
	portable: boolean;
}

/** What `readWord` found: the word, or nothing when the text is not one whole word. */
export interface WordReading {
	readonly word: ShellWord;
	/** Whether other shells than bash (dash, zsh) are known to read it the same way. */
	readonly portable: boolean;
}

/**
 * Reads a text that should be one word of bash.
 *
 * Contract: never throws; linear. Undefined when the text is not exactly one word: empty, an operator or a space outside
 * quotes, or an open quote. Anything with an expansion is `dynamic` without a look at how it ends.
 */
export function readWord(text: string): WordReading | undefined {
	if (text === "") return undefined;
	const dynamic: WordReading = { word: { kind: "dynamic", text }, portable: false };
	const reader: Reader = { text, next: 0, value: "", patternAt: undefined, portable: true };
	while (reader.next < text.length) {
		const outcome = readPiece(reader);
		if (outcome === "dynamic") return dynamic;
		if (outcome === "broken") return undefined;
	}
	if (hasUnseenCharacters(text)) return dynamic;
	const { portable, patternAt, value } = reader;
	if (patternAt !== undefined) return { word: { kind: "pattern", text, prefix: value.slice(0, patternAt) }, portable };
	return { word: { kind: "literal", text, value }, portable };
}

type Outcome = "read" | "dynamic" | "broken";

function readPiece(reader: Reader): Outcome {
	const character = reader.text.charAt(reader.next);
	switch (character) {
		case "'":
			return readSingleQuoted(reader);
		case '"':
			return readDoubleQuoted(reader);
		case "\\":
			return readEscaped(reader);
		case "$":
			if (reader.next !== reader.text.length - 1) return "dynamic";
			return readCharacter(reader, character);
		case "`":
			return "dynamic";
		case "{":
			// `{}` alone is what find and xargs replace; all else may be a brace expansion.
			if (reader.text.charAt(reader.next + 1) !== "}") return "dynamic";
			return readCharacter(reader, character);
		default:
			if (metacharacters.includes(character)) return "broken";
			if (beginsPattern(reader, character)) reader.patternAt ??= reader.value.length;
			return readCharacter(reader, character);
	}
}

const portableCharacter = /^[A-Za-z0-9_.,/:@%+-]$/;

function readCharacter(reader: Reader, character: string): Outcome {
	const isPortable = portableCharacter.test(character) || (character === "=" && reader.next > 0);
	if (!isPortable) reader.portable = false;
	reader.value += character;
	reader.next += 1;
	return "read";
}

function beginsPattern({ text, next }: Reader, character: string): boolean {
	switch (character) {
		case "*":
		case "?":
			return true;
		case "[":
			// Without its end it is only a bracket, as in `[ -f file ]`.
			return text.includes("]", next);
		case "~":
			return next === 0 || "=:".includes(text.charAt(next - 1));
		default:
			return false;
	}
}

function readEscaped(reader: Reader): Outcome {
	const escaped = reader.text.charAt(reader.next + 1);
	if (escaped === "") return "broken";
	if (escaped !== "\n") reader.value += escaped;
	reader.next += 2;
	return "read";
}

function readSingleQuoted(reader: Reader): Outcome {
	const end = reader.text.indexOf("'", reader.next + 1);
	if (end === -1) return "broken";
	reader.value += reader.text.slice(reader.next + 1, end);
	reader.next = end + 1;
	return "read";
}

function readDoubleQuoted(reader: Reader): Outcome {
	const { text } = reader;
	let at = reader.next + 1;
	while (at < text.length) {
		const character = text.charAt(at);
		if (character === '"') {
			reader.next = at + 1;
			return "read";
		}
		const following = text.charAt(at + 1);
		if (character === "`") return "dynamic";
		if (character === "$" && (following === "" || !afterPlainDollar.includes(following))) return "dynamic";
		if (character === "\\" && following !== "" && '$`"\\\n'.includes(following)) {
			if (following !== "\n") reader.value += following;
			at += 2;
			continue;
		}
		reader.value += character;
		at += 1;
	}
	return "broken";
}
