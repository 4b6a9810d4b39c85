// Tool lists of servers that ran before, so that a server need not be started before somebody calls it. One small file for
// each server, named by the hash of its settings: settings that change know nothing.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type KnownTools, knownToolsSchema } from "./known-tools-schema.ts";

// A day: a server that nobody called for longer is asked again in the background.
const freshMs = 86_400_000;

/** Keeps tool lists. */
export interface KnownToolsStore {
	/** What is known of a server; `undefined` when nothing is, or it is older than a day. Never rejects. */
	load(identity: string, nowMs: number): Promise<KnownTools | undefined>;
	/** Never rejects: a list that cannot be kept is asked for again. */
	save(identity: string, known: KnownTools): Promise<void>;
}

/** A store in `folder`, which need not exist. */
export function createKnownToolsFolder(folder: string): KnownToolsStore {
	const fileOf = (identity: string): string => path.join(folder, `${identity}.json`);
	return {
		load: async (identity, nowMs) => {
			try {
				const known = knownToolsSchema.parse(JSON.parse(await readFile(fileOf(identity), "utf8")));
				const ageMs = nowMs - known.savedMs;
				return ageMs >= 0 && ageMs < freshMs ? known : undefined;
			} catch {
				// No file, or not ours: then nothing is known.
				return undefined;
			}
		},
		save: async (identity, known) => {
			const file = fileOf(identity);
			const temporary = `${file}.${process.pid}.tmp`;
			try {
				await mkdir(folder, { recursive: true, mode: 0o700 });
				await writeFile(temporary, JSON.stringify(known), { mode: 0o600 });
				await rename(temporary, file);
			} catch {
				// A cache: the next session starts the server instead.
				await rm(temporary, { force: true }).catch(() => undefined);
			}
		},
	};
}
