// Rules to the text of a rules file, and into a file that is already there. What is written reads back as the same rule.

import { ExecPolicyError } from "../policy-error.ts";

/** What a written rule says. */
export interface AllowRuleWords {
	/** Program and first arguments; not empty, no empty word. */
	readonly pattern: readonly string[];
	/** Whether nothing may follow. */
	readonly isExact: boolean;
}

/**
 * The line that allows a command.
 *
 * @throws {ExecPolicyError} `invalid_rule` for an empty pattern or word.
 */
export function writeAllowRule({ pattern, isExact }: AllowRuleWords): string {
	if (pattern.length === 0 || pattern.includes("")) {
		throw new ExecPolicyError("invalid_rule", "a rule needs at least one word, and no empty one");
	}
	const words = pattern.map(writeString).join(", ");
	return `prefix_rule(pattern=[${words}], decision="allow"${isExact ? ", exact=True" : ""})`;
}

/** Whether a rule can be written for these words: the language of rules files has no other control characters. */
export function isWritable(words: readonly string[]): boolean {
	return words.length > 0 && words.every((word) => word !== "" && !/[^\P{Cc}\n\r\t]/u.test(word));
}

function writeString(word: string): string {
	const escaped = word
		.replaceAll("\\", "\\\\")
		.replaceAll('"', '\\"')
		.replaceAll("\n", "\\n")
		.replaceAll("\r", "\\r")
		.replaceAll("\t", "\\t");
	return `"${escaped}"`;
}

/**
 * The new text of a rules file with these lines at its end, each on its own line; lines that it has are not repeated.
 * The caller writes the file.
 *
 * @param text the present text; empty for a file that does not exist.
 */
export function appendRules(text: string, lines: readonly string[]): string {
	const present = new Set(text.split("\n").map((line) => line.trim()));
	const added = lines.filter((line, index) => !present.has(line) && lines.indexOf(line) === index);
	if (added.length === 0) return text;
	const separator = text === "" || text.endsWith("\n") ? "" : "\n";
	return `${text}${separator}${added.join("\n")}\n`;
}
