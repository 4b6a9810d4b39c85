// What a stage does in the world apart from its calls: guardrail, memory, and at its end the document, the evidence, the
// tracker and the mirror in long-term memory.

import { type JsonObject, toError } from "@codex/protocol";
import { isJsonObject } from "../consensus/json.ts";
import { type MarginalValue, marginalValue } from "../consensus/marginal-value.ts";
import { artifactRecord, verdictRecord } from "../evidence/stored-record.ts";
import { runGuardrail } from "../guardrail/run-guardrail.ts";
import type { EvidenceKind, SpecKitHost } from "../host.ts";
import { trackerPath } from "../packet/packet-layout.ts";
import { readTracker, type TrackerChange, trackerRowOf, updateTracker } from "../packet/tracker.ts";
import type { Effect } from "../pipeline/effect.ts";
import { rosterOf, type UntimedEvent } from "../pipeline/event.ts";
import type { RunState } from "../pipeline/state.ts";
import { renderStage } from "../render/render-stage.ts";
import { loadTemplates } from "../render/templates.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { type Stage, stageKey } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { findPacket } from "./packet-context.ts";

/**
 * Runs the user's command before or after a stage.
 *
 * @throws SpecKitError `hook_failed` when it said no
 */
export async function runStageHook(
	host: SpecKitHost,
	about: Parameters<NonNullable<SpecKitHost["hook"]>>[0],
	signal: AbortSignal,
): Promise<void> {
	const refusal = await host.hook?.(about, signal);
	if (refusal !== undefined && !signal.aborted) throw new SpecKitError("hook_failed", refusal);
}

/** Runs a stage's guardrail. `undefined` when the run was cancelled meanwhile. */
export async function performGuardrail(
	host: SpecKitHost,
	state: RunState,
	{ stage, signal }: { readonly stage: Stage; readonly signal: AbortSignal },
): Promise<UntimedEvent | undefined> {
	const { specId, runId, halMode } = state;
	await runStageHook(host, { when: "before", stage, specId }, signal);
	if (signal.aborted) return undefined;
	const outcome = await runGuardrail({ host, specId, runId, stage, signal, halMode });
	if (signal.aborted) return undefined;
	const { ok, summary, failures, warnings, telemetryPath } = outcome;
	return {
		type: "guardrail_finished",
		stage,
		ok,
		summary,
		failures,
		warnings,
		...(telemetryPath === undefined ? {} : { telemetryPath }),
	};
}

const verdictTag = "consensus-verdict";

/** Whether a memory is a verdict of ours or of the fork: a run's verdict never goes into another run. */
function isVerdict(content: string): boolean {
	try {
		const value: unknown = JSON.parse(content);
		if (!isJsonObject(value)) return false;
		return value["kind"] === verdictTag || ("status" in value && ("missing_agents" in value || "agreements" in value));
	} catch {
		return false; // Prose, as memories are.
	}
}

// 8 hits are asked for and 5 of at most 160 characters used, as the reference has it.
const maxHits = 8;
const usedHits = 5;
const hitLength = 160;

/** Asks long-term memory once. A failure is told and does not stop the run. `undefined` when cancelled meanwhile. */
export async function performRecall(
	host: SpecKitHost,
	state: RunState,
	{ stage, signal }: { readonly stage: Stage; readonly signal: AbortSignal },
): Promise<UntimedEvent | undefined> {
	const query = { text: `${state.specId} ${stageKey(stage)}`, tags: [`spec:${state.specId}`], limit: maxHits };
	try {
		const found = await host.memory.search(query, signal);
		const hits = found
			.map(({ content }) => content.trim())
			.filter((content) => content !== "" && !isVerdict(content))
			.slice(0, usedHits)
			.map((content) => Array.from(content.replaceAll(/\s+/g, " ")).slice(0, hitLength).join(""));
		return signal.aborted ? undefined : { type: "memory_recalled", stage, hits };
	} catch (thrown) {
		if (signal.aborted) return undefined;
		return { type: "memory_recalled", stage, hits: [], failure: toError(thrown).message };
	}
}

async function mirror(host: SpecKitHost, verdict: Verdict, signal: AbortSignal): Promise<readonly string[]> {
	const { specId, stage, status, missing } = verdict;
	const content = JSON.stringify({
		kind: verdictTag,
		run_id: verdict.runId,
		spec_id: specId,
		stage: stageKey(stage),
		status,
		missing_agents: missing,
		agreements: verdict.agreed.map(({ list, key }) => `${list} ${key}`),
		conflicts: verdict.conflicts.map(({ list, key }) => `${list} ${key}`),
		promptVersion: verdict.promptVersion,
	});
	const tags = [`spec:${specId}`, `stage:${stageKey(stage)}`, verdictTag];
	try {
		await host.memory.store({ content, domain: "spec-kit", tags, importance: 8 }, signal);
		return [];
	} catch (thrown) {
		return [`The verdict of ${stage} could not be stored in memory: ${toError(thrown).message}`];
	}
}

