// Plan and command → the arguments of the helper. Pure. The protocol is written down at the top of native/code-sandbox.c.

import type { ConfinedPlan, PlanStep } from "../plan/plan.ts";

/** How the helper is called. */
export interface HelperCall {
	readonly helper: string;
	/** Hexadecimal, up to 64 characters; refusals carry it. */
	readonly tag: string;
	readonly plan: ConfinedPlan;
	readonly command: readonly string[];
}

const stepArguments = (steps: readonly PlanStep[]): readonly string[] =>
	steps.flatMap(({ action, path }) => [`--${action}`, path]);

const writeArguments = (plan: ConfinedPlan): readonly string[] => plan.roots.flatMap(({ path }) => ["--write", path]);

/** Whether the step needs a placeholder on the disk. */
export const isAbsent = (step: PlanStep): boolean => step.action.startsWith("absent-");

/** The call that uses namespaces. */
export function namespacesCall(
	call: HelperCall,
	options: { landlock: boolean; privateProc: boolean },
): readonly string[] {
	const { helper, tag, plan, command } = call;
	return [
		helper,
		"--tag",
		tag,
		"--namespaces",
		...(plan.network ? ["--network"] : []),
		...(options.landlock ? [] : ["--no-landlock"]),
		...(options.privateProc ? [] : ["--host-proc"]),
		...writeArguments(plan),
		...stepArguments(plan.steps),
		"--",
		...command,
	];
}

/** The call that uses Landlock and seccomp only; steps are not kept. `ownDev`: /dev is private already. */
export function landlockCall(call: HelperCall, ownDev: boolean): readonly string[] {
	const { helper, tag, plan, command } = call;
	const flags = [...(plan.network ? ["--network"] : []), ...(ownDev ? ["--own-dev"] : [])];
	return [helper, "--tag", tag, "--landlock", ...flags, ...writeArguments(plan), "--", ...command];
}

/** The call that makes the plan's placeholders around another program. */
export function placeholdersCall(call: HelperCall): readonly string[] {
	const { helper, tag, plan, command } = call;
	return [helper, "--tag", tag, "--placeholders", ...stepArguments(plan.steps.filter(isAbsent)), "--", ...command];
}

/** The call that keeps the plan's placeholders until its stdin ends. */
export function keepCall(helper: string, plan: ConfinedPlan): readonly string[] {
	return [helper, "--keep", ...stepArguments(plan.steps.filter(isAbsent))];
}
