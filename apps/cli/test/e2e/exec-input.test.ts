// What a run is given: prompt and stdin, folder, images, schema, files for the answer, an earlier session. What is wrong
// is said in one sentence before any request is sent.

import { execFile } from "node:child_process";
import {
	chmodSync,
	closeSync,
	existsSync,
	lstatSync,
	openSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { createTempDir } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { atEnd, type CodeResult, execBodies, type Stdin, threadId } from "./run-code.ts";
import { createScene, type Scene } from "./scene.ts";

const hello = [{ text: "hello" }];

/** The parts of the user's message in a request: the last message of the user. */
function userParts(scene: Scene, number = 1): readonly { readonly type: string; readonly text?: string }[] {
	const { body } = scene.server.requests[number - 1] ?? {};
	return body.input.findLast(({ role }: { role?: string }) => role === "user").content;
}

const userText = (scene: Scene, number = 1): string => userParts(scene, number).at(-1)?.text ?? "";

/** The sentence that a person reads, after checking that nothing was asked and nothing came out. */
function refusal(scene: Scene, result: CodeResult): string {
	expect(result).toMatchObject({ exitCode: 2, stdout: "" });
	expect(scene.server.requests).toHaveLength(0);
	expect(result.stderr).not.toMatch(/\n\s+at /);
	return result.stderr;
}

describe.concurrent("the prompt", () => {
	test.each<[string, Stdin]>([
		["closed", "closed"],
		["an open pipe that sends nothing", "idle"],
		["empty", { bytes: "" }],
		["blank", { bytes: " \n" }],
	])("is the argument alone when stdin is %s", async (_, stdin) => {
		const scene = await createScene(hello);
		const result = await scene.run(["exec", "say hello"], { stdin });
		expect(result).toMatchObject({ exitCode: 0, stdout: "hello\n" });
		expect(userParts(scene)).toEqual([{ type: "input_text", text: "say hello" }]);
	});

	test("is the argument alone when stdin is a FIFO that somebody holds open, and the run does not wait for it", async () => {
		const scene = await createScene(hello);
		const fifo = path.join(scene.home.path, "fifo");
		await promisify(execFile)("mkfifo", [fifo]);
		const fd = openSync(fifo, "r+");
		atEnd(() => closeSync(fd));
		const result = await scene.run(["exec", "say hello"], { stdin: { fd } });
		expect(result).toMatchObject({ exitCode: 0, stdout: "hello\n" });
		expect(userText(scene)).toBe("say hello");
		expect(result.stderr).toContain("stdin is open but sent nothing");
	});

	test("takes piped text as a block of its own", async () => {
		const scene = await createScene(hello);
		await scene.run(["exec", "explain"], { stdin: { bytes: "line 1\nline 2" } });
		expect(userText(scene)).toBe("explain\n\n<stdin>\nline 1\nline 2\n</stdin>");
	});

	test("with `-` after it waits for stdin to end", async () => {
		const scene = await createScene(hello);
		const running = scene.start(["exec", "explain", "-"], { stdin: "idle" });
		// Longer than the patience for a pipe that nobody asked to wait for.
		await new Promise((resolve) => setTimeout(resolve, 400));
		expect(scene.server.requests).toHaveLength(0);
		running.child.stdin.end("late\n");
		expect(await running.ended).toMatchObject({ exitCode: 0 });
		expect(userText(scene)).toBe("explain\n\n<stdin>\nlate\n</stdin>");
	});

	test.each<[string, readonly string[]]>([
		["`-`", ["exec", "-"]],
		["no argument", ["exec"]],
	])("is read from stdin with %s", async (_, args) => {
		const scene = await createScene(hello);
		const result = await scene.run(args, { stdin: { bytes: "from a pipe: ä\n" } });
		expect(result).toMatchObject({ exitCode: 0, stdout: "hello\n" });
		expect(userText(scene)).toBe("from a pipe: ä\n");
		if (args.length === 1) expect(result.stderr).toContain("Reading prompt from stdin...");
	});

	test("may be UTF-16 with a byte order mark", async () => {
		const scene = await createScene(hello);
		await scene.run(["exec"], { stdin: { bytes: Buffer.from("\ufeffgrüße", "utf16le") } });
		expect(userText(scene)).toBe("grüße");
	});

	test.each<[string, readonly string[], Stdin, string]>([
		["closed stdin", ["exec"], "closed", "No prompt provided via stdin."],
		["blank stdin", ["exec"], { bytes: "\n \n" }, "No prompt provided via stdin."],
		["a blank argument", ["exec", "  "], "closed", "the prompt is empty"],
		[
			"bytes that are no text",
			["exec", "-"],
			{ bytes: Buffer.from([0x66, 0xff, 0xfe, 0x80]) },
			"stdin is not UTF-8 text",
		],
		["such bytes beside a prompt", ["exec", "x"], { bytes: Buffer.from([0xc3, 0x28]) }, "stdin is not UTF-8 text"],
		["two arguments", ["exec", "fix", "it"], "closed", "a prompt of several words needs quotes"],
	])("is refused with %s", async (_, args, stdin, sentence) => {
		const scene = await createScene(hello);
		expect(refusal(scene, await scene.run(args, { stdin }))).toContain(sentence);
		expect(existsSync(path.join(scene.home.codeHome, "sessions"))).toBe(false);
	});
});

describe.concurrent("the folder", () => {
	test("must exist", async () => {
		const scene = await createScene(hello);
		const sentence = refusal(scene, await scene.run(["exec", "-C", "nowhere", "hi"]));
		expect(sentence).toBe(`error: the folder ${path.join(scene.repo, "nowhere")} does not exist\n`);
	});

	test("must be a folder", async () => {
		const scene = await createScene(hello, { file: "" });
		expect(refusal(scene, await scene.run(["exec", "-C", "file", "hi"]))).toContain("is not a folder");
	});

	test.each<[string, readonly string[]]>([
		["--skip-git-repo-check", ["--skip-git-repo-check"]],
		["everything is allowed anyway", ["--dangerously-bypass-approvals-and-sandbox"]],
	])("must be in a repository, unless %s", async (_, flags) => {
		const scene = await createScene(hello);
		const outside = await createTempDir("code-outside-");
		atEnd(outside.dispose);
		const refused = refusal(scene, await scene.run(["exec", "hi"], { cwd: outside.path }));
		expect(refused).toContain("Not inside a trusted directory and --skip-git-repo-check was not specified.");
		expect(await scene.run(["exec", ...flags, "hi"], { cwd: outside.path })).toMatchObject({ exitCode: 0 });
	});

	test("chosen with -C is the one of the session; added folders must exist", async () => {
		const scene = await createScene(hello, { "inner/x": "" });
		await scene.run(["exec", "-C", "inner", "--add-dir", ".git", "-s", "workspace-write", "hi"]);
		const text = JSON.stringify(scene.server.requests[0]?.body.input);
		expect(text).toContain(`<cwd>${path.join(scene.repo, "inner")}</cwd>`);
		expect(text).toContain(`<root>${path.join(scene.repo, ".git")}</root>`);
		const other = await createScene(hello);
		expect(refusal(other, await other.run(["exec", "--add-dir", "gone", "hi"]))).toContain("does not exist");
	});
});

const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(24)]);
const pngUrl = `data:image/png;base64,${png.toString("base64")}`;

