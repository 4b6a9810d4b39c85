// A home folder of a test: made below the temporary folder, removed afterwards, with short ways to load it.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
	type Config,
	type ConfigFlags,
	type ConfigProblem,
	type Environment,
	type LoadedConfig,
	loadConfig,
	type Paths,
	resolvePaths,
} from "../src/index.ts";

export function makePipe(path: string): void {
	const program = "mkfifo";
	execFileSync(program, [path]);
}

export interface TempHome {
	readonly root: string;
	readonly home: string;
	readonly environment: Environment;
	readonly paths: Paths;
	write(name: string, text: string | Uint8Array): string;
	load(flags?: Partial<ConfigFlags>): Promise<LoadedConfig>;
	problems(flags?: Partial<ConfigFlags>): Promise<readonly ConfigProblem[]>;
}

export function makeTempFolder(): string {
	const root = mkdtempSync(join(tmpdir(), "code-config-"));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	return root;
}

export function createTempHome(
	files: Readonly<Record<string, string>> = {},
	env: Record<string, string> = {},
): TempHome {
	const root = makeTempFolder();
	const home = join(root, ".code");
	const environment: Environment = { env, homedir: root, tmpdir: tmpdir(), cwd: root };
	const resolved = resolvePaths(environment);
	if (resolved.kind === "error") throw new Error(resolved.message);
	const write = (name: string, text: string | Uint8Array): string => {
		const path = join(home, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
		return path;
	};
	for (const [name, text] of Object.entries(files)) write(name, text);
	const run = (flags: Partial<ConfigFlags> = {}) =>
		loadConfig(environment, resolved.paths, { overrides: [], ...flags });
	return {
		root,
		home,
		environment,
		paths: resolved.paths,
		write,
		load: async (flags) => {
			const result = await run(flags);
			if (result.kind === "error") throw new Error(JSON.stringify(result.problems, null, 1));
			return result;
		},
		problems: async (flags) => {
			const result = await run(flags);
			if (result.kind === "ok") throw new Error("loaded, but problems were expected");
			return result.problems;
		},
	};
}

export async function configOf(toml: string, flags: Partial<ConfigFlags> = {}): Promise<Config> {
	return (await createTempHome({ "config.toml": toml }).load(flags)).config;
}

export function environmentOf(env: Record<string, string>): Environment {
	return { env, homedir: "/home/u", tmpdir: "/tmp", cwd: "/w" };
}
