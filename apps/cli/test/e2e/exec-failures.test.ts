// What a run makes of a model that fails, and of limits: the right exit code, one clear sentence, a bounded number of
// requests, and never half an answer for a whole one.

import { existsSync } from "node:fs";
import path from "node:path";
import { createModelServer, type ModelServerOptions, type ScriptEntry } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { type CodeResult, execBodies, until } from "./run-code.ts";
import { allowCommands, apiKey, createScene, type Scene } from "./scene.ts";

/** A provider of the test's own, which tries again once and soon gives up waiting. */
const impatient = (baseUrl: string): readonly string[] => [
	"-c",
	`model_providers.x={name="X", base_url="${baseUrl}", wire_api="responses", env_key="OPENAI_API_KEY"}`,
	...["request_max_retries=1", "stream_max_retries=1", "stream_idle_timeout_ms=5000"].flatMap((setting) => [
		"-c",
		`model_providers.x.${setting}`,
	]),
	"-c",
	"model_provider=x",
	"-m",
	"gpt-5",
];

/** Flags for steps that fall silent: one second of it is enough then. */
const silenceFlags = (step: ScriptEntry): readonly string[] =>
	"idle" in step ? ["-c", "model_providers.x.stream_idle_timeout_ms=1000"] : [];

async function impatientRun(
	script: ModelServerOptions["script"],
	...args: readonly string[]
): Promise<{ readonly scene: Scene; readonly result: CodeResult }> {
	const scene = await createScene(script);
	const result = await scene.run(["exec", ...impatient(scene.server.baseUrl), ...args, "go"]);
	return { scene, result };
}

/** The error that a person reads: one line at the end of the story. */
function errorLines({ stderr }: CodeResult): readonly string[] {
	expect(stderr).not.toMatch(/\n\s+at /);
	return stderr.split("\n").filter((line) => line.startsWith("error: "));
}

const withoutKey = ({ env }: Scene): Readonly<Record<string, string>> => {
	const { OPENAI_API_KEY: _, OPENAI_BASE_URL: __, ...rest } = env;
	return rest;
};

describe.concurrent("without credentials", () => {
	test("three lines say what to set, and nothing else happens", async () => {
		const scene = await createScene();
		const result = await scene.run(["exec", "hi"], { env: withoutKey(scene) });
		expect(result).toMatchObject({ exitCode: 3, stdout: "" });
		const lines = result.stderr.trimEnd().split("\n");
		expect(lines).toHaveLength(3);
		expect(lines[0]).toMatch(/^error: No credentials found/);
		expect(lines[1]).toContain("OPENAI_API_KEY");
		expect(lines[2]).toContain("config.toml");
	});

	test("with --json stdout has one error line", async () => {
		const scene = await createScene();
		const result = await scene.run(["exec", "--json", "hi"], { env: withoutKey(scene) });
		expect(result.exitCode).toBe(3);
		expect(execBodies(result.stdout)).toEqual([{ type: "error", message: expect.stringContaining("OPENAI_API_KEY") }]);
		expect(result.stderr.trimEnd().split("\n")).toHaveLength(3);
	});

	test("a provider that names its variable names it here too", async () => {
		const scene = await createScene();
		await scene.config(
			'model_provider = "x"\nmodel = "m"\n[model_providers.x]\nname = "X"\nbase_url = "http://127.0.0.1:1/v1"\nenv_key = "X_KEY"\n',
		);
		const result = await scene.run(["exec", "hi"], { env: withoutKey(scene) });
		expect(result).toMatchObject({ exitCode: 3, stdout: "" });
		expect(result.stderr.trimEnd().split("\n")).toHaveLength(3);
		expect(result.stderr).toContain("X_KEY");
	});

	test("CODEX_API_KEY goes before OPENAI_API_KEY", async () => {
		const scene = await createScene([{ text: "hi" }]);
		const env = { ...scene.env, CODEX_API_KEY: "sk-proj-TheOtherKey0123456789abcdef" };
		expect(await scene.run(["exec", "hi"], { env })).toMatchObject({ exitCode: 0 });
		expect(scene.server.requests[0]?.headers["authorization"]).toBe(`Bearer ${env.CODEX_API_KEY}`);
	});
});

