// One agent that carries the tasks out in a work tree of its own: task by task, those that may run beside each other in
// trees of their own, then the project's checks and the repair of what they complain about. Every answer is kept before
// its work is committed, and every piece of work is one commit: a later process goes on behind the last one.

import { commitAll, diff, discardAll, mergeCommit, type Repository, resolveCommit } from "@codex/git-tooling";
import type { BudgetLimits, BudgetSpend } from "@codex/protocol";
import type {
	AgentName,
	AgentOutcome,
	BuiltCandidate,
	BuiltTask,
	ImplementRequest,
	ImplementTask,
} from "@codex/spec-kit";
import { addSpend, limitsLeft, noSpend } from "./budget.ts";
import { type Check, type CheckResult, failuresOf, type RunCommand, runChecks } from "./checks.ts";
import { type Workspace, workDone, workMessage } from "./workspace.ts";

/** One call of an agent. */
export interface WorkCall {
	readonly id: string;
	readonly agent: AgentName;
	readonly prompt: string;
	/** Absolute. */
	readonly cwd: string;
	readonly limits: BudgetLimits;
}

/** Asks an agent: an earlier answer of the same id, or a new one; `begin` runs before a new one. Never rejects. */
export type Ask = (call: WorkCall, begin: () => Promise<void>, signal: AbortSignal) => Promise<AgentOutcome>;

/** What a candidate works with. */
export interface CandidateParts {
	readonly request: ImplementRequest;
	readonly workspace: Workspace;
	readonly base: string;
	readonly ask: Ask;
	/** Runs commands in a work tree. */
	readonly commandsIn: (root: string) => RunCommand;
	readonly setup: Check | undefined;
	readonly checks: readonly Check[];
	/** How often it may repair. */
	readonly repairs: number;
	/** What this candidate may spend. */
	readonly limits: BudgetLimits;
	readonly signal: AbortSignal;
}

/** What it came to. */
export interface CandidateResult {
	readonly built: BuiltCandidate;
	readonly tasks: readonly BuiltTask[];
	/** Where its work tree stands. */
	readonly head: string;
	readonly spend: BudgetSpend;
	readonly unpricedCalls: number;
	readonly stop?: "limit" | "cancelled";
}

/** Work that ended before its time. */
class Stopped extends Error {
	override readonly name = "Stopped";
	readonly kind: "failed" | "limit" | "cancelled";

	constructor(kind: Stopped["kind"], reason: string) {
		super(reason);
		this.kind = kind;
	}
}

const attempts = 2;

class Candidate {
	readonly #parts: CandidateParts;
	readonly #agent: AgentName;
	#spend: BudgetSpend = noSpend;
	#unpriced = 0;

	constructor(parts: CandidateParts, agent: AgentName) {
		this.#parts = parts;
		this.#agent = agent;
	}

	async run(): Promise<CandidateResult> {
		const { workspace, base, request } = this.#parts;
		const tree = await workspace.tree(this.#agent, base);
		let results: readonly CheckResult[] = [];
		let why: Stopped | undefined;
		try {
			await this.#setUp(tree);
			await this.#tasks(tree);
			results = await this.#checked(tree);
		} catch (thrown) {
			if (!(thrown instanceof Stopped)) throw thrown;
			why = thrown;
		}
		const done = await workDone(tree, base);
		const head = await resolveCommit(tree, "HEAD");
		const compared = await diff(tree, { of: { against: base } });
		const reason = why?.message ?? unfit(results, done.size);
		const passed = reason === "";
		const kind = why?.kind;
		this.#tellEnd(kind, reason);
		return {
			built: {
				agent: this.#agent,
				passed,
				reason,
				commands: results,
				diff: compared.kind === "diff" ? compared.text : "",
			},
			tasks: request.tasks.map(({ id }): BuiltTask => {
				const commit = done.get(id);
				return { id, done: commit !== undefined, files: commit?.paths ?? [], ...(commit && { commit: commit.id }) };
			}),
			head: head.kind === "commit" ? head.id : base,
			spend: this.#spend,
			unpricedCalls: this.#unpriced,
			...(kind === "limit" || kind === "cancelled" ? { stop: kind } : {}),
		};
	}

	#tellEnd(kind: Stopped["kind"] | undefined, reason: string): void {
		if (kind === "cancelled") return;
		if (reason === "") this.#tell("answered", "its work passes");
		else this.#tell(kind === "limit" ? "limit" : "failed", reason);
	}

