// The commands beside `exec`: help, version, completion, configuration, doctor, schemas, patches.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { requirePrerequisite } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { type CodeResult, codeBin, searchPath } from "./run-code.ts";
import { apiKey, createScene, type Scene } from "./scene.ts";

const hasBash = await requirePrerequisite("bash", () => spawnSync("bash", ["-c", "true"]).status === 0);

const { version } = JSON.parse(readFileSync(path.join(path.dirname(codeBin), "../package.json"), "utf8"));

/** The one object of a `--json` answer. */
function jsonAnswer({ stdout, exitCode }: CodeResult): Record<string, unknown> {
	const lines = stdout.split("\n");
	expect(lines).toHaveLength(2);
	const answer = commandOutputSchema.parse(JSON.parse(lines[0] ?? ""));
	expect(answer.exit_code).toBe(exitCode);
	return { ...answer };
}

describe.concurrent("help and version", () => {
	test.each<[string, readonly string[]]>([
		["code", []],
		["code exec", ["exec"]],
		["code exec", ["e"]],
		["code exec resume", ["exec", "resume"]],
		["code replay", ["replay"]],
		["code apply-patch", ["apply-patch"]],
		["code config explain", ["config", "explain"]],
		["code doctor", ["doctor"]],
		["code schema", ["schema"]],
		["code completion", ["completion"]],
	])("%s answers --help on stdout", async (name, words) => {
		const scene = await createScene();
		const result = await scene.run([...words, "--help"]);
		expect(result).toMatchObject({ exitCode: 0, stderr: "" });
		expect(result.stdout).toContain(`Usage: ${name} `);
		expect(result.stdout).not.toContain("\u001b");
	});

	test.each(["--version", "-V"])("%s is one line, and leaves nothing behind", async (flag) => {
		const scene = await createScene();
		const { CODE_HOME: _, ...env } = scene.env;
		const result = await scene.run([flag], { env: { ...env, HOME: path.join(scene.home.path, "nobody") } });
		expect(result).toMatchObject({ exitCode: 0, stdout: `code ${version}\n`, stderr: "" });
		expect(existsSync(path.join(scene.home.path, "nobody"))).toBe(false);
	});

	test("code runs as a program through its first line", async () => {
		const scene = await createScene();
		const { status, stdout } = spawnSync(codeBin, ["--version"], {
			env: { ...scene.env, PATH: searchPath },
			encoding: "utf8",
		});
		expect({ status, stdout }).toEqual({ status: 0, stdout: `code ${version}\n` });
	});

	test.each<[string, readonly string[], RegExp]>([
		["a mistyped command", ["exce"], /`exce` is not a command; did you mean `code exec`\?/],
		["half a command", ["config"], /`code config` needs a subcommand: explain/],
		["an unknown option", ["doctor", "--jsn"], /unknown option `--jsn`; did you mean `--json`\?/],
		["an option of another command", ["doctor", "--max-turns", "3"], /`--max-turns` is not an option of `code doctor`/],
		["an unknown name", ["schema", "nothing"], /NAME.*exec-event/],
	])("%s is a usage error that says how to go on", async (_, args, sentence) => {
		const scene = await createScene();
		const result = await scene.run(args);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
		expect(result.stderr).toMatch(sentence);
		expect(result.stderr).toMatch(/--help`\n$/);
	});

	test("no command at all: the interactive program needs a terminal", async () => {
		const scene = await createScene();
		const result = await scene.run([]);
		expect(result).toMatchObject({ exitCode: 13, stdout: "" });
		expect(result.stderr).toContain("code exec");
	});
});

describe.concurrent("completion", () => {
	test.skipIf(!hasBash)("gives a script that bash can read and that completes", async () => {
		const scene = await createScene();
		const { exitCode, stdout } = await scene.run(["completion", "bash"]);
		expect(exitCode).toBe(0);
		const file = path.join(scene.repo, "completion.bash");
		await writeFile(file, stdout);
		expect(spawnSync("bash", ["-n", file]).status).toBe(0);
		const complete = (...words: readonly string[]): readonly string[] => {
			const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _code; printf '%s\\n' "\${COMPREPLY[@]}"`;
			const { stdout: replies } = spawnSync("bash", ["-c", script, "bash", file, ...words], { encoding: "utf8" });
			return replies.trimEnd().split("\n").toSorted();
		};
		expect(complete("code", "ex")).toEqual(["exec"]);
		expect(complete("code", "exec", "--output-")).toEqual(["--output-last-message", "--output-schema"]);
		expect(complete("code", "exec", "--sandbox", "w")).toEqual(["workspace-write"]);
		expect(complete("code", "config", "ex")).toEqual(["explain"]);
	});

	test.each(["zsh", "fish"])("has a script for %s", async (shell) => {
		const scene = await createScene();
		const { exitCode, stdout } = await scene.run(["completion", shell]);
		expect(exitCode).toBe(0);
		expect(stdout).toContain("output-last-message");
		// Only where that shell is installed; elsewhere its words are enough.
		const parsed = spawnSync(shell, ["-n"], { input: stdout });
		if (parsed.error === undefined) expect(parsed.status).toBe(0);
	});
});

