// Commits everything that differs in a work tree onto its HEAD. Files are taken up through a shadow, so that no hook and no
// filter of the repository runs; only objects, the index and HEAD of the repository change.

import { askGit, expectText } from "../process/ask-git.ts";
import { doorOf, type Repository } from "../repository/repository.ts";
import { resolveCommit } from "../repository/revision.ts";
import { type Shadow, withShadow } from "../repository/shadow.ts";

/** What is committed. */
export interface CommitRequest {
	/** Control characters other than line breaks are replaced. */
	readonly message: string;
	readonly signal?: AbortSignal;
}

/** The commit, or why there is none. */
export type Committed =
	| { readonly kind: "committed"; readonly id: string }
	/** Nothing differs from HEAD. */
	| { readonly kind: "nothing" }
	| { readonly kind: "problem"; readonly message: string };

const textOf = (bytes: Buffer): string => bytes.toString("latin1").trim();

/** The user's name and address for a commit, as git would take them from its settings. */
async function identityOf(repository: Repository): Promise<readonly string[]> {
	const read = async (key: string, fallback: string): Promise<string> => {
		const answer = await askGit(doorOf(repository), ["config", "--get", key]);
		const value = answer.kind === "text" ? answer.text.trim() : "";
		return `${key}=${value === "" || /\p{Cc}/u.test(value) ? fallback : value}`;
	};
	return ["-c", await read("user.name", "Code"), "-c", await read("user.email", "code@localhost")];
}

/** A commit object of a tree; nothing points to it yet. */
export async function writeCommit(
	repository: Repository,
	shadow: Shadow,
	made: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
	const message = made.message.replaceAll(/[^\P{Cc}\n\t]/gu, "\uFFFD");
	const args = [...(await identityOf(repository)), "commit-tree", made.tree];
	for (const parent of made.parents) args.push("-p", parent);
	const { stdout } = await shadow.run(args, { store: "repository", input: [Buffer.from(`${message.trim()}\n`)] });
	return textOf(stdout);
}

/** Moves HEAD (and the branch that it names) from one commit to another, unless somebody was faster. */
export async function moveHead(
	repository: Repository,
	{ from, to, why }: { readonly from: string; readonly to: string; readonly why: string },
): Promise<void> {
	const answer = await askGit(doorOf(repository), ["update-ref", "-m", why, "HEAD", to, from]);
	expectText(answer, "HEAD was not moved");
}

/**
 * Commits all changed, new and deleted files, ignored ones excepted.
 *
 * @throws GitToolingError as `askGit` and `runGit`; `git_failed` also when HEAD was moved meanwhile
 */
export async function commitAll(repository: Repository, { message, signal }: CommitRequest): Promise<Committed> {
	if (repository.bare) return { kind: "problem", message: `${repository.root} is a bare repository: it has no files.` };
	const head = await resolveCommit(repository, "HEAD", signal);
	if (head.kind === "problem") return { kind: "problem", message: `${repository.root} has no commit yet.` };
	return await withShadow(repository, async (shadow) => {
		const tree = await shadow.withIndex(async (indexFile) => {
			await shadow.run(["add", "--all", "--", "."], { indexFile, store: "repository", signal });
			return textOf((await shadow.run(["write-tree"], { indexFile, store: "repository", signal })).stdout);
		});
		const before = textOf((await shadow.run(["rev-parse", `${head.id}^{tree}`])).stdout);
		if (tree === before) return { kind: "nothing" };
		const id = await writeCommit(repository, shadow, { tree, parents: [head.id], message });
		await moveHead(repository, { from: head.id, to: id, why: "commit: code" });
		await shadow.run(["read-tree", "--reset", id], { indexFile: `${repository.gitDir}/index` });
		return { kind: "committed", id };
	});
}

/**
 * Gives up everything that differs from HEAD: changed files are as they were, new ones are gone, ignored ones stay. For
 * work trees of our own.
 *
 * @throws GitToolingError as `runGit`
 */
export async function discardAll(repository: Repository): Promise<void> {
	const head = await resolveCommit(repository, "HEAD");
	if (head.kind === "problem" || repository.bare) return;
	const indexFile = `${repository.gitDir}/index`;
	await withShadow(repository, async (shadow) => {
		await shadow.run(["read-tree", "--reset", "-u", head.id], { indexFile });
		await shadow.run(["checkout-index", "--force", "--all"], { indexFile });
		await shadow.run(["clean", "--force", "-d", "--quiet"], { indexFile });
	});
}
