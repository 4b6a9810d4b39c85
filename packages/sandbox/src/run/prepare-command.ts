// Turns a command into one that is confined: argv in, argv out. A pure step before whatever runs processes, so that
// process groups, timeouts and output stay with the runner. What cannot be kept is refused, never run without.

import { randomBytes } from "node:crypto";
import { type Disk, realDisk } from "../plan/disk.ts";
import type { ConfinedPlan, SandboxPlan } from "../plan/plan.ts";
import { bubblewrapCall } from "./bubblewrap-command.ts";
import { type HelperCall, landlockCall, namespacesCall } from "./helper-command.ts";
import { type Gap, gapSentences, type Mechanism } from "./mechanism.ts";
import { seatbeltCall } from "./seatbelt-profile.ts";

/** A command to confine. */
export interface ConfineRequest {
	readonly plan: SandboxPlan;
	/** The best way of this machine, from `probeSandbox`; undefined when there is none. */
	readonly mechanism: Mechanism | undefined;
	/** Why there is none, one sentence. */
	readonly missing?: string;
	/** Program and arguments, at least one. */
	readonly argv: readonly string[];
	/** The command's whole environment. */
	readonly env: Readonly<Record<string, string>>;
	/** Gaps that the user has accepted in their own configuration; those in `toleratedGaps` need no acceptance. */
	readonly acceptedGaps?: readonly Gap[];
}

/** What to spawn, or why nothing may be. */
export type ConfinedCommand =
	| {
			readonly kind: "ready";
			/** To be spawned as it is, without a shell, in the command's own working directory. */
			readonly argv: readonly string[];
			readonly env: Readonly<Record<string, string>>;
			/** For `readRefusal`; `""` when no helper is involved. */
			readonly tag: string;
			/** What is not covered for this plan. */
			readonly gaps: readonly Gap[];
	  }
	| {
			readonly kind: "refused";
			readonly code: "no_mechanism" | "gap";
			readonly gaps: readonly Gap[];
			readonly message: string;
	  };

/** Gaps that no policy promises to close; they are told by `sandbox check` only. */
export const toleratedGaps: readonly Gap[] = [
	"metadata",
	"process_isolation",
	"private_proc",
	"landlock_layer",
	"unverified_machine",
	"signals",
	"syscalls",
	"absent_names",
];

/** Which gaps of a mechanism matter to a plan. */
function gapsFor(plan: ConfinedPlan, mechanism: Mechanism, disk: Disk = realDisk): readonly Gap[] {
	return mechanism.gaps.filter((gap) => {
		switch (gap) {
			case "protected_paths":
				return plan.steps.some(({ action }) => action !== "hide");
			case "denied_reads":
				return plan.steps.some(({ action }) => action === "hide");
			case "protected_links":
				return plan.steps.some(({ path }) => disk.kind(path) === "link");
			default:
				return true;
		}
	});
}

function callFor(mechanism: Mechanism, call: Omit<HelperCall, "helper">, disk: Disk): readonly string[] {
	switch (mechanism.kind) {
		case "namespaces":
			return namespacesCall({ ...call, helper: mechanism.helper }, mechanism);
		case "bubblewrap":
			return bubblewrapCall({ ...call, helper: mechanism.helper }, mechanism.bubblewrap, (path) => disk.kind(path));
		case "landlock":
			return landlockCall({ ...call, helper: mechanism.helper }, false);
		case "seatbelt":
			return seatbeltCall(call.plan, call.command);
	}
}

function childEnvironment(request: ConfineRequest, plan: ConfinedPlan): Readonly<Record<string, string>> {
	return {
		...request.env,
		...(plan.network ? {} : { CODEX_SANDBOX_NETWORK_DISABLED: "1" }),
		...(request.mechanism?.kind === "seatbelt" ? { CODEX_SANDBOX: "seatbelt" } : {}),
	};
}

/**
 * Confines a command.
 *
 * Contract: never throws; starts nothing. The returned argv is as long as the plan has paths (up to some hundred kB).
 * Under danger-full-access argv and env come back as they were.
 */
export function confineCommand(request: ConfineRequest, disk: Disk = realDisk): ConfinedCommand {
	const { plan, mechanism } = request;
	if (plan.kind === "unconfined") return { kind: "ready", argv: request.argv, env: request.env, tag: "", gaps: [] };
	if (mechanism === undefined) {
		const reason = request.missing ?? "this machine has no way to confine a command";
		const message = `the command was not run, because it cannot be confined: ${reason}`;
		return { kind: "refused", code: "no_mechanism", gaps: [], message };
	}
	const gaps = gapsFor(plan, mechanism, disk);
	const open = gaps.filter((gap) => !toleratedGaps.includes(gap) && request.acceptedGaps?.includes(gap) !== true);
	if (open.length > 0) {
		const message =
			`the command was not run, because the only way to confine it here (${mechanism.kind}) does not keep the policy: ` +
			open.map((gap) => gapSentences[gap]).join("; ");
		return { kind: "refused", code: "gap", gaps: open, message };
	}
	// 128 bits: not to be guessed by a command that wants to pass for a refusal.
	const tag = mechanism.kind === "seatbelt" ? "" : randomBytes(16).toString("hex");
	const argv = callFor(mechanism, { tag, plan, command: request.argv }, disk);
	return { kind: "ready", argv, env: childEnvironment(request, plan), tag, gaps };
}
