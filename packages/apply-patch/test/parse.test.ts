import { parsePatch } from "@codex/apply-patch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const patch = (...lines: readonly string[]): string => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

function errorOf(text: string): { line?: number; message: string } {
	const result = parsePatch(text);
	if (result.kind === "ok") throw new Error("expected an error");
	return result.error;
}

describe("parsePatch", () => {
	it("gives the hunks of all kinds", () => {
		const text = patch(
			"*** Add File: a.txt",
			"+one",
			"+",
			"*** Delete File: dir/b.txt",
			"*** Update File: c.txt",
			"*** Move to: d.txt",
			"@@ class A",
			"@@ f()",
			" keep",
			"-old",
			"+new",
			"",
			"*** End of File",
			"@@",
			"+end",
		);
		expect(parsePatch(text)).toEqual({
			kind: "ok",
			patch: {
				hunks: [
					{ kind: "add", path: "a.txt", content: "one\n\n" },
					{ kind: "delete", path: "dir/b.txt" },
					{
						kind: "update",
						path: "c.txt",
						movePath: "d.txt",
						chunks: [
							{
								contexts: ["class A", "f()"],
								lines: [
									{ kind: "context", text: "keep" },
									{ kind: "remove", text: "old" },
									{ kind: "add", text: "new" },
									{ kind: "context", text: "" },
								],
								endOfFile: true,
							},
							{ contexts: [], lines: [{ kind: "add", text: "end" }], endOfFile: false },
						],
					},
				],
			},
		});
	});

	it("parses a patch without hunks", () => {
		expect(parsePatch(patch())).toEqual({ kind: "ok", patch: { hunks: [] } });
	});

	it("takes CRLF, padding, heredocs and an environment for what they are", () => {
		const plain = parsePatch(patch("*** Delete File: a"));
		const body = patch("*** Delete File: a");
		for (const variant of [
			body.replaceAll("\n", "\r\n"),
			`\n\n  ${body.replaceAll("\n", "  \n")}  \n`,
			`<<EOF\n${body}\nEOF`,
			`<<'EOF'\n${body}\nEOF\n`,
			`<<"EOF"\n${body}\nEOF`,
			patch("*** Environment ID: e1", "*** Delete File: a"),
		]) {
			expect(parsePatch(variant)).toEqual(plain);
		}
	});

	it("keeps a space-indented move line as context", () => {
		const result = parsePatch(patch("*** Update File: a", " *** Move to: b", "-x"));
		expect(result).toMatchObject({
			kind: "ok",
			patch: { hunks: [{ chunks: [{ lines: [{ text: "*** Move to: b" }, {}] }] }] },
		});
		expect(JSON.stringify(result)).not.toContain("movePath");
	});

	it("keeps carriage returns inside of lines", () => {
		expect(parsePatch(patch("*** Add File: a", "+x\ry\r\r"))).toMatchObject({
			patch: { hunks: [{ content: "x\ry\r\n" }] },
		});
	});

	it.each([
		["", undefined, "invalid patch: The first line of the patch must be '*** Begin Patch'"],
		["*** Begin Patch", undefined, "invalid patch: The last line of the patch must be '*** End Patch'"],
		[
			"*** begin patch\n*** End Patch",
			undefined,
			"invalid patch: The first line of the patch must be '*** Begin Patch'",
		],
		[
			"<<EOF\n*** Begin Patch\n*** End Patch\n",
			undefined,
			"invalid patch: The first line of the patch must be '*** Begin Patch'",
		],
		[
			"<<XYZ\n*** Begin Patch\n*** End Patch\nXYZ",
			undefined,
			"invalid patch: The first line of the patch must be '*** Begin Patch'",
		],
		[patch("*** Update File: a"), 2, "invalid hunk at line 2, Update file hunk for path 'a' is empty"],
		[
			patch("*** Update File: a", "*** Move to: b", "*** Delete File: c"),
			2,
			"invalid hunk at line 2, Update file hunk for path 'a' is empty",
		],
		[patch("*** Delete File: x", "+y"), 3, "invalid hunk at line 3, '+y' is not a valid hunk header."],
		[patch("*** Add File:"), 2, "invalid hunk at line 2, '*** Add File:' is not a valid hunk header."],
		[patch("*** Update File: a", "@@"), 4, "invalid hunk at line 4, Update hunk does not contain any lines"],
		[
			patch("*** Update File: a", "@@ x", "*** End of File"),
			4,
			"invalid hunk at line 4, Update hunk does not contain any lines",
		],
		[
			patch("*** Update File: a", "@@", "*** Delete File: b"),
			4,
			"Unexpected line found in update hunk: '*** Delete File: b'",
		],
		[
			patch("*** Update File: a", "@@", "-x", "y"),
			5,
			"Expected update hunk to start with a @@ context marker, got: 'y'",
		],
		[
			patch("*** Update File: a", "@@", "-x", "*** End of File", "+y"),
			6,
			"Expected update hunk to start with a @@ context marker, got: '+y'",
		],
		[patch("*** Update File: a", "@@x", "-x"), 3, "Unexpected line found in update hunk: '@@x'"],
	])("refuses %j", (text, line, message) => {
		const error = errorOf(text);
		expect(error.message).toContain(message);
		expect(error.line).toBe(line);
	});

	it("never throws, whatever the text", () => {
		const line = fc.oneof(
			fc.constantFrom(
				"*** Begin Patch",
				"*** End Patch",
				"*** Add File: a",
				"*** Delete File: b",
				"*** Update File: c",
				"*** Move to: d",
				"*** End of File",
				"*** Environment ID: e",
				"@@",
				"@@ f",
				"@@ -1,2 +3 @@",
				"<<'EOF'",
				"EOF",
				"",
				" ",
				"\r",
			),
			fc.string({ unit: "binary", maxLength: 12 }),
			fc.tuple(fc.constantFrom("+", "-", " "), fc.string({ maxLength: 5 })).map((parts) => parts.join("")),
		);
		const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join("\n"));
		let parsed = 0;
		fc.assert(
			fc.property(
				fc.oneof(
					text,
					text.map((body) => patch(body)),
					fc.string({ unit: "binary" }),
				),
				(input) => {
					const result = parsePatch(input);
					if (result.kind === "ok") {
						parsed += 1;
						for (const hunk of result.patch.hunks)
							if (hunk.kind === "update") expect(hunk.chunks.length).toBeGreaterThan(0);
					} else {
						expect(result.error.message).toMatch(/^invalid (patch: |hunk at line \d+, )/);
					}
				},
			),
			{ numRuns: 3000 },
		);
		expect(parsed).toBeGreaterThan(20);
	});
});
