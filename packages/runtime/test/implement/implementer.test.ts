// Tasks carried out in real repositories by stand-ins that really edit files: what is merged, what never is, what a later
// process finds, and that nothing is left behind.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AgentName, AgentOutcome, ImplementOutcome, ImplementRequest } from "@codex/spec-kit";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Ask, WorkCall } from "../../src/implement/candidate.ts";
import type { Check } from "../../src/implement/checks.ts";
import { createImplementer } from "../../src/implement/implementer.ts";

const zero = {
	inputTokens: 0,
	cachedInputTokens: 0,
	cacheWriteInputTokens: 0,
	outputTokens: 0,
	reasoningOutputTokens: 0,
};
const spend = { attempts: 1, wallMs: 1, tokens: 10, costUsd: 0.01 };
const answered = (text = "Done."): AgentOutcome => ({ kind: "answered", text, model: "m", usage: zero, spend });

/** What a stand-in does for a call, in its work tree. */
type Work = (
	call: WorkCall,
	tree: (name: string, text: string) => void,
) => AgentOutcome | undefined | Promise<AgentOutcome>;

interface Options {
	readonly work?: Work;
	readonly checks?: readonly Check[];
	readonly setup?: Check;
	readonly repairs?: number;
	readonly files?: Readonly<Record<string, string>>;
	readonly judge?: (agent: AgentName, prompt: string) => string;
}

const check = (command: string): Check => ({ name: "test", command, timeoutMs: 10_000 });

async function scene(options: Options = {}) {
	const [dir, repo] = await Promise.all([
		createTempDir(),
		createTempRepo({ "a.txt": "1\n", "docs/SPEC-A-1/tasks.md": "# Tasks\n", ...options.files }),
	]);
	onTestFinished(async () => {
		await Promise.all([repo.dispose(), dir.dispose()]);
	});
	const kept = new Map<string, AgentOutcome>();
	const calls: string[] = [];
	const judged: string[] = [];
	const told: string[] = [];
	let work: Work = options.work ?? (() => undefined);
	const ask: Ask = async (call, begin, signal) => {
		const known = kept.get(call.id);
		if (known !== undefined) return known;
		await begin();
		if (signal.aborted) return { kind: "cancelled", reason: "cancelled", spend };
		calls.push(call.id.split("/").slice(3).join("/"));
		const tree = (name: string, text: string): void => {
			const file = path.join(call.cwd, name);
			mkdirSync(path.dirname(file), { recursive: true });
			writeFileSync(file, text);
		};
		const outcome = (await work(call, tree)) ?? answered();
		if (outcome.kind === "answered") kept.set(call.id, outcome);
		return outcome;
	};
	const worktrees = path.join(dir.path, "worktrees");
	const implement = createImplementer({
		root: repo.path,
		env: process.env,
		scratch: path.join(dir.path, "scratch"),
		worktrees,
		ask,
		askJudge: ({ agent, prompt }) => {
			judged.push(agent);
			return Promise.resolve(answered(options.judge?.(agent, prompt) ?? '{"choice": "candidate-1", "reasons": []}'));
		},
		commandsIn:
			(root) =>
			({ command }) => {
				const argv = typeof command === "string" ? ["-c", command] : [];
				try {
					const stdout = execFileSync("bash", argv, { cwd: root, encoding: "utf8", stdio: "pipe" });
					return Promise.resolve({ exitCode: 0, stdout, stderr: "", durationMs: 1 });
				} catch (error) {
					const { status, stdout } = JSON.parse(JSON.stringify(error));
					return Promise.resolve({
						exitCode: status ?? 1,
						stdout: String(stdout ?? "failed"),
						stderr: "",
						durationMs: 1,
					});
				}
			},
		setup: options.setup,
		checks: options.checks ?? [],
		repairs: options.repairs ?? 1,
	});
	const request = (change: Partial<ImplementRequest> = {}): ImplementRequest => ({
		id: "run-1/implement/1",
		runId: "run-1",
		specId: "SPEC-A-1",
		tasks: [task("T001", { files: ["b.txt"] })],
		candidates: ["gpt_codex"],
		judges: ["gemini", "claude", "gpt_codex"],
		ownPaths: ["docs/SPEC-A-1/", "SPEC.md"],
		limits: {},
		wanted: () => ({ modelId: "m", modelRelease: "r", reasoningMode: "n" }),
		repairPrompt: (failures) => `repair: ${failures}`,
		judgePrompt: (candidates) => `judge: ${candidates}`,
		tell: (agent, state, more) => void told.push(`${agent} ${state} ${more?.detail ?? ""}`),
		...change,
	});
	const run = (
		change: Partial<ImplementRequest> = {},
		signal = new AbortController().signal,
	): Promise<ImplementOutcome> => implement(request(change), signal);
	return {
		repo,
		run,
		calls,
		judged,
		told,
		worktrees,
		kept,
		setWork: (next: Work) => {
			work = next;
		},
		text: (name: string) => readFileSync(path.join(repo.path, name), "utf8"),
		write: (name: string, text: string) => writeFileSync(path.join(repo.path, name), text),
		trees: async () =>
			(await repo.git("worktree", "list", "--porcelain")).split("\n\n").filter((each) => each !== "").length,
	};
}

