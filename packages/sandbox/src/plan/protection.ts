// Which paths inside the writable roots are protected, and how, so that no rename of a folder above, no symbolic link and
// no creation of a missing name gets around it. Part of the plan; looks, never changes.

import { posix } from "node:path";
import { SandboxError } from "../sandbox-error.ts";
import type { Disk } from "./disk.ts";
import { configTargets, type GitStep, gitSteps, isGitFolder, locateGit } from "./git-folder.ts";
import { foldersBetween, foldName, isWithin } from "./paths.ts";
import type { PlanRequest, PlanStep, StepAction, WritableRoot } from "./plan.ts";
import { defaultProtectedNames, homeFiles, homeIfThere, temporaryProtectedNames } from "./protected-names.ts";

/** From what the steps are made. */
export interface ProtectionInput {
	readonly request: PlanRequest;
	readonly disk: Disk;
	readonly cwd: string;
	readonly roots: readonly WritableRoot[];
}

type Absent = "absent-dir" | "absent-file" | "absent-dot";

// Links to links: more is a loop, and the system gives up at 40 too.
const maxLinks = 40;

/** Collects steps; a path gets the first action that was asked for, and pins never replace a protection. */
class Protection {
	readonly #disk: Disk;
	readonly #roots: readonly WritableRoot[];
	readonly #steps = new Map<string, PlanStep>();

	constructor({ disk, roots }: ProtectionInput) {
		this.#disk = disk;
		this.#roots = roots;
	}

	get steps(): readonly PlanStep[] {
		return [...this.#steps.values()];
	}

	/** The innermost root that holds the path, but for a root itself. */
	rootOf(path: string): string | undefined {
		let found: string | undefined;
		for (const root of this.#roots) {
			if (root.path !== path && isWithin(path, root.path) && root.path.length > (found?.length ?? 0)) found = root.path;
		}
		return found;
	}

	/** Keeps what is at the path, or its absence. Does nothing outside the writable roots. */
	guard(path: string, rule: string, absent: Absent, links = 0): void {
		const root = this.rootOf(path);
		if (root === undefined || this.#isCovered(path)) {
			// A root cannot be protected as such: what links to it asks for the impossible.
			if (links > 0 && this.#roots.some((each) => isWithin(each.path, path))) {
				throw new SandboxError("unenforceable", `\`${rule}\` links to \`${path}\`, which must stay writable`);
			}
			return;
		}
		for (const folder of foldersBetween(root, path)) {
			const kind = this.#disk.kind(folder);
			if (kind === "missing") return this.#add("absent-dir", folder, rule);
			if (kind === "link") return this.guardLink(folder, rule, absent, links);
			this.pin(folder, rule);
		}
		switch (this.#disk.kind(path)) {
			case "missing":
				return this.#add(absent, path, rule);
			case "link":
				return this.guardLink(path, rule, absent, links);
			default:
				return this.#add("read-only", path, rule);
		}
	}

	/** Keeps the folders above a path inside a root in their places. */
	pinAbove(path: string, rule: string): void {
		const root = this.rootOf(path);
		if (root !== undefined) for (const folder of foldersBetween(root, path)) this.pin(folder, rule);
	}

	/** Keeps a symbolic link as it is, and what it leads to. */
	guardLink(path: string, rule: string, absent: Absent, links: number): void {
		this.#add("read-only", path, rule);
		const real = this.#disk.realPath(path);
		if (real !== undefined) this.guard(real, rule, absent, links + 1);
		else if (links < maxLinks) {
			const target = this.#danglingTarget(path);
			if (target !== undefined) this.guard(target, rule, absent, links + 1);
		}
	}

	/** Keeps what is at the path from change, but nothing that it leads to. */
	keep(path: string, rule: string): void {
		this.#add("read-only", path, rule);
	}

	pin(path: string, rule: string): void {
		if (!this.#isCovered(path) && this.rootOf(path) !== undefined) this.#add("pin", path, rule);
	}

	freeze(path: string, rule: string): void {
		this.#steps.delete(path);
		this.#add("freeze", path, rule);
	}

	#add(action: StepAction, path: string, rule: string): void {
		const known = this.#steps.get(path);
		if (known !== undefined && (known.action !== "pin" || action === "pin")) return;
		// A protection that replaces a pin comes after it: the order in which they are bound.
		this.#steps.delete(path);
		this.#steps.set(path, { action, path, rule });
	}

	/** Whether a folder above is read-only or absent already. */
	#isCovered(path: string): boolean {
		for (let at = path; at !== "/"; at = posix.dirname(at)) {
			const action = this.#steps.get(at)?.action;
			if (action !== undefined && action !== "pin" && action !== "freeze") return true;
		}
		return false;
	}

