// The terminal as the app sees it: size, input, frames, notifications; and the only module that loads blessed. blessed's
// Program owns the streams (raw input, size changes, private modes); keys and painting are ours, because Program knows
// neither bracketed pastes nor true colour. Whoever opens it must close it, on every way out.

import type { Readable, Writable } from "node:stream";
import type { Clock } from "@codex/protocol";
import Program from "blessed/lib/program.js";
import type { InputEvent } from "../keymap/key.ts";
import type { Line } from "../text/span.ts";
import type { SgrOf } from "./cells.ts";
import { createInputDecoder } from "./decode-input.ts";
import { createPainter, type Frame, type Painter, printed, type Size } from "./paint.ts";
import { burstGapMs, createPasteBurst } from "./paste-burst.ts";
import {
	cursorTo,
	enterModes,
	eraseBelow,
	kittyOff,
	kittyOn,
	leaveModes,
	osc9,
	osc777,
	questions,
	showCursor,
} from "./sequences.ts";

/** The stream that keys come from. */
export type TerminalInput = Readable & { readonly isRaw?: boolean; setRawMode?(raw: boolean): unknown };

/** The stream that is painted on. */
export type TerminalOutput = Writable & { readonly columns?: number; readonly rows?: number };

/** How a terminal is opened. */
export interface TerminalOptions {
	readonly input: TerminalInput;
	readonly output: TerminalOutput;
	readonly clock: Clock;
	/** As in TERM. */
	readonly name: string;
	/** Whether the alternate screen is used; else the app draws below the shell's last line. */
	readonly alternate: boolean;
	/** Whether unbracketed pastes are looked for. */
	readonly pasteBurst: boolean;
	readonly sgrOf: SgrOf;
}

/** How a notification is sent. */
export type NotificationMethod = "auto" | "osc9" | "osc777" | "bel";

/** An open terminal. */
export interface Terminal {
	readonly size: Size;
	/** Sets who gets input. */
	onInput(listener: (event: InputEvent) => void): void;
	/** Sets who is told of a new size; what the screen shows is then unknown. */
	onResize(listener: (size: Size) => void): void;
	/** Sets who is told that the terminal went away (hung up). Called once. */
	onGone(listener: () => void): void;
	/** Sets who is told that a terminal that was too slow takes frames again. */
	onReady(listener: () => void): void;
	/** Shows the frame; false when the terminal is too slow and nothing was written. */
	paint(frame: Frame): boolean;
	/** The look of styles changed. */
	restyle(sgrOf: SgrOf): void;
	/** What the screen shows is unknown: the next frame is written whole. */
	invalidate(): void;
	/** Puts lines in the place of the screen, for good; only without the alternate screen, and before {@link close}. */
	print(lines: readonly Line[]): void;
	/** Tells the person outside the screen. */
	notify(title: string, text: string, method: NotificationMethod): void;
	/** Gives screen and keys back to the shell, for a while. */
	leave(): void;
	/** Takes them again; what the screen shows is unknown. */
	enter(): void;
	/** Gives screen and keys back for good. May be called again. */
	close(): void;
}

// Frames wait while a slow terminal has this much to read.
const highWaterBytes = 256 * 1024;

// A lone ESC is the Escape key when nothing follows for 30 ms, the rest of a sequence over a slow line included.
const sequenceMs = 30;

// A paste whose end never comes (a line that broke) ends after 5 s of silence.
const pasteMs = 5000;

/** Opens blessed's Program on the streams, without its key decoder: a paste of a megabyte would be a million events. */
function openProgram({ input, output, name }: TerminalOptions): Program {
	const program = new Program({ input, output, terminal: name, tput: false });
	input.removeAllListeners("keypress");
	return program;
}

function readInput(
	{ clock, pasteBurst }: TerminalOptions,
	deliver: (event: InputEvent) => void,
): (bytes: Uint8Array) => void {
	const decoder = createInputDecoder();
	const burst = createPasteBurst();
	let cancelDecoder = (): void => undefined;
	let cancelBurst = (): void => undefined;
	const hand = (events: readonly InputEvent[]): void => {
		if (!pasteBurst) {
			for (const event of events) deliver(event);
			return;
		}
		cancelBurst();
		for (const event of burst.push(events, clock.monotonicMs())) deliver(event);
		if (!burst.holds) return;
		cancelBurst = clock.timer(burstGapMs, () => {
			for (const event of burst.flush()) deliver(event);
		});
	};
	return (bytes) => {
		cancelDecoder();
		hand(decoder.push(bytes));
		if (decoder.waiting === "nothing") return;
		cancelDecoder = clock.timer(decoder.waiting === "paste" ? pasteMs : sequenceMs, () => hand(decoder.flush()));
	};
}

type Listeners = {
	input: (event: InputEvent) => void;
	resize: (size: Size) => void;
	gone: () => void;
	ready: () => void;
};

class OpenTerminal implements Terminal {
	private readonly options: TerminalOptions;
	private readonly program: Program;
	private readonly painter: Painter;
	private readonly take: (bytes: Uint8Array) => void;
	private readonly listeners: Listeners = {
		input: () => undefined,
		resize: () => undefined,
		gone: () => undefined,
		ready: () => undefined,
	};
	private sgrOf: SgrOf;
	private state: "entered" | "left" | "closed" = "left";
	private hasKitty = false;
	private isGone = false;
	private isSlow = false;
	/** The row after the last frame; `undefined` when lines were printed in its place. */
	private lastRow: number | undefined = 0;

