// Spec-Kit's long-term memory: a run goes on without it and says so, and what could not be stored is stored later.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyFiles } from "@codex/spec-kit/testing";
import { expect, test } from "vitest";
import { oneVendor, specKitModel } from "../spec-kit-model.ts";
import { codeBin } from "./run-code.ts";
import { createScene } from "./scene.ts";

const specId = "SPEC-KIT-005-reset";
const queue = ".code/evidence/runs/unstored-memories.jsonl";

test("verdicts that no memory takes wait in the repository, and go there when it is back", async () => {
	const scene = await createScene(specKitModel(), { ...healthyFiles(specId), ".gitignore": ".code/evidence/\n" });
	rmSync(path.join(scene.repo, ".git"), { recursive: true });
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], { cwd: scene.repo });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	const plan = () => scene.run(["speckit", "plan", specId, "--json"]);
	const waiting = (): readonly string[] => {
		const file = path.join(scene.repo, queue);
		return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
	};
	// One command all the time: a changed one would have to be trusted anew.
	const down = path.join(scene.repo, "..", `${path.basename(scene.repo)}-down`);
	writeFileSync(down, "");
	const script = `test -e ${JSON.stringify(down)} && exit 1; exec ${JSON.stringify(process.execPath)} ${JSON.stringify(codeBin)} memory serve`;
	await scene.config(
		`${oneVendor}\n[mcp_servers.local-memory]\ncommand = "sh"\nargs = ["-c", ${JSON.stringify(script)}]\n`,
	);
	for (const count of [1, 2]) {
		const run = await plan();
		expect(run.exitCode).toBe(0);
		expect(run.stderr).toContain("could not be stored in memory");
		expect(waiting()).toHaveLength(count);
	}
	expect(JSON.parse(waiting()[0] ?? "")).toMatchObject({
		domain: "spec-kit",
		tags: [`spec:${specId}`, expect.any(String), "consensus-verdict"],
	});
	rmSync(down);
	const alive = await plan();
	expect(alive.stderr).not.toContain("could not be stored");
	expect(waiting()).toEqual([]);
	const stored = await scene.run(["memory", "list", "--json"]);
	expect(stored.stdout.match(/"consensus-verdict"/g)?.length).toBeGreaterThanOrEqual(3);
}, 60_000);
