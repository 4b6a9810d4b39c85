// Turns the data of law.config.ts into dependency-cruiser rules: one rule for each cell of the table and one for each
// sentence. Pure; the real check and the self-test both run exactly these rules.
import type { IForbiddenRuleType } from "dependency-cruiser";
import {
	confinements,
	type LawRow,
	lawRows,
	type NodeAccess,
	publicEntries,
	shells,
	type ThirdParty,
	timerPaths,
} from "../../law.config.ts";

/** A rule of dependency-cruiser that has a name and a sentence. */
export type LawRule = IForbiddenRuleType & { readonly name: string; readonly comment: string };

const anyPackage = "^(?:packages|apps)/";
const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const slugOf = (folder: string): string => folder.replace("packages/", "").replace("apps/", "app-");
const sources = (folder: string): string => `^${quote(folder)}/src/`;
const installed = (name: string): string => `(?:^|/)node_modules/${name}/`;
const typeOnly = ["type-only" as const];

function workspaceRules(row: LawRow): LawRule[] {
	const slug = slugOf(row.folder);
	const { workspace, typesOnly = [], onDemand = [] } = row;
	const reachable = [row.folder, ...workspace, ...typesOnly, ...onDemand].map((folder) => `^${quote(folder)}/`);
	const rules: LawRule[] = [
		{
			name: `${slug}-workspace`,
			severity: "error",
			comment: `${row.folder} may import only ${workspace.join(", ") || "nothing"} of the workspace.`,
			from: { path: sources(row.folder) },
			to: { path: anyPackage, pathNot: reachable },
		},
	];
	if (typesOnly.length > 0) {
		rules.push({
			name: `${slug}-types-only`,
			severity: "error",
			comment: `${row.folder} may import only types of ${typesOnly.join(", ")}.`,
			from: { path: sources(row.folder) },
			to: { path: typesOnly.map((folder) => `^${quote(folder)}/`), dependencyTypesNot: typeOnly },
		});
	}
	if (onDemand.length > 0) {
		rules.push({
			name: `${slug}-on-demand`,
			severity: "error",
			comment: `${row.folder} loads ${onDemand.join(", ")} by import() when it is used.`,
			from: { path: sources(row.folder) },
			to: { path: onDemand.map((folder) => `^${quote(folder)}/`), dynamic: false, dependencyTypesNot: typeOnly },
		});
	}
	return rules;
}

function thirdPartyRules(row: LawRow): LawRule[] {
	const slug = slugOf(row.folder);
	const names = row.thirdParty.map(({ name }) => name);
	const general: LawRule = {
		name: `${slug}-third-party`,
		severity: "error",
		comment: `${row.folder} may import only ${names.join(", ") || "no third-party package"}.`,
		from: { path: sources(row.folder) },
		to: { path: "(?:^|/)node_modules/", pathNot: names.map((name) => installed(quote(name))) },
	};
	const limited = row.thirdParty.filter((entry): entry is Required<ThirdParty> => entry.paths !== undefined);
	return [
		general,
		...limited.map(
			({ name, paths }): LawRule => ({
				name: `${slug}-${name}-in-its-place`,
				severity: "error",
				comment: `${row.folder} may import ${name} only below ${paths.join(", ")}.`,
				from: { path: sources(row.folder), pathNot: paths.map((path) => sources(row.folder) + path) },
				to: { path: installed(quote(name)) },
			}),
		),
	];
}

function nodeRules(row: LawRow): LawRule[] {
	const rule = (comment: string, from: LawRule["from"], to: object): LawRule => ({
		name: `${slugOf(row.folder)}-node`,
		severity: "error",
		comment,
		from,
		to: { dependencyTypes: ["core"], ...to },
	});
	const access: NodeAccess = row.node;
	if (access === "all") return [];
	const from = { path: sources(row.folder) };
	if (access === "none") return [rule(`${row.folder} imports no node:* module.`, from, {})];
	if ("modules" in access) {
		const allowed = access.modules.map((name) => `^(?:node:)?${quote(name)}$`);
		return [rule(`${row.folder} may import only node:{${access.modules.join(",")}}.`, from, { pathNot: allowed })];
	}
	const pathNot = access.paths.map((path) => sources(row.folder) + path);
	return [rule(`${row.folder} may import node:* only below ${access.paths.join(", ")}.`, { ...from, pathNot }, {})];
}

function sentences(): LawRule[] {
	const samePackage = "^$1/";
	const inAnyPackage = { path: "^((?:packages|apps)/[^/]+)/" };
	return [
		{
			name: "no-cycles",
			severity: "error",
			comment: "No file may reach itself through its imports.",
			from: {},
			to: { circular: true },
		},
		{
			name: "no-deep-import",
			severity: "error",
			comment: "A package is what its entry files export.",
			from: inAnyPackage,
			to: {
				path: anyPackage,
				pathNot: [samePackage, ...publicEntries.map((entry) => `^(?:packages|apps)/[^/]+/${entry}$`)],
			},
		},
		{
			name: "no-relative-crossing",
			severity: "error",
			comment: "Another package is imported by its name, never by a relative path.",
			from: inAnyPackage,
			to: { path: anyPackage, pathNot: [samePackage], dependencyTypes: ["local"] },
		},
		{
			name: "no-unresolved",
			severity: "error",
			comment: "An import that resolves to nothing cannot be judged.",
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: "sources-stay-in-src",
			severity: "error",
			comment: "Sources import no test, script or benchmark.",
			from: { path: "^(?:packages|apps)/[^/]+/src/" },
			to: { path: ["^(?:packages|apps)/[^/]+/test/", "^(?:scripts|bench|test)/"] },
		},
		{
			name: "test-support-only-in-tests",
			severity: "error",
			comment: "test-support is never imported by sources.",
			from: { path: "^(?:packages|apps)/[^/]+/src/", pathNot: "^packages/test-support/" },
			to: { path: "^packages/test-support/" },
		},
		{
			name: "shells-speak-protocol",
			severity: "error",
			comment: "The front ends speak ops and events; they never import core or spec-kit.",
			from: { path: shells.folders.map(sources) },
			to: { path: shells.never.map((folder) => `^${quote(folder)}/`) },
		},
		{
			name: "timers-have-owners",
			severity: "error",
			comment: "Timers belong to resilience and to the Clock of runtime.",
			from: { path: "^(?:packages|apps)/[^/]+/src/", pathNot: [...timerPaths, "^packages/test-support/"] },
			to: { dependencyTypes: ["core"], path: "^(?:node:)?timers(?:/promises)?$" },
		},
		...confinements.map(
			({ rule, packages, onlyIn, because }): LawRule => ({
				name: rule,
				severity: "error",
				comment: because,
				from: { path: "^(?:packages|apps)/[^/]+/src/", pathNot: [...onlyIn] },
				to: { path: installed(packages) },
			}),
		),
	];
}

/** Every rule of the law, in the order of the table and then of the sentences. */
export function lawRules(): readonly LawRule[] {
	return [
		...lawRows.flatMap((row) => [...workspaceRules(row), ...thirdPartyRules(row), ...nodeRules(row)]),
		...sentences(),
	];
}
