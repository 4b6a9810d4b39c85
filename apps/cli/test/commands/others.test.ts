import { readFileSync } from "node:fs";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { type CliResult, makeCli } from "../cli-fixture.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";

function answer(result: CliResult): Record<string, unknown> {
	const [line, ...rest] = result.stdout.trimEnd().split("\n");
	expect(rest).toEqual([]);
	const parsed = commandOutputSchema.parse(JSON.parse(line ?? ""));
	expect(parsed.exit_code).toBe(result.code);
	return { ...parsed };
}

describe("code apply-patch", () => {
	test("applies a file, stdin, and a patch elsewhere", async () => {
		const cli = await makeCli({
			files: { "a.txt": "one\n", "b/a.txt": "one\n", "c/a.txt": "one\n", "p.patch": patch },
		});
		const done = "Success. Updated the following files:\nM a.txt\n";
		expect(await cli.run(["apply-patch", "p.patch"])).toMatchObject({ code: 0, stdout: done, stderr: "" });
		expect(await cli.run(["apply-patch", "-", "-C", "b"], { stdin: patch })).toMatchObject({ code: 0, stdout: done });
		expect(answer(await cli.run(["apply-patch", "--json", "-C", "c"], { stdin: patch }))).toMatchObject({
			command: "apply-patch",
			exit_reason: "ok",
			changes: [{ path: "a.txt", kind: "update" }],
		});
		for (const file of ["a.txt", "b/a.txt", "c/a.txt"])
			expect(readFileSync(path.join(cli.cwd, file), "utf8")).toBe("uno\n");
	});

	test("says why it does not apply", async () => {
		const cli = await makeCli({
			files: { "a.txt": "two\n", "p.patch": patch, "raw.bin": Buffer.from([0xff, 0xfd, 0xc3]) },
		});
		const refused = await cli.run(["apply-patch", "p.patch"]);
		expect(refused).toMatchObject({
			code: 1,
			stdout: "",
			stderr: expect.stringContaining("Failed to find expected lines in"),
		});
		expect(answer(await cli.run(["apply-patch", "p.patch", "--json"]))).toMatchObject({
			exit_reason: "not_applied",
			errors: expect.any(Array),
		});
		expect(readFileSync(path.join(cli.cwd, "a.txt"), "utf8")).toBe("two\n");
	});

	test.each<[readonly string[], RegExp]>([
		[["none.patch"], /none\.patch cannot be read/],
		[["."], /not a regular file/],
		[["raw.bin"], /not UTF-8/],
		[["-C", "none", "p.patch"], /is not a folder/],
		[[], /no patch/],
	])("%j is a usage error", async (args, expected) => {
		const cli = await makeCli({ files: { "p.patch": patch, "raw.bin": Buffer.from([0xff, 0xfd, 0xc3]) } });
		expect(await cli.run(["apply-patch", ...args])).toMatchObject({
			code: 2,
			stdout: "",
			stderr: expect.stringMatching(expected),
		});
	});

	test("stays in its folder unless told otherwise", async () => {
		const outside = patch.replace("Update File: a.txt\n@@\n-one\n+uno", "Add File: ../up.txt\n+x");
		const cli = await makeCli({ files: { "sub/x": "" } });
		expect(await cli.run(["apply-patch", "-C", "sub"], { stdin: outside })).toMatchObject({ code: 1 });
		expect(await cli.run(["apply-patch", "-C", "sub", "--unconfined"], { stdin: outside })).toMatchObject({ code: 0 });
		expect(readFileSync(path.join(cli.cwd, "up.txt"), "utf8")).toBe("x\n");
	});
});

describe("code config explain", () => {
	test("explains a key for people and for programs", async () => {
		const cli = await makeCli({ homeFiles: { "config.toml": 'model = "gpt-5"\n' } });
		const text = await cli.run(["config", "explain", "model", "-m", "o3"]);
		expect(text).toMatchObject({ code: 0, stderr: "" });
		expect(text.stdout).toMatch(/^model = "o3"\n {2}from cli: --model\n {2}over "gpt-5" from config: /);
		expect(answer(await cli.run(["config", "explain", "model", "--json"]))).toMatchObject({
			command: "config explain",
			entries: [{ key: "model", value: "gpt-5" }],
		});
		expect((await cli.run(["config", "explain", "--all"])).stdout.split("\n").length).toBeGreaterThan(30);
	});

	test.each<[readonly string[], string]>([
		[["modle"], "config_error"],
		[["model", "-c", "nonsense"], "config_error"],
		[[], "usage_error"],
		[["model", "--all"], "usage_error"],
	])("%j fails", async (args, reason) => {
		const cli = await makeCli();
		const result = await cli.run(["config", "explain", ...args, "--json"]);
		expect(answer(result)).toMatchObject({ exit_code: 2, exit_reason: reason });
		expect(result.stderr).toMatch(/^error: /);
	});
});

describe("code doctor", () => {
	test("is 0 when nothing failed, 1 otherwise", async () => {
		const cli = await makeCli();
		const good = await cli.run(["doctor"]);
		expect(good.code).toBe(0);
		expect(good.stdout).toMatch(/^ok {6}node /);
		expect(answer(await cli.run(["doctor", "--json"]))).toMatchObject({ exit_reason: "ok", checks: expect.any(Array) });
		const bad = await cli.run(["doctor"], { env: { OPENAI_API_KEY: "" }, terminal: true });
		expect(bad.code).toBe(1);
		expect(bad.stdout).toContain("\u001b[31mfailed ");
		expect(answer(await cli.run(["doctor", "--json"], { env: { OPENAI_API_KEY: "" } }))).toMatchObject({
			exit_reason: "checks_failed",
		});
		expect(await cli.run(["doctor"], { env: { CODE_HOME: "/dev/null" } })).toMatchObject({ code: 2 });
	});
});

describe("code schema and completion", () => {
	test("print what they are asked for", async () => {
		const cli = await makeCli();
		expect(JSON.parse((await cli.run(["schema", "recording"])).stdout)).toHaveProperty("$schema");
		expect((await cli.run(["completion"])).stdout).toContain("complete -o filenames -F _code code coder");
		expect((await cli.run(["completion", "zsh"])).stdout).toContain("#compdef");
		expect((await cli.run(["completion", "fish"])).stdout).toContain("complete -c coder");
	});
});
