// A linked worktree of git inherits the trust of its main repository, as long as its content is the same. A worktree says
// itself where its repository is, so it is believed only when that repository is trusted and names the worktree in turn.

import { posix } from "node:path";
import { readTextFile } from "../files/text-file.ts";
import { closeFolder, isUnsafe, lookAt, openRoot, readFileIn } from "./read-inside.ts";
import { realPath } from "./repository.ts";

// A `.git` file is one line with a path.
const mostBytes = 8192;

function readGitFile(root: string): string | undefined {
	const folder = openRoot(root);
	if (isUnsafe(folder)) return undefined;
	try {
		const entry = lookAt(folder, ".git");
		const bytes = entry.kind === "file" ? readFileIn(folder, ".git", entry.stat, mostBytes) : undefined;
		return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : undefined;
	} finally {
		closeFolder(folder);
	}
}

/**
 * The main repository of the linked worktree `root` (a real path), when `isTrusted` says so of it; otherwise `undefined`.
 * Nothing outside of `root` is read before the main repository is known to be trusted. Never throws.
 */
export function trustedMainRepository(root: string, isTrusted: (root: string) => boolean): string | undefined {
	const text = readGitFile(root);
	const match = text === undefined ? null : /^gitdir: ([^\0\r\n]+\/\.git\/worktrees\/[^/\0\r\n]+)\r?\n?$/.exec(text);
	if (match?.[1] === undefined) return undefined;
	const gitFolder = posix.resolve(root, match[1]);
	const main = posix.resolve(gitFolder, "../../..");
	if (!isTrusted(main)) return undefined;
	const back = readTextFile(posix.join(gitFolder, "gitdir"));
	if (back.kind !== "text") return undefined;
	const named = realPath(posix.resolve(gitFolder, back.text.trim()));
	return named === posix.join(root, ".git") ? main : undefined;
}
