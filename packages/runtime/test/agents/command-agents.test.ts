// Programs as agents: their words, their output, and stand-ins that behave well and badly, each really run.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadConfig } from "@codex/config";
import type { AgentOutcome } from "@codex/spec-kit";
import { describe, expect, test } from "vitest";
import { type CommandTask, createCommandAgents } from "../../src/agents/command-agents.ts";
import { readCommandOutput } from "../../src/agents/command-output.ts";
import { type CommandSeat, commandSeat, commandWords, familyOf } from "../../src/agents/command-seat.ts";
import { makeFixture } from "../runtime-fixture.ts";

const entry = (name: string, more: object = {}) => ({
	name,
	args: [],
	read_only: false,
	enabled: true,
	env: {},
	...more,
});

const places = {
	prompt: "do it",
	promptFile: "/p/prompt.txt",
	schemaFile: "/p/schema.json",
	cwd: "/w",
	mayWrite: false,
};

describe("words", () => {
	test.each([
		["claude", "-p --output-format json --model m --permission-mode plan"],
		["/usr/bin/gemini", "--output-format json --model m --approval-mode default"],
		["qwen", "--output-format json --model m --approval-mode default"],
		["codex", "exec --json --skip-git-repo-check --model m --sandbox read-only"],
		["/opt/code", "exec --json --skip-git-repo-check --model m --sandbox read-only"],
		["mine", ""],
	])("of %s that only reads", (program, words) => {
		const { args, takesPrompt } = commandWords(commandSeat(entry("x", { command: program }), "m"), places);
		expect(args.join(" ")).toBe(words);
		expect(takesPrompt).toBe(false);
	});

	test("that the user configured go over ours, those of the kind of call over all", () => {
		const seat = commandSeat(
			entry("claude", {
				args: ["-p", "{prompt}"],
				args_write: ["--file", "{prompt_file}", "{schema_file}", "{cwd}", "{model}", "{other}"],
			}),
			"m",
		);
		expect(commandWords(seat, places)).toEqual({ args: ["-p", "do it"], takesPrompt: true });
		expect(commandWords(seat, { ...places, mayWrite: true }).args).toEqual([
			"--file",
			"/p/prompt.txt",
			"/p/schema.json",
			"/w",
			"m",
			"{other}",
		]);
		// What is put in is not searched again.
		expect(commandWords(seat, { ...places, prompt: "{cwd} $(x)" }).args).toEqual(["-p", "{cwd} $(x)"]);
		expect(familyOf("C:/x/claude.cmd")).toBe("claude");
	});
});

describe("output", () => {
	const result = {
		type: "result",
		subtype: "success",
		is_error: false,
		result: "It is so.",
		total_cost_usd: 0.25,
		usage: { input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 7 },
		modelUsage: { "claude-sonnet-4-5": {} },
	};

	test("of claude, as an object and as a list", () => {
		for (const text of [JSON.stringify(result), JSON.stringify([{ type: "system" }, result])]) {
			expect(readCommandOutput("claude", text)).toMatchObject({
				text: "It is so.",
				model: "claude-sonnet-4-5",
				costUsd: 0.25,
				usage: { inputTokens: 105, cachedInputTokens: 90, cacheWriteInputTokens: 5, outputTokens: 7 },
			});
		}
		expect(readCommandOutput("claude", JSON.stringify({ ...result, is_error: true }))).toMatchObject({
			failure: "It is so.",
		});
		expect(readCommandOutput("claude", JSON.stringify({ type: "result", subtype: "error_max_turns" }))).toMatchObject({
			failure: "it ended with error_max_turns",
		});
	});

	test("of gemini and qwen", () => {
		const stats = { models: { "gemini-2.5-pro": { tokens: { prompt: 20, candidates: 4, cached: 3, thoughts: 6 } } } };
		expect(readCommandOutput("gemini", `Loaded.\n${JSON.stringify({ response: "Yes.", stats })}`)).toMatchObject({
			text: "Yes.",
			model: "gemini-2.5-pro",
			usage: { inputTokens: 20, cachedInputTokens: 3, outputTokens: 10, reasoningOutputTokens: 6 },
		});
		expect(readCommandOutput("gemini", JSON.stringify({ error: { message: "quota" } }))).toMatchObject({
			failure: "quota",
		});
		expect(readCommandOutput("qwen", JSON.stringify([result])).text).toBe("It is so.");
		expect(readCommandOutput("qwen", JSON.stringify({ response: "Yes." })).text).toBe("Yes.");
	});

	test("of codex and code: the last message of the stream", () => {
		const lines = [
			'{"type":"thread.started","thread_id":"t"}',
			'{"type":"item.completed","item":{"type":"reasoning","text":"hm"}}',
			'{"type":"item.completed","item":{"type":"agent_message","text":"First."}}',
			"not json",
			'{"type":"item.completed","item":{"type":"agent_message","text":"Last."}}',
			'{"type":"turn.completed","usage":{"input_tokens":30,"cached_input_tokens":20,"output_tokens":5}}',
		];
		expect(readCommandOutput("codex", lines.join("\n"))).toMatchObject({
			text: "Last.",
			usage: { inputTokens: 30, cachedInputTokens: 20, outputTokens: 5 },
		});
		expect(readCommandOutput("codex", '{"type":"turn.failed","error":{"message":"no quota"}}')).toMatchObject({
			failure: "no quota",
		});
	});

	test.each(["claude", "gemini", "qwen", "codex", "other"] as const)(
		"of %s that is of no form is the answer as it is",
		(family) => {
			for (const text of ["prose", "{}", "[1,2]", "null", '{"type":"result"', "", "\u0000"]) {
				expect(readCommandOutput(family, text).text).toBe(text.trim());
			}
		},
	);
});

