// Every path of evidence is made here and nowhere else, and read back here, so that writer and reader cannot drift apart.
// Paths are relative to the repository, with `/`. Ids are checked before they become part of one.

import { parseAgentName } from "../agent.ts";
import type { EvidenceKind } from "../host.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { type Checkpoint, parseStage, type Stage } from "../stage.ts";

/** Which folder a record belongs to: what guardrails did, or what agents said. */
export type EvidenceCategory = "commands" | "consensus";

/** Both categories. */
export const evidenceCategories: readonly EvidenceCategory[] = Object.freeze(["commands", "consensus"]);

/** The base of repositories that the fork worked in. Used when this folder exists and config names none. */
export const forkEvidenceDir: string = "docs/SPEC-OPS-004-integrated-coder-hooks/evidence";

/** The base otherwise. */
export const ownEvidenceDir: string = ".code/evidence";

/** The base to use: what config says, else the fork's when its folder exists, else our own. */
export function chooseEvidenceDir(configured: string | undefined, forkFolderExists: boolean): string {
	return configured ?? (forkFolderExists ? forkEvidenceDir : ownEvidenceDir);
}

/** `base` without a slash at its end. Throws `unsafe_path` for an absolute path, an empty one, or one with `..`, `.git` or `\`. */
export function requireEvidenceDir(base: string): string {
	const clean = base.replace(/\/+$/, "");
	const parts = clean.split("/");
	const bad =
		clean === "" || parts.some((part) => part === "" || part === "." || part === ".." || /^\.git$/i.test(part));
	if (bad || /[\\\0]|^[A-Za-z]:/.test(clean)) {
		throw new SpecKitError("unsafe_path", `The evidence folder \`${base}\` must be a plain path inside the repository`);
	}
	return clean;
}

/** `runId` when it may become part of a path (letters, digits and `-`, at most 80). Throws `invalid_run_id`. */
export function requireRunId(runId: string): string {
	if (/^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(runId)) return runId;
	throw new SpecKitError("invalid_run_id", "A run id consists of letters, digits and `-`");
}

/** Folder of a SPEC's records of one category. */
export function categoryFolder(base: string, category: EvidenceCategory, specId: string): string {
	return `${requireEvidenceDir(base)}/${category}/${requireSpecId(specId)}`;
}

/** The lock of a SPEC: a folder while it is held. Not the `.lock` file that the fork made and never removed. */
export function lockPath(base: string, specId: string): string {
	return `${requireEvidenceDir(base)}/.locks/${requireSpecId(specId)}.lock.d`;
}

/** The chain of a SPEC: one line a record. */
export function chainPath(base: string, specId: string): string {
	return `${requireEvidenceDir(base)}/chain/${requireSpecId(specId)}.jsonl`;
}

/** How far the chain of a SPEC went: its last record. */
export function headPath(base: string, specId: string): string {
	return `${requireEvidenceDir(base)}/chain/${requireSpecId(specId)}.head.json`;
}

/** Folder of a SPEC's runs. */
export function runsFolder(base: string, specId: string): string {
	return `${requireEvidenceDir(base)}/runs/${requireSpecId(specId)}`;
}

/** The journal of a run. */
export function journalPath(base: string, specId: string, runId: string): string {
	return `${runsFolder(base, specId)}/${requireRunId(runId)}/journal.jsonl`;
}

/** Folder of a SPEC's archives. */
export function archiveFolder(base: string, specId: string): string {
	return `${requireEvidenceDir(base)}/archive/${requireSpecId(specId)}`;
}

/** The UTC time in names, `20251018T000000123Z`: sorts as it passes. `atMs` is milliseconds since 1970. */
export function utcBasic(atMs: number): string {
	return new Date(atMs).toISOString().replaceAll(/[-:.]/g, "");
}

/** What a record's name is made of. */
export interface EvidenceNameParts {
	/** A stage, or the checkpoint of a gate. */
	readonly stage: string;
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly runId: string;
	readonly kind: EvidenceKind;
	readonly agent?: string;
	/** Text records end in `.log` or, as backups of documents, in `.md`. */
	readonly text: boolean;
}

const checkpoints: readonly Checkpoint[] = ["pre-planning", "post-plan", "post-tasks"];

function stagePart(stage: string): string {
	const parsed = parseStage(stage);
	if (parsed !== undefined) return `spec-${parsed}`;
	const checkpoint = checkpoints.find((name) => name === stage);
	if (checkpoint !== undefined) return `quality-gate-${checkpoint}`;
	throw new SpecKitError("unknown_stage", `\`${stage}\` is neither a stage nor a checkpoint`);
}

/**
 * The name of a record: `spec-<stage>_<UTC time>_<run>_<kind>[_<agent>].json`, with `quality-gate-<checkpoint>` in place of
 * `spec-<stage>` for gates. Throws `unknown_stage`, `invalid_run_id`, and `invalid_field_value` for an agent that is none.
 */
export function evidenceName(parts: EvidenceNameParts): string {
	const agent = parts.agent === undefined ? undefined : parseAgentName(parts.agent);
	if (parts.agent !== undefined && agent === undefined) {
		throw new SpecKitError("invalid_field_value", `\`${parts.agent}\` is no agent`);
	}
	const extension = parts.text ? (parts.kind === "backup" ? "md" : "log") : "json";
	const name = [stagePart(parts.stage), utcBasic(parts.atMs), requireRunId(parts.runId), parts.kind];
	return `${[...name, ...(agent === undefined ? [] : [agent])].join("_")}.${extension}`;
}

