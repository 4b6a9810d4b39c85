// `code search files`, in this process, on real folders and a real repository.

import { execFileSync } from "node:child_process";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { writeTree } from "@codex/test-support";
import { describe, expect, it } from "vitest";
import { makeCli } from "../cli-fixture.ts";

const files = {
	"src/main.ts": "",
	"src/run-cli.ts": "",
	"docs/domain.md": "",
	"ignored/out.js": "",
	".gitignore": "ignored/\n",
	".github/workflows/ci.yml": "",
};

async function plainCli(): Promise<Awaited<ReturnType<typeof makeCli>>> {
	const cli = await makeCli({ files });
	await rm(join(cli.cwd, ".git"), { recursive: true });
	return cli;
}

function git(cwd: string, ...args: string[]): void {
	execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], { cwd, stdio: "pipe" });
}

describe("code search files", () => {
	it("prints the best paths, one a line", async () => {
		const cli = await plainCli();
		const { code, stdout, stderr } = await cli.run(["search", "files", "main"]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout.split("\n")).toEqual(["src/main.ts", "docs/domain.md", ""]);
	});

	it("leaves out what is ignored, and hidden names outside a repository unless they are asked for", async () => {
		const cli = await plainCli();
		expect((await cli.run(["search", "files", "out.js"])).code).toBe(1);
		expect(await cli.run(["search", "files", "workflows"])).toMatchObject({ code: 1, stderr: "nothing matches\n" });
		const hidden = await cli.run(["search", "files", "--hidden", "workflows"]);
		expect(hidden.stdout).toBe(".github/workflows/ci.yml\n");
	});

	it("in a repository lists what git knows and what is new, from a folder inside it too", async () => {
		const cli = await plainCli();
		git(cli.cwd, "init", "-q");
		git(cli.cwd, "add", "src", ".gitignore", ".github");
		git(cli.cwd, "commit", "-qm", "one");
		await rm(join(cli.cwd, "src/main.ts"));
		const all = await cli.run(["search", "files", "--json"]);
		expect(all.code).toBe(0);
		const answer = all.lines()[0] ?? {};
		const paths = (answer["matches"] as { path: string }[]).map(({ path }) => path).sort();
		expect(paths).toEqual([".github/workflows/ci.yml", ".gitignore", "docs/domain.md", "src/run-cli.ts"]);
		const inside = await cli.run(["search", "files", "cli", "--cwd", "src"]);
		expect(inside.stdout).toBe("run-cli.ts\n");
		const asked = await cli.run(["search", "files", "out", "--cwd", "ignored"]);
		expect(asked.stdout).toBe("out.js\n");
	});

	it("answers as JSON with what matched", async () => {
		const cli = await plainCli();
		const [answer] = (await cli.run(["search", "files", "rcli", "--json", "--limit", "1"])).lines();
		expect(answer).toMatchObject({
			command: "search files",
			exit_code: 0,
			exit_reason: "ok",
			total: 1,
			matches: [
				{
					path: "src/run-cli.ts",
					ranges: [
						[4, 5],
						[8, 11],
					],
				},
			],
		});
		const nothing = await cli.run(["search", "files", "qqqq", "--json"]);
		expect(nothing.code).toBe(1);
		expect(nothing.lines()).toMatchObject([{ matches: [], exit_reason: "nothing_found" }]);
	});

	it("shows names with control characters harmlessly, and gives the bytes of names that are not UTF-8", async () => {
		const cli = await plainCli();
		await writeTree(cli.cwd, { "odd/a\u001b]52;c;eA==\u0007b\nc.txt": "" });
		await symlink("/nowhere", Buffer.concat([Buffer.from(join(cli.cwd, "odd/x")), Buffer.from([0xff])]));
		const { stdout } = await cli.run(["search", "files", "odd/"]);
		expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
		expect(stdout.trimEnd().split("\n")).toHaveLength(2);
		const answers = (await cli.run(["search", "files", "odd/x", "--json"])).lines();
		const name = Buffer.concat([Buffer.from("odd/x"), Buffer.from([0xff])]).toString("base64");
		expect(answers[0]).toHaveProperty(["matches", 0, "path_base64"], name);
	});

	it("refuses a folder that is none", async () => {
		const cli = await plainCli();
		const missing = await cli.run(["search", "files", "x", "--cwd", "nowhere", "--json"]);
		expect(missing.code).toBe(2);
		expect(missing.lines()).toMatchObject([{ exit_reason: "usage_error" }]);
		expect((await cli.run(["search", "files", "x", "--cwd", "src/main.ts"])).stderr).toContain("is not a folder");
		expect((await cli.run(["search", "files", "x", "--limit", "0"])).code).toBe(2);
	});
});
