// `code rewind` and compaction, as a person types them: real git, real files, the built program.

import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { threadId } from "./run-code.ts";
import { allowCommands, createScene, type Scene } from "./scene.ts";

const shell = (command: string) => ({ calls: [{ name: "shell", arguments: { command } }] });
const patch = (body: string) => ({
	calls: [{ name: "apply_patch", arguments: { input: `*** Begin Patch\n${body}\n*** End Patch` } }],
});

const git = ({ repo, home }: Scene, ...args: readonly string[]): string =>
	execFileSync("git", [...args], {
		cwd: repo,
		encoding: "utf8",
		env: {
			...home.env,
			GIT_AUTHOR_NAME: "a",
			GIT_AUTHOR_EMAIL: "a@b",
			GIT_COMMITTER_NAME: "a",
			GIT_COMMITTER_EMAIL: "a@b",
		},
	});

function makeRepository(scene: Scene): void {
	rmSync(path.join(scene.repo, ".git"), { recursive: true });
	git(scene, "init", "-q", "-b", "main");
	git(scene, "add", "-A");
	git(scene, "commit", "-q", "-m", "first");
}

const look = (scene: Scene, file: string): string | undefined => {
	const name = path.join(scene.repo, file);
	return existsSync(name) ? readFileSync(name, "utf8") : undefined;
};

/** Everything of git that an undo must not touch. */
const gitState = (scene: Scene): readonly string[] => [
	git(scene, "status", "--porcelain=v2", "--branch"),
	git(scene, "stash", "list"),
	git(scene, "reflog"),
	git(scene, "count-objects", "-v"),
	readFileSync(path.join(scene.repo, ".git/index")).toString("base64"),
];

/** Two turns: the first changes by a command and a patch, the second by a command that also deletes. */
const twoTurns = [
	shell("echo one >> a.txt; echo made > made.txt"),
	patch("*** Update File: b.txt\n@@\n-b\n+patched"),
	{ text: "first done" },
	shell("echo two >> a.txt; rm b.txt; chmod +x made.txt"),
	{ text: "second done" },
	{ text: "third" },
];

async function played(isRepository: boolean): Promise<{ readonly scene: Scene; readonly id: string }> {
	const scene = await createScene(twoTurns, { "a.txt": "a\n", "b.txt": "b\n" });
	if (isRepository) makeRepository(scene);
	else rmSync(path.join(scene.repo, ".git"), { recursive: true });
	const flags = [...allowCommands, "--skip-git-repo-check"];
	const first = await scene.run(["exec", "--json", ...flags, "do the first"]);
	expect(first.exitCode).toBe(0);
	const id = threadId(first.stdout);
	expect(await scene.run(["exec", "resume", ...flags, id, "do the second"])).toMatchObject({ exitCode: 0 });
	expect(look(scene, "a.txt")).toBe("a\none\ntwo\n");
	expect(look(scene, "b.txt")).toBeUndefined();
	return { scene, id };
}

const afterFirst = { "a.txt": "a\none\n", "b.txt": "patched\n", "made.txt": "made\n" };
const files = (scene: Scene) => Object.fromEntries(Object.keys(afterFirst).map((name) => [name, look(scene, name)]));

