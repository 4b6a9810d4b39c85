// The format of `<home>/.env` and which of its lines count. Pure: text in, assignments out. It never expands, runs or
// includes anything, and a name that could redirect the program or what it starts is refused whatever its value.

/** What a `.env` text says. */
export interface DotenvReading {
	/** Accepted assignments, the last one of a name winning. */
	readonly values: ReadonlyMap<string, string>;
	/** Names that were refused because the file may not set them. */
	readonly refused: readonly string[];
	/** Numbers of the lines (from 1) that are no assignment. */
	readonly malformedLines: readonly number[];
}

// What decides which code runs or where our own files are: search path, home, loaders, shell start-up files.
const refusedNames = new Set([
	"BASH_ENV",
	"ENV",
	"HOME",
	"IFS",
	"PATH",
	"PROMPT_COMMAND",
	"SHELL",
	"SHELLOPTS",
	"TEMP",
	"TMP",
	"TMPDIR",
	"USERPROFILE",
]);
const refusedPrefixes = ["CODE_", "CODEX_", "DYLD_", "LD_", "NODE_"];

/** Whether a `.env` file may never set `name`: our own settings, loaders, the search path and the like. */
export function isRefusedName(name: string): boolean {
	const upper = name.toUpperCase();
	return refusedNames.has(upper) || refusedPrefixes.some((prefix) => upper.startsWith(prefix));
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

function unquote(raw: string): string | undefined {
	const quote = raw[0];
	if (quote !== '"' && quote !== "'") return raw.replace(/\s+#.*$/, "").trimEnd();
	for (let index = 1; index < raw.length; index += 1) {
		if (quote === '"' && raw[index] === "\\") index += 1;
		else if (raw[index] === quote) {
			if (!/^\s*(#.*)?$/.test(raw.slice(index + 1))) return undefined;
			const inner = raw.slice(1, index);
			if (quote === "'") return inner;
			return inner.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
		}
	}
	return undefined;
}

/** Reads `.env` text: `NAME=value` lines, `export` and quotes allowed, `#` comments. One line is one assignment. */
export function readDotenv(text: string): DotenvReading {
	const values = new Map<string, string>();
	const refused: string[] = [];
	const malformedLines: number[] = [];
	for (const [index, line] of text
		.replace(/^\uFEFF/, "")
		.split(/\r?\n/)
		.entries()) {
		if (/^\s*(#.*)?$/.test(line)) continue;
		const match = assignment.exec(line);
		const value = match?.[2] === undefined ? undefined : unquote(match[2]);
		const name = match?.[1];
		if (name === undefined || value === undefined || value.includes("\0")) malformedLines.push(index + 1);
		else if (isRefusedName(name)) refused.push(name);
		else values.set(name, value);
	}
	return { values, refused, malformedLines };
}