const task = (id: string, more: Partial<ImplementRequest["tasks"][number]> = {}) => ({
	id,
	title: `Do ${id}`,
	files: [],
	dependsOn: [],
	parallel: false,
	prompt: `prompt of ${id}`,
	...more,
});

const writesOwn: Work = ({ id }, tree) => {
	const name = id.split("/").at(-2) ?? "";
	tree(`${name}.txt`, `${name}\n`);
	return undefined;
};

describe("one candidate", () => {
	test("works task by task, a commit each, and its work is on the branch with nothing left behind", async () => {
		const { run, repo, text, calls, trees, worktrees } = await scene({
			work: writesOwn,
			checks: [check("test -f T002.txt")],
		});
		const tasks = [task("T001"), task("T002", { dependsOn: ["T001"] })];
		const outcome = await run({ tasks });
		expect(outcome).toMatchObject({
			kind: "done",
			chosen: "gpt_codex",
			tasks: [
				{ id: "T001", done: true, files: ["T001.txt"] },
				{ id: "T002", done: true, files: ["T002.txt"] },
			],
			candidates: [{ agent: "gpt_codex", passed: true, commands: [{ name: "test", exitCode: 0 }] }],
			spend: { attempts: 2, tokens: 20 },
		});
		expect(calls).toEqual(["gpt_codex/T001/1", "gpt_codex/T002/1"]);
		expect(text("T002.txt")).toBe("T002\n");
		const log = await repo.git("log", "--format=%s", "main");
		expect(log).toMatch(/^SPEC-A-1 T002: Do T002\nSPEC-A-1 T001: Do T001\n/);
		expect(await repo.git("status", "--porcelain")).toBe("");
		expect(await trees()).toBe(1);
		expect(
			readdirSync(worktrees, { recursive: true })
				.map(String)
				.filter((name) => name.endsWith(".txt")),
		).toEqual([]);
		expect(outcome.commit).toBe((await repo.git("rev-parse", "HEAD")).trim());
	});

	test("is done again from where it was by a later process; nothing is asked twice", async () => {
		const { run, calls, setWork, repo } = await scene({ work: writesOwn });
		const tasks = [task("T001"), task("T002"), task("T003")];
		const stop = new AbortController();
		setWork((call, tree) => {
			tree("half.txt", "half\n");
			if (!call.id.includes("T002")) return writesOwn(call, tree);
			stop.abort();
			return { kind: "cancelled", reason: "cancelled", spend };
		});
		expect((await run({ tasks }, stop.signal)).kind).toBe("cancelled");
		expect(await repo.git("log", "--format=%s")).not.toContain("T001");
		setWork(writesOwn);
		expect((await run({ tasks })).kind).toBe("done");
		expect(calls).toEqual(["gpt_codex/T001/1", "gpt_codex/T002/1", "gpt_codex/T002/1", "gpt_codex/T003/1"]);
		// What the broken-off call had left is gone; what the finished one left is its own.
		expect(await repo.git("log", "--format=%s", "--", "half.txt")).toContain("T001");
	});

	test("whose answer came and whose commit did not keeps its work", async () => {
		const { run, kept, setWork, worktrees, calls, text } = await scene();
		let isFirst = true;
		setWork((call, tree) => {
			tree("b.txt", "b\n");
			// The process dies right after the answer is kept: all later steps are another process's.
			kept.set(call.id, answered());
			if (isFirst) throw new Error("died");
			return undefined;
		});
		expect(await run()).toMatchObject({ kind: "blocked", reason: expect.stringContaining("died") });
		isFirst = false;
		expect(await run()).toMatchObject({ kind: "done" });
		expect(calls).toHaveLength(1);
		expect(text("b.txt")).toBe("b\n");
		expect(existsSync(worktrees)).toBe(true);
	});

	test("repairs what the checks complain about, and fails when it cannot", async () => {
		const work: Work = ({ prompt }, tree) => {
			tree("b.txt", prompt.startsWith("repair") ? "good\n" : "bad\n");
			return undefined;
		};
		const good = await scene({ work, checks: [check("cat b.txt; grep -q good b.txt")] });
		expect(await good.run()).toMatchObject({ kind: "done", tasks: [{ done: true }] });
		expect(good.calls).toEqual(["gpt_codex/T001/1", "gpt_codex/repair-1/1"]);
		const bad = await scene({ work, checks: [check("echo never; exit 7")] });
		const outcome = await bad.run();
		expect(outcome).toMatchObject({ kind: "failed", candidates: [{ passed: false, commands: [{ exitCode: 7 }] }] });
		expect(outcome.reason).toContain("test ended with 7");
		expect(outcome.candidates[0]?.diff).toContain("+good");
		expect(await bad.repo.git("log", "--format=%s")).not.toContain("T001");
		expect(await bad.trees()).toBe(1);
		// The run that was ended before it could write that down is told the same.
		expect(await bad.run()).toEqual(outcome);
		expect(bad.calls).toHaveLength(2);
	});

	test("that changes nothing, is missing, or fails twice is no success", async () => {
		const idle = await scene();
		expect(await idle.run()).toMatchObject({ kind: "failed", reason: expect.stringContaining("it changed nothing") });
		const missing = await scene({ work: () => ({ kind: "missing", reason: "no key", spend }) });
		expect(await missing.run()).toMatchObject({ kind: "failed", reason: expect.stringContaining("no key") });
		expect(missing.calls).toHaveLength(1);
		const failing = await scene({ work: () => ({ kind: "timed_out", reason: "too slow", spend }) });
		expect(await failing.run()).toMatchObject({ kind: "failed", reason: expect.stringContaining("too slow") });
		expect(failing.calls).toEqual(["gpt_codex/T001/1", "gpt_codex/T001/2"]);
		const limited = await scene({ work: () => ({ kind: "limit", reason: "money", spend }) });
		expect(await limited.run({ limits: { maxCostUsd: 1 } })).toMatchObject({ kind: "limit", spend: { attempts: 1 } });
	});

	test("gets what is left of the budget with each call", async () => {
		const left: (number | undefined)[] = [];
		const { run } = await scene({
			work: (call, tree) => {
				left.push(call.limits.maxCostUsd);
				return writesOwn(call, tree);
			},
		});
		await run({ tasks: [task("T001"), task("T002")], limits: { maxCostUsd: 0.5, maxAttempts: 9 } });
		expect(left).toEqual([0.5, 0.49]);
	});

	test("may not do what was not configured: a task without a change is not ticked, checks that are missing are said", async () => {
		const { run } = await scene({
			work: (call, tree) => (call.id.includes("T001") ? writesOwn(call, tree) : undefined),
		});
		const outcome = await run({ tasks: [task("T001"), task("T002")] });
		expect(outcome.tasks.map(({ done }) => done)).toEqual([true, false]);
		expect(outcome.warnings.join(" ")).toMatch(/T002: not ticked.*No build, lint or test command/);
	});

	test("prepares its work tree first, and what checks leave behind is no work", async () => {
		const setup: Check = {
			name: "setup",
			command: "echo x > ready.txt && echo ready.txt > .gitignore",
			timeoutMs: 1000,
		};
		const { run, repo, setWork } = await scene({ setup, checks: [check("test -f ready.txt && touch cache.tmp")] });
		setWork((call, tree) => writesOwn(call, tree));
		expect(await run()).toMatchObject({ kind: "done" });
		expect(await repo.git("ls-files")).not.toContain("cache.tmp");
		const broken = await scene({ setup: { ...setup, command: "echo no network; exit 1" }, work: writesOwn });
		expect(await broken.run()).toMatchObject({ kind: "failed", reason: expect.stringContaining("no network") });
		expect(broken.calls).toEqual([]);
	});
});

