import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { makeWorld, type World } from "./program.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";
const work = [
	{ calls: [{ name: "shell", arguments: { command: "cat a.txt; echo ran >> runs" } }, { name: "shell", arguments: { command: "echo two" } }] },
	{ calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ text: "Done." },
];

async function recorded(): Promise<{ readonly world: World; readonly lines: readonly unknown[] }> {
	const world = await makeWorld({ script: work, files: { "a.txt": "one\n" } });
	const { code, lines } = await world.run([...world.exec, "--json", "--record", "run.jsonl", "do it"]);
	expect(code).toBe(0);
	writeFileSync(path.join(world.cwd, "a.txt"), "one\n");
	return { world, lines };
}

const offline = { OPENAI_API_KEY: "", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" };

describe("recordings", () => {
	test("are shown again as they were, with nothing executed", async () => {
		const { world, lines } = await recorded();
		const runs = readFileSync(path.join(world.cwd, "runs"), "utf8");
		const shown = await world.run(["replay", "run.jsonl", "--json"], { env: offline });
		expect(shown.code).toBe(0);
		expect(shown.lines).toEqual(lines);
		expect(readFileSync(path.join(world.cwd, "runs"), "utf8")).toBe(runs);
		expect(readFileSync(path.join(world.cwd, "a.txt"), "utf8")).toBe("one\n");
		const human = await world.run(["replay", "run.jsonl", "-o", "last.txt"], { env: offline });
		expect([human.code, human.stdout]).toEqual([0, "Done.\n"]);
		expect(readFileSync(path.join(world.cwd, "last.txt"), "utf8")).toBe("Done.");
		expect(human.stderr).toContain("nothing is executed");
	});

	test("answer a run with real tools, and a departure fails it", async () => {
		const { world } = await recorded();
		const again = await world.run([...world.exec, "--replay", "run.jsonl", "do it"], { env: offline });
		expect([again.code, again.stdout]).toEqual([0, "Done.\n"]);
		expect(again.stderr).toContain("recorded in");
		expect(readFileSync(path.join(world.cwd, "a.txt"), "utf8")).toBe("uno\n");
		const other = await world.run([...world.exec, "--replay", "run.jsonl", "do it"], { env: offline });
		expect(other.code).toBe(1);
		expect(other.stderr).toMatch(/request \d/);
	});

	test.each([
		["missing", undefined],
		["corrupt", "{}\n"],
	])("that are %s are a usage error", async (_, content) => {
		const world = await makeWorld(content === undefined ? {} : { files: { "run.jsonl": content } });
		for (const args of [["replay", "run.jsonl"], ["exec", "--replay", "run.jsonl", "x"]]) {
			const { code, stderr } = await world.run(args);
			expect(code).toBe(2);
			expect(stderr).toContain("run.jsonl");
		}
		expect(existsSync(path.join(world.codeHome, "sessions"))).toBe(false);
	});
});

describe("other commands", () => {
	test("apply-patch", async () => {
		const world = await makeWorld({ files: { "a.txt": "one\n", "p.patch": patch } });
		const applied = await world.run(["apply-patch", "p.patch"]);
		expect([applied.code, applied.stdout]).toEqual([0, "Success. Updated the following files:\nM a.txt\n"]);
		const refused = await world.run(["apply-patch"], { stdin: patch });
		expect([refused.code, refused.stdout]).toEqual([1, ""]);
		expect(refused.stderr).toContain("Failed to find expected lines in");
	});

	test("config explain, doctor, schema and completion", async () => {
		const world = await makeWorld({ homeFiles: { "config.toml": 'model = "gpt-5"\n' } });
		const explained = await world.run(["config", "explain", "model", "--json"]);
		expect(explained.code).toBe(0);
		expect(JSON.parse(explained.stdout)).toMatchObject({ schema_version: 1, command: "config explain", exit_code: 0, exit_reason: "ok", entries: [{ key: "model", value: "gpt-5" }] });
		const doctor = await world.run(["doctor", "--json"]);
		expect(JSON.parse(doctor.stdout)).toMatchObject({ command: "doctor", exit_code: 0, checks: expect.arrayContaining([expect.objectContaining({ name: "node", status: "ok" })]) });
		expect(JSON.parse((await world.run(["schema", "exec-event"])).stdout)).toHaveProperty("$schema");
		expect((await world.run(["completion", "fish"])).stdout).toContain("complete -c code");
	});
});
