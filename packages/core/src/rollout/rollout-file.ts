// A rollout file on disk: opened for appending or reading, never through a symbolic link, and only when it is a file.

import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Where whole lines go. */
export interface LineSink {
	/** Appends the bytes, all of them; one write when the system takes them at once. Rejects with the system's error. */
	write(lines: Uint8Array): Promise<void>;
	/** Resolves when what was written is on the disk. Rejects with the system's error. */
	sync(): Promise<void>;
	/** Closes; called once. */
	close(): Promise<void>;
}

const newline = 0x0a;

// O_NONBLOCK: opening a named pipe must fail or return, never wait for its other end. Files do not notice it.
const careful = constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function onlyAFile(handle: FileHandle, path: string): Promise<FileHandle> {
	try {
		if ((await handle.stat()).isFile()) return handle;
	} catch (thrown) {
		await handle.close();
		throw thrown;
	}
	await handle.close();
	throw new Error(`not a file: ${path}`);
}

/** Opens a rollout for reading. Rejects when it is missing, a symbolic link or not a file. */
export async function openForReading(path: string): Promise<FileHandle> {
	return onlyAFile(await open(path, constants.O_RDONLY | careful), path);
}

async function endsInTornLine(handle: FileHandle): Promise<boolean> {
	const { size } = await handle.stat();
	if (size === 0) return false;
	const last = new Uint8Array(1);
	await handle.read(last, 0, 1, size - 1);
	return last[0] !== newline;
}

/** Writes all, or takes back what got through, so that a full disk leaves whole lines only. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	let done = 0;
	try {
		while (done < bytes.length) {
			const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, null);
			done += bytesWritten;
		}
	} catch (thrown) {
		if (done > 0) await takeBack(handle, done);
		throw thrown;
	}
}

async function takeBack(handle: FileHandle, bytes: number): Promise<void> {
	try {
		const { size } = await handle.stat();
		await handle.truncate(size - bytes);
	} catch {
		// The torn line stays: readers pass over it, and the next writer closes it.
	}
}

/**
 * Opens a rollout for appending.
 *
 * With `create` the file (mode 0600) and its folders (0700) are made when missing; without it a missing file is an error,
 * because a file that goes on without its first line is no session. A last line that a crash tore is closed by a newline
 * before the first write. Rejects with the system's error, or with `not a file`.
 */
export async function openForAppending(path: string, create: boolean): Promise<LineSink> {
	if (create) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const flags = constants.O_RDWR | constants.O_APPEND | careful | (create ? constants.O_CREAT : 0);
	const handle = await onlyAFile(await open(path, flags, 0o600), path);
	let torn = await endsInTornLine(handle);
	return {
		write: async (lines) => {
			await writeAll(handle, torn ? Buffer.concat([Uint8Array.of(newline), lines]) : lines);
			torn = false;
		},
		// The size is part of what is synced: a later read finds all lines.
		sync: () => handle.datasync(),
		close: () => handle.close(),
	};
}
