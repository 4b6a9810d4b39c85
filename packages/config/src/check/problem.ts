// What is wrong with the configuration, as values with a place and an advice.

/** One thing that is wrong. Never holds a secret. */
export interface ConfigProblem {
	/** One sentence without its end mark; names the key or option. */
	readonly message: string;
	/** Absolute path of the file that holds it. */
	readonly file?: string;
	/** From 1. */
	readonly line?: number;
	/** From 1, in UTF-16 units. */
	readonly column?: number;
	/** The key as {@link formatPath} writes it. */
	readonly key?: string;
	/** What to do. */
	readonly hint: string;
}

/** A problem on one line: `FILE:LINE:COLUMN: message: hint`. */
export function formatProblem(problem: ConfigProblem): string {
	const parts: string[] = [];
	if (problem.file !== undefined) {
		const position = problem.line === undefined ? "" : `:${problem.line}:${problem.column ?? 1}`;
		parts.push(`${problem.file}${position}`);
	}
	return [...parts, problem.message, problem.hint].join(": ");
}
