// A disk in memory: paths and what is there. Links are followed by `realPath` as the system does.

import { posix } from "node:path";
import type { Disk, FileKind } from "../../src/index.ts";

/** `"dir"`, `"link:<target>"`, or the text of a file. Folders above are made. */
export function fakeDisk(entries: Readonly<Record<string, string>>): Disk {
	const all = new Map<string, string>([["/", "dir"]]);
	for (const [path, what] of Object.entries(entries)) {
		for (let at = posix.dirname(path); at !== "/"; at = posix.dirname(at)) if (!all.has(at)) all.set(at, "dir");
		all.set(path, what);
	}
	const resolve = (path: string, depth = 0): string | undefined => {
		let real = "";
		for (const name of path.split("/").filter((part) => part !== "")) {
			const next = posix.join(real === "" ? "/" : real, name);
			const what = all.get(next);
			if (what === undefined || depth > 40) return undefined;
			if (!what.startsWith("link:")) real = next;
			else {
				const target = resolve(posix.resolve(posix.dirname(next), what.slice(5)), depth + 1);
				if (target === undefined) return undefined;
				real = target;
			}
		}
		return real === "" ? "/" : real;
	};
	const at = (path: string): string | undefined => {
		const parent = resolve(posix.dirname(path));
		return parent === undefined ? undefined : all.get(posix.join(parent, posix.basename(path)));
	};
	return {
		kind: (path): FileKind => {
			const what = at(path);
			if (what === undefined) return "missing";
			return what === "dir" ? "folder" : what.startsWith("link:") ? "link" : "file";
		},
		realPath: (path) => resolve(path),
		readLink: (path) => {
			const what = at(path);
			return what?.startsWith("link:") === true ? what.slice(5) : undefined;
		},
		list: (path) => {
			const real = resolve(path);
			return [...all.keys()]
				.filter((one) => one !== "/" && posix.dirname(one) === real)
				.map((one) => posix.basename(one));
		},
		readText: (path) => {
			const what = at(path);
			return what === undefined || what === "dir" || what.startsWith("link:") ? undefined : what;
		},
	};
}

/** An ordinary repository at a folder. */
export function repositoryAt(folder: string): Readonly<Record<string, string>> {
	return {
		[`${folder}/.git/HEAD`]: "ref: refs/heads/main\n",
		[`${folder}/.git/objects`]: "dir",
		[`${folder}/.git/refs`]: "dir",
		[`${folder}/.git/config`]: "[core]\n",
		[`${folder}/.git/hooks`]: "dir",
		[`${folder}/.git/info`]: "dir",
	};
}