	/** Where a link to nothing would make its target: the real folder above and the name. */
	#danglingTarget(path: string): string | undefined {
		const text = this.#disk.readLink(path);
		if (text === undefined) return undefined;
		const target = posix.resolve(posix.dirname(path), text);
		let missing = "";
		for (let at = target; at !== "/"; at = posix.dirname(at)) {
			const real = this.#disk.realPath(at);
			if (real !== undefined) return posix.join(real, missing);
			missing = posix.join(posix.basename(at), missing);
		}
		return target;
	}
}

interface GitPlace {
	readonly gitDir: string;
	readonly worktree: string;
	readonly home: string;
}

function guardGitFolder(protection: Protection, disk: Disk, { gitDir, worktree, home }: GitPlace): void {
	const done: Record<GitStep["action"], (path: string, rule: string) => void> = {
		pin: (path, rule) => protection.pin(path, rule),
		freeze: (path, rule) => protection.freeze(path, rule),
		"guard-folder": (path, rule) => protection.guard(path, rule, "absent-dir"),
		"guard-file": (path, rule) => protection.guard(path, rule, "absent-file"),
		"guard-dot": (path, rule) => protection.guard(path, rule, "absent-dot"),
	};
	for (const { action, path } of gitSteps(disk, gitDir)) {
		done[action](path === "" ? gitDir : `${gitDir}/${path}`, path === "" ? ".git" : `.git/${path}`);
	}
	const config = disk.readText(`${gitDir}/config`) ?? "";
	for (const target of configTargets(config, { config: gitDir, worktree, home })) {
		const isFolder = disk.kind(target) === "folder";
		protection.guard(target, "named by .git/config", isFolder ? "absent-dir" : "absent-file");
	}
}

function guardNames(
	protection: Protection,
	input: ProtectionInput,
	root: WritableRoot,
	names: readonly string[],
): void {
	const { disk, request } = input;
	for (const name of names) {
		const path = `${root.path}/${name}`;
		if (name !== ".git") protection.guard(path, name, "absent-dir");
		else if (request.gitWrites !== true) guardGitEntry(protection, input, path);
	}
	// Spelled otherwise: the same file where case does not count, and harmless to protect where it does.
	if (root.origin === "slash_tmp" || root.origin === "tmpdir") return;
	const folded = new Map(names.map((name) => [foldName(name), name]));
	for (const entry of disk.list(root.path)) {
		const name = folded.get(foldName(entry));
		if (name !== undefined && entry !== name) protection.guard(`${root.path}/${entry}`, name, "absent-dir");
	}
}

function guardGitEntry(protection: Protection, { disk, request }: ProtectionInput, path: string): void {
	const kind = disk.kind(path);
	const gitDir = disk.realPath(path);
	const isRepository = gitDir !== undefined && isGitFolder(disk, gitDir);
	if ((kind !== "folder" && kind !== "link") || !isRepository) return protection.guard(path, ".git", "absent-dir");
	if (kind === "link") protection.keep(path, ".git");
	guardGitFolder(protection, disk, { gitDir, worktree: posix.dirname(path), home: request.home });
}

function guardHome(protection: Protection, disk: Disk, home: string): void {
	const real = home === "" ? undefined : disk.realPath(home);
	if (real === undefined) return;
	protection.guard(`${real}/.ssh`, "~/.ssh", "absent-dir");
	for (const name of homeFiles) protection.guard(`${real}/${name}`, `~/${name}`, "absent-file");
	for (const name of homeIfThere) {
		if (disk.kind(`${real}/${name}`) !== "missing") protection.guard(`${real}/${name}`, `~/${name}`, "absent-file");
	}
}

/** The steps that protect, in the order in which they must be done. */
export function planProtection(input: ProtectionInput): readonly PlanStep[] {
	const { request, disk, cwd, roots } = input;
	const protection = new Protection(input);
	const names = request.protectedNames ?? defaultProtectedNames;
	for (const root of roots) {
		protection.pinAbove(root.path, "writable root");
		if (root.origin === "cwd" || root.origin === "writable_roots") guardNames(protection, input, root, names);
		if (root.origin === "slash_tmp" || root.origin === "tmpdir") {
			guardNames(
				protection,
				input,
				root,
				temporaryProtectedNames.filter((name) => names.includes(name)),
			);
		}
	}
	const git = request.gitWrites === true ? undefined : locateGit(disk, cwd);
	if (git !== undefined) {
		const worktree = posix.dirname(git.entry);
		guardGitFolder(protection, disk, { gitDir: git.commonDir, worktree, home: request.home });
	}
	for (const { path, as } of request.protectedPaths ?? []) {
		protection.guard(disk.realPath(path) ?? posix.resolve(path), path, as === "file" ? "absent-file" : "absent-dir");
	}
	guardHome(protection, disk, request.home);
	return protection.steps;
}