describe("tasks beside each other", () => {
	test("run at once in trees of their own when their files differ, and are merged in order", async () => {
		let running = 0;
		let most = 0;
		const { run, repo, trees } = await scene({
			work: async (call, tree) => {
				running += 1;
				most = Math.max(most, running);
				await new Promise((resolve) => setTimeout(resolve, 30));
				running -= 1;
				await writesOwn(call, tree);
				return answered();
			},
		});
		const parallel = (id: string, file: string) => task(id, { parallel: true, files: [file] });
		const tasks = [
			parallel("T001", "T001.txt"),
			parallel("T002", "T002.txt"),
			parallel("T003", "T001.txt"),
			task("T004"),
		];
		const outcome = await run({ tasks });
		expect(outcome.tasks.map(({ done }) => done)).toEqual([true, true, true, true]);
		expect(most).toBe(2);
		expect((await repo.git("ls-files")).match(/T00\d\.txt/g)).toHaveLength(4);
		expect(await trees()).toBe(1);
	});

	test("that conflict after all are done again, alone", async () => {
		const { run, calls, text } = await scene({
			work: ({ id, cwd }, tree) => {
				const before = existsSync(path.join(cwd, "shared.txt"))
					? readFileSync(path.join(cwd, "shared.txt"), "utf8")
					: "";
				tree("shared.txt", `${before}${id.split("/").at(-2)}\n`);
				return undefined;
			},
		});
		const parallel = (id: string) => task(id, { parallel: true, files: [`${id}.txt`] });
		const outcome = await run({ tasks: [parallel("T001"), parallel("T002")] });
		expect(outcome).toMatchObject({ kind: "done", tasks: [{ done: true }, { done: true }] });
		expect(calls).toContain("gpt_codex/T002-again/1");
		expect(text("shared.txt")).toBe("T001\nT002-again\n");
	});
});

