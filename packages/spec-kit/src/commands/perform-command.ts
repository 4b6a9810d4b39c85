// Does what a parsed command says, through the host alone. Both shells call this; what they show is their matter.

import type { BudgetLimits } from "@codex/protocol";
import { createPipeline, type GivenAnswer, type PipelineOptions } from "../driver/create-pipeline.ts";
import { findPacket } from "../driver/packet-context.ts";
import type { PipelineResult } from "../driver/result.ts";
import { type GateOutcome, runGate } from "../driver/run-gate.ts";
import { evidenceCategories } from "../evidence/evidence-paths.ts";
import type { StoredVerdict } from "../evidence/stored-record.ts";
import { type GuardrailOutcome, runGuardrail } from "../guardrail/run-guardrail.ts";
import type { SpecKitHost } from "../host.ts";
import { packetNames, packetsFolder, trackerPath } from "../packet/packet-layout.ts";
import { newSpecId } from "../packet/spec-id.ts";
import { updateTracker } from "../packet/tracker.ts";
import { renderPacket } from "../render/render-packet.ts";
import { loadTemplates } from "../render/templates.ts";
import { readVerdict } from "../schema/evidence-schema.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { type Gate, type Stage, stageKey, stages } from "../stage.ts";
import { type SpecStatus, specStatus } from "../status.ts";
import { commandCatalog } from "./catalog.ts";
import type { ParsedCommand } from "./command.ts";

/** What surrounds a command. */
export interface PerformOptions {
	readonly signal?: AbortSignal;
	readonly limits?: BudgetLimits;
	readonly answers?: readonly GivenAnswer[];
}

/** Evidence of one SPEC, counted. */
export interface EvidenceCount {
	readonly specId: string;
	/** Records of guardrails. */
	readonly commands: number;
	/** Records of agents and verdicts. */
	readonly consensus: number;
	/** Characters of all records. */
	readonly size: number;
}

/** What a command came to. */
export type CommandResult =
	| { readonly kind: "run"; readonly result: PipelineResult; readonly created?: readonly string[] }
	| { readonly kind: "guardrail"; readonly outcome: GuardrailOutcome }
	| { readonly kind: "gate"; readonly outcome: GateOutcome; readonly created?: readonly string[] }
	| { readonly kind: "status"; readonly status: SpecStatus }
	| { readonly kind: "evidence"; readonly counts: readonly EvidenceCount[] }
	| { readonly kind: "verdict"; readonly path: string; readonly verdict: StoredVerdict };

function specOf({ specId }: ParsedCommand): string {
	if (specId === undefined) throw new SpecKitError("missing_spec_id", "A SPEC-ID is needed");
	return specId;
}

async function run(
	host: SpecKitHost,
	options: Omit<PipelineOptions, "host">,
	{ signal, limits, answers }: PerformOptions,
): Promise<PipelineResult> {
	return createPipeline({
		host,
		...options,
		...(signal === undefined ? {} : { signal }),
		...(limits === undefined ? {} : { limits }),
		...(answers === undefined ? {} : { answers }),
	}).result;
}

/** Writes the first documents of a packet that has none of them; answers with their paths. */
async function scaffold(host: SpecKitHost, specId: string, description: string): Promise<readonly string[]> {
	const packet = await findPacket(host, specId);
	const templates = await loadTemplates((path) => host.files.read(path));
	const createdAt = new Date(host.nowMs()).toISOString();
	const written: string[] = [];
	for (const { path, markdown } of renderPacket({ specId, description, createdAt }, templates)) {
		const full = `${packet.folder}/${path}`;
		if (packet.files.includes(full)) continue;
		await host.files.write(full, markdown);
		written.push(full);
	}
	const tracker = await host.files.read(trackerPath);
	if (tracker === undefined) return written;
	const title = description.replaceAll(/\s+/g, " ").slice(0, 80);
	const updated = updateTracker(tracker, specId, { Title: title, PRD: `${packet.folder}/PRD.md` });
	if (!updated.ok || updated.change !== "added") return written;
	await host.files.write(trackerPath, updated.text);
	return [...written, trackerPath];
}

