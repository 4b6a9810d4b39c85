// Tells whether two commits merge, without touching anything: the merge is made in memory by `git merge-tree`, and what it
// writes goes to a private object folder that is removed. Merge drivers of the repository do not run.

import type { Repository } from "../repository/repository.ts";
import { resolveCommit } from "../repository/revision.ts";
import { withShadow } from "../repository/shadow.ts";
import { toText } from "../snapshot/path-name.ts";

/** What a merge would come to. */
export type MergePreflight =
	/** It merges; `tree` is the id that the merged tree would have. */
	| { readonly kind: "clean"; readonly tree: string }
	/** It does not; `messages` are git's sentences, one for each conflict. */
	| { readonly kind: "conflicts"; readonly paths: readonly string[]; readonly messages: readonly string[] }
	| { readonly kind: "problem"; readonly message: string };

/** Tries a merge of `theirs` into `ours` (branches, tags, ids). Needs git ≥ 2.38. @throws GitToolingError as `runGit` */
export async function mergePreflight(
	repository: Repository,
	ours: string,
	theirs: string,
	signal?: AbortSignal,
): Promise<MergePreflight> {
	const [left, right] = [
		await resolveCommit(repository, ours, signal),
		await resolveCommit(repository, theirs, signal),
	];
	if (left.kind === "problem") return left;
	if (right.kind === "problem") return right;
	const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--messages", left.id, right.id];
	const answer = await withShadow(repository, (shadow) => shadow.run(args, { accept: [0, 1, 128, 129], signal }));
	if (answer.exitCode > 1) {
		const first = answer.stderr.split("\n")[0] ?? "";
		return { kind: "problem", message: `git cannot try this merge: ${first.replace(/^(?:fatal|error): /, "")}` };
	}
	const [tree = "", ...rest] = answer.stdout.toString("latin1").split("\0");
	if (answer.exitCode === 0) return { kind: "clean", tree };
	const end = rest.indexOf("");
	return { kind: "conflicts", paths: rest.slice(0, end).map(toText), messages: conflictMessages(rest.slice(end + 1)) };
}

/** Messages come as: number of paths, that many paths, kind, sentence. */
function conflictMessages(fields: readonly string[]): readonly string[] {
	const found: string[] = [];
	let at = 0;
	while (at < fields.length) {
		const count = Number(fields[at]);
		if (!Number.isInteger(count) || fields[at] === "") break;
		const [kind = "", sentence = ""] = fields.slice(at + 1 + count, at + 3 + count);
		if (kind.startsWith("CONFLICT")) found.push(Buffer.from(sentence, "latin1").toString("utf8").trim());
		at += count + 3;
	}
	return found;
}
