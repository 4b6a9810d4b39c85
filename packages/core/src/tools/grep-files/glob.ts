// Matches paths against globs, in time linear in the number of wildcards times the length of the path, because a glob
// comes from a model. Knows `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}` and `**` as a whole part of a path.

// 64: more alternatives than anybody writes by hand; it bounds what nested braces multiply to.
const maxAlternatives = 64;

/**
 * The globs that a glob with braces stands for: `*.{js,ts}` is `*.js` and `*.ts`. Braces that do not pair, and those
 * beyond 64 alternatives, are taken as they stand.
 */
export function expandBraces(glob: string): readonly string[] {
	let globs = [glob];
	for (;;) {
		const expanded = [...new Set(globs.flatMap(expandFirstBrace))];
		if (globs.every((each) => expandFirstBrace(each).length === 1) || expanded.length > maxAlternatives) return globs;
		globs = expanded;
	}
}

function expandFirstBrace(glob: string): readonly string[] {
	const close = glob.indexOf("}");
	const open = close === -1 ? -1 : glob.lastIndexOf("{", close);
	if (open === -1) return [glob];
	const alternatives = glob.slice(open + 1, close).split(",");
	if (alternatives.length === 1) return [glob];
	return alternatives.map((alternative) => glob.slice(0, open) + alternative + glob.slice(close + 1));
}

/**
 * Whether `file` (relative, `/` between its parts) fits `glob`. A glob without `/` is matched against the last part of
 * the path, one with `/` against the whole path; a leading `!` turns the answer around.
 */
export function matchesGlob(file: string, glob: string): boolean {
	if (glob.startsWith("!")) return !matchesGlob(file, glob.slice(1));
	const parts = file.split("/");
	return expandBraces(glob).some((alternative) => {
		if (!alternative.includes("/")) return partMatches(parts.at(-1) ?? "", alternative);
		return partsMatch(parts, alternative.replace(/^\//, "").split("/"));
	});
}

/** Dynamic programming over the parts: row `i` tells which prefixes of `parts` the first `i` globs match. */
function partsMatch(parts: readonly string[], globs: readonly string[]): boolean {
	let row = parts.map(() => false);
	row.unshift(true);
	for (const glob of globs) {
		const next: boolean[] = [glob === "**" && row[0] === true];
		for (const [index, part] of parts.entries()) {
			const isMatch =
				glob === "**"
					? next[index] === true || row[index + 1] === true
					: row[index] === true && partMatches(part, glob);
			next.push(isMatch);
		}
		row = next;
	}
	return row.at(-1) === true;
}

type Token =
	| { readonly kind: "star" }
	| { readonly kind: "any" }
	| { readonly kind: "one"; readonly character: string }
	| { readonly kind: "set"; readonly negated: boolean; readonly members: string };

/** One part of a path against one part of a glob: on a mismatch only the last star takes one character more. */
function partMatches(part: string, glob: string): boolean {
	const tokens = tokenize(glob);
	let position = 0;
	let token = 0;
	let starToken = -1;
	let starPosition = 0;
	while (position < part.length) {
		const current = tokens[token];
		if (current?.kind === "star") {
			starToken = token;
			starPosition = position;
			token += 1;
		} else if (current !== undefined && tokenMatches(current, part.charAt(position))) {
			token += 1;
			position += 1;
		} else if (starToken !== -1) {
			starPosition += 1;
			position = starPosition;
			token = starToken + 1;
		} else {
			return false;
		}
	}
	return tokens.slice(token).every(({ kind }) => kind === "star");
}

function tokenize(glob: string): readonly Token[] {
	const tokens: Token[] = [];
	for (let index = 0; index < glob.length; index += 1) {
		const character = glob.charAt(index);
		const close = character === "[" ? glob.indexOf("]", index + 2) : -1;
		if (character === "*") tokens.push({ kind: "star" });
		else if (character === "?") tokens.push({ kind: "any" });
		else if (close !== -1) {
			const negated = "!^".includes(glob.charAt(index + 1));
			tokens.push({ kind: "set", negated, members: glob.slice(index + (negated ? 2 : 1), close) });
			index = close;
		} else tokens.push({ kind: "one", character });
	}
	return tokens;
}

function tokenMatches(token: Token, character: string): boolean {
	switch (token.kind) {
		case "star":
		case "any":
			return true;
		case "one":
			return token.character === character;
		case "set":
			return isMember(token.members, character) !== token.negated;
	}
}

function isMember(members: string, character: string): boolean {
	for (let index = 0; index < members.length; index += 1) {
		const first = members.charAt(index);
		if (members.charAt(index + 1) === "-" && index + 2 < members.length) {
			if (first <= character && character <= members.charAt(index + 2)) return true;
			index += 2;
		} else if (first === character) return true;
	}
	return false;
}
