import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { execEventSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { finish, makeWorld } from "./program.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";
const work = [
	{ reasoning: "**Looking**", calls: [{ name: "read_file", arguments: { file_path: "a.txt" } }] },
	{ text: "I patch it.", calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ calls: [{ name: "shell", arguments: { command: ["bash", "-c", "grep uno a.txt"] } }] },
	{ text: "All done." },
];
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

describe("code exec", () => {
	test.each(["responses", "chat"])("reads, patches, runs and answers over the %s wire", async (wire) => {
		const world = await makeWorld({ script: work, files: { "a.txt": "one\n" } });
		const { code, stdout, stderr } = await world.run([...world.exec, "do it"], { env: { OPENAI_WIRE_API: wire } });
		expect(stderr).toContain("patch M a.txt (+1 −1)");
		expect([code, stdout]).toEqual([0, "All done.\n"]);
		expect(stderr).toContain("$ grep uno a.txt\n  exit 0");
		expect(stderr).toContain("warning: commands are not confined");
		expect(stderr).not.toContain("\u001b");
		expect(readFileSync(path.join(world.cwd, "a.txt"), "utf8")).toBe("uno\n");
		world.server.assertExhausted();
	});

	test("--json prints the thread and nothing else on stdout", async () => {
		const world = await makeWorld({ script: work, files: { "a.txt": "one\n" } });
		const { code, lines } = await world.run([...world.exec, "--json", "do it"]);
		expect(code).toBe(0);
		for (const [at, line] of lines.entries()) {
			expect(execEventSchema.safeParse(line).error).toBeUndefined();
			expect(line).toMatchObject({ v: 1, seq: at });
		}
		expect(lines[0]).toMatchObject({ type: "thread.started" });
		expect(lines.at(-1)).toMatchObject({ type: "turn.completed", usage: { input_tokens: 40, output_tokens: 20 } });
		expect(lines).toContainEqual(expect.objectContaining({ type: "item.completed", item: expect.objectContaining({ type: "command_execution", command: "bash -c 'grep uno a.txt'", exit_code: 0 }) }));
	});

	test("writes the final message, takes a schema, images, another folder, limits", async () => {
		const world = await makeWorld({
			script: [{ text: '{"n":1}' }],
			files: { "schema.json": '{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}', "sub/x": "", "i.png": png, "j.png": png },
		});
		const args = ["exec", "-C", "sub", "--output-schema", "schema.json", "-o", "last.txt", "-i", "i.png,j.png", "-m", "gpt-5", "--ephemeral", "--max-turns", "1", "what is this"];
		const { code, stdout } = await world.run(args);
		expect([code, stdout]).toEqual([0, '{"n":1}\n']);
		expect(readFileSync(path.join(world.cwd, "last.txt"), "utf8")).toBe('{"n":1}');
		const { body } = world.server.requests[0] ?? {};
		expect(body.model).toBe("gpt-5");
		const user = body.input.at(-1);
		expect(user.content.map(({ type }: { type: string }) => type)).toEqual(["input_image", "input_image", "input_text"]);
		expect(JSON.stringify(body.input)).toContain(path.join(world.cwd, "sub"));
		expect(existsSync(path.join(world.codeHome, "sessions"))).toBe(false);
	});

	test("goes on with an earlier session, by id and with --last", async () => {
		const world = await makeWorld({ script: [{ text: "1" }, { text: "2" }, { text: "3" }] });
		const first = await world.run(["exec", "--json", "remember blue"]);
		const id = String(first.lines[0]?.["thread_id"]);
		const second = await world.run(["exec", "--json", "resume", id], { stdin: "from stdin" });
		expect(second.lines[0]).toMatchObject({ thread_id: id });
		const third = await world.run(["exec", "resume", "--last", "which colour", "--json"]);
		expect(third.lines[0]).toMatchObject({ thread_id: id });
		expect(third.lines.at(-1)).toMatchObject({ usage: { input_tokens: 30 } });
		const input = JSON.stringify(world.server.requests[2]?.body.input);
		expect(input).toMatch(/remember blue[\s\S]*from stdin[\s\S]*which colour/);
		const unknown = await world.run(["exec", "resume", "0199a213-81c0-7800-8aa1-bbab2a035a53", "x"]);
		expect([unknown.code, unknown.stderr]).toEqual([2, "error: no session with id 0199a213-81c0-7800-8aa1-bbab2a035a53\n"]);
	});

	test("keeps a message that would write to the terminal from doing so", async () => {
		const world = await makeWorld({ script: [{ text: "\u001b]0;owned\u0007hi\u001b[2J" }] });
		const { stdout } = await world.run(["exec", "-o", "raw.txt", "x"]);
		expect(stdout).toBe("hi\n");
		expect(readFileSync(path.join(world.cwd, "raw.txt"), "utf8")).toContain("owned");
	});

	test("survives output that is binary or 50 MB long", async () => {
		const world = await makeWorld({
			script: [
				{ calls: [{ name: "shell", arguments: { command: "head -c 50000000 /dev/zero | tr '\\0' 'x'" } }, { name: "shell", arguments: { command: "head -c 100000 /dev/urandom" } }] },
				{ text: "ok" },
			],
		});
		const { code, lines } = await world.run([...world.exec, "--json", "x"]);
		expect(code).toBe(0);
		expect(JSON.stringify(lines).length).toBeLessThan(4_000_000);
		expect(JSON.stringify(world.server.requests[1]?.body).length).toBeLessThan(300_000);
	});
});

describe("exit codes and first errors", () => {
	test("no credentials: three lines, 3", async () => {
		const world = await makeWorld();
		const { code, stdout, stderr } = await world.run(["exec", "x"], { env: { OPENAI_API_KEY: "" } });
		expect([code, stdout]).toEqual([3, ""]);
		expect(stderr.trimEnd().split("\n").length).toBe(3);
		const json = await world.run(["exec", "--json", "x"], { env: { OPENAI_API_KEY: "" } });
		expect(json.code).toBe(3);
		expect(json.lines).toEqual([{ type: "error", message: expect.stringContaining("OPENAI_API_KEY"), v: 1, seq: 0 }]);
	});

	test.each<[string, readonly string[], RegExp, number]>([
		["an unknown option", ["exec", "--modle", "x", "hi"], /did you mean `--model`/, 2],
		["a missing folder", ["exec", "-C", "nowhere", "hi"], /nowhere does not exist/, 2],
		["an unreadable image", ["exec", "-i", "none.png", "hi"], /none\.png/, 2],
		["an image that is none", ["exec", "-i", "text.png", "hi"], /not a PNG, JPEG, GIF or WebP/, 2],
		["a missing schema", ["exec", "--output-schema", "none.json", "hi"], /Failed to read output schema file none\.json: /, 2],
		["a schema that is no JSON", ["exec", "--output-schema", "text.png", "hi"], /Output schema file text\.png is not valid JSON: /, 2],
		["a schema that is no object", ["exec", "--output-schema", "list.json", "hi"], /holds no object/, 2],
		["a schema that is none", ["exec", "--output-schema", "wrong.json", "hi"], /not a valid JSON Schema/, 2],
		["a place that cannot be written", ["exec", "-o", "nowhere/last.txt", "hi"], /nowhere\/last\.txt cannot be written/, 2],
		["a folder to write to", ["exec", "-o", ".", "hi"], /is a folder/, 2],
		["a bad override", ["exec", "-c", "nonsense", "hi"], /nonsense/, 2],
		["a wrong value", ["exec", "-c", "approval_policy=maybe", "hi"], /approval_policy/, 2],
		["an unknown profile", ["exec", "-p", "none", "hi"], /none/, 2],
		["no prompt", ["exec"], /No prompt provided via stdin/, 2],
		["contradicting flags", ["exec", "--yolo", "-a", "never", "hi"], /contradict/, 2],
		["an unknown price", ["exec", "-m", "no-such-model", "-c", "model_provider=openai", "--max-cost-usd", "1", "hi"], /model_prices/, 2],
	])("%s", async (_, args, expected, code) => {
		const world = await makeWorld({ files: { "text.png": "not an image", "list.json": "[]", "wrong.json": '{"type":"nothing"}' } });
		const result = await world.run(args);
		expect(result.stderr).toMatch(expected);
		expect([result.code, result.stdout]).toEqual([code, ""]);
		expect(world.server.requests.length).toBe(0);
		expect(existsSync(path.join(world.codeHome, "sessions"))).toBe(false);
	});

	test("outside a repository", async () => {
		const world = await makeWorld({ repository: false, script: [{ text: "x" }] });
		const refused = await world.run(["exec", "hi"]);
		expect([refused.code, refused.stderr]).toEqual([2, "error: Not inside a trusted directory and --skip-git-repo-check was not specified.\n"]);
		expect((await world.run(["exec", "--skip-git-repo-check", "hi"])).code).toBe(0);
	});

	test("a broken configuration names file, line and what to do", async () => {
		const world = await makeWorld({ homeFiles: { "config.toml": '# mine\nmodel = "x"\nsandbox_mode = "wide"\n' } });
		const { code, stderr } = await world.run(["exec", "hi"]);
		expect(code).toBe(2);
		expect(stderr).toContain(`${path.join(world.codeHome, "config.toml")}:3:`);
	});

	test("a refused key: 3, without the key in any output", async () => {
		const world = await makeWorld({ script: [{ status: 401, body: { error: { message: "Incorrect API key provided: sk-e2e-0123456789abcdef" } } }] });
		const { code, lines, stderr, stdout } = await world.run(["exec", "--json", "hi"]);
		expect(code).toBe(3);
		expect(lines.at(-1)).toMatchObject({ type: "turn.failed", error: { message: expect.stringContaining("401") } });
		expect(stdout + stderr).not.toContain("0123456789abcdef");
	});

	test("an unreachable server: 3", async () => {
		const world = await makeWorld();
		const { code, stderr } = await world.run(["exec", "-c", 'model_providers.openai={request_max_retries=0}', "hi"], { env: { OPENAI_BASE_URL: "http://127.0.0.1:1/v1" } });
		expect(stderr).toContain("127.0.0.1:1");
		expect(code).toBe(3);
	});

	test("a failed turn: 1; a limit: 4; a needed approval: 11", async () => {
		const failing = await makeWorld({ script: [{ status: 400, body: { error: { message: "bad" } } }] });
		expect((await failing.run(["exec", "hi"])).code).toBe(1);
		const call = { calls: [{ name: "list_dir", arguments: { dir_path: "." } }] };
		const limited = await makeWorld({ script: [call, call] });
		const { code, lines } = await limited.run(["exec", "--json", "--max-turns", "1", "hi"]);
		expect(code).toBe(4);
		expect(lines.at(-1)).toMatchObject({ type: "turn.failed", error: { message: expect.stringMatching(/^limit reached/) } });
		const slow = await makeWorld({ script: [{ delayMs: 20_000, text: "late" }] });
		const late = await slow.run(["exec", "--timeout", "0.3", "hi"]);
		expect([late.code, late.stderr]).toEqual([4, expect.stringContaining("limit reached: 0.3 seconds")]);
		const declined = await makeWorld({ script: [{ calls: [{ name: "shell", arguments: { command: "ls" } }] }, { text: "I may not." }] });
		const asked = await declined.run(["exec", "hi"]);
		expect([asked.code, asked.stdout]).toEqual([11, "I may not.\n"]);
		expect(asked.stderr).toContain("declined: ");
	});

	test("interactive sessions are not there yet: 13 without a terminal", async () => {
		const world = await makeWorld();
		const { code, stderr } = await world.run([]);
		expect(code).toBe(13);
		expect(stderr).toContain("code exec");
	});
});

describe("stdin", () => {
	test("is the prompt, or joins it", async () => {
		const world = await makeWorld({ script: [{ text: "1" }, { text: "2" }, { text: "3" }] });
		await world.run(["exec"], { stdin: "from stdin" });
		await world.run(["exec", "-"], { stdin: "dashed" });
		await world.run(["exec", "explain"], { stdin: "log text" });
		const prompts = world.server.requests.map(({ body }) => body.input.at(-1).content.at(-1).text);
		expect(prompts).toEqual(["from stdin", "dashed", "explain\n\n<stdin>\nlog text\n</stdin>"]);
	});

	test("that is an open pipe and sends nothing holds nothing up", async () => {
		const world = await makeWorld({ script: [{ text: "done" }] });
		const started = performance.now();
		const { code, stdout, stderr } = await world.run(["exec", "hi"], { stdin: "pipe" });
		expect([code, stdout]).toEqual([0, "done\n"]);
		expect(stderr).toContain("sent nothing");
		expect(performance.now() - started).toBeLessThan(5_000);
	});

	test("is waited for when the prompt ends in `-`", async () => {
		const world = await makeWorld({ script: [{ text: "done" }] });
		const child = world.spawn(["exec", "hi", "-"], { stdin: "pipe" });
		const finished = finish(child);
		await new Promise((resolve) => setTimeout(resolve, 400));
		expect(world.server.requests.length).toBe(0);
		child.stdin?.end("late data");
		expect((await finished).code).toBe(0);
		expect(world.server.requests[0]?.body.input.at(-1).content.at(-1).text).toContain("late data");
	});

	test("that is not text is an error", async () => {
		const world = await makeWorld();
		const child = world.spawn(["exec", "-"], { stdin: "pipe" });
		child.stdin?.end(Buffer.from([0xff, 0x00, 0xc3]));
		expect(await finish(child)).toMatchObject({ code: 2, stderr: expect.stringContaining("UTF-8") });
	});
});
