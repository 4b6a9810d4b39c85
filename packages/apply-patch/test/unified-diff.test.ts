// Every diff is checked by the program that it is made for.
import { execFileSync } from "node:child_process";
import { existsSync, promises as fs, readdirSync, readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { applyPatch, computeUpdate, type FileChange, parsePatch, planPatch } from "@codex/apply-patch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitTextLines } from "../src/text-lines.ts";
import { unifiedDiff } from "../src/unified-diff.ts";
import { snapshot, temporaryFolder, writeTree } from "./tree.ts";

function gitApply(folder: string, diff: string): void {
	if (diff === "") return;
	execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
		cwd: folder,
		input: diff,
		env: {
			...process.env,
			GIT_CEILING_DIRECTORIES: join(folder, ".."),
			GIT_DIR: undefined,
			GIT_CONFIG_GLOBAL: "/dev/null",
		},
	});
}

async function planIn(cwd: string, patch: string): Promise<readonly FileChange[]> {
	const parsed = parsePatch(patch);
	if (parsed.kind === "error") throw new Error(parsed.error.message);
	const planned = await planPatch(parsed.patch, { cwd });
	if (planned.kind === "error") throw new Error(planned.message);
	return planned.changes;
}

/** Files only: git makes and removes folders by itself. */
async function filesOf(folder: string): Promise<Record<string, string>> {
	return Object.fromEntries(Object.entries(await snapshot(folder)).filter(([path]) => !path.endsWith("/")));
}

/** Applies a patch with this package and its diffs with git, and compares. */
async function compareWithGit(files: Readonly<Record<string, string>>, patch: string): Promise<string> {
	const [ours, gits] = [await temporaryFolder(), await temporaryFolder()];
	await writeTree(ours, files);
	await writeTree(gits, files);
	const changes = await planIn(gits, patch);
	const parsed = parsePatch(patch);
	if (parsed.kind === "error") throw new Error(parsed.error.message);
	expect(await applyPatch(parsed.patch, { cwd: ours })).toMatchObject({ kind: "ok" });
	for (const { unifiedDiff: diff } of changes) gitApply(gits, diff);
	expect(await filesOf(gits)).toEqual(await filesOf(ours));
	return changes.map((change) => change.unifiedDiff).join("");
}

const envelope = (...lines: readonly string[]): string => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

describe("diffs of the fixtures", () => {
	const fixtures = join(import.meta.dirname, "fixtures");
	const names = readdirSync(fixtures).filter((name) => {
		const isError = existsSync(join(fixtures, name, "error.txt"));
		return !isError && existsSync(join(fixtures, name, "patch.txt")) && name !== "delete-binary-file";
	});

	it.each(names)("%s", async (name) => {
		const cwd = await temporaryFolder();
		const input = join(fixtures, name, "input");
		if (existsSync(input)) await cp(input, cwd, { recursive: true });
		const changes = await planIn(cwd, readFileSync(join(fixtures, name, "patch.txt"), "utf8"));
		for (const { unifiedDiff: diff } of changes) gitApply(cwd, diff);
		const expected = await temporaryFolder();
		const output = join(fixtures, name, "expected");
		if (existsSync(output)) await cp(output, expected, { recursive: true });
		expect(await filesOf(cwd)).toEqual(await filesOf(expected));
	});
});

describe("unifiedDiff", () => {
	it("joins near changes and separates far ones", async () => {
		const original = Array.from({ length: 40 }, (_, index) => `${index}`);
		const body = (index: number): string[] => ["@@", `-${index}`, `+${index}!`];
		const files = { f: `${original.join("\n")}\n` };
		const near = await compareWithGit(files, envelope("*** Update File: f", ...body(5), ...body(12)));
		expect(near.match(/^@@/gm)).toHaveLength(1);
		expect(near).toContain("@@ -3,14 +3,14 @@");
		const far = await compareWithGit(
			files,
			envelope("*** Update File: f", ...body(5), "+more", ...body(13), ...body(39)),
		);
		expect(far.match(/^@@.*/gm)).toEqual(["@@ -3,7 +3,8 @@", "@@ -11,7 +12,7 @@", "@@ -37,4 +38,4 @@"]);
	});

	it("says where a final line ending was missing", async () => {
		const diff = await compareWithGit({ f: "a\nb" }, envelope("*** Update File: f", "@@", "-a", "+A"));
		expect(diff).toContain("-a\n-b\n\\ No newline at end of file\n+A\n+b\n");
	});

	it("shows a rename without a change of content", async () => {
		const diff = await compareWithGit({ f: "a\n" }, envelope("*** Update File: f", "*** Move to: d/g", "@@", " a"));
		expect(diff).toBe("diff --git a/f b/d/g\nrename from f\nrename to d/g\n");
	});

	it("quotes paths that need it", async () => {
		const names = ['a "b"', "back\\slash", "tab\there", "sp ace", "\u00fcml\u00e4ut", "bell\u0007"];
		for (const name of names) {
			await compareWithGit({ [name]: "one\n" }, envelope(`*** Update File: ${name}`, "@@", "-one", "+two"));
			const moved = envelope(`*** Update File: ${name}`, `*** Move to: d/${name}.x`, "@@", "-one", "+two");
			await compareWithGit({ [name]: "one\n" }, moved);
			await compareWithGit({}, envelope(`*** Add File: ${name}`, "+x"));
			await compareWithGit({ [name]: "one\n" }, envelope(`*** Delete File: ${name}`));
		}
	});

	it("moves a byte order mark with the first line", async () => {
		for (const body of [["-a"], ["+x", " a"], ["-a", "+x"], ["-a", "-b", "-c"], ["-a", " b", "+y", "-c"]]) {
			await compareWithGit({ f: "\uFEFFa\nb\nc\n" }, envelope("*** Update File: f", "@@", ...body));
		}
		await compareWithGit({ f: "\uFEFFa\nb\n" }, envelope("*** Add File: f", "+b"));
	});

	it("deletes links as links", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { target: "kept\n" });
		await fs.symlink("target", join(cwd, "link"));
		for (const change of await planIn(cwd, envelope("*** Delete File: link"))) gitApply(cwd, change.unifiedDiff);
		expect(await filesOf(cwd)).toEqual({ target: "644 kept\n" });
	});

	it("names files outside of the folder by their whole path", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { "outer.txt": "one\n", "in/x": "" });
		const patch = envelope("*** Update File: ../outer.txt", "@@", "-one", "+two");
		const [change] = await planIn(join(cwd, "in"), patch);
		expect(change?.unifiedDiff).toContain(`--- a${cwd}/outer.txt\n+++ b${cwd}/outer.txt\n`);
	});

	it("is empty when nothing changes", () => {
		expect(unifiedDiff({ kind: "modify", path: "f" }, { before: splitTextLines("a\n"), edits: [] })).toBe("");
	});
});

