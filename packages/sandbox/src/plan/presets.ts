// Caches of package managers. A shared cache that a confined command may write is a way out: what it puts there is run
// later, outside. So each workspace gets caches of its own below a folder of ours, and the tools are told by variables
// where they are; the user's caches stay readable and are used where a tool can read them without writing.

import { createHash } from "node:crypto";
import { posix } from "node:path";

/** From what the preset is made. */
export interface CachePresetRequest {
	/** A folder of ours for all workspaces, absolute: `<cacheDir>/sandbox`. */
	readonly cacheRoot: string;
	/** The session's folder, a real path. */
	readonly cwd: string;
	readonly home: string;
	/** The environment that the command would get: what is set there by the user stays. */
	readonly env: Readonly<Record<string, string>>;
	readonly network: boolean;
}

/** What the preset adds. */
export interface CachePreset {
	/** To make (mode 0700) before a plan is made with them as `cacheFolders`. */
	readonly folders: readonly string[];
	/** Variables to add to the command's environment. */
	readonly env: Readonly<Record<string, string>>;
}

// Enough of a SHA-256 that two workspaces never share a folder.
const digestLength = 32;

/**
 * Caches for npm, pnpm, yarn, pip, uv, cargo and go.
 *
 * go: with the network off, modules that the user has are read from `~/go/pkg/mod/cache/download`. cargo: with the
 * network off it keeps its own home, which it can read without writing; with it on, it gets a new home without the user's
 * `config.toml` and credentials. A variable that is set already is left alone, and then its folder is not writable.
 */
export function cachePreset(request: CachePresetRequest): CachePreset {
	const digest = createHash("sha256").update(request.cwd).digest("hex").slice(0, digestLength);
	const folder = posix.join(request.cacheRoot, digest);
	const offlineGo = request.home === "" ? {} : { GOPROXY: `file://${request.home}/go/pkg/mod/cache/download,off` };
	const wanted: Readonly<Record<string, string>> = {
		npm_config_cache: `${folder}/npm`,
		npm_config_store_dir: `${folder}/pnpm-store`,
		YARN_CACHE_FOLDER: `${folder}/yarn`,
		PIP_CACHE_DIR: `${folder}/pip`,
		UV_CACHE_DIR: `${folder}/uv`,
		GOCACHE: `${folder}/go-build`,
		GOMODCACHE: `${folder}/go-mod`,
		...(request.network ? { CARGO_HOME: `${folder}/cargo` } : offlineGo),
	};
	const env = Object.fromEntries(Object.entries(wanted).filter(([name]) => request.env[name] === undefined));
	return { folders: [folder], env };
}
