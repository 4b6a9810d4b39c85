// Puts planned files on disk, all or nothing. Every new content is first written beside its place; only when all of them
// are there are they moved into place, the old files being kept under other names until the last one has succeeded.

import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { PatchError } from "../patch-error.ts";
import { type Disk, type DiskEntry, type NewFile, type OpenDirectory, systemErrorCode } from "./disk.ts";
import { namingFile, throwIfAborted } from "./failure.ts";
import type { OpenDirectories } from "./open-directories.ts";
import type { PlannedFile } from "./planned-file.ts";
import { type LoggedAction, runAll } from "./undo-log.ts";

/** Where to write. */
export interface WriteContext {
	readonly disk: Disk;
	readonly directories: OpenDirectories;
	readonly signal?: AbortSignal;
}

interface Run extends WriteContext {
	/** Makes a name for a temporary file that no other run uses. */
	readonly temporaryName: () => string;
	/** Steps taken, the last one last. */
	readonly undo: LoggedAction[];
	/** What is to be removed when all is done. */
	readonly cleanup: LoggedAction[];
}

interface PendingWrite {
	readonly file: PlannedFile;
	readonly text: string;
	readonly mode: number | undefined;
}

interface PreparedWrite {
	readonly file: PlannedFile;
	readonly temporary: string;
	readonly written: DiskEntry;
}

/**
 * Brings the disk to the planned state.
 *
 * Contract: resolves with the temporary files that could not be removed (normally none) when all files are written.
 * Rejects with a PatchError when any step failed, and then every step has been taken back; with `rollback_failed` when
 * that was not possible, naming what is left. A signal is honoured until the last file is in place.
 */
export async function writeFiles(context: WriteContext, files: readonly PlannedFile[]): Promise<readonly string[]> {
	const token = randomBytes(6).toString("hex");
	let count = 0;
	const temporaryName = (): string => `.code-patch-${token}-${count++}`;
	const run: Run = { ...context, temporaryName, undo: [], cleanup: [] };
	try {
		await writeAll(run, files);
	} catch (error) {
		const left = await runAll(run.undo.reverse());
		if (left.length === 0) throw error;
		const reason = error instanceof Error ? error.message : "unknown error";
		throw new PatchError(
			"rollback_failed",
			`${reason}\nThe files could not all be restored. Left: ${left.join(", ")}`,
			error,
		);
	}
	return runAll(run.cleanup);
}

async function writeAll(run: Run, files: readonly PlannedFile[]): Promise<void> {
	const writes = files.flatMap(pendingWrite);
	const removals = files.filter(({ state, original }) => state.kind === "absent" && original !== undefined);
	// A file that a new folder replaces goes before the folder is made; everything else happens at the end.
	const newFolders = new Set(writes.flatMap(({ file }) => missingFolders(file)));
	const isInTheWay = (file: PlannedFile): boolean => newFolders.has(file.location.realPath);
	for (const file of removals.filter(isInTheWay)) await removeFile(run, file);
	const prepared: PreparedWrite[] = [];
	for (const write of writes) prepared.push(await prepareFile(run, write));
	for (const write of prepared) await placeFile(run, write);
	for (const file of removals.filter((file) => !isInTheWay(file))) await removeFile(run, file);
}

function pendingWrite(file: PlannedFile): PendingWrite[] {
	const { state, original, originalText } = file;
	if (state.kind !== "text") return [];
	const disk = original?.kind === "file" ? original : undefined;
	const mode = state.mode ?? disk?.mode;
	const isSame = disk !== undefined && state.text === originalText && mode === disk.mode;
	return isSame ? [] : [{ file, text: state.text, mode }];
}

function missingFolders({ location }: PlannedFile): string[] {
	return location.missing.map((_, index) => join(location.directory, ...location.missing.slice(0, index + 1)));
}

async function prepareFile(run: Run, { file, text, mode }: PendingWrite): Promise<PreparedWrite> {
	const { disk, undo, signal } = run;
	throwIfAborted(signal);
	return namingFile(`Failed to write file ${file.path}`, async () => {
		const directory = await ensureFolder(run, file);
		const temporary = run.temporaryName();
		const path = await directory.at(temporary);
		undo.push(removal(run, directory, { file, name: temporary }));
		const { original } = file;
		const owner = original?.kind === "file" ? original : undefined;
		const content: NewFile = {
			bytes: Buffer.from(text, "utf8"),
			...(mode === undefined ? {} : { like: { mode, ...(owner === undefined ? {} : { owner }) } }),
		};
		return { file, temporary, written: await disk.createFile(path, content) };
	});
}

