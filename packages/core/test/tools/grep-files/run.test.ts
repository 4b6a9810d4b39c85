import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import type { CommandResult } from "../../../src/ports/command-runner.ts";
import { findProgram } from "../../../src/tools/find-program.ts";
import { runGrepFiles } from "../../../src/tools/grep-files/run.ts";
import { outputText } from "../../../src/tools/tool-call.ts";
import { searchPath, temporaryFolder, toolContext } from "../tool-context.ts";

type Files = { readonly [path: string]: string };

function workspace(files: Files): string {
	const folder = temporaryFolder();
	let second = 1_700_000_000;
	for (const [file, content] of Object.entries(files)) {
		mkdirSync(join(folder, file, ".."), { recursive: true });
		writeFileSync(join(folder, file), content);
		// Later ones are newer.
		second += 10;
		utimesSync(join(folder, file), second, second);
	}
	return folder;
}

const git = (folder: string, ...args: readonly string[]): string =>
	execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

/** A PATH that has only these programs. */
function pathWith(...names: readonly string[]): string {
	const folder = temporaryFolder();
	for (const name of names) {
		const program = findProgram({ name, searchPath });
		if (program === undefined) throw new Error(`${name} is missing`);
		symlinkSync(program, join(folder, name));
	}
	return folder;
}

async function grep(folder: string, args: { [name: string]: JsonValue }, path = searchPath, tokens = 10_000) {
	const context = toolContext(folder, {
		shellEnv: { PATH: path },
		outputTokenLimit: tokens,
		permission: { kind: "refuse", reason: "no commands" },
	});
	return await runGrepFiles(args, context);
}

const sources: Files = {
	"src/a.ts": "const needle = 1;\n",
	"src/deep/b.tsx": "// Needle\nneedle()\n",
	"README.md": "needle\n",
	"src/c.ts": "nothing\n",
	".github/ci.yml": "needle: true\n",
	"ignored/x.ts": "needle\n",
	"image.bin": "needle\0\u0001",
	".gitignore": "ignored/\n",
};

// Each of the programs that can search, as far as this machine has it, must give the same answers.
const engines = [
	{ name: "git", path: () => pathWith("git"), isRepository: true },
	{ name: "grep", path: () => pathWith("grep"), isRepository: false },
	...(findProgram({ name: "rg", searchPath }) === undefined
		? []
		: [{ name: "rg", path: () => pathWith("rg"), isRepository: true }]),
];

describe.each(engines)("with $name", ({ name, path, isRepository }) => {
	const prepare = (files: Files = sources): string => {
		const folder = workspace(files);
		if (isRepository) git(folder, "init", "-q");
		return folder;
	};
	const newestFirst = [".github/ci.yml", "README.md", "src/deep/b.tsx", "src/a.ts"];

	it("names the files that match, the newest first", async () => {
		const folder = prepare();
		const { output, status } = await grep(folder, { pattern: "needle" }, path());
		expect(status).toBe("ok");
		expect(
			outputText(output)
				.split("\n")
				.filter((file) => file !== "ignored/x.ts"),
		).toEqual(newestFirst);
		expect(outputText(output).includes("ignored/x.ts")).toBe(!isRepository);
	});

	it("understands expressions", async () => {
		const folder = prepare();
		const find = async (pattern: string): Promise<string> =>
			outputText((await grep(folder, { pattern, path: "src" }, path())).output);
		expect(await find("(?i)^// needle$")).toBe("src/deep/b.tsx");
		expect(await find(String.raw`needle\s=\s\d`)).toBe("src/a.ts");
		expect(await find(String.raw`\bneed\b`)).toBe("No matches found");
		expect(await find("-e")).toBe("No matches found");
		expect(await find("(unclosed")).toMatch(/^the search failed: /);
	});

	it.each([
		["*.ts", ["src/a.ts"]],
		["*.{ts,tsx}", ["src/deep/b.tsx", "src/a.ts"]],
		["src/**/*.tsx", ["src/deep/b.tsx"]],
		["/src/*.ts", ["src/a.ts"]],
		["!*.{ts,tsx}", [".github/ci.yml", "README.md"]],
	])("keeps to the glob %s", async (include, expected) => {
		const folder = prepare();
		const { output } = await grep(folder, { pattern: "needle", include }, path());
		expect(
			outputText(output)
				.split("\n")
				.filter((file) => file !== "ignored/x.ts"),
		).toEqual(expected);
	});

	it("searches a folder or file that is named, ignored or not", async () => {
		const folder = prepare();
		const find = async (args: { [name: string]: JsonValue }) => (await grep(folder, args, path())).output;
		expect(await find({ pattern: "needle", path: "src/deep" })).toBe("src/deep/b.tsx");
		expect(await find({ pattern: "needle", path: join(folder, "src") })).toBe("src/deep/b.tsx\nsrc/a.ts");
		// git searches neither single files nor what lies outside of its repository.
		if (name === "git") return;
		expect(await find({ pattern: "needle", path: "src/a.ts" })).toBe("src/a.ts");
		expect(await find({ pattern: "needle", path: "ignored" })).toBe("ignored/x.ts");
		const outside = workspace({ "o.txt": "needle" });
		expect(await find({ pattern: "needle", path: outside })).toBe(join(outside, "o.txt"));
	});

	it("follows no links, waits for no FIFO, and shows odd names on one line", async () => {
		const folder = prepare({ "a b.txt": "needle", "new\nline.txt": "needle", "-dash": "needle" });
		const outside = workspace({ "secret.txt": "needle" });
		symlinkSync(outside, join(folder, "link"));
		execFileSync("mkfifo", [join(folder, "fifo")]);
		const { output } = await grep(folder, { pattern: "needle" }, path());
		expect(output).toBe("-dash\nnew\\x0aline.txt\na b.txt");
	});

	it("stops at the limit and says so", async () => {
		const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, "needle\n"]));
		const folder = prepare(files);
		const few = await grep(folder, { pattern: "needle", limit: 2 }, path());
		expect(few.output).toBe("f29\nf28\nMore than 2 files match");
		const short = await grep(folder, { pattern: "needle" }, path(), 40);
		expect(outputText(short.output).split("\n").length).toBeLessThan(20);
		expect(short.output).toMatch(/\nMore than \d+ files match$/);
	});
});

