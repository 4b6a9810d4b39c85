// `code sandbox` and `code rule`, as a person types them, on this machine's real kernel.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createScene, type Scene } from "./scene.ts";

const scene = (): Promise<Scene> => createScene([]);

describe.concurrent("code sandbox", () => {
	test("run: the command's own output and exit code, confined; what was denied and what would allow it on stderr", async () => {
		const here = await scene();
		const write = ["sandbox", "run", "--policy", "workspace-write", "--"];
		const ended = await here.run([...write, "bash", "-c", "echo made > made; cat made; echo x > /usr/beside; exit 7"]);
		expect(ended).toMatchObject({ exitCode: 7, stdout: "made\n" });
		expect(ended.stderr).toContain("sandbox denied write to ");
		expect(ended.stderr).toContain("writable_roots");
		expect(existsSync("/usr/beside")).toBe(false);
		const readOnly = await here.run(["sandbox", "run", "--", "touch", "more"]);
		expect(readOnly.exitCode).not.toBe(0);
		expect(readOnly.stderr).toContain("--sandbox workspace-write");
		expect(existsSync(path.join(here.repo, "more"))).toBe(false);
	});

	test("run: another folder with --writable, the network with --network, nothing of either by default", async () => {
		const here = await scene();
		const other = path.join(here.repo, "../other");
		mkdirSync(other);
		const write = ["sandbox", "run", "--policy", "workspace-write"];
		expect(await here.run([...write, "--writable", other, "--", "touch", path.join(other, "a")])).toMatchObject({
			exitCode: 0,
		});
		expect(existsSync(path.join(other, "a"))).toBe(true);
		const url = new URL(here.server.origin);
		const connect = ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${url.port}`];
		expect((await here.run([...write, "--", ...connect])).exitCode).not.toBe(0);
		expect(await here.run([...write, "--network", "--", ...connect])).toMatchObject({ exitCode: 0 });
		expect(await here.run(["sandbox", "run", "--network", "--", "true"])).toMatchObject({ exitCode: 2 });
	});

	test("run: a program that is not there, a folder that is not there, and no program", async () => {
		const here = await scene();
		const missing = await here.run(["sandbox", "run", "--", "nosuchprogram"]);
		expect(missing).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("`nosuchprogram` was not found") });
		expect(await here.run(["sandbox", "run", "-C", "gone", "--", "true"])).toMatchObject({ exitCode: 2 });
		expect(await here.run(["sandbox", "run"])).toMatchObject({
			exitCode: 2,
			stderr: expect.stringContaining("needs COMMAND"),
		});
	});

	test.each(["landlock", "seatbelt"])("`debug %s` does the same", async (name) => {
		const here = await scene();
		const ended = await here.run(["debug", name, "--policy", "read-only", "--", "cat", "/proc/self/status"]);
		expect(ended.exitCode).toBe(0);
		expect(ended.stdout).toMatch(/NoNewPrivs:\s+1/);
		expect(ended.stdout).toMatch(/Seccomp:\s+2/);
	});

	test("check: proves everything in its table on this machine", async () => {
		const here = await scene();
		const text = await here.run(["sandbox", "check"]);
		expect(text).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("by namespaces\n") });
		expect(text.stdout).not.toContain("NOT ENFORCED");
		const json = JSON.parse((await here.run(["sandbox", "check", "--json"])).stdout);
		expect(json).toMatchObject({ schema_version: 1, command: "sandbox check", mechanism: "namespaces", exit_code: 0 });
		expect(json.attempts.length).toBeGreaterThan(20);
	});

	test("explain: paths and hosts, with the rule and the setting", async () => {
		const here = await scene();
		const hook = await here.run(["sandbox", "explain", "--policy", "workspace-write", ".git/hooks/pre-commit"]);
		expect(hook.stdout).toContain("is protected");
		const host = JSON.parse((await here.run(["sandbox", "explain", "--json", "example.com"])).stdout);
		expect(host).toMatchObject({ host: "example.com", allowed: false, policy: "read-only", exit_code: 0 });
		const free = await here.run(["sandbox", "explain", "--policy", "danger-full-access", "/etc/passwd"]);
		expect(free.stdout).toContain("write: yes, danger-full-access confines nothing");
		const own = await here.run(["sandbox", "explain", "--policy", "workspace-write", "src/new.ts"]);
		expect(own.stdout).toContain("write: yes, it is in the session's folder");
	});
});

describe.concurrent("code rule", () => {
	test("check and explain: the verdict by exit code, each command with its reason", async () => {
		const here = await scene();
		expect(await here.run(["rule", "check", "--", "ls -l | wc -l"])).toMatchObject({
			exitCode: 0,
			stdout: "safe: only reads and prints\n",
		});
		expect(await here.run(["rule", "check", "--", "rm", "-rf", "/"])).toMatchObject({
			exitCode: 12,
			stdout: expect.stringContaining("dangerous"),
		});
		const explained = await here.run(["rule", "explain", "--", "git status && npm test"]);
		expect(explained).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("`git status`: safe") });
		const json = JSON.parse((await here.run(["rule", "check", "--json", "--", "rm -rf x"])).stdout);
		expect(json).toMatchObject({ verdict: "dangerous", matchedRules: [], exit_code: 12, exit_reason: "not_allowed" });
	});

	test("add: exactly the line it shows, once, and then the command is allowed", async () => {
		const here = await scene();
		const file = path.join(here.home.codeHome, "rules/default.rules");
		const added = await here.run(["rule", "add", "--", "npm", "test"]);
		const line = 'prefix_rule(pattern=["npm", "test"], decision="allow")';
		expect(added).toMatchObject({ exitCode: 0, stdout: `${file}: ${line}\n` });
		expect(readFileSync(file, "utf8")).toBe(`${line}\n`);
		expect((await here.run(["rule", "add", "--", "npm", "test"])).stdout).toContain("has this rule already");
		const exact = JSON.parse((await here.run(["rule", "add", "--exact", "--json", "--", "make", "all"])).stdout);
		expect(exact.added).toEqual(['prefix_rule(pattern=["make", "all"], decision="allow", exact=True)']);
		expect((await here.run(["rule", "list"])).stdout).toContain("allow     npm test");
		expect(JSON.parse((await here.run(["rule", "list", "--json"])).stdout).rules).toHaveLength(2);
		expect(await here.run(["rule", "check", "--", "npm", "test"])).toMatchObject({
			exitCode: 0,
			stdout: "allowed by a rule\n",
		});
	});

	test("a file that is no rules file stops with its place, and a pipe in its place stops too", async () => {
		const here = await scene();
		const folder = path.join(here.home.codeHome, "rules");
		mkdirSync(folder, { recursive: true });
		writeFileSync(path.join(folder, "bad.rules"), 'prefix_rule(pattern=["a"], decision="maybe")\n');
		const bad = await here.run(["rule", "list"]);
		expect(bad).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("bad.rules:1:") });
		expect(await here.run(["rule", "list", "--json"])).toMatchObject({ exitCode: 2 });
		writeFileSync(path.join(folder, "bad.rules"), "");
		spawnSync("mkfifo", [path.join(folder, "pipe.rules")]);
		expect(await here.run(["rule", "list"])).toMatchObject({
			exitCode: 2,
			stderr: expect.stringContaining("pipe.rules"),
		});
	});
});

describe.concurrent("a repository's own settings", () => {
	test("count for nothing before they are trusted, say so, and can only tighten with --trust", async () => {
		const here = await createScene([{ text: "hi" }, { text: "hi" }, { text: "hi" }]);
		mkdirSync(path.join(here.repo, ".code"));
		const project =
			'model = "gpt-project"\nsandbox_mode = "danger-full-access"\nopenai_base_url = "http://127.0.0.1:1/v1"\n';
		writeFileSync(path.join(here.repo, ".code/config.toml"), project);
		const ignored = await here.run(["exec", "go"]);
		expect(ignored).toMatchObject({
			exitCode: 0,
			stderr: expect.stringContaining("are ignored: the folder is not trusted"),
		});
		expect(here.server.requests[0]?.body.model).not.toBe("gpt-project");
		const trusted = await here.run(["exec", "--trust", "go"]);
		expect(trusted.exitCode).toBe(0);
		expect(trusted.stderr).toContain("are in effect");
		expect(trusted.stderr).toContain("sandbox read-only");
		expect(here.server.requests[1]?.body.model).toBe("gpt-project");
		expect((await here.run(["exec", "go"])).stderr).toContain("are ignored");
	});

	test("hole 1, 2: are shown and trusted with exactly that content by `config trust`; a change ends it", async () => {
		const here = await createScene([{ text: "hi" }, { text: "hi" }, { text: "hi" }]);
		mkdirSync(path.join(here.repo, ".code"));
		const file = path.join(here.repo, ".code/config.toml");
		writeFileSync(file, 'model = "gpt-project"\n');
		const shown = await here.run(["config", "trust"]);
		expect(shown).toMatchObject({ exitCode: 11, stdout: expect.stringContaining('    model = "gpt-project"') });
		const asked = await here.run(["config", "trust", "--json"]);
		expect(asked.exitCode).toBe(11);
		const data = JSON.parse(asked.stdout);
		expect(data).toMatchObject({ state: "untrusted", files: [{ path: ".code/config.toml", size: 22 }] });
		// The control: looking trusts nothing.
		expect((await here.run(["exec", "go"])).stderr).toContain("are ignored: the folder is not trusted");
		expect(await here.run(["config", "trust", "--hash", "0".repeat(64)])).toMatchObject({
			exitCode: 2,
			stderr: expect.stringContaining("nothing was trusted"),
		});
		expect(await here.run(["config", "trust", "--hash", data.hash])).toMatchObject({
			exitCode: 0,
			stdout: expect.stringContaining("is trusted with exactly this content"),
		});
		expect((await here.run(["config", "trust", "--list"])).stdout).toContain(here.repo);
		expect(await here.run(["exec", "go"])).toMatchObject({ exitCode: 0 });
		expect(here.server.requests[1]?.body.model).toBe("gpt-project");
		writeFileSync(file, 'model = "gpt-other"\n');
		const changed = await here.run(["exec", "go"]);
		expect(changed.stderr).toContain("are ignored");
		expect(here.server.requests[2]?.body.model).not.toBe("gpt-other");
		expect((await here.run(["config", "trust"])).stdout).toContain('+model = "gpt-other"');
		expect(await here.run(["config", "trust", "--yes"])).toMatchObject({ exitCode: 0 });
		expect((await here.run(["config", "trust", "--remove"])).stdout).toContain("is not trusted any more");
		expect(await here.run(["config", "trust", "--json", "--list"])).toMatchObject({
			stdout: expect.stringContaining('"folders":[]'),
		});
	});

	test("`config trust` without settings, and of a folder that is not there", async () => {
		const here = await scene();
		expect(await here.run(["config", "trust"])).toMatchObject({
			exitCode: 0,
			stdout: expect.stringContaining("there is nothing to trust"),
		});
		expect(await here.run(["config", "trust", "gone"])).toMatchObject({ exitCode: 2 });
	});
});
