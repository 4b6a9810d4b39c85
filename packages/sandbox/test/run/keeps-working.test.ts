// What must keep working inside: a sandbox that gets in the way is switched off.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePrerequisite } from "@codex/test-support";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Mechanism } from "../../src/index.ts";
import { bestMechanism, runConfined, workspaceWrite } from "./command.ts";

const isLinux = process.platform === "linux";
const has = (program: string): Promise<boolean> =>
	requirePrerequisite(program, () => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0);
const ready = isLinux && (await has("git")) && (await has("gcc")) && (await has("script"));

let root = "";
let cwd = "";
beforeEach(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), "works-")));
	cwd = join(root, "work");
	mkdirSync(cwd);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"];
const git = (...args: string[]): string =>
	execFileSync("git", [...identity, ...args], {
		cwd,
		encoding: "utf8",
		env: { PATH: process.env["PATH"] ?? "", HOME: root },
	});
const gitEnv = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" };

function repository(): void {
	git("init", "-q");
	writeFileSync(join(cwd, "a.txt"), "one\n");
	git("add", "-A");
	git("commit", "-qm", "one");
}

const kinds: readonly Mechanism["kind"][] = ready ? ["namespaces", "bubblewrap", "landlock"] : [];

describe.each(kinds)("inside %s", (kind) => {
	const run = async (script: string, more: Partial<Parameters<typeof runConfined>[1]> = {}) =>
		runConfined(script, { mechanism: await bestMechanism(kind), cwd, ...more });
	const works = async (script: string, output: string, more: Partial<Parameters<typeof runConfined>[1]> = {}) => {
		const ended = await run(script, more);
		expect(ended, `${ended.stderr}${ended.stdout}`).toMatchObject({ code: 0, refusal: undefined });
		expect(ended.stdout).toContain(output);
	};

	it("pipes, here-documents, process substitution and background jobs", async () => {
		await works("printf 'b\\na\\n' | sort | head -n 1", "a\n");
		await works("cat <<X | tr a-z A-Z\nhello\nX", "HELLO");
		await works("cat <(echo one) <(echo two)", "one\ntwo");
		await works("set -m; sleep 0.05 & wait %1 && echo done; jobs", "done");
		await works("trap 'echo got it' TERM; kill -TERM $$; echo on", "got it\non");
	});

	it("exit codes and signals as they are outside", async () => {
		expect(await run("exit 7")).toMatchObject({ code: 7, signal: null });
		// bubblewrap tells a signal as a shell does.
		const killed = kind === "bubblewrap" ? { code: 137 } : { signal: "SIGKILL" };
		expect(await run("kill -KILL $$")).toMatchObject(killed);
		expect(await run("nosuchprogram")).toMatchObject({ code: 127 });
	});

	it("files, links, permissions and temporary files of the workspace", async () => {
		await works(
			"echo x > f && ln f g && ln -s f h && chmod 755 f && mv h i && cat i && rm i g && mkdir -p d/e && rmdir d/e",
			"x",
		);
		await works("TMPDIR=$PWD mktemp", "/tmp.");
		await works("touch -d 2020-01-01 f && stat -c %y f", "2020-01-01");
		await works("mkfifo p && (echo through > p & cat p)", "through");
	});

	it("a compiler, a program that it made, and Node's own tests", async () => {
		writeFileSync(join(cwd, "hello.c"), '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n');
		await works("TMPDIR=$PWD gcc -o hello hello.c && ./hello", "hello");
		writeFileSync(join(cwd, "a.test.mjs"), 'import test from "node:test"; test("works", () => {});\n');
		await works(`'${process.execPath}' --test a.test.mjs`, "pass 1");
		await works(
			`'${process.execPath}' -e 'new (require("worker_threads").Worker)("console.log(42)", {eval: true})'`,
			"42",
		);
	});

	it("git: commit, branch, stash, rebase, with hooks and config left alone", async () => {
		repository();
		const env = gitEnv;
		await works("echo two >> a.txt && git commit -qam two && git log --oneline | wc -l", "2", { env });
		await works(
			"git switch -qc topic && echo t > t && git add t && git commit -qm t && git switch -q main && echo three >> a.txt && git commit -qam three && git switch -q topic && git rebase -q main && git log --oneline | wc -l",
			"4",
			{ env },
		);
		await works("echo dirty >> a.txt && git stash -q && git stash pop -q && git diff --stat", "a.txt", { env });
		await works("git gc -q && git status --short", "a.txt", { env });
		expect(readdirSync(cwd)).not.toContain(".code");
	});

	it("git in a linked worktree and in a submodule's worktree", async () => {
		repository();
		git("worktree", "add", "-q", join(root, "linked"));
		await works("echo two >> a.txt && git commit -qam two && git log --oneline | wc -l", "2", {
			cwd: join(root, "linked"),
			env: gitEnv,
		});
	});

	it("environment, arguments and the working directory as given", async () => {
		await works('echo "$GIVEN $PWD"', `yes ${cwd}`, { env: { GIVEN: "yes" } });
		await works("pwd; cd ..; pwd", root);
	});
});

