// policy → plan. A pure function of the request and of what the disk answers: it decides which folders may be written and
// which paths inside them are protected. It must not change anything, nor decide which mechanism keeps the plan.

import { SandboxError } from "../sandbox-error.ts";
import { type Disk, realDisk } from "./disk.ts";
import { locateGit } from "./git-folder.ts";
import { isWithin } from "./paths.ts";
import type { ConfinedPlan, PlanRequest, PlanStep, RootOrigin, SandboxPlan, WritableRoot } from "./plan.ts";
import { planProtection } from "./protection.ts";

// The helper takes no more paths than this.
const maxSteps = 16_000;

interface Candidate {
	readonly path: string;
	readonly origin: RootOrigin;
}

function candidates(request: PlanRequest, disk: Disk, cwd: string): readonly Candidate[] {
	const { policy } = request;
	if (policy.mode !== "workspace-write") return [];
	const list: Candidate[] = [{ path: cwd, origin: "cwd" }];
	for (const path of policy.writable_roots) list.push({ path, origin: "writable_roots" });
	const git = locateGit(disk, cwd);
	if (git !== undefined) list.push({ path: git.commonDir, origin: "git" }, { path: git.gitDir, origin: "git" });
	for (const path of request.cacheFolders ?? []) list.push({ path, origin: "cache" });
	if (!policy.exclude_slash_tmp) list.push({ path: "/tmp", origin: "slash_tmp" });
	const { tmpdir } = request;
	if (!policy.exclude_tmpdir_env_var && tmpdir?.startsWith("/") === true) list.push({ path: tmpdir, origin: "tmpdir" });
	return list;
}

/** What the helper replaces by its own, or the kernel's view of itself: never a writable root. */
const kernelFolders = ["/dev", "/proc", "/sys"];

function usableRoot(disk: Disk, candidate: Candidate): WritableRoot | undefined {
	const path = disk.realPath(candidate.path);
	// A root that does not exist is ignored, as in the reference.
	if (path === undefined || kernelFolders.some((folder) => isWithin(path, folder))) return undefined;
	if (path === "/") {
		throw new SandboxError(
			"unenforceable",
			"`/` cannot be a writable root, because nothing in it could be protected: start in a project folder, or use " +
				"`--sandbox danger-full-access`",
		);
	}
	return { path, origin: candidate.origin };
}

/** Real, existing, each once, outer before inner. A named root inside another is kept: names are protected at its top. */
function writableRoots(disk: Disk, list: readonly Candidate[]): readonly WritableRoot[] {
	const roots: WritableRoot[] = [];
	for (const candidate of list) {
		const root = usableRoot(disk, candidate);
		if (root === undefined || roots.some(({ path }) => path === root.path)) continue;
		const isNamed = root.origin === "cwd" || root.origin === "writable_roots";
		if (isNamed || !roots.some(({ path }) => isWithin(root.path, path))) roots.push(root);
	}
	return roots.sort((left, right) => left.path.length - right.path.length);
}

function hideSteps(request: PlanRequest, disk: Disk): readonly PlanStep[] {
	const steps = new Map<string, PlanStep>();
	for (const { path, glob } of request.hidden ?? []) {
		const rule = `denied read: ${glob}`;
		const parent = disk.realPath(path.slice(0, path.lastIndexOf("/")) || "/");
		const named =
			parent === undefined ? undefined : `${parent === "/" ? "" : parent}/${path.slice(path.lastIndexOf("/") + 1)}`;
		// Judged on the name and on what it links to.
		for (const each of [named, disk.realPath(path)]) {
			if (each !== undefined && !steps.has(each)) steps.set(each, { action: "hide", path: each, rule });
		}
	}
	return [...steps.values()];
}

/**
 * Makes the plan.
 *
 * Contract: looks at the disk through `disk` only, and creates nothing. Make it anew for each command: a path that was
 * made or moved since is otherwise missed. Throws `SandboxError` `unenforceable` when the policy asks for what cannot be
 * kept. Writable roots that do not exist are left out; `cwd` must exist.
 */
export function planSandbox(request: PlanRequest, disk: Disk = realDisk): SandboxPlan {
	const { policy } = request;
	if (policy.mode === "danger-full-access") return { kind: "unconfined" };
	const cwd = disk.realPath(request.cwd);
	if (cwd === undefined) throw new SandboxError("unenforceable", `the folder \`${request.cwd}\` does not exist`);
	const roots = writableRoots(disk, candidates(request, disk, cwd));
	const steps = [...planProtection({ request, disk, cwd, roots }), ...hideSteps(request, disk)];
	if (steps.length > maxSteps) {
		throw new SandboxError(
			"unenforceable",
			`${steps.length} paths would have to be protected; ${maxSteps} are possible`,
		);
	}
	const network = policy.mode === "workspace-write" && policy.network_access;
	const plan: ConfinedPlan = { kind: "confined", mode: policy.mode, cwd, network, roots, steps };
	return plan;
}
