// Repositories that try to run a program of theirs as soon as somebody looks at them. Each has a canary (a script that
// leaves a mark) and a control: plain git commands that do run it, without which the case would prove nothing.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a case is built. */
export interface Trap {
	/** The repository: one commit with `a.txt` and `b.txt`, then `a.txt` changed. */
	readonly root: string;
	/** A folder outside it. */
	readonly outside: string;
	/** Absolute path of an executable that leaves the mark, passes its input on and fails nothing. */
	readonly canary: string;
	git(...args: readonly string[]): Promise<string>;
	write(path: string, text: string): void;
}

/** One case. */
export interface HostileCase {
	readonly name: string;
	build(trap: Trap): Promise<void>;
	/** Commands of plain git, one after the other, of which some run the canary; each may fail. */
	readonly control: readonly (readonly string[])[];
	/** The control runs in a terminal (of `script`): without one git starts no pager. */
	readonly terminal?: boolean;
	/** Variables that are set for the control and offered to us. */
	readonly env?: (trap: Trap) => Readonly<Record<string, string>>;
}

const config =
	(key: string, value: (trap: Trap) => string = ({ canary }) => canary) =>
	async (trap: Trap): Promise<void> => {
		await trap.git("config", key, value(trap));
	};

const attribute =
	(line: string, ...settings: readonly ((trap: Trap) => Promise<void>)[]) =>
	async (trap: Trap) => {
		trap.write(".gitattributes", `${line}\n`);
		for (const set of settings) await set(trap);
	};

const hook =
	(name: string) =>
	async (trap: Trap): Promise<void> => {
		const path = join(trap.root, ".git/hooks", name);
		mkdirSync(join(trap.root, ".git/hooks"), { recursive: true });
		writeFileSync(path, `#!/bin/sh\nexec ${trap.canary}\n`);
		chmodSync(path, 0o755);
	};

/** Makes `git -C sub …` carry the setting, in a repository that is a submodule or just lies there. */
const nested =
	(asSubmodule: boolean, key: string) =>
	async (trap: Trap): Promise<void> => {
		await trap.git("init", "--quiet", "sub");
		trap.write("sub/s.txt", "s\n");
		await trap.git("-C", "sub", "add", ".");
		await trap.git("-C", "sub", "commit", "--quiet", "--message=sub");
		if (asSubmodule) {
			trap.write(".gitmodules", '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n');
			await trap.git("add", "sub", ".gitmodules");
			await trap.git("commit", "--quiet", "--message=with sub");
			await trap.git("config", "submodule.sub.url", "./sub");
			await trap.git("config", "submodule.sub.active", "true");
		}
		await trap.git("-C", "sub", "config", key, trap.canary);
		trap.write("sub/.gitattributes", "* filter=x\n");
		// Of the same size, so that only its content can tell.
		trap.write("sub/s.txt", "t\n");
	};

/** A partial clone whose missing blob would be fetched by running `command`. */
const promisor =
	(settings: (trap: Trap) => readonly (readonly [string, string])[]) =>
	async (trap: Trap): Promise<void> => {
		const blob = (await trap.git("rev-parse", "HEAD:b.txt")).trim();
		await trap.git("config", "core.repositoryformatversion", "1");
		await trap.git("config", "extensions.partialClone", "origin");
		await trap.git("config", "remote.origin.promisor", "true");
		for (const [key, value] of settings(trap)) await trap.git("config", key, value);
		const { rmSync } = await import("node:fs");
		rmSync(join(trap.root, ".git/objects", blob.slice(0, 2), blob.slice(2)), { force: true });
		trap.write("b.txt", "another text\n");
	};

const look = [["status"], ["diff"], ["add", "--all", "--dry-run"], ["add", "--all"]];

