// A workspace with everything that attempts go for, made once and copied for each attempt; and the processes of the
// outside that they go for. Everything belongs to the user who makes the attempts.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	chownSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gap, Mechanism } from "../../src/index.ts";
import { confineCommand, planSandbox, type SandboxPlan } from "../../src/index.ts";

/** A user who makes attempts. */
export interface Attacker {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
}

/** Who can be an attacker here: root and nobody when we are root, otherwise only we. */
export function attackers(): readonly Attacker[] {
	const uid = process.getuid?.() ?? -1;
	const gid = process.getgid?.() ?? -1;
	if (uid !== 0) return [{ name: "this user", uid, gid }];
	return [
		{ name: "root", uid: 0, gid: 0 },
		{ name: "nobody", uid: 65_534, gid: 65_534 },
	];
}

/** Builds the program of the attempts, static, at `path`. Throws with the compiler's words. */
export function buildAttempts(path: string): void {
	const source = join(import.meta.dirname, "attempts.c");
	const flags = ["-O1", "-w", "-static", "-pthread", "-o", path, source];
	const { status, stderr } = spawnSync("gcc", flags, { encoding: "utf8" });
	if (status !== 0) throw new Error(`gcc refused: ${stderr}`);
	chmodSync(path, 0o755);
}

const write = (path: string, text = "original\n"): void => {
	mkdirSync(join(path, ".."), { recursive: true });
	writeFileSync(path, text);
};

/** A folder that looks like a repository's own to git. */
function gitFolder(path: string): void {
	for (const name of ["objects", "refs", "hooks"]) mkdirSync(join(path, name), { recursive: true });
	write(join(path, "HEAD"), "ref: refs/heads/main\n");
	write(join(path, "config"), "[core]\n\tbare = false\n");
	write(join(path, "hooks", "pre-commit"), "#!/bin/sh\n");
}

function makeInside(inside: string): void {
	mkdirSync(inside);
	gitFolder(join(inside, ".git"));
	const config = "[core]\n\thooksPath = team-hooks\n[include]\n\tpath = ../included.gitconfig\n";
	writeFileSync(join(inside, ".git/config"), config);
	write(join(inside, ".git/info/attributes"), "");
	gitFolder(join(inside, ".git/modules/sub"));
	write(join(inside, ".git/worktrees/wt/commondir"), "../..\n");
	write(join(inside, ".git/worktrees/wt/gitdir"), join(inside, "../wt/.git\n"));
	write(join(inside, ".git/worktrees/wt/HEAD"), "ref: refs/heads/wt\n");
	write(join(inside, "team-hooks/pre-push"));
	write(join(inside, "included.gitconfig"), "");
	write(join(inside, "real-codex/config.toml"), "");
	symlinkSync("real-codex", join(inside, ".codex"));
	write(join(inside, ".CodeX/config.toml"), "");
	write(join(inside, ".vscode/settings.json"), "{}\n");
	write(join(inside, "a/b/own.toml"), "");
	write(join(inside, "secret.env"), "SECRET=1\n");
	write(join(inside, "deep/more/secret.env"), "SECRET=1\n");
	write(join(inside, "keys/id"), "SECRET\n");
	mkdirSync(join(inside, "sub"));
}

function makeOutside(outside: string): void {
	mkdirSync(outside);
	write(join(outside, "precious"), "precious\n");
	mkdirSync(join(outside, "empty"));
	symlinkSync("../inside/secret.env", join(outside, "linked-secret"));
}

function giveTo(path: string, { uid, gid }: Attacker): void {
	execFileSync("chown", ["-hR", `${uid}:${gid}`, path]);
}

/** What of the outside and of the protected names an attempt could have changed, as text. */
function stateOf(base: string): string {
	const lines: string[] = [];
	const visit = (path: string): void => {
		for (const entry of readdirSync(join(base, path), { withFileTypes: true })) {
			const below = `${path}/${entry.name}`;
			const full = join(base, below);
			if (entry.isSymbolicLink()) lines.push(`${below} -> ${readlinkSync(full)}`);
			else if (entry.isDirectory()) {
				lines.push(`${below}/`);
				visit(below);
			} else lines.push(`${below} ${entry.isFile() ? readFileSync(full, "hex") : "special"}`);
		}
	};
	visit("outside");
	const kept = [".git/config", ".git/config.worktree", ".git/commondir", ".git/hooks", ".git/info", ".git/modules"];
	const names = [".code", ".codex", ".CodeX", ".agents", ".vscode", ".idea", "real-codex", "a", "team-hooks"];
	for (const name of [...kept, ...names, "included.gitconfig", ".git/worktrees"]) {
		const path = join(base, "inside", name);
		if (!existsSync(path)) lines.push(`${name} is not there`);
		else if (readdirSyncOr(path)) visit(`inside/${name}`);
		else lines.push(`${name} ${readFileSync(path, "hex")}`);
	}
	return lines.join("\n");
}

function readdirSyncOr(path: string): boolean {
	try {
		readdirSync(path);
		return true;
	} catch {
		return false; // A file.
	}
}

/** How one attempt ended. */
export interface AttemptEnd {
	readonly status: number | null;
	readonly signal: string | null;
	/** What it said: an errno, or why it could not be tried. */
	readonly said: string;
	readonly stderr: string;
	/** What it changed, as a sentence, or `undefined`. */
	readonly changed: string | undefined;
}

