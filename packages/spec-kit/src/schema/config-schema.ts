// Spec-Kit's settings as bytes: the table `speckit` of a config file, in snake case, every key optional. Unknown keys are
// warnings, wrong values errors that name their key; the result is complete.

import * as z from "zod";
import { type AgentName, agentNames, parseAgentName } from "../agent.ts";
import { type ConfiguredCommand, defaultSpecKitConfig, type SpecKitConfig } from "../config.ts";
import { requireEvidenceDir } from "../evidence/evidence-paths.ts";

const agent: z.ZodType<AgentName, string> = z
	.string()
	.transform((word) => parseAgentName(word))
	.refine((name) => name !== undefined, {
		error: `must be one of ${agentNames.join(", ")}`,
	}) as unknown as z.ZodType<AgentName, string>;
const roster: z.ZodType<readonly AgentName[], readonly string[]> = z
	.array(agent)
	.min(1, { error: "needs at least one agent" })
	.transform((names): readonly AgentName[] => [...new Set(names)]);
const share = z.number().gt(0, { error: "must be above 0" }).max(1, { error: "must be at most 1" });
const timeoutMs = z.int().min(1).max(86_400_000);

// 10 minutes: what a build of a large repository takes.
const defaultTimeoutMs = 600_000;

const command = z.union([
	z
		.string()
		.min(1)
		.transform((text) => ({ command: text, timeout_ms: defaultTimeoutMs })),
	z.strictObject({ command: z.string().min(1), timeout_ms: timeoutMs.default(defaultTimeoutMs) }),
]);

const smokeCheck = z.strictObject({
	name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,40}$/i, { error: "must be a short word" }),
	method: z.enum(["GET", "POST"]).default("GET"),
	path: z.string().min(1),
	expect_status: z.int().min(100).max(599).default(200),
});

const isPlainPath = (path: string): boolean => {
	try {
		requireEvidenceDir(path);
		return true;
	} catch {
		return false; // The schema's message says it.
	}
};

const mebibyte = 1024 * 1024;
const megabytes = z.number().gt(0).max(1_000_000);

const preset = defaultSpecKitConfig;

