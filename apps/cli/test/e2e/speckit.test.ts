// `code speckit` as the built program: a requirement through all stages with agents that are sessions of ours, real git,
// real files, the real memory server and real commands in the sandbox; only the model is scripted.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, test } from "vitest";
import { createScene, type Scene } from "./scene.ts";
import { type AskedAgent, oneVendor, specKitModel } from "./spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";

async function scene(
	answer?: (asked: AskedAgent) => object | string | undefined,
	more = "",
): Promise<Scene & { readonly git: (...words: string[]) => string; readonly text: (file: string) => string }> {
	const made = await createScene(specKitModel(answer), { ...healthyFiles(specId), "check.sh": "test -f done || exit 3\n" });
	await made.config(`${oneVendor}\n${more}`);
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