describe.concurrent("config explain", () => {
	const configured = async (): Promise<Scene> => {
		const scene = await createScene();
		await scene.config(
			'model = "gpt-5"\n[model_providers.x]\nname = "X"\nbase_url = "http://127.0.0.1:1/v1"\nexperimental_bearer_token = "tok-very-secret-0123456789"\n',
		);
		return scene;
	};

	test("names the value, the winner with its place, and who lost", async () => {
		const scene = await configured();
		const result = await scene.run(["config", "explain", "model", "-c", "model=o3"]);
		expect(result.exitCode).toBe(0);
		expect(result.stdout).toContain('model = "o3"');
		expect(result.stdout).toMatch(/over "gpt-5" from config: .*config\.toml:1:\d+/);
	});

	test("answers as JSON, with secrets masked", async () => {
		const scene = await configured();
		const all = await scene.run(["config", "explain", "--all", "--json"]);
		expect(jsonAnswer(all)).toMatchObject({
			schema_version: 1,
			command: "config explain",
			exit_code: 0,
			exit_reason: "ok",
		});
		expect(all.stdout).toContain("http://127.0.0.1:1/v1");
		expect(all.stdout + all.stderr).not.toContain("tok-very-secret");
		const one = await scene.run(["config", "explain", "model_providers.x.experimental_bearer_token"]);
		expect(one.exitCode).toBe(0);
		expect(one.stdout + one.stderr).not.toContain("tok-very-secret");
	});

	test.each<[string, readonly string[], RegExp]>([
		["an unknown key", ["modle"], /`modle`; did you mean `model`/],
		["no key", [], /name one key/],
	])("refuses %s, as JSON too", async (_, words, sentence) => {
		const scene = await configured();
		const result = await scene.run(["config", "explain", ...words, "--json"]);
		expect(result.exitCode).toBe(2);
		expect(result.stderr).toMatch(sentence);
		expect(jsonAnswer(result)).toMatchObject({ exit_code: 2 });
	});
});

describe.concurrent("doctor", () => {
	test("finds nothing wrong here, asks no model and shows no key", async () => {
		const scene = await createScene();
		const result = await scene.run(["doctor", "--json"]);
		expect(result).toMatchObject({ exitCode: 0, stderr: "" });
		const answer = jsonAnswer(result);
		expect(answer).toMatchObject({ schema_version: 1, command: "doctor", exit_reason: "ok" });
		expect(answer["checks"]).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ name: "node", status: "ok" }),
				expect.objectContaining({ name: "home", status: "ok" }),
				expect.objectContaining({ name: "config", status: "ok" }),
				expect.objectContaining({ name: "provider", status: "ok" }),
				expect.objectContaining({ name: "git" }),
			]),
		);
		expect(scene.server.connections()).toBe(0);
		expect(result.stdout).not.toContain(apiKey);
		const human = await scene.run(["doctor"]);
		expect(human.exitCode).toBe(0);
		expect(human.stdout).toContain("provider");
		expect(human.stdout).not.toContain(apiKey);
	});

	test("a broken configuration is a finding with its place, and the rest is still checked", async () => {
		const scene = await createScene();
		await scene.config("model = \n");
		const result = await scene.run(["doctor", "--json"]);
		expect(result.exitCode).toBe(1);
		const checks = jsonAnswer(result)["checks"];
		expect(checks).toContainEqual(
			expect.objectContaining({
				name: "config",
				status: "failed",
				detail: expect.stringMatching(/config\.toml:1:\d+/),
			}),
		);
		expect(checks).toContainEqual(expect.objectContaining({ name: "node", status: "ok" }));
	});

	test("--online tells whether the provider can be reached", async () => {
		const scene = await createScene();
		const reached = await scene.run(["doctor", "--online", "--json"]);
		expect(jsonAnswer(reached)["checks"]).toContainEqual(expect.objectContaining({ name: "reachable", status: "ok" }));
		const gone = await scene.run(["doctor", "--online", "--json"], {
			env: { ...scene.env, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
		});
		expect(gone.exitCode).toBe(1);
		expect(jsonAnswer(gone)["checks"]).toContainEqual(expect.objectContaining({ name: "reachable", status: "failed" }));
	});
});

