// Reads of a SPEC's evidence what a report shows: voters, gates, candidates. Records of others, and broken ones, are left out.

import type { CandidateEntry, GateEntry, SpecKitHost, VoterValue } from "@codex/spec-kit";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsIn = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** What the records of one SPEC say, newest last. */
export interface SpecRecords {
	readonly voters: readonly VoterValue[];
	readonly gates: readonly GateEntry[];
	readonly candidates: readonly CandidateEntry[];
}

function votersOf(record: Fields): readonly VoterValue[] {
	const stage = text(record["stage"]).replace(/^spec-/, "");
	return fieldsIn(record["agents"]).flatMap((agent): VoterValue[] => {
		const marginal = agent["marginal"];
		if (!isFields(marginal)) return [];
		return [
			{
				stage,
				agent: text(agent["agent"]),
				costUsd: number(agent["cost_usd"]),
				added: number(marginal["agreed_items_added"]),
				prevented: number(marginal["agreed_items_prevented"]),
				conflicts: number(marginal["conflicts_caused"]),
				decisionChanged: marginal["decision_changed"] === true,
			},
		];
	});
}

function gatesOf(record: Fields): readonly GateEntry[] {
	const details = ["auto_resolved_details", "escalated_details", "deferred_details"].flatMap((name) =>
		fieldsIn(record[name]),
	);
	return details.map((detail) => {
		const views = isFields(detail["agent_answers"]) ? detail["agent_answers"] : {};
		const [human, applied] = [text(detail["human_answer"]), text(detail["applied_answer"])];
		return {
			checkpoint: text(record["checkpoint"]),
			question: text(detail["question"]),
			answer: human || applied,
			by: human !== "" ? "person" : applied !== "" ? "agents" : "open",
			views: Object.fromEntries(Object.entries(views).map(([agent, view]) => [agent, text(view)])),
		};
	});
}

function candidatesOf(record: Fields): readonly CandidateEntry[] {
	const chosen = text(record["chosen"]);
	return fieldsIn(record["candidates"]).map((candidate) => ({
		agent: text(candidate["agent"]),
		passed: candidate["passed"] === true,
		chosen: candidate["agent"] === chosen,
		reason: text(candidate["reason"]),
		commands: fieldsIn(candidate["commands"]).map((command) => {
			const code = command["exit_code"];
			return { name: text(command["name"]), exitCode: typeof code === "number" ? code : null };
		}),
	}));
}

async function recordOf(host: SpecKitHost, path: string): Promise<Fields | undefined> {
	try {
		const parsed: unknown = JSON.parse((await host.evidence.read(path)) ?? "");
		return isFields(parsed) ? parsed : undefined;
	} catch {
		return undefined; // Not JSON, or not there any more.
	}
}

const kindIn = (path: string): string => /_(cost|gate|build)(?:_[a-z_]+)?\.json$/.exec(path)?.[1] ?? "";

/** Reads them. Rejects as the host's evidence does when it cannot be listed. */
export async function readRecords(host: SpecKitHost, paths: readonly string[]): Promise<SpecRecords> {
	let voters: readonly VoterValue[] = [];
	let gates: GateEntry[] = [];
	let candidates: readonly CandidateEntry[] = [];
	for (const path of paths) {
		const kind = kindIn(path);
		const record = kind === "" ? undefined : await recordOf(host, path);
		if (record === undefined) continue;
		if (kind === "cost") {
			const found = votersOf(record);
			// A stage that was done again replaces what it said before.
			voters = [...voters.filter(({ stage }) => stage !== found[0]?.stage), ...found];
		}
		if (kind === "build") candidates = candidatesOf(record);
		if (kind === "gate") {
			const entries = gatesOf(record);
			// A checkpoint that was done again replaces what it said before.
			gates = [...gates.filter(({ checkpoint }) => checkpoint !== text(record["checkpoint"])), ...entries];
		}
	}
	return { voters, gates, candidates };
}
