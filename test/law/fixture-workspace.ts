// A workspace on disk that obeys the law of law.config.ts, made row by row, into which single violations are planted.
// Third-party packages are stubs: only their names matter.
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type LawRow, lawRows } from "../../law.config.ts";

/** Where a confined third-party package may be imported, as a path below `src/`. */
const confinedPlaces: Readonly<Record<string, string>> = {
	openai: "openai/adapter.ts",
	"@anthropic-ai/sdk": "anthropic/adapter.ts",
	"@google/genai": "gemini/adapter.ts",
	zod: "schema/boundary.ts",
	blessed: "terminal/screen.ts",
};

/** A file of the fixture: its path from the root and its text. */
export type FixtureFile = readonly [path: string, text: string];

/** The name under which the fixture imports a workspace folder. */
export const nameOf = (folder: string): string => `@codex/${folder.split("/")[1]}`;

const concretePath = (path: string): string => (path.endsWith("/") ? `${path}uses.ts` : `${path}.ts`);

function thirdPartyFiles({ folder, thirdParty }: LawRow): FixtureFile[] {
	return thirdParty.map(({ name, paths }, index) => {
		const limited = paths?.[0] === undefined ? `third-party-${index}.ts` : `${paths[0]}third-party-${index}.ts`;
		return [`${folder}/src/${confinedPlaces[name] ?? limited}`, `import stub from "${name}";\nexport { stub };\n`];
	});
}

function nodeFiles({ folder, node }: LawRow): FixtureFile[] {
	if (node === "none") return [];
	if (node === "all") return [[`${folder}/src/uses-node.ts`, 'import "node:fs";\n']];
	if ("modules" in node) {
		return node.modules.map((name, index) => [`${folder}/src/uses-node-${index}.ts`, `import "node:${name}";\n`]);
	}
	return node.paths.map((path) => [`${folder}/src/${concretePath(path)}`, 'import "node:fs";\n']);
}

function lawfulFiles(row: LawRow): FixtureFile[] {
	const { folder, workspace, typesOnly = [], onDemand = [] } = row;
	const index = [
		...workspace.map((target) => `import { marker as m${workspace.indexOf(target)} } from "${nameOf(target)}";`),
		...typesOnly.map((target, at) => `import type { marker as t${at} } from "${nameOf(target)}";`),
		...onDemand.map((target) => `export const load${onDemand.indexOf(target)} = () => import("${nameOf(target)}");`),
		"export const marker = 1;",
	];
	return [
		[`${folder}/src/index.ts`, `${index.join("\n")}\n`],
		[`${folder}/src/inner.ts`, "export const inner = 1;\n"],
		[`${folder}/test/support.ts`, 'import { marker } from "@codex/test-support";\nexport { marker };\n'],
		...thirdPartyFiles(row),
		...nodeFiles(row),
	];
}

function manifest(folder: string): FixtureFile {
	const entry = (file: string) => ({ "@codex/source": `./src/${file}`, default: `./dist/${file}` });
	const exports = { ".": entry("index.ts"), "./inner": entry("inner.ts") };
	return [`${folder}/package.json`, JSON.stringify({ name: nameOf(folder), type: "module", exports })];
}

/** Every file of the lawful workspace. */
export function lawfulWorkspace(): readonly FixtureFile[] {
	return lawRows.flatMap((row) => [manifest(row.folder), ...lawfulFiles(row)]);
}

function write(root: string, [path, text]: FixtureFile): void {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), text);
}

/** Writes the files into a new temporary folder with the stubs installed, and returns its real path. */
export function writeWorkspace(files: readonly FixtureFile[]): string {
	const root = realpathSync(mkdtempSync(join(tmpdir(), "law-")));
	write(root, ["package.json", JSON.stringify({ name: "fixture", private: true, type: "module" })]);
	for (const file of files) write(root, file);
	const outside = new Set(["left-pad", ...lawRows.flatMap(({ thirdParty }) => thirdParty.map(({ name }) => name))]);
	for (const name of outside) {
		write(root, [`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" })]);
		write(root, [`node_modules/${name}/index.js`, "module.exports = 1;\n"]);
	}
	mkdirSync(join(root, "node_modules/@codex"), { recursive: true });
	for (const { folder } of lawRows) symlinkSync(join(root, folder), join(root, "node_modules", nameOf(folder)));
	return root;
}
