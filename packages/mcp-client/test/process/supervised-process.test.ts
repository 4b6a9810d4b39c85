// Servers go with us, however we go. Real processes and a real SIGKILL.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createSystemClock } from "@codex/resilience";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSupervised } from "../../src/process/supervised-process.ts";
import type { StdioTarget } from "../../src/server/server-spec.ts";
import { isAlive, until } from "../pool-fixture.ts";

const fixtures = path.join(import.meta.dirname, "../fixtures");
const clock = createSystemClock();

function sh(script: string, env: Record<string, string> = {}): StdioTarget {
	return {
		kind: "stdio",
		command: "sh",
		args: ["-c", script],
		env: { PATH: process.env["PATH"] ?? "", ...env },
		ownEnv: {},
		cwd: "/",
	};
}

async function readPids(file: string): Promise<readonly number[]> {
	await until(() => existsSync(file) && readFileSync(file, "utf8").includes(" "), 10_000);
	return readFileSync(file, "utf8").split(" ").map(Number);
}

describe("any end of ours", () => {
	test.each(["SIGKILL", "SIGTERM", "exit", "throw"] as const)(
		"%s: a server that ignores SIGTERM and its child are gone within 2 s",
		async (how) => {
			const dir = await createTempDir();
			onTestFinished(dir.dispose);
			const pidFile = path.join(dir.path, "pids");
			// The sources are found as in the tests; a killed parent runs no handler of its own.
			const args = [
				"--conditions=@codex/source",
				path.join(fixtures, "owner.ts"),
				path.join(fixtures, "chaos-server.ts"),
				pidFile,
				how,
			];
			const owner = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
			const pids = await readPids(pidFile);
			expect(pids.filter(isAlive)).toEqual(pids);
			if (how === "exit" || how === "throw") owner.stdin.write("now\n");
			else owner.kill(how);
			expect(await until(() => !pids.some(isAlive), 5000)).toBeLessThan(2000);
		},
	);
});

describe("an ordinary life", () => {
	test("arguments and environment arrive untouched, nothing is inherited, no shell reads them (hole 47)", async () => {
		const target = {
			...sh(""),
			args: ["-c", 'printf "%s|" "$@"; env', "sh", "a b", "$(id)", "*"],
			env: { PATH: "/usr/bin:/bin", OWN: "yes" },
		};
		const child = startSupervised(target);
		let out = "";
		child.stdout.on("data", (chunk) => {
			out += String(chunk);
		});
		expect(await child.ended).toBe("exited with code 0");
		await until(() => out.includes("OWN=yes"));
		expect(out.startsWith("a b|$(id)|*|")).toBe(true);
		expect(out).not.toContain("HOME=");
	});

	test("a polite server is gone when its input ends", async () => {
		const child = startSupervised(sh("cat >/dev/null"));
		const start = performance.now();
		await Promise.all([child.stop(clock), child.stop(clock)]);
		expect(performance.now() - start).toBeLessThan(290);
		expect(await child.ended).toBe("exited with code 0");
	});

	test("one that ignores everything is killed with its children", async () => {
		const dir = await createTempDir();
		onTestFinished(dir.dispose);
		const pidFile = path.join(dir.path, "pids");
		const child = startSupervised({
			...sh("", { CHAOS_MODE: "stubborn", CHAOS_PIDS: pidFile }),
			command: process.execPath,
			args: [path.join(fixtures, "chaos-server.ts")],
		});
		const pids = await readPids(pidFile);
		const start = performance.now();
		await child.stop(clock);
		expect(performance.now() - start).toBeLessThan(2000);
		await until(() => !pids.some(isAlive), 500);
		expect(await child.ended).toBe("was ended by SIGKILL");
	});

	test("a child that a server left behind goes with it", async () => {
		const child = startSupervised(sh("sleep 300 >/dev/null 2>&1 & echo $!; exit 0"));
		let out = "";
		child.stdout.on("data", (chunk) => {
			out += String(chunk);
		});
		await child.ended;
		await until(() => out.includes("\n"));
		await until(() => !isAlive(Number(out)), 2000);
	});

	test("a program that does not exist, and a folder that does not", async () => {
		expect(await startSupervised({ ...sh(""), command: "/nowhere/server" }).ended).toBe(
			"exited with code 127 (no such program)",
		);
		expect(await startSupervised({ ...sh(""), cwd: "/nowhere" }).ended).toMatch(/^could not be started: .*ENOENT/);
	});
});
