// The program in this process: runCli with streams of the test's, an environment of the test's and a scripted model.

import { PassThrough } from "node:stream";
import type { Environment } from "@codex/runtime";
import {
	createModelServer,
	createTempDir,
	createTempHome,
	type ModelServer,
	type ModelServerOptions,
	type VirtualTerminal,
	writeTree,
} from "@codex/test-support";
import { onTestFinished } from "vitest";
import type { CliIo } from "../src/cli-io.ts";
import { runCli } from "../src/run-cli.ts";
import { createInput, type InputKind } from "../src/terminal/input.ts";
import { createOutput } from "../src/terminal/output.ts";

export interface CliResult {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	/** stdout as JSON lines. */
	lines(): readonly Record<string, unknown>[];
}

export interface CliRun {
	readonly stdin?: string;
	readonly stdinKind?: InputKind;
	/** Stdin sends nothing and stays open. */
	readonly openStdin?: boolean;
	readonly env?: Readonly<Record<string, string>>;
	readonly terminal?: boolean;
	/** The terminal of an interactive session. */
	readonly screen?: VirtualTerminal;
	/** Called with a function that does what a signal does. */
	readonly onStart?: (interrupt: () => void, stdout: PassThrough) => void;
}

export interface CliFixture {
	readonly cwd: string;
	readonly codeHome: string;
	readonly server: ModelServer;
	/** What the runtime of a run without options of its own sees. */
	readonly environment: Environment;
	run(argv: readonly string[], options?: CliRun): Promise<CliResult>;
}

export interface CliFixtureOptions {
	readonly script?: ModelServerOptions["script"];
	readonly files?: Readonly<Record<string, string | Uint8Array>>;
	readonly homeFiles?: Readonly<Record<string, string>>;
}

function collect(stream: PassThrough): () => string {
	const chunks: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => chunks.push(chunk));
	return () => Buffer.concat(chunks).toString("utf8");
}

async function runIn(environment: Environment, argv: readonly string[], options: CliRun): Promise<CliResult> {
	const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
	if (options.terminal === true)
		for (const stream of Object.values(streams)) Object.assign(stream, { isTTY: true, columns: 90 });
	const stdout = collect(streams.stdout);
	const stderr = collect(streams.stderr);
	const listeners = new Set<() => void>();
	const input = new PassThrough();
	if (options.openStdin !== true) input.end(options.stdin ?? "");
	const io: CliIo = {
		stdin: createInput(options.stdinKind ?? (options.stdin === undefined ? "nothing" : "stream"), () => input),
		stdout: createOutput(streams.stdout),
		stderr: createOutput(streams.stderr),
		onInterrupt: (listener) => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		...(options.screen === undefined
			? {}
			: { terminal: { input: options.screen.input, output: options.screen.output } }),
		runtimeOptions: { version: "0.0.0-test", environment },
	};
	options.onStart?.(() => {
		for (const listener of listeners) listener();
	}, streams.stdout);
	const code = await runCli(argv, io);
	await Promise.all([io.stdout.flush(), io.stderr.flush()]);
	return {
		code,
		stdout: stdout(),
		stderr: stderr(),
		lines: () =>
			stdout()
				.split("\n")
				.filter((line) => line !== "")
				.map((line) => JSON.parse(line)),
	};
}

/** Makes the fixture; all of it goes with the test. */
export async function makeCli(options: CliFixtureOptions = {}): Promise<CliFixture> {
	const [home, folder, server] = await Promise.all([
		createTempHome(),
		createTempDir("code-cli-"),
		createModelServer({ script: options.script ?? [] }),
	]);
	onTestFinished(async () => {
		await server.close();
		await Promise.all([home.dispose(), folder.dispose()]);
	});
	await writeTree(folder.path, { ".git/HEAD": "ref: refs/heads/main\n", ...options.files });
	await writeTree(home.codeHome, options.homeFiles ?? {});
	const env = {
		PATH: process.env["PATH"],
		HOME: home.path,
		CODE_HOME: home.codeHome,
		OPENAI_API_KEY: "sk-cli-0123456789abcdef",
		OPENAI_BASE_URL: server.baseUrl,
	};
	const environment: Environment = { env, homedir: home.path, tmpdir: "/tmp", cwd: folder.path };
	return {
		cwd: folder.path,
		codeHome: home.codeHome,
		server,
		environment,
		run: (argv, run = {}) => runIn({ ...environment, env: { ...env, ...run.env } }, argv, run),
	};
}
