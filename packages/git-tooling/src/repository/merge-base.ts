// Where two lines of work parted. Asks git only about ids that it has given itself.

import { askGit } from "../process/ask-git.ts";
import { doorOf, type Repository } from "./repository.ts";
import { type ResolvedCommit, resolveCommit } from "./revision.ts";

/**
 * The newest commit that HEAD and `revision` have in common; a problem when either names none or they share none.
 *
 * @throws GitToolingError `git_missing`, `timeout`, `aborted`
 */
export async function mergeBase(
	repository: Repository,
	revision: string,
	signal?: AbortSignal,
): Promise<ResolvedCommit> {
	const [head, other] = [
		await resolveCommit(repository, "HEAD", signal),
		await resolveCommit(repository, revision, signal),
	];
	if (head.kind === "problem") return { kind: "problem", message: "There is no commit yet." };
	if (other.kind === "problem") return other;
	const answer = await askGit(doorOf(repository, signal), ["merge-base", head.id, other.id]);
	const id = answer.kind === "text" ? answer.text.trim() : "";
	if (/^[0-9a-f]{40,64}$/.test(id)) return { kind: "commit", id };
	return { kind: "problem", message: `${JSON.stringify(revision)} and HEAD have no commit in common.` };
}
