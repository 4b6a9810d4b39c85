// Who may touch the ambient world. Each capability is named once, with its global names, its imports and the only
// places that may use it; the lint rules for all files and their exceptions are derived from this table.
import type { OxlintConfig } from "oxlint";

type Rules = NonNullable<OxlintConfig["rules"]>;
type Override = NonNullable<OxlintConfig["overrides"]>[number];

/** Something of the process that only named places may reach. */
export interface AmbientCapability {
	readonly id: string;
	/** Said to who trips over it. */
	readonly message: string;
	/** Globs of the files that may use it, besides tests and scripts. */
	readonly allowedIn: readonly string[];
	readonly globals: readonly string[];
	/** `object.property` pairs. */
	readonly properties: readonly (readonly [object: string, property: string])[];
	/** Import names by module; an empty list restricts the whole module. */
	readonly imports: Readonly<Record<string, readonly string[]>>;
}

/** Tests, scripts and benchmarks live outside the program: they may use all of it. */
const outsideTheProgram = [
	"**/test/**/*.ts",
	"packages/test-support/src/**/*.ts",
	"scripts/**/*.ts",
	"bench/**/*.ts",
	"*.config.ts",
];

/** The table. */
export const ambientCapabilities: readonly AmbientCapability[] = [
	{
		id: "timers",
		message: "Timers belong to resilience and to the Clock of runtime: take a Clock.",
		allowedIn: ["packages/resilience/src/**/*.ts", "packages/runtime/src/**/*clock*.ts"],
		globals: ["setTimeout", "setInterval"],
		properties: [
			["globalThis", "setTimeout"],
			["globalThis", "setInterval"],
		],
		imports: { "node:timers": [], "node:timers/promises": [] },
	},
	{
		id: "environment",
		message: "The environment, the home folder and the temporary folder are read in config only.",
		allowedIn: ["packages/config/src/**/*.ts"],
		globals: [],
		properties: [["process", "env"]],
		imports: { "node:os": ["homedir", "tmpdir", "userInfo", "default"], "node:process": [] },
	},
	{
		id: "ids",
		message: "Ids are made by the functions of @codex/protocol.",
		allowedIn: ["packages/protocol/src/ids.ts"],
		globals: [],
		properties: [["crypto", "randomUUID"]],
		imports: { "node:crypto": ["randomUUID", "default"] },
	},
];

/**
 * The rules that forbid every capability except the granted ones.
 *
 * oxlint replaces a rule's options in an override, so each override states its whole list.
 */
export function ambientRules(granted: readonly string[]): Rules {
	const denied = ambientCapabilities.filter((capability) => !granted.includes(capability.id));
	const globals = denied.flatMap(({ globals, message }) => globals.map((name) => ({ name, message })));
	const properties = denied.flatMap(({ properties, message }) =>
		properties.map(([object, property]) => ({ object, property, message })),
	);
	const paths = denied.flatMap(({ imports, message }) =>
		Object.entries(imports).map(([name, importNames]) => ({
			name,
			message,
			...(importNames.length > 0 ? { importNames: [...importNames] } : {}),
		})),
	);
	return {
		"no-restricted-globals": globals.length > 0 ? ["error", ...globals] : "off",
		"no-restricted-properties": properties.length > 0 ? ["error", ...properties] : "off",
		"no-restricted-imports": paths.length > 0 ? ["error", { paths }] : "off",
	};
}

/** One override for each place that is granted something. */
export function ambientOverrides(): Override[] {
	const grants = ambientCapabilities.map(({ id, allowedIn }) => ({ files: [...allowedIn], rules: ambientRules([id]) }));
	const everything = ambientCapabilities.map(({ id }) => id);
	return [...grants, { files: outsideTheProgram, rules: ambientRules(everything) }];
}
