// `code plan`, `code solve` and `code code`: several agents at one task, with a scripted model and real git.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ModelStep, ReceivedRequest } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";

const patch = (name: string, line: string): string => `*** Begin Patch\n*** Add File: ${name}\n+${line}\n*** End Patch`;

type Answer = (prompt: string, request: ReceivedRequest) => ModelStep | Promise<ModelStep>;

async function scene(answer: Answer, home: string = "") {
	const cli = await makeCli({
		script: (request) => answer(JSON.stringify(request.body.input), request),
		files: { "a.txt": "1\n" },
		homeFiles: { "config.toml": home },
	});
	const git = (...words: string[]): string =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], {
			cwd: cli.cwd,
			encoding: "utf8",
		});
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	const json = async (...words: readonly string[]) => {
		const run = await cli.run([...words, "--json"]);
		return { code: run.code, stderr: run.stderr, answer: JSON.parse(run.stdout) };
	};
	const trees = (): number => git("worktree", "list").trim().split("\n").length;
	return { cli, git, json, trees, file: (name: string) => path.join(cli.cwd, name) };
}

const usage = { inputTokens: 1000, outputTokens: 100 };

/** A model that does the task: `acts` says with which patch, by how many work sessions began before. */
function worker(acts: (nth: number, prompt: string) => string | undefined): Answer {
	let begun = 0;
	return (prompt) => {
		if (prompt.includes("Say whose work is the best")) {
			return { text: '```json\n{"choice": "candidate-2", "reasons": ["tests"]}\n```', usage };
		}
		if (prompt.includes("function_call_output")) return { text: "Done.", usage };
		const input = acts(begun++, prompt);
		if (input === undefined) return { text: "I did nothing.", usage };
		return { calls: [{ callId: "c", name: "apply_patch", arguments: { input } }], usage };
	};
}

