// `code speckit` as the built program: a requirement through all stages with agents that are sessions of ours, real git,
// real files, the real memory server and real commands in the sandbox; only the model is scripted.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyAnswer, healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, test } from "vitest";
import { type AskedAgent, askedAgent, oneVendor, specKitModel } from "../spec-kit-model.ts";
import { createScene, type Scene } from "./scene.ts";

const specId = "SPEC-KIT-005-reset";

interface Stage extends Pick<Scene, "repo" | "server"> {
	readonly run: Scene["run"];
	readonly start: Scene["start"];
	readonly config: Scene["config"];
	readonly git: (...words: string[]) => string;
	readonly text: (file: string) => string;
}

async function scene(answer?: (asked: AskedAgent) => object | string | undefined): Promise<Stage> {
	const made = await createScene(specKitModel(answer), {
		...healthyFiles(specId),
		"check.sh": "test -f done || exit 3\n",
	});
	await made.config(oneVendor);
	const git = (...words: string[]): string =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], {
			cwd: made.repo,
			encoding: "utf8",
		});
	rmSync(path.join(made.repo, ".git"), { recursive: true });
	git("init", "--quiet", "--initial-branch=main");
	writeFileSync(path.join(made.repo, ".gitignore"), ".code/evidence\n");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	return { ...made, git, text: (file) => readFileSync(path.join(made.repo, file), "utf8") };
}

const answerOf = (stdout: string) => JSON.parse(stdout);

describe("auto", () => {
	test("takes a SPEC through all six stages, writes their documents and keeps evidence that verifies", async () => {
		const { run, text, repo, server } = await scene();
		const result = await run(["speckit", "auto", specId, "--json"]);
		expect(result.stderr).toContain("verdict ok");
		expect(answerOf(result.stdout)).toMatchObject({
			schema_version: 1,
			command: "speckit auto",
			outcome: "complete",
			exit_code: 0,
			verdicts: [
				{ stage: "plan", status: "ok" },
				{ stage: "tasks", status: "ok" },
				{ stage: "implement", status: "ok" },
				{ stage: "validate", status: "ok" },
				{ stage: "audit", status: "ok" },
				{ stage: "unlock", status: "ok" },
			],
		});
		for (const name of ["plan.md", "tasks.md", "implement.md", "validate.md", "audit.md", "unlock.md"]) {
			expect(readdirSync(path.join(repo, "docs", specId)).join(" ")).toContain(name.slice(0, 4));
		}
		expect(text(`docs/${specId}/plan.md`)).toContain("# ");
		expect(server.requests.length).toBeGreaterThan(30);
		const verified = await run(["speckit", "verify", specId, "--json"]);
		expect(answerOf(verified.stdout)).toMatchObject({ ok: true, exit_code: 0 });
		expect(result.stderr).not.toContain("Memory");
		const memory = await run(["memory", "list", "--json"]);
		expect(memory.stdout).toContain(specId);
		const status = await run(["speckit", "status", specId, "--json"]);
		expect(answerOf(status.stdout).stages.map(({ cue }: { cue: string }) => cue)).not.toContain("pending");
		const runs = answerOf((await run(["speckit", "runs", specId, "--json"])).stdout);
		expect(runs.runs).toMatchObject([{ state: "complete", running: false }]);
	}, 120_000);
});

