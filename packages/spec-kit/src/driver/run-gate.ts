// One quality gate on its own: our checks and the agents side by side, merged into one list. It writes a report and
// changes no document: a run of the pipeline does that.

import type { AgentName } from "../agent.ts";
import type { SpecKitHost } from "../host.ts";
import type { FoundIssue, Question } from "../issue.ts";
import { finishCall, openCalls } from "../pipeline/calls.ts";
import { gateRosterOf } from "../pipeline/event.ts";
import { initialRunState } from "../pipeline/reduce.ts";
import type { Call, RunState } from "../pipeline/state.ts";
import { foundIssues } from "../quality/found-issues.ts";
import { mergeIssues } from "../quality/merge-issues.ts";
import type { MergedIssue } from "../quality/merged-issue.ts";
import { nativeIssues } from "../quality/native-issues.ts";
import { questionsOf } from "../quality/questions.ts";
import { renderGate } from "../render/render-gate.ts";
import { loadTemplates } from "../render/templates.ts";
import type { Gate } from "../stage.ts";
import { findPacket, readDocuments } from "./packet-context.ts";
import { type CallContext, performCall } from "./perform-call.ts";

/** What a gate found. */
export interface GateOutcome {
	/** The gravest first. */
	readonly issues: readonly MergedIssue[];
	/** What a person would be asked, at most `qualityGates.maxQuestions`. */
	readonly questions: readonly Question[];
	/** Who gave no answer, and why. */
	readonly warnings: readonly string[];
	/** The report, relative to the repository. */
	readonly reportPath: string;
}

/** Asks one seat, with its one repair round. */
async function askSeat(context: CallContext, state: RunState, call: Call, signal: AbortSignal): Promise<Call> {
	let current: Call = { ...call, state: "running" };
	for (;;) {
		const event = await performCall(
			context,
			state,
			{ id: current.id, type: "call", call: current, limits: {} },
			signal,
		);
		if (event?.type !== "call_finished") return { ...current, state: "failed", failures: ["it was cancelled"] };
		const finished = finishCall(state, current, {
			result: event.result,
			atMs: context.host.nowMs(),
			retriesLeft: false,
		});
		if (finished.call.state !== "waiting") return finished.call;
		current = { ...finished.call, state: "running" };
	}
}

/**
 * Runs one gate with `agents` (default: the gate roster of config; in `single` mode the first alone). An agent that does not answer is a warning. On abort the calls end and what was found so far is the
 * outcome. Rejects as the host's files do, and with `invalid_spec_id`.
 */
export async function runGate(
	host: SpecKitHost,
	asked: {
		readonly specId: string;
		readonly gate: Gate;
		readonly signal: AbortSignal;
		readonly agents?: readonly AgentName[];
	},
): Promise<GateOutcome> {
	const { specId, gate, signal } = asked;
	const gateRoster = gateRosterOf({ ...host.config, gateRoster: asked.agents ?? host.config.gateRoster });
	const config = { ...host.config, gateRoster };
	const runId = host.newId();
	const base: RunState = {
		...initialRunState,
		runId,
		specId,
		stages: ["plan"],
		settings: config,
		lastAtMs: host.nowMs(),
	};
	const packet = await findPacket(host, specId);
	const { documents } = await readDocuments(host, packet);
	const checkpoint = gate === "analyze" ? "post-plan" : "pre-planning";
	const seats = gateRoster.map((agent) => ({ scope: checkpoint, gate, agent, role: "gate" as const }));
	const opened = openCalls({ ...base, stages: [gate === "analyze" ? "implement" : "plan"] }, seats);
	const state: RunState = {
		...opened.state,
		phase: { type: "gate_executing", checkpoint, calls: opened.calls, retries: 0 },
	};
	const context: CallContext = { host, contexts: new Map() };
	const calls = await Promise.all(opened.calls.map((call) => askSeat(context, state, call, signal)));
	const found: FoundIssue[] = [...nativeIssues(gate, documents)];
	for (const { agent, content } of calls) if (content !== undefined) found.push(...foundIssues(gate, agent, content));
	const issues = mergeIssues(found, config);
	const recordedAt = new Date(host.nowMs()).toISOString();
	const entries = issues.map(({ question, majorityAnswer, magnitude, confidence, answers }) => ({
		question,
		answer: majorityAnswer,
		magnitude,
		confidence,
		outcome: "deferred" as const,
		views: answers,
	}));
	const templates = await loadTemplates((path) => host.files.read(path));
	const { path, markdown } = renderGate(gate, { specId, checkpoint, recordedAt, entries }, templates);
	const reportPath = `${packet.folder}/${path}`;
	await host.files.write(reportPath, markdown);
	const warnings = calls
		.filter((call) => call.state !== "answered")
		.map(({ agent, failures, state: end }) => `${agent} gave no ${gate} answer: ${failures.at(-1) ?? end}`);
	return { issues, questions: questionsOf(issues, config.qualityGates.maxQuestions).questions, warnings, reportPath };
}