async function create(host: SpecKitHost, description: string, options: PerformOptions): Promise<CommandResult> {
	const existing = packetNames(await host.files.list(packetsFolder));
	const specId = newSpecId(description, existing);
	const created = await scaffold(host, specId, description);
	const result = await run(
		host,
		{ specId, goal: description, from: "plan", to: "tasks", qualityGates: false },
		options,
	);
	return { kind: "run", result, created };
}

/** A description that is added to a SPEC's document, once. */
async function describe(host: SpecKitHost, specId: string, description: string): Promise<readonly string[]> {
	const packet = await findPacket(host, specId);
	const path = `${packet.folder}/PRD.md`;
	const text = await host.files.read(path);
	const words = description.replaceAll(/\s+/g, " ").trim();
	if (text === undefined || words === "" || text.includes(words)) return [];
	const line = `- ${words}`;
	const heading = "## Added Requirements";
	const next = text.includes(heading)
		? text.replace(heading, () => `${heading}\n\n${line}`)
		: `${text.trimEnd()}\n\n${heading}\n\n${line}\n`;
	await host.files.write(path, next);
	return [path];
}

async function specify(host: SpecKitHost, command: ParsedCommand, signal: AbortSignal): Promise<CommandResult> {
	const specId = specOf(command);
	const description = command.text ?? "";
	const made = await scaffold(host, specId, description || specId);
	const created = made.length > 0 ? made : await describe(host, specId, description);
	return {
		kind: "gate",
		outcome: await runGate(host, { specId, gate: "clarify", signal, agents: host.config.tiers["2"] }),
		created,
	};
}

async function count(host: SpecKitHost, specId: string): Promise<EvidenceCount> {
	const numbers = { commands: 0, consensus: 0 };
	let size = 0;
	for (const category of evidenceCategories) {
		const paths = await host.evidence.list(specId, category);
		numbers[category] = paths.length;
		for (const path of paths) size += (await host.evidence.read(path))?.length ?? 0;
	}
	return { specId, ...numbers, size };
}

async function evidence(host: SpecKitHost, specId: string | undefined): Promise<CommandResult> {
	const packets = packetNames(await host.files.list(packetsFolder)).map((name) =>
		name.toUpperCase().replace(/^(SPEC-[A-Z0-9]+-\d+)-.*$/, "$1"),
	);
	const wanted = specId === undefined ? [...new Set(packets)] : [specId];
	const counts: EvidenceCount[] = [];
	for (const id of wanted) counts.push(await count(host, id));
	return { kind: "evidence", counts };
}

async function verdictOf(host: SpecKitHost, specId: string, stage: Stage): Promise<CommandResult> {
	const paths = await host.evidence.list(specId, "consensus");
	for (const path of paths.toReversed()) {
		const text = path.includes("verdict") ? await host.evidence.read(path) : undefined;
		const verdict = text === undefined ? undefined : readVerdict(text);
		if (verdict?.stage === stage) return { kind: "verdict", path, verdict };
	}
	throw new SpecKitError("no_consensus_found", `There is no verdict of ${stageKey(stage)} for ${specId}`);
}

/** Options of a run that a command names. */
function runOptions(command: ParsedCommand): Omit<PipelineOptions, "host"> {
	const { text, from, to, stages: wanted, halMode, qualityGates } = command;
	return {
		specId: specOf(command),
		...(text === undefined ? {} : { goal: text }),
		...(from === undefined ? {} : { from }),
		...(to === undefined ? {} : { to }),
		...(wanted === undefined ? {} : { stages: wanted }),
		...(halMode === undefined ? {} : { halMode }),
		...(qualityGates === undefined ? {} : { qualityGates }),
	};
}

function isStage(name: ParsedCommand["name"]): name is Stage {
	return stages.some((stage) => stage === name);
}

