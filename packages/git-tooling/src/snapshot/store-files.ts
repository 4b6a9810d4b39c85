// The files of a snapshot store besides contents: its state, one record for each snapshot, the journal of a restore that
// was begun. Each is written whole beside its place, flushed, and renamed.

import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../git-tooling-error.ts";
import {
	journalText,
	parseJournal,
	parseRecord,
	parseState,
	recordText,
	type StoredJournal,
	type StoredRecord,
	type StoredState,
} from "./parse-stored.ts";

/** Access to the files; everything rejects with the system's error or GitToolingError `store_broken`. */
export interface StoreFiles {
	state(): Promise<StoredState | undefined>;
	writeState(state: StoredState): Promise<void>;
	/** All records, oldest first. */
	records(): Promise<readonly StoredRecord[]>;
	writeRecord(record: StoredRecord): Promise<void>;
	removeRecord(sequence: number): Promise<void>;
	journal(): Promise<StoredJournal | undefined>;
	writeJournal(journal: StoredJournal): Promise<void>;
	removeJournal(): Promise<void>;
}

/** The files in `folder`, which exists. */
export function createStoreFiles(folder: string): StoreFiles {
	const recordsFolder = join(folder, "snapshots");
	const recordFile = (sequence: number): string => join(recordsFolder, `${String(sequence).padStart(8, "0")}.json`);
	const stateFile = join(folder, "state.json");
	const journalFile = join(folder, "journal.json");
	// Records are read once; another process may rewrite one, which its times tell.
	const known = new Map<string, { readonly mark: string; readonly record: StoredRecord }>();
	const recordOf = async (name: string): Promise<StoredRecord | undefined> => {
		const path = join(recordsFolder, name);
		const stats = await stat(path, { bigint: true });
		const mark = `${stats.ino}:${stats.mtimeNs}:${stats.size}`;
		const before = known.get(name);
		if (before?.mark === mark) return before.record;
		const record = await readIfAny(path, parseRecord);
		if (record !== undefined) known.set(name, { mark, record });
		return record;
	};
	return {
		state: () => readIfAny(stateFile, parseState),
		writeState: (state) => writeWhole(folder, stateFile, JSON.stringify(state)),
		async records() {
			const found: StoredRecord[] = [];
			for (const name of (await namesIn(recordsFolder)).toSorted()) {
				if (!/^\d{8}\.json$/.test(name)) continue;
				const record = await recordOf(name);
				if (record !== undefined) found.push(record);
			}
			return found;
		},
		async writeRecord(record) {
			await mkdir(recordsFolder, { recursive: true, mode: 0o700 });
			await writeWhole(recordsFolder, recordFile(record.sequence), recordText(record));
		},
		removeRecord: (sequence) => rm(recordFile(sequence), { force: true }),
		journal: () => readIfAny(journalFile, parseJournal),
		writeJournal: (journal) => writeWhole(folder, journalFile, journalText(journal)),
		removeJournal: () => rm(journalFile, { force: true }),
	};
}

async function writeWhole(folder: string, path: string, text: string): Promise<void> {
	const temporary = `${path}.new`;
	const handle = await open(temporary, "w", 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(temporary, path);
	const directory = await open(folder, "r");
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}

async function readIfAny<T>(path: string, parse: (text: string) => T): Promise<T | undefined> {
	try {
		return parse(await readFile(path, "utf8"));
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return undefined;
		throw error;
	}
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return [];
		throw error;
	}
}
