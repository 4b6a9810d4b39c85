import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { mergePreflight, openRepository } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

test("clean merges name their tree, others their conflicts; nothing is touched", async () => {
	const dir = await createTempDir();
	const { path, git, dispose } = await createTempRepo({ a: "1\n", "d\u00e4": "1\n" });
	onTestFinished(async () => {
		await dispose();
		await dir.dispose();
	});
	const branch = async (name: string, file: string, text: string): Promise<void> => {
		await git("checkout", "--quiet", "-b", name, "main");
		writeFileSync(join(path, file), text);
		await git("add", "--all");
		await git("commit", "--quiet", `--message=${name}`);
		await git("checkout", "--quiet", "main");
	};
	await branch("one", "a", "one\n");
	await branch("two", "a", "two\n");
	await branch("three", "b", "three\n");
	await branch("four", "d\u00e4", "four\n");
	await branch("five", "d\u00e4", "five\n");
	const repository = await openRepository(path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(repository.kind);
	const objects = readdirSync(join(path, ".git/objects"), { recursive: true }).length;
	const clean = await mergePreflight(repository, "one", "three");
	expect(await mergePreflight(repository, "one", "two")).toEqual({
		kind: "conflicts",
		paths: ["a"],
		messages: ["CONFLICT (content): Merge conflict in a"],
	});
	expect(await mergePreflight(repository, "four", "five")).toMatchObject({ kind: "conflicts", paths: ["d\u00e4"] });
	expect(await mergePreflight(repository, "one", "nowhere")).toMatchObject({ kind: "problem" });
	expect(await mergePreflight(repository, "-x", "two")).toMatchObject({ kind: "problem" });
	await git("checkout", "--quiet", "--orphan", "alone");
	await git("commit", "--quiet", "--message=alone");
	await git("checkout", "--quiet", "main");
	expect(await mergePreflight(repository, "one", "alone")).toMatchObject({
		kind: "problem",
		message: expect.stringContaining("unrelated histories"),
	});
	expect(await git("status", "--porcelain")).toBe("");
	expect(readdirSync(join(path, ".git/objects"), { recursive: true }).length).toBeLessThanOrEqual(objects + 3);
	expect(readdirSync(join(dir.path, "scratch"))).toEqual([]);
	await git("checkout", "--quiet", "one");
	await git("merge", "--quiet", "--no-edit", "three");
	expect(clean).toEqual({ kind: "clean", tree: (await git("rev-parse", "HEAD^{tree}")).trim() });
});