test.concurrent.each(["exec-event", "config", "recording", "command-output"])(
	"schema %s is a JSON Schema",
	async (name) => {
		const scene = await createScene();
		const { exitCode, stdout } = await scene.run(["schema", name]);
		expect(exitCode).toBe(0);
		expect(JSON.parse(stdout)).toHaveProperty("$schema");
	},
);

describe.concurrent("apply-patch", () => {
	const good = "*** Begin Patch\n*** Update File: a.txt\n@@\n-old\n+new\n*** Add File: b/c.txt\n+c\n*** End Patch\n";
	const patchScene = (): Promise<Scene> => createScene([], { "a.txt": "old\n", "good.patch": good });
	const content = (scene: Scene, name: string): string => readFileSync(path.join(scene.repo, name), "utf8");

	test.each<[string, readonly string[], boolean]>([
		["a file", ["good.patch"], false],
		["`-`", ["-"], true],
		["stdin", [], true],
	])("applies the patch of %s", async (_, words, piped) => {
		const scene = await patchScene();
		const result = await scene.run(["apply-patch", ...words], piped ? { stdin: { bytes: good } } : {});
		expect(result).toEqual({
			exitCode: 0,
			signal: null,
			stdout: "Success. Updated the following files:\nA b/c.txt\nM a.txt\n",
			stderr: "",
		});
		expect([content(scene, "a.txt"), content(scene, "b/c.txt")]).toEqual(["new\n", "c\n"]);
	});

	test("works in the folder of -C, and answers as JSON", async () => {
		const scene = await patchScene();
		await mkdir(path.join(scene.repo, "sub"));
		await writeFile(path.join(scene.repo, "sub/a.txt"), "old\n");
		const result = await scene.run(["apply-patch", "--json", "-C", "sub", "good.patch"]);
		expect(jsonAnswer(result)).toMatchObject({
			command: "apply-patch",
			exit_reason: "ok",
			changes: expect.arrayContaining([{ path: expect.stringContaining("a.txt"), kind: "update" }]),
		});
		expect([content(scene, "a.txt"), content(scene, "sub/a.txt")]).toEqual(["old\n", "new\n"]);
	});

	test.each<[string, string, RegExp]>([
		["is no patch", "hello", /The first line of the patch must be '\*\*\* Begin Patch'/],
		[
			"does not fit",
			"*** Begin Patch\n*** Add File: n.txt\n+n\n*** Update File: a.txt\n@@\n-alt\n+new\n*** End Patch",
			/Failed to find expected lines in a\.txt/,
		],
		["is empty", "*** Begin Patch\n*** End Patch", /No files were modified/],
		["leads out of the folder", "*** Begin Patch\n*** Add File: ../out.txt\n+x\n*** End Patch", /out\.txt/],
	])("exits 1 with the reason, and changes nothing, when it %s", async (_, text, reason) => {
		const scene = await patchScene();
		const result = await scene.run(["apply-patch"], { stdin: { bytes: text } });
		expect(result).toMatchObject({ exitCode: 1, stdout: "" });
		expect(result.stderr).toMatch(reason);
		expect(content(scene, "a.txt")).toBe("old\n");
		expect(existsSync(path.join(scene.repo, "n.txt"))).toBe(false);
		expect(existsSync(path.join(scene.repo, "../out.txt"))).toBe(false);
	});

	test.each<[string, readonly string[]]>([
		["a missing file", ["gone.patch"]],
		["no patch at all", []],
		["a missing folder", ["-C", "gone", "good.patch"]],
		["two files", ["good.patch", "good.patch"]],
	])("is a usage error with %s", async (_, words) => {
		const scene = await patchScene();
		const result = await scene.run(["apply-patch", ...words]);
		expect(result).toMatchObject({ exitCode: 2, stdout: "" });
		expect(result.stderr).toMatch(/^error: /);
		expect(content(scene, "a.txt")).toBe("old\n");
	});
});