	constructor(options: TerminalOptions) {
		this.options = options;
		this.sgrOf = options.sgrOf;
		this.painter = createPainter(options.sgrOf);
		this.program = openProgram(options);
		this.take = readInput(options, (event) => this.deliver(event));
		const { input, output } = options;
		this.program.on("data", this.onData);
		this.program.on("resize", this.onOutputResize);
		output.on("drain", this.onDrain);
		output.on("error", this.hangUp);
		for (const event of ["error", "end", "close"]) input.on(event, this.hangUp);
		this.enter();
	}

	get size(): Size {
		const { columns, rows } = this.options.output;
		return { columns: Math.max(1, columns ?? 80), rows: Math.max(1, rows ?? 24) };
	}

	onInput(listener: Listeners["input"]): void {
		this.listeners.input = listener;
	}

	onResize(listener: Listeners["resize"]): void {
		this.listeners.resize = listener;
	}

	onGone(listener: Listeners["gone"]): void {
		this.listeners.gone = listener;
	}

	onReady(listener: Listeners["ready"]): void {
		this.listeners.ready = listener;
	}

	paint(frame: Frame): boolean {
		if (this.state !== "entered" || this.isGone) return true;
		if (this.options.output.writableLength > highWaterBytes) {
			this.isSlow = true;
			return false;
		}
		const { size } = this;
		this.lastRow = Math.min(frame.lines.length, size.rows - 1);
		this.write(this.painter.paint(frame, size));
		return true;
	}

	restyle(sgrOf: SgrOf): void {
		this.sgrOf = sgrOf;
		this.painter.restyle(sgrOf);
	}

	invalidate(): void {
		this.painter.invalidate();
	}

	print(lines: readonly Line[]): void {
		if (this.state !== "entered") return;
		this.write(`${cursorTo(0, 0)}${eraseBelow}${printed(lines, this.size.columns, this.sgrOf)}`);
		this.lastRow = undefined;
	}

	notify(title: string, text: string, method: NotificationMethod): void {
		if (method === "bel") this.write("\x07");
		else if (method === "osc777") this.write(osc777(title, text));
		else if (method === "osc9") this.write(osc9(`${title}: ${text}`));
		// Terminals that know the one ignore the other; the bell is heard everywhere.
		else this.write(`${osc9(`${title}: ${text}`)}${osc777(title, text)}\x07`);
	}

	enter(): void {
		if (this.state !== "left") return;
		this.state = "entered";
		const { input, alternate } = this.options;
		input.setRawMode?.(true);
		input.resume();
		this.painter.invalidate();
		if (alternate) this.program.setMode("?1049");
		// A fresh screen is cleared once; from here on only cells are written.
		const fresh = alternate ? `${cursorTo(0, 0)}${eraseBelow}` : "\n".repeat(this.size.rows - 1);
		this.write(`${fresh}${enterModes}${questions}`);
	}

	leave(): void {
		if (this.state !== "entered") return;
		this.state = "left";
		const { input, alternate } = this.options;
		this.write(`${this.hasKitty ? kittyOff : ""}${leaveModes}`);
		this.hasKitty = false;
		if (alternate && !this.isGone) this.program.resetMode("?1049");
		if (!alternate && this.lastRow !== undefined) this.write(`${cursorTo(this.lastRow, 0)}${eraseBelow}`);
		this.write(showCursor);
		try {
			input.setRawMode?.(false);
		} catch {
			// The terminal is gone; there is nothing to set.
		}
		input.pause();
	}

	close(): void {
		if (this.state === "closed") return;
		this.leave();
		this.state = "closed";
		this.program.removeListener("data", this.onData);
		this.program.removeListener("resize", this.onOutputResize);
		this.options.output.removeListener("drain", this.onDrain);
		this.program.destroy();
	}

	private deliver(event: InputEvent): void {
		const isOffer = event.kind === "reply" && event.reply.kind === "kitty_keyboard";
		if (isOffer && !this.hasKitty && this.state === "entered") {
			this.hasKitty = true;
			this.write(kittyOn);
		}
		this.listeners.input(event);
	}

	private write(text: string): void {
		if (this.isGone || text === "") return;
		try {
			this.options.output.write(text);
		} catch {
			// The terminal hung up: there is nobody left to tell.
			this.hangUp();
		}
	}

	private readonly hangUp = (): void => {
		if (this.isGone) return;
		this.isGone = true;
		this.listeners.gone();
	};

	private readonly onData = (chunk: unknown): void => {
		if (chunk instanceof Uint8Array) this.take(chunk);
		else if (typeof chunk === "string") this.take(Buffer.from(chunk));
	};

	private readonly onOutputResize = (): void => {
		this.painter.invalidate();
		if (this.state === "entered") this.listeners.resize(this.size);
	};

	private readonly onDrain = (): void => {
		if (!this.isSlow) return;
		this.isSlow = false;
		this.listeners.ready();
	};
}

/** Opens the terminal. */
export function openTerminal(options: TerminalOptions): Terminal {
	return new OpenTerminal(options);
}