describe.concurrent("a refusal for good", () => {
	const refusals: readonly [string, ScriptEntry, number, RegExp][] = [
		[
			"401",
			{ status: 401, body: { error: { message: "Incorrect API key provided", code: "invalid_api_key" } } },
			3,
			/refused the API key .*OPENAI_API_KEY.*\(401\): Incorrect API key provided$/,
		],
		["403", { status: 403, body: { error: { message: "no access" } } }, 3, /refused access \(403\): no access$/],
		[
			"an input that is too long",
			{ status: 400, body: { error: { message: "Your input is too long", code: "context_length_exceeded" } } },
			1,
			/longer than the context window of `gpt-5`/,
		],
		[
			"a used-up quota",
			{ status: 429, body: { error: { message: "You exceeded your current quota", code: "insufficient_quota" } } },
			1,
			/usage limit of x is reached/,
		],
		["a bad request", { status: 400, body: { error: { message: "Unknown parameter" } } }, 1, /400: Unknown parameter/],
		[
			"a page instead of a stream",
			{ html: "<html><title>Sign in</title></html>" },
			1,
			/Sign in|text\/html|event stream/,
		],
	];

	test.each(refusals)("%s ends the run after one request", async (_, step, exitCode, sentence) => {
		const { scene, result } = await impatientRun(() => step as Exclude<ScriptEntry, (...args: never[]) => unknown>);
		expect(result).toMatchObject({ exitCode, stdout: "" });
		expect(scene.server.requests).toHaveLength(1);
		const lines = errorLines(result);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(sentence);
		expect(result.stderr).not.toContain(apiKey);
	});

	test("with --json it is an error line and a failed turn, both with the cause", async () => {
		const { result } = await impatientRun([{ status: 401, body: { error: { message: "bad key" } } }], "--json");
		expect(result.exitCode).toBe(3);
		const bodies = execBodies(result.stdout);
		expect(bodies.map(({ type }) => type)).toEqual(["thread.started", "turn.started", "error", "turn.failed"]);
		expect(bodies.at(-1)).toMatchObject({ error: { message: expect.stringContaining("bad key") } });
	});
});

describe.concurrent("a failure that may pass", () => {
	test("nobody listens: exit 3, with the address", async () => {
		const gone = await createModelServer({ script: [] });
		await gone.close();
		const scene = await createScene();
		const result = await scene.run(["exec", ...impatient(gone.baseUrl), "hi"]);
		expect(result).toMatchObject({ exitCode: 3, stdout: "" });
		expect(errorLines(result)).toEqual([expect.stringContaining(`127.0.0.1:${gone.port}`)]);
		expect(result.stderr).toContain("trying again (1 of 1)");
	});

	test("a storm of 500 is asked as often as was allowed, no more", async () => {
		const { scene, result } = await impatientRun(
			() => ({ status: 500, body: { error: { message: "oops" } } }),
			"--json",
		);
		expect(result.exitCode).toBe(1);
		expect(scene.server.requests).toHaveLength(2);
		expect(execBodies(result.stdout).slice(2)).toEqual([
			{ type: "error", message: expect.stringMatching(/500.*trying again \(1 of 1\)/) },
			{ type: "error", message: expect.stringContaining("oops") },
			{ type: "turn.failed", error: { message: expect.stringContaining("oops") } },
		]);
	});

	test.each<[string, ScriptEntry]>([
		["429 with Retry-After", { status: 429, headers: { "retry-after": "0" }, body: { error: { message: "slow" } } }],
		["429 without it", { status: 429, body: { error: { message: "slow down" } } }],
		["503", { status: 503, body: "busy" }],
		["a connection that is reset", { text: "lost", reset: true }],
		["a stream that is cut", { text: "half an answer that never ends", cutAfter: 4 }],
		["a stream that is reset", { text: "half an answer that never ends", cutAfter: 4, reset: true }],
		["a stream that falls silent", { text: "half an answer that never ends", cutAfter: 4, idle: true }],
		[
			"a rate limit inside the stream",
			{
				sse: 'event: response.failed\ndata: {"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"rate_limit_exceeded","message":"Rate limit reached. Please try again in 20ms."}}}\n\n',
			},
		],
	])("%s: the second try gives the answer", async (_, step) => {
		const { scene, result } = await impatientRun([step, { text: "whole" }], ...silenceFlags(step));
		expect(result).toMatchObject({ exitCode: 0, stdout: "whole\n" });
		expect(scene.server.requests).toHaveLength(2);
		expect(scene.server.requests[1]?.body.input).toEqual(scene.server.requests[0]?.body.input);
	});

	test.each<[string, Extract<ScriptEntry, object>, RegExp]>([
		[
			"without its final event",
			{ text: "looks whole", noFinalEvent: true },
			/stream closed before response\.completed/,
		],
		["silent", { text: "looks whole", cutAfter: 4, idle: true }, /idle timeout waiting for SSE/],
	])("a stream that is always %s is never taken for an answer", async (_, step, sentence) => {
		const { scene, result } = await impatientRun(() => step as { readonly text: string }, ...silenceFlags(step));
		expect(result).toMatchObject({ exitCode: 1, stdout: "" });
		expect(scene.server.requests).toHaveLength(2);
		expect(errorLines(result)).toEqual([expect.stringMatching(sentence)]);
	});

	test("--idle-timeout goes over the provider's", async () => {
		const scene = await createScene(() => ({ text: "x", idle: true }));
		const flags = ["-c", "model_providers.x.stream_idle_timeout_ms=300000", "--idle-timeout", "1"];
		const result = await scene.run(["exec", ...impatient(scene.server.baseUrl), ...flags, "hi"]);
		expect(result.exitCode).toBe(1);
		expect(errorLines(result)).toEqual([expect.stringMatching(/idle timeout/)]);
	});

	test("what was whole before its stream ended too early stays in the history, and the model is asked again", async () => {
		const { scene, result } = await impatientRun([{ text: "looks whole", noFinalEvent: true }, { text: "is whole" }]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "is whole\n" });
		expect(scene.server.requests[1]?.body.input).toEqual([
			...(scene.server.requests[0]?.body.input ?? []),
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "looks whole" }] },
		]);
	});

	test("a line that is no JSON is passed over", async () => {
		const { scene, result } = await impatientRun([{ text: "whole", malformedLine: true }]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "whole\n" });
		expect(scene.server.requests).toHaveLength(1);
	});

	test("a call that was whole before the stream was cut is run once and its result is kept", async () => {
		const call = { name: "shell", arguments: { command: "echo run >> runs.txt; cat runs.txt" } };
		const scene = await createScene([{ calls: [call], noFinalEvent: true }, { text: "done" }]);
		const result = await scene.run(["exec", ...impatient(scene.server.baseUrl), ...allowCommands, "go"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
		const { input } = scene.server.requests[1]?.body ?? {};
		expect(input.slice(-2)).toEqual([
			expect.objectContaining({ type: "function_call", call_id: "call_1_0" }),
			expect.objectContaining({ call_id: "call_1_0", output: expect.stringMatching(/Output:\nrun\n$/) }),
		]);
	});

	test("an answer that was cut at the output limit says so", async () => {
		const { result } = await impatientRun([{ text: "the beginning of", stop: "length" }]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "the beginning of\n" });
		expect(result.stderr).toContain("output limit");
	});
});

