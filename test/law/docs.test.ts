// The pages that state rules say what the rules are.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lawTable } from "../../scripts/law/table.ts";
import { workspacePackages } from "../../scripts/workspace.ts";

const read = (path: string): string => readFileSync(path, "utf8");

function runtimeDependencies(folder: string): readonly string[] {
	const manifest = JSON.parse(read(`${folder}/package.json`)) as {
		dependencies?: Record<string, string>;
		devDependencies?: Record<string, string>;
	};
	const all = { ...manifest.dependencies, ...manifest.devDependencies };
	// The program's own dependencies are bundled, so they stand under devDependencies there.
	return Object.entries(all)
		.filter(([, range]) => range === "catalog:runtime")
		.map(([name]) => name);
}

test("docs/architecture.md carries the table of the law as it is (print it with `node scripts/law/table.ts`)", () => {
	expect(read("docs/architecture.md")).toContain(lawTable());
});

test("docs/dependencies.md has a line for each runtime dependency, and for no other", () => {
	const used = new Set(workspacePackages().flatMap(({ folder }) => runtimeDependencies(folder)));
	const section = read("docs/dependencies.md").split("## Tools")[0] ?? "";
	const documented = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
	expect(documented.toSorted()).toEqual([...used].toSorted());
});

test("AGENTS.md stays within 60 lines", () => {
	expect(read("AGENTS.md").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

test("every package has a README", () => {
	for (const { folder } of workspacePackages()) expect(read(`${folder}/README.md`).length, folder).toBeGreaterThan(200);
});
