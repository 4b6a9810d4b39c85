// The embedding step, run as the script it is on a workspace of its own.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let root = "";
let tool = "";

function embed(...args: string[]): { status: number | null; output: string } {
	const script = join(root, "scripts/embed-prompts.ts");
	const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
		encoding: "utf8",
		timeout: 20_000,
	});
	return { status, output: stdout + stderr };
}

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), "embed-"));
	tool = join(root, "packages/core/src/tools/shell");
	mkdirSync(tool, { recursive: true });
	mkdirSync(join(root, "scripts"));
	cpSync("scripts/embed-prompts.ts", join(root, "scripts/embed-prompts.ts"));
	writeFileSync(join(root, "package.json"), '{ "type": "module" }');
	writeFileSync(join(tool, "prompt.md"), 'Runs "commands".\n\n- `{{LIMIT}}` bytes, äöü\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test("the module exports the text unchanged", async () => {
	expect(embed()).toMatchObject({ status: 0 });
	const module: unknown = await import(/* @vite-ignore */ pathToFileURL(join(tool, "prompt.gen.ts")).href);
	expect(module).toHaveProperty("promptText", 'Runs "commands".\n\n- `{{LIMIT}}` bytes, äöü\n');
});

test("--check fails on a missing, an old and a left-over module, and writes nothing", () => {
	expect(embed("--check")).toMatchObject({ status: 1 });
	expect(readdirSync(tool)).toEqual(["prompt.md"]);
	embed();
	expect(embed("--check")).toMatchObject({ status: 0 });
	writeFileSync(join(tool, "prompt.md"), "Other text.\n");
	expect(embed("--check").output).toContain("packages/core/src/tools/shell/prompt.gen.ts differs");
	embed();
	rmSync(join(tool, "prompt.md"));
	expect(embed("--check").output).toContain("has no .md beside it");
	embed();
	expect(readdirSync(tool)).toEqual([]);
});