	#tell(state: Parameters<ImplementRequest["tell"]>[1], detail: string): void {
		this.#parts.request.tell(this.#agent, state, { detail });
	}

	async #setUp(tree: Repository): Promise<void> {
		const { setup, commandsIn, request, signal } = this.#parts;
		if (setup === undefined) return;
		const id = `${request.id}/${this.#agent}`;
		const failed = failuresOf(await runChecks([setup], commandsIn(tree.root), { id, signal }));
		if (signal.aborted) throw new Stopped("cancelled", "cancelled");
		if (failed !== "") throw new Stopped("failed", `its work tree could not be set up: ${inShort(failed)}`);
	}

	/** Asks until there is an answer. */
	async #asked(work: string, prompt: string, tree: Repository): Promise<void> {
		const { request, ask, limits, signal } = this.#parts;
		for (let attempt = 1; ; attempt += 1) {
			const id = `${request.id}/${this.#agent}/${work}/${attempt}`;
			const left = limitsLeft(limits, this.#spend);
			const call = { id, agent: this.#agent, prompt, cwd: tree.root, limits: left };
			// What a process that died in the middle of this call left is no work of anybody.
			const outcome = await ask(call, () => discardAll(tree), signal);
			this.#spend = addSpend(this.#spend, outcome.spend);
			if (outcome.kind === "answered") {
				if (outcome.spend.costUsd === 0 && outcome.spend.tokens > 0) this.#unpriced += 1;
				return;
			}
			if (signal.aborted || outcome.kind === "cancelled") throw new Stopped("cancelled", "cancelled");
			if (outcome.kind === "limit") throw new Stopped("limit", outcome.reason);
			this.#tell(outcome.kind, `${work}: ${outcome.reason}`);
			if (outcome.kind === "missing" || attempt === attempts) {
				throw new Stopped("failed", `${work}: ${outcome.reason}`);
			}
		}
	}

	async #commit(tree: Repository, work: string, title: string): Promise<void> {
		const { request } = this.#parts;
		const subject = `${request.specId} ${work}: ${title}`;
		const committed = await commitAll(tree, { message: workMessage(subject, { work, runId: request.runId }) });
		if (committed.kind === "problem") throw new Stopped("failed", committed.message);
	}

	async #task(task: ImplementTask, tree: Repository, work: string = task.id): Promise<void> {
		this.#tell("running", `${task.id} ${task.title}`);
		await this.#asked(work, task.prompt, tree);
		await this.#commit(tree, task.id, task.title);
	}

	async #tasks(tree: Repository): Promise<void> {
		const { request, base } = this.#parts;
		const done = new Set((await workDone(tree, base)).keys());
		let open = request.tasks.filter(({ id }) => !done.has(id));
		while (open.length > 0) {
			const waiting = new Set(open.map(({ id }) => id));
			const ready = open.filter(({ dependsOn }) => dependsOn.every((need) => !waiting.has(need)));
			const batch = together(ready.length > 0 ? ready : open);
			const [only] = batch;
			if (batch.length === 1 && only !== undefined) await this.#task(only, tree);
			else await this.#lanes(batch, tree);
			const over = new Set(batch);
			open = open.filter((task) => !over.has(task));
		}
	}

	/** Tasks that touch different files, each in a tree of its own; what does not merge is done again, alone. */
	async #lanes(batch: readonly ImplementTask[], tree: Repository): Promise<void> {
		const { workspace } = this.#parts;
		const start = await resolveCommit(tree, "HEAD");
		if (start.kind === "problem") throw new Stopped("failed", start.message);
		const names = batch.map(({ id }) => `${this.#agent}-${id}`);
		const lanes = await Promise.allSettled(
			batch.map(async (task, at) => {
				const lane = await workspace.tree(names[at] ?? "", start.id);
				await this.#task(task, lane);
				return lane;
			}),
		);
		for (const [at, lane] of lanes.entries()) {
			const task = batch[at];
			if (lane.status === "rejected" || task === undefined) throw lane.status === "rejected" ? lane.reason : undefined;
			const head = await resolveCommit(lane.value, "HEAD");
			if (head.kind === "problem") throw new Stopped("failed", head.message);
			const { specId, runId } = this.#parts.request;
			const message = workMessage(`${specId} ${task.id}: ${task.title}`, { work: task.id, runId });
			const merged = await mergeCommit(tree, { theirs: head.id, message });
			if (merged.kind !== "merged") await this.#task(task, tree, `${task.id}-again`);
		}
		for (const name of names) await workspace.drop(name);
	}

	/** The project's checks, and the repair of what they complain about. */
	async #checked(tree: Repository): Promise<readonly CheckResult[]> {
		const { request, commandsIn, checks, repairs, base, signal } = this.#parts;
		for (let round = 1; ; round += 1) {
			const id = `${request.id}/${this.#agent}/${round}`;
			const results = await runChecks(checks, commandsIn(tree.root), { id, signal });
			if (signal.aborted) throw new Stopped("cancelled", "cancelled");
			// What checks leave behind, such as caches, is no work.
			await discardAll(tree);
			const failures = failuresOf(results);
			const work = `repair-${round}`;
			if (failures === "" || round > repairs || (await workDone(tree, base)).size === 0) return results;
			this.#tell("running", `puts right: ${inShort(failures)}`);
			await this.#asked(work, request.repairPrompt(failures), tree);
			await this.#commit(tree, work, "put right what the checks say");
		}
	}
}

/** Why work is not to be kept; empty when it may be. */
function unfit(results: readonly CheckResult[], commits: number): string {
	const failures = failuresOf(results);
	if (failures !== "") return inShort(failures);
	return commits > 0 ? "" : "it changed nothing";
}

/** What failed and the last thing it said. */
const inShort = (text: string): string => {
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const [first = ""] = lines;
	return lines.length < 2 ? first : `${first} ${lines.at(-1)?.trim() ?? ""}`.slice(0, 300);
};

/** The first of the ready tasks, with those beside it that may run in parallel and touch none of its files. */
function together(ready: readonly ImplementTask[]): readonly ImplementTask[] {
	const [first] = ready;
	if (first === undefined || !first.parallel || first.files.length === 0) return ready.slice(0, 1);
	const taken = new Set<string>();
	return ready.filter(({ parallel, files }) => {
		if (!parallel || files.length === 0 || files.some((file) => taken.has(file))) return false;
		for (const file of files) taken.add(file);
		return true;
	});
}

/** Lets one agent carry the tasks out. Rejects as git does. */
export function runCandidate(parts: CandidateParts, agent: AgentName): Promise<CandidateResult> {
	return new Candidate(parts, agent).run();
}
