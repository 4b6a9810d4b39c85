// One planted violation for each rule of the law, with every rule that must fire on it and no other.
import { type LawRow, lawRows, shells } from "../../law.config.ts";
import { type FixtureFile, nameOf } from "./fixture-workspace.ts";

/** A violation: the file to look at, what to write, and the rules that must fire on exactly that file. */
export interface Plant {
	/** Path of the planted file from the root, without `.ts`. */
	readonly at: string;
	/** The forbidden module; the test writes it as a value import, a type import, a re-export and an `import()`. */
	readonly imports: string;
	readonly fires: readonly string[];
	/** Only these ways of importing break the rule. Default: all. */
	readonly forms?: readonly ImportForm[];
	/** How the file name ends. Default: `.ts`. */
	readonly ending?: string;
	/** Files that the plant needs beside it. */
	readonly beside?: readonly FixtureFile[];
}

/** A way to write an import. */
export type ImportForm = "value" | "type" | "reexport" | "dynamic";

const importForms: Readonly<Record<ImportForm, (name: string) => string>> = {
	value: (name) => `import * as plant from "${name}";\nexport const used = plant;\n`,
	type: (name) => `import type * as plant from "${name}";\nexport type Used = typeof plant;\n`,
	reexport: (name) => `export { default as plant } from "${name}";\n`,
	dynamic: (name) => `export const plant = async () => {\n\tif (true) return await import("${name}");\n};\n`,
};

const slugOf = (folder: string): string => folder.replace("packages/", "").replace("apps/", "app-");
const isEngine = (folder: string): boolean => shells.never.some((never) => never === folder);

function rowPlants(row: LawRow): Plant[] {
	const slug = slugOf(row.folder);
	const { workspace, typesOnly = [], onDemand = [] } = row;
	const reachable = new Set([row.folder, "packages/test-support", ...workspace, ...typesOnly, ...onDemand]);
	const stranger = lawRows.find(({ folder }) => !reachable.has(folder) && !isEngine(folder));
	const plants: Plant[] = [
		{ at: `${row.folder}/src/plant-package`, imports: "left-pad", fires: [`${slug}-third-party`] },
	];
	if (stranger !== undefined) {
		const imports = nameOf(stranger.folder);
		plants.push({ at: `${row.folder}/src/plant-workspace`, imports, fires: [`${slug}-workspace`] });
	}
	const typed = typesOnly.at(-1);
	if (typed !== undefined) {
		const forms: ImportForm[] = ["value", "reexport", "dynamic"];
		plants.push({
			at: `${row.folder}/src/plant-types`,
			imports: nameOf(typed),
			fires: [`${slug}-types-only`],
			forms,
		});
	}
	for (const [index, target] of onDemand.entries()) {
		const forms: ImportForm[] = ["value", "reexport"];
		const at = `${row.folder}/src/plant-demand-${index}`;
		plants.push({ at, imports: nameOf(target), fires: [`${slug}-on-demand`], forms });
	}
	if (row.node !== "all") {
		plants.push({ at: `${row.folder}/src/plant-node`, imports: "node:fs", fires: [`${slug}-node`] });
	}
	for (const { name, paths } of row.thirdParty) {
		if (paths === undefined) continue;
		const at = `${row.folder}/src/plant-${name}`;
		// The name is one that may hold zod, so that only the row forbids it here.
		plants.push({ at, imports: name, fires: [`${slug}-${name}-in-its-place`], ending: "-schema.ts" });
	}
	return plants;
}

const confined = (folder: string, imports: string, rule: string): Plant => ({
	at: `${folder}/src/plant-${rule}`,
	imports,
	fires: [rule],
});

const sentencePlants: readonly Plant[] = [
	{
		at: "packages/redact/src/plant-cycle-a",
		imports: "./plant-cycle-b.ts",
		fires: ["no-cycles"],
		forms: ["value"],
		beside: [
			["packages/redact/src/plant-cycle-b.ts", 'import "./plant-cycle-c.ts";\n'],
			["packages/redact/src/plant-cycle-c.ts", 'import "./plant-cycle-a-value.ts";\n'],
		],
	},
	{ at: "packages/resilience/src/plant-deep", imports: "@codex/protocol/inner", fires: ["no-deep-import"] },
	{ at: "packages/resilience/test/plant-deep", imports: "@codex/redact/inner", fires: ["no-deep-import"] },
	{
		at: "packages/resilience/src/plant-crossing",
		imports: "../../protocol/src/index.ts",
		fires: ["no-relative-crossing"],
	},
	{
		at: "packages/resilience/src/plant-deep-crossing",
		imports: "../../protocol/src/inner.ts",
		fires: ["no-deep-import", "no-relative-crossing"],
	},
	{ at: "packages/redact/src/plant-missing", imports: "./nowhere.ts", fires: ["no-unresolved"] },
	{ at: "packages/redact/src/plant-hidden", imports: "@codex/protocol/src/inner.ts", fires: ["no-unresolved"] },
	{ at: "packages/redact/src/plant-test", imports: "../test/support.ts", fires: ["sources-stay-in-src"] },
	{
		at: "packages/config/src/plant-support",
		imports: "@codex/test-support",
		fires: ["config-workspace", "test-support-only-in-tests"],
	},
	...shells.folders.flatMap((folder) =>
		shells.never.map(
			(never): Plant => ({
				at: `${folder}/src/plant-${slugOf(never)}`,
				imports: nameOf(never),
				fires: ["shells-speak-protocol", `${slugOf(folder)}-workspace`],
			}),
		),
	),
	{ at: "packages/config/src/plant-timers", imports: "node:timers/promises", fires: ["timers-have-owners"] },
	confined("packages/providers", "openai", "openai-sdk-in-its-folder"),
	confined("packages/providers", "@anthropic-ai/sdk", "anthropic-sdk-in-its-folder"),
	confined("packages/providers", "@google/genai", "google-sdk-in-its-folder"),
	confined("packages/config", "zod", "zod-only-at-the-boundary"),
	confined("apps/tui", "blessed", "blessed-only-in-terminal"),
];

/** Every plant. */
export const plants: readonly Plant[] = [...lawRows.flatMap(rowPlants), ...sentencePlants];

/** The files of a plant with the rules that must fire on each. */
export function plantedFiles(
	plant: Plant,
): readonly { readonly file: FixtureFile; readonly fires: readonly string[] }[] {
	const forms = plant.forms ?? (["value", "type", "reexport", "dynamic"] as const);
	return forms.map((form) => ({
		file: [`${plant.at}-${form}${plant.ending ?? ".ts"}`, importForms[form](plant.imports)],
		fires: plant.fires,
	}));
}