/** The folder of a file, made with those above it when they are missing. */
async function ensureFolder(run: Run, file: PlannedFile): Promise<OpenDirectory> {
	const { disk, directories, undo } = run;
	let folder = await directories.open(file.location.directory);
	for (const path of missingFolders(file)) {
		const name = basename(path);
		const parent = folder;
		const at = await parent.at(name);
		const taken: LoggedAction = {
			leaves: path,
			run: async () => removeIfAny(async () => disk.removeDirectory(await parent.at(name))),
		};
		undo.push(taken);
		try {
			await disk.makeDirectory(at);
		} catch (error) {
			if (systemErrorCode(error) !== "EEXIST") throw error;
			// Made by an earlier file of this patch, or by somebody else: in both cases not this step's to take back.
			undo.pop();
		}
		folder = await directories.open(path);
	}
	return folder;
}

async function placeFile(run: Run, { file, temporary, written }: PreparedWrite): Promise<void> {
	const { disk, directories, undo, signal } = run;
	throwIfAborted(signal);
	await namingFile(`Failed to write file ${file.path}`, async () => {
		const directory = await directories.open(dirname(file.location.realPath));
		const { name } = file.location;
		const before = await entryToReplace(disk, directory, file);
		if (before === undefined) {
			undo.push({
				leaves: file.location.realPath,
				run: async () => {
					const path = await directory.at(name);
					if ((await disk.lstat(path))?.fileId === written.fileId) await removeIfAny(() => disk.unlink(path));
				},
			});
		} else {
			await keepBackup(run, { directory, file, mayMove: before.kind !== "file" });
		}
		await disk.rename(await directory.at(temporary), await directory.at(name));
	});
}

async function removeFile(run: Run, file: PlannedFile): Promise<void> {
	throwIfAborted(run.signal);
	await namingFile(`Failed to delete file ${file.path}`, async () => {
		const directory = await run.directories.open(dirname(file.location.realPath));
		if ((await entryToReplace(run.disk, directory, file)) === undefined) return;
		await keepBackup(run, { directory, file, mayMove: true });
	});
}

/** What is in the place now, when it is still what the plan was made from. */
async function entryToReplace(disk: Disk, directory: OpenDirectory, file: PlannedFile): Promise<DiskEntry | undefined> {
	const now = await disk.lstat(await directory.at(file.location.name));
	if (now?.version !== file.original?.version) {
		throw new PatchError("changed", "it was changed by another program while the patch was applied");
	}
	return now;
}

/** Keeps the old file under another name: as a second name, so that its place is never empty, or by moving it. */
async function keepBackup(
	run: Run,
	{ directory, file, mayMove }: { directory: OpenDirectory; file: PlannedFile; mayMove: boolean },
): Promise<void> {
	const { disk, undo, cleanup } = run;
	const { name, realPath } = file.location;
	const backup = run.temporaryName();
	const [from, to] = [await directory.at(name), await directory.at(backup)];
	const cleared = removal(run, directory, { file, name: backup });
	undo.push({
		leaves: `${cleared.leaves} (the old ${realPath})`,
		run: () => restore(disk, directory, { backup, name }),
	});
	cleanup.push(cleared);
	if (mayMove) {
		await disk.rename(from, to);
		return;
	}
	try {
		await disk.link(from, to);
	} catch (error) {
		// Some file systems have no hard links, and some systems refuse them for files of others.
		const refusals = ["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EMLINK", "EACCES"];
		if (!refusals.includes(systemErrorCode(error) ?? "")) throw error;
		await disk.rename(from, to);
	}
}

async function restore(disk: Disk, directory: OpenDirectory, names: { backup: string; name: string }): Promise<void> {
	const backup = await directory.at(names.backup);
	if ((await disk.lstat(backup)) === undefined) return;
	await disk.rename(backup, await directory.at(names.name));
	// Moving a file over its own second name does nothing, and leaves both.
	await removeIfAny(() => disk.unlink(backup));
}

/** Removes an entry beside a file of the patch. */
function removal(
	{ disk }: Run,
	directory: OpenDirectory,
	{ file, name }: { file: PlannedFile; name: string },
): LoggedAction {
	return {
		leaves: join(dirname(file.location.realPath), name),
		run: async () => removeIfAny(async () => disk.unlink(await directory.at(name))),
	};
}

async function removeIfAny(remove: () => Promise<void>): Promise<void> {
	try {
		await remove();
	} catch (error) {
		if (systemErrorCode(error) !== "ENOENT") throw error;
	}
}
