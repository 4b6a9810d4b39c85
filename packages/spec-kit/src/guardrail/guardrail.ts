// The words that the checks of guardrails share.

import type { CommandOutcome, SpecKitHost } from "../host.ts";
import type { HalMode, Stage } from "../stage.ts";
import type { ScenarioStatus } from "./telemetry.ts";

/** What a check came to. A warning does not stop the stage. */
export interface CheckResult {
	readonly name: string;
	readonly status: ScenarioStatus | "warning";
	/** One sentence; empty when there is nothing to say. */
	readonly message: string;
}

/** How much of the configured commands the plan stage runs first: nothing, build and lint, all, or not even a baseline. */
export type BaselineMode = "no-run" | "quick" | "full" | "skip";

/** What a guardrail is asked. */
export interface GuardrailInput {
	readonly host: SpecKitHost;
	readonly specId: string;
	readonly runId: string;
	readonly stage: Stage;
	/** On abort running commands end, the rest is not started, and the outcome says so; it is still written. */
	readonly signal: AbortSignal;
	/** Default: `SPEC_OPS_HAL_MODE`, else config. */
	readonly halMode?: HalMode;
	/** Default: `SPEC_OPS_ALLOW_DIRTY`. */
	readonly allowDirty?: boolean;
	/** Only for plan. Default `no-run`. */
	readonly baselineMode?: BaselineMode;
}

/** What the checks of one guardrail know of each other. */
export interface GuardrailContext extends GuardrailInput {
	/** Folder of the packet, relative to the repository. */
	readonly packet: string;
	/** Paths of the packet's files. */
	readonly packetFiles: readonly string[];
	readonly sessionId: string;
	readonly hal: HalMode;
	/** Milliseconds since 1970: when the guardrail began. */
	readonly startedAtMs: number;
	/** Takes a line for the guardrail's log. */
	readonly log: (line: string) => void;
}

/** Whether a variable says yes: `1`, `true`, `yes` or `on`, case aside. */
export function isOn(value: string | undefined): boolean {
	return value !== undefined && /^(?:1|true|yes|on)$/i.test(value.trim());
}

/** A check that found nothing wrong. */
export function passed(name: string): CheckResult {
	return { name, status: "passed", message: "" };
}

/** A check with something to say. */
export function checked(name: string, status: CheckResult["status"], message: string): CheckResult {
	return { name, status, message };
}

// The config's environment also holds HAL's secret, which is nobody else's business.
const family = /^(?:SPEC_OPS|SPEC_KIT|SPECKIT)_/;

/** The variables that every command of a guardrail sees: those of the families, and what is known of this guardrail. */
export function commandEnvironment(context: GuardrailContext): Readonly<Record<string, string>> {
	const { host, specId, stage, sessionId, hal } = context;
	return {
		...Object.fromEntries(Object.entries(host.config.environment).filter(([name]) => family.test(name))),
		SPEC_OPS_SPEC_ID: specId,
		SPEC_OPS_STAGE: stage,
		SPEC_OPS_STAGE_DIR: `${host.config.evidenceDir}/commands/${specId}`,
		SPEC_OPS_SESSION_ID: sessionId,
		SPEC_OPS_HAL_MODE: hal,
		...(hal === "live" ? { SPEC_OPS_TELEMETRY_HAL: host.config.environment["SPEC_OPS_TELEMETRY_HAL"] ?? "1" } : {}),
	};
}

/** Why a command did not succeed, in a few words. */
export function commandFailure(outcome: CommandOutcome): string {
	if (outcome.failure !== undefined) return outcome.failure.replaceAll("_", " ");
	return outcome.exitCode === null ? "did not run" : `exit code ${outcome.exitCode}`;
}
