// Spec-Kit's demo as a stranger runs it: it passes anywhere, and it fails when the requirement or the sample is not what was
// recorded, when any recorded answer is gone, and when one says something else.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createTempDir } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { atEnd, searchPath } from "./run-code.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const isFull = process.env["CODE_TEST_FULL"] === "1";

const recordings = readdirSync(path.join(root, "examples/speckit/recordings"), { recursive: true })
	.map(String)
	.filter((name) => name.endsWith(".jsonl"))
	.toSorted();

async function stage() {
	const dir = await createTempDir("code-demo-test-");
	atEnd(dir.dispose);
	const example = path.join(dir.path, "example");
	const [home, tmp] = [path.join(dir.path, "home"), path.join(dir.path, "tmp")];
	await Promise.all([cp(path.join(root, "examples/speckit"), example, { recursive: true }), mkdir(home), mkdir(tmp)]);
	const run = (env: Record<string, string> = {}) => {
		const script = path.join(root, "scripts/spec-kit-demo.ts");
		const { status, stdout, stderr } = spawnSync(process.execPath, [script, example], {
			env: { PATH: searchPath, HOME: home, TMPDIR: tmp, ...env },
			encoding: "utf8",
		});
		return { status, stdout, stderr };
	};
	const change = (name: string, from: string, to: string): void => {
		const file = path.join(example, name);
		const text = readFileSync(file, "utf8");
		expect(text).toContain(from);
		chmodSync(file, 0o600);
		writeFileSync(file, text.replace(from, to));
	};
	return { example, home, tmp, run, change };
}

describe("the demo of Spec-Kit", () => {
	test("takes a sentence to unlock: tests fail before and pass after, and the report is there", async () => {
		const { run, home } = await stage();
		const { status, stdout } = run({ TZ: "Pacific/Auckland", OPENAI_API_KEY: "sk-not-used", SHELL: "/bin/sh" });
		expect(status).toBe(0);
		expect(stdout).toContain("answers are RECORDED");
		expect(stdout).toContain("2 passed, 4 failed");
		expect(stdout).toContain("6 passed, 0 failed");
		expect(stdout).toContain("exit code 10: one question waits for a person");
		expect(stdout).toMatch(/1 dissent/);
		const [, report = ""] = /The report, for a browser: (.+)/.exec(stdout) ?? [];
		expect(readFileSync(report, "utf8")).toContain("src/csv.js");
		const repository = report.slice(0, report.indexOf("/.code/"));
		const git = (...words: string[]): string => spawnSync("git", words, { cwd: repository, encoding: "utf8" }).stdout;
		expect(git("log", "--format=%s")).toMatch(/T001: Write toCsv/);
		expect(git("worktree", "list").trim().split("\n")).toHaveLength(1);
		expect(readdirSync(home)).toEqual([]);
	}, 60_000);

	const changes = [
		["the requirement", "packet/spec.md", "exactly two decimals", "exactly three decimals"],
		["the instructions", "repo/AGENTS.md", "whole cents", "cents"],
		["an agent's answer", "recordings/auto/validate_gpt_pro_aggregator_1.jsonl", "FR-3", "FR-4"],
		[
			"the patch",
			"recordings/auto/implement_1_gpt_codex_T001_1.jsonl",
			"\\\\\\\\r\\\\\\\\n`).join",
			"\\\\\\\\n`).join",
		],
	] as const;
	// Each of them costs a run: all of them are made by the full tests.
	const made = isFull ? changes : changes.filter(([what]) => what === "the requirement" || what === "the patch");
	test.each(made)(
		"fails when %s changed",
		async (_, file, from, to) => {
			const { run, change, tmp } = await stage();
			change(file, from, to);
			const { status, stderr } = run();
			expect(status).toBe(1);
			expect(stderr).toContain("demo failed: speckit");
			expect(readdirSync(tmp).filter((name) => name.startsWith("code-demo"))).toEqual([]);
		},
		60_000,
	);

	const picked = isFull ? recordings : recordings.filter((name) => name.includes("post-plan_analyze_gemini"));
	test.each(picked)(
		"fails without the recorded answer %s",
		async (name) => {
			const { run, example } = await stage();
			rmSync(path.join(example, "recordings", name));
			const { status, stderr } = run();
			expect(status).toBe(1);
			expect(stderr).toContain("demo failed: speckit");
			expect(existsSync(path.join(example, "recordings", name))).toBe(false);
		},
		60_000,
	);
});
