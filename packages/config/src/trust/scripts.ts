// Which files of a repository its settings name as programs or as arguments of programs. An approved MCP server or hook
// whose script was exchanged afterwards is another server, so its script belongs to what is trusted. Pure but for loading
// the TOML parser; only looks at texts.

import { posix } from "node:path";
import { isList, isTable, type TomlValue } from "../tree/tree.ts";

// Tables whose values can name programs.
const commandTables = ["mcp_servers", "hooks"];

// Far above any real configuration.
const mostCandidates = 1024;

function collectTexts(value: TomlValue | undefined, texts: Set<string>): void {
	if (typeof value === "string") {
		texts.add(value);
		// A hook may be one line of shell: each of its words may be a script.
		for (const word of value.split(/[\s'"`;&|()<>=]+/)) if (word !== "") texts.add(word);
	} else if (isList(value)) for (const item of value) collectTexts(item, texts);
	else if (isTable(value)) for (const entry of Object.values(value)) collectTexts(entry, texts);
}

/** A text as a path from the root; `undefined` when it leads out or is no path. */
function insideRoot(root: string, base: string, text: string): string | undefined {
	if (text.includes("\0") || text.length > 1024) return undefined;
	const full = posix.resolve(root, base, text);
	const inside = posix.relative(root, full);
	return inside === "" || inside.startsWith("..") || posix.isAbsolute(inside) ? undefined : inside;
}

/**
 * Paths from `root`, with `/`, that the settings in `text` may name as scripts; whether they exist is not looked at.
 * Text that is not TOML names none: it cannot take effect either. `undefined` when there are too many to be followed.
 */
export async function scriptCandidates(root: string, text: string): Promise<readonly string[] | undefined> {
	const { parseToml } = await import("../toml/parse-toml.ts");
	const reading = parseToml(text);
	if (reading.kind === "problem") return [];
	const found = new Set<string>();
	for (const [key, table] of Object.entries(reading.table)) {
		if (!commandTables.includes(key.replaceAll("-", "_")) || !isTable(table)) continue;
		for (const entry of Object.values(table)) {
			const texts = new Set<string>();
			collectTexts(entry, texts);
			const folder = isTable(entry) && typeof entry["cwd"] === "string" ? entry["cwd"] : ".";
			for (const base of new Set([".", folder])) {
				for (const candidate of texts) {
					const path = insideRoot(root, base, candidate);
					if (path !== undefined) found.add(path);
					if (found.size > mostCandidates) return undefined;
				}
			}
		}
	}
	return [...found];
}
