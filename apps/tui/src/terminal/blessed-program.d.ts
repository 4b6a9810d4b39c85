// What is used of blessed's Program; blessed's own types describe only its main module, which loads every widget.

declare module "blessed/lib/program.js" {
	import type { EventEmitter } from "node:events";
	import type { Readable, Writable } from "node:stream";

	interface ProgramOptions {
		readonly input: Readable;
		readonly output: Writable;
		/** Name of the terminal, as in TERM. */
		readonly terminal: string;
		/** Read terminfo. */
		readonly tput: boolean;
	}

	class Program extends EventEmitter {
		constructor(options: ProgramOptions);
		readonly cols: number;
		readonly rows: number;
		readonly input: Readable;
		readonly output: Writable;
		/** `CSI … h`; with `?` in front a private mode. */
		setMode(mode: string): unknown;
		/** `CSI … l` */
		resetMode(mode: string): unknown;
		write(text: string): unknown;
		destroy(): void;
	}

	export = Program;
}
