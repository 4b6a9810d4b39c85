import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { runApplyPatch } from "../../../src/tools/apply-patch/run.ts";
import { temporaryFolder, toolContext, typesOf } from "../tool-context.ts";

const pair = ["patch_apply_begin", "patch_apply_end"];
const patchOf = (...lines: readonly string[]): string => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const addOf = (path: string): string => patchOf(`*** Add File: ${path}`, "+hello");

async function apply(args: JsonValue, overrides: Parameters<typeof toolContext>[1] = {}) {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "a.txt"), "one\ntwo\n");
	const context = toolContext(folder, overrides.writableRoots === undefined ? { ...overrides } : overrides);
	const result = await runApplyPatch(args, context);
	return { folder, context, result };
}

describe("a patch", () => {
	const input = patchOf(
		"*** Add File: sub/new.txt",
		"+hello",
		"*** Update File: a.txt",
		"*** Move to: b.txt",
		"@@",
		" one",
		"-two",
		"+zwei",
	);

	it("is applied, shown before and recorded after", async () => {
		const { folder, context, result } = await apply({ input });
		expect(result).toEqual({
			output: "Success. Updated the following files:\nA sub/new.txt\nM b.txt\n",
			status: "ok",
		});
		expect(readFileSync(join(folder, "b.txt"), "utf8")).toBe("one\nzwei\n");
		expect(readFileSync(join(folder, "sub/new.txt"), "utf8")).toBe("hello\n");
		expect(context.events).toEqual([
			{
				type: "patch_apply_begin",
				callId: "call-1",
				autoApproved: true,
				changes: [
					{ path: join(folder, "sub/new.txt"), kind: "add", unifiedDiff: expect.stringContaining("+hello") },
					{
						path: join(folder, "a.txt"),
						kind: "update",
						movePath: join(folder, "b.txt"),
						unifiedDiff: expect.stringContaining("-two\n+zwei"),
					},
				],
			},
			{ type: "patch_apply_end", callId: "call-1", status: "completed", stdout: result.output, stderr: "" },
		]);
		expect(context.changes).toHaveLength(2);
	});

	it("may come as free text or under its other name", async () => {
		expect((await apply(input)).result.status).toBe("ok");
		expect((await apply({ patch: input })).result.status).toBe("ok");
	});

	it("that does not fit changes nothing and quotes the nearest lines", async () => {
		const { folder, context, result } = await apply({
			input: patchOf("*** Add File: new.txt", "+x", "*** Update File: a.txt", "@@", " one", "-tow", "+zwei"),
		});
		expect(result.status).toBe("failed");
		expect(result.output).toContain("Failed to find expected lines in a.txt");
		expect(result.output).toContain("two");
		expect(readdirSync(folder)).toEqual(["a.txt"]);
		expect(typesOf(context.events)).toEqual(pair);
		expect(context.events.at(-1)).toMatchObject({ status: "failed", stderr: result.output, stdout: "" });
		expect(context.changes).toEqual([]);
	});

	it("that is none is answered with the reason", async () => {
		const { context, result } = await apply({ input: "diff --git a b" });
		expect(result).toEqual({
			output: "invalid patch: The first line of the patch must be '*** Begin Patch'",
			status: "failed",
		});
		expect(typesOf(context.events)).toEqual(pair);
		expect((await apply({ input: patchOf() })).result.output).toBe("No files were modified.");
		const wrong = await apply({ input: 1 });
		expect(wrong.result.output).toMatch(/^failed to parse function arguments: input: /);
		expect(typesOf(wrong.context.events)).toEqual(["tool_call_begin", "tool_call_end"]);
	});
});

describe("confinement", () => {
	it("declines everything in read-only mode and names the way out", async () => {
		const { folder, context, result } = await apply({ input: addOf("new.txt") }, { writableRoots: [] });
		expect(result.status).toBe("declined");
		expect(result.output).toContain("`--sandbox workspace-write`");
		expect(readdirSync(folder)).toEqual(["a.txt"]);
		expect(context.events).toMatchObject([
			{ type: "patch_apply_begin", changes: [{ path: join(folder, "new.txt"), kind: "add", unifiedDiff: "" }] },
			{ type: "patch_apply_end", status: "declined" },
		]);
	});

	it("declines what leads out of the workspace", async () => {
		const outside = temporaryFolder();
		const folder = temporaryFolder();
		mkdirSync(join(folder, ".git"));
		symlinkSync(outside, join(folder, "link"));
		for (const path of ["../x.txt", join(outside, "x.txt"), "link/x.txt", ".git/hooks/x"]) {
			const context = toolContext(folder);
			const result = await runApplyPatch({ input: addOf(path) }, context);
			expect(result.status, path).toBe("declined");
			expect(context.events.at(-1)).toMatchObject({ type: "patch_apply_end", status: "declined" });
		}
		expect(readdirSync(outside)).toEqual([]);
	});

	it("is off when the context is unconfined", async () => {
		const outside = temporaryFolder();
		const path = join(outside, "x.txt");
		const { result } = await apply({ input: addOf(path) }, { writableRoots: [], unconfined: true });
		expect(result.status).toBe("ok");
		expect(readFileSync(path, "utf8")).toBe("hello\n");
	});
});

it("is not applied after an abort", async () => {
	const { folder, context, result } = await apply({ input: addOf("new.txt") }, { signal: AbortSignal.abort() });
	expect(result).toEqual({ output: "aborted", status: "aborted" });
	expect(typesOf(context.events)).toEqual(pair);
	expect(context.events.at(-1)).toMatchObject({ status: "aborted" });
	expect(readdirSync(folder)).toEqual(["a.txt"]);
});

it("comes one after the other, each upon the last", async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, "n.txt"), "0\n");
	const steps = Array.from({ length: 20 }, (_, step) =>
		patchOf("*** Update File: n.txt", "@@", `-${step}`, `+${step + 1}`),
	);
	const results = await Promise.all(steps.map((input) => runApplyPatch({ input }, toolContext(folder))));
	expect(results.every(({ status }) => status === "ok")).toBe(true);
	expect(readFileSync(join(folder, "n.txt"), "utf8")).toBe("20\n");
});

describe("an editor with unsaved changes", () => {
	const input = patchOf("*** Update File: a.txt", "@@", " unsaved", "-two", "+zwei");
	const editorWith = (text: string | undefined, takes = true) => {
		const written: string[] = [];
		return {
			written,
			read: () => Promise.resolve(text),
			write: (_path: string, given: string) => {
				written.push(given);
				return Promise.resolve(takes);
			},
		};
	};
	const changed = "unsaved\ntwo\n";

	it("has them kept by a patch, on disk and in its buffer", async () => {
		const editor = editorWith(changed);
		const { folder, result } = await apply({ input }, { editor });
		expect(result).toMatchObject({ status: "ok" });
		expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("unsaved\nzwei\n");
		expect(editor.written).toEqual(["unsaved\nzwei\n"]);
	});

	it("that it does not let go of are said", async () => {
		const { result } = await apply({ input }, { editor: editorWith(changed, false) });
		expect(result.output).toContain("still shows its own unsaved version");
	});

	it("that are none, or in a file that goes away, are nothing to write", async () => {
		const same = editorWith("one\ntwo\n");
		await apply({ input: patchOf("*** Update File: a.txt", "@@", "-two", "+zwei") }, { editor: same });
		const moved = editorWith(changed);
		await apply(
			{ input: patchOf("*** Update File: a.txt", "*** Move to: b.txt", "@@", "-two", "+zwei") },
			{ editor: moved },
		);
		expect([...same.written, ...moved.written]).toEqual([]);
	});
});
