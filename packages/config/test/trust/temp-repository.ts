// A repository of a test beside a home: made below the temporary folder, removed afterwards.

import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
	type ConfigFlags,
	type ConfigResult,
	type LoadedConfig,
	loadConfig,
	type TrustResult,
	type TrustState,
	trustFolder,
	trustState,
} from "../../src/index.ts";
import { createTempHome, type TempHome } from "../temp-home.ts";

export interface TempRepository {
	readonly home: TempHome;
	/** Real path. */
	readonly root: string;
	readonly write: (name: string, text: string | Uint8Array) => string;
	readonly link: (name: string, target: string) => string;
	readonly trust: (nowMs?: number) => Promise<TrustResult>;
	readonly state: () => Promise<TrustState>;
	/** Loads with the working directory at `folder` of the repository, its root when absent. */
	readonly result: (flags?: Partial<ConfigFlags>, folder?: string) => Promise<ConfigResult>;
	readonly load: (flags?: Partial<ConfigFlags>, folder?: string) => Promise<LoadedConfig>;
}

export function createRepository(
	files: Readonly<Record<string, string>> = {},
	home: TempHome = createTempHome(),
	name = "repository",
): TempRepository {
	const root = join(realpathSync(home.root), name);
	mkdirSync(join(root, ".git"), { recursive: true });
	const place = (path: string): string => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		return join(root, path);
	};
	const write = (path: string, text: string | Uint8Array): string => {
		writeFileSync(place(path), text);
		return join(root, path);
	};
	for (const [path, text] of Object.entries(files)) write(path, text);
	const result = async (flags: Partial<ConfigFlags> = {}, folder = "."): Promise<ConfigResult> => {
		const environment = { ...home.environment, cwd: join(root, folder) };
		return await loadConfig(environment, home.paths, { overrides: [], ...flags });
	};
	return {
		home,
		root,
		write,
		link: (path, target) => {
			symlinkSync(target, place(path));
			return join(root, path);
		},
		trust: async (nowMs = 1_700_000_000_000) => await trustFolder(home.paths, root, { nowMs }),
		state: async () => await trustState(home.paths, root),
		result,
		load: async (flags, folder) => {
			const loaded = await result(flags, folder);
			if (loaded.kind === "error") throw new Error(JSON.stringify(loaded.problems, null, 1));
			return loaded;
		},
	};
}