describe.concurrent("limits", () => {
	const endless = (): { readonly calls: readonly { readonly name: string; readonly arguments: object }[] } => ({
		calls: [{ name: "list_dir", arguments: { dir_path: "." } }],
	});

	const lastMessage = ({ stdout }: CodeResult): string => {
		const last = execBodies(stdout).at(-1);
		return last?.type === "turn.failed" ? last.error.message : `(${last?.type})`;
	};

	test("--max-turns", async () => {
		const scene = await createScene(endless as ModelServerOptions["script"]);
		const result = await scene.run(["exec", "--json", "--max-turns", "2", "go"]);
		expect(result.exitCode).toBe(4);
		expect(scene.server.requests).toHaveLength(2);
		expect(lastMessage(result)).toMatch(/^limit reached.*--max-turns/);
		const human = await scene.run(["exec", "--max-turns", "1", "go"]);
		expect(human).toMatchObject({ exitCode: 4, stdout: "" });
		expect(human.stderr).toContain("limit reached");
	});

	test("--timeout, while the model is silent", async () => {
		const scene = await createScene(() => ({ text: "x", idle: true }));
		const running = scene.start(["exec", "--json", "--timeout", "0.8", "go"]);
		const result = await running.ended;
		expect(result.exitCode).toBe(4);
		expect(lastMessage(result)).toMatch(/^limit reached.*--timeout/);
		await until("the request to be given up", () => scene.server.requests.every((request) => request.abandoned()));
	});

	test("--timeout, while a command runs; the session can go on", async () => {
		const scene = await createScene([
			{ calls: [{ name: "shell", arguments: { command: "sleep 1000" } }] },
			{ text: "later" },
		]);
		const result = await scene.run(["exec", "--json", ...allowCommands, "--timeout", "1.5", "go"]);
		expect(result.exitCode).toBe(4);
		const bodies = execBodies(result.stdout);
		expect(bodies.at(-2)).toMatchObject({
			type: "item.completed",
			item: { type: "command_execution", status: "failed" },
		});
		expect(lastMessage(result)).toMatch(/^limit reached/);
		expect(await scene.run(["exec", "resume", "--last", "go on"])).toMatchObject({ exitCode: 0, stdout: "later\n" });
	});

	test("a wait that the server asks for and that --timeout cannot hold is not begun", async () => {
		const body = { error: { message: "come back in a minute" } };
		const scene = await createScene(() => ({ status: 429, headers: { "retry-after": "60" }, body }));
		const result = await scene.run(["exec", "--json", "--timeout", "10", "go"]);
		expect(result.exitCode).toBe(1);
		expect(lastMessage(result)).toContain("come back in a minute");
		expect(scene.server.requests).toHaveLength(1);
	});

	test("--max-cost-usd stops before the next request", async () => {
		const scene = await createScene(
			() =>
				({
					...endless(),
					usage: { inputTokens: 1_000_000, outputTokens: 0 },
				}) as { readonly text?: string },
		);
		const prices = 'model_prices={"m-1"={input=2.0,output=8.0}}';
		const result = await scene.run(["exec", "--json", "-m", "m-1", "-c", prices, "--max-cost-usd", "3", "go"]);
		expect(result.exitCode).toBe(4);
		expect(scene.server.requests).toHaveLength(2);
		expect(lastMessage(result)).toMatch(/^limit reached: \$3/);
	});

	test("--max-cost-usd without a known price is a usage error before any request", async () => {
		const scene = await createScene();
		const result = await scene.run(["exec", "-m", "m-1", "--max-cost-usd", "3", "go"]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
		expect(result.stderr).toContain("model_prices");
		expect(scene.server.requests).toHaveLength(0);
	});
});

describe.concurrent("what nobody may approve", () => {
	test("a command that would leave the sandbox is declined with the reason, and the exit code says so", async () => {
		const scene = await createScene([
			{ calls: [{ name: "shell", arguments: { command: "touch ran", with_escalated_permissions: true } }] },
			{ text: "I may not." },
		]);
		await scene.config('sandbox_mode = "workspace-write"\n');
		const result = await scene.run(["exec", "--json", "go"]);
		expect(result.exitCode).toBe(11);
		const { output } = scene.server.requests[1]?.body.input.at(-1) ?? {};
		expect(output).toMatch(/nobody can be asked here/);
		expect(existsSync(path.join(scene.repo, "ran"))).toBe(false);
		expect(execBodies(result.stdout)).toContainEqual({
			type: "item.completed",
			item: {
				id: "item_0",
				type: "command_execution",
				command: "bash -c 'touch ran'",
				aggregated_output: expect.stringContaining("outside the sandbox"),
				exit_code: null,
				status: "declined",
			},
		});
		expect(execBodies(result.stdout).at(-1)?.type).toBe("turn.completed");
	});

	test("without flags commands run read-only, and the model is told what was denied and what would allow it", async () => {
		const scene = await createScene([
			{ calls: [{ name: "shell", arguments: { command: "cat sum.js > /dev/null; touch ran" } }] },
			{ text: "I may not write." },
		]);
		const result = await scene.run(["exec", "go"]);
		expect(result.exitCode).toBe(0);
		const { output } = scene.server.requests[1]?.body.input.at(-1) ?? {};
		expect(output).toMatch(
			/\[sandbox denied write to .*ran: the sandbox is read-only; allowed by --sandbox workspace-write\]/,
		);
		expect(existsSync(path.join(scene.repo, "ran"))).toBe(false);
	});

	test.each<[string, readonly string[], string]>([
		["in read-only mode", [], "new.txt"],
		["out of the workspace", ["-s", "workspace-write", "-a", "never"], "../new.txt"],
		["into .git", ["-s", "workspace-write", "-a", "never"], ".git/hooks/post-commit"],
	])("a patch %s changes nothing", async (_, flags, file) => {
		const input = `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch`;
		const scene = await createScene([
			{ calls: [{ name: "apply_patch", arguments: { input } }] },
			{ text: "I may not." },
		]);
		const result = await scene.run(["exec", "--json", ...flags, "go"]);
		expect(result.exitCode).toBe(11);
		expect(execBodies(result.stdout)).toContainEqual({
			type: "item.completed",
			item: expect.objectContaining({ type: "file_change", status: "failed" }),
		});
		expect(existsSync(path.join(scene.repo, file))).toBe(false);
	});
});
