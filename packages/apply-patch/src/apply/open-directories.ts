// Holds the folders of one run open, each once, so that checking and writing reach the same folder.

import type { Disk, OpenDirectory } from "./disk.ts";

/** The folders that a run has opened, by real path. */
export interface OpenDirectories {
	/** Opens a folder, or gives the one opened before under the same path. */
	open(realPath: string): Promise<OpenDirectory>;
	/** Closes all; never rejects. */
	closeAll(): Promise<void>;
}

/** Starts with none open. */
export function createOpenDirectories(disk: Disk): OpenDirectories {
	const current = new Map<string, OpenDirectory>();
	return {
		async open(realPath) {
			const known = current.get(realPath);
			if (known !== undefined) return known;
			const opened = await disk.openDirectory(realPath);
			current.set(realPath, opened);
			return opened;
		},
		async closeAll() {
			for (const directory of current.values()) {
				try {
					await directory.close();
				} catch {
					// A descriptor that cannot be closed changes nothing for the caller.
				}
			}
			current.clear();
		},
	};
}
