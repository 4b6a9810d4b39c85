// A terminal without a screen: @xterm/headless behind streams that look like a TTY, so that a test types keys and reads cells.

import { PassThrough, Writable } from "node:stream";
import xterm from "@xterm/headless";

/** One cell as it is shown. */
export interface ShownCell {
	readonly text: string;
	/** 0xRRGGBB with true colour, the index with a palette, `undefined` for the terminal's own. */
	readonly fg: number | undefined;
	readonly bg: number | undefined;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly italic: boolean;
	readonly underline: boolean;
	readonly inverse: boolean;
}

/** The stream that a program under test reads. */
export interface TestInput extends PassThrough {
	readonly isTTY: true;
	isRaw: boolean;
	setRawMode(raw: boolean): this;
}

/** The stream that a program under test writes. */
export interface TestOutput extends Writable {
	readonly isTTY: true;
	columns: number;
	rows: number;
}

/** The terminal. */
export interface VirtualTerminal {
	readonly input: TestInput;
	readonly output: TestOutput;
	/** Everything that was written, as text. */
	readonly written: string;
	/** Forgets what was written, not what is shown. */
	forget(): void;
	/** Sends keys as a keyboard would. */
	type(text: string): void;
	/** Sends bytes. */
	send(bytes: Uint8Array): void;
	/** Changes the size and tells the program. */
	resize(columns: number, rows: number): void;
	/** Resolves when all that was written is shown. */
	settle(): Promise<void>;
	/** The rows of the screen, blanks at their ends removed. */
	rows(): readonly string[];
	/** The screen as one text. */
	text(): string;
	cell(row: number, column: number): ShownCell;
	/** Where the cursor is, from 0; `undefined` when it is hidden. */
	cursor(): { readonly row: number; readonly column: number } | undefined;
	/** The alternate screen is shown. */
	readonly isAlternate: boolean;
	/** Waits until the screen fulfils a condition. Rejects with the screen after `limitMs` (default 5000). */
	until(condition: (text: string) => boolean, limitMs?: number): Promise<string>;
	close(): void;
}

/** Makes a terminal. Default: 80×24. */
export function createVirtualTerminal(columns: number = 80, rows: number = 24): VirtualTerminal {
	const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
	let written = "";
	let isCursorHidden = false;
	let pending = 0;
	let waiters: (() => void)[] = [];
	const output: TestOutput = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk: string | Buffer, _encoding, done) {
				const text = typeof chunk === "string" ? chunk : chunk.toString("utf8");
				written += text;
				for (const [, sign] of text.matchAll(/\x1b\[\?25([hl])/g)) isCursorHidden = sign === "l";
				pending += 1;
				terminal.write(text, () => {
					pending -= 1;
					if (pending > 0) return;
					const told = waiters;
					waiters = [];
					for (const tell of told) tell();
				});
				done();
			},
		}),
		{ isTTY: true as const, columns, rows },
	);
	const input: TestInput = Object.assign(new PassThrough(), {
		isTTY: true as const,
		isRaw: false,
		setRawMode(this: TestInput, raw: boolean): TestInput {
			this.isRaw = raw;
			return this;
		},
	});
	// What the terminal answers to questions goes to the program, as from a keyboard.
	terminal.onData((text) => void input.write(text));
	const settle = async (): Promise<void> => {
		if (pending > 0) await new Promise<void>((resolve) => waiters.push(resolve));
	};
	const lines = (): readonly string[] => {
		const { active } = terminal.buffer;
		return Array.from({ length: terminal.rows }, (_, at) => active.getLine(active.baseY + at)?.translateToString(true).trimEnd() ?? "");
	};
	const shown = (): string => lines().join("\n");
	return {
		input,
		output,
		get written() {
			return written;
		},
		forget: () => {
			written = "";
		},
		type: (text) => void input.write(text),
		send: (bytes) => void input.write(bytes),
		resize: (toColumns, toRows) => {
			terminal.resize(toColumns, toRows);
			output.columns = toColumns;
			output.rows = toRows;
			output.emit("resize");
		},
		settle,
		rows: lines,
		text: shown,
		cell: (row, column) => {
			const { active } = terminal.buffer;
			const cell = active.getLine(active.baseY + row)?.getCell(column);
			const colour = (isDefault: boolean | undefined, value: number | undefined): number | undefined =>
				isDefault === true ? undefined : value;
			return {
				text: cell?.getChars() ?? "",
				fg: colour(cell?.isFgDefault(), cell?.getFgColor()),
				bg: colour(cell?.isBgDefault(), cell?.getBgColor()),
				bold: cell?.isBold() !== 0,
				dim: cell?.isDim() !== 0,
				italic: cell?.isItalic() !== 0,
				underline: cell?.isUnderline() !== 0,
				inverse: cell?.isInverse() !== 0,
			};
		},
		cursor: () => {
			if (isCursorHidden) return undefined;
			const { active } = terminal.buffer;
			return { row: active.cursorY, column: active.cursorX };
		},
		get isAlternate() {
			return terminal.buffer.active.type === "alternate";
		},
		until: async (condition, limitMs = 5000) => {
			const deadline = performance.now() + limitMs;
			for (;;) {
				await settle();
				const text = shown();
				if (condition(text)) return text;
				if (performance.now() > deadline) throw new Error(`the screen never showed what was awaited; it shows:\n${text}`);
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		},
		close: () => terminal.dispose(),
	};
}
