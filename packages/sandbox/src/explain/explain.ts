// Answers "may this be read, written, reached, and which rule says so" from the plan alone. Component-wise, on the path
// as given: callers resolve symbolic links first where the file exists.

import { posix } from "node:path";
import { foldName, isWithin } from "../plan/paths.ts";
import type { ConfinedPlan, PlanStep, RootOrigin, SandboxPlan } from "../plan/plan.ts";
import { defaultProtectedNames } from "../plan/protected-names.ts";

/** An answer and its reason, one sentence without a period. */
export interface Verdict {
	readonly allowed: boolean;
	readonly because: string;
	/** What would allow it, when something does: a key of the configuration with its value, or a flag. */
	readonly setting?: string;
}

/** May a path be read and written. */
export interface PathExplanation {
	/** Absolute and normalised. */
	readonly path: string;
	readonly read: Verdict;
	readonly write: Verdict;
}

const originWords: Readonly<Record<RootOrigin, string>> = {
	cwd: "the session's folder",
	writable_roots: "`sandbox_workspace_write.writable_roots`",
	tmpdir: "`TMPDIR`",
	slash_tmp: "`/tmp`",
	git: "the repository of the session's folder",
	cache: "the package caches of this workspace",
};

const deviceFiles = new Set(["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"]);
const ownFolders = ["/dev/shm", "/dev/pts"];

const isProtection = (step: PlanStep): boolean => step.action !== "pin" && step.action !== "hide";

/** The step that decides about a path: the innermost one that holds it. */
function deciding(plan: ConfinedPlan, path: string): PlanStep | undefined {
	let found: PlanStep | undefined;
	for (const step of plan.steps) {
		if (step.action === "hide" || !isWithin(path, step.path)) continue;
		if (step.path.length >= (found?.path.length ?? 0)) found = step;
	}
	return found;
}

function settingFor(rule: string): string | undefined {
	return rule === ".git" || rule.startsWith(".git/") ? "sandbox_workspace_write.allow_git_writes = true" : undefined;
}

function explainWrite(plan: ConfinedPlan, path: string): Verdict {
	if (deviceFiles.has(path)) return { allowed: true, because: "a device that keeps nothing" };
	if (ownFolders.some((folder) => isWithin(path, folder) && path !== folder)) {
		return { allowed: true, because: "each command has its own" };
	}
	const root = plan.roots.findLast((each) => isWithin(path, each.path));
	if (root === undefined) {
		const setting =
			plan.mode === "read-only"
				? "--sandbox workspace-write"
				: `sandbox_workspace_write.writable_roots = [${JSON.stringify(posix.dirname(path))}] (or --add-dir)`;
		const because = plan.mode === "read-only" ? "the sandbox is read-only" : "it is outside the writable roots";
		return { allowed: false, because, setting };
	}
	const rule = protectionOf(plan, path);
	if (rule !== undefined) {
		const setting = settingFor(rule);
		const because = `\`${rule}\` is protected`;
		return setting === undefined ? { allowed: false, because } : { allowed: false, because, setting };
	}
	return { allowed: true, because: `it is in ${originWords[root.origin]}` };
}

function explainRead(plan: ConfinedPlan, path: string): Verdict {
	const hidden = plan.steps.find((step) => step.action === "hide" && isWithin(path, step.path));
	if (hidden !== undefined) return { allowed: false, because: hidden.rule };
	if (
		isWithin(path, "/dev") &&
		path !== "/dev" &&
		!deviceFiles.has(path) &&
		!ownFolders.some((each) => isWithin(path, each))
	) {
		return { allowed: false, because: "commands see only a few devices" };
	}
	return { allowed: true, because: "everything may be read that is not denied" };
}

/**
 * The rule that protects a real path inside the writable roots of a plan, or `undefined`. For tools that write in our own
 * process; what lies outside the roots is theirs to refuse.
 */
export function protectionOf(plan: SandboxPlan, realPath: string): string | undefined {
	return plan.kind === "unconfined"
		? undefined
		: (ruleAt(plan, realPath) ?? ruleAt(plan, withProtectedNames(realPath)));
}

function ruleAt(plan: ConfinedPlan, path: string): string | undefined {
	const step = deciding(plan, path);
	if (step === undefined || !isProtection(step)) return undefined;
	const isInside = step.action !== "freeze" || posix.dirname(path) === step.path || path === step.path;
	return isInside ? step.rule : undefined;
}

/** A name that differs from a protected one only in case or composition is that one on another disk. */
function withProtectedNames(path: string): string {
	const spelled = (name: string): string => defaultProtectedNames.find((each) => each === foldName(name)) ?? name;
	return path.split("/").map(spelled).join("/");
}

/** Explains one path; a relative one is taken from the session's folder, and stays as it is where nothing is confined. */
export function explainPath(plan: SandboxPlan, path: string): PathExplanation {
	if (plan.kind === "unconfined") {
		const verdict: Verdict = { allowed: true, because: "danger-full-access confines nothing" };
		return { path, read: verdict, write: verdict };
	}
	const absolute = posix.resolve(plan.cwd, path);
	const read = explainRead(plan, absolute);
	const hiddenWrite: Verdict = { allowed: false, because: read.because };
	const isHidden = plan.steps.some((step) => step.action === "hide" && isWithin(absolute, step.path));
	return { path: absolute, read, write: isHidden ? hiddenWrite : explainWrite(plan, absolute) };
}

// 253: the longest name that DNS can carry.
const maxHostLength = 253;

/** Explains whether commands reach a host. A name that no resolver would take is refused by name. */
export function explainHost(plan: SandboxPlan, host: string): Verdict {
	if (host === "" || host.length > maxHostLength || /[^\x21-\x7e]/.test(host)) {
		return { allowed: false, because: "that is not a host name" };
	}
	if (plan.kind === "unconfined") return { allowed: true, because: "danger-full-access confines nothing" };
	if (plan.network)
		return { allowed: true, because: "`sandbox_workspace_write.network_access` is true: every host is reached" };
	const setting =
		plan.mode === "read-only"
			? "--sandbox workspace-write with sandbox_workspace_write.network_access = true"
			: "sandbox_workspace_write.network_access = true";
	return { allowed: false, because: "the network is off, this machine's own services included", setting };
}
