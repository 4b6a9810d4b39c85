// From what is to be reviewed to the request of a session that reviews it: a conversation of its own that reads the
// change through git and can change nothing. Looks at the repository first, so that no model is paid for no change.

import path from "node:path";
import { type ConfigFlags, formatProblem, loadConfig } from "@codex/config";
import { reviewInstructions } from "@codex/core";
import type * as GitTooling from "@codex/git-tooling";
import type { Diff, DiffFile, Repository } from "@codex/git-tooling";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, type StartRequest, startError } from "../session/start-request.ts";

/** What is reviewed. */
export type ReviewTarget =
	/** What differs from the last commit: staged, unstaged and new files. */
	| { readonly kind: "uncommitted" }
	/** What was done since HEAD left this branch, uncommitted changes included. */
	| { readonly kind: "base"; readonly branch: string }
	/** One commit. */
	| { readonly kind: "commit"; readonly commit: string };

/** A review that is wanted. */
export interface ReviewRequest {
	readonly target: ReviewTarget;
	readonly flags: ConfigFlags;
	/** Relative to the process's working folder. Default: that folder. */
	readonly cwd?: string;
	/** What the user wants looked at in particular. */
	readonly instructions?: string;
}

/** A review that can be started: hand `start` to `startSession` and submit `prompt`. */
export interface PreparedReview {
	readonly kind: "ok";
	readonly start: Pick<StartRequest, "flags" | "cwd" | "baseInstructions" | "requireRepository">;
	readonly prompt: string;
	/** The root of the repository; a real path. */
	readonly root: string;
	/** What is compared with, as a commit id; absent before the first commit. */
	readonly commit?: string;
}

/** A prepared review; `nothing` when there is no change to be reviewed. */
export type PrepareReviewResult = PreparedReview | { readonly kind: "nothing"; readonly message: string } | StartError;

interface Change {
	readonly kind: "change";
	/** How to see it. */
	readonly how: string;
	readonly commit?: string;
	readonly files: readonly DiffFile[];
}

type Found = Change | { readonly kind: "problem"; readonly message: string };

// As many as a person would read through; git shows the rest.
const listedFiles = 200;

const quoted = (text: string): string => (/^[\w./@+-]+$/.test(text) ? text : JSON.stringify(text));

function fileLine({ path: file, oldPath, status, binary, added, removed }: DiffFile): string {
	const from = oldPath === undefined ? "" : ` (was ${quoted(oldPath)})`;
	return `- ${quoted(file)}${from}: ${status}, ${binary ? "binary" : `+${added} -${removed}`}`;
}

function promptOf({ how, files }: Change, root: string, instructions: string | undefined): string {
	const list = files.slice(0, listedFiles).map(fileLine);
	const more = files.length - list.length;
	return [
		how,
		...(list.length === 0 ? [] : ["", `Files of the change, relative to ${quoted(root)}:`, ...list]),
		...(more > 0 ? [`- and ${more} more`] : []),
		...(instructions === undefined ? [] : ["", "The user asks to look at this in particular:", instructions]),
	].join("\n");
}

type Git = typeof GitTooling;

async function filesAgainst(
	git: Git,
	repository: Repository,
	commit: string,
): Promise<Diff | Extract<Found, { kind: "problem" }>> {
	return git.diff(repository, { of: { against: commit }, maxBytes: 0 });
}

async function uncommitted(git: Git, repository: Repository): Promise<Found> {
	const head = await git.resolveCommit(repository, "HEAD");
	if (head.kind === "problem") {
		const parts = await Promise.all([
			git.diff(repository, { of: "staged", maxBytes: 0 }),
			git.diff(repository, { of: "untracked", maxBytes: 0 }),
		]);
		const files: DiffFile[] = [];
		for (const part of parts) {
			if (part.kind === "problem") return part;
			files.push(...part.files);
		}
		const how = "Review all files of this repository: nothing has been committed yet.";
		return { kind: "change", how, files };
	}
	const found = await filesAgainst(git, repository, head.id);
	if (found.kind === "problem") return found;
	const how =
		"Review the uncommitted changes: `git diff HEAD` shows those of known files, `git ls-files --others --exclude-standard` names new files, which belong to the change as a whole.";
	return { kind: "change", how, commit: head.id, files: found.files };
}

async function sinceBase(git: Git, repository: Repository, branch: string): Promise<Found> {
	const base = await git.mergeBase(repository, branch);
	if (base.kind === "problem") return base;
	const found = await filesAgainst(git, repository, base.id);
	if (found.kind === "problem") return found;
	const how = `Review what was changed since this work left ${quoted(branch)}: \`git diff ${base.id}\` shows it, files that git does not know belong to it too.`;
	return { kind: "change", how, commit: base.id, files: found.files };
}

async function oneCommit(git: Git, repository: Repository, commit: string): Promise<Found> {
	const found = await git.resolveCommit(repository, commit);
	if (found.kind === "problem") return found;
	const how = `Review the change of one commit: \`git show ${found.id}\` shows it. The files on disk may be newer; judge the commit, and give lines as they are now.`;
	return { kind: "change", how, commit: found.id, files: [] };
}

function change(git: Git, repository: Repository, target: ReviewTarget): Promise<Found> {
	switch (target.kind) {
		case "uncommitted":
			return uncommitted(git, repository);
		case "base":
			return sinceBase(git, repository, target.branch);
		case "commit":
			return oneCommit(git, repository, target.commit);
	}
}

/** The flags with what a review changes: it reads only, asks nobody, and has a model of its own where one is set. */
function flagsOf(flags: ConfigFlags, reviewModel: string | undefined): ConfigFlags {
	return {
		...flags,
		sandboxMode: flags.sandboxMode ?? "read-only",
		approvalPolicy: flags.approvalPolicy ?? "never",
		...(flags.model === undefined && reviewModel !== undefined ? { model: reviewModel } : {}),
	};
}

async function prepare(context: RuntimeContext, request: ReviewRequest): Promise<PrepareReviewResult> {
	const { environment, paths } = context;
	const cwd = path.resolve(environment.cwd, request.cwd ?? ".");
	const loaded = await loadConfig({ ...environment, cwd }, paths, request.flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const git = await import("@codex/git-tooling");
	const repository = await git.openRepository(cwd, {
		env: environment.env,
		scratch: path.join(paths.cacheDir, "git"),
	});
	if (repository.kind === "none") return startError(exitCodes.usage, `${cwd} is not in a git repository`);
	if (repository.kind === "problem") return startError(exitCodes.usage, repository.message);
	const found = await change(git, repository, request.target);
	if (found.kind === "problem") return startError(exitCodes.usage, found.message);
	if (request.target.kind !== "commit" && found.files.length === 0) {
		return { kind: "nothing", message: "there is no change to review" };
	}
	return {
		kind: "ok",
		start: {
			flags: flagsOf(request.flags, loaded.config.review_model),
			...(request.cwd === undefined ? {} : { cwd: request.cwd }),
			baseInstructions: reviewInstructions,
			requireRepository: true,
		},
		prompt: promptOf(found, repository.root, request.instructions),
		root: repository.root,
		...(found.commit === undefined ? {} : { commit: found.commit }),
	};
}

/** Prepares a review. Never rejects: what a user can mend is an error of exit code 2; without git it is 3. */
export async function prepareReview(context: RuntimeContext, request: ReviewRequest): Promise<PrepareReviewResult> {
	try {
		return await prepare(context, request);
	} catch (thrown) {
		return startError(exitCodes.infrastructure, toError(thrown).message);
	}
}
