// One guardrail: the stage's checks in their order, telemetry written as documented and judged only after it was read back
// through the schema that every reader uses. Everything outside goes through the host.

import { type JsonObject, toError } from "@codex/protocol";
import { packetFolder, packetNames, packetsFolder } from "../packet/packet-layout.ts";
import { parseSpecId } from "../packet/spec-id.ts";
import { readTelemetry } from "../schema/telemetry-schema.ts";
import { type Stage, stageTitle } from "../stage.ts";
import { checkCleanTree } from "./clean-tree.ts";
import { type CommandName, checkCommands, type PolicyLayer, runPolicy } from "./command-checks.ts";
import { type CheckResult, checked, type GuardrailContext, type GuardrailInput, isOn, passed } from "./guardrail.ts";
import { type HalOutcome, runHal } from "./hal-checks.ts";
import { checkConstitution, checkPacket, checkPrerequisites } from "./packet-checks.ts";
import { evaluateTelemetry, type Scenario, withArtifacts } from "./telemetry.ts";

/** What a guardrail came to. */
export interface GuardrailOutcome {
	readonly ok: boolean;
	/** One line for a person and for prompts. */
	readonly summary: string;
	/** One line each; empty when all is well, apart from HAL checks that are told beside a success. */
	readonly failures: readonly string[];
	/** Relative to the repository; `undefined` when nothing could be written. */
	readonly telemetryPath: string | undefined;
	/** Every check, command and smoke check that ran. */
	readonly scenarios: readonly Scenario[];
	/** What does not stop the stage and should still be seen. */
	readonly warnings: readonly string[];
}

const commandsOf: Readonly<Partial<Record<Stage, readonly CommandName[]>>> = {
	validate: ["build", "lint", "test"],
	audit: ["build", "lint", "test"],
};

interface Findings {
	readonly checks: readonly CheckResult[];
	readonly baseline: { readonly mode: string; readonly status: string };
	readonly hal?: HalOutcome;
	readonly policy: { readonly prefilter: PolicyLayer; readonly final: PolicyLayer };
}

const isFailed = ({ status }: CheckResult): boolean => status === "failed";

const sentence = ({ name, message }: CheckResult): string => (message === "" ? name : `${name}: ${message}`);

const asScenario = ({ name, status }: CheckResult): Scenario => ({
	name,
	status: status === "warning" ? "passed" : status,
});

function refused(summary: string): GuardrailOutcome {
	return { ok: false, summary, failures: [summary], telemetryPath: undefined, scenarios: [], warnings: [] };
}

async function runBaseline(context: GuardrailContext): Promise<{
	readonly mode: string;
	readonly status: string;
	readonly checks: readonly CheckResult[];
}> {
	const { environment } = context.host.config;
	const mode = context.baselineMode ?? "no-run";
	if (mode === "skip") return { mode, status: "skipped", checks: [] };
	const names: readonly CommandName[] =
		mode === "full" ? ["build", "lint", "test"] : mode === "quick" ? ["build", "lint"] : [];
	const results = await checkCommands(context, names);
	const forced = isOn(environment["SPEC_OPS_BASELINE_FORCE_FAIL"]);
	const checks = forced ? [...results, checked("baseline", "failed", "SPEC_OPS_BASELINE_FORCE_FAIL is set")] : results;
	if (!checks.some(isFailed)) return { mode, status: "passed", checks };
	if (!isOn(environment["SPEC_OPS_BASELINE_ALLOW_FAIL"])) return { mode, status: "failed", checks };
	const allowed = checks.map((check) => (isFailed(check) ? { ...check, status: "warning" as const } : check));
	return { mode, status: "skipped", checks: allowed };
}

async function find(context: GuardrailContext): Promise<Findings> {
	const checks: CheckResult[] = [passed("spec-id")];
	checks.push(await checkPacket(context), await checkPrerequisites(context), await checkConstitution(context));
	checks.push(await checkCleanTree(context));
	// Commands cost minutes: they wait until the cheap checks hold.
	const cheapHold = !checks.some(isFailed);
	let baseline = { mode: "no-run", status: cheapHold ? "passed" : "failed" };
	if (cheapHold && context.stage === "plan") {
		const result = await runBaseline(context);
		baseline = result;
		checks.push(...result.checks);
	}
	if (cheapHold) checks.push(...(await checkCommands(context, commandsOf[context.stage] ?? [])));
	const smoke = context.stage === "validate" || context.stage === "audit";
	const hal = smoke && cheapHold ? await runHal(context) : undefined;
	checks.push(...(hal?.results ?? []));
	const policy = { prefilter: await runPolicy(context, "prefilter"), final: await runPolicy(context, "final") };
	if (context.signal.aborted) checks.push(checked("cancelled", "failed", "The run was cancelled"));
	return { checks, baseline, policy, ...(hal === undefined ? {} : { hal }) };
}

function stageFields(context: GuardrailContext, findings: Findings, logPath: string): JsonObject {
	const failed = findings.checks.some(isFailed);
	switch (context.stage) {
		case "plan": {
			const early = new Set(["spec-id", "packet", "prerequisites", "constitution"]);
			const session = findings.checks.some((check) => isFailed(check) && early.has(check.name)) ? "failed" : "ok";
			const status = failed ? "failed" : findings.baseline.status;
			return {
				baseline: { mode: findings.baseline.mode, artifact: logPath, status },
				hooks: { "session.start": session },
			};
		}
		case "tasks":
			return { tool: { status: failed ? "failed" : "ok" } };
		case "implement":
			// The log was written under the SPEC's lock: whoever holds it lets us in.
			return { lock_status: "locked", hook_status: failed ? "failed" : "ok" };
		case "validate":
		case "audit":
			return { scenarios: findings.checks.map((check) => ({ ...asScenario(check) })), ...halFields(context, findings) };
		case "unlock":
			return { unlock_status: failed ? "blocked" : "unlocked" };
	}
}

