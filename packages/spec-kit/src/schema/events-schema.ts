// The events of a journal as they come back from a disk: checked whole, because a run is built on them.

import type { BudgetLimits, BudgetSpend, JsonObject } from "@codex/protocol";
import * as z from "zod";
import { type AgentName, agentNames } from "../agent.ts";
import type { Answer, FoundIssue } from "../issue.ts";
import type { AppliedResolution, CallResult, PipelineEvent, RunSettings } from "../pipeline/event.ts";
import { stages } from "../stage.ts";
import { parseJournal } from "./journal-schema.ts";

const text = z.string();
const texts = z.array(text).readonly();
const agent = z.enum(agentNames as readonly [AgentName, ...AgentName[]]);
const stage = z.enum(stages);
const checkpoint = z.enum(["pre-planning", "post-plan", "post-tasks"]);
const gate = z.enum(["clarify", "checklist", "analyze"]);
const share = z.number().min(0).max(1);
const count = z.int().min(0);
const json = z.record(text, z.json()) as unknown as z.ZodType<JsonObject>;

const limits: z.ZodType<BudgetLimits> = z.strictObject({
	maxAttempts: z.exactOptional(z.number().min(0)),
	maxWallMs: z.exactOptional(z.number().min(0)),
	maxTokens: z.exactOptional(z.number().min(0)),
	maxCostUsd: z.exactOptional(z.number().min(0)),
});

const spend: z.ZodType<BudgetSpend> = z.strictObject({
	attempts: z.number().min(0),
	wallMs: z.number().min(0),
	tokens: z.number().min(0),
	costUsd: z.number().min(0),
});

const roster = z.array(agent).readonly();

const settings: z.ZodType<RunSettings> = z.strictObject({
	rosters: z.strictObject({
		plan: roster,
		tasks: roster,
		implement: roster,
		validate: roster,
		audit: roster,
		unlock: roster,
	}),
	gateRoster: roster,
	aggregators: roster,
	arbiter: agent,
	consensus: z.strictObject({
		mode: z.enum(["multi", "single"]),
		threshold: share,
		similarity: share,
		quorum: share,
		allowDegraded: z.boolean(),
		majority: z.boolean(),
	}),
	qualityGates: z.strictObject({ enabled: z.boolean(), maxQuestions: count }),
	retries: z.strictObject({ agent: count, validate: count }),
	executes: z.exactOptional(z.boolean()),
});

const foundIssue: z.ZodType<FoundIssue> = z.strictObject({
	id: text,
	gate,
	source: z.union([agent, z.literal("native")]),
	question: text,
	answer: text,
	confidence: z.enum(["high", "medium", "low"]),
	magnitude: z.enum(["critical", "important", "minor"]),
	resolvability: z.enum(["auto-fix", "suggest-fix", "need-human"]),
	context: text,
	reasoning: text,
	suggestedFix: z.exactOptional(text),
	affectedArtifacts: texts,
});

const answer: z.ZodType<Answer> = z.discriminatedUnion("kind", [
	z.strictObject({ id: text, kind: z.literal("answered"), text }),
	z.strictObject({ id: text, kind: z.literal("skipped") }),
]);

const callResult: z.ZodType<CallResult> = z.discriminatedUnion("kind", [
	z.strictObject({ kind: z.literal("answered"), content: json, model: text, spend }),
	z.strictObject({ kind: z.literal("invalid"), errors: texts, model: text, spend }),
	z.strictObject({ kind: z.enum(["failed", "missing", "timed_out", "limit"]), reason: text, spend }),
]);

const applied: z.ZodType<AppliedResolution> = z.strictObject({
	issueId: text,
	path: z.exactOptional(text),
	error: z.exactOptional(text),
});

const at = { atMs: z.number().min(0) };

const eventSchema: z.ZodType<PipelineEvent> = z.discriminatedUnion("type", [
	z.strictObject({
		...at,
		type: z.literal("run_started"),
		runId: text.min(1),
		specId: text.min(1),
		goal: text,
		stages: z.array(stage).min(1).readonly(),
		halMode: z.enum(["mock", "live"]),
		settings,
		limits,
	}),
	z.strictObject({
		...at,
		type: z.literal("run_resumed"),
		limits: z.exactOptional(limits),
		from: z.exactOptional(stage),
	}),
	z.strictObject({ ...at, type: z.literal("native_issues_found"), checkpoint, issues: z.array(foundIssue).readonly() }),
	z.strictObject({ ...at, type: z.literal("call_started"), callId: text, limits }),
	z.strictObject({ ...at, type: z.literal("call_finished"), callId: text, result: callResult }),
	z.strictObject({
		...at,
		type: z.literal("guardrail_finished"),
		stage,
		ok: z.boolean(),
		summary: text,
		failures: texts,
		warnings: texts,
		telemetryPath: z.exactOptional(text),
	}),
	z.strictObject({
		...at,
		type: z.literal("memory_recalled"),
		stage,
		hits: texts,
		failure: z.exactOptional(text),
	}),
	z.strictObject({ ...at, type: z.literal("person_answered"), answers: z.array(answer).readonly() }),
	z.strictObject({ ...at, type: z.literal("nobody_there") }),
	z.strictObject({
		...at,
		type: z.literal("resolutions_prepared"),
		checkpoint,
		applied: z.array(applied).readonly(),
		texts: z.array(z.strictObject({ path: text, sha256: text, text })).readonly(),
	}),
	z.strictObject({
		...at,
		type: z.literal("resolutions_applied"),
		checkpoint,
		applied: z.array(applied).readonly(),
		documents: texts,
		warnings: texts,
	}),
	z.strictObject({ ...at, type: z.literal("stage_written"), stage, documents: texts, warnings: texts }),
	z.strictObject({
		...at,
		type: z.literal("tasks_built"),
		outcome: z.enum(["done", "failed", "blocked", "limit"]),
		reason: text,
		documents: texts,
		warnings: texts,
		spend,
		unpricedCalls: count,
	}),
	z.strictObject({ ...at, type: z.literal("run_failed"), code: text, reason: text }),
	z.strictObject({ ...at, type: z.literal("run_cancelled") }),
]);

/** A journal as events. */
export type ReadEventsResult =
	| { readonly ok: true; readonly events: readonly PipelineEvent[] }
	/** `line` is from 1. */
	| { readonly ok: false; readonly line: number; readonly reason: string };

/** Reads a journal's lines. The first line that is no event of ours is the result: nothing is built on half a journal. */
export function readEvents(lines: readonly string[]): ReadEventsResult {
	const journal = parseJournal(lines);
	if (!journal.ok) return journal;
	const events: PipelineEvent[] = [];
	for (const { seq, atMs, event } of journal.records) {
		const parsed = eventSchema.safeParse({ ...event, atMs });
		if (!parsed.success) {
			const [issue] = parsed.error.issues;
			return { ok: false, line: seq, reason: `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? ""}` };
		}
		events.push(parsed.data);
	}
	return { ok: true, events };
}