const shape = z.strictObject({
	evidence_dir: z.exactOptional(
		z.string().refine(isPlainPath, { error: "must be a plain path inside the repository" }),
	),
	rosters: z
		.strictObject({
			plan: roster.default(preset.rosters.plan),
			tasks: roster.default(preset.rosters.tasks),
			implement: roster.default(preset.rosters.implement),
			validate: roster.default(preset.rosters.validate),
			audit: roster.default(preset.rosters.audit),
			unlock: roster.default(preset.rosters.unlock),
		})
		.prefault({}),
	gate_roster: roster.default(preset.gateRoster),
	tiers: z
		.strictObject({
			"2-lite": roster.default(preset.tiers["2-lite"]),
			"2": roster.default(preset.tiers["2"]),
			"3": roster.default(preset.tiers["3"]),
		})
		.prefault({}),
	aggregators: roster.default(preset.aggregators),
	arbiter: agent.default(preset.arbiter),
	consensus: z
		.strictObject({
			mode: z.enum(["multi", "single"]).default(preset.consensus.mode),
			threshold: share.default(preset.consensus.threshold),
			similarity: z.number().min(0).max(1).default(preset.consensus.similarity),
			quorum: share.default(preset.consensus.quorum),
			allow_degraded: z.boolean().default(preset.consensus.allowDegraded),
			majority: z.boolean().default(preset.consensus.majority),
		})
		.prefault({}),
	quality_gates: z
		.strictObject({
			enabled: z.boolean().default(preset.qualityGates.enabled),
			max_questions: z.int().min(0).max(50).default(preset.qualityGates.maxQuestions),
		})
		.prefault({}),
	retries: z
		.strictObject({
			agent: z.int().min(0).max(20).default(preset.retries.agent),
			validate: z.int().min(0).max(20).default(preset.retries.validate),
		})
		.prefault({}),
	implement: z.strictObject({ candidates: z.int().min(1).max(5).default(preset.implement.candidates) }).prefault({}),
	commands: z
		.strictObject({
			build: z.exactOptional(command),
			lint: z.exactOptional(command),
			test: z.exactOptional(command),
		})
		.prefault({}),
	hal: z
		.strictObject({
			mode: z.enum(["mock", "live"]).default(preset.hal.mode),
			base_url: z.exactOptional(z.string().regex(/^https?:\/\//i, { error: "must be an HTTP address" })),
			checks: z.array(smokeCheck).default([]),
		})
		.prefault({}),
	evidence: z
		.strictObject({
			max_evidence_age_days: z.number().gt(0).default(preset.evidence.maxEvidenceAgeDays),
			soft_limit_mb: megabytes.default(preset.evidence.softLimitBytes / mebibyte),
			hard_limit_mb: megabytes.default(preset.evidence.hardLimitBytes / mebibyte),
		})
		.prefault({}),
	max_context_chars: z.int().min(1000).max(10_000_000).default(preset.maxContextChars),
});

type Settings = z.output<typeof shape>;

/** Settings as read. */
export type ParseConfigResult =
	| { readonly ok: true; readonly config: SpecKitConfig; readonly warnings: readonly string[] }
	/** One sentence each, with the key. */
	| { readonly ok: false; readonly errors: readonly string[] };

/** What surrounds the table. */
export interface ConfigSurroundings {
	/** Variables of the `SPEC_OPS_*`, `SPEC_KIT_*` and `SPECKIT_*` families, and the secret that HAL is to use. */
	readonly environment: Readonly<Record<string, string>>;
	/** Used when the table names no evidence folder. Default `.code/evidence`. */
	readonly evidenceDir?: string;
}

function commandsOf(given: Settings["commands"]): SpecKitConfig["commands"] {
	const made: [string, ConfiguredCommand][] = [];
	for (const name of ["build", "lint", "test"] as const) {
		const found = given[name];
		if (found !== undefined) made.push([name, { name, command: found.command, timeoutMs: found.timeout_ms }]);
	}
	return Object.fromEntries(made);
}

function toConfig(given: Settings, { environment, evidenceDir }: ConfigSurroundings): SpecKitConfig {
	const { consensus, evidence, hal } = given;
	const gatesOff = /^(?:1|true|yes|on)$/i.test(environment["SPEC_KIT_QUALITY_GATES_DISABLED"] ?? "");
	return {
		evidenceDir: requireEvidenceDir(given.evidence_dir ?? evidenceDir ?? preset.evidenceDir),
		rosters: given.rosters,
		gateRoster: given.gate_roster,
		tiers: given.tiers,
		aggregators: given.aggregators,
		arbiter: given.arbiter,
		consensus: {
			mode: consensus.mode,
			threshold: consensus.threshold,
			similarity: consensus.similarity,
			quorum: consensus.quorum,
			allowDegraded: consensus.allow_degraded,
			majority: consensus.majority,
		},
		qualityGates: {
			enabled: !gatesOff && given.quality_gates.enabled,
			maxQuestions: given.quality_gates.max_questions,
		},
		retries: given.retries,
		implement: given.implement,
		commands: commandsOf(given.commands),
		hal: {
			mode: hal.mode,
			...(hal.base_url === undefined ? {} : { baseUrl: hal.base_url }),
			checks: hal.checks.map(({ expect_status: expectStatus, ...check }) => ({ ...check, expectStatus })),
		},
		evidence: {
			maxEvidenceAgeDays: evidence.max_evidence_age_days,
			softLimitBytes: Math.round(evidence.soft_limit_mb * mebibyte),
			hardLimitBytes: Math.round(evidence.hard_limit_mb * mebibyte),
		},
		maxContextChars: given.max_context_chars,
		environment,
	};
}

const pathOf = (path: readonly PropertyKey[]): string => ["speckit", ...path.map(String)].join(".");

/** The table without the keys that nobody knows, and their names. */
function withoutUnknown(value: unknown): { readonly value: unknown; readonly warnings: readonly string[] } {
	const parsed = shape.safeParse(value);
	const unknown = parsed.error?.issues.filter((issue) => issue.code === "unrecognized_keys") ?? [];
	if (unknown.length === 0) return { value, warnings: [] };
	const copy: unknown = structuredClone(value);
	const warnings: string[] = [];
	for (const issue of unknown) {
		let place: unknown = copy;
		for (const key of issue.path) {
			place = typeof place === "object" && place !== null ? (place as Record<PropertyKey, unknown>)[key] : undefined;
		}
		for (const key of issue.keys) {
			warnings.push(`\`${pathOf([...issue.path, key])}\` is not known and was ignored`);
			if (typeof place === "object" && place !== null) Reflect.deleteProperty(place, key);
		}
	}
	return { value: copy, warnings };
}

/**
 * Reads the table `speckit`; `undefined` stands for none. Missing keys get their defaults. A hard limit below the soft one
 * is an error. Never throws.
 */
export function parseSpecKitConfig(table: unknown, surroundings: ConfigSurroundings): ParseConfigResult {
	const known = withoutUnknown(table ?? {});
	const parsed = shape.safeParse(known.value);
	if (!parsed.success) {
		return { ok: false, errors: parsed.error.issues.map(({ path, message }) => `\`${pathOf(path)}\`: ${message}`) };
	}
	let config: SpecKitConfig;
	try {
		config = toConfig(parsed.data, surroundings);
	} catch (thrown) {
		return { ok: false, errors: [thrown instanceof Error ? thrown.message : String(thrown)] };
	}
	if (config.evidence.hardLimitBytes < config.evidence.softLimitBytes) {
		return { ok: false, errors: ["`speckit.evidence.hard_limit_mb`: must not be below soft_limit_mb"] };
	}
	return { ok: true, config, warnings: known.warnings };
}

/** The JSON Schema of the table `speckit`. */
export function specKitConfigJsonSchema(): unknown {
	return z.toJSONSchema(shape, { io: "input", unrepresentable: "any" });
}