/** The corpus. */
export const hostileCases: readonly HostileCase[] = [
	{ name: "core.fsmonitor", build: config("core.fsmonitor"), control: look },
	{
		name: "core.fsmonitor in an included file",
		build: async (trap) => {
			writeFileSync(join(trap.outside, "inc"), `[core]\n\tfsmonitor = ${trap.canary}\n`);
			await trap.git("config", "include.path", join(trap.outside, "inc"));
		},
		control: look,
	},
	{
		name: "core.fsmonitor in a conditionally included file",
		build: async (trap) => {
			writeFileSync(join(trap.outside, "inc"), `[core]\n\tfsmonitor = ${trap.canary}\n`);
			await trap.git("config", "includeIf.onbranch:main.path", join(trap.outside, "inc"));
		},
		control: look,
	},
	{
		name: "core.fsmonitor in config.worktree",
		build: async (trap) => {
			await trap.git("config", "core.repositoryformatversion", "1");
			await trap.git("config", "extensions.worktreeConfig", "true");
			await trap.git("config", "--worktree", "core.fsmonitor", trap.canary);
		},
		control: look,
	},
	{ name: "filter.clean", build: attribute("* filter=x", config("filter.x.clean")), control: look },
	{
		name: "filter.clean, required, with a name of odd characters",
		build: attribute(
			"* filter=a.b-c",
			config("filter.a.b-c.clean"),
			config("filter.a.b-c.required", () => "true"),
		),
		control: look,
	},
	{ name: "filter.process", build: attribute("* filter=x", config("filter.x.process")), control: look },
	{
		name: "filter.smudge",
		build: attribute("* filter=x", config("filter.x.smudge")),
		control: [
			["worktree", "add", "../plain-worktree"],
			["checkout", "--", "."],
		],
	},
	{
		name: "filter in info/attributes",
		build: async (trap) => {
			trap.write(".git/info/attributes", "* filter=x\n");
			await trap.git("config", "filter.x.clean", trap.canary);
		},
		control: look,
	},
	{
		name: "filter through core.attributesFile",
		build: async (trap) => {
			writeFileSync(join(trap.outside, "attributes"), "* filter=x\n");
			await trap.git("config", "core.attributesFile", join(trap.outside, "attributes"));
			await trap.git("config", "filter.x.clean", trap.canary);
		},
		control: look,
	},
	{
		name: "filter in a deeper .gitattributes",
		build: async (trap) => {
			trap.write("deep/.gitattributes", "* filter=deep\n");
			trap.write("deep/x", "x\n");
			await trap.git("config", "filter.deep.clean", trap.canary);
		},
		control: look,
	},
	{ name: "diff.external", build: config("diff.external"), control: [["diff"]] },
	{ name: "diff driver command", build: attribute("* diff=x", config("diff.x.command")), control: [["diff"]] },
	{ name: "diff textconv", build: attribute("* diff=x", config("diff.x.textconv")), control: [["diff"]] },
	{
		name: "diff textconv, cached",
		build: attribute(
			"* diff=x",
			config("diff.x.textconv"),
			config("diff.x.cachetextconv", () => "true"),
		),
		control: [["diff"]],
	},
	{
		name: "core.pager",
		build: config("core.pager"),
		control: [["--paginate", "log"]],
		terminal: true,
	},
	{ name: "pager of one command", build: config("pager.status"), control: [["status"]], terminal: true },
	{ name: "pager of diff", build: config("pager.diff"), control: [["diff"]], terminal: true },
	{
		name: "pager of worktree and ls-files",
		build: async (trap) => {
			for (const command of ["worktree", "ls-files", "for-each-ref", "rev-parse", "config", "merge-tree"]) {
				await trap.git("config", `pager.${command}`, trap.canary);
			}
		},
		control: [["config", "--list"], ["ls-files"], ["worktree", "list"]],
		terminal: true,
	},
	{
		name: "alias under the name of no command",
		build: config("alias.st", ({ canary }) => `!${canary}`),
		control: [["st"]],
	},
	{ name: "post-checkout hook", build: hook("post-checkout"), control: [["worktree", "add", "../plain-worktree"]] },
	{
		name: "reference-transaction hook",
		build: hook("reference-transaction"),
		control: [["worktree", "add", "-b", "plain", "../plain-worktree"]],
	},
	{ name: "post-index-change hook", build: hook("post-index-change"), control: [["add", "--all"]] },
	{ name: "pre-commit hook", build: hook("pre-commit"), control: [["commit", "--all", "--message=x"]] },
	{
		name: "core.hooksPath",
		build: async (trap) => {
			mkdirSync(join(trap.root, "hooks"));
			symlinkSync(trap.canary, join(trap.root, "hooks/post-index-change"));
			symlinkSync(trap.canary, join(trap.root, "hooks/post-checkout"));
			symlinkSync(trap.canary, join(trap.root, "hooks/reference-transaction"));
			await trap.git("config", "core.hooksPath", join(trap.root, "hooks"));
		},
		control: [["add", "--all"]],
	},
	{
		name: "merge driver",
		build: async (trap) => {
			trap.write(".gitattributes", "* merge=x\n");
			await trap.git("add", "--all");
			await trap.git("commit", "--quiet", "--message=ours");
			await trap.git("checkout", "--quiet", "-b", "theirs", "HEAD~1");
			trap.write("a.txt", "theirs\n");
			trap.write(".gitattributes", "* merge=x\n");
			await trap.git("add", "--all");
			await trap.git("commit", "--quiet", "--message=theirs");
			await trap.git("checkout", "--quiet", "main");
			await trap.git("config", "merge.x.driver", trap.canary);
			await trap.git("config", "merge.default", "x");
		},
		control: [["merge", "theirs"]],
	},
	{
		name: "signature program of log",
		build: async (trap) => {
			const tree = (await trap.git("rev-parse", "HEAD^{tree}")).trim();
			const signed = `tree ${tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n`;
			writeFileSync(join(trap.outside, "commit"), signed);
			const id = (await trap.git("hash-object", "-t", "commit", "-w", join(trap.outside, "commit"))).trim();
			await trap.git("update-ref", "refs/heads/main", id);
			await trap.git("config", "gpg.program", trap.canary);
			await trap.git("config", "log.showSignature", "true");
		},
		control: [["log"]],
	},
	{
		name: "lazy fetch over ssh",
		build: promisor(({ canary }) => [
			["remote.origin.url", "ssh://nowhere.invalid/x"],
			["core.sshCommand", canary],
		]),
		control: [["diff"], ["show", "HEAD:b.txt"]],
	},
	{
		name: "lazy fetch with ext::",
		build: promisor(({ canary }) => [
			["remote.origin.url", `ext::${canary}`],
			["protocol.ext.allow", "always"],
		]),
		control: [["diff"], ["show", "HEAD:b.txt"]],
	},
	{
		name: "lazy fetch with an upload-pack of its own",
		build: promisor(({ canary, root }) => [
			["remote.origin.url", root],
			["remote.origin.uploadpack", canary],
			["protocol.file.allow", "always"],
		]),
		control: [["diff"], ["show", "HEAD:b.txt"]],
	},
	{
		name: "lazy fetch through a helper program of its own",
		build: promisor(() => [
			["remote.origin.url", "trap::x"],
			["protocol.allow", "always"],
		]),
		control: [["diff"], ["show", "HEAD:b.txt"]],
		env: ({ outside, canary }) => {
			symlinkSync(canary, join(outside, "git-remote-trap"));
			return { PATH: `${outside}:${process.env.PATH ?? ""}` };
		},
	},
	{ name: "submodule with core.fsmonitor", build: nested(true, "core.fsmonitor"), control: [["status"], ["diff"]] },
	{ name: "submodule with a filter", build: nested(true, "filter.x.clean"), control: [["status"], ["diff"]] },
	{
		name: "submodule update command",
		build: async (trap) => {
			await nested(true, "user.nothing")(trap);
			await trap.git("config", "submodule.sub.update", `!${trap.canary}`);
			await trap.git("-C", "sub", "checkout", "--quiet", "--", ".");
			trap.write("sub/x", "x\n");
			await trap.git("-C", "sub", "add", "x");
			await trap.git("-C", "sub", "commit", "--quiet", "--message=ahead");
		},
		control: [["submodule", "update"]],
	},
	{
		name: "repository inside, with core.fsmonitor",
		build: nested(false, "core.fsmonitor"),
		control: [["-C", "sub", "status"]],
	},
	{
		name: "repository inside, with a filter",
		build: nested(false, "filter.x.clean"),
		control: [["-C", "sub", "status"]],
	},
	{
		name: "bare repository inside, entered by its folder",
		build: async (trap) => {
			await trap.git("init", "--quiet", "--bare", "bare");
			await trap.git("-C", "bare", "config", "core.bare", "false");
			await trap.git("-C", "bare", "config", "core.worktree", trap.root);
			await trap.git("-C", "bare", "config", "core.fsmonitor", trap.canary);
		},
		control: [["-C", "bare", "status"]],
	},
	{
		name: "GIT_EXTERNAL_DIFF in the environment",
		build: async () => {},
		control: [["diff"]],
		env: ({ canary }) => ({ GIT_EXTERNAL_DIFF: canary }),
	},
	{
		name: "GIT_CONFIG_COUNT in the environment",
		build: async () => {},
		control: look,
		env: ({ canary }) => ({ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.fsmonitor", GIT_CONFIG_VALUE_0: canary }),
	},
	{
		name: "GIT_DIR of another repository in the environment",
		build: async (trap) => {
			await trap.git("init", "--quiet", join(trap.outside, "other"));
			await trap.git("-C", join(trap.outside, "other"), "config", "core.fsmonitor", trap.canary);
		},
		control: look,
		env: ({ outside, root }) => ({ GIT_DIR: join(outside, "other/.git"), GIT_WORK_TREE: root }),
	},
	{
		name: "GIT_EXEC_PATH in the environment",
		build: async (trap) => {
			mkdirSync(join(trap.outside, "exec"));
			for (const name of ["git-remote-ext", "git-status", "git-trap"])
				symlinkSync(trap.canary, join(trap.outside, "exec", name));
		},
		control: [["trap"]],
		env: ({ outside }) => ({ GIT_EXEC_PATH: join(outside, "exec") }),
	},
	{
		name: "credential helper and askpass",
		build: async (trap) => {
			await trap.git("config", "credential.helper", `!${trap.canary}`);
			await trap.git("config", "core.askPass", trap.canary);
			trap.write("want", "protocol=https\nhost=nowhere.invalid\n");
		},
		control: [["credential", "fill"]],
	},
	{
		name: "editor",
		build: config("core.editor"),
		control: [["commit", "--all", "--allow-empty"]],
	},
];