describe.each(kinds.filter((kind) => kind !== "landlock"))("inside %s with a view of its own", (kind) => {
	it("pseudo-terminals and shared memory", async () => {
		const mechanism = await bestMechanism(kind);
		const tty = await runConfined("script -qec 'tty; stty size' /dev/null </dev/null", { mechanism, cwd });
		expect(tty.stdout).toContain("/dev/pts/");
		const shm = await runConfined("echo x > /dev/shm/x && cat /dev/shm/x && ls /dev/shm", { mechanism, cwd });
		expect(shm.stdout).toBe("x\nx\n");
	});

	it("leaves nothing behind: no daemon, no placeholder", async () => {
		const mechanism = await bestMechanism(kind);
		await runConfined("(setsid sleep 0.5; touch late) & sleep 0.01", { mechanism, cwd });
		await new Promise((resolve) => setTimeout(resolve, 900));
		expect(readdirSync(cwd)).toEqual([]);
	});
});

if (ready) {
	describe("with the network allowed", () => {
		let server: Server | undefined;
		afterAll(() => server?.close());

		it("npm installs from a registry, into caches of the workspace's own", async () => {
			const pack = join(root, "pack/package");
			mkdirSync(pack, { recursive: true });
			writeFileSync(join(pack, "package.json"), '{"name":"tiny","version":"1.0.0","main":"index.js"}');
			writeFileSync(join(pack, "index.js"), 'module.exports = "tiny works";\n');
			const tarball = execFileSync("tar", ["czf", "-", "-C", join(root, "pack"), "package"]);
			const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
			const asked: string[] = [];
			const made = createServer((request, response) => {
				asked.push(request.url ?? "");
				if (request.url?.endsWith(".tgz") === true) return void response.end(tarball);
				const dist = { tarball: `http://${request.headers.host ?? ""}/tiny.tgz`, integrity };
				const versions = { "1.0.0": { name: "tiny", version: "1.0.0", dist } };
				response.setHeader("content-type", "application/json");
				response.end(JSON.stringify({ name: "tiny", "dist-tags": { latest: "1.0.0" }, versions }));
			});
			server = made;
			await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
			const address = made.address();
			const port = typeof address === "object" && address !== null ? address.port : 0;
			writeFileSync(join(cwd, "package.json"), '{"name":"w","version":"1.0.0"}');
			const script = `npm install --no-audit --no-fund --loglevel=error --registry=http://127.0.0.1:${port} tiny && '${process.execPath}' -p 'require("tiny")'`;
			const mechanism = await bestMechanism();
			const policy = { ...workspaceWrite, network_access: true };
			const env = { NPM_CONFIG_USERCONFIG: join(root, "npmrc"), NPM_CONFIG_UPDATE_NOTIFIER: "false" };
			const ended = await runConfined(script, { mechanism, cwd, policy, caches: join(root, "caches"), env });
			expect(ended, ended.stderr).toMatchObject({ code: 0 });
			expect(ended.stdout).toContain("tiny works");
			expect(existsSync(join(root, "caches"))).toBe(true);
			expect(readFileSync(join(cwd, "node_modules/tiny/index.js"), "utf8")).toContain("tiny works");
			const off = await runConfined(script.replace("tiny &&", "tiny --fetch-retries=0 &&"), {
				mechanism,
				cwd,
				caches: join(root, "caches2"),
				env,
			});
			expect(off.code).not.toBe(0);
		}, 60_000);
	});

	describe("read-only", () => {
		it("reads everything, writes nothing, its own folder included", async () => {
			const mechanism = await bestMechanism();
			writeFileSync(join(cwd, "a"), "a\n");
			const policy = { mode: "read-only" } as const;
			expect(await runConfined("cat a; head -c 4 /etc/passwd", { mechanism, cwd, policy })).toMatchObject({ code: 0 });
			const write = await runConfined("echo b > a; echo b > /tmp/x-$$; touch new", { mechanism, cwd, policy });
			expect(write.code).not.toBe(0);
			expect([readFileSync(join(cwd, "a"), "utf8"), readdirSync(cwd)]).toEqual(["a\n", ["a"]]);
		});
	});
}

describe("these tests", () => {
	it("run wherever there is Linux", () => {
		expect(ready).toBe(isLinux);
	});
});
