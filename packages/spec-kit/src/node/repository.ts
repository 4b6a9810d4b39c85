// Files inside one repository. Every folder is opened first and then asked where it is, and all work happens relative to
// the opened folder: no symbolic link, also none that appears meanwhile, leads out of the repository or into `.git`.

import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { toError } from "@codex/protocol";
import { SpecKitError } from "../spec-kit-error.ts";
import { type FileSystem, hasCode, nodeFileSystem } from "./file-system.ts";

/** An opened folder. Names are single components. */
export interface Folder {
	/** Absolute, without symbolic links. */
	readonly location: string;
	/** A path of `name` that stays in this folder even if the folder is moved or replaced. */
	inside(name: string): string;
	/** Opens a file; never through a symbolic link. Rejects with the system's error. */
	open(name: string, flags: number, mode?: number): Promise<FileHandle>;
	/** Makes created, renamed and removed names durable. */
	sync(): Promise<void>;
}

/** How a repository is reached. */
export interface RepositoryOptions {
	/** Absolute. */
	readonly root: string;
	/** Default: the real disk. */
	readonly fileSystem?: FileSystem;
	/** Whether opened folders can be addressed below `/proc/self/fd`. Default: on Linux. */
	readonly handlePaths?: boolean;
}

// O_NONBLOCK: opening a named pipe must fail or return, never wait for its other end.
const careful = constants.O_NOFOLLOW | constants.O_NONBLOCK;

function unsafe(path: string): SpecKitError {
	return new SpecKitError("unsafe_path", `\`${path}\` leads out of the repository or into \`.git\``);
}

/** The components of a path relative to the repository. Throws `unsafe_path`. */
function partsOf(path: string): readonly string[] {
	const parts = path.split("/").filter((part) => part !== "" && part !== ".");
	const bad = parts.some((part) => part === ".." || /^\.git$/i.test(part) || /[\\\0]/.test(part));
	if (bad || path.startsWith("/") || /^[A-Za-z]:/.test(path)) throw unsafe(path);
	return parts;
}

/** Writes all bytes at the current position. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	let done = 0;
	while (done < bytes.length) {
		const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, null);
		done += bytesWritten;
	}
}

/** Files inside one repository; paths are relative to it, with `/`. */
export class Repository {
	readonly fileSystem: FileSystem;
	readonly #root: string;
	readonly #handlePaths: boolean;
	#realRoot: Promise<string> | undefined;
	#temporary = 0;

	constructor(options: RepositoryOptions) {
		this.#root = options.root;
		this.fileSystem = options.fileSystem ?? nodeFileSystem;
		this.#handlePaths = options.handlePaths ?? process.platform === "linux";
	}

