// Several agents at one task of a user's: they plan together, race for an answer, or do the work in work trees of their own
// with a judged merge. One user's command; nothing of it is left running or lying about when it is over.

import { existsSync } from "node:fs";
import path from "node:path";
import { type ConfigFlags, formatProblem, type LoadedConfig, loadConfig } from "@codex/config";
import { type BudgetLimits, type BudgetSpend, exitCodes, newSessionId } from "@codex/protocol";
import { type AgentName, type AgentOutcome, agentNames, type ImplementOutcome, modelMetadata } from "@codex/spec-kit";
import { createAgentRunner } from "../agents/agent-runner.ts";
import type { AgentSeat } from "../agents/agent-task.ts";
import { createCommandAgents } from "../agents/command-agents.ts";
import { addSpend, limitsLeft, noSpend, partOf } from "../implement/budget.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import type { AnswerCache } from "../spec-kit-host/answer-cache.ts";
import { hostConfig } from "../spec-kit-host/host-config.ts";
import { createHostImplementer } from "../spec-kit-host/host-implementer.ts";
import { mapSeats, seatProblem } from "../spec-kit-host/seat-problems.ts";
import { seatOf } from "../spec-kit-host/seats.ts";
import { choicePrompt, mendPrompt, planPrompt, solvePrompt, synthesisPrompt, workPrompt } from "./team-prompts.ts";

/** One who takes part. */
export interface TeamMember {
	readonly agent: AgentName;
	readonly seat: AgentSeat;
}

/** What is asked of a team. */
export interface TeamRequest {
	readonly flags: ConfigFlags;
	/** Relative to the process's. Default: the process's. */
	readonly cwd?: string;
	readonly task: string;
	/** Who takes part. Default `gemini`, `claude`, `gpt_codex`. */
	readonly agents?: readonly AgentName[];
	readonly limits: BudgetLimits;
	/** A command that decides whether work passes, beside build, lint and test of the configuration. */
	readonly check?: string;
	/** Told what a member does. Must not throw. */
	readonly tell: (agent: AgentName, state: string, detail: string) => void;
	readonly signal: AbortSignal;
}

/** What one member came to. */
export interface MemberResult {
	readonly agent: AgentName;
	readonly state: AgentOutcome["kind"];
	readonly model?: string;
	/** The answer, or why there is none. */
	readonly text: string;
	readonly spend: BudgetSpend;
}

/** What a team came to. */
export interface TeamResult {
	readonly kind: "done" | "failed" | "limit" | "cancelled";
	/** The plan, the answer, or what was done; why not, when it is not done. */
	readonly text: string;
	/** Whose it is: of several for a plan, of one otherwise. */
	readonly from?: AgentName;
	readonly members: readonly MemberResult[];
	readonly spend: BudgetSpend;
	/** Of work that was merged. */
	readonly work?: ImplementOutcome;
}

/** The kinds of team work. */
export type TeamMode = "plan" | "solve" | "code";

const usual: readonly AgentName[] = ["gemini", "claude", "gpt_codex"];

/** Who takes part, each with a seat that can be filled, or why nobody does. */
function membersOf(
	context: RuntimeContext,
	loaded: LoadedConfig,
	wanted: readonly AgentName[],
): readonly TeamMember[] | string {
	const mapped = new Map(mapSeats(context, loaded).map((mapping) => [mapping.agent, mapping]));
	const problems: string[] = [];
	const members = wanted.flatMap((agent): TeamMember[] => {
		const fallback = mapped.get(agent);
		if (fallback !== undefined) {
			return [{ agent, seat: { kind: "session", provider: fallback.provider, model: fallback.model } }];
		}
		const found = seatOf(loaded.config, agent, modelMetadata(agent, undefined, {}));
		const problem = found.kind === "missing" ? found.reason : seatProblem(context, loaded, found.seat);
		if (problem !== undefined) problems.push(`${agent}: ${problem}`);
		return found.kind === "ok" && problem === undefined ? [{ agent, seat: found.seat }] : [];
	});
	return members.length === 0 ? problems.join("\n") || "no agent is named" : members;
}

/** Answers of this one command: nothing goes on with it later. */
function memoryCache(): AnswerCache {
	const known = new Map<string, AgentOutcome>();
	return {
		answer: async ({ id }, ask) => {
			const outcome = known.get(id) ?? (await ask());
			if (outcome.kind === "answered") known.set(id, outcome);
			return outcome;
		},
	};
}