describe.concurrent("code rewind", () => {
	test.each([
		["in a repository", true],
		["outside any", false],
	])("takes the last turn back, files of commands included, and redo takes that back: %s", async (_, isRepository) => {
		const { scene, id } = await played(isRepository);
		const before = isRepository ? gitState(scene) : [];
		const preview = await scene.run(["rewind", "--preview"]);
		expect(preview).toMatchObject({
			exitCode: 0,
			stdout: expect.stringContaining("turn would be taken back: do the second"),
		});
		expect(preview.stdout).toContain("file would be put back: b.txt");
		expect(look(scene, "b.txt")).toBeUndefined();
		const back = await scene.run(["rewind"]);
		expect(back).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 turn of the conversation left") });
		expect(files(scene)).toEqual(afterFirst);
		const redone = await scene.run(["rewind", "--redo"]);
		expect(redone).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("the rewind was taken back") });
		expect(files(scene)).toEqual({ "a.txt": "a\none\ntwo\n", "b.txt": undefined, "made.txt": "made\n" });
		if (isRepository) expect(gitState(scene)).toEqual(before);
		// The conversation is whole again.
		await scene.run(["exec", "resume", "--skip-git-repo-check", id, "and now?"]);
		expect(JSON.stringify(scene.server.requests.at(-1)?.body.input)).toContain("second done");
	});

	test("goes back to the very beginning, and the model does not know the turns that went", async () => {
		const { scene, id } = await played(true);
		const status = git(scene, "stash", "list") + git(scene, "reflog");
		expect(await scene.run(["rewind", id, "--to", "0"])).toMatchObject({ exitCode: 0 });
		expect(files(scene)).toEqual({ "a.txt": "a\n", "b.txt": "b\n", "made.txt": undefined });
		expect(git(scene, "status", "--porcelain")).toBe("");
		expect(git(scene, "stash", "list") + git(scene, "reflog")).toBe(status);
		await scene.run(["exec", "resume", id, "again"]);
		const input = JSON.stringify(scene.server.requests.at(-1)?.body.input);
		expect(input).not.toContain("do the first");
		expect(input).toContain("<rewound>");
		expect(input).toContain("again");
	});

	test("never puts a file back that the user changed since, unless it is named", async () => {
		const { scene } = await played(true);
		appendFileSync(path.join(scene.repo, "a.txt"), "mine\n");
		writeFileSync(path.join(scene.repo, "own.txt"), "mine\n");
		const back = await scene.run(["rewind", "--only", "files", "--json"]);
		expect(back.exitCode).toBe(11);
		expect(JSON.parse(back.stdout)).toMatchObject({ exit_reason: "files_left", turns: 2 });
		expect(JSON.parse(back.stdout).left.map((each: { path: string }) => each.path)).toEqual(["a.txt"]);
		expect(look(scene, "a.txt")).toBe("a\none\ntwo\nmine\n");
		expect(look(scene, "b.txt")).toBe("patched\n");
		const forced = await scene.run(["rewind", "--only", "files", "--overwrite", "a.txt"]);
		expect(forced.exitCode).toBe(0);
		expect(look(scene, "a.txt")).toBe("a\none\n");
		// A file of the user's own is no conflict, and goes by no general word.
		expect(await scene.run(["rewind", "--only", "files", "--overwrite-all"])).toMatchObject({ exitCode: 0 });
		expect(look(scene, "own.txt")).toBe("mine\n");
	});

	test("goes back in the conversation alone", async () => {
		const { scene, id } = await played(true);
		expect(await scene.run(["rewind", "--only", "conversation"])).toMatchObject({ exitCode: 0 });
		expect(look(scene, "a.txt")).toBe("a\none\ntwo\n");
		await scene.run(["exec", "resume", id, "on"]);
		const input = JSON.stringify(scene.server.requests.at(-1)?.body.input);
		expect(input).toContain("first done");
		expect(input).not.toContain("second done");
		expect(input).toContain("Files keep what was changed after it");
		expect(await scene.run(["rewind", "--redo"])).toMatchObject({ exitCode: 2 });
	});

	test("says what is wrong with the words", async () => {
		const { scene } = await played(true);
		for (const [args, sentence] of [
			[["--to", "2"], "--to is the number of the last turn that stays: 0 to 1 here"],
			[["--to", "x"], "--to needs the number of the last turn that stays, not `x`"],
			[["nosuch"], "no session with id nosuch"],
			[["--redo"], "there is no rewind to take back"],
			[["--redo", "--only", "files"], "it goes with neither --to nor --only"],
		] as const) {
			const result = await scene.run(["rewind", ...args]);
			expect(result).toMatchObject({ exitCode: 2, stdout: "" });
			expect(result.stderr).toContain(sentence);
		}
		expect(look(scene, "a.txt")).toBe("a\none\ntwo\n");
	});

	test("a turn that only reads records nothing", async () => {
		const scene = await createScene([shell("cat a.txt; ls"), { text: "read" }], { "a.txt": "a\n" });
		await scene.run(["exec", ...allowCommands, "look"]);
		expect(existsSync(path.join(scene.home.codeHome, "snapshots"))).toBe(false);
	});
});

describe.concurrent("compaction", () => {
	test("before the window is full; the file keeps all, and `sessions show --compaction` says what left", async () => {
		const scene = await createScene([
			{ text: "SECRETLESS ANSWER", usage: { inputTokens: 5000, outputTokens: 10 } },
			{ text: "# Goal\ncount\n\n# Constraints\n- only even numbers" },
			{ text: "going on" },
		]);
		const first = await scene.run(["exec", "--json", "count, but only even numbers"]);
		const id = threadId(first.stdout);
		const limit = ["-c", "model_auto_compact_token_limit=10000"];
		const second = await scene.run(["exec", "resume", ...limit, id, "go on"]);
		expect(second).toMatchObject({ exitCode: 0, stdout: "going on\n" });
		expect(second.stderr).toMatch(
			/the conversation is summarised to go on[\s\S]*summarised: about \d+ tokens became \d+/,
		);
		const sent = JSON.stringify(scene.server.requests[2]?.body.input);
		expect(sent).toContain("count, but only even numbers");
		expect(sent).toContain("- only even numbers");
		expect(sent).not.toContain("SECRETLESS ANSWER");
		const shown = await scene.run(["sessions", "show", "--compaction", id]);
		expect(shown.stdout).toMatch(/# Compaction 1 \(limit\)[\s\S]*## 1 item left the context[\s\S]*SECRETLESS ANSWER/);
		expect((await scene.run(["sessions", "show", id])).stdout).toContain("SECRETLESS ANSWER");
	});

	test("on demand, and the session goes on from the notes", async () => {
		const scene = await createScene([{ text: "LONG ANSWER" }, { text: "# Goal\nnotes" }, { text: "on" }]);
		const id = threadId((await scene.run(["exec", "--json", "say it"])).stdout);
		const compacted = await scene.run(["sessions", "compact", id]);
		expect(compacted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("# Goal\nnotes") });
		await scene.run(["exec", "resume", id, "go on"]);
		const sent = JSON.stringify(scene.server.requests[2]?.body.input);
		expect(sent).toContain("# Goal\\nnotes");
		expect(sent).not.toContain("LONG ANSWER");
		const again = await scene.run(["sessions", "compact", "--json", "nosuch"]);
		expect(again).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("no session with id nosuch") });
	});
});
