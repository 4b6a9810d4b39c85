// What a quality gate does in the repository: our own checks of the documents, and the agreed answers written into them,
// each with the text before it kept as evidence.

import type { JsonObject } from "@codex/protocol";
import type { SpecKitHost } from "../host.ts";
import type { Answer } from "../issue.ts";
import { checkpointGates, type Effect } from "../pipeline/effect.ts";
import type { AppliedResolution, PreparedDocument, UntimedEvent } from "../pipeline/event.ts";
import type { GatePlan, RunState } from "../pipeline/state.ts";
import { applyResolution, resolutionTarget } from "../quality/apply-resolution.ts";
import type { MergedIssue } from "../quality/merged-issue.ts";
import { nativeIssues } from "../quality/native-issues.ts";
import { type GateEntry, renderGate } from "../render/render-gate.ts";
import { loadTemplates } from "../render/templates.ts";
import type { Checkpoint, Gate } from "../stage.ts";
import { findPacket, type Packet, readDocuments } from "./packet-context.ts";

/** Runs our own checks of a checkpoint. Rejects as the host's files do. */
export async function performCheck(host: SpecKitHost, state: RunState, checkpoint: Checkpoint): Promise<UntimedEvent> {
	const packet = await findPacket(host, state.specId);
	const { documents } = await readDocuments(host, packet);
	const issues = checkpointGates[checkpoint].flatMap((gate) => nativeIssues(gate, documents));
	return { type: "native_issues_found", checkpoint, issues };
}

const hashOf = (host: SpecKitHost, text: string): string => host.sha256(new TextEncoder().encode(text));

/** Works a checkpoint's answers into the texts of its documents; writes nothing. Rejects as the host's files do. */
export async function performPrepare(
	host: SpecKitHost,
	state: RunState,
	{ checkpoint, plan }: Extract<Effect, { readonly type: "prepare" }>,
): Promise<UntimedEvent> {
	const packet = await findPacket(host, state.specId);
	const before = new Map<string, string>();
	const after = new Map<string, string>();
	const applied: AppliedResolution[] = [];
	for (const { issue, answer } of plan.resolutions) {
		const path = resolutionTarget(issue, packet.files);
		if (path === undefined) {
			applied.push({ issueId: issue.id, error: "no document of the packet takes this answer" });
			continue;
		}
		if (!before.has(path)) before.set(path, (await host.files.read(path)) ?? "");
		const result = applyResolution(after.get(path) ?? before.get(path) ?? "", issue, answer);
		if ("error" in result) applied.push({ issueId: issue.id, error: result.error });
		else {
			after.set(path, result.text);
			applied.push({ issueId: issue.id, path });
		}
	}
	const texts = [...after].map(([path, text]) => ({ path, sha256: hashOf(host, before.get(path) ?? ""), text }));
	return { type: "resolutions_prepared", checkpoint, applied, texts };
}

/** Writes one prepared text, keeping what stood there. Answers with what is wrong when somebody else changed the file. */
async function writePrepared(
	host: SpecKitHost,
	state: RunState,
	{ checkpoint, document }: { readonly checkpoint: Checkpoint; readonly document: PreparedDocument },
): Promise<string | undefined> {
	const { path, sha256, text } = document;
	const current = (await host.files.read(path)) ?? "";
	if (current === text) return undefined;
	if (hashOf(host, current) !== sha256) return `${path} was changed meanwhile and was left alone`;
	const { specId, runId } = state;
	const content = `${path}\n\n${current}`;
	await host.evidence.write({ specId, runId, category: "consensus", kind: "backup", stage: checkpoint, content });
	await host.files.write(path, text);
	return undefined;
}

function outcomeOf(issue: MergedIssue, plan: GatePlan, applied: readonly AppliedResolution[]): GateEntry["outcome"] {
	const done = applied.find(({ issueId }) => issueId === issue.id);
	if (done !== undefined) {
		if (done.error !== undefined) return "failed";
		return plan.resolutions.find((resolution) => resolution.issue.id === issue.id)?.by === "person"
			? "answered"
			: "applied";
	}
	return plan.skipped.includes(issue.id) ? "skipped" : "deferred";
}

function entryOf(issue: MergedIssue, plan: GatePlan, applied: readonly AppliedResolution[]): GateEntry {
	const answer = plan.resolutions.find((resolution) => resolution.issue.id === issue.id)?.answer ?? "";
	return {
		question: issue.question,
		answer,
		magnitude: issue.magnitude,
		confidence: issue.confidence,
		outcome: outcomeOf(issue, plan, applied),
		views: { ...issue.answers, ...(issue.native ? { native: issue.suggestedFix ?? "" } : {}) },
	};
}

const agreementWord = { high: "unanimous", medium: "majority", low: "none" } as const;

