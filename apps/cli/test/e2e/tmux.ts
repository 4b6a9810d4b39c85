// A real terminal for one test: a tmux server of its own with one window, the program in it.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { codeBin } from "./run-code.ts";

const run = promisify(execFile);

/** One window of a terminal. */
export interface Tmux {
	/** Types a text as it is. */
	type(text: string): Promise<void>;
	/** Presses keys by tmux's names: `Enter`, `Escape`, `C-c`. */
	press(...names: readonly string[]): Promise<void>;
	/** Pastes a text, bracketed as a terminal does. */
	paste(text: string): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	/** What the window shows. */
	screen(): Promise<string>;
	/** Waits until the window shows a text. Rejects with the screen after 15 s. */
	see(text: string | RegExp): Promise<string>;
	/** Waits until it does not. */
	gone(text: string | RegExp): Promise<string>;
	/** A format of tmux, for example `#{alternate_on}`. */
	ask(format: string): Promise<string>;
	close(): Promise<void>;
}

export interface TmuxOptions {
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly args?: readonly string[];
	readonly columns?: number;
	readonly rows?: number;
	/** Starts a shell with job control, in which the program is typed. */
	readonly inShell?: boolean;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const waitMs = 15_000;
let windows = 0;

/** Starts the program in a shell, which stays when it ends and says how: `ended with N`. */
export async function startTmux(options: TmuxOptions): Promise<Tmux> {
	windows += 1;
	const socket = `code-e2e-${process.pid}-${windows}`;
	const tmux = async (...args: readonly string[]): Promise<string> => {
		const { stdout } = await run("tmux", ["-L", socket, "-f", "/dev/null", ...args]);
		return stdout;
	};
	const vars = Object.entries(options.env).flatMap(([name, value]) =>
		value === undefined ? [] : [`${name}=${quoted(value)}`],
	);
	const program = [process.execPath, codeBin, ...(options.args ?? [])].map(quoted).join(" ");
	const script = `cd ${quoted(options.cwd)} && env -u TMUX ${vars.join(" ")} ${program}; echo "ended with $?"; exec sh`;
	const { columns = 80, rows = 24 } = options;
	const shell = `cd ${quoted(options.cwd)} && exec env -u TMUX ${vars.join(" ")} PS1='$ ' bash --norc --noprofile`;
	const size = ["-x", String(columns), "-y", String(rows)];
	await tmux("new-session", "-d", ...size, "-s", "main", "sh", "-c", options.inShell === true ? shell : script);
	if (options.inShell === true) await tmux("send-keys", "-t", "main", "-l", "--", `clear; ${program}\n`);
	const screen = async (): Promise<string> => tmux("capture-pane", "-p", "-t", "main");
	const until = async (condition: (text: string) => boolean): Promise<string> => {
		const deadline = performance.now() + waitMs;
		for (;;) {
			const text = await screen();
			if (condition(text)) return text;
			if (performance.now() > deadline) throw new Error(`the window never showed what was awaited; it shows:\n${text}`);
			await new Promise((resolve) => setTimeout(resolve, 30));
		}
	};
	const holds = (text: string | RegExp, shown: string): boolean =>
		typeof text === "string" ? shown.includes(text) : text.test(shown);
	return {
		type: async (text) => void (await tmux("send-keys", "-t", "main", "-l", "--", text)),
		press: async (...names) => void (await tmux("send-keys", "-t", "main", ...names)),
		paste: async (text) => {
			await tmux("set-buffer", "--", text);
			await tmux("paste-buffer", "-p", "-r", "-t", "main");
		},
		resize: async (toColumns, toRows) =>
			void (await tmux("resize-window", "-t", "main", "-x", String(toColumns), "-y", String(toRows))),
		screen,
		see: (text) => until((shown) => holds(text, shown)),
		gone: (text) => until((shown) => !holds(text, shown)),
		ask: async (format) => (await tmux("display-message", "-p", "-t", "main", format)).trim(),
		close: async () => {
			// The server ends with its last window; one that is gone already is fine.
			await tmux("kill-server").catch(() => undefined);
		},
	};
}
