// The status of one SPEC as data: packet, tracker, stages, evidence, agents, warnings. Reads through the host's files and
// evidence; a file that cannot be read is a warning and costs nothing else.

import { toError } from "@codex/protocol";
import { parseAgentName } from "./agent.ts";
import type { SpecKitConfig } from "./config.ts";
import { type ParsedEvidenceName, parseEvidenceName } from "./evidence/evidence-paths.ts";
import { type FootprintLevel, footprintLevel } from "./evidence/retention.ts";
import type { StoredVerdict } from "./evidence/stored-record.ts";
import { evaluateTelemetry, type GuardrailTelemetry, type TelemetryEvaluation } from "./guardrail/telemetry.ts";
import type { EvidenceStore, SpecKitFiles } from "./host.ts";
import { packetFolder, packetNames, packetsFolder, requireSpecId, trackerPath } from "./packet/packet-layout.ts";
import { readTracker, type TrackerRow, trackerRowOf } from "./packet/tracker.ts";
import { readArtifact, readVerdict } from "./schema/evidence-schema.ts";
import { readTelemetry } from "./schema/telemetry-schema.ts";
import { type Stage, stages, stageTitle } from "./stage.ts";

/** What a status is made from. */
export interface StatusInput {
	readonly files: SpecKitFiles;
	readonly evidence: EvidenceStore;
	readonly config: SpecKitConfig;
	readonly specId: string;
	/** Milliseconds since 1970. */
	readonly nowMs: number;
	/** Hours after which telemetry counts as old. Default 24. */
	readonly staleHours?: number;
	/** Sizes, when the caller knows them (`evidenceStats`). Without them texts are measured. */
	readonly footprint?: {
		readonly bytes: number;
		readonly largest: readonly { readonly path: string; readonly bytes: number }[];
	};
}

/** How a stage stands: `pending` has neither guardrail nor consensus. */
export type StageCue = "pass" | "warn" | "pending";

/** One agent in a stage. */
export interface AgentCoverage {
	/** Canonical where it can be; else as written. */
	readonly agent: string;
	readonly status: "ok" | "conflict" | "error";
	readonly model?: string;
	readonly reasoningMode?: string;
}

/** One stage. */
export interface StageStatus {
	readonly stage: Stage;
	readonly cue: StageCue;
	/** The newest telemetry of its guardrail. */
	readonly guardrail?: {
		readonly path: string;
		readonly ok: boolean;
		readonly summary: string;
		readonly failures: readonly string[];
		/** Milliseconds since 1970. */
		readonly updatedAtMs?: number;
		readonly stale: boolean;
		readonly hal?: string;
		readonly policyFinal?: string;
	};
	/** Of the newest verdict, or of the newest artifacts when there is none. */
	readonly consensus: StoredVerdict["status"] | "missing";
	readonly agents: readonly AgentCoverage[];
}

/** Status of a SPEC. */
export interface SpecStatus {
	readonly specId: string;
	readonly packet: {
		readonly folder: string;
		readonly exists: boolean;
		readonly documents: readonly { readonly name: string; readonly present: boolean }[];
	};
	/** Its row in the tracker, when it has one. */
	readonly tracker?: TrackerRow;
	readonly stages: readonly StageStatus[];
	readonly evidence: {
		readonly bytes: number;
		readonly level: FootprintLevel;
		readonly largest: readonly { readonly path: string; readonly bytes: number }[];
		readonly latest?: string;
	};
	/** One sentence each. */
	readonly warnings: readonly string[];
}

interface EvidenceFile {
	readonly path: string;
	readonly parsed: ParsedEvidenceName;
}

class StatusReader {
	readonly warnings: string[] = [];
	readonly #input: StatusInput;
	readonly #texts = new Map<string, string>();

	constructor(input: StatusInput) {
		this.#input = input;
	}

	async list(specId: string, category: "commands" | "consensus"): Promise<readonly EvidenceFile[]> {
		try {
			const paths = await this.#input.evidence.list(specId, category);
			return paths.flatMap((path) => {
				const parsed = parseEvidenceName(path.slice(path.lastIndexOf("/") + 1), category);
				return parsed === undefined ? [] : [{ path, parsed }];
			});
		} catch (thrown) {
			this.warnings.push(`The evidence of ${category} cannot be listed: ${toError(thrown).message}`);
			return [];
		}
	}

	async text(path: string): Promise<string | undefined> {
		const known = this.#texts.get(path);
		if (known !== undefined) return known;
		try {
			const text = await this.#input.evidence.read(path);
			if (text !== undefined) this.#texts.set(path, text);
			return text;
		} catch (thrown) {
			this.warnings.push(`${path} cannot be read: ${toError(thrown).message}`);
			return undefined;
		}
	}
}

