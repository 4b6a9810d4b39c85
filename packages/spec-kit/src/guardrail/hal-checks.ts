// HAL: HTTP smoke checks of what was built, against the configured base URL. In mock mode nothing is requested. The secret
// goes to the command through its environment and never through an argument.

import type { SmokeCheck } from "../config.ts";
import type { EvidenceRecord } from "../host.ts";
import {
	type CheckResult,
	checked,
	commandEnvironment,
	commandFailure,
	type GuardrailContext,
	isOn,
	passed,
} from "./guardrail.ts";
import type { ScenarioStatus } from "./telemetry.ts";

/** What HAL came to. */
export interface HalOutcome {
	readonly status: ScenarioStatus;
	readonly failedChecks: readonly string[];
	/** Paths of the records of its checks. */
	readonly artifacts: readonly string[];
	/** As scenarios of the stage; none in mock mode. */
	readonly results: readonly CheckResult[];
}

const defaultBaseUrl = "http://127.0.0.1:7878";

// 10 s: a smoke check answers at once or is broken.
const requestSeconds = 10;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Secret {
	readonly name: string;
	readonly value: string;
}

/** The secret, `undefined` when none is asked for, or the name of the one that is missing or no variable. */
function secretOf(context: GuardrailContext): Secret | undefined | { readonly missing: string } {
	const { environment } = context.host.config;
	const name = environment["SPEC_OPS_HAL_SECRET_ENV"]?.trim() ?? "";
	if (name === "") return undefined;
	const value = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? (environment[name] ?? "") : "";
	return value === "" ? { missing: name } : { name, value };
}

/** The request as shell text. `printf` is a builtin, so the secret is in no process's arguments. */
function requestCommand(url: string, check: SmokeCheck, secret: Secret | undefined): string {
	const curl = `curl -sS -o /dev/null -w '%{http_code}' --max-time ${requestSeconds} --proto =http,https -X ${check.method}`;
	if (secret === undefined) return `${curl} -- ${quote(url)}`;
	return `printf 'Authorization: Bearer %s\\n' "$${secret.name}" | ${curl} -H @- -- ${quote(url)}`;
}

async function runCheck(
	context: GuardrailContext,
	check: SmokeCheck,
	request: { readonly baseUrl: string; readonly secret: Secret | undefined },
): Promise<CheckResult> {
	const url = `${request.baseUrl.replace(/\/+$/, "")}/${check.path.replace(/^\/+/, "")}`;
	const secret = request.secret === undefined ? {} : { [request.secret.name]: request.secret.value };
	const outcome = await context.host.runCommand(
		{
			id: `${context.runId}/${context.stage}/guardrail/hal-${check.name}`,
			command: requestCommand(url, check, request.secret),
			purpose: "http",
			timeoutMs: (requestSeconds + 5) * 1000,
			environment: { ...commandEnvironment(context), ...secret },
		},
		context.signal,
	);
	const name = `hal: ${check.name}`;
	const status = outcome.stdout.trim();
	context.log(`${name}: ${check.method} ${url} → ${outcome.exitCode === 0 ? status : commandFailure(outcome)}`);
	if (outcome.exitCode !== 0) return checked(name, "failed", `${check.method} ${url}: ${commandFailure(outcome)}`);
	if (status === String(check.expectStatus)) return passed(name);
	return checked(name, "failed", `${check.method} ${url} answered ${status}, expected ${check.expectStatus}`);
}

const nothing = (status: ScenarioStatus, results: readonly CheckResult[] = []): HalOutcome => ({
	status,
	failedChecks: [],
	artifacts: [],
	results,
});

function record(context: GuardrailContext, content: EvidenceRecord["content"]): Promise<string> {
	const { specId, runId, stage } = context;
	return context.host.evidence.write({ specId, runId, category: "commands", kind: "log", stage, content });
}

/**
 * Runs HAL. Skipped by `SPEC_OPS_HAL_SKIP`, in mock mode, without checks, and without the secret that
 * `SPEC_OPS_HAL_SECRET_ENV` names (failed then with `SPEC_OPS_HAL_REQUIRE_SECRET`). The host puts that secret into the
 * config's environment under its own name. `SPEC_OPS_HAL_BASE_URL` goes before config. Rejects when evidence cannot be written.
 */
export async function runHal(context: GuardrailContext): Promise<HalOutcome> {
	const { environment, hal } = context.host.config;
	if (isOn(environment["SPEC_OPS_HAL_SKIP"])) return nothing("skipped");
	if (context.hal === "mock") return nothing("skipped");
	if (hal.checks.length === 0) return nothing("skipped", [checked("hal", "skipped", "No checks are configured")]);
	const secret = secretOf(context);
	if (secret !== undefined && "missing" in secret) {
		const message = `The secret ${secret.missing} is not set`;
		if (!isOn(environment["SPEC_OPS_HAL_REQUIRE_SECRET"]))
			return nothing("skipped", [checked("hal", "skipped", message)]);
		return { status: "failed", failedChecks: ["secret"], artifacts: [], results: [checked("hal", "failed", message)] };
	}
	const baseUrl = environment["SPEC_OPS_HAL_BASE_URL"] ?? hal.baseUrl ?? defaultBaseUrl;
	if (!/^https?:\/\/[^\s'"]+$/i.test(baseUrl)) {
		return {
			status: "failed",
			failedChecks: ["base-url"],
			artifacts: [],
			results: [checked("hal", "failed", "The base URL of HAL is no HTTP address")],
		};
	}
	const results: CheckResult[] = [];
	const artifacts: string[] = [];
	for (const check of hal.checks) {
		if (context.signal.aborted) break;
		const result = await runCheck(context, check, { baseUrl, secret });
		results.push(result);
		const { status, message } = result;
		artifacts.push(
			await record(context, { check: check.name, method: check.method, path: check.path, status, message }),
		);
	}
	const failedChecks = hal.checks
		.filter((_check, index) => results[index]?.status === "failed")
		.map(({ name }) => name);
	return { status: failedChecks.length > 0 ? "failed" : "passed", failedChecks, artifacts, results };
}
