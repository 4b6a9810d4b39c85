import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileChanges } from "../../src/trust/changes.ts";
import { unifiedDiff } from "../../src/trust/line-diff.ts";
import type { SnapshotFile } from "../../src/trust/snapshot.ts";
import { visibleText } from "../../src/trust/visible-text.ts";

/** Applies a diff of texts that need no escapes. */
function apply(before: string, diff: string): string {
	const source = before === "" ? [] : before.replace(/\n$/, "").split("\n");
	const result: string[] = [];
	let at = 0;
	for (const line of diff.split("\n").slice(2, -1)) {
		const header = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line);
		if (header !== null) {
			const start = Number(header[1]) - (header[2] === "0" ? 0 : 1);
			result.push(...source.slice(at, start));
			at = start;
			expect(result.length).toBe(Number(header[3]) - (header[4] === "0" ? 0 : 1));
		} else if (line.startsWith("+")) result.push(line.slice(1));
		else {
			expect(source[at]).toBe(line.slice(1));
			if (line.startsWith(" ")) result.push(line.slice(1));
			at += 1;
		}
	}
	result.push(...source.slice(at));
	return result.map((line) => `${line}\n`).join("");
}

const text = fc
	.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 40 })
	.map((lines) => lines.map((line) => `${line}\n`).join(""));

describe("unifiedDiff", () => {
	it("turns the old text into the new one", () => {
		fc.assert(
			fc.property(text, text, (before, after) => {
				const diff = unifiedDiff("f", before, after);
				expect(diff === "").toBe(before === after);
				if (diff !== "") expect(apply(before, diff)).toBe(after);
			}),
			{ numRuns: 2000 },
		);
	});

	it("is the shortest one, with three lines of context and hunks apart", () => {
		const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
		const before = `${lines.join("\n")}\n`;
		const after = before.replace("line 3\n", "line three\n").replace("line 18\n", "");
		expect(unifiedDiff(".code/config.toml", before, after)).toBe(
			[
				"--- a/.code/config.toml",
				"+++ b/.code/config.toml",
				"@@ -1,6 +1,6 @@",
				" line 1",
				" line 2",
				"-line 3",
				"+line three",
				" line 4",
				" line 5",
				" line 6",
				"@@ -15,6 +15,5 @@",
				" line 15",
				" line 16",
				" line 17",
				"-line 18",
				" line 19",
				" line 20",
				"",
			].join("\n"),
		);
	});

	it("shows new and removed files, and a missing line break at the end", () => {
		expect(unifiedDiff("f", undefined, "a\n")).toBe("--- /dev/null\n+++ b/f\n@@ -0,0 +1,1 @@\n+a\n");
		expect(unifiedDiff("f", "a\n", undefined)).toBe("--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
		expect(unifiedDiff("f", "a", "a\n")).toContain("-\\ No newline at end of file\n");
	});

	it("takes linear time for texts that have nothing in common", () => {
		const make = (word: string): string => Array.from({ length: 50_000 }, (_, index) => `${word}${index}\n`).join("");
		const started = performance.now();
		const diff = unifiedDiff("f", make("a"), make("b"));
		expect(performance.now() - started).toBeLessThan(2000);
		expect(diff.split("\n")).toHaveLength(100_004);
	});

	// users.md 4.2, 49 and 54: nothing in a diff may hide, reorder or repaint.
	it("shows what would hide (holes 49 and 54)", () => {
		const evil = "ok\u001b[2K\rfine\u202e txt\u200b\u00a0\u2028x\u0007\n\tcommand\n";
		const diff = unifiedDiff("na\u202eme\n", "", evil);
		expect(diff).toContain("+ok\\u{1b}[2K\\u{d}fine\\u{202e} txt\\u{200b}\\u{a0}\\u{2028}x\\u{7}\n+\tcommand\n");
		expect(diff).toContain("+++ b/na\\u{202e}me\\u{a}\n");
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 30 }), (raw) => {
				expect(visibleText(raw)).not.toMatch(/(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
			}),
		);
	});
});

describe("fileChanges", () => {
	const file = (path: string, content: string, extra: Partial<SnapshotFile> = {}): SnapshotFile => ({
		path,
		kind: "file",
		size: content.length,
		sha256: Buffer.from(content.padEnd(32, "\0")).toString("hex").slice(0, 64),
		text: content,
		...extra,
	});
	const mapOf = (...files: SnapshotFile[]): Map<string, SnapshotFile> => new Map(files.map((one) => [one.path, one]));

	it("names what was added, removed and changed, in order", () => {
		const changes = fileChanges(
			mapOf(file("a", "1\n"), file("b", "2\n"), file("same", "s")),
			mapOf(file("b", "3\n"), file("c", "4\n"), file("same", "s")),
		);
		expect(changes.map(({ change, path }) => `${change} ${path}`)).toEqual(["removed a", "changed b", "added c"]);
		expect(changes[1]?.diff).toContain("-2\n+3\n");
	});

	it("compares by size and hash what has no text, and says so for empty files", () => {
		const { text: _, ...binary } = file("x", "new");
		const [change] = fileChanges(mapOf(file("x", "old")), mapOf(binary));
		expect(change?.diff).toMatch(/^x: was file of 3 bytes, SHA-256 [0-9a-f]{64}; is file of 3 bytes, SHA-256 .*\n$/);
		expect(fileChanges(mapOf(), mapOf(file("e", "")))[0]?.diff).toMatch(/^e: was absent; is file of 0 bytes/);
		const link = file("x", "old", { kind: "link" });
		expect(fileChanges(mapOf(file("x", "old")), mapOf(link))[0]).toMatchObject({ change: "changed" });
	});
});
