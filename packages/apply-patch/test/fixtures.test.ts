// One loop over all fixtures: `input/` and `patch.txt` give `expected/`, or the error that contains `error.txt` and then
// nothing has changed. A missing folder stands for an empty one. `stdout.txt` is compared when it is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { type ApplyResult, applyPatch, parsePatch, planPatch } from "@codex/apply-patch";
import { describe, expect, it } from "vitest";
import { snapshot, temporaryFolder } from "./tree.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());

async function copyOf(folder: string): Promise<string> {
	const copy = await temporaryFolder();
	if (existsSync(folder)) await cp(folder, copy, { recursive: true });
	return copy;
}

/** What version control keeps: of permissions only whether a file may be executed. */
async function contentOf(folder: string): Promise<Record<string, string>> {
	const entries = Object.entries(await snapshot(folder)).map(([path, state]): [string, string] => {
		const mode = state.split(" ", 1)[0] ?? "";
		const isExecutable = /[1357]/.test(mode) && !path.endsWith("/");
		return [path, (isExecutable ? "executable" : "plain") + state.slice(mode.length)];
	});
	return Object.fromEntries(entries);
}

async function run(text: string, cwd: string): Promise<ApplyResult | { kind: "error"; message: string }> {
	const parsed = parsePatch(text);
	if (parsed.kind === "error") return { kind: "error", message: parsed.error.message };
	const planned = await planPatch(parsed.patch, { cwd, confine: [cwd] });
	const applied = await applyPatch(parsed.patch, { cwd, confine: [cwd] });
	if (applied.kind === "ok") expect(planned).toEqual({ kind: "ok", changes: applied.changes });
	else expect(planned).toEqual(applied);
	return applied;
}

describe("fixtures", () => {
	it("are all there", () => {
		expect(cases.length).toBeGreaterThanOrEqual(71);
	});

	it.each(cases.map(({ name }) => name))("%s", async (name) => {
		const folder = join(fixtures, name);
		const read = (file: string): string | undefined => {
			const path = join(folder, file);
			return existsSync(path) ? readFileSync(path, "utf8") : undefined;
		};
		const cwd = await copyOf(join(folder, "input"));
		const result = await run(read("patch.txt") ?? "", cwd);
		const error = read("error.txt");
		if (error === undefined) {
			expect(result).toMatchObject({ kind: "ok", leftovers: [] });
			if (result.kind === "ok") expect(result.stdout).toBe(read("stdout.txt") ?? result.stdout);
		} else {
			expect(result.kind).toBe("error");
			if (result.kind === "error") expect(result.message).toContain(error.trimEnd());
		}
		expect(await contentOf(cwd)).toEqual(await contentOf(await copyOf(join(folder, "expected"))));
	});
});