const issue = {
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

const questioning = ({ agent, role, prompt }: AskedAgent): object | undefined =>
	role === "gate" && agent === "claude" && prompt.includes("stage clarify") ? { agent, issues: [issue] } : undefined;

const quick = ["--to", "plan", "--json"];

describe("when a person is needed", () => {
	test("it pauses with the questions as JSON, and goes on with a file of answers; nothing is asked twice", async () => {
		const { run, repo, server, text } = await scene(questioning);
		const paused = await run(["speckit", "auto", specId, ...quick]);
		expect(paused.exitCode).toBe(10);
		const { questions, run_id: runId } = answerOf(paused.stdout);
		expect(questions).toMatchObject([{ question: expect.stringContaining("reset link"), magnitude: "critical" }]);
		const calls = server.requests.length;
		expect((await run(["speckit", "review", specId, "--json"])).exitCode).toBe(10);
		writeFileSync(
			path.join(repo, "answers.json"),
			JSON.stringify({ answers: [{ id: questions[0].id, answer: "Thirty minutes, as the mail says" }] }),
		);
		const resumed = await run(["speckit", "resume", specId, "--answers", "answers.json", "--json"]);
		expect(resumed.exitCode).toBe(0);
		expect(answerOf(resumed.stdout)).toMatchObject({ run_id: runId, outcome: "complete" });
		expect(text(`docs/${specId}/spec.md`)).toContain("Thirty minutes");
		const gates = server.requests.slice(calls).filter(({ body }) => JSON.stringify(body).includes("asked as gate for"));
		expect(gates).toEqual([]);
	}, 60_000);

	test("answers can be given from the start; a file that is none is exit code 2", async () => {
		const { run, repo, server } = await scene(questioning);
		writeFileSync(path.join(repo, "bad.json"), "[]");
		const bad = await run(["speckit", "auto", specId, "--answers", "bad.json", ...quick]);
		expect(bad.exitCode).toBe(2);
		expect(bad.stderr).toContain("no file of answers");
		expect(server.requests).toEqual([]);
	}, 60_000);
});

describe("a run that is ended", () => {
	test("by SIGKILL goes on where it was, and pays for no call twice", async () => {
		const { start, run, server } = await scene();
		const first = start(["speckit", "auto", specId, "--no-quality-gates", "--json"]);
		await server.request(6);
		first.kill("SIGKILL");
		await first.ended;
		const answered = new Set(
			server.requests.filter(({ abandoned }) => !abandoned()).map(({ body }) => JSON.stringify(body.input)),
		);
		const before = server.requests.length;
		const resumed = await run(["speckit", "resume", specId, "--json"]);
		expect(answerOf(resumed.stdout)).toMatchObject({ outcome: "complete", exit_code: 0 });
		const again = server.requests.slice(before).filter(({ body }) => answered.has(JSON.stringify(body.input)));
		// What was on its way when the process died is asked again: at most the calls of one round.
		expect(again.length).toBeLessThanOrEqual(3);
		expect(answerOf((await run(["speckit", "verify", specId, "--json"])).stdout)).toMatchObject({ ok: true });
	}, 60_000);

	test("by Ctrl-C, or by `cancel`, is cancelled within two seconds and can be resumed", async () => {
		let isWaiting = true;
		const { promise, resolve } = Promise.withResolvers<void>();
		const stuck = await createScene(async (request) => {
			if (isWaiting && JSON.stringify(request.body).includes("asked as review")) await promise;
			const { agent, role, stage } = askedAgent(request);
			return { text: JSON.stringify(healthyAnswer({ agent, role, purpose: { stage } })) };
		}, healthyFiles(specId));
		await stuck.config(oneVendor);
		const auto = ["speckit", "auto", specId, "--no-quality-gates", ...quick];
		const one = stuck.start(auto);
		await one.said("gpt_pro (review) running");
		one.kill("SIGINT");
		const ended = await one.ended;
		expect(ended.exitCode).toBe(130);
		expect(answerOf(ended.stdout)).toMatchObject({ outcome: "cancelled" });
		const two = stuck.start(["speckit", "resume", specId, "--json"]);
		await two.said("gpt_pro (review) running");
		const cancelled = await stuck.run(["speckit", "cancel", specId, "--json"]);
		expect(cancelled.exitCode).toBe(0);
		expect((await two.ended).exitCode).toBe(130);
		expect((await stuck.run(["speckit", "cancel", specId])).exitCode).toBe(2);
		isWaiting = false;
		resolve();
		const last = await stuck.run(["speckit", "resume", specId, "--json"]);
		expect(answerOf(last.stdout)).toMatchObject({ outcome: "complete" });
	}, 60_000);
});

describe("what agents do wrong", () => {
	const plan = ["speckit", "auto", specId, "--no-quality-gates", ...quick];

	test("one that only writes prose leaves the verdict degraded, and the run halts; the others are unharmed", async () => {
		const { run } = await scene(({ agent }) => (agent === "gemini" ? "I would rather not say." : undefined));
		const result = await run(plan);
		expect(result.exitCode).toBe(12);
		expect(answerOf(result.stdout)).toMatchObject({ outcome: "halted", stage: "plan" });
		expect(answerOf(result.stdout).reason).toContain("gemini");
	}, 60_000);

	test("a vendor without a key is missing, named, and nothing else is asked of it", async () => {
		const { run, config } = await scene();
		await config(
			oneVendor.replace('[speckit.agents.gemini]\nprovider = "openai"', '[speckit.agents.gemini]\nprovider = "gemini"'),
		);
		const result = await run(plan);
		expect(result.exitCode).toBe(12);
		expect(result.stderr).toMatch(/gemini \(research\) missing/);
		await config(
			`${oneVendor}\n[speckit.consensus]\nallow_degraded = true\n`.replace(
				'provider = "openai"',
				'provider = "gemini"',
			),
		);
		const allowed = await run(plan);
		expect(answerOf(allowed.stdout)).toMatchObject({
			outcome: "complete",
			verdicts: [{ status: "degraded", missing: ["gemini"] }],
		});
	}, 60_000);

	test("secrets in their answers reach no file", async () => {
		const secret = ["sk", "proj", "Abcdefghijklmnopqrstuvwxyz0123456789"].join("-");
		const { run, repo } = await scene(({ agent, role, stage }) => {
			if (agent !== "claude" || role === "gate") return undefined;
			return JSON.parse(
				JSON.stringify(healthyAnswer({ agent, role, purpose: { stage } })).replace(/"text":"/g, `"text":"${secret} `),
			);
		});
		await run(plan);
		const grep = (): string => {
			try {
				return execFileSync("grep", ["-rl", secret, "."], { cwd: repo, encoding: "utf8" });
			} catch {
				return ""; // Found nothing.
			}
		};
		expect(grep()).toBe("");
	}, 60_000);
});

describe("limits and words", () => {
	test("a budget stops before the call that would break it, and says so", async () => {
		const { run } = await scene();
		const result = await run(["speckit", "auto", specId, "--no-quality-gates", "--budget", "0.0001", ...quick]);
		expect(result.exitCode).toBe(4);
		expect(answerOf(result.stdout)).toMatchObject({ outcome: "halted", code: "budget_exhausted" });
	}, 60_000);

	test.each([
		[["auto"], "SPEC-ID"],
		[["auto", "../../etc"], "SPEC-"],
		[["auto", "SPEC-A-1$(touch x)"], "SPEC-"],
		[["auto", 'SPEC-A-1"; rm'], "SPEC-"],
		[["auto", "SPEC-A-1\nb"], "SPEC-"],
		[["plann", "SPEC-A-1"], "plan"],
		[["auto", specId, "--from", "nowhere"], "nowhere"],
		[["auto", specId, "--budget", "-1"], "--budget"],
		[["auto", specId, "--size", "x"], "--size"],
		[["resume", "SPEC-A-1"], "no run"],
		[["consensus", specId, "plan"], "no verdict"],
		[["verify"], "SPEC-ID"],
	])("%j is exit code 2 with a sentence, and nothing is asked or written", async (words, sentence) => {
		const { run, server, git } = await scene();
		const result = await run(["speckit", ...words]);
		expect(result.exitCode).toBe(2);
		expect(result.stderr).toContain(sentence);
		expect(server.requests).toEqual([]);
		expect(git("status", "--porcelain")).toBe("");
	});

	test("help, a dry run and doctor ask nobody", async () => {
		const { run, server } = await scene();
		expect((await run(["speckit", "--help"])).stdout).toContain("speckit VERB");
		expect((await run(["speckit", "auto", "--help"])).stdout).toContain("Tier 4");
		const dry = await run(["speckit", "plan", specId, "--dry-run", "--json"]);
		expect(answerOf(dry.stdout)).toMatchObject({
			exit_reason: "dry_run",
			expected_calls: 4,
			agents: [{ agent: "gemini", on: "openai/gpt-5-codex" }, { agent: "claude" }, { agent: "gpt_pro" }],
		});
		expect((await run(["speckit", "doctor"])).stdout).toContain("ok      claude on openai/gpt-5-codex");
		expect(server.requests).toEqual([]);
	});
});

describe("single commands", () => {
	test("init makes what is missing and overwrites nothing", async () => {
		const { run, text, repo } = await scene();
		writeFileSync(path.join(repo, "package.json"), '{"scripts": {"test": "node test.js", "build": "tsc"}}');
		const dry = await run(["speckit", "init", "--dry-run"]);
		expect(dry.stdout).toContain("would make SPEC.md");
		expect(existsSync(path.join(repo, "SPEC.md"))).toBe(false);
		const made = await run(["speckit", "init", "--json"]);
		expect(answerOf(made.stdout)).toMatchObject({
			created: expect.arrayContaining(["SPEC.md", ".code/config.toml", "templates/plan-template.md"]),
			kept: ["memory/constitution.md"],
			commands: { test: "npm run test", build: "npm run build" },
		});
		expect(text(".code/config.toml")).toContain('test = "npm run test"');
		expect(answerOf((await run(["speckit", "init", "--json"])).stdout).created).toEqual([]);
	});

	test("guardrail runs the project's commands in the sandbox, only when they are trusted", async () => {
		const { run, repo } = await scene();
		execFileSync("mkdir", ["-p", path.join(repo, ".code")]);
		writeFileSync(path.join(repo, ".code/config.toml"), '[speckit.commands]\ntest = "sh check.sh"\n');
		for (const name of ["plan", "tasks", "implement"])
			writeFileSync(path.join(repo, `docs/${specId}/${name}.md`), "# x\n\n- [x] T001 Do it\n");
		const guard = ["speckit", "guardrail", "validate", specId, "--allow-dirty", "--json"];
		const untrusted = answerOf((await run(guard)).stdout);
		expect(JSON.stringify(untrusted.scenarios)).not.toContain('"test"');
		const failed = await run([...guard, "--trust"]);
		expect(failed.exitCode).toBe(12);
		expect(JSON.stringify(answerOf(failed.stdout).failures)).toContain("test");
		writeFileSync(path.join(repo, "done"), "");
		const passed = answerOf((await run([...guard, "--trust"])).stdout);
		expect(passed.scenarios).toEqual(
			expect.arrayContaining([expect.objectContaining({ name: "test", status: "passed" })]),
		);
	}, 60_000);

	test("new makes an id, a packet and a tracker row, then plan and tasks", async () => {
		const { run, repo, text } = await scene();
		await run(["speckit", "init"]);
		const result = await run(["speckit", "new", "Let", "users", "export", "their", "data", "--json"]);
		expect(result.exitCode).toBe(0);
		const { spec_id: made, created } = answerOf(result.stdout);
		expect(made).toMatch(/^SPEC-[A-Z]+-\d{3}-let-users-export/);
		expect(created).toContain("SPEC.md");
		expect(text("SPEC.md")).toContain(made);
		expect(readdirSync(path.join(repo, "docs", made)).toSorted()).toEqual(
			expect.arrayContaining(["PRD.md", "plan.md", "spec.md", "tasks.md"]),
		);
		const stats = await run(["speckit", "evidence", "stats", "--json"]);
		expect(answerOf(stats.stdout).specs.length).toBeGreaterThan(0);
		expect((await run(["speckit", "consensus", made, "plan"])).exitCode).toBe(0);
	}, 60_000);
});
