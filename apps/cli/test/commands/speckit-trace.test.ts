// `code speckit trace`, `drift` and `converge` on a repository in which a run really carried tasks out.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyFiles } from "@codex/spec-kit/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";
import { oneVendor, specKitModel } from "../spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";
const page = `.code/evidence/reports/${specId}.html`;

async function scene() {
	const cli = await makeCli({
		script: specKitModel(undefined, ({ task }) =>
			task === undefined
				? undefined
				: `*** Begin Patch\n*** Add File: src/reset.ts\n+export const reset = "<b>";\n*** End Patch`,
		),
		files: { ...healthyFiles(specId), ".gitignore": ".code/evidence/\n" },
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
	git("checkout", "--quiet", "-b", "feature");
	const speckit = (...words: readonly string[]) => cli.run(["speckit", ...words]);
	const json = async (...words: readonly string[]) => {
		const run = await speckit(...words, "--json");
		return { code: run.code, stderr: run.stderr, answer: JSON.parse(run.stdout) };
	};
	return { cli, git, speckit, json, file: (name: string) => path.join(cli.cwd, name) };
}

let made: Awaited<ReturnType<typeof scene>>;

describe("after a run", () => {
	beforeEach(async () => {
		made = await scene();
		const run = await made.json("auto", specId, "--to", "validate", "--no-quality-gates");
		expect(run.answer).toMatchObject({ outcome: "complete" });
	});

	test("trace shows what belongs together, and the report holds it", async () => {
		const { json, speckit, file, git } = made;
		const { answer, code } = await json("trace", specId, "--html");
		expect(code).toBe(0);
		expect(answer).toMatchObject({
			spec_id: specId,
			html: page,
			candidates: [{ agent: "gpt_codex", passed: true, chosen: true }],
			unpriced_calls: 0,
		});
		const requirement = answer.requirements.find(({ id }: { id: string }) => id === "FR-1");
		expect(requirement).toMatchObject({ tasks: ["T001"], status: "passed" });
		const [task] = answer.tasks;
		expect(task).toMatchObject({
			id: "T001",
			done: true,
			files: [{ path: "src/reset.ts", exists: true, is_test: false }],
		});
		expect(task.commits[0].id).toBe(git("rev-parse", "HEAD").trim());
		expect(answer.costs.length).toBeGreaterThan(10);
		const text = readFileSync(file(page), "utf8");
		expect(text).toContain("src/reset.ts");
		expect(text).toContain(git("rev-parse", "HEAD").slice(0, 9));
		expect(text).not.toContain("<script");
		const shown = await speckit("trace", specId);
		expect(shown.stdout).toMatch(/FR-1 {2}passed[\s\S]*\[x\] T001[\s\S]*files: src\/reset\.ts[\s\S]*cost: \$/);
		const own = await json("trace", specId, "--html", "docs/report.html");
		expect(own.answer.html).toBe("docs/report.html");
		expect(existsSync(file("docs/report.html"))).toBe(true);
		expect((await json("trace", specId, "--html=../out.html")).code).toBe(2);
		expect((await json("trace", specId, "--strict")).code).toBe(0);
		writeFileSync(file(`docs/${specId}/PRD.md`), "# PRD\n\n- FR-77: Nobody built this\n");
		const strict = await json("trace", specId, "--strict");
		expect(strict).toMatchObject({ code: 12, answer: { exit_reason: "gaps" } });
		expect(JSON.stringify(strict.answer.gaps)).toContain("FR-77 has no task");
	});

	test("converge appends what is unbuilt, once; drift tells what came after and what nobody planned", async () => {
		const { json, speckit, file, git } = made;
		writeFileSync(file(`docs/${specId}/PRD.md`), "# PRD\n\n- FR-77: Nobody built this\n");
		const dry = await json("converge", specId, "--dry-run");
		expect(dry.answer).toMatchObject({ dry_run: true, unbuilt: [{ title: "Build FR-77: Nobody built this" }] });
		await speckit("converge", specId);
		expect(readFileSync(file(`docs/${specId}/tasks.md`), "utf8")).toContain("FR-77: Nobody built this");
		expect((await speckit("converge", specId)).stdout).toContain("nothing is unbuilt beyond 1 open tasks");

		expect(await json("drift", "--since", "main")).toMatchObject({ code: 0, answer: { open: 0 } });
		writeFileSync(file("src/reset.ts"), "changed\n");
		writeFileSync(file("stray.ts"), "stray\n");
		git("add", "src/reset.ts", "stray.ts");
		git("commit", "--quiet", "--message", "later");
		const found = await json("drift");
		expect(found).toMatchObject({ code: 12, answer: { exit_reason: "drift", open: 2 } });
		expect(found.answer.findings.map(({ kind }: { kind: string }) => kind)).toEqual([
			"changed_after_validation",
			"unplanned",
		]);
		const [changed, stray] = found.answer.findings;
		expect((await json("drift", "accept", changed.id, "--dry-run", "--reason", "x")).answer.dry_run).toBe(true);
		expect((await json("drift", "accept", changed.id)).code).toBe(2);
		expect((await json("drift", "accept", "0123456789", "--reason", "x")).code).toBe(2);
		expect((await json("drift", "accept", stray.id, "--reason", "x")).stderr).toContain("SPEC-ID");
		const accepted = await json("drift", "accept", changed.id, "--reason", "a typo");
		expect(accepted.answer).toMatchObject({ spec_id: specId, path: `docs/${specId}/accepted-drift.md` });
		await json("drift", "accept", stray.id, specId, "--reason", "a tool");
		const quiet = await speckit("drift");
		expect(quiet.code).toBe(0);
		expect(quiet.stdout).toContain("2 accepted");
		expect((await json("drift", "--since", "nowhere")).code).toBe(2);
		expect((await json("drift", "--since", "--all")).code).toBe(2);
		expect((await json("drift", "--sinse", "main")).code).toBe(2);
	});
});

test("before any run, and outside of git, trace says what there is", async () => {
	const { json, cli } = await scene();
	const { answer, code } = await json("trace", specId);
	expect(code).toBe(0);
	expect(JSON.stringify(answer.gaps)).toContain("FR-1 has no task");
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	expect((await json("trace", specId)).answer.warnings.join(" ")).toContain("no git repository");
	expect((await json("drift")).code).toBe(2);
	expect((await json("trace", "../../etc")).code).toBe(2);
});
