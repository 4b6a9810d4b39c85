import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { removeTomlTable, setTomlTable, type TomlEdit } from "../../src/toml/edit-table.ts";
import { parseToml } from "../../src/toml/parse-toml.ts";
import type { TomlTable } from "../../src/tree/tree.ts";

const path = ["mcp_servers", "docs"];

function text(edit: TomlEdit): string {
	if (edit.kind !== "edited") throw new Error(JSON.stringify(edit));
	return edit.text;
}

function tree(source: string): TomlTable {
	const reading = parseToml(source);
	if (reading.kind !== "table") throw new Error(reading.reason);
	return reading.table;
}

describe("setTomlTable", () => {
	it("appends a table and leaves every byte before it", () => {
		const before = '# mine\nmodel = "x" # why\n\n[tui]\r\nnotifications = true';
		expect(
			text(setTomlTable(before, path, { command: "npx", args: ["-y", "a b"], env: { A: '"', "b c": "\u007f" } })),
		).toBe(
			`${before}\r\n\r\n[mcp_servers.docs]\r\ncommand = "npx"\r\nargs = ["-y", "a b"]\r\nenv = { A = "\\"", "b c" = "\\u007f" }\r\n`,
		);
		expect(text(setTomlTable("", path, { url: "u" }))).toBe('[mcp_servers.docs]\nurl = "u"\n');
	});

	it("replaces what was there, sub-tables and dotted keys included, and keeps comments of others", () => {
		const before = [
			"[mcp_servers]",
			"# about the other one",
			'other = { command = "o" }',
			'docs.command = "old" # old',
			"",
			"[mcp_servers.docs.tools.x]",
			'approval_mode = "approve"',
			"# before tui",
			"[tui]",
			'text = """',
			"[mcp_servers.docs]",
			'"""',
			"",
		].join("\n");
		const after = text(setTomlTable(before, path, { command: "new" }));
		expect(after).toBe(
			[
				"[mcp_servers]",
				"# about the other one",
				'other = { command = "o" }',
				"",
				"# before tui",
				"[tui]",
				'text = """',
				"[mcp_servers.docs]",
				'"""',
				"",
				"[mcp_servers.docs]",
				'command = "new"',
				"",
			].join("\n"),
		);
	});
});

describe("what cannot be done", () => {
	it.each([
		['mcp_servers = { docs = { command = "x" } }', /cannot be changed without rewriting/],
		["mcp_servers = 3", /no table at `mcp_servers` \(line 1\)/],
		["a = 1\na = 2", /is not valid TOML \(line 2, column 1/],
	])("%j is refused", (source, reason) => {
		for (const edit of [setTomlTable(source, path, { command: "y" }), removeTomlTable(source, path)]) {
			expect(edit).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
		}
	});

	it("nothing there is nothing to remove", () => {
		expect(removeTomlTable("[mcp_servers.other]\n", path)).toEqual({ kind: "absent" });
	});
});

const comment = fc.constantFrom("# note", "  # [mcp_servers.docs]", "#", "");
const value = fc.constantFrom(
	'"a"',
	"1",
	"[\n 1, # one\n 2\n]",
	'"""\n[mcp_servers.docs]\n"""',
	"'''\n#x'''",
	"{ a = 1 }",
	"1979-05-27",
);
const table = fc.constantFrom("tui", "mcp_servers.other", "mcp_servers.docs-2", '"mcp_servers.docs"', "a.b");
const block = fc
	.tuple(comment, fc.array(fc.tuple(value, comment), { maxLength: 3 }))
	.map(([note, values]) => [note, ...values.map(([each, trailing], at) => `k${at} = ${each} ${trailing}`)].join("\n"));
const document = fc
	.tuple(block, fc.uniqueArray(fc.tuple(table, block), { selector: ([name]) => name, maxLength: 4 }), fc.boolean())
	.map(([head, tables, crlf]) => {
		const source = [head, ...tables.map(([name, body]) => `[${name}] # here\n${body}`)].join("\n");
		return crlf ? source.replaceAll("\n", "\r\n") : source;
	});
const server = fc.dictionary(
	fc.string({ minLength: 1 }).filter((key) => !["__proto__", "constructor", "prototype"].includes(key)),
	fc.oneof(fc.string(), fc.boolean(), fc.array(fc.string())),
	{ noNullPrototype: true },
);

describe("any document", () => {
	it("set, set again and removed is the document again, and in between it means what it should", () => {
		fc.assert(
			fc.property(document, server, (before, entry) => {
				const once = text(setTomlTable(before, path, { command: "x" }));
				const twice = text(setTomlTable(once, path, entry));
				expect({ ...(tree(twice)["mcp_servers"] as TomlTable) }["docs"]).toEqual({ ...entry });
				expect(twice.startsWith(before.trimEnd())).toBe(true);
				const after = text(removeTomlTable(twice, path));
				expect(after.trimEnd()).toBe(before.trimEnd());
				expect(tree(after)).toEqual(tree(before));
			}),
		);
	});
});
