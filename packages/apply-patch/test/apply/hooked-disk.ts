// The real file system with a hook before and after every operation, folder handles included, for faults and races.
import { type Disk, type OpenDirectory, realDisk } from "../../src/apply/disk.ts";

/** What runs around an operation; a rejection becomes that of the operation. */
export interface DiskHook {
	before?(operation: keyof Disk | "at" | "close", step: number): Promise<void> | void;
	after?(operation: keyof Disk | "at" | "close", step: number): Promise<void> | void;
}

/** Wraps the real disk; steps count from 0 over all operations. */
export function hookedDisk(hook: DiskHook): Disk & { steps(): number } {
	let step = 0;
	const around = async <T>(operation: keyof Disk | "at" | "close", act: () => Promise<T>): Promise<T> => {
		const own = step;
		step += 1;
		await hook.before?.(operation, own);
		const result = await act();
		await hook.after?.(operation, own);
		return result;
	};
	return {
		steps: () => step,
		lstat: (path) => around("lstat", () => realDisk.lstat(path)),
		realpath: (path) => around("realpath", () => realDisk.realpath(path)),
		readlink: (path) => around("readlink", () => realDisk.readlink(path)),
		readFile: (path) => around("readFile", () => realDisk.readFile(path)),
		canWrite: (path) => around("canWrite", () => realDisk.canWrite(path)),
		makeDirectory: (path) => around("makeDirectory", () => realDisk.makeDirectory(path)),
		removeDirectory: (path) => around("removeDirectory", () => realDisk.removeDirectory(path)),
		createFile: (path, file) => around("createFile", () => realDisk.createFile(path, file)),
		link: (from, to) => around("link", () => realDisk.link(from, to)),
		rename: (from, to) => around("rename", () => realDisk.rename(from, to)),
		unlink: (path) => around("unlink", () => realDisk.unlink(path)),
		async openDirectory(path) {
			let opened: OpenDirectory | undefined;
			try {
				const directory = await around("openDirectory", async () => {
					opened = await realDisk.openDirectory(path);
					return opened;
				});
				return {
					at: (name) => around("at", () => directory.at(name)),
					// Really closed whatever the hook says, so that tests do not run out of descriptors.
					close: async () => {
						await directory.close();
						await around("close", () => Promise.resolve());
					},
				};
			} catch (error) {
				await opened?.close();
				throw error;
			}
		},
	};
}

/** An error as the system makes it. */
export function systemError(code: string): Error {
	return Object.assign(new Error(`${code}: injected, some call '/proc/self/fd/7/name'`), { code });
}
