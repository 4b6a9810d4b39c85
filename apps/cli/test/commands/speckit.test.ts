// `code speckit` in this process: what each verb answers and with which exit code; whole runs stand in test/e2e.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";
import { type AskedAgent, oneVendor, specKitModel } from "../spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";

async function scene(answer?: (asked: AskedAgent) => object | string | undefined) {
	const cli = await makeCli({
		script: specKitModel(answer),
		files: healthyFiles(specId),
		homeFiles: { "config.toml": oneVendor },
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
	const speckit = (...words: readonly string[]) => cli.run(["speckit", ...words]);
	const json = async (...words: readonly string[]) => {
		const run = await speckit(...words, "--json");
		return { code: run.code, stderr: run.stderr, answer: JSON.parse(run.stdout) };
	};
	return { cli, git, speckit, json };
}

const question = {
	id: "Q1",
	question: "How long is a reset link valid?",
	answer: "",
	confidence: "low",
	magnitude: "critical",
	resolvability: "need-human",
	context: "FR-1",
	reasoning: "Nothing says it",
	affected_requirements: ["FR-1"],
	affected_artifacts: ["spec.md"],
};

describe("a run", () => {
	test("is told line by line, kept, verified, and shown by every verb that looks at it", async () => {
		const { speckit, json } = await scene();
		const run = await speckit("auto", specId, "the", "goal", "--to", "tasks", "--budget", "5");
		expect(run.code).toBe(0);
		expect(run.stderr).toMatch(/00:0\d +verdict ok: /);
		expect(run.stderr).toContain("quality gate pre-planning");
		expect(run.stderr).toContain("tasks done");
		expect(run.stdout).toMatch(/complete\nrun [\w-]+: \d+ calls, \d+ tokens, \$\d/);
		const { answer } = await json("runs", specId);
		expect(answer.runs).toMatchObject([{ state: "complete", running: false, stages: ["plan", "tasks"] }]);
		expect((await speckit("runs", specId)).stdout).toContain("complete");
		expect((await speckit("status", specId)).stdout).toContain("✓ plan: consensus ok");
		expect((await speckit("consensus", specId, "plan")).stdout).toMatch(/^ok, confidence /);
		expect((await speckit("verify", specId)).stdout).toContain("is as it was written");
		expect((await speckit("evidence", "verify", specId)).code).toBe(0);
		expect((await speckit("evidence", "stats")).stdout).toContain(`${specId.slice(0, 12)}`);
		expect((await speckit("evidence", "stats", specId)).code).toBe(0);
		expect((await speckit("evidence", "gc", "--dry-run")).stdout).toContain("nothing to archive");
		expect((await json("evidence", "archive", specId)).answer).toMatchObject({ dry_run: false, failed: [] });
		expect((await speckit("review", specId)).stdout).toContain("plan: ok");
		expect((await speckit("resume", specId)).stderr).toContain("no run that could go on");
		expect((await speckit("cancel", specId)).stderr).toContain("no run of");
	}, 60_000);

	test("pauses with its questions, shows them, and goes on", async () => {
		const { speckit, json, cli } = await scene(({ agent, role, prompt }) =>
			role === "gate" && agent === "claude" && prompt.includes("stage clarify")
				? { agent, issues: [question] }
				: undefined,
		);
		const paused = await speckit("auto", specId, "--to", "plan");
		expect(paused.code).toBe(10);
		expect(paused.stdout).toContain("How long is a reset link valid?");
		expect(paused.stdout).toContain(`code speckit resume ${specId} --answers FILE`);
		const { answer } = await json("review", specId);
		expect(answer).toMatchObject({ state: "paused", exit_code: 10, questions: [{ magnitude: "critical" }] });
		const text = JSON.stringify({ answers: [{ id: answer.questions[0].id, answer: "Half an hour" }] });
		const resumed = await cli.run(["speckit", "resume", specId, answer.run, "--answers", "-"], { stdin: text });
		expect(resumed.code).toBe(0);
	}, 60_000);

	test("is halted by a voter that says nothing, and by a verdict that nobody agrees on", async () => {
		const { speckit, json } = await scene(({ agent }) => (agent === "gemini" ? "no" : undefined));
		const run = await speckit("plan", specId);
		expect(run.code).toBe(12);
		expect(run.stderr).toContain("halted at plan");
		expect((await json("runs", specId)).answer.runs).toMatchObject([
			{ state: "halted", reason: expect.stringContaining("gemini") },
		]);
	}, 60_000);

	test("is cancelled by a signal", async () => {
		const { cli } = await scene();
		const run = await cli.run(["speckit", "auto", specId, "--to", "plan", "--json"], {
			onStart: (interrupt) => setTimeout(interrupt, 150),
		});
		expect(run.code).toBe(130);
		expect(JSON.parse(run.stdout)).toMatchObject({ outcome: "cancelled" });
	}, 60_000);

	test.each(["s", "m"])(
		"size %s asks one agent a stage",
		async (size) => {
			const { json, cli } = await scene();
			const { answer } = await json("plan", specId, "--size", size);
			expect(answer).toMatchObject({ outcome: "complete", verdicts: [{ present: ["gemini"] }] });
			expect(cli.server.requests.length).toBeLessThanOrEqual(2);
		},
		60_000,
	);
});

describe("single verbs", () => {
	test("gates list issues and write their report", async () => {
		const { speckit } = await scene(({ agent, role }) => (role === "gate" ? { agent, issues: [question] } : undefined));
		const clarify = await speckit("clarify", specId);
		expect(clarify.code).toBe(0);
		expect(clarify.stdout).toMatch(/\d issues, \d questions; the report is docs\//);
		expect((await speckit("specify", specId, "Links", "end")).code).toBe(0);
	}, 60_000);

	test("guardrails answer 0 or 12", async () => {
		const { speckit, json } = await scene();
		expect((await speckit("guardrail", "plan", specId, "--allow-dirty")).code).toBe(0);
		const { answer } = await json("guardrail", "validate", specId, "--allow-dirty");
		expect(answer).toMatchObject({ exit_code: 12, exit_reason: "failed", ok: false });
	}, 60_000);

	test("hooks run around a verb; one that fails says no", async () => {
		const { json, cli } = await scene();
		const hook = (name: string, text: string): readonly string[] => [
			"-c",
			`speckit.hooks.${name}=${JSON.stringify(text)}`,
		];
		const before = hook("before_status", 'echo "$SPECKIT_COMMAND $SPECKIT_SPEC_ID" > told');
		expect((await json("status", specId, ...before)).code).toBe(0);
		expect(readFileSync(path.join(cli.cwd, "told"), "utf8")).toBe(`status ${specId}\n`);
		const refused = await json("plan", specId, ...hook("before_plan", "echo not today; exit 3"));
		expect(refused.answer).toMatchObject({
			exit_code: 12,
			code: "run_failed",
			reason: "The hook before_plan ended with 3: not today",
		});
		const unseen = await json("status", specId, ...hook("before_status", "echo no; exit 3"));
		expect(unseen.answer).toMatchObject({
			exit_code: 12,
			exit_reason: "hook_failed",
			hook: "before_status",
			hook_exit_code: 3,
			output: "no\n",
		});
		expect(cli.server.requests).toEqual([]);
		const after = await json("plan", specId, ...hook("after_plan", "exit 4"));
		expect(after.answer).toMatchObject({
			exit_code: 12,
			outcome: "halted",
			reason: "The hook after_plan ended with 4",
		});
		const order = path.join(cli.cwd, "order");
		const tell = ["before_auto", "before_plan", "after_plan", "before_tasks", "after_tasks", "after_auto"];
		const told = tell.flatMap((name) => hook(name, `echo ${name} $SPECKIT_COMMAND >> order`));
		expect((await json("auto", specId, "--to", "tasks", "--no-quality-gates", ...told)).code).toBe(0);
		expect(readFileSync(order, "utf8").trim().split("\n")).toEqual(
			tell.map((name) => `${name} ${name.split("_")[1] ?? ""}`),
		);
		const guarded = await json("guardrail", "validate", specId, ...hook("after_guardrail_validate", "touch never"));
		expect(guarded.code).toBe(12);
		expect(existsSync(path.join(cli.cwd, "never"))).toBe(false);
	}, 60_000);

	test("init, help, doctor and dry runs", async () => {
		const { speckit, json, cli } = await scene();
		for (const [name, text] of [
			["Cargo.toml", ""],
			["Makefile", "lint:\n\ttrue\n"],
		] as const) {
			writeFileSync(path.join(cli.cwd, name), text);
		}
		expect((await speckit("init", "--dry-run")).stdout).toContain("would make SPEC.md");
		const { answer } = await json("init");
		expect(answer.commands).toEqual({ build: "cargo build", lint: "cargo clippy --all-targets", test: "cargo test" });
		expect((await speckit()).code).toBe(2);
		expect((await speckit("--help")).stdout).toContain("usage: code speckit VERB");
		expect((await speckit("plan", "--help")).stdout).toContain("/speckit.plan");
		expect((await speckit("doctor")).stdout).toContain("ok      gemini on openai/gpt-5-codex");
		const off = ["-c", "speckit.agents.gemini.enabled=false"];
		expect((await json("doctor", ...off)).answer).toMatchObject({ exit_code: 3, exit_reason: "missing" });
		expect((await speckit("plan", specId, "--dry-run", ...off)).stdout).toContain("switched off");
		expect((await speckit("new", "a", "thing", "--dry-run")).stdout).toContain("at least 8 calls");
		expect(cli.server.requests).toEqual([]);
	}, 60_000);

	test.each([
		[["auto", specId, "--answers"], "needs a value"],
		[["auto", specId, "--json=1"], "takes no value"],
		[["auto", specId, "--budget", ""], "US dollars"],
		[["auto", specId, "--answers", "nothing.json"], "cannot be read"],
		[["runs", "x"], "SPEC-"],
		[["runs", specId, "a", "b"], "not expected"],
		[["auto", specId, "-c", "speckit.arbiter=nobody"], "must be one of"],
		[["auto", specId, "-c", "speckit.evidence_dir=../x"], "inside the repository"],
		[["auto", specId, "-c", "model=3"], "model"],
	])("%j is exit code 2", async (words, sentence) => {
		const { speckit, cli } = await scene();
		const run = await speckit(...words);
		expect(run.code).toBe(2);
		expect(run.stderr).toContain(sentence);
		expect(cli.server.requests).toEqual([]);
	});
});
