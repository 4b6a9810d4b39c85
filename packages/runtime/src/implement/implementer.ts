// Carries agreed tasks out: candidates in work trees of their own, judged by the project's checks first and by the other
// agents second, the chosen one merged into the user's branch. Nothing is merged onto a work tree that somebody changed,
// and nothing that conflicts. The user's branch moves once, at the end.

import path from "node:path";
import { commitsBetween, diff, mergeCommit, openRepository, type Repository } from "@codex/git-tooling";
import type { BudgetSpend } from "@codex/protocol";
import { toError } from "@codex/protocol";
import type {
	AgentName,
	AgentOutcome,
	BuiltTask,
	ImplementOutcome,
	ImplementRequest,
	SpecKitHost,
} from "@codex/spec-kit";
import { addSpend, noSpend, partOf } from "./budget.ts";
import { type Ask, type CandidateResult, runCandidate } from "./candidate.ts";
import type { Check, RunCommand } from "./checks.ts";
import { type Judgement, judge } from "./judge.ts";
import { type WorkNote, Workspace, WorkspaceProblem } from "./workspace.ts";

/** What an implementer is made of. */
export interface ImplementerParts {
	/** The root of the user's repository; absolute. */
	readonly root: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** A folder of the program for git's private files; absolute, outside of the repository. */
	readonly scratch: string;
	/** Where work trees are made; absolute, outside of the repository. */
	readonly worktrees: string;
	readonly ask: Ask;
	/** Asks an agent that only reads. Never rejects. */
	readonly askJudge: (
		call: { readonly id: string; readonly agent: AgentName; readonly prompt: string },
		request: ImplementRequest,
		signal: AbortSignal,
	) => Promise<AgentOutcome>;
	readonly commandsIn: (root: string) => RunCommand;
	readonly setup: Check | undefined;
	readonly checks: readonly Check[];
	readonly repairs: number;
	/** The first candidate that passes is kept, and the others are ended. Default: all are waited for and judged. */
	readonly race?: boolean;
}

const folderOf = (worktrees: string, id: string): string => path.join(worktrees, id.replaceAll(/[^\w-]+/g, "_"));

/** Removes what a request left that nobody will go on with. Never rejects. */
export async function discardWork(
	{ root, env, scratch, worktrees }: Pick<ImplementerParts, "root" | "env" | "scratch" | "worktrees">,
	id: string,
): Promise<void> {
	try {
		const repository = await openRepository(root, { env, scratch });
		if (repository.kind === "repository") await new Workspace(repository, folderOf(worktrees, id)).close();
	} catch {
		// Git is gone: so are its work trees, but for their files.
	}
}

type Ended = Pick<ImplementOutcome, "kind" | "reason"> & Partial<ImplementOutcome>;

const plain = { tasks: [], candidates: [], warnings: [], spend: noSpend, unpricedCalls: 0 } as const;
const ended = (given: Ended): ImplementOutcome => ({ ...plain, ...given });

/** Tracked files that differ from the last commit and are not the run's own. */
async function foreignChanges(repository: Repository, ownPaths: readonly string[]): Promise<readonly string[]> {
	const found = new Set<string>();
	for (const side of ["staged", "unstaged"] as const) {
		const compared = await diff(repository, { of: side, renames: false, maxBytes: 0 });
		if (compared.kind === "problem") throw new WorkspaceProblem(compared.message);
		for (const file of compared.files) found.add(file.path);
	}
	const isOwn = (name: string): boolean =>
		ownPaths.some((own) => name === own || (own.endsWith("/") && name.startsWith(own)));
	return [...found].filter((name) => !isOwn(name));
}

