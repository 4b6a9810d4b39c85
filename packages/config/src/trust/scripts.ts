// Which files of a repository its settings name as programs or as arguments of programs. An approved MCP server or hook
// whose script was exchanged afterwards is another server, so its script belongs to what is trusted. Pure but for loading
// the TOML parser; only looks at texts.

import { posix } from "node:path";
import { emptyTable, isList, isTable, maxDepth, type TomlValue } from "../tree/tree.ts";

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

/** Folders that some `cwd` in the settings names: paths may be relative to them. */
function collectFolders(value: TomlValue | undefined, folders: Set<string>): void {
	if (isList(value)) for (const item of value) collectFolders(item, folders);
	if (!isTable(value)) return;
	for (const [key, entry] of Object.entries(value)) {
		if (key === "cwd" && typeof entry === "string") folders.add(entry);
		else collectFolders(entry, folders);
	}
}

/** A text as a path from the root; `undefined` when it leads out or is no path. */
function insideRoot(root: string, base: string, text: string): string | undefined {
	if (text.includes("\0") || text.length > 1024) return undefined;
	const full = posix.resolve(root, base, text);
	const inside = posix.relative(root, full);
	return inside === "" || inside.startsWith("..") || posix.isAbsolute(inside) ? undefined : inside;
}

/** The part of TOML settings that can name programs. Text that is not TOML cannot take effect either. */
async function commandsOfToml(text: string): Promise<readonly TomlValue[]> {
	const { parseToml } = await import("../toml/parse-toml.ts");
	const reading = parseToml(text);
	if (reading.kind === "problem") return [];
	const tables = Object.entries(reading.table).filter(([key]) => commandTables.includes(key.replaceAll("-", "_")));
	return tables.map(([, value]) => value);
}

/** JSON as plain data, `null` as nothing; `undefined` when the text is none or is nested absurdly. */
function valueOfJson(text: string): TomlValue | undefined {
	const toValue = (value: unknown, depth: number): TomlValue => {
		if (depth > maxDepth) throw new RangeError("nested too deep");
		if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
		if (Array.isArray(value)) return value.map((item) => toValue(item, depth + 1));
		if (typeof value !== "object" || value === null) return "";
		const table = emptyTable();
		for (const [key, entry] of Object.entries(value)) table[key] = toValue(entry, depth + 1);
		return table;
	};
	try {
		return toValue(JSON.parse(text), 0);
	} catch {
		// Not JSON, or too deep for anybody to read: no reader takes it.
		return undefined;
	}
}

/**
 * Paths from `root`, with `/`, that the settings in `text` may name as scripts; whether they exist is not looked at.
 * `name` is the settings' own name and tells TOML from JSON. `undefined` when there are too many to be followed.
 */
export async function scriptCandidates(
	root: string,
	name: string,
	text: string,
): Promise<readonly string[] | undefined> {
	const values = name.endsWith(".toml") ? await commandsOfToml(text) : [valueOfJson(text)];
	const found = new Set<string>();
	for (const value of values) {
		const texts = new Set<string>();
		const folders = new Set(["."]);
		collectTexts(value, texts);
		collectFolders(value, folders);
		for (const base of folders) {
			for (const candidate of texts) {
				const path = insideRoot(root, base, candidate);
				if (path !== undefined) found.add(path);
				if (found.size > mostCandidates) return undefined;
			}
		}
	}
	return [...found];
}