describe.concurrent("images", () => {
	test("join the text in one message, in order, and do not swallow the prompt", async () => {
		const scene = await createScene(hello, { "a.png": png, "b.png": png, "c.jpg": Buffer.from([0xff, 0xd8, 0xff, 0]) });
		const result = await scene.run(["exec", "-i", "a.png,b.png", "--image", "c.jpg", "what is this?"]);
		expect(result.exitCode).toBe(0);
		expect(userParts(scene)).toEqual([
			expect.objectContaining({ type: "input_image", image_url: pngUrl }),
			expect.objectContaining({ type: "input_image", image_url: pngUrl }),
			expect.objectContaining({ type: "input_image", image_url: "data:image/jpeg;base64,/9j/AA==" }),
			{ type: "input_text", text: "what is this?" },
		]);
	});

	test.each([
		["missing", "gone.png"],
		["no image", "text.png"],
		["a folder", ".git"],
	])("are refused when one is %s", async (_, name) => {
		const scene = await createScene(hello, { "a.png": png, "text.png": "just text" });
		const sentence = refusal(scene, await scene.run(["exec", "-i", `a.png,${name}`, "hi"]));
		expect(sentence).toContain(`image ${name}`);
		expect(sentence.trim().split("\n")).toHaveLength(1);
	});
});

