// `SpecKitFiles` on a disk: texts inside one repository, never outside of it and never in `.git`.

import type { SpecKitFiles } from "../host.ts";
import { Repository, type RepositoryOptions } from "./repository.ts";

// A folder of documents; beyond this many something else was meant.
const maxListed = 20_000;
const maxDepth = 12;

/**
 * Files of the repository at `root`.
 *
 * `read` answers `undefined` for what does not exist; `write` is atomic and durable; `list` gives plain files in any depth (at most
 * 12 folders and 20,000 files), leaving out symbolic links, `.git` and `node_modules`. All reject with `unsafe_path` for a path
 * that leaves the repository by itself or through a link, and with `file_read`, `file_write`, `directory_read` or `directory_create` when the system
 * refuses. Bytes that are no UTF-8 read as U+FFFD.
 */
export function createPacketFiles(options: RepositoryOptions): SpecKitFiles {
	const repository = new Repository(options);
	const collect = async (folder: string, into: string[], depth: number): Promise<void> => {
		for (const { name } of await repository.filesIn(folder)) into.push(`${folder}/${name}`);
		if (depth >= maxDepth) return;
		for (const name of await repository.foldersIn(folder)) {
			if (into.length >= maxListed) return;
			if (name === "node_modules" || /^\.git$/i.test(name)) continue;
			await collect(`${folder}/${name}`, into, depth + 1);
		}
	};
	return {
		read: async (path) => (await repository.read(path))?.toString("utf8"),
		write: (path, text) => repository.replace(path, Buffer.from(text)),
		list: async (folder) => {
			const paths: string[] = [];
			const clean = folder.replace(/\/+$/, "");
			await collect(clean === "" ? "." : clean, paths, 1);
			return paths
				.slice(0, maxListed)
				.map((path) => path.replace(/^\.\//, ""))
				.toSorted();
		},
	};
}
