// The ignore rules that hold in a folder: its own .ignore and .gitignore, and those of the folders above, nearest first.
// A rule of an .ignore file wins over every .gitignore. Rules that would take a machine long to match are left out.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import ignore, { type Ignore } from "ignore";

/** The rules of one folder, on top of those of the folder above. */
export interface IgnoreScope {
	readonly above?: IgnoreScope;
	/** The folder's path with a `/` at its end. */
	readonly base: string;
	readonly own?: Ignore;
	readonly git?: Ignore;
	/** A repository begins here: .gitignore files above it do not count. */
	readonly repository: boolean;
}

const maxFileBytes = 1024 * 1024;
// git's own lists have one or two. Three in one name take milliseconds on the longest name, five take hours.
const maxStarsInName = 3;
const maxStars = 6;
const maxPatternLength = 1000;

/** Whether a pattern is cheap to match, whatever the name. */
function isCheap(pattern: string): boolean {
	if (pattern.length > maxPatternLength) return false;
	const runs = pattern.match(/\*+/g) ?? [];
	return (
		runs.length <= maxStars && pattern.split("/").every((part) => (part.match(/\*+/g) ?? []).length <= maxStarsInName)
	);
}

/** The rules in a file's text; undefined when there are none. */
export function parseRules(text: string): Ignore | undefined {
	const rules = ignore({ ignorecase: false, allowRelativePaths: true });
	let count = 0;
	for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
		if (line.trim() === "" || line.startsWith("#") || !isCheap(line)) continue;
		try {
			rules.add(line);
			count += 1;
		} catch {
			// A pattern that is none matches nothing, as in git.
		}
	}
	return count === 0 ? undefined : rules;
}

/** The rules of a file; undefined when there is none, it is a link, no regular file, too large or unreadable. */
export async function readRules(file: string | Buffer): Promise<Ignore | undefined> {
	try {
		const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const stats = await handle.stat();
			if (!stats.isFile() || stats.size > maxFileBytes) return undefined;
			return parseRules(await handle.readFile("utf8"));
		} finally {
			await handle.close();
		}
	} catch {
		// Rules that cannot be read are no rules, as in git.
		return undefined;
	}
}

function verdict(rules: Ignore | undefined, base: string, path: string): boolean | undefined {
	if (rules === undefined) return undefined;
	const { ignored, unignored } = rules.test(path.slice(base.length));
	return ignored ? true : unignored ? false : undefined;
}

/** Whether a path (absolute; a folder's ends in `/`) below `scope.base` is ignored. */
export function isIgnored(scope: IgnoreScope | undefined, path: string): boolean {
	for (let at = scope; at !== undefined; at = at.above) {
		const answer = verdict(at.own, at.base, path);
		if (answer !== undefined) return answer;
	}
	for (let at = scope; at !== undefined; at = at.repository ? undefined : at.above) {
		const answer = verdict(at.git, at.base, path);
		if (answer !== undefined) return answer;
	}
	return false;
}
