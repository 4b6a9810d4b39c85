// Telemetry of guardrails as bytes: one schema for what we write and what we read, and the repairs that old files need.
// Readers take schema versions 1 and 2, artifacts as texts or objects, and absolute paths.

import * as z from "zod";
import type { GuardrailTelemetry, ScenarioStatus } from "../guardrail/telemetry.ts";
import { type Stage, stages } from "../stage.ts";

const text = (field: string): z.ZodType<string> => {
	const error = (issue: { readonly input?: unknown }): string =>
		typeof issue.input === "string" || issue.input === null || issue.input !== undefined
			? `Field ${field} must be a non-empty string`
			: `Missing required string field ${field}`;
	return z
		.string({ error })
		.refine((value) => value.trim() !== "", { error: `Field ${field} must be a non-empty string` });
};

const object = (field: string): { readonly error: string } => ({ error: `Missing required object field ${field}` });

const scenarioStatus: z.ZodType<ScenarioStatus> = z.enum(["passed", "failed", "skipped"], {
	error: "Scenario status must be passed, failed or skipped",
});

const artifactSchema: z.ZodType<string> = z
	.union([z.string(), z.object({ path: z.string() }).transform(({ path }) => path)], {
		error: "Each artifact must be a path or an object with one",
	})
	.refine((path) => path.trim() !== "", {
		error: "Each artifact must be a path or an object with one",
	}) as z.ZodType<string>;

const someArtifacts = z
	.array(artifactSchema, { error: "Missing required array field artifacts" })
	.min(1, { error: "Telemetry artifacts array is empty" });

const halSummary = z.object({
	status: scenarioStatus,
	failed_checks: z.array(z.string()).default([]),
	artifacts: z.array(text("hal.summary.artifacts")).default([]),
});

// The fork's dashboard looked for the status beside the summary: files of that form exist.
const halSchema = z.union([z.object({ summary: halSummary }).transform(({ summary }) => summary), halSummary]);

const layer = z.looseObject({ status: z.string() });

const envelope = {
	schemaVersion: z.union([z.literal(1), z.literal(2), z.literal(["1", "1.0", "v1", "v1.1", "2", "2.0"])], {
		error: "Unknown schemaVersion",
	}),
	command: text("command"),
	specId: text("specId"),
	sessionId: text("sessionId"),
	timestamp: text("timestamp"),
	policy: z.exactOptional(z.looseObject({ prefilter: z.exactOptional(layer), final: z.exactOptional(layer) })),
};

const scenarios = z
	.array(z.looseObject({ name: text("scenarios[].name"), status: scenarioStatus }, object("scenarios[]")), {
		error: "Missing required array field scenarios",
	})
	.min(1, { error: "Scenarios array must not be empty" });

const byScenarios = z.looseObject({
	...envelope,
	artifacts: z.exactOptional(z.array(artifactSchema)),
	scenarios,
	hal: z.exactOptional(halSchema),
});

const schemas = {
	plan: z.looseObject({
		...envelope,
		artifacts: someArtifacts,
		baseline: z.looseObject(
			{ mode: text("baseline.mode"), artifact: text("baseline.artifact"), status: text("baseline.status") },
			object("baseline"),
		),
		hooks: z.looseObject({ "session.start": text("hooks.session.start") }, object("hooks")),
	}),
	tasks: z.looseObject({
		...envelope,
		artifacts: someArtifacts,
		tool: z.looseObject({ status: text("tool.status") }, object("tool")),
	}),
	implement: z.looseObject({
		...envelope,
		artifacts: someArtifacts,
		lock_status: text("lock_status"),
		hook_status: text("hook_status"),
	}),
	validate: byScenarios,
	audit: byScenarios,
	unlock: z.looseObject({ ...envelope, artifacts: someArtifacts, unlock_status: text("unlock_status") }),
} as const;

interface AnyTelemetry {
	readonly schemaVersion: string | number;
	readonly command: string;
	readonly specId: string;
	readonly sessionId: string;
	readonly timestamp: string;
	readonly artifacts?: readonly string[];
	readonly policy?: {
		readonly prefilter?: { readonly status: string };
		readonly final?: { readonly status: string };
	};
	readonly baseline?: { readonly mode: string; readonly artifact: string; readonly status: string };
	readonly hooks?: { readonly "session.start": string };
	readonly tool?: { readonly status: string };
	readonly lock_status?: string;
	readonly hook_status?: string;
	readonly unlock_status?: string;
	readonly scenarios?: readonly { readonly name: string; readonly status: ScenarioStatus }[];
	readonly hal?: {
		readonly status: ScenarioStatus;
		readonly failed_checks: readonly string[];
		readonly artifacts: readonly string[];
	};
}

