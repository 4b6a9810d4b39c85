import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { runListDir } from "../../../src/tools/list-dir/run.ts";
import { temporaryFolder, toolContext } from "../tool-context.ts";

function tree(...files: readonly string[]): string {
	const folder = temporaryFolder();
	for (const file of files) {
		mkdirSync(join(folder, file, ".."), { recursive: true });
		if (file.endsWith("/")) mkdirSync(join(folder, file), { recursive: true });
		else writeFileSync(join(folder, file), "");
	}
	return folder;
}

const list = (folder: string, args: { [name: string]: JsonValue } = {}) =>
	runListDir({ dir_path: ".", ...args }, toolContext(folder));

describe("a listing", () => {
	it("is sorted, indented and marked", async () => {
		const folder = tree("b.txt", "B/inner/deep.txt", "B/file", "a/", ".hidden");
		symlinkSync("b.txt", join(folder, "link"));
		symlinkSync("B", join(folder, "to-folder"));
		execFileSync("mkfifo", [join(folder, "pipe")]);
		expect((await list(folder)).output).toBe(
			[".hidden", "B/", "  file", "  inner/", "a/", "b.txt", "link@", "pipe?", "to-folder@"].join("\n"),
		);
		expect((await list(folder, { depth: 3 })).output).toContain("  inner/\n    deep.txt\n");
		expect((await list(folder, { depth: 1 })).output).toMatch(/^\.hidden\nB\/\na\/\n/);
	});

	it("comes in pages", async () => {
		const folder = tree("a/1", "a/2", "b", "c");
		expect((await list(folder, { limit: 3 })).output).toBe("a/\n  1\n  2\nMore than 3 entries found");
		expect((await list(folder, { offset: 3, limit: 2 })).output).toBe("  2\nb\nMore than 2 entries found");
		expect((await list(folder, { offset: 4, limit: 2 })).output).toBe("b\nc");
		expect(await list(folder, { offset: 6 })).toEqual({
			output: "`.` has 5 entries to depth 2; offset 6 is beyond the end",
			status: "failed",
		});
	});

	it("says when there is nothing", async () => {
		expect(await list(tree())).toEqual({ output: "the directory is empty", status: "ok" });
	});

	it("keeps names on one line", async () => {
		const folder = tree("new\nline", "esc\u001b[31m");
		expect((await list(folder)).output).toBe("esc\\x1b[31m\nnew\\x0aline");
	});

	it("goes on after a directory that cannot be read", async () => {
		const folder = tree("a/x", "b");
		// The name of a directory that is gone when it is read: a path longer than the system takes does the same.
		let deep = "deep";
		for (let level = 0; level < 20; level += 1) deep = join(deep, "d".repeat(200));
		execFileSync("bash", [
			"-c",
			`cd ${JSON.stringify(folder)}; p=$(printf 'd%.0s' {1..200}); mkdir deep; cd deep;
			for i in {1..22}; do mkdir $p; cd -P $p; done`,
		]);
		const { output, status } = await list(folder, { depth: 40, limit: 100 });
		expect(status).toBe("ok");
		expect(output).toMatch(/ \(cannot be read\)$/);
		execFileSync("rm", ["-rf", join(folder, "deep")]);
	});

	it("costs no more than its page", async () => {
		const folder = tree(...Array.from({ length: 200 }, (_, index) => `d${String(index).padStart(3, "0")}/f`));
		expect((await list(folder, { limit: 4 })).output).toBe("d000/\n  f\nd001/\n  f\nMore than 4 entries found");
	});
});

describe("a path", () => {
	it("must be a directory", async () => {
		const folder = tree("file");
		const context = toolContext(folder);
		const answer = async (path: string) => await runListDir({ dir_path: path }, context);
		expect(await answer("file")).toEqual({ output: "`file` is a file, not a directory", status: "failed" });
		expect((await answer("gone")).output).toBe("`gone` does not exist");
		expect((await answer("file/x")).output).toBe("`file/x` does not exist: a part of the path is not a directory");
	});

	it("may be absolute, and have another name", async () => {
		const folder = tree("file");
		expect((await runListDir({ path: folder }, toolContext("/"))).output).toBe("file");
		const wrong = await list(folder, { depth: "x" });
		expect(wrong.output).toMatch(/^failed to parse function arguments: depth: /);
	});

	it("is not listed after an abort", async () => {
		const context = toolContext(tree("file"), { signal: AbortSignal.abort() });
		expect((await runListDir({ dir_path: "." }, context)).status).toBe("aborted");
	});
});