const usual = {
	id: "run/plan/claude/synthesis/1",
	prompt: 'The task: $(touch pwned) "quotes" {cwd}',
	access: "read-only",
	limits: {},
} as const;

async function scene(script: string, change: { readonly env?: Record<string, string>; readonly name?: string } = {}) {
	const fixture = await makeFixture({ env: { ANTHROPIC_API_KEY: "sk-ant-api03-0123456789abcdefghij", ...change.env } });
	const { runtime, cwd } = fixture;
	const folder = path.join(cwd, "..", `${path.basename(cwd)}-bin`);
	mkdirSync(folder, { recursive: true });
	const program = path.join(folder, change.name ?? "claude");
	writeFileSync(program, `#!${process.execPath}\n${script}`);
	chmodSync(program, 0o755);
	const loaded = await loadConfig({ ...runtime.environment, cwd }, runtime.paths, { overrides: [] });
	if (loaded.kind === "error") throw new Error("no configuration");
	const agents = createCommandAgents(runtime, loaded);
	const run = (
		seat: Partial<CommandSeat> = {},
		task: Partial<CommandTask> = {},
		signal = new AbortController().signal,
	): Promise<AgentOutcome> =>
		agents.run(
			{
				...usual,
				cwd,
				seat: { ...commandSeat(entry(change.name ?? "claude", { command: program }), "m-1"), ...seat },
				...task,
			},
			signal,
		);
	return { run, cwd, program };
}

const says = (text: string): string => `
const fs = require("node:fs");
const prompt = fs.readFileSync(0, "utf8");
${text}
`;

const running = (mark: string): string => {
	try {
		return execFileSync("pgrep", ["-f", mark], { encoding: "utf8" });
	} catch {
		return ""; // Nobody.
	}
};

