// The files that the law is about, found on disk without any of the tools that are checked against this list.
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";

const skipped = new Set(["node_modules", "dist", "fixtures", "coverage", ".turbo"]);

function entriesOf(folder: string): Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch {
		return []; // A package without this folder has no files in it.
	}
}

function walk(root: string, folder: string, found: string[]): void {
	for (const entry of entriesOf(join(root, folder))) {
		const path = `${folder}/${entry.name}`;
		if (entry.isDirectory() && !skipped.has(entry.name)) walk(root, path, found);
		else if (entry.isFile() && entry.name.endsWith(".ts")) found.push(path);
	}
}

/** Folders of the workspace packages below `root`, as `packages/<name>` and `apps/<name>`, sorted. */
export function packageFolders(root: string): readonly string[] {
	const folders = ["packages", "apps"].flatMap((parent) =>
		entriesOf(join(root, parent))
			.filter((entry) => entry.isDirectory())
			.map((entry) => `${parent}/${entry.name}`),
	);
	return folders.toSorted();
}

/** Every TypeScript file of the packages' `src` and `test` folders, as sorted paths from `root`; fixtures excepted. */
export function sourceFiles(root: string): readonly string[] {
	const found: string[] = [];
	for (const folder of packageFolders(root)) {
		walk(root, `${folder}/src`, found);
		walk(root, `${folder}/test`, found);
	}
	return found.toSorted();
}