function halFields(context: GuardrailContext, { hal }: Findings): JsonObject {
	const { environment } = context.host.config;
	const wanted = isOn(environment["SPEC_OPS_TELEMETRY_HAL"] ?? (context.hal === "live" ? "1" : undefined));
	if (hal === undefined || !wanted) return {};
	const { status, failedChecks, artifacts } = hal;
	return { hal: { summary: { status, failed_checks: [...failedChecks], artifacts: [...artifacts] } } };
}

function logText(context: GuardrailContext, findings: Findings, lines: readonly string[]): string {
	const head = `${stageTitle(context.stage)} guardrail of ${context.specId}, session ${context.sessionId}`;
	const results = findings.checks.map(
		({ name, status, message }) => `${name}: ${status}${message === "" ? "" : `, ${message}`}`,
	);
	return [head, "", ...results, ...(lines.length === 0 ? [] : ["", ...lines]), ""].join("\n");
}

async function write(context: GuardrailContext, findings: Findings, lines: readonly string[]): Promise<string> {
	const { host, specId, runId, stage } = context;
	const record = { specId, runId, category: "commands", stage } as const;
	const logPath = await host.evidence.write({ ...record, kind: "log", content: logText(context, findings, lines) });
	const { prefilter, final } = findings.policy;
	const content: JsonObject = {
		schemaVersion: 1,
		command: `spec-ops-${stage}`,
		specId,
		sessionId: context.sessionId,
		runId,
		timestamp: new Date(context.startedAtMs).toISOString(),
		...stageFields(context, findings, logPath),
		checks: findings.checks.map(({ name, status, message }) => ({ name, status, message })),
		policy: { prefilter: { ...prefilter }, final: { ...final } },
		artifacts: [...new Set([logPath, ...(findings.hal?.artifacts ?? [])])].map((path) => ({ path })),
	};
	return host.evidence.write({ ...record, kind: "telemetry", content });
}

async function judge(context: GuardrailContext, findings: Findings, telemetryPath: string): Promise<GuardrailOutcome> {
	const { host, stage } = context;
	const text = await host.evidence.read(telemetryPath);
	const read = readTelemetry(stage, text ?? "");
	const scenarios = findings.checks.map(asScenario);
	const warnings = findings.checks.filter(({ status }) => status === "warning").map(sentence);
	for (const layer of ["prefilter", "final"] as const) {
		const { status, note } = findings.policy[layer];
		if (status === "failed") warnings.push(`policy ${layer}: ${note}`);
	}
	if (!read.ok) {
		const summary = `${stageTitle(stage)} guardrail: the telemetry cannot be read back`;
		return { ok: false, summary, failures: read.failures, telemetryPath, scenarios, warnings };
	}
	const exists = async (path: string): Promise<boolean> => (await host.evidence.read(path)) !== undefined;
	const evaluation = await withArtifacts(evaluateTelemetry(read.telemetry), read.telemetry, {
		dir: host.config.evidenceDir,
		exists,
	});
	const failed = findings.checks.filter(isFailed).map(sentence);
	const said = new Set(findings.checks.filter(isFailed).map(({ name }) => `${name}: failed`));
	const failures = [...failed, ...evaluation.failures.filter((failure) => !said.has(failure))];
	const ok = evaluation.success && failed.length === 0;
	return {
		ok,
		summary: `${stageTitle(stage)} guardrail: ${evaluation.summary}`,
		failures,
		telemetryPath,
		scenarios,
		warnings,
	};
}

async function contextOf(
	input: GuardrailInput,
	specId: string,
	log: (line: string) => void,
): Promise<GuardrailContext> {
	const { host, runId } = input;
	const { environment, hal } = host.config;
	const startedAtMs = host.nowMs();
	const below = await host.files.list(packetsFolder);
	const packet = packetFolder(specId, packetNames(below));
	const word = environment["SPEC_OPS_HAL_MODE"]?.trim().toLowerCase();
	const fromEnvironment =
		word === "live" || word === "real" ? "live" : word === "mock" || word === "skip" ? "mock" : undefined;
	return {
		...input,
		specId,
		packet,
		packetFiles: below.filter((path) => path.startsWith(`${packet}/`)),
		sessionId: environment["SPEC_OPS_SESSION_ID"]?.trim() || `${new Date(startedAtMs).toISOString()}-${runId}`,
		hal: input.halMode ?? fromEnvironment ?? hal.mode,
		startedAtMs,
		log,
	};
}

/**
 * Runs the guardrail of a stage: SPEC-ID, packet, prerequisites, constitution and clean tree, then for plan the baseline and for
 * validate and audit the configured commands and HAL. Writes a log and `telemetry_v1`, reads it back and judges it.
 *
 * An invalid SPEC-ID writes nothing. Never rejects: what the host's files or evidence refuse becomes a failed outcome. On
 * abort it settles as soon as the running command does.
 */
export async function runGuardrail(input: GuardrailInput): Promise<GuardrailOutcome> {
	const parsed = parseSpecId(input.specId);
	if (!parsed.ok) return refused(parsed.reason);
	const lines: string[] = [];
	try {
		const context = await contextOf(input, parsed.specId, (line) => void lines.push(line));
		const findings = await find(context);
		return await judge(context, findings, await write(context, findings, lines));
	} catch (thrown) {
		return refused(`${stageTitle(input.stage)} guardrail could not be finished: ${toError(thrown).message}`);
	}
}