const schema = {
	type: "object",
	properties: { count: { type: "integer" } },
	required: ["count"],
	additionalProperties: false,
};

describe.concurrent("--output-schema", () => {
	const schemaScene = (script: Parameters<typeof createScene>[0]): Promise<Scene> =>
		createScene(script, { "schema.json": JSON.stringify(schema), "broken.json": "{", "list.json": "[]" });

	test("is sent, and an answer that fits is printed", async () => {
		const scene = await schemaScene([{ text: '{"count": 3}' }]);
		const result = await scene.run(["exec", "--output-schema", "schema.json", "count"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: '{"count": 3}\n' });
		expect(scene.server.requests[0]?.body.text.format).toEqual({
			type: "json_schema",
			name: "codex_output_schema",
			strict: true,
			schema,
		});
	});

	test("is sent on the chat wire too", async () => {
		const scene = await schemaScene([{ text: '{"count": 3}' }]);
		const result = await scene.run([
			"exec",
			"-c",
			`model_providers.local={name="Local", base_url="${scene.server.baseUrl}", wire_api="chat"}`,
			"-c",
			"model_provider=local",
			"-m",
			"some-model",
			"--output-schema",
			"schema.json",
			"count",
		]);
		expect(result.exitCode).toBe(0);
		expect(scene.server.requests[0]?.body.response_format).toMatchObject({
			type: "json_schema",
			json_schema: { name: "codex_output_schema", schema },
		});
	});

	test("asks once more when the answer does not fit", async () => {
		const scene = await schemaScene([{ text: "three" }, { text: '{"count":3}' }]);
		const result = await scene.run(["exec", "--output-schema", "schema.json", "count"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: '{"count":3}\n' });
		expect(userText(scene, 2)).toContain("does not fit the required JSON Schema");
	});

	test("fails the run when the second answer does not fit either", async () => {
		const scene = await schemaScene([{ text: "three" }, { text: '{"count":"three"}' }]);
		const result = await scene.run(["exec", "--json", "--output-schema", "schema.json", "count"]);
		expect(result.exitCode).toBe(1);
		expect(scene.server.requests).toHaveLength(2);
		expect(execBodies(result.stdout).at(-1)).toMatchObject({
			type: "turn.failed",
			error: { message: expect.stringContaining("count") },
		});
	});

	test.each([
		["missing", "gone.json", "Failed to read output schema file gone.json"],
		["a folder", ".git", "Failed to read output schema file .git"],
		["not JSON", "broken.json", "Output schema file broken.json is not valid JSON"],
		["not an object", "list.json", "list.json"],
	])("is refused when the file is %s", async (_, file, sentence) => {
		const scene = await schemaScene([]);
		expect(refusal(scene, await scene.run(["exec", "--output-schema", file, "count"]))).toContain(sentence);
	});

	test("is refused when it is no schema", async () => {
		const scene = await createScene([], { "schema.json": '{"type": "objekt"}' });
		const sentence = refusal(scene, await scene.run(["exec", "--output-schema", "schema.json", "count"]));
		expect(sentence).toMatch(/schema/i);
		expect(sentence.trim().split("\n")).toHaveLength(1);
	});
});

