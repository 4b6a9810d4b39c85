// One process at a time works on a snapshot store. The lock names its holder; a holder that no longer lives is replaced.

import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GitToolingError, systemErrorCode } from "../git-tooling-error.ts";

let counter = 0;
/** Locks of this process: a lock that names its process id but is not here is from an earlier process of that id. */
const heldHere = new Set<string>();

/** Takes the lock, runs `use`, and gives it back. @throws GitToolingError `store_busy` with the holder's process id */
export async function withStoreLock<T>(folder: string, use: () => Promise<T>): Promise<T> {
	const lock = join(folder, "lock");
	counter += 1;
	const own = join(folder, `lock-${process.pid}-${counter}`);
	await writeFile(own, `${process.pid}\n`, { mode: 0o600 });
	try {
		if (!(await taken(own, lock))) await replaceDead(lock, own);
	} finally {
		await rm(own, { force: true });
	}
	heldHere.add(lock);
	try {
		return await use();
	} finally {
		await rm(lock, { force: true });
		heldHere.delete(lock);
	}
}

/** A link is made or not, at once; so the lock never exists without its content. */
async function taken(own: string, lock: string): Promise<boolean> {
	try {
		await link(own, lock);
		return true;
	} catch (error) {
		if (systemErrorCode(error) === "EEXIST") return false;
		throw error;
	}
}

async function replaceDead(lock: string, own: string): Promise<void> {
	const holder = await holderOf(lock);
	if (holder !== undefined && lives(holder) && (holder !== process.pid || heldHere.has(lock))) {
		throw new GitToolingError("store_busy", `Process ${holder} is using the snapshot store.`);
	}
	const aside = `${own}.dead`;
	try {
		await rename(lock, aside);
	} catch (error) {
		// Another process was faster at moving it away.
		if (systemErrorCode(error) !== "ENOENT") throw error;
	}
	const moved = await holderOf(aside);
	if (moved !== undefined && moved !== holder) await taken(aside, lock);
	await rm(aside, { force: true });
	if (!(await taken(own, lock))) {
		throw new GitToolingError("store_busy", `Process ${(await holderOf(lock)) ?? "?"} is using the snapshot store.`);
	}
}

async function holderOf(lock: string): Promise<number | undefined> {
	try {
		const pid = Number((await readFile(lock, "utf8")).trim());
		return Number.isInteger(pid) && pid > 0 ? pid : undefined;
	} catch {
		// It was given back in the meantime.
		return undefined;
	}
}

function lives(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// Not ours to signal, but there.
		return systemErrorCode(error) === "EPERM";
	}
}