const listed = (names: readonly string[]): string =>
	`${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;

const dirtyReason = (names: readonly string[]): string =>
	`Nothing is merged onto changes that are not committed: ${listed(names)}. Commit or stash them, then go on.`;

class Implementation {
	readonly #parts: ImplementerParts;
	readonly #request: ImplementRequest;
	readonly #signal: AbortSignal;

	constructor(parts: ImplementerParts, request: ImplementRequest, signal: AbortSignal) {
		this.#parts = parts;
		this.#request = request;
		this.#signal = signal;
	}

	async run(): Promise<ImplementOutcome> {
		const { root, env, scratch, worktrees } = this.#parts;
		const repository = await openRepository(root, { env, scratch });
		if (repository.kind === "none") {
			const reason = `${root} is in no git repository: agents work on copies of a commit. Run \`git init\` and commit.`;
			return ended({ kind: "blocked", reason });
		}
		if (repository.kind === "problem") return ended({ kind: "blocked", reason: repository.message });
		const folder = folderOf(worktrees, this.#request.id);
		const workspace = new Workspace(repository, folder);
		const note = await workspace.note();
		if (note.outcome !== undefined) return note.outcome;
		if (note.merging === undefined) {
			const dirty = await foreignChanges(repository, this.#request.ownPaths);
			if (dirty.length > 0) return ended({ kind: "blocked", reason: dirtyReason(dirty) });
		}
		const results = await this.#candidates(workspace, note);
		const sums = sumOf(results);
		const stopped = results.find(({ stop }) => stop !== undefined);
		if (this.#signal.aborted) return ended({ kind: "cancelled", reason: "cancelled", ...sums });
		const passed = results.filter(({ built }) => built.passed);
		const [first, ...others] = passed;
		if (first === undefined) {
			const reason = results.map(({ built }) => `${built.agent}: ${built.reason}`).join("; ");
			if (stopped?.stop === "limit") return ended({ kind: "limit", reason, ...sums });
			const outcome = ended({ kind: "failed", reason: `No candidate passes. ${reason}`, ...sums });
			await workspace.finish(note, outcome);
			return outcome;
		}
		const judged =
			others.length === 0
				? undefined
				: await judge(this.#request, [first, ...others], (...about) => this.#judge(...about));
		if (this.#signal.aborted) return ended({ kind: "cancelled", reason: "cancelled", ...sums });
		return await this.#merge(workspace, { note, sums: withJudges(sums, judged), chosen: judged?.chosen ?? first });
	}

	async #candidates(workspace: Workspace, { base }: WorkNote): Promise<readonly CandidateResult[]> {
		const { candidates, limits } = this.#request;
		const { ask, commandsIn, setup, checks, repairs } = this.#parts;
		const shared = { request: this.#request, workspace, base, ask, commandsIn, setup, checks, repairs };
		const won = new AbortController();
		const signal = this.#parts.race === true ? AbortSignal.any([this.#signal, won.signal]) : this.#signal;
		const parts = { ...shared, limits: partOf(limits, candidates.length), signal };
		return await Promise.all(
			candidates.map(async (agent) => {
				const result = await runCandidate(parts, agent);
				if (this.#parts.race === true && result.built.passed) won.abort();
				return result;
			}),
		);
	}

	#judge(agent: AgentName, prompt: string): Promise<AgentOutcome> {
		const id = `${this.#request.id}/${agent}/judge/1`;
		return this.#parts.askJudge({ id, agent, prompt }, this.#request, this.#signal);
	}

	async #merge(
		workspace: Workspace,
		{ note, sums, chosen }: { readonly note: WorkNote; readonly sums: Sums; readonly chosen: CandidateResult },
	): Promise<ImplementOutcome> {
		const { repository, folder } = workspace;
		const { specId, runId } = this.#request;
		const { agent } = chosen.built;
		await workspace.keep({ ...note, merging: { commit: chosen.head, agent } });
		const message = `Merge the work of ${agent} for ${specId}\n\nCode-Run: ${runId}`;
		const merged = await mergeCommit(repository, { theirs: chosen.head, message });
		const blocked = async (reason: string): Promise<ImplementOutcome> => {
			await workspace.keep(note);
			return ended({ kind: "blocked", reason, chosen: agent, ...sums });
		};
		switch (merged.kind) {
			case "dirty":
				return await blocked(dirtyReason(merged.paths));
			case "conflicts": {
				const where = `the work of ${agent} is in ${path.join(folder, agent)}`;
				return await blocked(`The work conflicts with your branch in ${listed(merged.paths)}; ${where}.`);
			}
			case "problem":
				return await blocked(merged.message);
			case "merged": {
				const tasks = await onBranch(repository, chosen.tasks, note.base);
				const unticked = tasks.filter(({ done }) => !done).map(({ id }) => id);
				const open = unticked.length === 0 ? [] : [`Nothing was changed for ${unticked.join(", ")}: not ticked`];
				const unchecked =
					this.#parts.checks.length === 0
						? ["No build, lint or test command is configured: nothing but the agent's word says that the work is right"]
						: [];
				const warnings = [...sums.warnings, ...open, ...unchecked];
				const done = { chosen: agent, commit: merged.id, ...sums, tasks, warnings };
				const outcome = ended({ kind: "done", reason: "", ...done });
				await workspace.finish(note, outcome);
				return outcome;
			}
		}
	}
}

/** Tasks are done only when their commit is really in the history of the user's branch. */
async function onBranch(
	repository: Repository,
	tasks: readonly BuiltTask[],
	base: string,
): Promise<readonly BuiltTask[]> {
	const merged = await diff(repository, { of: { against: base }, renames: false, maxBytes: 0 });
	const changed = new Set(merged.kind === "diff" ? merged.files.map(({ path: name }) => name) : []);
	const known = new Set((await commitsBetween(repository, { from: base, to: "HEAD" })).flatMap(({ paths }) => paths));
	return tasks.map((task) => ({
		...task,
		done: task.done && task.files.some((file) => changed.has(file) || known.has(file)),
	}));
}

interface Sums {
	readonly candidates: ImplementOutcome["candidates"];
	readonly spend: BudgetSpend;
	readonly unpricedCalls: number;
	readonly warnings: readonly string[];
}

function sumOf(results: readonly CandidateResult[]): Sums {
	return {
		candidates: results.map(({ built }) => built),
		spend: results.reduce((sum, { spend }) => addSpend(sum, spend), noSpend),
		unpricedCalls: results.reduce((sum, { unpricedCalls }) => sum + unpricedCalls, 0),
		warnings: [],
	};
}

function withJudges(sums: Sums, judged: Judgement | undefined): Sums {
	if (judged === undefined) return sums;
	return {
		...sums,
		spend: judged.outcomes.reduce((sum, { spend }) => addSpend(sum, spend), sums.spend),
		warnings: [...sums.warnings, ...judged.notes],
	};
}

/** Makes the host's `implement`. Never rejects: what git or the disk refuses is a `blocked` outcome with the reason. */
export function createImplementer(parts: ImplementerParts): NonNullable<SpecKitHost["implement"]> {
	return async (request, signal) => {
		try {
			return await new Implementation(parts, request, signal).run();
		} catch (thrown) {
			if (signal.aborted) return ended({ kind: "cancelled", reason: "cancelled" });
			return ended({ kind: "blocked", reason: `The tasks could not be carried out: ${toError(thrown).message}` });
		}
	};
}