describe.concurrent("--output-last-message", () => {
	test("writes the final message as it is", async () => {
		const scene = await createScene([
			{ text: "first", calls: [{ name: "list_dir", arguments: { dir_path: "." } }] },
			{ text: "last ä" },
		]);
		const result = await scene.run(["exec", "-o", "answer.txt", "hi"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "last ä\n" });
		expect(readFileSync(path.join(scene.repo, "answer.txt"), "utf8")).toBe("last ä");
	});

	test("writes an empty file, and says so, when there is no message", async () => {
		const scene = await createScene([{ reasoning: "hm" }]);
		const result = await scene.run(["exec", "-o", "answer.txt", "hi"]);
		expect(result).toMatchObject({ exitCode: 0, stdout: "" });
		expect(result.stderr).toContain("no last agent message; wrote empty content to answer.txt");
		expect(readFileSync(path.join(scene.repo, "answer.txt"), "utf8")).toBe("");
	});

	test("leaves the file of an earlier run when the turn fails", async () => {
		const scene = await createScene([{ status: 400, body: { error: { message: "no" } } }], { "answer.txt": "old" });
		expect(await scene.run(["exec", "-o", "answer.txt", "hi"])).toMatchObject({ exitCode: 1 });
		expect(readFileSync(path.join(scene.repo, "answer.txt"), "utf8")).toBe("old");
	});

	test("hole 31: is not led out by a link that a command plants during the run, nor by a folder swapped for one", async () => {
		const plant = 'mv a.txt b.txt; ln -s "$PWD/../victim.txt" a.txt; mv out moved; ln -s "$PWD/.." out';
		const turns = [{ calls: [{ name: "shell", arguments: { command: plant } }] }, { text: "answer" }];
		const names = ["a.txt", "out/victim.txt"];
		for (const name of names) {
			const scene = await createScene(turns, { "a.txt": "old", "out/b.txt": "" });
			const victim = path.join(scene.repo, "../victim.txt");
			writeFileSync(victim, "theirs");
			const result = await scene.run(["exec", "--sandbox", "workspace-write", "-o", name, "hi"]);
			expect(result).toMatchObject({ exitCode: 0, stdout: "answer\n" });
			// The control: by its name, the file of the user could be reached now.
			expect(readFileSync(path.join(scene.repo, name), "utf8")).toBe(name === "a.txt" ? "answer" : "theirs");
			expect(lstatSync(path.join(scene.repo, "out")).isSymbolicLink()).toBe(true);
			expect(readFileSync(victim, "utf8")).toBe("theirs");
			if (name !== "a.txt") expect(readFileSync(path.join(scene.repo, "moved/victim.txt"), "utf8")).toBe("answer");
		}
	});

	test("goes through a link that the user made before, keeps the mode, and replaces no device", async () => {
		const scene = await createScene([{ text: "one" }, { text: "two" }], { "real.txt": "old" });
		chmodSync(path.join(scene.repo, "real.txt"), 0o640);
		symlinkSync("real.txt", path.join(scene.repo, "link.txt"));
		expect(await scene.run(["exec", "-o", "link.txt", "hi"])).toMatchObject({ exitCode: 0 });
		expect(readFileSync(path.join(scene.repo, "real.txt"), "utf8")).toBe("one");
		expect(statSync(path.join(scene.repo, "real.txt")).mode & 0o777).toBe(0o640);
		expect(lstatSync(path.join(scene.repo, "link.txt")).isSymbolicLink()).toBe(true);
		expect(await scene.run(["exec", "-o", "/dev/null", "hi"])).toMatchObject({ exitCode: 0 });
		expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
	});

	test.each([
		["a link to nothing", "dangling"],
		["below a folder that is missing", "gone/answer.txt"],
		["a folder", ".git"],
	])("is refused before the run when it is %s", async (_, file) => {
		const scene = await createScene(hello);
		symlinkSync("nowhere", path.join(scene.repo, "dangling"));
		expect(refusal(scene, await scene.run(["exec", "-o", file, "hi"]))).toContain(file);
	});
});

