// Turns what a person or a model calls a commit into its id, before any other git call sees it.

import { askGit } from "../process/ask-git.ts";
import { doorOf, type Repository } from "./repository.ts";

/** A commit, or a sentence about why there is none. */
export type ResolvedCommit =
	| { readonly kind: "commit"; readonly id: string }
	| { readonly kind: "problem"; readonly message: string };

/** Whether a text could be taken for an option, or hold what no name can. */
export function isUnsafeName(text: string): boolean {
	return text === "" || text.startsWith("-") || /\p{Cc}/u.test(text);
}

/** The id of the commit that `revision` (a branch, a tag, an id, `HEAD~2`) names. @throws GitToolingError as `askGit` */
export async function resolveCommit(
	repository: Repository,
	revision: string,
	signal?: AbortSignal,
): Promise<ResolvedCommit> {
	const unknown: ResolvedCommit = { kind: "problem", message: `There is no commit ${JSON.stringify(revision)}.` };
	if (isUnsafeName(revision)) return unknown;
	const args = ["rev-parse", "--quiet", "--verify", `${revision}^{commit}`];
	const answer = await askGit(doorOf(repository, signal), args);
	const id = answer.kind === "text" ? answer.text.trim() : "";
	return /^[0-9a-f]{40,64}$/.test(id) ? { kind: "commit", id } : unknown;
}
