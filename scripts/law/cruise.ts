// Runs the law over a workspace and reports what it found and what it read. Being blind is a finding too: a file on
// disk that was not read, or an import in its text that the parser did not see, fails the check.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { lawRules } from "./rules.ts";
import { sourceFiles } from "./source-files.ts";

/** One import that breaks one rule. */
export interface LawViolation {
	readonly rule: string;
	readonly from: string;
	readonly to: string;
	readonly comment: string;
}

/** What a run over a workspace found. */
export interface LawReport {
	/** Files on disk that the law is about. */
	readonly filesOnDisk: number;
	/** Of these, the files that were read. */
	readonly filesRead: number;
	readonly violations: readonly LawViolation[];
	/** Files or imports that were not seen; not empty means that the run proves nothing. */
	readonly blindSpots: readonly string[];
}

const importPattern =
	/(?:^|[;}\s])(?:import|export)\s*(?:type\s)?[^"'();]*?from\s*"([^"]+)"|(?:^|[;}\s])import\s*"([^"\s]+)"|\bimport\(\s*"([^"]+)"/g;

/** Module names in the text, found without a parser; comments are dropped, strings with imports in them are not. A name has no blanks. */
export function importsInText(text: string): ReadonlySet<string> {
	const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
	const found = [...code.matchAll(importPattern)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "");
	return new Set(found);
}

/**
 * Applies the law to the workspace at `root`.
 *
 * Resolves to the report; rejects only when the cruise itself cannot run.
 */
export async function cruiseWorkspace(root: string): Promise<LawReport> {
	const files = sourceFiles(root);
	const { output } = await cruise([...files], {
		baseDir: root,
		ruleSet: { forbidden: lawRules().map((rule) => ({ ...rule })) },
		validate: true,
		parser: "swc",
		doNotFollow: { path: "(?:^|/)node_modules/" },
		enhancedResolveOptions: {
			exportsFields: ["exports"],
			conditionNames: ["@codex/source", "import", "node", "default"],
		},
	});
	if (typeof output === "string") throw new TypeError("dependency-cruiser gave text where a result was asked for");
	return { ...readReport(root, files, output), violations: output.summary.violations.map(describe) };
}

/** dependency-cruiser names the modules of Node without their prefix. */
const plainName = (name: string): string => name.replace(/^node:/, "");

type Violation = ICruiseResult["summary"]["violations"][number];

function describe({ rule, from, to }: Violation): LawViolation {
	const comment = lawRules().find(({ name }) => name === rule.name)?.comment ?? "";
	return { rule: rule.name, from, to, comment };
}

function readReport(root: string, files: readonly string[], result: ICruiseResult): Omit<LawReport, "violations"> {
	const modules = new Map(result.modules.map((module) => [module.source, module]));
	const blindSpots: string[] = [];
	let filesRead = 0;
	for (const file of files) {
		const module = modules.get(file);
		if (module === undefined) {
			blindSpots.push(`${file}: not read`);
			continue;
		}
		filesRead += 1;
		const seen = new Set(module.dependencies.map((dependency) => plainName(dependency.module)));
		for (const name of importsInText(readFileSync(join(root, file), "utf8"))) {
			if (!seen.has(plainName(name))) blindSpots.push(`${file}: the import of "${name}" was not seen`);
		}
	}
	return { filesOnDisk: files.length, filesRead, blindSpots };
}
