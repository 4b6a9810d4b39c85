// The rules of a running session, and the one way to add to them: what a person answered "always" to is written into the
// user's own file, and then all rules are read anew.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type LoadedConfig, type Paths, readTextFile, withFileLock, writeFileAtomic } from "@codex/config";
import { toError } from "@codex/protocol";
import { type CommandRules, loadCommandRules } from "./command-rules.ts";

type RulesInForce = Extract<CommandRules, { readonly kind: "ok" }>;

/** The rules of a session. */
export interface LiveRules {
	/** In force now. */
	readonly now: RulesInForce;
	/** Saves rules and puts them in force; why it could not, or `undefined`. Never rejects. */
	save(rules: readonly string[]): Promise<string | undefined>;
}

/** What was written. */
export type SavedRules =
	| { readonly kind: "saved"; readonly file: string; readonly added: readonly string[] }
	| { readonly kind: "error"; readonly lines: readonly string[] };

/** Adds lines to the user's own rules, those that are not there yet; several processes may do so at once. Never rejects. */
export async function saveRuleLines({ rulesDir }: Paths, rules: readonly string[]): Promise<SavedRules> {
	const { appendRules, parseRules } = await import("@codex/exec-policy");
	const file = path.join(rulesDir, "default.rules");
	const unreadable = (text: string): SavedRules | undefined => {
		const parsed = parseRules(text, file);
		if (parsed.kind === "ok") return undefined;
		return {
			kind: "error",
			lines: parsed.errors.map((each) => `${each.file}:${each.line}:${each.column}: ${each.message}`),
		};
	};
	try {
		await mkdir(rulesDir, { recursive: true, mode: 0o700 });
		return await withFileLock(file, async (): Promise<SavedRules> => {
			const read = readTextFile(file);
			if (read.kind === "problem") return { kind: "error", lines: [`${file} ${read.reason}`] };
			const before = read.kind === "text" ? read.text : "";
			const after = appendRules(before, rules);
			const problem = unreadable(before) ?? unreadable(after);
			if (problem !== undefined) return problem;
			if (after === before) return { kind: "saved", file, added: [] };
			await writeFileAtomic(file, after);
			const present = new Set(before.split("\n").map((line) => line.trim()));
			return { kind: "saved", file, added: rules.filter((line) => !present.has(line)) };
		});
	} catch (thrown) {
		return { kind: "error", lines: [toError(thrown).message] };
	}
}

/** Starts with the rules that were read. */
export function createLiveRules(
	first: RulesInForce,
	paths: Paths,
	loaded: Pick<LoadedConfig, "projectLayer">,
): LiveRules {
	let now = first;
	return {
		get now() {
			return now;
		},
		save: async (rules) => {
			const saved = await saveRuleLines(paths, rules);
			if (saved.kind === "error") return saved.lines.join("; ");
			const read = await loadCommandRules(paths, loaded);
			if (read.kind === "error") return read.lines.join("; ");
			now = read;
			return undefined;
		},
	};
}
