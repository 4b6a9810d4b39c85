// The only reader of the process's environment, home folder, temporary folder and working directory. What it returns is
// a snapshot; a `.env` of the repository or the working directory is never looked at.

import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { readTextFile } from "../files/text-file.ts";
import { readDotenv } from "./dotenv.ts";
import { homeFolder, legacyFolder } from "./paths.ts";
import type { DotenvReport, Environment } from "./surroundings.ts";

function currentFolder(env: NodeJS.ProcessEnv): string {
	try {
		return process.cwd();
	} catch {
		// The folder was deleted under us: name where we were, so that the check of the cwd can say so.
		return env["PWD"] ?? "/";
	}
}

function userHome(): string {
	try {
		return homedir();
	} catch {
		// No HOME and no entry in the user database: resolvePaths tells the user what to set.
		return "";
	}
}

function readHomeDotenv(
	folders: readonly string[],
): { report: DotenvReport; values: ReadonlyMap<string, string> } | undefined {
	for (const folder of folders) {
		const file = join(folder, ".env");
		const reading = readTextFile(file);
		if (reading.kind === "absent") continue;
		if (reading.kind === "problem") {
			return { report: { file, names: [], refused: [], problems: [reading.reason] }, values: new Map() };
		}
		const { values, refused, malformedLines } = readDotenv(reading.text);
		const problems = malformedLines.map((line) => `line ${line} is not \`NAME=value\``);
		return { report: { file, names: [...values.keys()], refused, problems }, values };
	}
	return undefined;
}

/**
 * Reads the surroundings of the process.
 *
 * Contract: never throws. `<home>/.env` (or the legacy home's, when home has none) adds variables that are not set,
 * even to `""`; it never sets `CODE_*`, `CODEX_*`, `PATH`, `HOME` or what loaders and shells read at their start.
 */
export function readEnvironment(): Environment {
	const env: Record<string, string | undefined> = { ...process.env };
	const base = { env, homedir: userHome(), tmpdir: tmpdir(), cwd: currentFolder(process.env) };
	const dotenv = readHomeDotenv([homeFolder(base), legacyFolder(base)].filter((folder) => folder !== ""));
	if (dotenv === undefined) return base;
	const added: string[] = [];
	for (const [name, value] of dotenv.values) {
		if (env[name] !== undefined) continue;
		env[name] = value;
		added.push(name);
	}
	return { ...base, dotenv: { ...dotenv.report, names: added } };
}