describe("the choice of the program", () => {
	it("goes from git to grep outside of a repository and in ignored folders", async () => {
		const folder = workspace(sources);
		const both = pathWith("git", "grep");
		expect((await grep(folder, { pattern: "needle", path: "src" }, both)).output).toBe("src/deep/b.tsx\nsrc/a.ts");
		git(folder, "init", "-q");
		expect((await grep(folder, { pattern: "needle", path: "ignored" }, both)).output).toBe("ignored/x.ts");
		expect((await grep(folder, { pattern: "needle", path: "ignored/x.ts" }, both)).output).toBe("ignored/x.ts");
		expect((await grep(folder, { pattern: "nowhere", path: "src" }, both)).output).toBe("No matches found");
	});

	it("does without Perl expressions where there are none", async () => {
		const folder = workspace(sources);
		const old = temporaryFolder();
		const real = findProgram({ name: "grep", searchPath }) ?? "";
		const script = `#!/bin/sh\nfor a in "$@"; do [ "$a" = -P ] && { echo "grep: invalid option -- P" >&2; exit 2; }; done\nexec ${real} "$@"\n`;
		writeFileSync(join(old, "grep"), script);
		chmodSync(join(old, "grep"), 0o755);
		const context = toolContext(folder, { shellEnv: { PATH: `${old}:/usr/bin:/bin` } });
		const onlyOld = { ...context, shellEnv: { PATH: old } };
		expect((await runGrepFiles({ pattern: "nee+dle", path: "src" }, onlyOld)).output).toBe("src/deep/b.tsx\nsrc/a.ts");
	});

	it("says when there is none", async () => {
		const answer = await grep(workspace(sources), { pattern: "x" }, temporaryFolder());
		expect(answer).toEqual({ output: "no `rg`, `git` or `grep` was found on PATH", status: "failed" });
	});

	it("never takes a program of the repository", async () => {
		const folder = workspace({
			...sources,
			"bin/rg": "#!/bin/sh\ntouch pwned\n",
			"bin/git": "#!/bin/sh\ntouch pwned\n",
		});
		chmodSync(join(folder, "bin/rg"), 0o755);
		chmodSync(join(folder, "bin/git"), 0o755);
		const answer = await grep(folder, { pattern: "needle", path: "src" }, `${join(folder, "bin")}:${pathWith("grep")}`);
		expect(answer.output).toBe("src/deep/b.tsx\nsrc/a.ts");
		expect(existsSync(join(folder, "pwned"))).toBe(false);
	});

	it("asks rg for what it is told, without its configuration file", async () => {
		const folder = workspace(sources);
		const bin = temporaryFolder();
		const log = join(bin, "log");
		writeFileSync(
			join(bin, "rg"),
			`#!/bin/sh\n{ /usr/bin/env; printf '%s\\n' "$@"; } > ${log}\nprintf 'src/a.ts\\0./README.md\\0'\n`,
		);
		chmodSync(join(bin, "rg"), 0o755);
		const shellEnv = { PATH: bin, RIPGREP_CONFIG_PATH: "/evil", GIT_DIR: "/evil", LANG: "x", HOME: "/h" };
		const context = toolContext(folder, { shellEnv });
		expect((await runGrepFiles({ pattern: "n-", glob: "*.{ts,md}" }, context)).output).toBe("README.md\nsrc/a.ts");
		const lines = readFileSync(log, "utf8").trim().split("\n");
		expect(lines).toEqual(expect.arrayContaining(["--no-config", "--glob=*.{ts,md}", "--regexp=n-", "HOME=/h"]));
		expect(lines.some((line) => line.includes("/evil"))).toBe(false);
	});
});