const timeOf = (iso: string | undefined): number | undefined => {
	const time = iso === undefined ? Number.NaN : Date.parse(iso);
	return Number.isNaN(time) ? undefined : time;
};

interface NewestTelemetry {
	readonly path: string;
	readonly telemetry: GuardrailTelemetry;
	readonly evaluation: TelemetryEvaluation;
	readonly atMs: number | undefined;
}

/** The newest by the time in the file, then by the time in its name; what cannot be read is a warning. */
async function newestTelemetry(
	reader: StatusReader,
	stage: Stage,
	commands: readonly EvidenceFile[],
): Promise<NewestTelemetry | undefined> {
	let newest: NewestTelemetry | undefined;
	for (const { path, parsed } of commands) {
		if (parsed.stage !== stage || parsed.kind !== "telemetry") continue;
		const text = await reader.text(path);
		if (text === undefined) continue;
		const read = readTelemetry(stage, text);
		if (!read.ok) {
			reader.warnings.push(`${path} is no telemetry: ${read.failures[0] ?? "unknown"}`);
			continue;
		}
		const atMs = timeOf(read.telemetry.timestamp) ?? parsed.atMs;
		if (newest !== undefined && (atMs ?? 0) < (newest.atMs ?? 0)) continue;
		newest = { path, telemetry: read.telemetry, evaluation: evaluateTelemetry(read.telemetry), atMs };
	}
	return newest;
}

interface StageConsensus {
	readonly status: StageStatus["consensus"];
	readonly agents: readonly AgentCoverage[];
}

async function agentsOf(reader: StatusReader, files: readonly EvidenceFile[]): Promise<readonly AgentCoverage[]> {
	const byAgent = new Map<string, AgentCoverage>();
	for (const { path, parsed } of files) {
		if (parsed.kind !== "artifact") continue;
		const text = await reader.text(path);
		if (text === undefined) continue;
		const artifact = readArtifact(text);
		if (artifact === undefined) {
			reader.warnings.push(`${path} is no artifact of an agent`);
			continue;
		}
		const word = artifact.agent ?? parsed.agent ?? "unknown";
		const agent = parseAgentName(word) ?? word.toLowerCase();
		const status = artifact.error !== undefined ? "error" : artifact.conflicts.length > 0 ? "conflict" : "ok";
		// Oldest first: the newest of an agent stays.
		byAgent.set(agent, {
			agent,
			status,
			...(artifact.model === undefined ? {} : { model: artifact.model }),
			...(artifact.reasoningMode === undefined ? {} : { reasoningMode: artifact.reasoningMode }),
		});
	}
	return [...byAgent.values()];
}

async function consensusOf(
	reader: StatusReader,
	stage: Stage,
	consensus: readonly EvidenceFile[],
): Promise<StageConsensus> {
	const files = consensus.filter(({ parsed }) => parsed.stage === stage);
	// Newest first; a verdict outranks the synthesis of the same run, which comes after it.
	const verdicts = files.filter(({ parsed }) => parsed.kind === "verdict" || parsed.kind === "synthesis").toReversed();
	for (const { path } of verdicts) {
		const text = await reader.text(path);
		if (text === undefined) continue;
		const verdict = readVerdict(text);
		if (verdict === undefined) {
			reader.warnings.push(`${path} is no verdict`);
			continue;
		}
		const own = verdict.runId === undefined ? files : files.filter(({ parsed }) => parsed.runId === verdict.runId);
		return { status: verdict.status, agents: await agentsOf(reader, own) };
	}
	const agents = await agentsOf(reader, files);
	if (agents.length === 0) return { status: "missing", agents };
	return { status: agents.some(({ status }) => status !== "ok") ? "conflict" : "ok", agents };
}

function stageWarnings(stage: StageStatus, staleHours: number): readonly string[] {
	const title = stageTitle(stage.stage);
	const { guardrail } = stage;
	const warnings = (guardrail?.failures ?? []).map((failure) => `${title}: ${failure}`);
	if (guardrail?.policyFinal === "failed") warnings.push(`${title}: the final policy failed`);
	if (guardrail?.stale === true) warnings.push(`${title}: telemetry is older than ${staleHours} h`);
	if (stage.consensus === "conflict") warnings.push(`${title}: the agents disagree`);
	if (stage.consensus === "degraded" || stage.consensus === "no_quorum") warnings.push(`${title}: agents are missing`);
	return warnings;
}

