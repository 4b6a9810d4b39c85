// Which of several candidates that pass is kept: the others of the roster vote on the diffs, nobody on its own work. A tie
// goes to the smaller diff, then to the order of the roster.

import { type AgentName, type AgentOutcome, extractAnswer, type ImplementRequest, judgeSchema } from "@codex/spec-kit";
import type { CandidateResult } from "./candidate.ts";

/** Asks one judge. */
export type AskJudge = (agent: AgentName, prompt: string) => Promise<AgentOutcome>;

/** The choice, and what it rests on. */
export interface Judgement {
	readonly chosen: CandidateResult;
	/** Sentences for the user. */
	readonly notes: readonly string[];
	readonly outcomes: readonly AgentOutcome[];
}

/** Candidates by neutral names, so that nobody votes for a name. */
const nameOf = (at: number): string => `candidate-${at + 1}`;

function shown(candidates: readonly CandidateResult[]): string {
	return candidates
		.map(({ built }, at) => {
			const fence = "`".repeat(Math.max(3, ...[...built.diff.matchAll(/`+/g)].map(([run]) => run.length + 1)));
			return `### ${nameOf(at)}\n\n${fence}diff\n${built.diff.trimEnd()}\n${fence}`;
		})
		.join("\n\n");
}

function choiceOf(outcome: AgentOutcome, prompt: string): string | undefined {
	if (outcome.kind !== "answered") return undefined;
	const answer = extractAnswer(outcome.text, judgeSchema(), prompt);
	const choice = answer.ok ? answer.value["choice"] : undefined;
	return typeof choice === "string" ? choice.trim().toLowerCase() : undefined;
}

/** Lets the judges choose between at least two candidates. */
export async function judge(
	request: ImplementRequest,
	candidates: readonly [CandidateResult, ...CandidateResult[]],
	ask: AskJudge,
): Promise<Judgement> {
	const own = new Set(candidates.map(({ built }) => built.agent));
	const neutral = request.judges.filter((agent) => !own.has(agent));
	// With everybody a candidate, everybody votes; the votes for oneself then cancel out.
	const judges = neutral.length > 0 ? neutral : request.judges;
	const prompt = request.judgePrompt(shown(candidates));
	const outcomes = await Promise.all(judges.map((agent) => ask(agent, prompt)));
	const votes = candidates.map(
		(_, at) => outcomes.filter((outcome) => choiceOf(outcome, prompt) === nameOf(at)).length,
	);
	const order = candidates
		.map((candidate, at) => ({ candidate, at, votes: votes[at] ?? 0, size: candidate.built.diff.length }))
		.toSorted((left, right) => right.votes - left.votes || left.size - right.size || left.at - right.at);
	const [first] = order;
	const counted = order.map(({ candidate, votes: count }) => `${candidate.built.agent} ${count}`).join(", ");
	return { chosen: first?.candidate ?? candidates[0], notes: [`Votes between the candidates: ${counted}`], outcomes };
}
