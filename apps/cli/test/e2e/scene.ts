// A stage for one test: a home, a folder that counts as a repository, a scripted model, and the program set to ask it.

import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import {
	createModelServer,
	createTempDir,
	createTempHome,
	type ModelServer,
	type ModelServerOptions,
	type TempDir,
	type TempHome,
	writeTree,
} from "@codex/test-support";
import {
	atEnd,
	type CodeOptions,
	type CodeProcess,
	type CodeResult,
	runCode,
	searchPath,
	startCode,
} from "./run-code.ts";

/** The key that the model is asked with. Its shape is that of a real one. */
export const apiKey = "sk-proj-EndToEndTestKey0123456789abcdef";

/** The flags under which commands run in this version. */
export const allowCommands = ["-s", "workspace-write", "-a", "never"] as const;

/** The stage. */
export interface Scene {
	readonly home: TempHome;
	/** The working folder; an absolute real path. */
	readonly repo: string;
	readonly server: ModelServer;
	/** The environment of runs: key and address of the model included. */
	readonly env: Readonly<Record<string, string>>;
	start(args: readonly string[], options?: Partial<CodeOptions>): CodeProcess;
	run(args: readonly string[], options?: Partial<CodeOptions>): Promise<CodeResult>;
	/** Writes `config.toml` of the home. */
	config(text: string): Promise<void>;
}

let compileCache: Promise<TempDir> | undefined;

/** The program's cache of compiled code, shared by all homes of a file: it saves a fifth of each run. */
async function shareCompileCache(home: TempHome): Promise<void> {
	compileCache ??= createTempDir("code-e2e-cache-").then((dir) => {
		atEnd(dir.dispose);
		return dir;
	});
	await symlink((await compileCache).path, path.join(home.codeHome, "cache"));
}

/** Sets the stage; all of it goes when the tests of the file are over. `files` stand in the working folder. */
export async function createScene(
	script: ModelServerOptions["script"] = [],
	files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Scene> {
	const [home, dir, server] = await Promise.all([
		createTempHome(),
		createTempDir("code-e2e-"),
		createModelServer({ script }),
	]);
	atEnd(async () => {
		await server.close();
		await Promise.all([home.dispose(), dir.dispose()]);
	});
	await shareCompileCache(home);
	const repo = path.join(dir.path, "work");
	// A folder called .git is all that tells a repository; tests that need git itself make a real one.
	await mkdir(path.join(repo, ".git"), { recursive: true });
	await writeTree(repo, files);
	const env = { ...home.env, PATH: searchPath, OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: server.baseUrl };
	const withDefaults = (options: Partial<CodeOptions> = {}): CodeOptions => ({ cwd: repo, env, ...options });
	return {
		home,
		repo,
		server,
		env,
		start: (args, options) => startCode(args, withDefaults(options)),
		run: (args, options) => runCode(args, withDefaults(options)),
		config: (text) => writeFile(path.join(home.codeHome, "config.toml"), text, { mode: 0o600 }),
	};
}