/** Updates the SPEC's row, when there is a tracker. What cannot be updated is a warning. */
async function track(
	host: SpecKitHost,
	verdict: Verdict,
): Promise<{ readonly path?: string; readonly warnings: readonly string[] }> {
	const text = await host.files.read(trackerPath);
	if (text === undefined) return { warnings: [] };
	const tracker = readTracker(text);
	const row = tracker.ok ? trackerRowOf(tracker.rows, verdict.specId) : undefined;
	const isNew = row === undefined || row.cells.Status === "Backlog";
	const isApproved = verdict.stage === "unlock" && verdict.decision === "approved";
	const change: TrackerChange = {
		...(isApproved ? { Status: "In Review" } : isNew ? { Status: "In Progress" } : {}),
		...(row === undefined || row.cells.Owners === "" ? { Owners: "code" } : {}),
		...(verdict.stage === "validate" ? { "Last Validation": verdict.recordedAt.slice(0, 10) } : {}),
		...(row === undefined ? { Title: verdict.specId } : {}),
	};
	const updated = updateTracker(text, verdict.specId, change);
	if (!updated.ok) return { warnings: [`${trackerPath} was not updated: ${updated.reason}`] };
	if (updated.change === "unchanged") return { warnings: [] };
	await host.files.write(trackerPath, updated.text);
	return { path: trackerPath, warnings: [] };
}

function costRecord(state: RunState, verdict: Verdict, values: readonly MarginalValue[]): JsonObject {
	return {
		run_id: state.runId,
		spec_id: state.specId,
		stage: stageKey(verdict.stage),
		agents: state.stageCalls.map((call): JsonObject => {
			const value = values.find(({ agent }) => agent === call.agent);
			const isVoter = call.role !== "aggregator" && call.role !== "arbiter";
			return {
				agent: call.agent,
				role: call.role,
				model: call.model ?? null,
				state: call.state,
				attempts: call.spend.attempts,
				tokens: call.spend.tokens,
				cost_usd: call.spend.costUsd,
				wall_ms: call.spend.wallMs,
				...(isVoter && value !== undefined
					? {
							marginal: {
								agreed_items_added: value.added,
								agreed_items_prevented: value.prevented,
								conflicts_caused: value.conflicts,
								decision_changed: value.decisionChanged,
							},
						}
					: {}),
			};
		}),
		unpriced_calls: state.unpricedCalls,
	};
}

/** Writes what a stage came to. Rejects as the host's files and evidence do; mirror and tracker only warn. */
export async function performWrite(
	host: SpecKitHost,
	state: RunState,
	{ effect, signal }: { readonly effect: Extract<Effect, { readonly type: "write" }>; readonly signal: AbortSignal },
): Promise<UntimedEvent> {
	const { stage, verdict } = effect;
	const { specId, runId } = state;
	const packet = await findPacket(host, specId);
	const templates = await loadTemplates((path) => host.files.read(path));
	const previous = await host.files.read(`${packet.folder}/${stage}.md`);
	const document = renderStage(stage, verdict, templates, previous);
	const keep = (kind: EvidenceKind, content: JsonObject, agent?: Verdict["present"][number]): Promise<string> =>
		host.evidence.write({
			specId,
			runId,
			category: "consensus",
			kind,
			stage,
			content,
			...(agent === undefined ? {} : { agent }),
		});
	for (const artifact of verdict.artifacts) await keep("artifact", artifactRecord(artifact), artifact.agent);
	await keep("verdict", verdictRecord(verdict));
	const values = marginalValue({
		...verdict,
		roster: rosterOf(state.settings, stage),
		config: state.settings,
	});
	await keep("cost", costRecord(state, verdict, values));
	const path = `${packet.folder}/${document.path}`;
	await host.files.write(path, document.markdown);
	const tracked = await track(host, verdict);
	const warnings = [...tracked.warnings, ...(await mirror(host, verdict, signal))];
	const documents = [path, ...(tracked.path === undefined ? [] : [tracked.path])];
	// Where tasks are carried out, the stage is not over yet.
	if (stage !== "implement" || state.settings.executes !== true) {
		await runStageHook(host, { when: "after", stage, specId }, signal);
	}
	return { type: "stage_written", stage, documents, warnings };
}