describe("several candidates", () => {
	const both: AgentName[] = ["gpt_codex", "claude"];
	const differing: Work = ({ agent }, tree) => {
		tree("b.txt", agent === "claude" ? "claude's, and a line more\nmore\n" : "codex's\n");
		return undefined;
	};

	test("are judged by the checks first", async () => {
		const { run, text, judged } = await scene({ work: differing, checks: [check("grep -q claude b.txt")], repairs: 0 });
		expect(await run({ candidates: both })).toMatchObject({
			kind: "done",
			chosen: "claude",
			candidates: [{ agent: "gpt_codex", passed: false, diff: expect.stringContaining("+codex") }, { passed: true }],
		});
		expect(text("b.txt")).toContain("claude");
		expect(judged).toEqual([]);
	});

	test("are judged by the others second, whose votes on themselves do not count", async () => {
		const { run, judged, text } = await scene({
			work: differing,
			judge: (_agent, prompt) => {
				expect(prompt).not.toMatch(/gpt_codex|candidate-3/);
				return 'I prefer the second.\n```json\n{"choice": "candidate-2", "reasons": ["it says more"]}\n```';
			},
		});
		const outcome = await run({ candidates: both });
		expect(outcome).toMatchObject({ chosen: "claude", spend: { attempts: 3 } });
		expect(judged).toEqual(["gemini"]);
		expect(outcome.warnings).toContain("Votes between the candidates: claude 1, gpt_codex 0");
		expect(text("b.txt")).toContain("claude");
	});

	test("between which nobody decides: the smaller change is kept", async () => {
		const { run } = await scene({ work: differing, judge: () => "I cannot say." });
		expect(await run({ candidates: both })).toMatchObject({ kind: "done", chosen: "gpt_codex" });
	});
});

