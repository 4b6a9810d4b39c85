// A recorded run can be shown again without a network and without running anything, and can answer in place of a model
// while the tools are real; then whatever departs from it is named. Last, the demo that stands on it.

import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RecordingLine } from "@codex/protocol";
import { recordingSchema } from "@codex/protocol/schema";
import type { AnswerStep, ModelStep } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { type CodeResult, execBodies } from "./run-code.ts";
import { allowCommands, createScene, type Scene } from "./scene.ts";

const files = {
	"sum.js": "exports.sum = (a, b) => a - b;\n",
	"check.js": 'if (require("./sum.js").sum(1, 2) !== 3) process.exit(1);\nconsole.log("passed");\n',
};

const patch =
	"*** Begin Patch\n*** Update File: sum.js\n@@\n-exports.sum = (a, b) => a - b;\n+exports.sum = (a, b) => a + b;\n*** End Patch";

const job: readonly AnswerStep[] = [
	{
		reasoning: "**Reading**",
		calls: [
			{ name: "read_file", arguments: { file_path: "sum.js" } },
			{ name: "shell", arguments: { command: ["node", "check.js"] } },
		],
	},
	{ text: "Wrong sign.", calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ calls: [{ name: "shell", arguments: { command: "node check.js; date; echo $$ > mark" } }] },
	{ text: "It passes now.", usage: { inputTokens: 100, outputTokens: 7 } },
];

const prompt = "fix the sum";

interface Recorded {
	readonly scene: Scene;
	readonly result: CodeResult;
	/** Absolute path of the recording; it stands outside the working folder. */
	readonly file: string;
	readonly lines: readonly RecordingLine[];
}

async function record(script: readonly ModelStep[] = job, ...flags: readonly string[]): Promise<Recorded> {
	const scene = await createScene(script, files);
	const file = path.join(scene.repo, "../run.jsonl");
	const result = await scene.run(["exec", "--json", ...allowCommands, ...flags, "--record", file, prompt]);
	const lines = readFileSync(file, "utf8").trimEnd().split("\n");
	return { scene, result, file, lines: lines.map((line) => recordingSchema.parse(JSON.parse(line))) };
}

/** Puts the working folder back to what it was before the recorded run. */
async function reset({ repo }: Scene): Promise<void> {
	for (const [name, content] of Object.entries(files)) await writeFile(path.join(repo, name), content);
	await rm(path.join(repo, "mark"), { force: true });
}