describe("a stand-in", () => {
	test("gets the prompt on its input, its vendor's key and nobody else's, and answers with what it used", async () => {
		const { run, cwd } = await scene(
			says(`console.error("thinking");
			console.log(JSON.stringify({ type: "result", result: JSON.stringify({
				prompt, args: process.argv.slice(2), key: process.env.ANTHROPIC_API_KEY, other: process.env.OPENAI_API_KEY ?? null,
				depth: process.env.CODE_AGENT_DEPTH, extra: process.env.EXTRA, cwd: process.cwd() }),
				total_cost_usd: 0.5, usage: { input_tokens: 3, output_tokens: 4 } }));`),
			{ env: { OPENAI_API_KEY: "sk-0123456789abcdefghijklmnop" } },
		);
		const told: string[] = [];
		const outcome = await run(
			{ instructions: "Be brief.", env: { EXTRA: "x" } },
			{ onProgress: ({ lastLine }) => void told.push(lastLine) },
		);
		if (outcome.kind !== "answered") throw new Error(outcome.reason);
		expect(outcome).toMatchObject({ model: "m-1", spend: { attempts: 1, tokens: 7, costUsd: 0.5 } });
		const said = JSON.parse(outcome.text);
		expect(said).toMatchObject({
			prompt: `Be brief.\n\n${usual.prompt}`,
			args: ["-p", "--output-format", "json", "--model", "m-1", "--permission-mode", "plan"],
			other: null,
			depth: "1",
			extra: "x",
			cwd,
		});
		// It had the key, and what it wrote is masked.
		expect(said.key).not.toBe(undefined);
		expect(outcome.text).not.toContain("sk-ant-api03-0123456789abcdefghij");
		expect(existsSync(path.join(cwd, "pwned"))).toBe(false);
		expect(told).toEqual(["thinking"]);
	});

	test("that only reads cannot write to the repository; one that writes can", async () => {
		const script = says(`const tried = {};
			for (const [name, file] of Object.entries({ here: "made.txt", outside: process.env.HOME + "/made.txt" })) {
				try { fs.writeFileSync(file, "x"); tried[name] = true; } catch { tried[name] = false; }
			}
			console.log(JSON.stringify(tried));`);
		const { run, cwd } = await scene(script, { name: "mine" });
		const tried = async (...given: Parameters<typeof run>): Promise<unknown> => {
			const outcome = await run(...given);
			return outcome.kind === "answered" ? JSON.parse(outcome.text) : outcome.reason;
		};
		expect(await tried()).toEqual({ here: false, outside: false });
		expect(await tried({ readOnly: true }, { access: "workspace-write" })).toEqual({ here: false, outside: false });
		expect(await tried({}, { access: "workspace-write" })).toMatchObject({ here: true });
		expect(readFileSync(path.join(cwd, "made.txt"), "utf8")).toBe("x");
	});

	test.each([
		[
			"ends with an error",
			`console.error("no credits left"); process.exit(3);`,
			"failed",
			/exit code 3: no credits left/,
		],
		[
			"says itself that it failed",
			`console.log('{"type":"result","is_error":true,"result":"overloaded"}')`,
			"failed",
			/overloaded/,
		],
		["says nothing", "", "failed", /wrote no answer/],
		["dies by a signal", `process.kill(process.pid, "SIGKILL")`, "failed", /ended by a signal|exit code/],
	])("that %s is told as %s", async (_, script, kind, reason) => {
		const { run } = await scene(says(script));
		const outcome = await run();
		expect(outcome.kind).toBe(kind);
		if (outcome.kind === "answered") return;
		expect(outcome.reason).toMatch(reason);
		expect(outcome.spend.attempts).toBe(1);
	});

	test("that is not there is missing", async () => {
		const { run } = await scene(says(""));
		expect(await run({ program: "no-such-agent-program" })).toMatchObject({
			kind: "missing",
			reason: "the program `no-such-agent-program` is not on the search path",
		});
		expect(await run({ program: "./relative" })).toMatchObject({ kind: "missing" });
	});

	test("that takes too long is ended with all that it started", async () => {
		const mark = `agent-mark-${process.pid}-long`;
		const { run } = await scene(
			says(`require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => 1, 1000)", "${mark}"], { detached: true, stdio: "ignore" }).unref();
			setInterval(() => 1, 1000);`),
		);
		expect(await run({}, { limits: { maxWallMs: 700 } })).toMatchObject({ kind: "timed_out" });
		await expect.poll(() => running(mark), { timeout: 2000 }).toBe("");
	});

	test("that is cancelled is gone within two seconds, and the others go on", async () => {
		const mark = `agent-mark-${process.pid}-stop`;
		const { run, program } = await scene(
			says(`process.on("SIGTERM", () => 1); setInterval(() => 1, 1000); void "${mark}";`),
		);
		const stop = new AbortController();
		const slow = run({ args: [mark] }, {}, stop.signal);
		const other = run({ args: ["quick"], program: "/bin/echo", family: "other" });
		await expect.poll(() => running(mark), { timeout: 5000 }).not.toBe("");
		const began = Date.now();
		stop.abort();
		expect(await slow).toMatchObject({ kind: "cancelled" });
		expect(Date.now() - began).toBeLessThan(2000);
		expect(running(program)).toBe("");
		expect(await other).toMatchObject({ kind: "answered", text: "quick" });
	});

	test("that floods is cut, and a prompt that fits no argument is refused in a sentence", async () => {
		const { run } = await scene(says(`process.stdout.write("x".repeat(20_000_000));`), { name: "mine" });
		const outcome = await run();
		expect(outcome.kind === "answered" ? outcome.text.length : 0).toBeLessThanOrEqual(8 * 1024 * 1024);
		const long = { prompt: "y".repeat(200_000) };
		expect(await run({ args: ["{prompt}"] }, long)).toMatchObject({
			kind: "failed",
			reason: expect.stringContaining("{prompt_file}"),
		});
		expect((await run({ args: ["{prompt_file}"], program: "/bin/cat", family: "other" }, long)).kind).toBe("answered");
	});
});
