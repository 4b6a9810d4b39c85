import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { JsonValue } from "@codex/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSplitter } from "../../../src/tools/read-file/line-splitter.ts";
import { runReadFile } from "../../../src/tools/read-file/run.ts";
import { outputText } from "../../../src/tools/tool-call.ts";
import { temporaryFolder, toolContext } from "../tool-context.ts";

async function read(content: string | Uint8Array, args: { [name: string]: JsonValue } = {}, tokens = 10_000) {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "file"), content);
	return await runReadFile({ file_path: "file", ...args }, toolContext(folder, { outputTokenLimit: tokens }));
}

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

describe("lines", () => {
	it("are numbered from 1, whatever their ends", async () => {
		expect(await read("a\nb")).toEqual({ output: "L1: a\nL2: b", status: "ok" });
		expect(await read("\ufeffa\r\n\r\nb\r\n")).toEqual({ output: "L1: a\nL2: \nL3: b", status: "ok" });
		expect(await read("\n")).toEqual({ output: "L1: ", status: "ok" });
	});

	it("begin and end where they are asked to, and the rest is announced", async () => {
		expect((await read(numbered(5), { offset: 2, limit: 2 })).output).toBe(
			"L2: line 2\nL3: line 3\n[more lines follow; go on with offset 4]",
		);
		expect((await read(numbered(3), { offset: 2, limit: 2 })).output).toBe("L2: line 2\nL3: line 3");
		expect((await read(numbered(2001))).output).toMatch(
			/L2000: line 2000\n\[more lines follow; go on with offset 2001\]$/,
		);
		expect((await read(numbered(2000))).output).toMatch(/L2000: line 2000$/);
	});

	it("announce the rest also where a read ends with the last line", async () => {
		const line = `${"x".repeat(63)}\n`;
		expect((await read(line.repeat(1024), { offset: 1024, limit: 1 })).output).toBe(`L1024: ${"x".repeat(63)}`);
		expect((await read(line.repeat(1025), { offset: 1024, limit: 1 })).output).toContain("go on with offset 1025");
	});

	it("are cut at 500 characters, never inside one", async () => {
		const { output } = await read(`${"x".repeat(499)}😀y\n${"x".repeat(500)}\n${"ä".repeat(600)}\n`);
		expect(output).toBe(
			`L1: ${"x".repeat(499)}\nL2: ${"x".repeat(500)}\nL3: ${"ä".repeat(500)}\n[cut at 500 characters: L1, L3]`,
		);
		const many = await read(`${"z".repeat(501)}\n`.repeat(12));
		expect(many.output).toMatch(/\[cut at 500 characters: L1, .*, L10 and others\]$/);
	});

	it("stop before the output is full and say where to go on", async () => {
		const { output } = await read(numbered(1000), {}, 250);
		expect(Buffer.byteLength(outputText(output))).toBeLessThanOrEqual(1000);
		const next = Number(/go on with offset (\d+)/.exec(outputText(output))?.[1]);
		expect(output).toContain(`L${next - 1}: line ${next - 1}\n[more`);
		const tiny = await read(`${"x".repeat(400)}\n`.repeat(3), {}, 20);
		expect(Buffer.byteLength(outputText(tiny.output))).toBeLessThanOrEqual(80);
	});

	it("hold replacement characters where a file is not UTF-8", async () => {
		expect((await read(Buffer.from("Gr\u00f6\u00dfe\n", "latin1"))).output).toBe("L1: Gr\ufffd\ufffde");
	});
});

