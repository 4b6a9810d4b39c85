import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { entry, finish, isAlive, makeWorld, until, type World } from "./program.ts";

const sleeping = { calls: [{ name: "shell", arguments: { command: "echo $$ > pid; sleep 1000 & echo $! > child; wait" } }] };

async function withSleepers(json: boolean): Promise<{ readonly world: World; readonly child: ReturnType<World["spawn"]>; readonly pids: readonly number[] }> {
	const world = await makeWorld({ script: [sleeping, { text: "never" }] });
	const child = world.spawn([...world.exec, ...(json ? ["--json"] : []), "x"]);
	const read = (name: string): string => {
		const file = path.join(world.cwd, name);
		return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
	};
	await until(() => read("pid") !== "" && read("child") !== "");
	return { world, child, pids: [Number(read("pid")), Number(read("child"))] };
}

describe("signals", () => {
	test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends the turn, its children and the thread", async (signal) => {
		const { child, pids } = await withSleepers(true);
		const finished = finish(child);
		child.kill(signal);
		const sent = performance.now();
		await until(() => !pids.some(isAlive));
		expect(performance.now() - sent).toBeLessThan(1_000);
		const { code, lines } = await finished;
		expect(code).toBe(130);
		expect(lines.at(-1)).toMatchObject({ type: "turn.failed", error: { message: "interrupted" } });
		expect(lines.at(-2)).toMatchObject({ type: "item.completed", item: { type: "command_execution", status: "failed" } });
	});

	test("a second one ends the process at once, and nothing is left behind", async () => {
		const { child, pids } = await withSleepers(false);
		const finished = finish(child);
		child.kill("SIGINT");
		child.kill("SIGTERM");
		expect((await finished).code).toBe(130);
		await until(() => !pids.some(isAlive));
	});

	test("while the prompt is awaited ends the wait", async () => {
		const world = await makeWorld();
		const child = world.spawn(["exec", "--json"], { stdin: "pipe" });
		const finished = finish(child);
		let stderr = "";
		child.stderr?.on("data", (text: string) => {
			stderr += text;
		});
		await until(() => stderr.includes("Reading prompt"));
		child.kill("SIGTERM");
		const { code, lines } = await finished;
		expect(code).toBe(130);
		expect(lines).toEqual([{ type: "error", message: "interrupted", v: 1, seq: 0 }]);
	});
});

describe("stdout", () => {
	test("whose reader goes away ends the run quietly, children too", async () => {
		const world = await makeWorld({ script: [sleeping] });
		const child = world.spawn([...world.exec, "--json", "x"]);
		let stderr = "";
		child.stderr?.on("data", (text) => {
			stderr += String(text);
		});
		child.stdout?.once("data", () => child.stdout?.destroy());
		const code = await new Promise((resolve) => child.once("exit", resolve));
		expect(code).toBe(1);
		expect(stderr).not.toMatch(/EPIPE|at /);
		const pidFile = path.join(world.cwd, "child");
		if (existsSync(pidFile)) await until(() => !isAlive(Number(readFileSync(pidFile, "utf8"))));
	});

	test("through `head -1` ends as well", async () => {
		const world = await makeWorld({ script: [{ calls: [{ name: "shell", arguments: { command: "seq 200000" } }] }, { text: "x" }] });
		const command = `"${process.execPath}" "${entry}" ${world.exec.join(" ")} --json x | head -1; echo "code \${PIPESTATUS[0]}"`;
		const shell = spawn("bash", ["-c", command], { cwd: world.cwd, env: world.env, stdio: ["ignore", "pipe", "pipe"] });
		const { stdout } = await finish(shell);
		const [first, last] = stdout.trimEnd().split("\n");
		expect(JSON.parse(first ?? "")).toMatchObject({ type: "thread.started" });
		expect(last).toBe("code 1");
	});

	test("with a slow reader gets everything, and the run waits for it", async () => {
		const rounds = 12;
		const big = { calls: [{ name: "shell", arguments: { command: "head -c 600000 /dev/zero | tr '\\0' 'x'" } }] };
		const world = await makeWorld({ script: [...Array(rounds).fill(big), { text: "end" }] });
		const child = world.spawn([...world.exec, "--json", "x"]);
		await world.server.request(2);
		await new Promise((resolve) => setTimeout(resolve, 1_500));
		// Some 600 kB a round: the run stands still long before the end, with little in memory.
		expect(world.server.requests.length).toBeLessThan(rounds);
		const { code, lines } = await finish(child);
		expect(code).toBe(0);
		expect(lines.filter(({ type }) => type === "item.completed").length).toBe(rounds + 1);
		expect(lines.at(-1)).toMatchObject({ type: "turn.completed" });
	});

	test("on a full disk is a failure with a reason", async () => {
		const world = await makeWorld({ script: [{ text: "x" }] });
		const shell = spawn("bash", ["-c", `"${process.execPath}" "${entry}" exec x > /dev/full`], { cwd: world.cwd, env: world.env, stdio: ["ignore", "pipe", "pipe"] });
		const { code, stderr } = await finish(shell);
		expect(code).toBe(1);
		expect(stderr).toContain("ENOSPC");
	});
});

describe("the door", () => {
	test("prints the version without the bundle", async () => {
		const world = await makeWorld();
		for (const args of [["--version"], ["-V"], ["exec", "--version"]]) {
			const { code, stdout } = await world.run(args);
			expect([code, stdout]).toEqual([0, "code 0.1.0\n"]);
		}
	});

	test.each([[["--help"]], [["exec", "--help"]], [["exec", "resume", "-h"]], [["doctor", "--help"]], [["config", "explain", "--help"]]])(
		"%j is help on stdout",
		async (args) => {
			const world = await makeWorld();
			const { code, stdout, stderr } = await world.run(args);
			expect([code, stderr]).toEqual([0, ""]);
			expect(stdout).toContain("Usage: code ");
		},
	);

	test("makes its home for its owner only", async () => {
		const world = await makeWorld({ script: [{ text: "x" }] });
		const fresh = path.join(world.home, "fresh");
		await world.run(["exec", "hi"], { env: { CODE_HOME: fresh } });
		const { statSync } = await import("node:fs");
		for (const folder of ["", "cache", "sessions"]) expect(statSync(path.join(fresh, folder)).mode & 0o777).toBe(0o700);
	});

	test("runs with a home that cannot be written", async () => {
		const world = await makeWorld({ script: [{ text: "x" }] });
		const { code, stderr } = await world.run(["exec", "hi"], { env: { CODE_HOME: "/dev/null/x" } });
		expect(code).toBe(0);
		expect(stderr).toContain("cannot be saved");
	});
});
