// The configured commands (build, lint, test) and the policy layers as checks. Each command is run once, through the host.

import { redactText } from "@codex/redact";
import type { ConfiguredCommand } from "../config.ts";
import {
	type CheckResult,
	checked,
	commandEnvironment,
	commandFailure,
	type GuardrailContext,
	passed,
} from "./guardrail.ts";

/** Which configured commands a check runs, in this order. */
export type CommandName = "build" | "lint" | "test";

// A log keeps the end of a long output: that is where failures are.
const maxLogLength = 200_000;

const tail = (text: string): string => (text.length > maxLogLength ? `…${text.slice(-maxLogLength)}` : text);

/** The last line that says anything, without secrets: it goes into prompts. */
function lastWords(text: string): string {
	const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
	// Masked whole: half a secret would not be found any more.
	const masked = redactText(line);
	return masked.length > 200 ? `${Array.from(masked).slice(0, 200).join("")}…` : masked;
}

async function runOne(context: GuardrailContext, name: string, configured: ConfiguredCommand): Promise<CheckResult> {
	if (context.signal.aborted) return checked(name, "skipped", "Cancelled");
	const outcome = await context.host.runCommand(
		{
			id: `${context.runId}/${context.stage}/guardrail/${name}`,
			command: configured.command,
			purpose: "guardrail",
			timeoutMs: configured.timeoutMs,
			environment: commandEnvironment(context),
		},
		context.signal,
	);
	context.log(`$ ${configured.command}`);
	context.log(tail(`${outcome.stdout}${outcome.stderr}`).trimEnd());
	context.log(`${name}: ${outcome.exitCode === 0 ? "passed" : commandFailure(outcome)} after ${outcome.durationMs} ms`);
	if (outcome.exitCode === 0) return passed(name);
	const words = lastWords(outcome.stderr.trim() === "" ? outcome.stdout : outcome.stderr);
	return checked(name, "failed", `${commandFailure(outcome)}${words === "" ? "" : `: ${words}`}`);
}

/** Runs those of `names` that are configured, one after the other; an absent one is no check. */
export async function checkCommands(
	context: GuardrailContext,
	names: readonly CommandName[],
): Promise<readonly CheckResult[]> {
	const results: CheckResult[] = [];
	for (const name of names) {
		const configured = context.host.config.commands[name];
		if (configured !== undefined) results.push(await runOne(context, name, configured));
	}
	return results;
}

/** One layer of policy in telemetry. */
export interface PolicyLayer {
	readonly model: string;
	readonly status: "passed" | "failed" | "skipped";
	readonly note: string;
}

// 10 minutes: a policy may ask a model.
const policyTimeoutMs = 600_000;

/**
 * Runs a policy layer from its variable (`SPEC_OPS_POLICY_PREFILTER_CMD` or `SPEC_OPS_POLICY_FINAL_CMD`, with `{spec_id}` and `{stage}`
 * filled in); without one it is skipped. It never fails the stage.
 */
export async function runPolicy(context: GuardrailContext, layer: "prefilter" | "final"): Promise<PolicyLayer> {
	const variable = layer === "prefilter" ? "SPEC_OPS_POLICY_PREFILTER_CMD" : "SPEC_OPS_POLICY_FINAL_CMD";
	const template = context.host.config.environment[variable]?.trim() ?? "";
	if (template === "" || context.signal.aborted) return { model: "none", status: "skipped", note: "" };
	// Both values are checked words without blanks or quotes.
	const command = template.replaceAll("{spec_id}", context.specId).replaceAll("{stage}", context.stage);
	const result = await runOne(context, `policy-${layer}`, { name: layer, command, timeoutMs: policyTimeoutMs });
	return { model: "command", status: result.status === "passed" ? "passed" : "failed", note: result.message };
}
