// What a program wrote for a terminal, as lines with styles: colours stay, what moves the cursor is carried out (so that a
// progress bar is one line), everything else is dropped. What comes out holds no control character. It may be fed in pieces
// that are cut anywhere, and what it keeps is bounded whatever comes.

import { type AnsiLimits, AnsiScreen } from "./ansi-screen.ts";
import { cleanLine } from "./clean.ts";
import { applySgr } from "./sgr.ts";
import { type Line, plainStyle, type Style } from "./span.ts";

/** Output that grows. */
export interface AnsiText {
	/** Takes a piece of output; it may end inside a sequence or a character. */
	push(chunk: string): void;
	/** The lines so far, the one that is being written last. Trailing blanks are left out. */
	lines(): readonly Line[];
	/** Lines that were dropped at the beginning. */
	readonly dropped: number;
	/** Something was written beyond the last column that is kept. */
	readonly cut: boolean;
}

const maxParameters = 128;
const controls = /\p{Cc}/u;
const stringStarts: ReadonlySet<string> = new Set(["\x90", "\x98", "\x9d", "\x9e", "\x9f"]);
const escapedStringStarts: ReadonlySet<string> = new Set(["P", "X", "]", "^", "_"]);

type State = "text" | "escape" | "intermediate" | "sequence" | "string";

/** Lines of the whole output of a program. */
export function ansiLines(text: string, limits: AnsiLimits = {}): readonly Line[] {
	const output = createAnsiText(limits);
	output.push(text);
	return output.lines();
}

const numberOf = (parameters: string, at: number, otherwise: number): number => {
	const read = Number.parseInt(parameters.split(";")[at] ?? "", 10);
	return Number.isNaN(read) ? otherwise : Math.min(read, 100_000);
};

/** Carries out `CSI parameters final`; what asks, reports, switches modes or scrolls does nothing. */
function carryOut(screen: AnsiScreen, parameters: string, final: string): void {
	// Private forms (`?25l`, `>c`) set modes or ask; none of them is text.
	if (/[<=>?]/.test(parameters)) return;
	const count = Math.max(1, numberOf(parameters, 0, 1));
	const moves: Readonly<Record<string, () => void>> = {
		m: () => {
			screen.style = styleOf(applySgr(screen.style, parameters));
		},
		A: () => screen.move(-count, 0),
		B: () => screen.move(count, 0),
		C: () => screen.move(0, count),
		D: () => screen.move(0, -count),
		E: () => {
			screen.move(count, 0);
			screen.toColumn(0);
		},
		F: () => {
			screen.move(-count, 0);
			screen.toColumn(0);
		},
		G: () => screen.toColumn(count - 1),
		"`": () => screen.toColumn(count - 1),
		H: () => {
			screen.toRow(count - 1);
			screen.toColumn(numberOf(parameters, 1, 1) - 1);
		},
		f: () => {
			screen.toRow(count - 1);
			screen.toColumn(numberOf(parameters, 1, 1) - 1);
		},
		d: () => screen.toRow(count - 1),
		K: () => screen.eraseLine(numberOf(parameters, 0, 0)),
		J: () => screen.eraseScreen(numberOf(parameters, 0, 0)),
		s: () => screen.save(),
		u: () => screen.restore(),
	};
	if (Object.hasOwn(moves, final)) moves[final]?.();
}

const styleOf = (style: Style): Style => (Object.keys(style).length === 0 ? plainStyle : style);

/** Reads sequences, one character at a time, and carries them out on its screen. */
class SequenceReader {
	readonly #screen: AnsiScreen;
	#state: State = "text";
	#parameters = "";

	constructor(screen: AnsiScreen) {
		this.#screen = screen;
	}

	/** Outside of sequences: text may be written as it is. */
	get inText(): boolean {
		return this.#state === "text";
	}

	step(char: string): void {
		switch (this.#state) {
			case "escape":
				return this.#afterEscape(char);
			case "sequence":
				return this.#inSequence(char);
			case "string":
				return this.#inString(char);
			case "intermediate":
				if (char < " " || char > "/") this.#state = "text";
				return;
			default:
				return this.#control(char);
		}
	}

	#control(char: string): void {
		const screen = this.#screen;
		if (char === "\x1b") this.#state = "escape";
		else if (char === "\x9b") this.#begin();
		else if (stringStarts.has(char)) this.#state = "string";
		else if (char === "\n" || char === "\v" || char === "\f" || char === "\x85") screen.newLine();
		else if (char === "\r") screen.toColumn(0);
		else if (char === "\b") screen.move(0, -1);
		else if (char === "\t") screen.tab();
	}

	#begin(): void {
		this.#parameters = "";
		this.#state = "sequence";
	}

	#afterEscape(char: string): void {
		const screen = this.#screen;
		this.#state = "text";
		if (char === "[") this.#begin();
		else if (escapedStringStarts.has(char)) this.#state = "string";
		else if (char >= " " && char <= "/") this.#state = "intermediate";
		else if (char === "7") screen.save();
		else if (char === "8") screen.restore();
		else if (char === "E") screen.newLine();
		else if (char === "M") screen.move(-1, 0);
		else if (char === "c") screen.style = plainStyle;
		else if (controls.test(char)) this.#control(char);
	}

	#inSequence(char: string): void {
		if (char >= " " && char <= "?") {
			// Longer than any real one: the rest of it is skipped.
			if (this.#parameters.length < maxParameters) this.#parameters += char;
			return;
		}
		this.#state = "text";
		if (char >= "@" && char <= "~") carryOut(this.#screen, this.#parameters, char);
		else if (controls.test(char)) this.#control(char);
		else this.#screen.write(cleanLine(char));
	}

	/** Inside what names, asks or copies something: dropped up to its end; a line end ends one that nothing closes. */
	#inString(char: string): void {
		if (char === "\x1b") this.#state = "escape";
		else if (char === "\x07" || char === "\x9c" || char === "\x18" || char === "\x1a") this.#state = "text";
		else if (char === "\n") {
			this.#state = "text";
			this.#screen.newLine();
		}
	}
}

/** Begins an empty output. */
export function createAnsiText(limits: AnsiLimits = {}): AnsiText {
	const screen = new AnsiScreen(limits);
	const reader = new SequenceReader(screen);
	let rest = "";
	return {
		push(chunk) {
			const text = rest + chunk;
			// Half of a character waits for the other.
			const isHalf = /[\ud800-\udbff]$/.test(text);
			const whole = isHalf ? text.slice(0, -1) : text;
			rest = isHalf ? text.slice(-1) : "";
			for (let at = 0; at < whole.length; ) {
				const end = reader.inText ? runEnd(whole, at) : at;
				if (end > at) screen.write(cleanLine(whole.slice(at, end)));
				else reader.step(whole.charAt(at));
				at = Math.max(end, at + 1);
			}
		},
		lines: () => screen.lines(),
		get dropped() {
			return screen.dropped;
		},
		get cut() {
			return screen.cut;
		},
	};
}

/** Where the text from `at` on ends: at a control character. */
function runEnd(text: string, at: number): number {
	for (let here = at; here < text.length; here += 1) {
		const code = text.charCodeAt(here);
		if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return here;
	}
	return text.length;
}
