// The app on a virtual terminal, over the real runtime, with a scripted model: what a user does and sees.

import { createRuntime, noLimits, type StartRequest } from "@codex/runtime";
import {
	createModelServer,
	createTempDir,
	createTempHome,
	createVirtualTerminal,
	type ModelServer,
	type ModelServerOptions,
	type VirtualTerminal,
	writeTree,
} from "@codex/test-support";
import { onTestFinished } from "vitest";
import { runTui, type TuiEnd, type TuiOptions } from "../../src/index.ts";

export interface TuiFixtureOptions {
	readonly script?: ModelServerOptions["script"];
	readonly files?: Readonly<Record<string, string>>;
	readonly homeFiles?: Readonly<Record<string, string>>;
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: Readonly<Record<string, string>>;
	readonly request?: Partial<StartRequest>;
	readonly tui?: Partial<TuiOptions>;
}

export interface TuiFixture {
	readonly terminal: VirtualTerminal;
	readonly server: ModelServer;
	readonly cwd: string;
	readonly codeHome: string;
	/** How the app ended. */
	readonly ended: Promise<TuiEnd>;
	/** Types a text and sends it. */
	send(text: string): Promise<void>;
	/** Types keys, waits until they are decoded. */
	type(keys: string): Promise<void>;
	/** Waits until the screen shows a text. */
	see(text: string | RegExp): Promise<string>;
	/** Waits until the screen does not show a text. */
	gone(text: string | RegExp): Promise<string>;
	/** Waits until the session stands. */
	ready(): Promise<string>;
	/** Starts the app again in the same home and folder; the first one must have ended. */
	again(tui: Partial<TuiOptions>, env?: Readonly<Record<string, string>>): TuiFixture;
}

export const keys = {
	escape: "\x1b",
	enter: "\r",
	tab: "\t",
	up: "\x1b[A",
	down: "\x1b[B",
	pageUp: "\x1b[5~",
	pageDown: "\x1b[6~",
	ctrlC: "\x03",
	ctrlD: "\x04",
	ctrlR: "\x12",
	ctrlT: "\x14",
	backspace: "\x7f",
} as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Stage {
	readonly server: ModelServer;
	readonly cwd: string;
	readonly home: { readonly path: string; readonly codeHome: string };
	readonly options: TuiFixtureOptions;
}

function start({ server, cwd, home, options }: Stage, tui: Partial<TuiOptions>): TuiFixture {
	const terminal = createVirtualTerminal(options.columns ?? 80, options.rows ?? 24);
	const env = {
		PATH: process.env["PATH"],
		HOME: home.path,
		CODE_HOME: home.codeHome,
		TERM: "xterm-256color",
		COLORTERM: "truecolor",
		SHELL: "/bin/sh",
		OPENAI_API_KEY: "sk-tui-0123456789abcdef",
		OPENAI_BASE_URL: server.baseUrl,
		...options.env,
	};
	const made = createRuntime({ version: "0.0.0-test", environment: { env, homedir: home.path, tmpdir: "/tmp", cwd } });
	if (made.kind === "error") throw new Error(made.lines.join("\n"));
	const { runtime } = made;
	const request: StartRequest = {
		source: "cli",
		flags: { overrides: [] },
		additionalRoots: [],
		limits: noLimits,
		ephemeral: false,
		requireRepository: false,
		...options.request,
	};
	const ended = runTui({
		runtime,
		request,
		start: { kind: "new" },
		input: terminal.input,
		output: terminal.output,
		...options.tui,
		...tui,
	});
	void ended.then(() => runtime.close());
	onTestFinished(async () => {
		terminal.input.end();
		await ended;
		terminal.close();
	});
	const holds = (text: string | RegExp, shown: string): boolean =>
		typeof text === "string" ? shown.includes(text) : text.test(shown);
	const type = async (keys: string): Promise<void> => {
		terminal.type(keys);
		// Longer than the wait for the rest of a sequence and for the end of a burst.
		await pause(45);
		await terminal.settle();
	};
	return {
		terminal,
		server,
		cwd,
		codeHome: home.codeHome,
		ended,
		type,
		send: async (text) => {
			// A command may have to wait for the end of the turn, which comes a little after its last words.
			if (text.startsWith("/")) await terminal.until((shown) => shown.includes("Ask for anything"), 4_000);
			await type(text);
			await type("\r");
		},
		see: (text) => terminal.until((shown) => holds(text, shown), 4_000),
		gone: (text) => terminal.until((shown) => !holds(text, shown), 4_000),
		ready: () =>
			terminal.until(
				(shown) => /asks|no session/.test(shown.split("\n").at(-1) ?? "") || shown.includes("Code wants"),
				4_000,
			),
		again: (more, env) => start({ server, cwd, home, options: { ...options, env: { ...options.env, ...env } } }, more),
	};
}

/** Makes the fixture and waits until the session stands; all of it goes with the test. */
export async function makeTui(options: TuiFixtureOptions = {}): Promise<TuiFixture> {
	const [home, folder, server] = await Promise.all([
		createTempHome(),
		createTempDir("code-tui-"),
		createModelServer({ script: options.script ?? [] }),
	]);
	onTestFinished(async () => {
		await server.close();
		await Promise.all([home.dispose(), folder.dispose()]);
	});
	await writeTree(folder.path, { ".git/HEAD": "ref: refs/heads/main\n", ...options.files });
	await writeTree(home.codeHome, options.homeFiles ?? {});
	const fixture = start({ server, cwd: folder.path, home, options }, {});
	await fixture.ready();
	return fixture;
}