describe("the user's branch", () => {
	test("with changes of somebody else is left alone before anything is paid for", async () => {
		const { run, calls, write } = await scene({ work: writesOwn });
		write("a.txt", "mine\n");
		expect(await run()).toMatchObject({ kind: "blocked", reason: expect.stringContaining("a.txt") });
		expect(calls).toEqual([]);
	});

	test("with changes of the run itself, and with untracked files, takes the merge", async () => {
		const { run, write, text } = await scene({ work: writesOwn });
		write("docs/SPEC-A-1/tasks.md", "# Tasks, newer\n");
		write("notes.txt", "n\n");
		expect(await run()).toMatchObject({ kind: "done" });
		expect(text("docs/SPEC-A-1/tasks.md")).toBe("# Tasks, newer\n");
	});

	test("that went on meanwhile is merged into; one that conflicts is left alone until it does not", async () => {
		const { run, repo, write, setWork, calls, text } = await scene();
		setWork((_call, tree) => {
			tree("a.txt", "theirs\n");
			write("a.txt", "ours\n");
			execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", "commit", "-qam", "mine"], {
				cwd: repo.path,
			});
			return undefined;
		});
		const blocked = await run();
		expect(blocked).toMatchObject({
			kind: "blocked",
			reason: expect.stringMatching(/conflicts with your branch in a\.txt/),
		});
		expect(text("a.txt")).toBe("ours\n");
		await repo.git("reset", "--quiet", "--hard", "HEAD~1");
		write("c.txt", "c\n");
		await repo.git("add", "c.txt");
		await repo.git("commit", "--quiet", "--message=other");
		expect(await run()).toMatchObject({ kind: "done" });
		expect(text("a.txt") + text("c.txt")).toBe("theirs\nc\n");
		expect(calls).toHaveLength(1);
	});

	test("on a detached HEAD and in a linked work tree", async () => {
		const { run, repo, text } = await scene({ work: writesOwn });
		await repo.git("checkout", "--quiet", "--detach");
		expect(await run()).toMatchObject({ kind: "done" });
		expect(text("T001.txt")).toBe("T001\n");
		expect(await repo.git("ls-tree", "--name-only", "main")).not.toContain("T001.txt");
	});

	test("without a commit, or without a repository, is refused in a sentence", async () => {
		const { run, repo, calls } = await scene({ work: writesOwn });
		await repo.git("checkout", "--quiet", "--orphan", "empty");
		expect(await run()).toMatchObject({ kind: "blocked", reason: expect.stringContaining("no commit yet") });
		rmSync(path.join(repo.path, ".git"), { recursive: true });
		expect(await run()).toMatchObject({ kind: "blocked", reason: expect.stringContaining("git init") });
		expect(calls).toEqual([]);
	});

	test("takes hostile names and links as they are, and runs nothing of the repository", async () => {
		const { run, repo, setWork } = await scene();
		const canary = path.join(repo.path, "..", `canary-${process.pid}`);
		for (const hook of ["post-checkout", "pre-commit", "post-merge", "reference-transaction"]) {
			writeFileSync(path.join(repo.path, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
		}
		setWork(({ cwd }, tree) => {
			tree("--force", "x\n");
			tree("new\nline $(touch x)", "x\n");
			symlinkSync("/etc/passwd", path.join(cwd, "link"));
			return undefined;
		});
		const title = 'Do "it"\nCode-Task: T999\u001b[31m $(touch x)';
		expect(await run({ tasks: [task("T001", { title })] })).toMatchObject({
			kind: "done",
			tasks: [{ id: "T001", done: true }],
		});
		expect(await repo.git("ls-files", "-z")).toContain("new\nline $(touch x)\0");
		expect(readFileSync("/etc/passwd", "utf8")).toContain("root");
		expect(existsSync(canary)).toBe(false);
		expect(await repo.git("log", "-1", "--format=%s")).not.toContain("\u001b");
	});
});
