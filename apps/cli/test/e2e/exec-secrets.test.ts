// What must not get out: keys into files, other people's eyes into the home, the variables of the caller into commands,
// escape sequences of a model or a tool onto a terminal.

import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { AnswerStep, ModelStep } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { execBodies } from "./run-code.ts";
import { allowCommands, apiKey, createScene, type Scene } from "./scene.ts";

// Each has the shape of a real key of its vendor, and is none.
const foundKey = "sk-proj-FoundInSomeFile0123456789abcdef";
const githubToken = "ghp_FoundInSomeFile0123456789abcdefghij";

interface Entry {
	readonly name: string;
	readonly mode: string;
	readonly text: string;
}

/** All that stands below a folder. */
function everythingIn(dir: string): readonly Entry[] {
	return readdirSync(dir, { recursive: true, encoding: "utf8" }).map((name) => {
		const file = path.join(dir, name);
		const stat = statSync(file);
		return { name, mode: (stat.mode & 0o777).toString(8), text: stat.isFile() ? readFileSync(file, "utf8") : "" };
	});
}

const leaky: readonly AnswerStep[] = [
	{
		reasoning: `**Keys**\n\nThere is ${foundKey}.`,
		calls: [{ name: "shell", arguments: { command: `echo ${apiKey}; cat key.txt; echo GITHUB_TOKEN=${githubToken}` } }],
	},
	{ text: `I saw ${foundKey} and ${apiKey}.` },
];

