// The terminal as the app sees it: size, input, frames, notifications; and the only module that loads blessed. blessed's
// Program owns the streams (raw input, size changes, private modes); keys and painting are ours, because Program knows
// neither bracketed pastes nor true colour. Whoever opens it must close it, on every way out.

import type { Readable, Writable } from "node:stream";
import type { Clock } from "@codex/protocol";
import Program from "blessed/lib/program.js";
import type { InputEvent } from "../keymap/key.ts";
import type { SgrOf } from "./cells.ts";
import { createInputDecoder } from "./decode-input.ts";
import { createPainter, type Frame, type Size } from "./paint.ts";
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

/** Opens the terminal. */
export function openTerminal(options: TerminalOptions): Terminal {
	const { input, output, alternate } = options;
	const painter = createPainter(options.sgrOf);
	let onInput: (event: InputEvent) => void = () => undefined;
	let onResize: (size: Size) => void = () => undefined;
	let onGone: () => void = () => undefined;
	let onReady: () => void = () => undefined;
	let state: "entered" | "left" | "closed" = "left";
	let hasKitty = false;
	let isGone = false;
	let isSlow = false;
	let lastRows = 0;

	const gone = (): void => {
		if (isGone) return;
		isGone = true;
		onGone();
	};
	const write = (text: string): void => {
		if (isGone || text === "") return;
		try {
			output.write(text);
		} catch {
			// The terminal hung up: there is nobody left to tell.
			gone();
		}
	};
	const program = openProgram(options);
	const sizeNow = (): Size => ({ columns: Math.max(1, output.columns ?? 80), rows: Math.max(1, output.rows ?? 24) });
	const take = readInput(options, (event) => {
		if (event.kind === "reply" && event.reply.kind === "kitty_keyboard" && !hasKitty && state === "entered") {
			hasKitty = true;
			write(kittyOn);
		}
		onInput(event);
	});
	const onData = (chunk: unknown): void => {
		if (chunk instanceof Uint8Array) take(chunk);
		else if (typeof chunk === "string") take(Buffer.from(chunk));
	};
	const onOutputResize = (): void => {
		painter.invalidate();
		if (state === "entered") onResize(sizeNow());
	};
	const onDrain = (): void => {
		if (!isSlow) return;
		isSlow = false;
		onReady();
	};
	program.on("data", onData);
	program.on("resize", onOutputResize);
	output.on("drain", onDrain);
	output.on("error", gone);
	input.on("error", gone);
	input.on("end", gone);
	input.on("close", gone);

	const enter = (): void => {
		if (state !== "left") return;
		state = "entered";
		input.setRawMode?.(true);
		input.resume();
		painter.invalidate();
		if (alternate) program.setMode("?1049");
		// A fresh screen is cleared once; from here on only cells are written.
		write(`${alternate ? `${cursorTo(0, 0)}${eraseBelow}` : "\n".repeat(sizeNow().rows - 1)}${enterModes}${questions}`);
	};
	const leave = (): void => {
		if (state !== "entered") return;
		state = "left";
		write(`${hasKitty ? kittyOff : ""}${leaveModes}`);
		if (alternate) {
			if (!isGone) program.resetMode("?1049");
		} else write(`${cursorTo(Math.max(0, lastRows), 0)}${eraseBelow}`);
		write(showCursor);
		hasKitty = false;
		try {
			input.setRawMode?.(false);
		} catch {
			// The terminal is gone; there is nothing to set.
		}
		input.pause();
	};
	enter();
	return {
		get size() {
			return sizeNow();
		},
		onInput: (listener) => {
			onInput = listener;
		},
		onResize: (listener) => {
			onResize = listener;
		},
		onGone: (listener) => {
			onGone = listener;
		},
		onReady: (listener) => {
			onReady = listener;
		},
		paint: (frame) => {
			if (state !== "entered" || isGone) return true;
			if (output.writableLength > highWaterBytes) {
				isSlow = true;
				return false;
			}
			lastRows = Math.min(frame.lines.length, sizeNow().rows - 1);
			write(painter.paint(frame, sizeNow()));
			return true;
		},
		restyle: (sgrOf) => painter.restyle(sgrOf),
		invalidate: () => painter.invalidate(),
		notify: (title, text, method) => {
			if (method === "bel") write("\x07");
			else if (method === "osc777") write(osc777(title, text));
			else if (method === "osc9") write(osc9(`${title}: ${text}`));
			// Terminals that know neither ignore both; the bell is heard everywhere.
			else write(`${osc9(`${title}: ${text}`)}\x07`);
		},
		leave,
		enter,
		close: () => {
			if (state === "closed") return;
			leave();
			state = "closed";
			program.removeListener("data", onData);
			program.removeListener("resize", onOutputResize);
			output.removeListener("drain", onDrain);
			program.destroy();
		},
	};
}
