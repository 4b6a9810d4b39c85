// Finds programs on a PATH, as the shell would, and remembers what it found. Never runs anything.

import { realpathSync, statSync } from "node:fs";
import path from "node:path";

// Programs of the system are nobody's repository, even when the working directory is `/`.
const systemFolders: readonly string[] = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

const found = new Map<string, string | undefined>();

/** What to look for, and where. */
export interface ProgramSearch {
	/** A bare name. */
	readonly name: string;
	/** A PATH value; relative entries are passed over. Without one, the folders that the system falls back to. */
	readonly searchPath: string | undefined;
	/**
	 * A folder whose programs are not taken, also not through links: a repository may hold a program of this name that
	 * nobody meant to run. Absolute. Does not apply to the folders of the system.
	 */
	readonly notBelow?: string;
}

/** The absolute path of the first executable file, or `undefined`. Looked up once for each question. */
export function findProgram({ name, searchPath = "/usr/bin:/bin", notBelow }: ProgramSearch): string | undefined {
	const key = `${name}\0${searchPath}\0${notBelow ?? ""}`;
	if (!found.has(key)) {
		const candidates = searchPath
			.split(path.delimiter)
			.filter((folder) => path.isAbsolute(folder))
			.map((folder) => path.join(folder, name));
		found.set(
			key,
			candidates.find((file) => isExecutable(file) && (notBelow === undefined || !isBelow(file, notBelow))),
		);
	}
	return found.get(key);
}

function isExecutable(file: string): boolean {
	try {
		const stats = statSync(file, { throwIfNoEntry: false });
		return stats?.isFile() === true && (stats.mode & 0o111) !== 0;
	} catch {
		// A folder that may not be entered holds no program for us.
		return false;
	}
}

function isBelow(file: string, folder: string): boolean {
	if (systemFolders.includes(path.dirname(file))) return false;
	return [path.dirname(file), realpathSync(file)].some((place) => {
		const relative = path.relative(folder, place);
		return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
	});
}
