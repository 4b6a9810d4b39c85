// Reads the characters of a rules file from left to right and knows line and column. Must not know the grammar.

/** A string that was read, or why it is none. */
export type StringReading =
	| { readonly kind: "ok"; readonly text: string }
	| { readonly kind: "error"; readonly message: string };

const escapes: ReadonlyMap<string, string> = new Map([
	["n", "\n"],
	["t", "\t"],
	["r", "\r"],
	["\\", "\\"],
	['"', '"'],
	["'", "'"],
]);

/** A position in a text that only moves forward. */
export class RuleTextReader {
	readonly #text: string;
	#next = 0;
	#line = 1;
	#lineStart = 0;

	constructor(text: string) {
		this.#text = text;
		if (text.startsWith("\ufeff")) {
			this.#next = 1;
			this.#lineStart = 1;
		}
	}

	/** Where the next character stands, from 1. */
	position(): { readonly line: number; readonly column: number } {
		return { line: this.#line, column: this.#next - this.#lineStart + 1 };
	}

	/** Whether the text is read. */
	isAtEnd(): boolean {
		return this.#next >= this.#text.length;
	}

	/** Whether this character comes next. */
	isNext(character: string): boolean {
		return this.#text.charAt(this.#next) === character && character !== "";
	}

	/** Reads this character if it comes next. */
	readCharacter(character: string): boolean {
		if (!this.isNext(character)) return false;
		this.#next += 1;
		return true;
	}

	/** Skips spaces, newlines and comments. */
	skipBlank(): void {
		for (;;) {
			const character = this.#text.charAt(this.#next);
			if (character === "#") {
				while (!this.isAtEnd() && !this.isNext("\n")) this.#next += 1;
			} else if (character === "\n") {
				this.#next += 1;
				this.#line += 1;
				this.#lineStart = this.#next;
			} else if (character === " " || character === "\t" || character === "\r") this.#next += 1;
			else return;
		}
	}

	/** Reads a name: letters, digits and `_`; undefined when none comes next. */
	readName(): string | undefined {
		const start = this.#next;
		while (/^[A-Za-z0-9_]$/.test(this.#text.charAt(this.#next))) this.#next += 1;
		return this.#next > start ? this.#text.slice(start, this.#next) : undefined;
	}

	/** Reads the string that begins with the next character, a quote. It must end on its line. */
	readString(): StringReading {
		const quote = this.#text.charAt(this.#next);
		if (this.#text.startsWith(quote.repeat(3), this.#next)) {
			return { kind: "error", message: "strings over several lines are not supported" };
		}
		let text = "";
		for (let at = this.#next + 1; at < this.#text.length; at += 1) {
			const character = this.#text.charAt(at);
			if (character === quote) {
				this.#next = at + 1;
				return { kind: "ok", text };
			}
			if (character === "\n") break;
			if (character === "\\") {
				at += 1;
				const escaped = escapes.get(this.#text.charAt(at));
				if (escaped === undefined) return { kind: "error", message: `unknown escape \`\\${this.#text.charAt(at)}\`` };
				text += escaped;
			} else text += character;
		}
		return { kind: "error", message: "the string does not end on its line" };
	}

	/** The next character in words, for messages. */
	describeNext(): string {
		if (this.isAtEnd()) return "the end of the file";
		return `\`${this.#text.charAt(this.#next)}\``;
	}
}
