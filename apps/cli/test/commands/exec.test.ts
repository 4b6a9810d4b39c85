import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";

const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);
const schema = JSON.stringify({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });

describe("code exec", () => {
	test("prints the answer on stdout and the rest on stderr", async () => {
		const cli = await makeCli({ script: [{ text: "Hello." }] });
		const result = await cli.run(["exec", "hi"]);
		expect(result).toMatchObject({ code: 0, stdout: "Hello.\n" });
		expect(result.stderr).toContain(`folder ${cli.cwd}`);
		expect(result.stderr).toContain("Token usage: total=15 input=10 output=5");
	});

	test("uses colours on a terminal unless told not to", async () => {
		const cli = await makeCli({ script: [{ text: "a" }, { text: "b" }, { text: "c" }] });
		expect((await cli.run(["exec", "hi"], { terminal: true })).stderr).toContain("\u001b[2m");
		expect((await cli.run(["exec", "hi"], { terminal: true, env: { NO_COLOR: "1" } })).stderr).not.toContain("\u001b");
		expect((await cli.run(["exec", "--color", "always", "hi"])).stderr).toContain("\u001b[2m");
	});

	test("--json keeps stdout to the thread; who reads stderr is told who answers", async () => {
		const cli = await makeCli({ script: [{ text: "Hello." }] });
		const result = await cli.run(["exec", "--json", "-c", "no_such_key=1", "hi"]);
		expect(result.lines().map(({ type }) => type)).toEqual([
			"thread.started",
			"turn.started",
			"item.completed",
			"turn.completed",
		]);
		expect(result.stderr).toMatch(/^using openai \(.*\)\nwarning: .*no_such_key/);
	});

	test("hands over images, schema, and the final message", async () => {
		const cli = await makeCli({ script: [{ text: '{"n":1}' }], files: { "i.png": png, "s.json": schema } });
		const result = await cli.run(["exec", "-i", "i.png", "--output-schema", "s.json", "-o", "last", "what"]);
		expect(result).toMatchObject({ code: 0, stdout: '{"n":1}\n' });
		expect(readFileSync(path.join(cli.cwd, "last"), "utf8")).toBe('{"n":1}');
		const { body } = cli.server.requests[0] ?? {};
		expect(body.input.at(-1).content).toMatchObject([{ type: "input_image" }, { type: "input_text", text: "what" }]);
		expect(body.text.format.schema).toEqual(JSON.parse(schema));
	});

	test("writes an empty file and says so when the model said nothing; nothing when the turn failed", async () => {
		const cli = await makeCli({ script: [{}, { status: 400, body: { error: { message: "bad" } } }] });
		const silent = await cli.run(["exec", "-o", "last", "hi"]);
		expect(silent).toMatchObject({ code: 0, stdout: "" });
		expect(silent.stderr).toContain("Warning: no last agent message; wrote empty content to last");
		expect(readFileSync(path.join(cli.cwd, "last"), "utf8")).toBe("");
		const failed = await cli.run(["exec", "-o", "other", "hi"]);
		expect(failed.code).toBe(1);
		expect(existsSync(path.join(cli.cwd, "other"))).toBe(false);
	});

	test("a file that turned into a folder meanwhile fails the run", async () => {
		const cli = await makeCli({
			script: [
				() => {
					mkdirSync(path.join(cli.cwd, "last"));
					return { text: "x" };
				},
			],
		});
		const result = await cli.run(["exec", "-o", "last", "hi"]);
		expect(result).toMatchObject({ code: 1, stdout: "x\n" });
		expect(result.stderr).toContain("error: last is a folder");
	});

	test.each<[readonly string[], number, RegExp]>([
		[["--max-turns", "none", "hi"], 2, /needs a whole number/],
		[["-o", "no/last", "hi"], 2, /no\/last cannot be written/],
		[["--output-schema", "none.json", "hi"], 2, /Failed to read output schema file none\.json: /],
		[["--output-schema", ".git", "hi"], 2, /Failed to read output schema file \.git: not a regular file/],
		[["--output-schema", "bad.json", "hi"], 2, /Output schema file bad\.json is not valid JSON: /],
		[["--output-schema", "list.json", "hi"], 2, /not a JSON Schema: it holds no object/],
		[["-i", "none.png", "hi"], 2, /image none\.png: /],
		[["-i", "bad.json", "hi"], 2, /bad\.json/],
		[["-C", "none", "hi"], 2, /does not exist/],
		[[], 2, /No prompt provided via stdin\./],
	])("%j is refused before any request", async (args, code, stderr) => {
		const cli = await makeCli({ files: { "bad.json": "{", "list.json": "[]" } });
		const result = await cli.run(["exec", ...args]);
		expect(result).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(stderr) });
		const json = await cli.run(["exec", "--json", ...args]);
		expect(json.code).toBe(code);
		expect(json.lines()).toEqual([{ type: "error", message: expect.stringMatching(stderr), v: 1, seq: 0 }]);
		expect(cli.server.requests.length).toBe(0);
		expect(existsSync(path.join(cli.codeHome, "sessions"))).toBe(false);
	});

	test("without credentials says so in three lines", async () => {
		const cli = await makeCli();
		const result = await cli.run(["exec", "hi"], { env: { OPENAI_API_KEY: "" } });
		expect(result).toMatchObject({ code: 3, stdout: "" });
		expect(result.stderr.trimEnd().split("\n").length).toBe(3);
	});

	test("a home that is no folder is a configuration error", async () => {
		const cli = await makeCli();
		expect(await cli.run(["exec", "--json", "hi"], { env: { CODE_HOME: "/dev/null" } })).toMatchObject({ code: 2 });
	});

	test("an interrupt before the session stands ends the wait for the prompt", async () => {
		const cli = await makeCli();
		const result = await cli.run(["exec", "--json", "hi", "-"], {
			stdinKind: "stream",
			openStdin: true,
			onStart: (interrupt) => setImmediate(interrupt),
		});
		expect(result.code).toBe(130);
		expect(result.lines()).toMatchObject([{ type: "error", message: "interrupted" }]);
	});

	test("the time limit counts while stdin is awaited", async () => {
		const cli = await makeCli();
		const result = await cli.run(["exec", "--json", "--timeout", "0.05", "-"], {
			stdinKind: "stream",
			openStdin: true,
		});
		expect(result.code).toBe(4);
		expect(result.lines()).toMatchObject([{ type: "error", message: "limit reached: 0.05 seconds (--timeout)" }]);
	});

	test("an interrupt in the middle of a turn fails it", async () => {
		const cli = await makeCli({ script: [{ delayMs: 10_000, text: "late" }] });
		const result = await cli.run(["exec", "--json", "hi"], {
			onStart: (interrupt) => void cli.server.request(1).then(interrupt),
		});
		expect(result.code).toBe(130);
		expect(result.lines().at(-1)).toMatchObject({ type: "turn.failed", error: { message: "interrupted" } });
	});

	test("a reader that goes away ends the run", async () => {
		const cli = await makeCli({ script: [{ delayMs: 10_000, text: "late" }] });
		const result = await cli.run(["exec", "--json", "hi"], {
			onStart: (_, stdout) =>
				void cli.server.request(1).then(() => stdout.destroy(Object.assign(new Error("gone"), { code: "EPIPE" }))),
		});
		expect(result.code).toBe(1);
	});

	test("a limit is 4, a needed approval 11, a refused key 3", async () => {
		const call = { calls: [{ name: "list_dir", arguments: { dir_path: "." } }] };
		const limited = await makeCli({ script: [call, call] });
		const limit = await limited.run(["exec", "--max-turns", "1", "hi"]);
		expect(limit).toMatchObject({ code: 4, stderr: expect.stringContaining("limit reached: 1 requests") });
		const declined = await makeCli({
			script: [
				{ calls: [{ name: "shell", arguments: { command: "ls", with_escalated_permissions: true } }] },
				{ text: "no" },
			],
		});
		expect(await declined.run(["exec", "hi"])).toMatchObject({
			code: 11,
			stdout: "no\n",
			stderr: expect.stringContaining("declined: "),
		});
		const refused = await makeCli({ script: [{ status: 401, body: {} }] });
		expect(await refused.run(["exec", "--json", "hi"])).toMatchObject({
			code: 3,
			stderr: expect.stringContaining("error: "),
		});
	});

	test("resumes by id and with --last", async () => {
		const cli = await makeCli({ script: [{ text: "1" }, { text: "2" }] });
		const first = await cli.run(["exec", "--json", "remember"]);
		const second = await cli.run(["exec", "resume", "--last", "recall", "--json"]);
		expect(second.lines()[0]).toEqual(first.lines()[0]);
		expect(JSON.stringify(cli.server.requests[1]?.body.input)).toContain("remember");
		expect(await cli.run(["exec", "resume"])).toMatchObject({ code: 2 });
	});

	test("stdin joins the prompt", async () => {
		const cli = await makeCli({ script: [{ text: "1" }, { text: "2" }] });
		await cli.run(["exec", "explain"], { stdin: "the log" });
		await cli.run(["exec"], { stdin: "only this" });
		const texts = cli.server.requests.map(({ body }) => body.input.at(-1).content.at(-1).text);
		expect(texts).toEqual(["explain\n\n<stdin>\nthe log\n</stdin>", "only this"]);
	});
});

