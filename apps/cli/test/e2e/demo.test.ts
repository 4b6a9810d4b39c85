// The demo as a stranger runs it: it passes anywhere, and it fails when the sample, or an answer of its recording, is not
// what was recorded.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createTempDir, requirePrerequisite } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { atEnd, searchPath } from "./run-code.ts";

const hasGit = await requirePrerequisite("git", () => spawnSync("git", ["--version"]).status === 0);

const root = fileURLToPath(new URL("../../../../", import.meta.url));

interface Stage {
	/** A copy of the example. */
	readonly example: string;
	readonly recording: string;
	readonly home: string;
	/** Where the demo works; empty before and after. */
	readonly tmp: string;
}

async function createStage(): Promise<Stage> {
	const dir = await createTempDir("code-demo-test-");
	atEnd(dir.dispose);
	const stage = {
		example: path.join(dir.path, "example"),
		recording: path.join(dir.path, "example/recording.jsonl"),
		home: path.join(dir.path, "home"),
		tmp: path.join(dir.path, "tmp"),
	};
	await Promise.all([
		cp(path.join(root, "examples/demo"), stage.example, { recursive: true }),
		mkdir(stage.home),
		mkdir(stage.tmp),
	]);
	chmodSync(stage.recording, 0o600);
	return stage;
}

interface ScriptResult {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

function runScript(name: string, { example, home, tmp }: Stage, env: Record<string, string> = {}): ScriptResult {
	const script = path.join(root, "scripts", name);
	const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=@codex/source", script, example], {
		env: { PATH: searchPath, HOME: home, TMPDIR: tmp, ...env },
		encoding: "utf8",
	});
	return { status, stdout, stderr };
}

async function change(file: string, from: string, to: string): Promise<void> {
	const text = readFileSync(file, "utf8");
	expect(text).toContain(from);
	await writeFile(
		file,
		text.replace(from, () => to),
	);
}

describe.skipIf(!hasGit)("the demo", () => {
	test("passes, says that the answers are recorded and what to set for a real model, and leaves nothing behind", async () => {
		const stage = await createStage();
		const result = runScript("demo.ts", stage);
		expect(result).toMatchObject({ status: 0 });
		expect(result.stdout).toContain("The model's answers are RECORDED");
		expect(result.stdout).toContain("2 passed, 3 failed");
		expect(result.stdout).toContain("5 passed, 0 failed");
		expect(result.stdout).toContain("export OPENAI_API_KEY=");
		expect(result.stderr).toContain("$ node test/run.js");
		expect(readdirSync(stage.tmp)).toEqual([]);
		expect(readdirSync(stage.home)).toEqual([]);
	});

	test("passes for a user with keys, an installed Codex, another time zone and a dumb shell", async () => {
		const stage = await createStage();
		await mkdir(path.join(stage.home, ".codex"));
		await writeFile(path.join(stage.home, ".codex/AGENTS.md"), "Answer in French.");
		await writeFile(path.join(stage.home, ".codex/config.toml"), 'model = "other"\n');
		const env = {
			TZ: "Pacific/Auckland",
			OPENAI_API_KEY: "sk-not-used",
			OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
			SHELL: "/bin/sh",
		};
		expect(runScript("demo.ts", stage, env)).toMatchObject({ status: 0 });
	});

	test.each([
		["the source", "repo/src/format-price.js", "Math.floor", "Math.trunc"],
		["the tests", "repo/test/run.js", "A test runner of a few lines", "A test runner of few lines"],
		["the instructions", "repo/AGENTS.md", "whole cents", "cents"],
	])("fails when %s of the sample changed", async (_, file, from, to) => {
		const stage = await createStage();
		await change(path.join(stage.example, file), from, to);
		const result = runScript("demo.ts", stage);
		expect(result.status).toBe(1);
		expect(result.stderr).toMatch(/request \d/);
		expect(result.stderr).toMatch(/demo failed: code exec ended with exit code 1\n$/);
		expect(readdirSync(stage.tmp)).toEqual([]);
	});

	test("fails when any recorded answer changed", async () => {
		const stage = await createStage();
		const lines = readFileSync(stage.recording, "utf8").trimEnd().split("\n");
		const answers = lines.flatMap((line, at) => (JSON.parse(line).event?.type === "item_done" ? [at] : []));
		expect(answers.length).toBeGreaterThan(8);
		// The first, one in the middle and the last stand for all: each of them costs a run.
		for (const at of [answers[0], answers[answers.length >> 1], answers.at(-1)]) {
			const line = JSON.parse(lines[at ?? 0] ?? "");
			const item = JSON.stringify(line.event.item).replace(/"(text|arguments)":"(\\"|[^"])/, (match) => `${match}x`);
			const changed = JSON.stringify({ ...line, event: { ...line.event, item: JSON.parse(item) } });
			expect(changed).not.toBe(lines[at ?? 0]);
			await writeFile(stage.recording, `${lines.map((other, index) => (index === at ? changed : other)).join("\n")}\n`);
			const result = runScript("demo.ts", stage);
			expect.soft(result.status, changed).toBe(1);
			expect.soft(result.stderr).toContain("demo failed");
		}
	});

	test("can be recorded anew, and passes then", async () => {
		const stage = await createStage();
		await rm(stage.recording);
		expect(runScript("demo.ts", stage).status).toBe(1);
		expect(runScript("record-demo.ts", stage)).toMatchObject({ status: 0 });
		expect(existsSync(stage.recording)).toBe(true);
		expect(readdirSync(stage.tmp)).toEqual([]);
		expect(runScript("demo.ts", stage)).toMatchObject({ status: 0 });
	});
});