/** Telemetry as read, or everything that is wrong with it. */
export type ParseTelemetryResult =
	| { readonly ok: true; readonly telemetry: GuardrailTelemetry }
	| { readonly ok: false; readonly failures: readonly string[] };

function normalise(stage: Stage, raw: AnyTelemetry): GuardrailTelemetry {
	const { prefilter, final } = raw.policy ?? {};
	return {
		version: /^v?1/.test(String(raw.schemaVersion)) ? 1 : 2,
		stage,
		specId: raw.specId,
		sessionId: raw.sessionId,
		timestamp: raw.timestamp,
		artifacts: raw.artifacts ?? [],
		scenarios: (raw.scenarios ?? []).map(({ name, status }) => ({ name, status })),
		...(raw.baseline === undefined
			? {}
			: { baseline: { mode: raw.baseline.mode, artifact: raw.baseline.artifact, status: raw.baseline.status } }),
		...(raw.hooks === undefined ? {} : { sessionHook: raw.hooks["session.start"] }),
		...(raw.tool === undefined ? {} : { toolStatus: raw.tool.status }),
		...(raw.lock_status === undefined ? {} : { lockStatus: raw.lock_status }),
		...(raw.hook_status === undefined ? {} : { hookStatus: raw.hook_status }),
		...(raw.unlock_status === undefined ? {} : { unlockStatus: raw.unlock_status }),
		...(raw.hal === undefined
			? {}
			: { hal: { status: raw.hal.status, failedChecks: raw.hal.failed_checks, artifacts: raw.hal.artifacts } }),
		...(raw.policy === undefined
			? {}
			: {
					policy: {
						...(prefilter === undefined ? {} : { prefilter: prefilter.status }),
						...(final === undefined ? {} : { final: final.status }),
					},
				}),
	};
}

/** Judges telemetry of `stage` that is JSON already. Never throws. */
export function parseTelemetry(stage: Stage, value: unknown): ParseTelemetryResult {
	const result = schemas[stage].safeParse(value);
	if (!result.success) return { ok: false, failures: [...new Set(result.error.issues.map((issue) => issue.message))] };
	const raw = result.data as AnyTelemetry;
	const expected = `spec-ops-${stage}`;
	const { command } = raw;
	if (command !== expected) return { ok: false, failures: [`Unexpected command '${command}' (expected ${expected})`] };
	return { ok: true, telemetry: normalise(stage, raw) };
}

// A note begins here …
const noteStart = /"note"\s{0,8}:\s{0,8}"/g;
// … and ends at the quote that is followed by the end of its object or by one of its other fields.
const noteEnd = /"\s{0,8}(?:\}|,\s{0,80}"(?:model|status)"\s{0,8}:)/g;

// Old notes are one line of a command's output; files beyond this are not searched for them.
const maxRepairLength = 1024 * 1024;

const escaped = (inner: string): string =>
	inner
		.replaceAll(/(\\*)"/g, (quote, slashes: string) => (slashes.length % 2 === 0 ? `${slashes}\\"` : quote))
		.replaceAll("\n", "\\n")
		.replaceAll("\r", "\\r")
		.replaceAll("\t", "\\t");

/** Escapes what stands unescaped in notes. One pass over beginnings and ends, whatever the text. */
function repairNotes(json: string): string {
	const ends = [...json.matchAll(noteEnd)].map(({ index }) => index);
	let result = "";
	let done = 0;
	let next = 0;
	for (const match of json.matchAll(noteStart)) {
		const start = match.index + match[0].length;
		if (match.index < done) continue;
		while (next < ends.length && (ends[next] ?? 0) < start) next += 1;
		const end = ends[next];
		if (end === undefined) break;
		result += json.slice(done, start) + escaped(json.slice(start, end));
		done = end;
	}
	return result + json.slice(done);
}

function tryJson(json: string): { readonly value: unknown } | undefined {
	try {
		return { value: JSON.parse(json) };
	} catch {
		return undefined; // Not JSON: the caller says so.
	}
}

/** Reads telemetry of `stage` from a file's text; quotes that old scripts left unescaped in notes are repaired. Never throws. */
export function readTelemetry(stage: Stage, json: string): ParseTelemetryResult {
	const parsed = tryJson(json) ?? (json.length > maxRepairLength ? undefined : tryJson(repairNotes(json)));
	if (parsed === undefined) return { ok: false, failures: ["Telemetry is not JSON"] };
	return parseTelemetry(stage, parsed.value);
}

/** The JSON Schemas of telemetry by stage, as they are read. */
export function telemetryJsonSchemas(): Readonly<Record<Stage, unknown>> {
	const made: Partial<Record<Stage, unknown>> = {};
	for (const stage of stages) made[stage] = z.toJSONSchema(schemas[stage], { io: "input", unrepresentable: "any" });
	return made as Readonly<Record<Stage, unknown>>;
}