describe.concurrent("sessions", () => {
	const sessionFiles = async (scene: Scene): Promise<readonly string[]> => {
		const dir = path.join(scene.home.codeHome, "sessions");
		if (!existsSync(dir)) return [];
		return (await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".jsonl"));
	};

	test("--ephemeral keeps nothing", async () => {
		const scene = await createScene(hello);
		const result = await scene.run(["exec", "--ephemeral", "--json", "hi"]);
		expect(result.exitCode).toBe(0);
		expect(await readdir(scene.home.codeHome)).toEqual(["cache"]);
		const again = await scene.run(["exec", "resume", threadId(result.stdout), "more"]);
		expect(again).toMatchObject({ exitCode: 2, stdout: "" });
	});

	test.each<[string, (id: string) => readonly string[]]>([
		["its id", (id) => ["exec", "resume", "--json", id, "and now?"]],
		["its id, options first, prompt from stdin", (id) => ["exec", "--json", "resume", id]],
		["--last", () => ["exec", "resume", "--last", "--json", "and now?"]],
	])("goes on by %s with its history, id and usage", async (_, args) => {
		const scene = await createScene([{ text: "first answer" }, { text: "second answer" }]);
		const first = await scene.run(["exec", "--json", "remember 42"]);
		const id = threadId(first.stdout);
		const second = await scene.run(args(id), { stdin: { bytes: args(id).includes("and now?") ? "" : "and now?" } });
		expect(second.exitCode).toBe(0);
		expect(threadId(second.stdout)).toBe(id);
		const { input, prompt_cache_key } = scene.server.requests[1]?.body ?? {};
		expect(prompt_cache_key).toBe(id);
		expect(input.slice(0, 3)).toEqual([
			...(scene.server.requests[0]?.body.input ?? []),
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "first answer" }] },
		]);
		expect(userText(scene, 2)).toBe("and now?");
		expect(execBodies(second.stdout).at(-1)).toMatchObject({
			type: "turn.completed",
			usage: { input_tokens: 20, output_tokens: 10 },
		});
		expect(await sessionFiles(scene)).toHaveLength(1);
	});

	test("--last looks at sessions of this folder only", async () => {
		const scene = await createScene([{ text: "here" }, { text: "there" }, { text: "here again" }], {
			"other/.git/HEAD": "",
		});
		const here = await scene.run(["exec", "--json", "hi"]);
		await scene.run(["exec", "--json", "-C", "other", "hi"]);
		const again = await scene.run(["exec", "--json", "resume", "--last", "hi"]);
		expect(threadId(again.stdout)).toBe(threadId(here.stdout));
	});

	test.each<[string, readonly string[], string]>([
		["an unknown id", ["resume", "0199a213-81c0-7800-8aa1-bbab2a035a53", "x"], "no session with id 0199a213"],
		["a path for an id", ["resume", "../../../etc/passwd", "x"], "no session with id ../../../etc/passwd"],
		["no id", ["resume"], "name the session"],
		["--last and none there", ["resume", "--last", "x"], "no earlier session"],
		["--last and an id", ["resume", "--last", "0199a213-81c0-7800-8aa1-bbab2a035a53", "x"], "there is no session id"],
	])("are not taken up with %s", async (_, args, sentence) => {
		const scene = await createScene(hello);
		expect(refusal(scene, await scene.run(["exec", ...args]))).toContain(sentence);
		expect(await sessionFiles(scene)).toHaveLength(0);
	});

	test("a damaged session is taken up without its damaged lines", async () => {
		const scene = await createScene([{ text: "one" }, { text: "two" }]);
		const first = await scene.run(["exec", "--json", "hi"]);
		const [file = ""] = await sessionFiles(scene);
		const full = path.join(scene.home.codeHome, "sessions", file);
		const lines = readFileSync(full, "utf8").trimEnd().split("\n");
		await writeFile(full, `${[...lines.slice(0, -1), "{torn", lines.at(-1)].join("\n")}\n{"timestamp":"2026`);
		const second = await scene.run(["exec", "--json", "resume", threadId(first.stdout), "again"]);
		expect(second.exitCode).toBe(0);
		expect(second.stderr).toContain("damaged line");
		expect(JSON.stringify(scene.server.requests[1]?.body.input)).toContain('"one"');
	});
});