describe("plan", () => {
	test("asks each agent for itself and makes one plan of theirs; nothing changes", async () => {
		let plans = 0;
		const { json, git, cli } = await scene((prompt) => {
			if (prompt.includes("Make one plan of theirs")) return { text: `Both: ${plans}`, usage };
			plans += 1;
			return { text: `Plan number ${plans}`, usage };
		});
		const { answer, code, stderr } = await json("plan", "add a cache");
		expect(code).toBe(0);
		expect(answer).toMatchObject({ command: "plan", outcome: "done", text: "Both: 3", from: "gemini" });
		expect(answer.members).toHaveLength(4);
		expect(answer.spend.cost_usd).toBeGreaterThan(0);
		expect(stderr).toMatch(/claude running/);
		const last = JSON.stringify(cli.server.requests.at(-1)?.body);
		expect(last).toContain("Plan number 3");
		expect(last).toContain("### plan 3");
		expect(last).not.toMatch(/### claude/);
		expect(git("status", "--porcelain")).toBe("");
		const text = await cli.run(["plan", "-", "--agents", "gpt_codex"], { stdin: "add a cache\n" });
		expect(text.stdout).toBe("Plan number 4\n");
	});

	test("goes on without those who fail, and fails when all do", async () => {
		let calls = 0;
		const one = await scene(() => {
			calls += 1;
			return calls === 1 ? { text: "The only plan.", usage } : { text: "" };
		});
		expect((await one.json("plan", "x")).answer).toMatchObject({ outcome: "done", text: "The only plan." });
		const none = await scene(() => ({ text: "" }));
		expect(await none.json("plan", "x")).toMatchObject({ code: 1, answer: { outcome: "failed" } });
	});

	test.each([
		[["plan"], "a task is needed"],
		[["plan", " "], "a task is needed"],
		[["plan", "x", "--agents", "gpt9"], "no agent `gpt9`"],
		[["plan", "x", "--budget", "-1"], "--budget"],
		[["code", "x", "--candidates", "9"], "at most"],
	])("%j is exit code 2 with a sentence, and nobody is asked", async (words, sentence) => {
		const { cli } = await scene(() => ({ text: "no" }));
		const run = await cli.run(words);
		expect(run.code).toBe(2);
		expect(run.stderr).toContain(sentence);
		expect(cli.server.requests).toEqual([]);
	});

	test("a dry run says who would take part; without any key it is exit code 3", async () => {
		const { json, cli } = await scene(() => ({ text: "no" }));
		expect((await json("plan", "x", "--dry-run")).answer.members).toEqual([
			{ agent: "gemini", on: expect.stringContaining("openai/") },
			{ agent: "claude", on: expect.stringContaining("openai/") },
			{ agent: "gpt_codex", on: expect.stringContaining("openai/") },
		]);
		expect((await cli.run(["plan", "x"], { env: { OPENAI_API_KEY: "", OPENAI_BASE_URL: "" } })).code).toBe(3);
		expect(cli.server.requests).toEqual([]);
	});
});

describe("solve", () => {
	test("the first answer wins, and the others are ended within two seconds", async () => {
		let calls = 0;
		const { json } = await scene(async () => {
			calls += 1;
			if (calls === 2) return { text: "It is line 7.", usage };
			if (calls === 1) return { text: "NO ANSWER\nI cannot.", usage };
			await new Promise((resolve) => setTimeout(resolve, 8000));
			return { text: "too late" };
		});
		const began = Date.now();
		const { answer } = await json("solve", "where is the fault?");
		expect(Date.now() - began).toBeLessThan(6000);
		expect(answer).toMatchObject({ outcome: "done", text: "It is line 7." });
		expect(answer.members.map(({ state }: { state: string }) => state).toSorted()).toEqual([
			"answered",
			"answered",
			"cancelled",
		]);
	});

	test("with a check the first work that passes is merged", async () => {
		const { json, file, git, trees } = await scene(worker((nth) => patch("fix.txt", nth === 0 ? "bad" : "good")));
		const { answer, code } = await json(
			"solve",
			"fix it",
			"--check",
			"grep -q good fix.txt",
			"-c",
			"speckit.implement.repairs=0",
		);
		expect(code).toBe(0);
		expect(answer).toMatchObject({ outcome: "done", commit: expect.any(String) });
		expect(readFileSync(file("fix.txt"), "utf8")).toBe("good\n");
		expect(git("status", "--porcelain")).toBe("");
		expect(trees()).toBe(1);
	});
});

describe("code", () => {
	test("the best of those that pass is merged; nothing is left behind", async () => {
		const { json, file, git, trees, cli } = await scene(worker((nth) => patch(`made-${nth}.txt`, "x")));
		const { answer, code } = await json("code", "make it", "--check", "ls made-*.txt", "--agents", "gpt_codex,claude");
		expect(code).toBe(0);
		expect(answer.candidates).toHaveLength(2);
		expect(answer.candidates[0]).toMatchObject({ passed: true, commands: [{ name: "check", exit_code: 0 }] });
		expect(answer.warnings.join(" ")).toContain("Votes between the candidates");
		expect(readdirSync(cli.cwd).filter((name) => name.startsWith("made-"))).toHaveLength(1);
		expect(git("log", "--format=%s")).toContain("make it");
		expect(trees()).toBe(1);
		expect(existsSync(file(".code"))).toBe(false);
	});

	test("work that does not pass is not merged, and changes of the user's are left alone", async () => {
		const failing = await scene(worker(() => patch("bad.txt", "x")));
		const failed = await failing.json("code", "make it", "--check", "echo broken; exit 1", "--candidates", "1");
		expect(failed).toMatchObject({ code: 1, answer: { outcome: "failed" } });
		expect(failed.answer.text).toContain("broken");
		expect(failed.answer.candidates[0].diff).toContain("+x");
		expect(existsSync(failing.file("bad.txt"))).toBe(false);
		expect(failing.trees()).toBe(1);
		writeFileSync(failing.file("a.txt"), "mine\n");
		const before = failing.cli.server.requests.length;
		const dirty = await failing.cli.run(["code", "make it"]);
		expect(dirty.code).toBe(1);
		expect(dirty.stderr).toContain("a.txt");
		expect(failing.cli.server.requests.length).toBe(before);
	});

	test("a budget and an interruption end it", async () => {
		const { json, cli, trees } = await scene(worker(() => patch("x.txt", "x")));
		expect(await json("code", "x", "--candidates", "1", "--budget", "0.0000001")).toMatchObject({
			code: 4,
			answer: { outcome: "limit" },
		});
		const slow = await scene(async () => {
			await new Promise((resolve) => setTimeout(resolve, 8000));
			return { text: "late" };
		});
		const run = await slow.cli.run(["code", "x", "--candidates", "1"], {
			onStart: (interrupt) => void setTimeout(interrupt, 700),
		});
		expect(run.code).toBe(130);
		expect(cli.server.requests.length).toBeLessThan(4);
		expect([trees(), slow.trees()]).toEqual([1, 1]);
		expect(existsSync(path.join(slow.cli.codeHome, "../.local/state/code/worktrees")) ? "there" : "gone").toBe("there");
		const left = readdirSync(path.join(slow.cli.codeHome, "../.local/state/code/worktrees"), { recursive: true });
		expect(left.map(String).filter((name) => name.includes("/"))).toEqual([]);
	});
});
