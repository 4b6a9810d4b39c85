// Policies as plans: which folders may be written, and what inside them is protected and how.

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxPolicy } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { type ConfinedPlan, type PlanRequest, planSandbox } from "../../src/index.ts";
import { workspaceWrite } from "../run/command.ts";
import { fakeDisk, repositoryAt } from "./fake-disk.ts";

function planOf(
	entries: Readonly<Record<string, string>>,
	request: Partial<PlanRequest> = {},
	policy: SandboxPolicy = workspaceWrite,
): ConfinedPlan {
	const plan = planSandbox({ policy, cwd: "/w", home: "", ...request }, fakeDisk({ "/w": "dir", ...entries }));
	if (plan.kind !== "confined") throw new Error("not confined");
	return plan;
}

const actions = (plan: ConfinedPlan): Readonly<Record<string, string>> =>
	Object.fromEntries(plan.steps.map(({ path, action }) => [path, action]));

describe("writable roots", () => {
	it("are none in read-only, and everything in danger-full-access", () => {
		expect(planOf({}, {}, { mode: "read-only" })).toMatchObject({ roots: [], steps: [], network: false });
		expect(planSandbox({ policy: { mode: "danger-full-access" }, cwd: "/w", home: "" })).toEqual({
			kind: "unconfined",
		});
	});

	it("are the session's folder, the named ones that exist, and temporary folders unless they are left out", () => {
		const policy = {
			...workspaceWrite,
			writable_roots: ["/other", "/missing", "/w/inner"],
			exclude_slash_tmp: false,
			exclude_tmpdir_env_var: false,
		};
		const plan = planOf(
			{ "/other": "dir", "/w/inner": "dir", "/tmp": "dir", "/var/t": "dir" },
			{ tmpdir: "/var/t" },
			policy,
		);
		expect(plan.roots.map(({ path, origin }) => [path, origin])).toEqual([
			["/w", "cwd"],
			["/tmp", "slash_tmp"],
			["/other", "writable_roots"],
			["/var/t", "tmpdir"],
			["/w/inner", "writable_roots"],
		]);
	});

	it("are real paths, and never the kernel's folders or the root", () => {
		const policy = { ...workspaceWrite, writable_roots: ["/link", "/dev/shm", "/proc/1"] };
		const plan = planOf({ "/link": "link:/real", "/real": "dir", "/dev/shm": "dir", "/proc/1": "dir" }, {}, policy);
		expect(plan.roots.map(({ path }) => path)).toEqual(["/w", "/real"]);
		expect(() => planOf({}, {}, { ...workspaceWrite, writable_roots: ["/"] })).toThrow("cannot be a writable root");
		expect(() => planSandbox({ policy: workspaceWrite, cwd: "/gone", home: "" }, fakeDisk({}))).toThrow(
			"does not exist",
		);
	});

	it("hold the shared folder of a linked worktree, and only one that points back at it", () => {
		const linked = {
			...repositoryAt("/main"),
			"/main/.git/worktrees/w/commondir": "../..\n",
			"/main/.git/worktrees/w/gitdir": "/w/.git\n",
			"/w/.git": "gitdir: /main/.git/worktrees/w\n",
		};
		expect(planOf(linked).roots.map(({ path }) => path)).toEqual(["/w", "/main/.git"]);
		const forged = { ...linked, "/main/.git/worktrees/w/gitdir": "/elsewhere/.git\n" };
		expect(planOf(forged).roots.map(({ path }) => path)).toEqual(["/w"]);
	});
});

