// `code review` in this process: a real repository, a scripted model that really looks at the change.

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ScriptEntry } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";

const look = (text: string): ScriptEntry => ({ calls: [{ name: "shell", arguments: { command: text } }] });

const answer = (root: string, findings: readonly object[] = [{}]): ScriptEntry => ({
	text: JSON.stringify({
		findings: findings.map((more) => ({
			title: "[P1] Keep the sign",
			body: "A negative price\u001b[31m becomes positive.",
			confidence_score: 0.9,
			priority: 1,
			code_location: { absolute_file_path: path.join(root, "a.js"), line_range: { start: 1, end: 2 } },
			...more,
		})),
		overall_correctness: findings.length === 0 ? "patch is correct" : "patch is incorrect",
		overall_explanation: "Looked at it.",
		overall_confidence_score: 0.8,
	}),
});

async function scene() {
	const cli = await makeCli({ files: { "a.js": "price\n" } });
	const git = (...words: string[]): string =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], {
			cwd: cli.cwd,
			encoding: "utf8",
		});
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	return { cli, git, write: (name: string, text: string) => writeFileSync(path.join(cli.cwd, name), text) };
}

const prompts = (requests: readonly { readonly body: unknown }[]): string => JSON.stringify(requests.at(0)?.body);

describe("findings", () => {
	test("of uncommitted changes stand on stdout, the work on stderr, and nothing can be changed", async () => {
		const { cli, write } = await scene();
		cli.server.push(look("git diff HEAD; echo x > b"), answer(cli.cwd, [{ priority: 2, title: "[P2] Later" }, {}]));
		write("a.js", "price2\n");
		write("new file.js", "x\n");
		const run = await cli.run(["review", "mind the sign"]);
		expect(run.code).toBe(0);
		expect(run.stdout).toBe(
			"[P1] Keep the sign\na.js:1-2\nA negative price becomes positive.\n\n[P2] Later\na.js:1-2\nA negative price becomes positive.\n\npatch is incorrect\nLooked at it.\n",
		);
		const first = prompts(cli.server.requests);
		expect(first).toContain("You review a change");
		expect(first).toContain("- a.js: modified, +1 -1");
		expect(first).toContain("new file.js");
		expect(first).toContain("mind the sign");
		const second = JSON.stringify(cli.server.requests.at(1)?.body);
		expect(second).toContain("+price2");
		expect(second).toMatch(/Read-only file system|Permission denied/);
	});

	test("since a branch, and of a commit; the commands name ids and not what was typed", async () => {
		const { cli, git, write } = await scene();
		cli.server.push(answer(cli.cwd), answer(cli.cwd, []));
		const base = git("rev-parse", "HEAD").trim();
		git("checkout", "--quiet", "-b", "work");
		write("a.js", "price2\n");
		git("commit", "--quiet", "--all", "--message", "two");
		const since = await cli.run(["review", "--json", "--base", "main", "--fail-on", "1"]);
		expect(since.code).toBe(12);
		expect(since.lines()[0]).toMatchObject({
			schema_version: 1,
			command: "review",
			target: { kind: "base", branch: "main", compared_with: base },
			findings: [{ title: "[P1] Keep the sign", priority: 1, code_location: { line_range: { start: 1, end: 2 } } }],
			overall_correctness: "patch is incorrect",
			exit_code: 12,
			exit_reason: "findings",
		});
		expect(prompts(cli.server.requests)).toContain(`git diff ${base}`);
		const one = await cli.run(["review", "--commit", "HEAD", "--fail-on", "3"]);
		expect(one.code).toBe(0);
		expect(one.stdout).toBe("no findings; patch is correct\nLooked at it.\n");
		expect(JSON.stringify(cli.server.requests.at(1)?.body)).toContain(`git show ${git("rev-parse", "HEAD").trim()}`);
	});

	test("before the first commit everything is new", async () => {
		const { cli, git } = await scene();
		cli.server.push(answer(cli.cwd));
		rmSync(path.join(cli.cwd, ".git"), { recursive: true });
		git("init", "--quiet");
		expect((await cli.run(["review"])).code).toBe(0);
		expect(prompts(cli.server.requests)).toContain("nothing has been committed yet");
		expect(prompts(cli.server.requests)).toContain("- a.js: added, +1 -0");
	});

	test("a model of its own", async () => {
		const { cli, write } = await scene();
		cli.server.push(answer(cli.cwd), answer(cli.cwd));
		write("a.js", "price2\n");
		await cli.run(["review", "-c", 'review_model="gpt-5-review"']);
		await cli.run(["review", "-c", 'review_model="gpt-5-review"', "-m", "gpt-5-codex"]);
		expect(cli.server.requests.map(({ body }) => JSON.parse(JSON.stringify(body)).model)).toEqual([
			"gpt-5-review",
			"gpt-5-codex",
		]);
	});
});

describe("what goes wrong", () => {
	test("nothing to review costs nothing", async () => {
		const { cli } = await scene();
		const run = await cli.run(["review", "--json", "--fail-on", "3"]);
		expect(run.code).toBe(0);
		expect(run.lines()[0]).toMatchObject({ findings: [], exit_reason: "ok" });
		expect(cli.server.requests).toEqual([]);
	});

	test.each([
		[["--base", "nowhere"], "There is no commit"],
		[["--commit=--all"], "There is no commit"],
		[["--base", "main", "--commit", "HEAD"], "give one of"],
		[["-c", "model=3"], "model"],
	])("%j is exit code 2", async (words, sentence) => {
		const { cli, write } = await scene();
		write("a.js", "price2\n");
		const run = await cli.run(["review", ...words]);
		expect(run.code).toBe(2);
		expect(run.stderr).toContain(sentence);
		expect(cli.server.requests).toEqual([]);
	});

	test("outside a repository", async () => {
		const { cli } = await scene();
		rmSync(path.join(cli.cwd, ".git"), { recursive: true });
		const run = await cli.run(["review", "--json"]);
		expect(run.code).toBe(2);
		expect(run.lines()[0]).toMatchObject({ exit_reason: "not_reviewed" });
		expect(run.stderr).toContain("is not in a git repository");
	});

	test("prose is shown and is no success; a failed request keeps its code", async () => {
		const { cli, write } = await scene();
		cli.server.push({ text: "Looks fine to me." }, { status: 401, body: {} });
		write("a.js", "price2\n");
		const prose = await cli.run(["review", "--json"]);
		expect(prose.code).toBe(1);
		expect(prose.lines()[0]).toMatchObject({
			findings: [],
			overall_explanation: "Looks fine to me.",
			exit_reason: "no_review",
		});
		const refused = await cli.run(["review", "--json"]);
		expect(refused.code).toBe(3);
		expect(refused.lines()[0]).toMatchObject({ exit_code: 3, exit_reason: "not_reviewed" });
	});
});
