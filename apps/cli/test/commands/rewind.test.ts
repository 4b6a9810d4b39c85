// The commands that go back, summarise and trust, in this process; what they do to real repositories stands in test/e2e.

import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type CliFixture, makeCli } from "../cli-fixture.ts";

const write = ["-s", "workspace-write", "-a", "never", "--skip-git-repo-check"];
const command = (text: string) => ({ calls: [{ name: "shell", arguments: { command: text } }] });

async function played(): Promise<{ readonly cli: CliFixture; readonly id: string }> {
	const script = [
		command("echo 1 > a; echo 1 > b"),
		{ text: "one" },
		command("echo 2 > a"),
		{ text: "two" },
		{ text: "# Goal\nx" },
	];
	const cli = await makeCli({ script });
	// Not the beginning of a repository: a plain folder.
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	const first = await cli.run(["exec", "--json", ...write, "first words"]);
	const id = String(first.lines()[0]?.["thread_id"]);
	expect((await cli.run(["exec", "resume", ...write, id, "second words"])).code).toBe(0);
	return { cli, id };
}

const text = (cli: CliFixture, name: string): string => readFileSync(path.join(cli.cwd, name), "utf8");

describe("code rewind", () => {
	test("preview, back, redo, and what a file of the user's stays for", async () => {
		const { cli, id } = await played();
		const preview = await cli.run(["rewind", id, "--preview", "--to", "0"]);
		expect(preview.stdout).toBe(
			"turn would be taken back: first words\nturn would be taken back: second words\nfile would be put back: a\nfile would be put back: b\nnothing was changed\n",
		);
		expect(text(cli, "a")).toBe("2\n");
		expect((await cli.run(["rewind"])).stdout).toBe(
			"turn taken back: second words\nfile put back: a\n1 turn of the conversation left\n",
		);
		expect(text(cli, "a")).toBe("1\n");
		expect((await cli.run(["rewind", "--redo"])).stdout).toBe("file put back: a\nthe rewind was taken back\n");
		expect(text(cli, "a")).toBe("2\n");
		writeFileSync(path.join(cli.cwd, "a"), "mine");
		const left = await cli.run(["rewind", "--json", "--only", "files"]);
		expect(left.code).toBe(11);
		expect(left.lines()[0]).toMatchObject({ exit_reason: "files_left", changed: [], left: [{ path: "a" }] });
		const said = await cli.run(["rewind", "--preview", "--only", "files"]);
		expect(said.stdout).toContain("file left: a: ");
		expect(said.stdout).toContain("--overwrite FILE, or --overwrite-all");
		expect((await cli.run(["rewind", "--only", "files", "--overwrite-all"])).code).toBe(0);
		expect(text(cli, "a")).toBe("1\n");
	});

	test("refuses what cannot be, in one sentence", async () => {
		const { cli } = await played();
		expect((await cli.run(["rewind", "--redo", "--to", "1"])).stderr).toContain("goes with neither");
		expect((await cli.run(["rewind", "--json", "--to", "-"])).lines()[0]).toMatchObject({
			exit_code: 2,
			exit_reason: "usage",
		});
		expect((await cli.run(["rewind", "--json", "nosuch"])).lines()[0]).toMatchObject({ exit_reason: "not_rewound" });
		const empty = await makeCli();
		expect((await empty.run(["rewind"])).stderr).toContain("no earlier session in the folder");
	});
});

describe("code sessions compact, and what left", () => {
	test("as text and as JSON", async () => {
		const { cli, id } = await played();
		expect((await cli.run(["sessions", "show", "--compaction", id])).stdout).toContain("there was no compaction");
		const done = await cli.run(["sessions", "compact", id]);
		expect(done.stdout).toMatch(/^# Goal\nx\n\nsummarised: about \d+ tokens became \d+\n$/);
		const shown = await cli.run(["sessions", "show", "--compaction", "--json", id]);
		const compactions = shown.lines()[0]?.["compactions"];
		expect(compactions).toMatchObject([{ reason: "user", summary: "# Goal\nx" }]);
		expect((await cli.run(["sessions", "show", "--compaction", id])).stdout).toContain("## 7 items left the context");
		// The model's script is over: it gives no notes, and the session goes on without.
		const again = await cli.run(["sessions", "compact", "--json", id]);
		expect(again.lines()[0]).toMatchObject({ compacted: false, exit_code: 0 });
		expect((await cli.run(["sessions", "compact", "nosuch"])).code).toBe(2);
		expect((await cli.run(["sessions", "show", "--compaction", "nosuch"])).code).toBe(2);
	});
});

describe("code config trust", () => {
	test("shows, trusts, lists and ends; as text and as JSON", async () => {
		const cli = await makeCli({ files: { ".code/config.toml": 'model = "x"\n' } });
		expect(await cli.run(["config", "trust"])).toMatchObject({
			code: 11,
			stdout: expect.stringContaining('model = "x"'),
		});
		const { hash } = (await cli.run(["config", "trust", "--json"])).lines()[0] ?? {};
		expect((await cli.run(["config", "trust", "--hash", "0"])).code).toBe(2);
		const trusted = await cli.run(["config", "trust", "--json", "--hash", String(hash)]);
		expect(trusted.lines()[0]).toMatchObject({ state: "trusted", exit_code: 0 });
		expect((await cli.run(["config", "trust"])).stdout).toContain("is trusted with its present content");
		expect((await cli.run(["config", "trust", "--list"])).stdout).toContain(cli.cwd);
		writeFileSync(path.join(cli.cwd, ".code/config.toml"), 'model = "y"\n');
		expect((await cli.run(["config", "trust"])).stdout).toContain("since then this changed");
		expect((await cli.run(["config", "trust", "--yes"])).stdout).toContain("is trusted with exactly this content");
		expect((await cli.run(["config", "trust", "--remove"])).stdout).toContain("is not trusted any more");
		expect((await cli.run(["config", "trust", "--remove"])).stdout).toContain("was not trusted");
		expect((await cli.run(["config", "trust", "--list"])).stdout).toBe("no folder is trusted\n");
		expect((await cli.run(["config", "trust", "gone"])).code).toBe(2);
	});
});

describe("--output-last-message", () => {
	test("goes through a link of the user's, past one that was planted, and into nothing else", async () => {
		const script = [
			{ text: "one" },
			() => {
				rmSync(path.join(cli.cwd, "last"));
				symlinkSync("theirs", path.join(cli.cwd, "last"));
				return { text: "two" };
			},
		];
		const cli = await makeCli({ script, files: { theirs: "theirs", real: "old" } });
		symlinkSync("real", path.join(cli.cwd, "link"));
		expect((await cli.run(["exec", "-o", "link", "hi"])).code).toBe(0);
		expect(text(cli, "real")).toBe("one");
		writeFileSync(path.join(cli.cwd, "last"), "old");
		expect((await cli.run(["exec", "-o", "last", "hi"])).code).toBe(0);
		expect([text(cli, "last"), text(cli, "theirs")]).toEqual(["two", "theirs"]);
		mkdirSync(path.join(cli.cwd, "folder"));
		expect((await cli.run(["exec", "-o", "folder", "hi"])).stderr).toContain("folder is a folder");
		expect(existsSync(path.join(cli.cwd, "last"))).toBe(true);
	});
});
