import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { applyPatchArgsSchema } from "../../src/tools/apply-patch/args-schema.ts";
import { grepFilesArgsSchema } from "../../src/tools/grep-files/args-schema.ts";
import { listDirArgsSchema } from "../../src/tools/list-dir/args-schema.ts";
import { fillPrompt } from "../../src/tools/prompt-text.ts";
import { readFileArgsSchema } from "../../src/tools/read-file/args-schema.ts";
import { createToolRegistry } from "../../src/tools/registry.ts";
import { shellArgsSchema } from "../../src/tools/shell/args-schema.ts";
import { updatePlanArgsSchema } from "../../src/tools/update-plan/args-schema.ts";
import { viewImageArgsSchema } from "../../src/tools/view-image/args-schema.ts";

const schemas: Readonly<Record<string, z.ZodType>> = {
	shell: shellArgsSchema,
	apply_patch: applyPatchArgsSchema,
	read_file: readFileArgsSchema,
	list_dir: listDirArgsSchema,
	grep_files: grepFilesArgsSchema,
	update_plan: updatePlanArgsSchema,
	view_image: viewImageArgsSchema,
};

/** Without what only one of the two kinds of schema says: prose, and that unknown arguments are not wanted. */
function bare(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(bare);
	if (typeof value !== "object" || value === null) return value;
	const members = Object.entries(value).filter(
		([name, member]) =>
			!["$schema", "additionalProperties"].includes(name) && !(name === "description" && typeof member === "string"),
	);
	return Object.fromEntries(members.map(([name, member]) => [name, bare(member)]));
}

describe("createToolRegistry", () => {
	const registry = createToolRegistry();

	it("offers the tools in a fixed order, always the same frozen value", () => {
		expect(registry.specs().map(({ name }) => name)).toEqual(Object.keys(schemas));
		expect(registry.specs()).toBe(registry.specs());
		expect(JSON.stringify(createToolRegistry().specs())).toBe(JSON.stringify(registry.specs()));
		const isFrozen = (value: unknown): boolean =>
			typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
		expect(isFrozen(registry.specs())).toBe(true);
	});

	it.each(Object.entries(schemas))("describes the arguments of %s as its schema takes them", (name, schema) => {
		const spec = registry.find(name)?.spec;
		expect(bare(spec?.parameters)).toEqual(bare(z.toJSONSchema(schema, { io: "input" })));
		expect(spec?.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
	});

	it("states the limits of the code in its descriptions and leaves no placeholder", () => {
		for (const { description } of registry.specs()) expect(description).not.toMatch(/\{\{|\}\}/);
		expect(registry.find("shell")?.spec.description).toContain("after 120 seconds");
		expect(registry.find("read_file")?.spec.description).toContain("2000 lines");
	});

	it("answers to other agents' names without offering them", () => {
		for (const alias of ["shell_command", "exec_command", "local_shell", "container.exec"]) {
			expect(registry.find(alias)).toBe(registry.find("shell"));
		}
		expect(registry.find("applypatch")).toBe(registry.find("apply_patch"));
		expect(registry.find("toString")).toBeUndefined();
		expect(registry.find("")).toBeUndefined();
	});

	it("lets everything run beside each other except what writes", () => {
		const alone = registry.specs().filter(({ name }) => registry.find(name)?.parallel === false);
		expect(alone.map(({ name }) => name)).toEqual(["apply_patch", "update_plan"]);
	});

	it("loads neither zod nor a tool before the first call", () => {
		const module = join(import.meta.dirname, "../../src/tools/registry.ts");
		const script = `import { registerHooks } from "node:module";
			const loaded = [];
			registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
			const { createToolRegistry } = await import(${JSON.stringify(module)});
			createToolRegistry().specs();
			console.log(JSON.stringify(loaded));`;
		const args = ["--conditions=@codex/source", "--input-type=module", "-e", script];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
		expect(stderr).toBe("");
		const loaded: readonly string[] = JSON.parse(stdout);
		expect(loaded.some((url) => url.endsWith("/shell/spec.ts"))).toBe(true);
		expect(loaded.filter((url) => /zod|run\.ts|args-schema|node:/.test(url))).toEqual([]);
	});
});

describe("prompt texts", () => {
	it("are embedded as they stand", async () => {
		const folder = join(import.meta.dirname, "../../src/tools");
		const tools = readdirSync(folder, { withFileTypes: true }).filter(
			// Tools of MCP servers are described by their servers.
			(entry) => entry.isDirectory() && entry.name !== "approvals" && entry.name !== "mcp",
		);
		expect(tools).toHaveLength(Object.keys(schemas).length);
		for (const { name } of tools) {
			const { promptText } = (await import(`../../src/tools/${name}/prompt.gen.ts`)) as { promptText: string };
			expect(promptText).toBe(readFileSync(join(folder, name, "prompt.md"), "utf8"));
		}
	});

	it("take exactly the values that they name", () => {
		expect(fillPrompt(" {{A}} and {{A}}, {{B}}\n", { A: 1, B: "two" })).toBe("1 and 1, two");
		expect(() => fillPrompt("{{A}}", {})).toThrow("no value for {{A}}");
		expect(() => fillPrompt("{{toString}}", {})).toThrow("no value");
		expect(() => fillPrompt("x", { A: 1 })).toThrow("no placeholder for A");
	});
});