/** Everything that one attacker needs. */
export interface Range {
	/** One attempt outside any sandbox. */
	control(name: string): Promise<AttemptEnd>;
	/** One attempt confined by `mechanism`. */
	confined(name: string, mechanism: Mechanism): Promise<AttemptEnd>;
	/** One attempt confined by Landlock alone, with the gaps that it has accepted. */
	landlock(name: string, mechanism: Mechanism): Promise<AttemptEnd>;
	dispose(): void;
}

/** The plan of the attempts: no network, no temporary folders, denied reads, two protected files deeper down. */
function planOf(inside: string): SandboxPlan {
	return planSandbox({
		policy: {
			mode: "workspace-write",
			writable_roots: [],
			network_access: false,
			exclude_tmpdir_env_var: true,
			exclude_slash_tmp: true,
		},
		cwd: inside,
		home: "",
		protectedPaths: [
			{ path: join(inside, "a/b/own.toml"), as: "file" },
			{ path: join(inside, "a/later/config"), as: "file" },
		],
		hidden: ["secret.env", "deep/more/secret.env", "keys"].map((name) => ({ path: join(inside, name), glob: name })),
	});
}

function finished(child: ChildProcess): Promise<Omit<AttemptEnd, "changed">> {
	let said = "";
	let stderr = "";
	child.stdout?.on("data", (data) => (said += String(data)));
	child.stderr?.on("data", (data) => (stderr += String(data)));
	const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (status, signal) => {
			clearTimeout(timer);
			resolve({ status, signal, said: said.trim(), stderr: stderr.trim() });
		});
	});
}

/** Makes a range for one attacker. `tools` holds the built attempts and a copy of the helper that everybody may run. */
export async function createRange(attacker: Attacker, tools: { readonly attempts: string }): Promise<Range> {
	const root = realpathSync(mkdtempSync(join(tmpdir(), "escape-")));
	chmodSync(root, 0o755);
	const template = join(root, "template");
	mkdirSync(template);
	makeInside(join(template, "inside"));
	makeOutside(join(template, "outside"));
	const target = join(root, "target");
	mkdirSync(target);
	writeFileSync(join(target, "held"), "held\n");
	cpSync(tools.attempts, join(target, "setuid"));
	giveTo(root, attacker);
	mkdirSync(join(target, "root-only"));
	if (attacker.uid !== 0 && process.getuid?.() === 0) {
		chownSync(join(target, "setuid"), 0, 0);
		chownSync(join(target, "root-only"), 0, 0);
	}
	chmodSync(join(target, "setuid"), 0o4755);
	const as = process.getuid?.() === 0 ? { uid: attacker.uid, gid: attacker.gid } : {};
	const victim = spawn(tools.attempts, ["serve", target], { ...as, stdio: ["pipe", "pipe", "inherit"] });
	const [pid = "", port = ""] = await new Promise<string[]>((resolve, reject) => {
		victim.stdout.once("data", (data) => resolve(String(data).trim().split(" ")));
		victim.once("exit", () => reject(new Error("the process of the outside ended")));
	});
	let count = 0;
	const makePlace = (): string => {
		count += 1;
		const base = join(root, `p${count}`);
		execFileSync("cp", ["-a", template, base]);
		writeFileSync(join(base, "inside/.git/worktrees/wt/gitdir"), `${join(base, "wt/.git")}\n`);
		return base;
	};
	const run = async (
		name: string,
		mechanism: Mechanism | undefined,
		acceptedGaps: readonly Gap[] = [],
	): Promise<AttemptEnd> => {
		const base = makePlace();
		const inside = join(base, "inside");
		const before = stateOf(base);
		const command = [tools.attempts, name, inside, join(base, "outside"), target, pid, port];
		const env = { PATH: "/usr/bin:/bin", CODE_ESCAPE_ROUNDS: process.env["CODE_ESCAPE_ROUNDS"] ?? "10000" };
		let argv: readonly string[] = command;
		let environment: Readonly<Record<string, string>> = env;
		if (mechanism === undefined) {
			environment = { ...env, CODE_ESCAPE_CONTROL: "1" };
			// Mounts of the control stay among themselves.
			if (attacker.uid === 0) argv = ["unshare", "--mount", "--", ...command];
		} else {
			const confined = confineCommand({ plan: planOf(inside), mechanism, argv: command, env, acceptedGaps });
			if (confined.kind === "refused") throw new Error(confined.message);
			({ argv, env: environment } = confined);
		}
		const [file = "", ...args] = argv;
		const end = await finished(
			spawn(file, args, { ...as, cwd: inside, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true }),
		);
		if (name === "outlive") await new Promise((resolve) => setTimeout(resolve, 700));
		const alive = existsSync(join(inside, "alive"));
		const isSame = existsSync(inside) && stateOf(base) === before;
		rmSync(base, { recursive: true, force: true });
		rmSync(`${inside}-moved`, { recursive: true, force: true });
		const changed = alive
			? "a daemon outlived the command"
			: isSame
				? undefined
				: "something outside or protected changed";
		return { ...end, changed };
	};
	return {
		control: (name) => run(name, undefined),
		confined: (name, mechanism) => run(name, mechanism),
		landlock: (name, mechanism) => run(name, mechanism, ["protected_paths", "denied_reads", "protected_links"]),
		dispose: () => {
			victim.stdin.end();
			victim.kill("SIGKILL");
			rmSync(root, { recursive: true, force: true });
		},
	};
}
