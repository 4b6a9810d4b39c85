import { appendFileSync, existsSync, readFileSync, utimesSync } from "node:fs";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { type CliFixture, type CliResult, makeCli } from "../cli-fixture.ts";

function answer({ stdout, code }: CliResult): Record<string, unknown> {
	const parsed = commandOutputSchema.parse(JSON.parse(stdout));
	expect(parsed.exit_code).toBe(code);
	return { ...parsed };
}

interface Saved {
	readonly cli: CliFixture;
	readonly id: string;
	readonly file: string;
}

/** A home with one session. */
async function oneSession(...more: readonly string[]): Promise<Saved> {
	const cli = await makeCli({ script: ["Hello.", ...more].map((text) => ({ text })) });
	const run = await cli.run(["exec", "--skip-git-repo-check", "say hello"]);
	expect(run).toMatchObject({ code: 0, stdout: "Hello.\n" });
	const [session] = [answer(await cli.run(["sessions", "list", "--json"]))["sessions"]].flat();
	const { id, path: file } = { id: "", path: "", ...Object(session) };
	return { cli, id, file };
}

describe("code sessions", () => {
	test("list, search and reindex", async () => {
		const { cli, id } = await oneSession("Hello again.");
		await cli.run(["exec", "--skip-git-repo-check", "say it again"]);
		expect((await cli.run(["sessions", "list"])).stdout).toMatch(
			/say it again .*\n.*say hello {2}\(1 turns, 0 calls\)\n$/,
		);
		const first = await cli.run(["sessions", "list", "--limit", "1", "--here"]);
		expect(first).toMatchObject({ code: 0, stderr: "1 more: raise `--limit`\n" });
		expect((await cli.run(["sessions", "search", "say", "hel"])).stdout).toMatch(
			new RegExp(`^${id}.*\n    .*hello`, "i"),
		);
		expect(answer(await cli.run(["sessions", "reindex", "--json"]))).toMatchObject({ indexed: 2, exit_reason: "ok" });
		expect((await cli.run(["sessions", "reindex"])).stdout).toBe("2 sessions are in the index\n");
		expect(await cli.run(["sessions", "search", "**"])).toMatchObject({ code: 2 });
		expect(answer(await cli.run(["sessions", "list", "--json", "--limit", "0"]))).toMatchObject({
			exit_reason: "usage_error",
		});
	});

	test("show and export, as text, JSON and file", async () => {
		const { cli, id } = await oneSession();
		const shown = await cli.run(["sessions", "show", id]);
		expect(shown.stdout).toContain(`# Session ${id}`);
		expect((await cli.run(["sessions", "show", id], { terminal: true })).stdout).toContain("## Assistant\n\nHello.");
		expect(answer(await cli.run(["sessions", "show", id, "--json"]))).toMatchObject({
			session: { id },
			damaged_lines: 0,
		});
		expect(JSON.parse((await cli.run(["sessions", "export", id, "--format", "json"])).stdout)).toMatchObject({
			turns: 1,
		});
		expect(await cli.run(["sessions", "export", id, "--output", "a.md"])).toMatchObject({ code: 0, stdout: "" });
		expect(readFileSync(path.join(cli.cwd, "a.md"), "utf8")).toBe(shown.stdout);
		const file = answer(await cli.run(["sessions", "export", id, "--json", "--output", "b.md"]));
		expect(file).toMatchObject({ file: path.join(cli.cwd, "b.md"), bytes: Buffer.byteLength(shown.stdout) });
		expect(answer(await cli.run(["sessions", "export", id, "--json", "--output", "a.md"]))).toMatchObject({
			exit_code: 2,
			exit_reason: "not_written",
		});
		expect(answer(await cli.run(["sessions", "export", "ffff", "--json"]))).toMatchObject({ exit_code: 2 });
	});

	test("doctor", async () => {
		const { cli, file } = await oneSession();
		expect(await cli.run(["sessions", "doctor"])).toMatchObject({
			code: 0,
			stdout: "1 sessions, 0 with something to say\n",
		});
		appendFileSync(file, "{torn");
		expect(await cli.run(["sessions", "doctor"])).toMatchObject({
			code: 1,
			stdout: expect.stringMatching(/^damaged +0/),
		});
		expect(answer(await cli.run(["sessions", "doctor", "--json"]))).toMatchObject({
			sessions: [{ status: "damaged" }],
		});
	});

	test("delete", async () => {
		const { cli, id, file } = await oneSession();
		expect(answer(await cli.run(["sessions", "delete", id, "--json"]))).toMatchObject({ id, path: file });
		expect(existsSync(file)).toBe(false);
		expect(await cli.run(["sessions", "delete", id])).toMatchObject({
			code: 2,
			stderr: `error: no session with id ${id}\n`,
		});
	});
});

test("code fork: alone, with a prompt, of what is not there", async () => {
	const { cli, id } = await oneSession("Hello from the fork.");
	const alone = answer(await cli.run(["fork", id, "--json"]));
	expect(alone).toMatchObject({ forkedFrom: id, turns: 1 });
	expect((await cli.run(["fork", id])).stdout).toMatch(/^[0-9a-f-]{36}\n$/);
	const gone = await cli.run(["fork", "--skip-git-repo-check", "--at", "1", id, "go on"]);
	expect(gone).toMatchObject({
		code: 0,
		stdout: "Hello from the fork.\n",
		stderr: expect.stringContaining(`forked ${id}`),
	});
	expect(answer(await cli.run(["fork", id, "--at", "5", "--json"]))).toMatchObject({
		exit_code: 2,
		exit_reason: "not_forked",
	});
});

test("code gc: what would go, what goes, and a broken setting", async () => {
	const { cli, id, file } = await oneSession();
	utimesSync(file, 1_700_000_000, 1_700_000_000);
	expect((await cli.run(["gc", "--dry-run"])).stdout).toMatch(
		new RegExp(`^would delete ${id}  0\\.0 MiB  \\(age\\)\n`),
	);
	expect(answer(await cli.run(["gc", "--json"]))).toMatchObject({
		dry_run: false,
		deleted: [{ id }],
		unneeded_blobs: 0,
	});
	expect(existsSync(file)).toBe(false);
	expect(await cli.run(["gc", "-c", "sessions.max_age_days=x"])).toMatchObject({ code: 2 });
});
