// Reads a prompt file (its version, then sections under `# name`) and fills placeholders in one pass, so that nothing that
// is filled in is searched for placeholders again.

import { SpecKitError } from "../spec-kit-error.ts";

/** A prompt file as read. */
export interface PromptFile {
	/** Its first line. */
	readonly version: string;
	readonly sections: ReadonlyMap<string, string>;
}

/** Reads a prompt file. Total: a text without sections has none. */
export function readPromptFile(text: string): PromptFile {
	const [version = "", ...rest] = text.split("\n");
	const sections = new Map<string, string>();
	let name: string | undefined;
	let lines: string[] = [];
	const close = (): void => {
		if (name !== undefined) sections.set(name, lines.join("\n").trim());
		lines = [];
	};
	for (const line of rest) {
		const heading = /^# ([a-z_]+)$/.exec(line);
		if (heading === null) lines.push(line);
		else {
			close();
			name = heading[1];
		}
	}
	close();
	return { version: version.trim(), sections };
}

/** Placeholders of the prompts, without `${` and `}`. */
export type Placeholder =
	| "AGENT"
	| "ROLE"
	| "SPEC_ID"
	| "STAGE"
	| "PROMPT_VERSION"
	| "MODEL"
	| "TASK"
	| "SCHEMA"
	| "REPAIR"
	| "RETRY"
	| "GOAL"
	| "CONTEXT"
	| "AGREEMENT"
	| "ANSWERS"
	| "CONFLICTS"
	| "ISSUES"
	| "ERRORS"
	| "REASONS";

const placeholder = /\$\{([A-Z_]+)\}/g;

/** Names of the placeholders in a text, each once. */
function promptPlaceholders(text: string): readonly string[] {
	return [...new Set([...text.matchAll(placeholder)].map((match) => match[1] ?? ""))];
}

/** Fills placeholders. Throws `template_unresolved`, naming every placeholder that has no value. */
export function fillPrompt(text: string, values: Readonly<Partial<Record<Placeholder, string>>>): string {
	const known = new Map(Object.entries(values));
	const unresolved = promptPlaceholders(text).filter((name) => !known.has(name));
	if (unresolved.length > 0) {
		const names = unresolved.map((name) => `\${${name}}`).join(", ");
		throw new SpecKitError("template_unresolved", `A prompt has placeholders without a value: ${names}`);
	}
	return text.replaceAll(placeholder, (whole, name: string) => known.get(name) ?? whole);
}
