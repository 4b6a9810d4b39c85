// What a guardrail's telemetry says and what it comes to. The same rules judge what we wrote a moment ago and what the
// fork wrote a year ago. Pure.

import type { Stage } from "../stage.ts";

/** How one scenario ended. */
export type ScenarioStatus = "passed" | "failed" | "skipped";

/** One scenario: a check, a command or a smoke check. */
export interface Scenario {
	readonly name: string;
	readonly status: ScenarioStatus;
}

/** Telemetry of one run of a guardrail, whatever version it was written in. */
export interface GuardrailTelemetry {
	/** Major version. */
	readonly version: 1 | 2;
	readonly stage: Stage;
	readonly specId: string;
	readonly sessionId: string;
	/** ISO 8601 as written. */
	readonly timestamp: string;
	/** As written: relative to the repository, or absolute in the fork's files. */
	readonly artifacts: readonly string[];
	readonly baseline?: { readonly mode: string; readonly artifact: string; readonly status: string };
	readonly sessionHook?: string;
	readonly toolStatus?: string;
	readonly lockStatus?: string;
	readonly hookStatus?: string;
	readonly unlockStatus?: string;
	readonly scenarios: readonly Scenario[];
	readonly hal?: {
		readonly status: ScenarioStatus;
		readonly failedChecks: readonly string[];
		readonly artifacts: readonly string[];
	};
	readonly policy?: { readonly prefilter?: string; readonly final?: string };
}

/** What telemetry comes to. */
export interface TelemetryEvaluation {
	readonly success: boolean;
	/** One line for a person. */
	readonly summary: string;
	/** Also holds HAL's failed checks, which alone do not make a guardrail fail. */
	readonly failures: readonly string[];
}

function scenarioEvaluation({ scenarios, hal }: GuardrailTelemetry): TelemetryEvaluation {
	const failed = scenarios.filter(({ status }) => status === "failed");
	const passed = scenarios.filter(({ status }) => status === "passed").length;
	const failures = failed.map(({ name, status }) => `${name}: ${status}`);
	if (scenarios.length === 0) failures.push("No validation scenarios reported");
	const success = failures.length === 0;
	if (hal?.status === "failed" && hal.failedChecks.length > 0) {
		failures.push(`HAL failed checks: ${hal.failedChecks.join(", ")}`);
	}
	const suffix = hal === undefined ? "" : `; HAL ${hal.status}`;
	return { success, summary: `${passed} of ${scenarios.length} scenarios passed${suffix}`, failures };
}

interface StatusRule {
	/** In the summary. */
	readonly name: string;
	readonly value: (telemetry: GuardrailTelemetry) => string | undefined;
	readonly good: readonly string[];
	/** Said before a value that is not good. */
	readonly failure: string;
}

const rules: Readonly<Record<Exclude<Stage, "validate" | "audit">, readonly StatusRule[]>> = {
	plan: [
		{
			name: "Baseline",
			value: ({ baseline }) => baseline?.status,
			good: ["passed", "skipped"],
			failure: "Baseline audit status",
		},
		{ name: "session.start", value: ({ sessionHook }) => sessionHook, good: ["ok"], failure: "session.start hook" },
	],
	tasks: [{ name: "Tasks hook", value: ({ toolStatus }) => toolStatus, good: ["ok"], failure: "tasks hook status" }],
	implement: [
		{ name: "SPEC", value: ({ lockStatus }) => lockStatus, good: ["locked"], failure: "SPEC lock status" },
		{ name: "file_after_write", value: ({ hookStatus }) => hookStatus, good: ["ok"], failure: "file_after_write hook" },
	],
	unlock: [{ name: "Unlock", value: ({ unlockStatus }) => unlockStatus, good: ["unlocked"], failure: "Unlock status" }],
};

/** Judges telemetry by the rule of its stage. What a version left out counts as `missing`. */
export function evaluateTelemetry(telemetry: GuardrailTelemetry): TelemetryEvaluation {
	const { stage } = telemetry;
	if (stage === "validate" || stage === "audit") return scenarioEvaluation(telemetry);
	const values = rules[stage].map((rule) => ({ rule, value: rule.value(telemetry) ?? "missing" }));
	const failures = values
		.filter(({ rule, value }) => !rule.good.includes(value))
		.map(({ rule, value }) => `${rule.failure}: ${value}`);
	const summary = values.map(({ rule, value }) => `${rule.name} ${value}`).join(", ");
	return { success: failures.length === 0, summary, failures };
}

/**
 * Where an artifact of telemetry lies relative to the repository. The fork wrote absolute paths of the machine it ran on:
 * of those the part from the evidence folder on is taken. `undefined` when it cannot be known.
 */
export function artifactPath(path: string, evidenceDir: string): string | undefined {
	const clean = path.replaceAll("\\", "/");
	const absolute = clean.startsWith("/") || /^[A-Za-z]:/.test(clean);
	if (!absolute) return clean.split("/").includes("..") ? undefined : clean.replace(/^\.\//, "");
	const at = clean.lastIndexOf(`/${evidenceDir}/`);
	const relative = at === -1 ? undefined : clean.slice(at + 1);
	return relative?.split("/").includes("..") === true ? undefined : relative;
}

/**
 * Adds to an evaluation what became of the artifacts: every one that `exists` does not find is a failure. Validation is
 * left out, as its artifacts are optional. Rejects as `exists` does.
 */
export async function withArtifacts(
	evaluation: TelemetryEvaluation,
	telemetry: GuardrailTelemetry,
	evidence: { readonly dir: string; readonly exists: (path: string) => Promise<boolean> },
): Promise<TelemetryEvaluation> {
	if (telemetry.stage === "validate") return evaluation;
	const missing: string[] = [];
	for (const [index, path] of telemetry.artifacts.entries()) {
		const relative = artifactPath(path, evidence.dir);
		if (relative !== undefined && (await evidence.exists(relative))) continue;
		missing.push(`Artifact #${index + 1} not found at ${path}`);
	}
	return {
		success: evaluation.success && missing.length === 0,
		summary: `${evaluation.summary} | ${telemetry.artifacts.length - missing.length} artifacts`,
		failures: [...evaluation.failures, ...missing],
	};
}