class Team {
	readonly #context: RuntimeContext;
	readonly #loaded: LoadedConfig;
	readonly #request: TeamRequest;
	readonly #members: readonly TeamMember[];
	readonly #root: string;
	readonly #id: string = newSessionId();

	constructor(
		context: RuntimeContext,
		parts: {
			readonly loaded: LoadedConfig;
			readonly request: TeamRequest;
			readonly members: readonly TeamMember[];
			readonly root: string;
		},
	) {
		this.#context = context;
		this.#loaded = parts.loaded;
		this.#request = parts.request;
		this.#members = parts.members;
		this.#root = parts.root;
	}

	async #ask(
		{ agent, seat }: TeamMember,
		prompt: string,
		{ limits, signal, name }: { readonly limits: BudgetLimits; readonly signal: AbortSignal; readonly name: string },
	): Promise<MemberResult> {
		const { flags, tell } = this.#request;
		tell(agent, "running", name);
		const runner = createAgentRunner(this.#context, {
			flags,
			commands: createCommandAgents(this.#context, this.#loaded),
		});
		const outcome = await runner.run(
			{
				id: `${this.#id}/${name}/${agent}/1`,
				seat,
				prompt,
				cwd: this.#root,
				access: "read-only",
				limits,
				onProgress: ({ lastLine }) => tell(agent, "running", lastLine),
			},
			signal,
		);
		const text = outcome.kind === "answered" ? outcome.text.trim() : outcome.reason;
		tell(agent, outcome.kind, outcome.kind === "answered" ? (outcome.model ?? "") : text);
		const { model, spend } = outcome;
		return { agent, state: outcome.kind, text, spend, ...(model === undefined ? {} : { model }) };
	}

	#ended(members: readonly MemberResult[]): TeamResult {
		const spend = members.reduce((sum, member) => addSpend(sum, member.spend), noSpend);
		const text = members.map((member) => `${member.agent}: ${member.text}`).join("\n");
		if (this.#request.signal.aborted) return { kind: "cancelled", text: "cancelled", members, spend };
		const isLimit = members.some(({ state }) => state === "limit");
		return { kind: isLimit ? "limit" : "failed", text, members, spend };
	}

	/** All plan, then one makes one plan of theirs. */
	async plan(): Promise<TeamResult> {
		const { task, limits, signal } = this.#request;
		const [first] = this.#members;
		// One part for each, and one for who puts them together.
		const part = partOf(limits, this.#members.length + 1);
		const members = await Promise.all(
			this.#members.map((member) => this.#ask(member, planPrompt(task), { limits: part, signal, name: "plan" })),
		);
		const answered = members.filter(({ state, text }) => state === "answered" && text !== "");
		const [only] = answered;
		if (first === undefined || only === undefined || signal.aborted) return this.#ended(members);
		const spend = members.reduce((sum, member) => addSpend(sum, member.spend), noSpend);
		if (answered.length === 1) return { kind: "done", text: only.text, from: only.agent, members, spend };
		const prompt = synthesisPrompt(
			task,
			answered.map(({ text }, at) => ({ name: `plan ${at + 1}`, text })),
		);
		const made = await this.#ask(first, prompt, { limits: limitsLeft(limits, spend), signal, name: "synthesis" });
		const all = [...members, made];
		if (made.state !== "answered") return this.#ended(all);
		return { kind: "done", text: made.text, from: made.agent, members: all, spend: addSpend(spend, made.spend) };
	}

	/** The first answer wins, and the others are ended. */
	async solve(): Promise<TeamResult> {
		const { task, limits, signal } = this.#request;
		const won = new AbortController();
		const either = AbortSignal.any([signal, won.signal]);
		let winner: MemberResult | undefined;
		const part = partOf(limits, this.#members.length);
		const members = await Promise.all(
			this.#members.map(async (member) => {
				const result = await this.#ask(member, solvePrompt(task), { limits: part, signal: either, name: "solve" });
				const isGood = result.state === "answered" && result.text !== "" && !/^\W*NO ANSWER/i.test(result.text);
				if (isGood && winner === undefined) {
					winner = result;
					won.abort();
				}
				return result;
			}),
		);
		if (winner === undefined || signal.aborted) return this.#ended(members);
		const spend = members.reduce((sum, member) => addSpend(sum, member.spend), noSpend);
		return { kind: "done", text: winner.text, from: winner.agent, members, spend };
	}

	/** The work itself, in work trees; `race`: the first that passes is kept. */
	async work(race: boolean): Promise<TeamResult> {
		const { task, limits, check, tell, signal, flags } = this.#request;
		const read = hostConfig(this.#loaded, this.#context.environment.env, false);
		if (!read.ok) return { kind: "failed", text: read.errors.join("\n"), members: [], spend: noSpend };
		const seats = new Map(this.#members.map(({ agent, seat }) => [agent, seat]));
		const commands = createCommandAgents(this.#context, this.#loaded);
		const { implement, discard, close } = createHostImplementer(this.#context, {
			loaded: this.#loaded,
			root: this.#root,
			runner: createAgentRunner(this.#context, { flags, commands }),
			cache: memoryCache(),
			config: read.config,
			race,
			seatFor: (agent) => seats.get(agent),
			...(check === undefined ? {} : { check }),
		});
		const id = `${this.#id}/code/1`;
		let keeps = false;
		try {
			const agents = this.#members.map(({ agent }) => agent);
			const outcome = await implement(
				{
					id,
					runId: this.#id,
					specId: "code",
					tasks: [{ id: "T001", title: task, files: [], dependsOn: [], parallel: false, prompt: workPrompt(task) }],
					candidates: agents,
					judges: agents,
					ownPaths: [],
					limits,
					wanted: (agent) => modelMetadata(agent, "implement", {}),
					repairPrompt: (failures) => mendPrompt(task, failures),
					judgePrompt: (candidates) => choicePrompt(task, candidates),
					tell: (agent, state, more) => tell(agent, state, more?.detail ?? more?.model ?? ""),
				},
				signal,
			);
			// What conflicts with the branch is for the user to take by hand.
			keeps = outcome.kind === "blocked" && outcome.chosen !== undefined;
			return teamResultOf(outcome);
		} finally {
			await close();
			if (!keeps) await discard(id);
		}
	}
}

function teamResultOf(outcome: ImplementOutcome): TeamResult {
	const { kind, reason, chosen, candidates, spend } = outcome;
	const members = candidates.map(
		({ agent, passed, reason: why }): MemberResult => ({
			agent,
			state: passed ? "answered" : why === "cancelled" ? "cancelled" : "failed",
			text: passed ? "its work passes" : why,
			spend: noSpend,
		}),
	);
	const common = { members, spend, work: outcome };
	if (kind !== "done") return { kind: kind === "blocked" ? "failed" : kind, text: reason, ...common };
	const text = `the work of ${chosen ?? "an agent"} is on your branch (${outcome.commit?.slice(0, 9) ?? ""})`;
	return { kind: "done", text, ...common, ...(chosen === undefined ? {} : { from: chosen }) };
}

function rootOf(cwd: string): string {
	for (let folder = cwd; ; folder = path.dirname(folder)) {
		if (existsSync(path.join(folder, ".git"))) return folder;
		if (path.dirname(folder) === folder) return cwd;
	}
}

/** A team that is ready, or why there is none. Nothing was asked. */
export async function prepareTeam(
	context: RuntimeContext,
	request: TeamRequest,
): Promise<
	| {
			readonly kind: "ok";
			readonly members: readonly TeamMember[];
			readonly run: (mode: TeamMode) => Promise<TeamResult>;
	  }
	| StartError
> {
	const { environment, paths } = context;
	const root = rootOf(path.resolve(environment.cwd, request.cwd ?? "."));
	const loaded = await loadConfig({ ...environment, cwd: root }, paths, request.flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const members = membersOf(context, loaded, request.agents ?? usual);
	if (typeof members === "string") return startError(exitCodes.infrastructure, members);
	const team = new Team(context, { loaded, request, members, root });
	const modes: Readonly<Record<TeamMode, () => Promise<TeamResult>>> = {
		plan: () => team.plan(),
		// With a check there is something to race to.
		solve: () => (request.check === undefined ? team.solve() : team.work(true)),
		code: () => team.work(false),
	};
	return { kind: "ok", members, run: (mode) => modes[mode]() };
}

/** The agents that may take part. */
export const teamAgents: readonly AgentName[] = agentNames;