describe("a hostile repository", () => {
	it("makes git run nothing of its own", async () => {
		const folder = workspace(sources);
		const outside = temporaryFolder();
		const marker = join(outside, "pwned");
		const evil = join(folder, "evil.sh");
		writeFileSync(evil, `#!/bin/sh\ntouch ${marker}\ncat\n`);
		chmodSync(evil, 0o755);
		git(folder, "init", "-q");
		git(folder, "add", "src/a.ts");
		for (const key of [
			"core.fsmonitor",
			"core.pager",
			"pager.grep",
			"diff.x.textconv",
			"filter.x.clean",
			"filter.x.smudge",
		]) {
			git(folder, "config", key, evil);
		}
		git(folder, "config", "core.hooksPath", folder);
		git(folder, "config", "grep.fullName", "true");
		git(folder, "config", "grep.patternType", "fixed");
		writeFileSync(join(folder, "post-index-change"), readFileSync(evil));
		chmodSync(join(folder, "post-index-change"), 0o755);
		writeFileSync(join(folder, ".gitattributes"), "* diff=x filter=x\n");
		writeFileSync(join(folder, "src/a.ts"), "const needle  = 2;\n");
		const { output } = await grep(folder, { pattern: "needle", path: "src", include: "*.ts" }, pathWith("git"));
		expect(output).toBe("src/a.ts");
		expect(existsSync(marker)).toBe(false);
		// The trap is a real one: an ordinary git command steps into it.
		git(folder, "status");
		expect(existsSync(marker)).toBe(true);
	});
});

describe("what goes wrong", () => {
	const withResult = (result: Partial<CommandResult>, stdout = "", stderr = "") => ({
		run: (_: unknown, __: unknown, onOutput: (stream: "stdout" | "stderr", chunk: string) => void) => {
			if (stdout !== "") onOutput("stdout", stdout);
			if (stderr !== "") onOutput("stderr", stderr);
			const outcome = { status: "exited", exitCode: 0 } as const;
			return Promise.resolve({ outcome, output: "", totalBytes: 0, durationMs: 0, ...result });
		},
	});
	const search = async (runner: ReturnType<typeof withResult>) =>
		await runGrepFiles(
			{ pattern: "x" },
			toolContext(workspace({ a: "x" }), { runner, shellEnv: { PATH: pathWith("grep") } }),
		);

	it("is told: no time left, a crash, an unreadable file", async () => {
		expect((await search(withResult({ outcome: { status: "timed_out", exitCode: 124 } }, "./a\0cut-of"))).output).toBe(
			"a\n[stopped after 30 seconds; there may be more]",
		);
		const crashed = { status: "signalled", signal: "SIGSEGV", exitCode: 139 } as const;
		expect(await search(withResult({ outcome: crashed }))).toEqual({
			output: "the search failed: `grep` did not end by itself",
			status: "failed",
		});
		expect((await search(withResult({ outcome: { status: "exited", exitCode: 2 } }))).output).toBe("No matches found");
		expect((await search(withResult({ outcome: { status: "spawn_failed", message: "no room" } }))).output).toBe(
			"the search failed: no room",
		);
		expect((await search(withResult({ outcome: { status: "aborted" } }))).status).toBe("aborted");
	});

	it("is told of paths and arguments", async () => {
		const folder = workspace(sources);
		expect((await grep(folder, { pattern: "x", path: "gone" })).output).toBe("`gone` does not exist");
		expect((await grep(folder, { pattern: "x", path: "/dev/null" })).output).toBe(
			"`/dev/null` is a device, not a directory or file",
		);
		expect((await grep(folder, { pattern: "" })).output).toMatch(/^failed to parse function arguments: pattern: /);
		expect((await grep(folder, { pattern: "x", limit: 2001 })).output).toMatch(/limit: /);
	});

	it("does not hang on an expression that explodes", async () => {
		const folder = workspace({ bad: `${"a".repeat(5000)}!\n` });
		const controller = new AbortController();
		const context = toolContext(folder, { signal: controller.signal, shellEnv: { PATH: pathWith("grep") } });
		const startedMs = performance.now();
		const running = runGrepFiles({ pattern: "^(a+)+$" }, context);
		setTimeout(() => controller.abort(), 100);
		await running;
		expect(performance.now() - startedMs).toBeLessThan(1000);
	});
});
