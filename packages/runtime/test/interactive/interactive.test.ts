import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { newSessionId } from "@codex/protocol";
import { createTempDir, createTempHome, writeTree } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import {
	appendPromptHistory,
	createRuntime,
	earlierEvents,
	expandCustomPrompt,
	knownModels,
	listCustomPrompts,
	type Runtime,
	readInteractiveSettings,
	readPromptHistory,
	saveTheme,
	searchMemory,
	workingBranch,
	workingDiff,
} from "../../src/index.ts";

interface Stage {
	readonly runtime: Runtime;
	readonly codeHome: string;
	readonly cwd: string;
}

async function setStage(homeFiles: Readonly<Record<string, string>> = {}): Promise<Stage> {
	const [home, folder] = await Promise.all([createTempHome(), createTempDir("code-interactive-")]);
	await writeTree(home.codeHome, homeFiles);
	const env = { PATH: process.env["PATH"], HOME: home.path, CODE_HOME: home.codeHome };
	const made = createRuntime({
		version: "0.0.0-test",
		environment: { env, homedir: home.path, tmpdir: "/tmp", cwd: folder.path },
	});
	if (made.kind === "error") throw new Error(made.lines.join("\n"));
	onTestFinished(async () => {
		await made.runtime.close();
		await Promise.all([home.dispose(), folder.dispose()]);
	});
	return { runtime: made.runtime, codeHome: home.codeHome, cwd: folder.path };
}

describe("the history of prompts", () => {
	test("is appended line by line, for its owner alone, secrets masked", async () => {
		const { runtime, codeHome } = await setStage();
		expect(await readPromptHistory(runtime)).toEqual([]);
		const id = newSessionId();
		await appendPromptHistory(runtime, id, "first\nprompt");
		await appendPromptHistory(runtime, id, "key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789");
		const [first, second = ""] = await readPromptHistory(runtime);
		expect(first).toBe("first\nprompt");
		expect(second).not.toContain("abcdefghijklmnop");
		expect((await stat(path.join(codeHome, "history.jsonl"))).mode & 0o777).toBe(0o600);
	});

	test("damaged lines are passed over; a file that is too long loses its older half", async () => {
		const lines = Array.from({ length: 100 }, (_, at) =>
			JSON.stringify({ session_id: "x", ts: 1, text: `prompt ${at}` }),
		);
		const { runtime, codeHome } = await setStage({ "history.jsonl": `{ damaged\n${lines.join("\n")}\n` });
		expect(await readPromptHistory(runtime)).toHaveLength(100);
		const read = await readPromptHistory(runtime, 2000);
		expect(read.at(-1)).toBe("prompt 99");
		expect((await readFile(path.join(codeHome, "history.jsonl"), "utf8")).length).toBeLessThan(2000);
	});
});

describe("the user's own prompts", () => {
	test("are read from the home, with their descriptions", async () => {
		const { runtime } = await setStage({
			"prompts/b.md": "# Looks around\n\nLook.",
			"prompts/a.md": "---\ndescription: Checks\n---\nCheck $1.",
			"prompts/note.txt": "no",
		});
		const prompts = await listCustomPrompts(runtime);
		expect(prompts.map(({ name, description }) => [name, description])).toEqual([
			["a", "Checks"],
			["b", "Looks around"],
		]);
	});

	test.each([
		["Check $1 and $2.", '"one two" three', "Check one two and three."],
		["All: $ARGUMENTS", "a b", "All: a b"],
		["Costs $$5", "", "Costs $5"],
		["No place", "words", "No place\n\nwords"],
		["$3 is missing", "a", " is missing"],
	])("%j with %j", (text, words, expected) => {
		expect(expandCustomPrompt({ name: "x", description: "", text }, words)).toBe(expected);
	});
});

test("the settings of the screen, and a theme that is saved beside its colours", async () => {
	const { runtime, codeHome } = await setStage({
		"config.toml":
			'# mine\n[tui]\nscreen = "inline"\n[tui.theme]\nname = "light"\n[tui.theme.colors]\naccent = "#112233"\n',
	});
	const flags = { overrides: [] };
	const read = await readInteractiveSettings(runtime, flags, undefined);
	expect(read).toMatchObject({ kind: "ok", pasteBurst: true, tui: { screen: "inline", theme: { name: "light" } } });
	expect(await saveTheme(runtime, flags, "dark")).toMatchObject({ kind: "ok" });
	const again = await readInteractiveSettings(runtime, flags, undefined);
	expect(again).toMatchObject({ tui: { screen: "inline", theme: { name: "dark", colors: { accent: "#112233" } } } });
	expect(await readFile(path.join(codeHome, "config.toml"), "utf8")).toContain("# mine");
	await writeFile(path.join(codeHome, "config.toml"), "tui = 3\n");
	expect(await readInteractiveSettings(runtime, flags, undefined)).toMatchObject({ kind: "error", exitCode: 2 });
});

test("branch and changes of a repository, also before its first commit, and outside of one", async () => {
	const { runtime, cwd } = await setStage();
	expect(await workingBranch(runtime, cwd)).toBeUndefined();
	expect(await workingDiff(runtime, cwd)).toMatchObject({ kind: "error" });
	const git = (...args: readonly string[]): void => {
		execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd });
	};
	git("init", "-q", "-b", "trunk");
	await writeTree(cwd, { "a.txt": "one\n" });
	expect(await workingBranch(runtime, cwd)).toBe("trunk");
	expect(await workingDiff(runtime, cwd)).toMatchObject({ kind: "ok", files: 1 });
	git("add", ".");
	git("commit", "-qm", "first");
	await writeTree(cwd, { "a.txt": "two\n", "b.txt": "new\n" });
	const diff = await workingDiff(runtime, cwd);
	expect(diff).toMatchObject({ kind: "ok", files: 2, truncated: false });
	expect(diff.kind === "ok" ? diff.text : "").toContain("+two");
});

test("what is not there is told", async () => {
	const { runtime } = await setStage();
	expect(await earlierEvents(runtime, "01a20bb9")).toMatchObject({ kind: "error", exitCode: 2 });
	expect(await searchMemory(runtime, "words")).toMatchObject({ kind: "ok", lines: ["Nothing was remembered so far"] });
	const models = await knownModels(runtime);
	expect(models.length).toBeGreaterThan(10);
	expect(models.every(({ price }) => price !== undefined)).toBe(true);
});
