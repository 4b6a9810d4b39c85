// The import law's own test: a lawful workspace is green, each planted violation turns exactly its rules red, and a
// file or an import that the parser does not see is reported. Runs the rules of the real check.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lawRows } from "../../law.config.ts";
import { cruiseWorkspace, importsInText, type LawReport } from "../../scripts/law/cruise.ts";
import { lawRules } from "../../scripts/law/rules.ts";
import { sourceFiles } from "../../scripts/law/source-files.ts";
import { lawfulWorkspace, writeWorkspace } from "./fixture-workspace.ts";
import { plantedFiles, plants } from "./plants.ts";

const roots: string[] = [];

async function reportOn(files: Parameters<typeof writeWorkspace>[0]): Promise<LawReport> {
	const root = writeWorkspace(files);
	roots.push(root);
	return await cruiseWorkspace(root);
}

afterAll(() => {
	for (const root of roots) rmSync(root, { recursive: true, force: true });
});

test("a workspace that keeps the law is green and wholly read", async () => {
	const report = await reportOn(lawfulWorkspace());
	expect(report.violations).toEqual([]);
	expect(report.blindSpots).toEqual([]);
	expect(report.filesRead).toBe(report.filesOnDisk);
	expect(report.filesRead).toBeGreaterThan(lawRows.length * 3);
});

describe("with one violation planted for each rule", () => {
	let report: LawReport;
	const planted = plants.flatMap(plantedFiles);

	beforeAll(async () => {
		const beside = plants.flatMap((plant) => plant.beside ?? []);
		report = await reportOn([...lawfulWorkspace(), ...planted.map(({ file }) => file), ...beside]);
	}, 60_000);

	test("every rule has a plant", () => {
		const covered = new Set(plants.flatMap(({ fires }) => fires));
		expect(
			lawRules()
				.map(({ name }) => name)
				.filter((name) => !covered.has(name)),
		).toEqual([]);
	});

	test.each(planted.map(({ file, fires }) => [file[0], fires] as const))("%s breaks %s", (path, fires) => {
		const fired = report.violations.filter(({ from }) => from === path).map(({ rule }) => rule);
		expect(fired.toSorted()).toEqual([...fires].toSorted());
	});

	test("nothing else fires", () => {
		const beside = plants.flatMap((plant) => plant.beside ?? []);
		const expected = new Set([...planted.map(({ file }) => file), ...beside].map(([path]) => path));
		const elsewhere = report.violations.filter(({ from }) => !expected.has(from));
		expect(elsewhere).toEqual([]);
	});

	test("everything was read", () => {
		expect(report.blindSpots).toEqual([]);
		expect(report.filesRead).toBe(report.filesOnDisk);
	});
});

test("an import that the parser does not see is a blind spot", async () => {
	const hidden = 'export type Hidden = typeof import("zod");\n';
	const report = await reportOn([...lawfulWorkspace(), ["packages/redact/src/hidden.ts", hidden]]);
	expect(report.blindSpots).toEqual(['packages/redact/src/hidden.ts: the import of "zod" was not seen']);
});

test("imports are found in the text without a parser, comments aside", () => {
	const text = [
		'import { a } from "./a.ts";',
		"import type {",
		"\tb,",
		'} from "b";',
		'import "c";',
		'export { d } from "@scope/d";',
		'// import "comment";',
		'/* import "block"; */',
		'const e = await import("e");',
	].join("\n");
	expect([...importsInText(text)]).toEqual(["./a.ts", "b", "c", "@scope/d", "e"]);
});

test("the table has no cycle between packages", () => {
	const targets = new Map(lawRows.map((row) => [row.folder, [...row.workspace, ...(row.onDemand ?? [])]]));
	const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
		(targets.get(from) ?? []).some((next) => {
			if (next === goal) return true;
			if (seen.has(next)) return false;
			seen.add(next);
			return reaches(next, goal, seen);
		});
	expect(lawRows.map(({ folder }) => folder).filter((folder) => reaches(folder, folder))).toEqual([]);
});

test("this workspace keeps the law and every file of it is read", async () => {
	const report = await cruiseWorkspace(process.cwd());
	expect(report.violations).toEqual([]);
	expect(report.blindSpots).toEqual([]);
	expect(report.filesRead).toBe(sourceFiles(process.cwd()).length);
});
