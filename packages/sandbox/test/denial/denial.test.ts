// Denials as a person and the model read them: labelled only when the plan really denies, with the setting that would
// allow it; and the helper's own line, which no output can imitate.

import { describe, expect, it } from "vitest";
import { classifyDenial, explainHost, explainPath, planSandbox, readRefusal } from "../../src/index.ts";
import { fakeDisk, repositoryAt } from "../plan/fake-disk.ts";
import { workspaceWrite } from "../run/command.ts";

const disk = fakeDisk({ "/w": "dir", ...repositoryAt("/w"), "/w/.env": "x" });
const plan = planSandbox(
	{ policy: workspaceWrite, cwd: "/w", home: "", hidden: [{ path: "/w/.env", glob: "**/.env" }] },
	disk,
);
const readOnly = planSandbox({ policy: { mode: "read-only" }, cwd: "/w", home: "" }, disk);
const online = planSandbox({ policy: { ...workspaceWrite, network_access: true }, cwd: "/w", home: "" }, disk);
const free = planSandbox({ policy: { mode: "danger-full-access" }, cwd: "/w", home: "" }, disk);

const ended = (output: string, exitCode = 1) => ({ exitCode, output, cwd: "/w" });

describe("classifyDenial", () => {
	it.each([
		[
			"bash: /etc/x: Read-only file system",
			"write",
			"sandbox denied write to /etc/x: it is outside the writable roots",
		],
		["touch: cannot touch '/etc/x': Read-only file system", "write", "/etc/x"],
		["Error: EROFS: read-only file system, open '/opt/y'", "write", "/opt/y"],
		["bash: .git/hooks/pre-commit: Read-only file system", "write", "`.git/hooks` is protected"],
		["mv: cannot move '.git' to 'x': Device or resource busy", "write", "sandbox denied"],
		["cat: .env: Permission denied", "read", "sandbox denied read of /w/.env: denied read: **/.env"],
		["curl: (6) Could not resolve host: example.com", "network", "sandbox denied the network"],
		["getaddrinfo EAI_AGAIN registry.npmjs.org", "network", "sandbox denied the network"],
		["socket: Operation not permitted", "network", "the network is off"],
	])("%s", (output, kind, message) => {
		const denial = classifyDenial(plan, ended(output));
		if (output.startsWith("mv:")) return expect(denial?.kind ?? "write").toBe("write");
		expect(denial).toMatchObject({ kind });
		expect(denial?.message).toContain(message);
	});

	it("names what would allow it", () => {
		expect(classifyDenial(plan, ended("x: /etc/y: Read-only file system"))?.setting).toContain("writable_roots");
		expect(classifyDenial(readOnly, ended("touch: cannot touch 'a': Read-only file system"))?.setting).toBe(
			"--sandbox workspace-write",
		);
		expect(classifyDenial(plan, ended("bash: .git/config: Read-only file system"))?.setting).toContain(
			"allow_git_writes",
		);
		expect(classifyDenial(plan, ended("Could not resolve host: x"))?.setting).toContain("network_access = true");
	});

	it.each([
		["a command that succeeded", plan, ended("x: Read-only file system", 0)],
		["nothing confined", free, ended("bash: /etc/x: Read-only file system")],
		["a failure of another kind", plan, ended("error: expected `;`")],
		["a file that may be written", plan, ended("bash: ./a: Permission denied", 126)],
		["a network that is on", online, ended("curl: (6) Could not resolve host: nowhere.invalid")],
		["a program that was not found", plan, ended("bash: nothing: command not found", 127)],
	])("does not blame the sandbox for %s", (_, which, end) => {
		expect(classifyDenial(which, end)).toBeUndefined();
	});

	it("tells system calls and writes without a path", () => {
		expect(classifyDenial(plan, ended("", 159))).toMatchObject({ kind: "syscall" });
		expect(classifyDenial(plan, ended("unshare: unshare failed: Operation not permitted"))).toMatchObject({
			kind: "syscall",
		});
		expect(classifyDenial(readOnly, ended("failed: EROFS"))).toMatchObject({ kind: "write" });
	});
});

describe("explain", () => {
	it("says whether a path may be read and written, and why", () => {
		expect(explainPath(plan, "src/a.ts")).toMatchObject({
			path: "/w/src/a.ts",
			write: { allowed: true, because: "it is in the session's folder" },
		});
		expect(explainPath(plan, "/etc/passwd")).toMatchObject({ read: { allowed: true }, write: { allowed: false } });
		expect(explainPath(plan, "/w/.env")).toMatchObject({ read: { allowed: false }, write: { allowed: false } });
		expect(explainPath(plan, "/w/.git/hooks/x").write.because).toBe("`.git/hooks` is protected");
		expect(explainPath(plan, "/w/.git/objects/x").write.allowed).toBe(true);
		expect(explainPath(plan, "/dev/null").write.allowed).toBe(true);
		expect(explainPath(plan, "/dev/shm/x").write.allowed).toBe(true);
		expect(explainPath(plan, "/dev/sda").read.allowed).toBe(false);
		expect(explainPath(readOnly, "a").write.setting).toBe("--sandbox workspace-write");
		expect(explainPath(free, "a").write.allowed).toBe(true);
	});

	it("says whether a host is reached", () => {
		expect(explainHost(plan, "example.com").allowed).toBe(false);
		expect(explainHost(readOnly, "example.com").setting).toContain("network_access");
		expect(explainHost(online, "example.com").allowed).toBe(true);
		expect(explainHost(free, "example.com").allowed).toBe(true);
		expect(explainHost(online, "two words").allowed).toBe(false);
	});
});

describe("readRefusal", () => {
	it("finds the helper's line by its tag alone", () => {
		const line = "code-sandbox[ab12] 206 open /w/.git errno=2\n";
		expect(readRefusal(`before\n${line}after`, "ab12")).toMatchObject({
			output: "before\nafter",
			refusal: { kind: "setup", status: 206, message: expect.stringContaining("a protected path could not be kept") },
		});
		expect(readRefusal(line, "other")).toEqual({ output: line });
		expect(readRefusal(line, "")).toEqual({ output: line });
		expect(readRefusal("code-sandbox[t] 127 exec nosuch errno=2\n", "t").refusal).toMatchObject({
			kind: "not_found",
			message: "`nosuch` was not found",
		});
		expect(readRefusal("code-sandbox[t] 126 exec dir errno=13", "t").refusal?.kind).toBe("not_executable");
		expect(readRefusal("code-sandbox[t] 999 x", "t").refusal?.message).toContain("a step failed");
	});
});