function detailOf(issue: MergedIssue, plan: GatePlan): JsonObject {
	const resolution = plan.resolutions.find((one) => one.issue.id === issue.id);
	return {
		issue_id: issue.id,
		question: issue.question,
		gate_type: issue.gate,
		agent_answers: { ...issue.answers },
		agreement: agreementWord[issue.confidence],
		...(resolution === undefined
			? {}
			: resolution.by === "person"
				? { human_answer: resolution.answer }
				: { applied_answer: resolution.answer }),
		affected_artifacts: [...issue.affectedArtifacts],
	};
}

/** The checkpoint's record: its own issues alone, whoever settled them. */
function recordOf(
	state: RunState,
	checkpoint: Checkpoint,
	{ plan, atMs }: { plan: GatePlan; atMs: number },
): JsonObject {
	const byAgents = new Set(plan.resolutions.filter(({ by }) => by !== "person").map(({ issue }) => issue.id));
	const automatic = plan.issues.filter(({ id }) => byAgents.has(id));
	const escalated = plan.ask;
	return {
		command: "quality-gate",
		specId: state.specId,
		run_id: state.runId,
		checkpoint,
		timestamp: new Date(atMs).toISOString(),
		schemaVersion: "v1.1",
		gates: [...checkpointGates[checkpoint]],
		summary: {
			total_issues: plan.issues.length,
			auto_resolved: automatic.length,
			escalated: escalated.length,
			deferred: plan.deferred.length,
			skipped: plan.skipped.length,
		},
		auto_resolved_details: automatic.map((issue) => detailOf(issue, plan)),
		escalated_details: escalated.map((issue) => detailOf(issue, plan)),
		deferred_details: plan.issues.filter(({ id }) => plan.deferred.includes(id)).map((issue) => detailOf(issue, plan)),
	};
}

async function writeReports(
	host: SpecKitHost,
	state: RunState,
	written: {
		readonly packet: Packet;
		readonly checkpoint: Checkpoint;
		readonly plan: GatePlan;
		readonly applied: readonly AppliedResolution[];
	},
): Promise<readonly string[]> {
	const { packet, checkpoint, plan, applied } = written;
	if (plan.issues.length === 0) return [];
	const templates = await loadTemplates((path) => host.files.read(path));
	const recordedAt = new Date(host.nowMs()).toISOString();
	const paths: string[] = [];
	const gates = new Set<Gate>(plan.issues.map(({ gate }) => gate));
	for (const gate of gates) {
		const entries = plan.issues.filter((issue) => issue.gate === gate).map((issue) => entryOf(issue, plan, applied));
		const { path, markdown } = renderGate(gate, { specId: state.specId, checkpoint, recordedAt, entries }, templates);
		await host.files.write(`${packet.folder}/${path}`, markdown);
		paths.push(`${packet.folder}/${path}`);
	}
	return paths;
}

/** Writes a checkpoint's documents, reports and record. Rejects as the host's files and evidence do. */
export async function performApply(
	host: SpecKitHost,
	state: RunState,
	{ checkpoint, plan, prepared }: Extract<Effect, { readonly type: "apply" }>,
): Promise<UntimedEvent> {
	const packet = await findPacket(host, state.specId);
	const problems = new Map<string, string>();
	for (const document of prepared.texts) {
		const problem = await writePrepared(host, state, { checkpoint, document });
		if (problem !== undefined) problems.set(document.path, problem);
	}
	const applied = prepared.applied.map((one): AppliedResolution => {
		const error = one.path === undefined ? undefined : problems.get(one.path);
		return error === undefined ? one : { issueId: one.issueId, error };
	});
	const reports = await writeReports(host, state, { packet, checkpoint, plan, applied });
	const { specId, runId } = state;
	const content = recordOf(state, checkpoint, { plan, atMs: host.nowMs() });
	await host.evidence.write({ specId, runId, category: "consensus", kind: "gate", stage: checkpoint, content });
	const documents = [...new Set([...applied.flatMap(({ path }) => path ?? []), ...reports])];
	const warnings = applied.flatMap(({ issueId, error }) =>
		error === undefined ? [] : [`${issueId} was not written: ${error}`],
	);
	return { type: "resolutions_applied", checkpoint, applied, documents, warnings };
}

/** Answers that were given beforehand (an answers file), as answers to these questions. */
export function givenAnswers(
	questionIds: readonly string[],
	given: readonly { readonly id: string; readonly answer: string }[],
): readonly Answer[] {
	return questionIds.flatMap((id): Answer[] => {
		const found = given.find((answer) => answer.id === id);
		if (found === undefined) return [];
		return [found.answer.trim() === "" ? { id, kind: "skipped" } : { id, kind: "answered", text: found.answer }];
	});
}