/** The environment without a key and with nothing at the model's address. */
function offline({ env }: Scene): Readonly<Record<string, string>> {
	const { OPENAI_API_KEY: _, ...rest } = env;
	return { ...rest, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
}

/** Replaces text in the recording; it must be there. */
async function tamper(file: string, from: string | RegExp, to: string): Promise<void> {
	const text = readFileSync(file, "utf8");
	const changed = text.replace(from, to);
	expect(changed).not.toBe(text);
	await writeFile(file, changed);
}

describe.concurrent("a recording", () => {
	test("holds requests, answers, tool results and its end, and no request in full", async () => {
		const { result, lines } = await record();
		expect(result.exitCode).toBe(0);
		expect(lines[0]).toMatchObject({
			type: "header",
			version: 1,
			model: "gpt-5-codex",
			provider: "openai",
			prompt: [{ type: "text", text: prompt }],
			approvalPolicy: "never",
			sandboxMode: "workspace-write",
		});
		expect(lines.filter(({ type }) => type === "request")).toHaveLength(4);
		expect(lines.filter(({ type }) => type === "response_end")).toHaveLength(4);
		expect(lines.flatMap((line) => (line.type === "tool_call" ? [line.callId] : [])).toSorted()).toEqual([
			"call_1_0",
			"call_1_1",
			"call_2_0",
			"call_3_0",
		]);
		expect(lines.at(-1)).toMatchObject({ type: "end", requests: 4, outcome: "completed" });
		expect(JSON.stringify(lines)).not.toContain("You are Code");
	});

	test("is refused before the run when it cannot be written", async () => {
		const scene = await createScene(job, files);
		const result = await scene.run(["exec", "--record", "gone/run.jsonl", prompt]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
		expect(result.stderr).toContain("gone/run.jsonl");
		expect(scene.server.requests).toHaveLength(0);
	});
});

describe.concurrent("code replay", () => {
	test("prints the same events, thread id included, without network, execution or files", async () => {
		const { scene, result, file } = await record();
		await reset(scene);
		const before = scene.server.requests.length;
		const shown = await scene.run(["replay", "--json", file], { env: offline(scene) });
		expect(shown.exitCode).toBe(0);
		expect(shown.stdout).toBe(result.stdout);
		expect(scene.server.requests).toHaveLength(before);
		expect(existsSync(path.join(scene.repo, "mark"))).toBe(false);
		expect(readFileSync(path.join(scene.repo, "sum.js"), "utf8")).toBe(files["sum.js"]);
	});

	test("works in another folder and another home, for people too", async () => {
		const { file } = await record();
		const other = await createScene();
		const shown = await other.run(["replay", file], { env: offline(other) });
		expect(shown).toMatchObject({ exitCode: 0, stdout: "It passes now.\n" });
		expect(shown.stderr).toContain("nothing is executed");
		expect(shown.stderr).toContain("node check.js");
	});

	test.each<[string, readonly ModelStep[], number]>([
		[
			"failed",
			[
				{ text: "x", noFinalEvent: true },
				{ status: 400, body: { error: { message: "no more" } } },
			],
			1,
		],
		["was retried", [{ status: 503, body: "busy" }, { text: "fine" }], 0],
	])("shows a run that %s as it was", async (_, script, exitCode) => {
		const { scene, result, file } = await record(script);
		expect(result.exitCode).toBe(exitCode);
		const shown = await scene.run(["replay", "--json", file], { env: offline(scene) });
		expect(shown.exitCode).toBe(exitCode);
		const withoutWaits = ({ stdout }: CodeResult): string => stdout.replaceAll(/in \d+\.\d s/g, "in …");
		expect(withoutWaits(shown)).toBe(withoutWaits(result));
	});

	test("shows a run that was interrupted", async () => {
		const scene = await createScene([{ calls: [{ name: "shell", arguments: { command: "sleep 1000" } }] }]);
		const running = scene.start(["exec", "--json", ...allowCommands, "--record", "run.jsonl", "sleep"]);
		await running.line(({ type }) => type === "item.started");
		running.kill("SIGINT");
		const result = await running.ended;
		expect(result.exitCode).toBe(130);
		const shown = await scene.run(["replay", "--json", "run.jsonl"], { env: offline(scene) });
		expect(shown.exitCode).toBe(130);
		expect(shown.stdout).toBe(result.stdout);
	});

	test.each<[string, string, RegExp]>([
		["missing", "gone.jsonl", /gone\.jsonl/],
		["a folder", ".git", /not a regular file/],
		["something else", "sum.js", /sum\.js/],
		["empty", "empty.jsonl", /empty\.jsonl/],
	])("exits 2 when the file is %s", async (_, name, sentence) => {
		const scene = await createScene([], { ...files, "empty.jsonl": "" });
		const result = await scene.run(["replay", name]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
		expect(result.stderr).toMatch(sentence);
	});

	test.each<[string, string | RegExp, string]>([
		["answer", "Wrong sign.", "Wrong sine."],
		["final answer", "It passes now.", "It passes not."],
		["tool result", /passed/, "pa55ed"],
		["header", '"sandboxMode":"workspace-write"', '"sandboxMode":"read-only"'],
	])("notices a changed %s", async (_, from, to) => {
		const { scene, file } = await record();
		await tamper(file, from, to);
		const result = await scene.run(["replay", "--json", file]);
		expect([1, 2]).toContain(result.exitCode);
		expect(result.stderr).toMatch(/changed|digest|differs|does not match|damaged/i);
	});

	test("notices a recording that was cut", async () => {
		const { scene, file } = await record();
		const lines = readFileSync(file, "utf8").trimEnd().split("\n");
		await writeFile(file, `${lines.slice(0, -3).join("\n")}\n`);
		const result = await scene.run(["replay", "--json", file]);
		expect(result.exitCode).not.toBe(0);
	});
});

describe.concurrent("exec --replay", () => {
	const replay = (scene: Scene, file: string, text = prompt, ...flags: readonly string[]): Promise<CodeResult> =>
		scene.run(["exec", "--json", ...allowCommands, ...flags, "--replay", file, text], { env: offline(scene) });

	test("answers from the recording while the tools are real, here and in another folder", async () => {
		const { scene, file } = await record();
		await reset(scene);
		const again = await replay(scene, file);
		expect(again).toMatchObject({ exitCode: 0 });
		expect(existsSync(path.join(scene.repo, "mark"))).toBe(true);
		expect(readFileSync(path.join(scene.repo, "sum.js"), "utf8")).toContain("a + b");
		expect(again.stderr).toContain("the answers are recorded");

		const other = await createScene([], files);
		const elsewhere = await replay(other, file);
		expect(elsewhere).toMatchObject({ exitCode: 0 });
		expect(execBodies(elsewhere.stdout).at(-2)).toMatchObject({
			item: { type: "agent_message", text: "It passes now." },
		});
		expect(other.server.connections()).toBe(0);
	});

	test("answers for a user whose home is another one, also when its path occurs in other words", async () => {
		// `/root` stands in the `</root>` of the environment context.
		const scene = await createScene(job, files);
		const file = path.join(scene.repo, "../run.jsonl");
		const homes = (home: string) => ({ HOME: home, CODEX_HOME: scene.home.path });
		const args = ["exec", "--json", ...allowCommands];
		const made = await scene.run([...args, "--record", file, prompt], { env: { ...scene.env, ...homes("/root") } });
		expect(made).toMatchObject({ exitCode: 0 });
		await reset(scene);
		const env = { ...offline(scene), ...homes(scene.home.path) };
		expect(await scene.run([...args, "--replay", file, prompt], { env })).toMatchObject({ exitCode: 0 });
	});

	test("fails with the first difference when the prompt is another one", async () => {
		const { scene, file } = await record();
		await reset(scene);
		const result = await replay(scene, file, "fix the product");
		expect(result.exitCode).toBe(1);
		const last = execBodies(result.stdout).at(-1);
		expect(last).toMatchObject({ type: "turn.failed", error: { message: expect.stringMatching(/request 1/) } });
		expect(JSON.stringify(last)).toMatch(/fix the sum.*fix the product/);
	});

	test("fails with the first difference when a file is another one", async () => {
		const { scene, file } = await record();
		await reset(scene);
		await writeFile(path.join(scene.repo, "sum.js"), "exports.sum = (a, b) => a - b; // changed\n");
		const result = await replay(scene, file);
		expect(result.exitCode).toBe(1);
		expect(JSON.stringify(execBodies(result.stdout).at(-1))).toMatch(
			/request 2.*read_file|request 2.*function_call_output/,
		);
	});

	test("fails when a recorded answer was changed", async () => {
		const { scene, file } = await record();
		await reset(scene);
		await tamper(file, "It passes now.", "It passes not.");
		const result = await replay(scene, file);
		expect([1, 2]).toContain(result.exitCode);
		expect(result.stderr).toMatch(/changed|digest|differs|does not match|damaged/i);
	});

	test("fails when the model or the tools' permission is another one", async () => {
		const { scene, file } = await record();
		await reset(scene);
		const other = await replay(scene, file, prompt, "-m", "gpt-5");
		expect(other.exitCode).toBe(1);
		expect(JSON.stringify(execBodies(other.stdout).at(-1))).toMatch(/model.*gpt-5-codex.*gpt-5/);
	});

	test("cannot be given together with --record", async () => {
		const scene = await createScene([], files);
		const result = await scene.run(["exec", "--record", "a", "--replay", "b", prompt]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
	});
});