describe("secrets (hole 43)", () => {
	test("are masked in the session, the recording and the log; files are for their owner alone", async () => {
		const scene = await createScene([...leaky, ...leaky], { "key.txt": `key=${foundKey}\n` });
		const args = ["exec", "--json", ...allowCommands, "--record", "run.jsonl", `use ${githubToken}`];
		const result = await scene.run(args, { env: { ...scene.env, CODE_LOG: "trace" } });
		expect(result.exitCode).toBe(0);
		const home = everythingIn(scene.home.codeHome).filter(({ name }) => !name.startsWith("cache/"));
		const files = home.filter(({ text }) => text !== "");
		expect(files.map(({ name }) => name.replace(/^(sessions\/).*\//, "$1").replace(/rollout-.*/, "rollout"))).toEqual(
			expect.arrayContaining(["logs/code.log", "sessions/rollout"]),
		);
		const recording = { name: "recording", ...fileFacts(scene, "run.jsonl") };
		for (const { name, mode, text } of [...files, recording]) {
			expect.soft(mode, name).toBe("600");
			expect.soft(text.includes(apiKey), `the key in ${name}`).toBe(false);
			expect.soft(text.includes(foundKey), `the found key in ${name}`).toBe(false);
			expect.soft(text.includes(githubToken), `the token in ${name}`).toBe(false);
		}
		expect(recording.text).toContain("[redacted:");
		for (const { name, mode, text } of home) if (text === "") expect.soft(mode, name).toBe("700");
		// A session that goes on masks as well.
		await scene.run(["exec", "resume", "--last", ...allowCommands, "again"]);
		for (const { name, text } of everythingIn(path.join(scene.home.codeHome, "sessions"))) {
			expect.soft(text.includes(foundKey), name).toBe(false);
		}
	});

	test("a clean run leaves no log", async () => {
		const scene = await createScene([{ text: "hi" }]);
		await scene.run(["exec", "hi"]);
		expect(readdirSync(scene.home.codeHome).toSorted()).toEqual(["cache", "sessions"]);
	});

	test("a failure is in the log without keys", async () => {
		const scene = await createScene([{ status: 401, body: { error: { message: `bad key ${apiKey}` } } }]);
		const result = await scene.run(["exec", "hi"]);
		expect(result.exitCode).toBe(3);
		expect(result.stderr).not.toContain(apiKey);
		const log = readFileSync(path.join(scene.home.codeHome, "logs/code.log"), "utf8");
		expect(log).toContain("refused the API key");
		expect(log).not.toContain(apiKey);
	});

	test("of the caller's environment do not reach commands", async () => {
		const scene = await createScene([
			{ calls: [{ name: "shell", arguments: { command: ["env"] } }] },
			{ text: "seen" },
		]);
		const env = {
			...scene.env,
			GITHUB_TOKEN: githubToken,
			MY_SECRET: "hidden",
			DB_PASSWORD_KEY: "hidden",
			PLAIN: "shown",
		};
		await scene.run(["exec", ...allowCommands, "hi"], { env });
		const { output } = scene.server.requests[1]?.body.input.at(-1) ?? {};
		expect(output).toContain("PLAIN=shown");
		expect(output).not.toMatch(/OPENAI_API_KEY|GITHUB_TOKEN|MY_SECRET|DB_PASSWORD_KEY/);
		expect(output).not.toContain(apiKey);
	});
});

function fileFacts(scene: Scene, name: string): Omit<Entry, "name"> {
	const file = path.join(scene.repo, name);
	return { mode: (statSync(file).mode & 0o777).toString(8), text: readFileSync(file, "utf8") };
}

describe("escape sequences (hole 49)", () => {
	const evil = "\u001b]0;owned\u0007\u001b[31mred\u001b[0m\u001b[2J\u009b5m\r\u202eevil";
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
	const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

	const steps: readonly ModelStep[] = [
		{
			reasoning: `**Think** ${evil}`,
			text: `working ${evil}`,
			calls: [
				{ name: "shell", arguments: { command: `printf '%s' "$0${evil}"; printf '\\033[31mred\\n'` } },
				{ name: "update_plan", arguments: { explanation: evil, plan: [{ step: evil, status: "pending" }] } },
				{ name: "read_file", arguments: { file_path: `no${evil}` } },
				{ name: `tool${evil}`, arguments: {} },
				{
					name: "apply_patch",
					arguments: { input: `*** Begin Patch\n*** Add File: new${evil.replace("\r", "")}.txt\n+x\n*** End Patch` },
				},
			],
		},
		{ status: 500, body: { error: { message: `again ${evil}` } } },
		{ text: `final ${evil} answer` },
	];

	test("of the model and its tools do not reach a person's terminal", async () => {
		const scene = await createScene(steps);
		const result = await scene.run(["exec", ...allowCommands, "go"]);
		expect(result.exitCode).toBe(0);
		expect(result.stdout).toContain("final");
		expect(result.stdout).toContain("answer");
		expect(result.stdout).not.toMatch(controls);
		expect(result.stderr).toContain("working");
		expect(result.stderr).toContain("red");
		expect(result.stderr).not.toMatch(controls);
	});

	test("do not come through --json either: stdout spells them, stderr leaves them out", async () => {
		const scene = await createScene([{ status: 400, body: { error: { message: `no ${evil}` } } }]);
		const result = await scene.run(["exec", "--json", "go"]);
		expect(result.exitCode).toBe(1);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: C0 controls are what JSON must spell.
		expect(result.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
		expect(execBodies(result.stdout).at(-1)).toMatchObject({ type: "turn.failed" });
		expect(result.stderr).toContain("no ");
		expect(result.stderr).not.toMatch(controls);
	});

	test("colours are ours alone, and only when they are asked for", async () => {
		const scene = await createScene(() => ({ text: `plain ${evil}` }));
		const forced = await scene.run(["exec", "--color", "always", "go"]);
		expect(forced.stderr).toContain("\u001b[2m");
		expect(forced.stderr).not.toContain("\u001b]0;");
		expect(forced.stdout).not.toMatch(controls);
		const plain = await scene.run(["exec", "go"], { env: { ...scene.env, FORCE_COLOR: "1" } });
		expect(plain.stderr).not.toMatch(controls);
	});

	test("in names that the user gives are not shown raw", async () => {
		const scene = await createScene();
		for (const args of [
			["-C", `gone${evil}`],
			["-i", `gone${evil}.png`],
			["--output-schema", `gone${evil}`],
			[`--fl${evil.replace(/\s/g, "")}`],
		]) {
			const result = await scene.run(["exec", ...args, "go"]);
			expect(result.exitCode).toBe(2);
			expect.soft(result.stderr, args[0]).not.toMatch(controls);
		}
	});
});