describe("protected names", () => {
	it("are kept from coming into being when they do not exist, whatever they will be", () => {
		expect(actions(planOf({}))).toEqual({
			"/w/.git": "absent-dir",
			"/w/.code": "absent-dir",
			"/w/.codex": "absent-dir",
			"/w/.agents": "absent-dir",
			"/w/.vscode": "absent-dir",
			"/w/.idea": "absent-dir",
		});
	});

	it("are read-only where they exist, in every spelling, and through links to where they lead", () => {
		const plan = planOf({
			"/w/.CODE": "dir",
			"/w/.codex": "link:real",
			"/w/real": "dir",
			"/w/.agents": "link:later/on",
		});
		expect(actions(plan)).toMatchObject({
			"/w/.CODE": "read-only",
			"/w/.codex": "read-only",
			"/w/real": "read-only",
			"/w/.agents": "read-only",
			"/w/later": "absent-dir",
		});
	});

	it("leave `.git` writable but for what runs code or moves it", () => {
		const config =
			'[core]\n\thooksPath = "my-hooks"\n[include]\n\tpath = ../extra\n[includeIf "gitdir:x"]\n\tpath = /w/cond\n';
		const entries = {
			...repositoryAt("/w"),
			"/w/.git/config": config,
			"/w/my-hooks": "dir",
			"/w/extra": "",
			"/w/cond": "",
		};
		expect(actions(planOf(entries))).toMatchObject({
			"/w/.git": "pin",
			"/w/.git/config": "read-only",
			"/w/.git/config.worktree": "absent-file",
			"/w/.git/commondir": "absent-dot",
			"/w/.git/hooks": "read-only",
			"/w/.git/info": "pin",
			"/w/.git/info/attributes": "absent-file",
			"/w/.git/modules": "absent-dir",
			"/w/my-hooks": "read-only",
			"/w/extra": "read-only",
			"/w/cond": "read-only",
		});
		expect(actions(planOf(entries, { gitWrites: true }))["/w/.git/config"]).toBeUndefined();
	});

	it("cover submodules, whose names may have slashes, and linked worktrees of the repository", () => {
		const entries = {
			...repositoryAt("/w"),
			"/w/.git/modules/a/b/HEAD": "x",
			"/w/.git/modules/a/b/objects": "dir",
			"/w/.git/modules/a/b/refs": "dir",
			"/w/.git/modules/a/b/config": "",
			"/w/.git/worktrees/t/gitdir": "/t/.git\n",
		};
		expect(actions(planOf(entries))).toMatchObject({
			"/w/.git/modules": "freeze",
			"/w/.git/modules/a": "freeze",
			"/w/.git/modules/a/b/config": "read-only",
			"/w/.git/modules/a/b/hooks": "absent-dir",
			"/w/.git/worktrees/t/gitdir": "read-only",
			"/w/.git/worktrees/t/commondir": "absent-file",
		});
	});

	it("a `.git` that is no repository is read-only as it is", () => {
		expect(actions(planOf({ "/w/.git": "dir" }))["/w/.git"]).toBe("read-only");
		expect(actions(planOf({ "/w/.git": "gitdir: /nowhere\n" }))["/w/.git"]).toBe("read-only");
		expect(actions(planOf({ ...repositoryAt("/r"), "/w/.git": "link:/r/.git" }))["/w/.git"]).toBe("read-only");
	});

	it("are those of the repository above when the session is in a folder below", () => {
		const plan = planOf({ ...repositoryAt("/w"), "/w/sub": "dir" }, { cwd: "/w/sub" });
		expect(plan.roots.map(({ path }) => path)).toContain("/w/.git");
	});
});

describe("protected files", () => {
	it("keep the folders above them in place, and their absence", () => {
		const plan = planOf(
			{ "/w/a/b/own.toml": "x" },
			{
				protectedPaths: [
					{ path: "/w/a/b/own.toml", as: "file" },
					{ path: "/w/a/c/later", as: "file" },
					{ path: "/outside/x", as: "file" },
				],
			},
		);
		expect(actions(plan)).toMatchObject({
			"/w/a": "pin",
			"/w/a/b": "pin",
			"/w/a/b/own.toml": "read-only",
			"/w/a/c": "absent-dir",
		});
		expect(actions(plan)["/outside/x"]).toBeUndefined();
	});

	it("of the home are kept when it lies in a writable root", () => {
		const plan = planOf({ "/w/.bashrc": "x", "/w/.config": "dir" }, { home: "/w" });
		expect(actions(plan)).toMatchObject({
			"/w/.bashrc": "read-only",
			"/w/.profile": "absent-file",
			"/w/.ssh": "absent-dir",
			"/w/.config": "read-only",
		});
		expect(actions(plan)["/w/.bash_profile"]).toBeUndefined();
	});

	it("that link to a writable root ask for the impossible", () => {
		expect(() => planOf({ "/w/.code": "link:/w" })).toThrow("must stay writable");
	});
});

describe("denied reads", () => {
	it("hide a path and what it links to, after everything else", () => {
		const plan = planOf(
			{ "/w/.env": "link:real.env", "/w/real.env": "x" },
			{ hidden: [{ path: "/w/.env", glob: "**/.env" }] },
		);
		expect(plan.steps.slice(-2)).toEqual([
			{ action: "hide", path: "/w/.env", rule: "denied read: **/.env" },
			{ action: "hide", path: "/w/real.env", rule: "denied read: **/.env" },
		]);
	});
});

describe("placeholders of other commands", () => {
	it("count as missing: they go when their last user does", () => {
		const root = realpathSync(mkdtempSync(join(tmpdir(), "placeholder-")));
		mkdirSync(join(root, ".code"));
		chmodSync(join(root, ".code"), 0o1755);
		mkdirSync(join(root, ".idea"));
		const plan = planSandbox({ policy: workspaceWrite, cwd: root, home: "" });
		const steps = plan.kind === "confined" ? plan.steps : [];
		const actionOf = (name: string): string | undefined => steps.find(({ path }) => path === join(root, name))?.action;
		expect([actionOf(".code"), actionOf(".idea")]).toEqual(["absent-dir", "read-only"]);
		rmSync(root, { recursive: true });
	});
});
