// Where the subcommand of a git command line stands, after git's own options. Must not judge.

// Options of git itself that take the next word.
const valuedGlobals: ReadonlySet<string> = new Set(
	"-C -c --git-dir --work-tree --namespace --super-prefix --config-env --attr-source".split(" "),
);

/**
 * The position of git's subcommand, or of the first word that is not known and may be it, in the values of a command line
 * whose first word is git; undefined when there is none.
 */
export function gitCommand(values: readonly (string | undefined)[]): number | undefined {
	for (let at = 1; at < values.length; at += 1) {
		const value = values[at];
		if (value === undefined) return at;
		if (valuedGlobals.has(value)) at += 1;
		else if (!value.startsWith("-")) return at;
	}
	return undefined;
}