describe("code replay", () => {
	test("shows a recording again, and refuses what is none", async () => {
		const cli = await makeCli({
			script: [{ calls: [{ name: "list_dir", arguments: { dir_path: "." } }] }, { text: "Done." }],
		});
		const recorded = await cli.run(["exec", "--json", "--record", "run.jsonl", "hi"]);
		const shown = await cli.run(["replay", "run.jsonl", "--json"], { env: { OPENAI_API_KEY: "" } });
		expect(shown.code).toBe(0);
		expect(shown.lines()).toEqual(recorded.lines());
		const human = await cli.run(["replay", "run.jsonl", "-o", "last"]);
		expect(human).toMatchObject({ code: 0, stdout: "Done.\n", stderr: expect.stringContaining("nothing is executed") });
		expect(await cli.run(["replay", "none.jsonl"])).toMatchObject({ code: 2 });
		expect(await cli.run(["replay", "run.jsonl", "-o", "no/last"])).toMatchObject({ code: 2 });
		expect(await cli.run(["replay", "run.jsonl"], { env: { CODE_HOME: "/dev/null" } })).toMatchObject({ code: 2 });
		expect(cli.server.requests.length).toBe(2);
	});

	test("a departure from the recording is 1", async () => {
		const cli = await makeCli({ script: [{ text: "Done." }] });
		await cli.run(["exec", "--record", "run.jsonl", "hi"]);
		const result = await cli.run(["exec", "--replay", "run.jsonl", "something else"]);
		expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("request 1") });
		writeFileSync(path.join(cli.cwd, "run.jsonl"), "{}\n");
		expect(await cli.run(["exec", "--replay", "run.jsonl", "hi"])).toMatchObject({ code: 2 });
	});
});