	/** The repository's root without symbolic links. Rejects with `directory_read`. */
	root(): Promise<string> {
		this.#realRoot ??= this.fileSystem.realpath(this.#root).catch((thrown: unknown) => {
			this.#realRoot = undefined;
			throw new SpecKitError("directory_read", `${this.#root} cannot be read`, toError(thrown));
		});
		return this.#realRoot;
	}

	/**
	 * Runs `work` in a folder; `undefined` when it does not exist and `create` is false. Rejects with `unsafe_path`, with
	 * `directory_create`, with `directory_read`, or as `work` does.
	 */
	async inFolder<T>(path: string, create: boolean, work: (folder: Folder) => Promise<T>): Promise<T | undefined> {
		const handle = await this.#openFolder(partsOf(path), create);
		if (handle === undefined) return undefined;
		try {
			return await work(await this.#folder(handle, path));
		} finally {
			await handle.close();
		}
	}

	/** Like {@link inFolder}, for a folder that is made when it does not exist. */
	async inMadeFolder<T>(path: string, work: (folder: Folder) => Promise<T>): Promise<T> {
		const handle = await this.#openFolder(partsOf(path), true);
		if (handle === undefined) throw new SpecKitError("directory_create", `The folder ${path} cannot be made`);
		try {
			return await work(await this.#folder(handle, path));
		} finally {
			await handle.close();
		}
	}

	async #openFolder(parts: readonly string[], create: boolean): Promise<FileHandle | undefined> {
		const path = parts.join("/");
		const absolute = join(await this.root(), ...parts);
		const flags = constants.O_RDONLY | constants.O_DIRECTORY;
		try {
			return await this.fileSystem.open(absolute, flags);
		} catch (thrown) {
			if (!hasCode(thrown, "ENOENT")) {
				throw new SpecKitError("directory_read", `The folder ${path} cannot be opened`, toError(thrown));
			}
		}
		if (!create || parts.length === 0) return undefined;
		const name = parts.at(-1) ?? "";
		// The folder above is opened and checked before anything is made in it.
		const above = await this.#openFolder(parts.slice(0, -1), true);
		if (above === undefined) return undefined;
		try {
			const parent = await this.#folder(above, parts.slice(0, -1).join("/"));
			await this.fileSystem.mkdir(parent.inside(name), 0o755).catch((thrown: unknown) => {
				// Another writer may have been first.
				if (hasCode(thrown, "EEXIST")) return;
				throw new SpecKitError("directory_create", `The folder ${path} cannot be made`, toError(thrown));
			});
			return await this.fileSystem.open(parent.inside(name), flags | constants.O_NOFOLLOW).catch((thrown: unknown) => {
				if (hasCode(thrown, "ELOOP", "ENOTDIR")) throw unsafe(path);
				throw new SpecKitError("directory_read", `The folder ${path} cannot be opened`, toError(thrown));
			});
		} finally {
			await above.close();
		}
	}

	/** The folder behind a handle, once it is known to lie inside the repository. */
	async #folder(handle: FileHandle, path: string): Promise<Folder> {
		const byHandle = `/proc/self/fd/${handle.fd}`;
		const root = await this.root();
		const location = this.#handlePaths
			? await this.fileSystem.readlink(byHandle)
			: await this.fileSystem.realpath(join(root, path));
		if (!this.#isInside(root, location)) throw unsafe(path);
		const prefix = this.#handlePaths ? byHandle : location;
		const { fileSystem } = this;
		return {
			location,
			inside: (name) => `${prefix}/${name}`,
			open: (name, flags, mode) => fileSystem.open(`${prefix}/${name}`, flags | careful, mode),
			sync: () => handle.sync(),
		};
	}

	#isInside(root: string, location: string): boolean {
		const path = relative(root, location);
		if (path === "") return true;
		const parts = path.split(sep);
		return !isAbsolute(path) && parts[0] !== ".." && !parts.some((part) => /^\.git$/i.test(part));
	}

	/**
	 * Where a file's name leads: its own path, or, when it is a symbolic link to a place inside the repository, that place.
	 * Rejects with `unsafe_path`.
	 */
	async #resolved(parts: readonly string[]): Promise<readonly string[]> {
		const path = parts.join("/");
		const root = await this.root();
		try {
			if (!(await this.fileSystem.lstat(join(root, ...parts))).isSymbolicLink()) return parts;
		} catch {
			return parts; // It does not exist, or opening it will say why not.
		}
		let target: string;
		try {
			target = await this.fileSystem.realpath(join(root, ...parts));
		} catch {
			throw unsafe(path);
		}
		if (!this.#isInside(root, target)) throw unsafe(path);
		return relative(root, target).split(sep);
	}

	/**
	 * The bytes of a file, or `undefined` when it does not exist. A link inside the repository is followed, one that leads
	 * out is refused. Rejects with `unsafe_path` or `file_read` (also for what is no file).
	 */
	async read(path: string): Promise<Buffer | undefined> {
		const parts = await this.#resolved(partsOf(path));
		const name = parts.at(-1);
		if (name === undefined) throw unsafe(path);
		const folder = parts.slice(0, -1).join("/");
		return await this.inFolder(folder, false, async (inside) => {
			try {
				const handle = await inside.open(name, constants.O_RDONLY);
				try {
					if (!(await handle.stat()).isFile()) throw new SpecKitError("file_read", `${path} is no file`);
					return await handle.readFile();
				} finally {
					await handle.close();
				}
			} catch (thrown) {
				if (hasCode(thrown, "ENOENT")) return undefined;
				if (hasCode(thrown, "ELOOP")) throw unsafe(path);
				if (thrown instanceof SpecKitError) throw thrown;
				throw new SpecKitError("file_read", `${path} cannot be read`, toError(thrown));
			}
		});
	}

	/** Bytes of a plain file, or `undefined` when there is none; a link is none. */
	async size(path: string): Promise<number | undefined> {
		const parts = partsOf(path);
		return await this.inFolder(parts.slice(0, -1).join("/"), false, async (folder) => {
			try {
				const entry = await this.fileSystem.lstat(folder.inside(parts.at(-1) ?? "."));
				return entry.isFile() ? entry.size : undefined;
			} catch (thrown) {
				if (hasCode(thrown, "ENOENT")) return undefined;
				throw new SpecKitError("file_read", `${path} cannot be looked at`, toError(thrown));
			}
		});
	}

	/**
	 * Replaces a file atomically and durably: a reader sees the old bytes or the new ones. Its folders are made; its mode is
	 * kept, a new one's is 0644. Rejects with `unsafe_path` or `file_write`, and then leaves the old file and no other.
	 */
	async replace(path: string, bytes: Uint8Array): Promise<void> {
		const parts = await this.#resolved(partsOf(path));
		const name = parts.at(-1);
		if (name === undefined) throw unsafe(path);
		await this.inMadeFolder(parts.slice(0, -1).join("/"), (folder) => this.replaceIn(folder, name, bytes));
	}

	/** {@link replace} in an opened folder; a link in the place of the file is replaced, not followed. */
	async replaceIn(folder: Folder, name: string, bytes: Uint8Array): Promise<void> {
		this.#temporary += 1;
		const temporary = `.${name}.${process.pid}-${this.#temporary}.tmp`;
		try {
			await this.createIn(folder, temporary, bytes, await this.#modeOf(folder, name));
			await this.fileSystem.rename(folder.inside(temporary), folder.inside(name));
			await folder.sync();
		} catch (thrown) {
			await this.removeIn(folder, temporary);
			throw new SpecKitError("file_write", `${join(folder.location, name)} cannot be written`, toError(thrown));
		}
	}

	async #modeOf(folder: Folder, name: string): Promise<number> {
		try {
			const entry = await this.fileSystem.lstat(folder.inside(name));
			return entry.isFile() ? entry.mode & 0o777 : 0o644;
		} catch {
			return 0o644; // A new file.
		}
	}

	/** Makes a new file with these bytes, synced. Rejects with the system's error, also when it exists. */
	async createIn(folder: Folder, name: string, bytes: Uint8Array, mode: number = 0o644): Promise<void> {
		const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
		const handle = await folder.open(name, flags, mode);
		try {
			await writeAll(handle, bytes);
			await handle.sync();
		} finally {
			await handle.close();
		}
	}

	/** Removes a file if it is there; a failure is left to whoever finds the file next. */
	async removeIn(folder: Folder, name: string): Promise<void> {
		await this.fileSystem.unlink(folder.inside(name)).catch(() => {
			// Not there, or not removable: it is never mistaken for a record.
		});
	}

	/** Plain files directly in a folder, sorted by name, with sizes and times; links and folders are left out. */
	async filesIn(path: string): Promise<readonly FolderFile[]> {
		const found = await this.inFolder(path, false, async (folder) => {
			const entries = await this.fileSystem.readdir(folder.inside("."), { withFileTypes: true });
			const files: FolderFile[] = [];
			for (const entry of entries) {
				if (!entry.isFile()) continue;
				const { size, mtimeMs } = await this.fileSystem.lstat(folder.inside(entry.name));
				files.push({ name: entry.name, bytes: size, modifiedAtMs: mtimeMs });
			}
			return files.toSorted((left, right) => (left.name < right.name ? -1 : 1));
		});
		return found ?? [];
	}

	/** Names of the folders directly in a folder, sorted; links are left out. */
	async foldersIn(path: string): Promise<readonly string[]> {
		const found = await this.inFolder(path, false, async (folder) => {
			const entries = await this.fileSystem.readdir(folder.inside("."), { withFileTypes: true });
			return entries
				.filter((entry) => entry.isDirectory())
				.map(({ name }) => name)
				.toSorted();
		});
		return found ?? [];
	}
}

/** A plain file of a folder. */
export interface FolderFile {
	readonly name: string;
	readonly bytes: number;
	/** Milliseconds since 1970. */
	readonly modifiedAtMs: number;
}