async function stageStatus(
	reader: StatusReader,
	input: StatusInput,
	stage: Stage,
	files: { readonly commands: readonly EvidenceFile[]; readonly consensus: readonly EvidenceFile[] },
): Promise<StageStatus> {
	const newest = await newestTelemetry(reader, stage, files.commands);
	const { status, agents } = await consensusOf(reader, stage, files.consensus);
	const staleMs = (input.staleHours ?? 24) * 3_600_000;
	const stale = newest?.atMs !== undefined && input.nowMs - newest.atMs > staleMs;
	const guardrail =
		newest === undefined
			? {}
			: {
					guardrail: {
						path: newest.path,
						ok: newest.evaluation.success,
						summary: newest.evaluation.summary,
						failures: newest.evaluation.failures,
						...(newest.atMs === undefined ? {} : { updatedAtMs: newest.atMs }),
						stale,
						...(newest.telemetry.hal === undefined ? {} : { hal: newest.telemetry.hal.status }),
						...(newest.telemetry.policy?.final === undefined ? {} : { policyFinal: newest.telemetry.policy.final }),
					},
				};
	const made: StageStatus = { stage, cue: "pending", consensus: status, agents, ...guardrail };
	if (newest === undefined && status === "missing") return made;
	return { ...made, cue: stageWarnings(made, input.staleHours ?? 24).length > 0 ? "warn" : "pass" };
}

async function packetOf(input: StatusInput, specId: string): Promise<SpecStatus["packet"]> {
	const below = await input.files.list(packetsFolder);
	const folder = packetFolder(specId, packetNames(below));
	const present = new Set(below);
	const names = ["PRD.md", "spec.md", "plan.md", "tasks.md"];
	return {
		folder,
		exists: below.some((path) => path.startsWith(`${folder}/`)),
		documents: names.map((name) => ({ name, present: present.has(`${folder}/${name}`) })),
	};
}

async function measured(
	reader: StatusReader,
	input: StatusInput,
	files: readonly EvidenceFile[],
): Promise<NonNullable<StatusInput["footprint"]>> {
	if (input.footprint !== undefined) return input.footprint;
	const sizes: { path: string; bytes: number }[] = [];
	const encoder = new TextEncoder();
	for (const { path } of files) {
		const text = await reader.text(path);
		if (text !== undefined) sizes.push({ path, bytes: encoder.encode(text).length });
	}
	const largest = sizes
		.toSorted((left, right) => right.bytes - left.bytes || (left.path < right.path ? -1 : 1))
		.slice(0, 3);
	return { bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0), largest };
}

async function trackerOf(reader: StatusReader, input: StatusInput, specId: string): Promise<TrackerRow | undefined> {
	const text = await input.files.read(trackerPath);
	if (text === undefined) {
		reader.warnings.push(`${trackerPath} does not exist`);
		return undefined;
	}
	const tracker = readTracker(text);
	if (!tracker.ok) {
		reader.warnings.push(tracker.reason);
		return undefined;
	}
	const row = trackerRowOf(tracker.rows, specId);
	if (row === undefined) reader.warnings.push(`${trackerPath} has no row of ${specId}`);
	return row;
}

/**
 * The status of a SPEC. Throws `invalid_spec_id`; rejects when the packet's files cannot be read at all. A missing or broken
 * file of evidence is a warning.
 */
export async function specStatus(input: StatusInput): Promise<SpecStatus> {
	const specId = requireSpecId(input.specId);
	const staleHours = input.staleHours ?? 24;
	const reader = new StatusReader(input);
	const packet = await packetOf(input, specId);
	const tracker = await trackerOf(reader, input, specId);
	const commands = await reader.list(specId, "commands");
	const consensus = await reader.list(specId, "consensus");
	const all: StageStatus[] = [];
	for (const stage of stages) all.push(await stageStatus(reader, input, stage, { commands, consensus }));
	const footprint = await measured(reader, input, [...commands, ...consensus]);
	const level = footprintLevel(footprint.bytes, input.config.evidence.softLimitBytes);
	const latest = [...commands, ...consensus].toSorted((a, b) => (b.parsed.atMs ?? 0) - (a.parsed.atMs ?? 0))[0];
	const warnings = [...reader.warnings];
	if (!packet.exists) warnings.push(`${packet.folder} does not exist`);
	else
		for (const { name, present } of packet.documents)
			if (!present) warnings.push(`${packet.folder}/${name} is missing`);
	for (const stage of all) warnings.push(...stageWarnings(stage, staleHours));
	if (level !== "ok") {
		const mebibytes = (footprint.bytes / 1024 / 1024).toFixed(1);
		warnings.push(`The evidence takes ${mebibytes} MiB${level === "critical" ? ", over its soft limit" : ""}`);
	}
	return {
		specId,
		packet,
		stages: all,
		evidence: {
			bytes: footprint.bytes,
			level,
			largest: footprint.largest,
			...(latest === undefined ? {} : { latest: latest.path }),
		},
		warnings: [...new Set(warnings)],
		...(tracker === undefined ? {} : { tracker }),
	};
}
