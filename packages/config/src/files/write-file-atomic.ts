// Replaces a private file in one step: readers see the old text or the new one, never a part. It refuses to follow a
// symbolic link, so that a planted link cannot make it write elsewhere.

import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../errors.ts";

async function refuseSpecialFile(path: string): Promise<void> {
	const stat = await lstat(path).catch((error: unknown) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
		throw new ConfigError("write_failed", `${path} cannot be written`, error);
	});
	if (stat === undefined || stat.isFile()) return;
	const what = stat.isSymbolicLink() ? "a symbolic link" : "not a plain file";
	throw new ConfigError("not_a_plain_file", `${path} is ${what} and is left alone`);
}

async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** 64 random bits; the global saves loading `node:crypto` in runs that write nothing. */
function randomSuffix(): string {
	return Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
}

async function writeAndRename(path: string, text: string): Promise<void> {
	const folder = dirname(path);
	if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await chmod(folder, 0o700);
	const temporary = join(folder, `.${basename(path)}.${randomSuffix()}.tmp`);
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
	try {
		const handle = await open(temporary, flags, 0o600);
		try {
			await handle.writeFile(text, "utf8");
			await handle.sync();
		} finally {
			await handle.close();
		}
		await rename(temporary, path);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
	await syncFolder(folder);
}

/**
 * Writes `text` to `path` with mode 0600, making missing folders with mode 0700. Durable when it resolves.
 *
 * @throws ConfigError `not_a_plain_file` when the target is a link, a folder or a device; `write_failed` otherwise,
 * with the old file untouched.
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
	await refuseSpecialFile(path);
	try {
		await writeAndRename(path, text);
	} catch (error) {
		throw new ConfigError("write_failed", `${path} cannot be written`, error);
	}
}
