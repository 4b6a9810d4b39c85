import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { createTempDir, writeTree } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { applyPatchText, createRuntime, explainConfig, isSchemaName, schemaText } from "../../src/index.ts";
import { makeFixture } from "../runtime-fixture.ts";

describe("explainConfig", () => {
	test("says who set a key, where, and who lost", async () => {
		const { runtime, codeHome } = await makeFixture({ homeFiles: { "config.toml": 'model = "gpt-5"\n' } });
		const explained = await explainConfig(runtime, { model: "o3", overrides: [] }, "model");
		expect(explained).toMatchObject({ kind: "ok" });
		const text = explained.kind === "ok" ? explained.lines.join("\n") : "";
		expect(text).toContain('model = "o3"');
		expect(text).toContain("from cli: --model");
		expect(text).toContain(`over "gpt-5" from config: ${path.join(codeHome, "config.toml")}:1:`);
	});

	test("explains tables and everything", async () => {
		const { runtime } = await makeFixture();
		const table = await explainConfig(runtime, { overrides: [] }, "sandbox_workspace_write");
		expect(table.kind === "ok" && table.entries.map(({ key }) => key)).toContain(
			"sandbox_workspace_write.network_access",
		);
		const all = await explainConfig(runtime, { overrides: [] }, undefined);
		expect(all.kind === "ok" && all.entries.length).toBeGreaterThan(30);
	});

	test("names the nearest key, and refuses a broken configuration", async () => {
		const { runtime } = await makeFixture();
		expect(await explainConfig(runtime, { overrides: [] }, "modle")).toMatchObject({
			kind: "error",
			exitCode: 2,
			lines: [expect.stringContaining("`model`")],
		});
		expect(await explainConfig(runtime, { overrides: ["nonsense"] }, "model")).toMatchObject({
			kind: "error",
			exitCode: 2,
		});
	});
});

describe("applyPatchText", () => {
	async function folder(): Promise<string> {
		const dir = await createTempDir();
		onTestFinished(dir.dispose);
		await writeTree(dir.path, { "in/a.txt": "one\n", "out/b.txt": "b\n" });
		return dir.path;
	}
	const update = (file: string): string => `*** Begin Patch\n*** Update File: ${file}\n@@\n-one\n+uno\n*** End Patch\n`;

	test("applies to its folder", async () => {
		const root = await folder();
		const outcome = await applyPatchText(update("a.txt"), { cwd: path.join(root, "in"), unconfined: false });
		expect(outcome).toMatchObject({ kind: "ok", changes: [{ path: "a.txt", kind: "update" }] });
		expect(readFileSync(path.join(root, "in/a.txt"), "utf8")).toBe("uno\n");
	});

	test("stays in its folder unless told otherwise", async () => {
		const root = await folder();
		const add = "*** Begin Patch\n*** Add File: ../out/new.txt\n+x\n*** End Patch\n";
		expect(await applyPatchText(add, { cwd: path.join(root, "in"), unconfined: false })).toMatchObject({
			kind: "error",
		});
		expect(existsSync(path.join(root, "out/new.txt"))).toBe(false);
		expect(await applyPatchText(add, { cwd: path.join(root, "in"), unconfined: true })).toMatchObject({ kind: "ok" });
		expect(existsSync(path.join(root, "out/new.txt"))).toBe(true);
	});

	test("gives the reason when a patch cannot be read or does not fit", async () => {
		const root = await folder();
		expect(await applyPatchText("nonsense", { cwd: root, unconfined: false })).toMatchObject({
			kind: "error",
			message: expect.stringContaining("Begin Patch"),
		});
		const other = update("in/a.txt").replace("-one", "-two");
		expect(await applyPatchText(other, { cwd: root, unconfined: false })).toMatchObject({
			kind: "error",
			message: expect.stringContaining("Failed to find expected lines"),
		});
	});
});

describe("schemaText", () => {
	test.each(["exec-event", "config", "recording", "command-output"] as const)("%s is a JSON Schema", async (name) => {
		expect(isSchemaName(name)).toBe(true);
		expect(JSON.parse(await schemaText(name))).toHaveProperty("$schema");
	});

	test("knows no other name", () => {
		expect(isSchemaName("../package")).toBe(false);
		expect(
			commandOutputSchema.safeParse({ schema_version: 1, command: "x", exit_code: 0, exit_reason: "ok" }).success,
		).toBe(true);
	});
});

describe("createRuntime", () => {
	const base = { homedir: "/home/u", tmpdir: "/tmp", cwd: "/" };

	test("reads the process by default", () => {
		expect(createRuntime({ version: "1" })).toMatchObject({ kind: "ok", runtime: { version: "1" } });
	});

	test("knows when output should be plain", () => {
		const plain = (env: Record<string, string>): unknown => {
			const made = createRuntime({ version: "1", environment: { ...base, env } });
			return made.kind === "ok" && made.runtime.plainOutput;
		};
		expect([plain({}), plain({ NO_COLOR: "1" }), plain({ NO_COLOR: "" }), plain({ TERM: "dumb" })]).toEqual([
			false,
			true,
			false,
			true,
		]);
	});

	test("refuses a home that is no folder", () => {
		expect(createRuntime({ version: "1", environment: { ...base, env: { CODE_HOME: "/dev/null" } } })).toMatchObject({
			kind: "error",
			exitCode: 2,
		});
	});
});