describe("a file", () => {
	it("may be empty, or end before the offset", async () => {
		expect(await read("")).toEqual({ output: "the file is empty", status: "ok" });
		expect(await read("", { offset: 2 })).toEqual({ output: "the file is empty", status: "failed" });
		expect(await read("a\nb\n", { offset: 3 })).toEqual({
			output: "`file` has 2 lines; offset 3 is beyond its end",
			status: "failed",
		});
		expect((await read("a", { offset: 9 })).output).toBe("`file` has 1 line; offset 9 is beyond its end");
	});

	it("is refused when it is not text", async () => {
		expect((await read(Uint8Array.of(1, 0, 2))).output).toBe("`file` is a binary file");
		expect((await read(Buffer.from("\ufeffwide", "utf16le"))).output).toMatch(/^`file` is UTF-16 text; /);
	});

	it("of a gigabyte is read only as far as needed", async () => {
		const folder = temporaryFolder();
		const file = join(folder, "huge");
		const handle = await open(file, "w");
		await handle.write(numbered(5000));
		await handle.close();
		// Sparse: NUL bytes that must not be looked at.
		truncateSync(file, 1_073_741_824);
		const before = process.memoryUsage().arrayBuffers;
		const result = await runReadFile({ file_path: file, offset: 4000, limit: 1 }, toolContext(folder));
		expect(result.output).toBe("L4000: line 4000\n[more lines follow; go on with offset 4001]");
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
	});

	it("may be one line of 64 MB", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "file"), Buffer.alloc(67_108_864, "x"));
		const { output } = await runReadFile({ path: "file" }, toolContext(folder));
		expect(output).toBe(`L1: ${"x".repeat(500)}\n[cut at 500 characters: L1]`);
	});

	it("must be there, and be a file; nothing else is waited for", async () => {
		const folder = temporaryFolder();
		execFileSync("mkfifo", [join(folder, "fifo")]);
		mkdirSync(join(folder, "folder"));
		symlinkSync("loop", join(folder, "loop"));
		symlinkSync("fifo", join(folder, "to-fifo"));
		const context = toolContext(folder);
		const sentences: readonly (readonly [path: string, sentence: string])[] = [
			["fifo", "`fifo` is a FIFO, not a file"],
			["to-fifo", "`to-fifo` is a FIFO, not a file"],
			["folder", "`folder` is a directory, not a file"],
			["/dev/zero", "`/dev/zero` is a device, not a file"],
			["missing", "`missing` does not exist"],
			["loop", "`loop` is a loop of symbolic links"],
			["x".repeat(300), `\`${"x".repeat(300)}\` is longer than a path may be`],
		];
		for (const [path, sentence] of sentences) {
			expect(await runReadFile({ file_path: path }, context)).toEqual({ output: sentence, status: "failed" });
		}
		expect((await runReadFile({ file_path: "a\0b" }, context)).output).toMatch(/could not be read/);
	});

	it("is not read on after an abort", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "file"), "a\n");
		const context = toolContext(folder, { signal: AbortSignal.abort() });
		expect(await runReadFile({ file_path: "file" }, context)).toEqual({ output: "aborted", status: "aborted" });
	});
});

it("takes its arguments under their other names and answers others with the reason", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "file"), "a\n");
	const context = toolContext(folder);
	expect((await runReadFile({ path: "file", offset: null, unknown: 1 }, context)).output).toBe("L1: a");
	expect((await runReadFile("file", context)).output).toBe("L1: a");
	const wrong = await runReadFile({ file_path: "file", offset: 0 }, context);
	expect(wrong.output).toMatch(/^failed to parse function arguments: offset: /);
	expect(wrong.status).toBe("failed");
	expect(context.events.slice(-2)).toMatchObject([
		{ type: "tool_call_begin", server: "code", tool: "read_file", arguments: { file_path: "file", offset: 0 } },
		{ type: "tool_call_end", server: "code", tool: "read_file", status: "failed", output: wrong.output },
	]);
});

it("splits lines the same way, wherever the bytes are cut", () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom("a", "bc", "\n", "\n\n", "ä")),
			fc.integer({ min: 1, max: 7 }),
			(pieces, size) => {
				const bytes = Buffer.from(pieces.join(""));
				const lines: string[] = [];
				const splitter = createLineSplitter({
					firstLine: 1,
					keptBytes: 1000,
					onLine: (line) => {
						lines.push(line.bytes.toString("utf8"));
						expect(line.number).toBe(lines.length);
						expect(line.totalBytes).toBe(line.bytes.length);
						return true;
					},
				});
				for (let start = 0; start < bytes.length; start += size) splitter.push(bytes.subarray(start, start + size));
				splitter.end();
				const expected = bytes.toString("utf8").split("\n");
				if (expected.at(-1) === "") expected.pop();
				expect(lines).toEqual(expected);
				expect(splitter.lineCount).toBe(lines.length);
			},
		),
	);
});

describe("an editor that holds the file open", () => {
	const reading = async (text: string | undefined, file = "file") => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "file"), "on disk");
		const asked: string[] = [];
		const editor = {
			read: (path: string) => {
				asked.push(path);
				return Promise.resolve(text);
			},
			write: () => Promise.resolve(false),
		};
		const result = await runReadFile({ file_path: file }, toolContext(folder, { editor }));
		return { output: result.output, asked: asked.map((path) => path.replace(folder, ".")) };
	};

	it("is asked, and its text is read, whatever its length", async () => {
		expect(await reading("unsaved\ntext")).toEqual({ output: "L1: unsaved\nL2: text", asked: ["./file"] });
		expect((await reading("")).output).toBe("the file is empty");
		const long = await reading(`${"x".repeat(400)}\n`.repeat(500));
		expect(long.output).toContain("L80: xxx");
	});

	it("is no way to files that are not there, and one that says nothing leaves the disk", async () => {
		expect((await reading("text", "missing")).asked).toEqual([]);
		expect((await reading(undefined)).output).toBe("L1: on disk");
	});

	it("is not asked about files that may not be read", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "secret"), "on disk");
		const editor = { read: () => Promise.resolve("leaked"), write: () => Promise.resolve(false) };
		const files = {
			denied: () => Promise.resolve(() => "**/secret"),
			protected: () => Promise.resolve(() => undefined),
		};
		const result = await runReadFile({ file_path: "secret" }, toolContext(folder, { editor, files }));
		expect(outputText(result.output)).not.toContain("leaked");
	});
});
