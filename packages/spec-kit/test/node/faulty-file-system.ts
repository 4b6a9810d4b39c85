// A disk that refuses chosen operations, for tests of what is left behind then.

import { type FileSystem, nodeFileSystem } from "../../src/node/file-system.ts";

/** A refusal as the system words it. */
export function systemError(code: string): Error {
	return Object.assign(new Error(`${code}: refused by the test`), { code });
}

/** What is refused: an operation, told by its name and path; return an error to refuse it. */
export type Refuse = (
	operation: "open" | "write" | "sync" | "rename" | "mkdir" | "unlink" | "truncate",
	path: string,
) => Error | undefined;

/** The real disk, but for what `refuse` says. A refused write has written half of its bytes. */
export function faultyFileSystem(refuse: Refuse): FileSystem {
	const check = (operation: Parameters<Refuse>[0], path: unknown): void => {
		const error = refuse(operation, String(path));
		if (error !== undefined) throw error;
	};
	return {
		...nodeFileSystem,
		open: async (path, flags, mode) => {
			check("open", path);
			const handle = await nodeFileSystem.open(path, flags, mode);
			return new Proxy(handle, {
				get(target, name) {
					if (name === "write") {
						return async (bytes: Uint8Array, offset: number, length: number) => {
							const error = refuse("write", String(path));
							if (error === undefined) return target.write(bytes, offset, length, null);
							await target.write(bytes, offset, Math.floor(length / 2), null);
							throw error;
						};
					}
					if (name === "sync" || name === "datasync") {
						return async () => {
							check("sync", path);
							await target.datasync();
						};
					}
					if (name === "truncate") {
						return async (length: number) => {
							check("truncate", path);
							await target.truncate(length);
						};
					}
					const value: unknown = Reflect.get(target, name, target);
					return typeof value === "function" ? value.bind(target) : value;
				},
			});
		},
		rename: async (from, to) => {
			check("rename", to);
			await nodeFileSystem.rename(from, to);
		},
		mkdir: (async (path: string, options: undefined) => {
			check("mkdir", path);
			return nodeFileSystem.mkdir(path, options);
		}) as FileSystem["mkdir"],
		unlink: async (path) => {
			check("unlink", path);
			await nodeFileSystem.unlink(path);
		},
	};
}