function isGuardrail(name: ParsedCommand["name"]): name is `guardrail.${Stage}` {
	return stages.some((stage) => name === `guardrail.${stage}`);
}

async function guard(host: SpecKitHost, command: ParsedCommand, { signal }: Surroundings): Promise<CommandResult> {
	const stage = stages.find((one) => command.name === `guardrail.${one}`) ?? "plan";
	const { halMode, allowDirty, baselineMode, allowFail, manifestPath } = command;
	const environment = {
		...host.config.environment,
		...(allowFail === true ? { SPEC_OPS_BASELINE_ALLOW_FAIL: "1" } : {}),
		...(manifestPath === undefined ? {} : { SPEC_OPS_CARGO_MANIFEST: manifestPath }),
	};
	const outcome = await runGuardrail({
		host: { ...host, config: { ...host.config, environment } },
		specId: specOf(command),
		runId: host.newId(),
		stage,
		signal,
		...(halMode === undefined ? {} : { halMode }),
		...(allowDirty === undefined ? {} : { allowDirty }),
		...(baselineMode === undefined ? {} : { baselineMode }),
	});
	return { kind: "guardrail", outcome };
}

interface Surroundings extends PerformOptions {
	readonly signal: AbortSignal;
}

type Handler = (host: SpecKitHost, command: ParsedCommand, options: Surroundings) => Promise<CommandResult>;

const pipeline: Handler = async (host, command, options) => ({
	kind: "run",
	result: await run(host, runOptions(command), options),
});

const gate =
	(name: Gate): Handler =>
	async (host, command, { signal }) => {
		const tier = commandCatalog.find((spec) => spec.name === name)?.tier;
		const agents = host.config.tiers[tier === "2-lite" ? "2-lite" : "2"];
		return { kind: "gate", outcome: await runGate(host, { specId: specOf(command), gate: name, signal, agents }) };
	};

const handlers: Readonly<Record<Exclude<ParsedCommand["name"], Stage | `guardrail.${Stage}`>, Handler>> = {
	auto: pipeline,
	"guardrail.auto": pipeline,
	new: (host, { text }, options) => {
		if (text === undefined) throw new SpecKitError("missing_field", "A description is needed");
		return create(host, text, options);
	},
	specify: (host, command, { signal }) => specify(host, command, signal),
	clarify: gate("clarify"),
	checklist: gate("checklist"),
	analyze: gate("analyze"),
	status: async (host, command) => {
		const { files, evidence: store, config } = host;
		const input = { files, evidence: store, config, specId: specOf(command), nowMs: host.nowMs() };
		const { staleHours } = command;
		return {
			kind: "status",
			status: await specStatus({ ...input, ...(staleHours === undefined ? {} : { staleHours }) }),
		};
	},
	"evidence.stats": (host, { specId }) => evidence(host, specId),
	consensus: (host, command) => {
		if (command.stage === undefined) throw new SpecKitError("missing_stage", "A stage is needed");
		return verdictOf(host, specOf(command), command.stage);
	},
};

/**
 * Performs a command. Rejects with `SpecKitError` for what cannot be done (`missing_spec_id`, `missing_field`,
 * `missing_stage`, `no_consensus_found`), and as the host's files and evidence do; what a run, a guardrail or a gate comes
 * to is a result. A stage's own command runs that stage without quality gates. On abort a run is cancelled and can be
 * resumed.
 */
export async function performCommand(
	host: SpecKitHost,
	command: ParsedCommand,
	options: PerformOptions = {},
): Promise<CommandResult> {
	const surroundings: Surroundings = { ...options, signal: options.signal ?? new AbortController().signal };
	const { name } = command;
	if (isStage(name)) {
		const only = { ...runOptions(command), stages: [name], qualityGates: false };
		return { kind: "run", result: await run(host, only, options) };
	}
	return isGuardrail(name) ? guard(host, command, surroundings) : handlers[name](host, command, surroundings);
}
