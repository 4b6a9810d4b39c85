// Looks for programs on a search path.

import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** The absolute path of `program` on `searchPath`; `undefined` when it is not there. */
export function findProgram(program: string, searchPath: string | undefined): string | undefined {
	for (const folder of (searchPath ?? "").split(path.delimiter)) {
		if (!path.isAbsolute(folder)) continue;
		const file = path.join(folder, program);
		try {
			accessSync(file, constants.X_OK);
			if (statSync(file).isFile()) return file;
		} catch {
			// Not in this folder.
		}
	}
	return undefined;
}