describe.concurrent("configuration", () => {
	test("that is broken is named with file, line and column", async () => {
		const scene = await createScene(hello);
		await scene.config('model = "gpt-5"\nsandbox_mode = \n');
		const sentence = refusal(scene, await scene.run(["exec", "hi"]));
		expect(sentence).toMatch(new RegExp(`${path.join(scene.home.codeHome, "config.toml")}:2:\\d+`));
	});

	test("of the wrong type is named with file, line and column", async () => {
		const scene = await createScene(hello);
		await scene.config('model = "gpt-5"\n\nmodel_context_window = "big"\n');
		const sentence = refusal(scene, await scene.run(["exec", "hi"]));
		expect(sentence).toMatch(/config\.toml:3:\d+.*model_context_window/);
	});

	test("with an unknown key warns and names the nearest; --strict-config refuses", async () => {
		const scene = await createScene(hello);
		await scene.config('modle = "gpt-5"\n');
		const strict = refusal(scene, await scene.run(["exec", "--strict-config", "hi"]));
		expect(strict).toMatch(/config\.toml:1:\d+.*`modle`/);
		const lax = await scene.run(["exec", "hi"]);
		expect(lax).toMatchObject({ exitCode: 0, stdout: "hello\n" });
		expect(lax.stderr).toMatch(/`modle`.*`model`/);
	});

	test("can be left unread", async () => {
		const scene = await createScene(hello);
		await scene.config("not toml at all");
		expect(await scene.run(["exec", "--ignore-user-config", "hi"])).toMatchObject({ exitCode: 0 });
	});

	test("of a profile holds over the file, and a flag over both", async () => {
		const scene = await createScene([{ text: "a" }, { text: "b" }, { text: "c" }]);
		await scene.config('model = "gpt-5"\n[profiles.fast]\nmodel = "gpt-5-mini"\n');
		for (const flags of [[], ["-p", "fast"], ["-p", "fast", "-m", "gpt-5-nano"]]) {
			expect(await scene.run(["exec", ...flags, "hi"])).toMatchObject({ exitCode: 0 });
		}
		expect(scene.server.requests.map(({ body }) => body.model)).toEqual(["gpt-5", "gpt-5-mini", "gpt-5-nano"]);
		expect((await scene.run(["exec", "-p", "gone", "hi"])).exitCode).toBe(2);
	});

	test.each<[string, readonly string[], RegExp]>([
		["-c without =", ["-c", "model"], /missing '='/],
		["-c without a key", ["-c", "=x"], /key/],
		["-c of the wrong type", ["-c", "model_context_window=big"], /model_context_window/],
		["an unknown option", ["--modle", "x"], /unknown option `--modle`; did you mean `--model`\?/],
		[
			"a wrong choice",
			["-s", "open"],
			/`--sandbox` is one of read-only, workspace-write, danger-full-access, not `open`/,
		],
		["an option without its value", ["-m"], /`--model` needs a value/],
		["a number that is none", ["--max-turns", "many"], /`--max-turns` needs a whole number above 0, not `many`/],
		["a provider that nobody knows", ["-c", "model_provider=opanai"], /`opanai` is not known: did you mean `openai`\?/],
		["policies that contradict each other", ["--full-auto", "--yolo"], /--full-auto/],
	])("is refused: %s", async (_, args, sentence) => {
		const scene = await createScene(hello);
		const flags = args.at(-1) === "-m" ? args : [...args, "hi"];
		expect(refusal(scene, await scene.run(["exec", ...flags]))).toMatch(sentence);
	});

	test("options before the command count too, and those after it win", async () => {
		const scene = await createScene(hello);
		await scene.run(["-m", "gpt-5", "-c", "model_reasoning_effort=low", "exec", "-m", "gpt-5-mini", "hi"]);
		expect(scene.server.requests[0]?.body).toMatchObject({ model: "gpt-5-mini", reasoning: { effort: "low" } });
	});

	test("a model that the server does not know fails with its name, after one request", async () => {
		const body = { error: { message: "The model `gpt-nope` does not exist", code: "model_not_found" } };
		const scene = await createScene([{ status: 404, body }]);
		const result = await scene.run(["exec", "-m", "gpt-nope", "hi"]);
		expect(result).toMatchObject({ exitCode: 1, stdout: "" });
		expect(result.stderr).toContain("does not know the model `gpt-nope`");
		expect(scene.server.requests).toHaveLength(1);
	});

	test("the .env of the repository changes nothing; that of the home gives keys", async () => {
		const scene = await createScene(hello, {
			".env":
				"OPENAI_BASE_URL=http://127.0.0.1:9/v1\nCODE_HOME=/nowhere\nPATH=/nowhere\nOPENAI_API_KEY=sk-from-the-repo\n",
		});
		const { OPENAI_API_KEY: key = "", ...withoutKey } = scene.env;
		expect((await scene.run(["exec", "hi"], { env: withoutKey })).exitCode).toBe(3);
		await writeFile(path.join(scene.home.codeHome, ".env"), `OPENAI_API_KEY=${key}\nCODE_HOME=/nowhere\n`);
		expect(await scene.run(["exec", "hi"], { env: withoutKey })).toMatchObject({ exitCode: 0, stdout: "hello\n" });
		expect(scene.server.requests.map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${key}`]);
	});

	test("the home is made when it is missing, for its owner alone", async () => {
		const scene = await createScene(hello);
		const { CODE_HOME: _, ...env } = scene.env;
		const user = path.join(scene.home.path, "user");
		await mkdir(user);
		expect(await scene.run(["exec", "hi"], { env: { ...env, HOME: user } })).toMatchObject({ exitCode: 0 });
		expect((await readdir(path.join(user, ".code"))).toSorted()).toEqual(["cache", "sessions"]);
	});
});
