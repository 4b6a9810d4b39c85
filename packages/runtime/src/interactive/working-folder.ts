// What a screen shows of the folder that a session works in: branch, and what differs from the last commit.

import path from "node:path";
import type { Repository } from "@codex/git-tooling";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** What differs from the last commit, untracked files included. */
export interface WorkingDiff {
	readonly kind: "ok";
	/** Unified diff; cut at 1 MiB. */
	readonly text: string;
	readonly truncated: boolean;
	readonly files: number;
}

async function open(context: RuntimeContext, cwd: string): Promise<Repository | StartError> {
	const { openRepository } = await import("@codex/git-tooling");
	const found = await openRepository(cwd, {
		env: context.environment.env,
		scratch: path.join(context.paths.cacheDir, "git"),
	});
	if (found.kind === "none") return startError(exitCodes.usage, `${cwd} is not in a git repository`);
	return found.kind === "problem" ? startError(exitCodes.usage, found.message) : found;
}

/** The changes of the folder's repository. Secrets are masked. Never rejects. */
export async function workingDiff(context: RuntimeContext, cwd: string): Promise<WorkingDiff | StartError> {
	try {
		const repository = await open(context, cwd);
		if (repository.kind === "error") return repository;
		const { createBranchCache, diff } = await import("@codex/git-tooling");
		const status = await createBranchCache(repository).read();
		// Before the first commit everything is added to nothing, which is git's empty tree.
		const isUnborn = status.head.kind === "unborn";
		const found = await diff(repository, isUnborn ? { of: "untracked" } : { of: { against: "HEAD" } });
		if (found.kind === "problem") return startError(exitCodes.failed, found.message);
		const { text, truncated, files } = found;
		return { kind: "ok", text: context.redactor.text(text), truncated, files: files.length };
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	}
}

/** The branch of the folder's repository, the beginning of a commit's id when there is none; `undefined` outside of one. Never rejects. */
export async function workingBranch(context: RuntimeContext, cwd: string): Promise<string | undefined> {
	try {
		const repository = await open(context, cwd);
		if (repository.kind === "error") return undefined;
		const { createBranchCache } = await import("@codex/git-tooling");
		const { head } = await createBranchCache(repository).read();
		return head.kind === "detached" ? head.id.slice(0, 9) : head.name;
	} catch {
		// A repository that git refuses has no branch to show.
		return undefined;
	}
}