interface Edited {
	readonly original: string;
	readonly expected: string;
	readonly body: readonly string[];
}

type LineEdit =
	| { readonly kind: "keep" }
	| { readonly kind: "remove" }
	| { readonly kind: "replace"; readonly text: string }
	| { readonly kind: "insert"; readonly text: string };

interface Row {
	readonly sign: " " | "-" | "+";
	readonly text: string;
}

function rowsOf(line: string, change: LineEdit): readonly Row[] {
	const kept: Row = { sign: " ", text: line };
	const removed: Row = { sign: "-", text: line };
	switch (change.kind) {
		case "keep":
			return [kept];
		case "remove":
			return [removed];
		case "replace":
			return [removed, { sign: "+", text: change.text }];
		case "insert":
			return [{ sign: "+", text: change.text }, kept];
	}
}

/** Edits a text and writes the patch for it: each run of changes with up to three kept lines around it is a chunk. */
function edit(lines: readonly string[], edits: readonly LineEdit[]): Edited {
	const rows = lines.flatMap((line, index) => rowsOf(line, edits[index] ?? { kind: "keep" }));
	const isNear = rows.map((_, index) => rows.slice(Math.max(0, index - 2), index + 3).some(({ sign }) => sign !== " "));
	const body = rows.flatMap(({ sign, text }, index) => {
		if (isNear[index] !== true) return [];
		return [...(isNear[index - 1] === true ? [] : ["@@"]), sign + text];
	});
	const expected = rows.filter(({ sign }) => sign !== "-").map(({ text }) => `${text}\n`);
	return { original: lines.map((line) => `${line}\n`).join(""), expected: expected.join(""), body };
}

const text = fc.string({ unit: "grapheme", maxLength: 8 }).map((value) => value.replace(/[\r\n\0]/g, ""));
const lineEdit: fc.Arbitrary<LineEdit> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant({ kind: "keep" } as const) },
	fc.constant({ kind: "remove" } as const),
	text.map((value) => ({ kind: "replace", text: value }) as const),
	text.map((value) => ({ kind: "insert", text: value }) as const),
);
const edited: fc.Arbitrary<Edited> = fc
	.array(fc.tuple(text, lineEdit), { minLength: 1, maxLength: 40 })
	// Numbered, so that each chunk has one place only.
	.map((pairs) =>
		edit(
			pairs.map(([line], index) => `${index}:${line}`),
			pairs.map(([, change]) => change),
		),
	)
	.filter(({ body }) => body.length > 0);

describe("a random edit", () => {
	it("comes back from its patch", () => {
		fc.assert(
			fc.property(edited, ({ original, expected, body }) => {
				const parsed = parsePatch(envelope("*** Update File: f", ...body));
				const hunk = parsed.kind === "ok" ? parsed.patch.hunks[0] : undefined;
				if (hunk?.kind !== "update") throw new Error(JSON.stringify(parsed));
				expect(computeUpdate(original, hunk.chunks, "f")).toEqual({ kind: "ok", content: expected, fuzz: 0 });
			}),
			{ numRuns: 1000 },
		);
	});

	it("comes back from its diff through git", { timeout: 60_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(edited, fc.boolean(), async ({ original, body }, isTerminated) => {
				const before = isTerminated ? original : original.slice(0, -1);
				await compareWithGit({ f: before }, envelope("*** Update File: f", ...body));
			}),
			{ numRuns: 60 },
		);
	});
});
