// What commands came to: as data for `--json`, and as text for people. Pure.

import type { BudgetSpend } from "@codex/protocol";
import type { CommandResult, PipelineResult, Question, SpecStatus } from "@codex/runtime";
import { printable } from "../terminal/printable.ts";

/** Data of a JSON answer. */
export type Data = Readonly<Record<string, unknown>>;

/** A question as scripts get it. */
export function questionData({ id, text, context, magnitude, options, recommended, agentAnswers }: Question): Data {
	return {
		id,
		question: text,
		context,
		magnitude,
		options,
		...(recommended === undefined ? {} : { recommended: options[recommended] }),
		agent_answers: agentAnswers,
	};
}

/** What was spent, in the names of the wire. */
export function spendData({ attempts, wallMs, tokens, costUsd }: BudgetSpend): Data {
	return { calls: attempts, wall_ms: wallMs, tokens, cost_usd: costUsd };
}

/** A run. */
export function runData({ runId, specId, outcome, ...rest }: PipelineResult): Data {
	const { verdicts, checkpoints, documents, spend, unpricedCalls, warnings } = rest;
	return {
		spec_id: specId,
		run_id: runId,
		outcome: outcome.kind,
		...(outcome.kind === "halted"
			? { stage: outcome.stage, code: outcome.code, reason: outcome.reason, resume: outcome.resume }
			: {}),
		...(outcome.kind === "paused" ? { questions: outcome.questions.map(questionData) } : {}),
		verdicts: verdicts.map((verdict) => ({
			stage: verdict.stage,
			status: verdict.status,
			decision: verdict.decision ?? null,
			confidence: verdict.measures.confidence,
			agreed: verdict.agreed.length,
			dissent: verdict.dissent.length,
			conflicts: verdict.conflicts.length,
			present: verdict.present,
			missing: verdict.missing,
		})),
		checkpoints,
		documents,
		spend: spendData(spend),
		unpriced_calls: unpricedCalls,
		warnings,
	};
}

/** The data of any result. */
export function resultData(result: CommandResult): Data {
	switch (result.kind) {
		case "run":
			return { ...runData(result.result), ...(result.created === undefined ? {} : { created: result.created }) };
		case "guardrail": {
			const { ok, summary, failures, telemetryPath, scenarios, warnings } = result.outcome;
			return { ok, summary, failures, telemetry: telemetryPath ?? null, scenarios, warnings };
		}
		case "gate": {
			const { issues, questions, reportPath, warnings } = result.outcome;
			const created = result.created === undefined ? {} : { created: result.created };
			return { issues, questions: questions.map(questionData), report: reportPath, warnings, ...created };
		}
		case "status":
			return { ...result.status };
		case "evidence":
			return { specs: result.counts };
		case "verdict":
			return { path: result.path, verdict: result.verdict };
	}
}

function runLines({ outcome, documents, spend, unpricedCalls, runId, specId }: PipelineResult): readonly string[] {
	const cost = `${spend.attempts} calls, ${spend.tokens} tokens, $${spend.costUsd.toFixed(4)}`;
	const unpriced = unpricedCalls === 0 ? "" : `; of ${unpricedCalls} calls the price is not known`;
	const end = {
		complete: "complete",
		paused: "paused: questions wait for a person",
		cancelled: `cancelled; \`code speckit resume ${specId}\` goes on`,
		halted: "",
	}[outcome.kind];
	return [
		...documents.map((path) => `wrote ${path}`),
		...(outcome.kind === "halted"
			? [`halted at ${outcome.stage} (${outcome.code}): ${outcome.reason}`, `to go on: ${outcome.resume}`]
			: [end]),
		...(outcome.kind === "paused" ? questionLines(outcome.questions) : []),
		...(outcome.kind === "paused" ? [`to go on: code speckit resume ${specId} --answers FILE`] : []),
		`run ${runId}: ${cost}${unpriced}`,
	];
}

/** Questions with their options. */
export function questionLines(questions: readonly Question[]): readonly string[] {
	return questions.flatMap(({ id, text, magnitude, options, recommended }) => [
		`? [${id}] (${magnitude}) ${text}`,
		...options.map((option, at) => `    ${at + 1}. ${option}${at === recommended ? " (recommended)" : ""}`),
	]);
}

const mark = { pass: "✓", warn: "!", pending: "·" } as const;

function statusLines({ specId, packet, tracker, stages, evidence, warnings }: SpecStatus): readonly string[] {
	return [
		`${specId}${packet.exists ? ` in ${packet.folder}` : ": there is no packet"}`,
		`documents: ${packet.documents.map(({ name, present }) => `${present ? "✓" : "–"} ${name}`).join("  ")}`,
		...(tracker === undefined ? [] : [`tracker: ${Object.values(tracker).join(" | ")}`]),
		...stages.map(({ stage, cue, guardrail, consensus, agents }) => {
			const asked = agents.map(({ agent, status }) => `${agent} ${status}`).join(", ");
			const guard =
				guardrail === undefined ? "" : ` · guardrail ${guardrail.summary}${guardrail.stale ? " (old)" : ""}`;
			return `${mark[cue]} ${stage}: consensus ${consensus}${guard}${asked === "" ? "" : ` · ${asked}`}`;
		}),
		`evidence: ${(evidence.bytes / 1024 / 1024).toFixed(2)} MiB (${evidence.level})${evidence.latest === undefined ? "" : `, latest ${evidence.latest}`}`,
		...warnings.map((warning) => `warning: ${warning}`),
	];
}

/** The lines for a person. */
export function resultText(result: CommandResult): string {
	const lines = ((): readonly string[] => {
		switch (result.kind) {
			case "run":
				return [...(result.created ?? []).map((path) => `made ${path}`), ...runLines(result.result)];
			case "guardrail": {
				const { summary, failures, warnings, scenarios } = result.outcome;
				return [
					summary,
					...scenarios.map(({ name, status }) => `  ${name}: ${status}`),
					...failures.map((failure) => `failure: ${failure}`),
					...warnings.map((warning) => `warning: ${warning}`),
				];
			}
			case "gate": {
				const { issues, questions, reportPath, warnings } = result.outcome;
				return [
					...(result.created ?? []).map((path) => `made ${path}`),
					`${issues.length} issues, ${questions.length} questions; the report is ${reportPath}`,
					...questionLines(questions),
					...warnings.map((warning) => `warning: ${warning}`),
				];
			}
			case "status":
				return statusLines(result.status);
			case "evidence":
				return result.counts.map(
					({ specId, commands, consensus, size }) =>
						`${specId}: ${commands} of commands, ${consensus} of consensus, ${size} characters`,
				);
			case "verdict": {
				const { status, confidence, missingAgents, agreements, conflicts } = result.verdict;
				return [
					`${status}${confidence === undefined ? "" : `, confidence ${confidence.toFixed(2)}`} (${result.path})`,
					...(missingAgents.length === 0 ? [] : [`missing: ${missingAgents.join(", ")}`]),
					...agreements.map((agreement) => `agreed: ${agreement}`),
					...conflicts.map((conflict) => `conflict: ${conflict}`),
				];
			}
		}
	})();
	return `${lines.map(printable).join("\n")}\n`;
}