/** What a file of evidence is, judged by its name alone. */
export interface ParsedEvidenceName {
	/** `fork` covers all older ways of naming. */
	readonly scheme: "current" | "fork";
	readonly kind: EvidenceKind | "quality-gate" | "hal" | "baseline" | "metrics";
	readonly stage?: Stage;
	readonly checkpoint?: Checkpoint;
	readonly runId?: string;
	/** As written; may be no canonical agent in old names. */
	readonly agent?: string;
	/** Milliseconds since 1970, when the name tells. */
	readonly atMs?: number;
}

const currentName =
	/^(?:spec-([a-z]+)|quality-gate-([a-z-]+))_(\d{8}T\d{9}Z)_([A-Za-z0-9][A-Za-z0-9-]{0,79})_(artifact|verdict|telemetry|synthesis|transcript|gate|backup|log|cost|build)(?:_([a-z_]+))?\.(json|log|md)$/;

const timeIn = /(\d{4})-?(\d{2})-?(\d{2})[T_-]?(\d{2})[_:-]?(\d{2})[_:-]?(\d{2})(?:[._]?(\d{3}))?Z?/;

/** The first time in an older name, in any of the forms that were used. */
function timeOf(name: string): number | undefined {
	const match = timeIn.exec(name);
	if (match === null) return undefined;
	const [, year, month, day, hour, minute, second, milli = "000"] = match;
	const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
	return Number.isNaN(time) ? undefined : time;
}

function parseCurrent(name: string): ParsedEvidenceName | undefined {
	const match = currentName.exec(name);
	if (match === null) return undefined;
	const [, stageWord, checkpointWord, time = "", runId = "", kind, agent] = match;
	const stage = stageWord === undefined ? undefined : parseStage(stageWord);
	const checkpoint = checkpoints.find((word) => word === checkpointWord);
	const evidenceKind = evidenceKinds.find((word) => word === kind);
	if ((stage === undefined && checkpoint === undefined) || evidenceKind === undefined) return undefined;
	const atMs = Date.parse(
		time.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/, "$1-$2-$3T$4:$5:$6.$7Z"),
	);
	if (Number.isNaN(atMs)) return undefined;
	return {
		scheme: "current",
		kind: evidenceKind,
		runId,
		atMs,
		...(stage === undefined ? {} : { stage }),
		...(checkpoint === undefined ? {} : { checkpoint }),
		...(agent === undefined ? {} : { agent }),
	};
}

/** All kinds of records. */
export const evidenceKinds: readonly EvidenceKind[] = Object.freeze([
	"artifact",
	"verdict",
	"telemetry",
	"synthesis",
	"transcript",
	"gate",
	"backup",
	"log",
	"cost",
	"build",
]);

type OldKind = Pick<ParsedEvidenceName, "kind" | "agent">;

/** What the rest of an older name, after the stage, says; the session ids of guardrails say nothing. */
function oldKindOf(rest: string, category: EvidenceCategory): OldKind {
	const suffix = /(?:^|_)(artifact|verdict|telemetry|synthesis|metrics)(?:_[0-9TZ_:.-]+)?\.jsonl?$/.exec(rest)?.[1];
	if (suffix === "artifact") {
		const agent = /^(.*?)_?\d{8}T\d{6}Z_artifact\.json$/.exec(rest)?.[1];
		return { kind: "artifact", ...(agent === undefined || agent === "" ? {} : { agent }) };
	}
	if (suffix === "metrics") return { kind: "metrics" };
	const known = evidenceKinds.find((kind) => kind === suffix);
	if (known !== undefined) return { kind: known };
	if (category === "commands") return { kind: rest.endsWith(".log") ? "log" : "telemetry" };
	const agent = /_([a-z][a-z0-9_]*)\.json$/i.exec(rest)?.[1];
	return { kind: "artifact", ...(agent === undefined ? {} : { agent }) };
}

function parseOld(name: string, category: EvidenceCategory): ParsedEvidenceName | undefined {
	const atMs = timeOf(name);
	const time = atMs === undefined ? {} : { atMs };
	const gate = /^SPEC-.+_quality-gate-(pre-planning|post-plan|post-tasks)_.*\.json$/i.exec(name)?.[1];
	const checkpoint = checkpoints.find((word) => word === gate);
	if (checkpoint !== undefined) return { scheme: "fork", kind: "quality-gate", checkpoint, ...time };
	if (/-hal-[a-z0-9_-]+\.json$/i.test(name)) return { scheme: "fork", kind: "hal", ...time };
	if (/^baseline_.*\.md$/.test(name)) return { scheme: "fork", kind: "baseline", ...time };
	// `spec-plan_…`, `SPEC-KIT-1_spec-plan_…`, and the `plan_…` that the fork's reader looked for.
	const match =
		/^(?:SPEC-[A-Za-z0-9_-]+?_)?(?:spec-)?(plan|tasks|implement|validate|audit|review|unlock)_(.+\.(?:jsonl?|log))$/.exec(
			name,
		);
	const stage = match?.[1] === undefined ? undefined : parseStage(match[1]);
	if (stage === undefined) return undefined;
	return { scheme: "fork", stage, ...oldKindOf(match?.[2] ?? "", category), ...time };
}

/** What a file of evidence is by its name, in our scheme or any of the fork's; `undefined` for a name that is none. */
export function parseEvidenceName(name: string, category: EvidenceCategory): ParsedEvidenceName | undefined {
	return parseCurrent(name) ?? parseOld(name, category);
}
