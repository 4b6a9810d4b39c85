// The user's command rules, and those of a trusted project: files of prefix rules, read at the start of a session. A file
// that cannot be read as rules stops the start: a rule that is silently missing might have forbidden something.

import { readdir } from "node:fs/promises";
import path from "node:path";
import { type LoadedConfig, type Paths, readTextFile } from "@codex/config";
import { createRuleSet, noRules, parseRules, type RuleSet, type RuleSource } from "@codex/exec-policy";
import { toError } from "@codex/protocol";
import { RuntimeError } from "../runtime-error.ts";

/** The rules, or what is wrong with them: one line for each fault. */
export type CommandRules =
	| {
			readonly kind: "ok";
			readonly rules: RuleSet;
			/** Whether any rule asks or forbids. */
			readonly hasRestrictions: boolean;
			readonly files: readonly string[];
			readonly warnings: readonly string[];
	  }
	| { readonly kind: "error"; readonly lines: readonly string[] };

interface RuleText {
	readonly file: string;
	readonly text: string;
	readonly tightenOnly: boolean;
}

async function userTexts(paths: Paths): Promise<readonly RuleText[]> {
	let names: readonly string[];
	try {
		names = await readdir(paths.rulesDir);
	} catch {
		return []; // No folder of rules.
	}
	const texts: RuleText[] = [];
	for (const name of names.filter((one) => one.endsWith(".rules")).toSorted()) {
		const file = path.join(paths.rulesDir, name);
		const read = readTextFile(file);
		if (read.kind === "problem") throw new RuntimeError("rules_unusable", `${file} ${read.reason}`);
		if (read.kind === "text") texts.push({ file, text: read.text, tightenOnly: false });
	}
	return texts;
}

/** Rules of a trusted project: from what was trusted, never from the disk again. They can only restrict. */
function projectTexts({ projectLayer }: Pick<LoadedConfig, "projectLayer">): readonly RuleText[] {
	if (projectLayer.state !== "loaded") return [];
	const { root, snapshot } = projectLayer;
	return [...snapshot.files.values()].flatMap(({ path: name, text }): RuleText[] =>
		text !== undefined && /^\.(?:code|codex)\/rules\/[^/]+\.rules$/.test(name)
			? [{ file: path.join(root, name), text, tightenOnly: true }]
			: [],
	);
}

/** Reads all rules. Never rejects. */
export async function loadCommandRules(
	paths: Paths,
	loaded: Pick<LoadedConfig, "projectLayer">,
): Promise<CommandRules> {
	let texts: readonly RuleText[];
	try {
		texts = [...(await userTexts(paths)), ...projectTexts(loaded)];
	} catch (thrown) {
		return { kind: "error", lines: [toError(thrown).message] };
	}
	if (texts.length === 0) return { kind: "ok", rules: noRules, hasRestrictions: false, files: [], warnings: [] };
	const sources: RuleSource[] = [];
	const lines: string[] = [];
	for (const { file, text, tightenOnly } of texts) {
		const parsed = parseRules(text, file);
		if (parsed.kind === "ok") sources.push({ rules: parsed.rules, tightenOnly });
		else lines.push(...parsed.errors.map((error) => `${error.file}:${error.line}:${error.column}: ${error.message}`));
	}
	if (lines.length > 0) return { kind: "error", lines };
	const rules = createRuleSet(sources);
	const hasRestrictions = sources.some((source) => source.rules.some(({ decision }) => decision !== "allow"));
	const warnings = rules.ignored.map(
		({ file, line }) => `${file}:${line}: a project's rule cannot allow anything: it is ignored`,
	);
	return { kind: "ok", rules, hasRestrictions, files: texts.map(({ file }) => file), warnings };
}
