// Every path that the program uses, derived in one place from the environment. Nothing is created or read here except
// by the functions that say so; the legacy home is only ever read.

import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { ConfigError } from "../errors.ts";
import type { Environment } from "./surroundings.ts";

/** The paths of the program; all absolute. None needs to exist. */
export interface Paths {
	/** `CODE_HOME`, else `~/.code`. */
	readonly home: string;
	/** `CODEX_HOME`, else `~/.codex`: read for a file that home lacks, never written. */
	readonly legacyHome: string;
	readonly config: string;
	/** Folder of `NAME.toml` profile files. */
	readonly profilesDir: string;
	/** Root of `YYYY/MM/DD/` session folders. */
	readonly sessionsDir: string;
	readonly archivedSessionsDir: string;
	/** Recorded files of the folders that sessions worked in, for undo. */
	readonly snapshotsDir: string;
	readonly logsDir: string;
	readonly logFile: string;
	readonly authFile: string;
	readonly accountsFile: string;
	readonly historyFile: string;
	readonly promptsDir: string;
	/** Folder of `*.rules` command rules. */
	readonly rulesDir: string;
	/** The user's own instructions. */
	readonly agentsFile: string;
	/** What may be deleted at any time. */
	readonly cacheDir: string;
	readonly memoryFile: string;
	readonly envFile: string;
	/** Which folders are trusted, with the content that was trusted. */
	readonly trustFile: string;
}

type Surroundings = Pick<Environment, "env" | "homedir" | "cwd">;

function folderFrom(surroundings: Surroundings, variable: string, fallback: string): string {
	const named = surroundings.env[variable]?.trim() ?? "";
	if (named !== "") return resolve(surroundings.cwd, named);
	return surroundings.homedir === "" ? "" : join(surroundings.homedir, fallback);
}

/** The home folder, or `""` when nothing names one. */
export function homeFolder(surroundings: Surroundings): string {
	return folderFrom(surroundings, "CODE_HOME", ".code");
}

/** The legacy home folder, or `""` when nothing names one. */
export function legacyFolder(surroundings: Surroundings): string {
	return folderFrom(surroundings, "CODEX_HOME", ".codex");
}

/** Where everything is, or why that cannot be said. */
export type PathsResult =
	| { readonly kind: "ok"; readonly paths: Paths }
	| { readonly kind: "error"; readonly message: string };

/**
 * Derives all paths.
 *
 * A home that does not exist is fine, also one named by `CODE_HOME`: it is made, mode 0700, by the first write. The
 * reference refuses a named home that is missing, which turns a fresh `CODE_HOME=$(mktemp -u)` into a failure and
 * protects nobody; what is refused is a home that exists and is not a folder.
 */
export function resolvePaths(environment: Surroundings): PathsResult {
	const home = homeFolder(environment);
	if (home === "")
		return { kind: "error", message: "the user has no home folder: set `CODE_HOME` to a folder for Code's files" };
	const stat = statSync(home, { throwIfNoEntry: false });
	if (stat !== undefined && !stat.isDirectory()) {
		const named = (environment.env["CODE_HOME"]?.trim() ?? "") !== "" ? "`CODE_HOME`" : "Code's home";
		return {
			kind: "error",
			message: `${named} is ${home}, which is not a folder: move it away or set \`CODE_HOME\` to a folder`,
		};
	}
	const logsDir = join(home, "logs");
	return {
		kind: "ok",
		paths: {
			home,
			legacyHome: legacyFolder(environment) || home,
			config: join(home, "config.toml"),
			profilesDir: join(home, "profiles"),
			sessionsDir: join(home, "sessions"),
			archivedSessionsDir: join(home, "archived_sessions"),
			snapshotsDir: join(home, "snapshots"),
			logsDir,
			logFile: join(logsDir, "code.log"),
			authFile: join(home, "auth.json"),
			accountsFile: join(home, "accounts.json"),
			historyFile: join(home, "history.jsonl"),
			promptsDir: join(home, "prompts"),
			rulesDir: join(home, "rules"),
			agentsFile: join(home, "AGENTS.md"),
			cacheDir: join(home, "cache"),
			memoryFile: join(home, "memory.db"),
			envFile: join(home, ".env"),
			trustFile: join(home, "trust.json"),
		},
	};
}

/** Where to read a file of the home from: `path` itself, or its twin in the legacy home when only that one exists. */
export function pathForReading(paths: Paths, path: string): string {
	const inside = relative(paths.home, path);
	if (inside === "" || inside.startsWith("..") || isAbsolute(inside) || paths.legacyHome === paths.home) return path;
	if (existsSync(path)) return path;
	const twin = join(paths.legacyHome, inside);
	return existsSync(twin) ? twin : path;
}

/** Makes a folder and those above it, one by one: Node's own recursive `mkdir` never returns below `/proc`. */
function makeFolder(folder: string): void {
	if (existsSync(folder)) {
		// Something else than a folder is an error here and not at the first write.
		if (!statSync(folder).isDirectory()) throw new Error("it is not a folder");
		return;
	}
	makeFolder(dirname(folder));
	mkdirSync(folder, { mode: 0o700 });
	chmodSync(folder, 0o700);
}

/**
 * Makes the home folder with mode 0700 whatever the umask. A home that exists is left as it is.
 *
 * @throws ConfigError `home_unusable` when it cannot be made or something else has its name.
 */
export function ensureHome(paths: Pick<Paths, "home">): void {
	try {
		makeFolder(paths.home);
	} catch (error) {
		throw new ConfigError("home_unusable", `${paths.home} cannot be used as home folder`, error);
	}
}
