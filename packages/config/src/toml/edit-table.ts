// Sets or removes one table of a TOML text and leaves every other line as it is, comments and line ends included. Each
// edit is read again: what would not mean exactly the old text with that one change is refused.

import { emptyTable, isTable, type KeyPath, type TomlTable, type TomlValue, valueAt } from "../tree/tree.ts";
import { parseToml } from "./parse-toml.ts";
import { createPositionIndex, tomlStatements } from "./positions.ts";

/** An edited text; `absent` when there is nothing to remove; `refused` with a phrase that says why. */
export type TomlEdit =
	| { readonly kind: "edited"; readonly text: string }
	| { readonly kind: "absent" }
	| { readonly kind: "refused"; readonly reason: string };

const bareKey = /^[A-Za-z0-9_-]+$/;

function textOf(text: string): string {
	return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

const keyOf = (key: string): string => (bareKey.test(key) ? key : textOf(key));

function valueText(value: TomlValue): string {
	if (typeof value === "string") return textOf(value);
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	if (!isTable(value)) return `[${value.map(valueText).join(", ")}]`;
	const members = Object.entries(value).map(([key, member]) => `${keyOf(key)} = ${valueText(member)}`);
	return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function sameTree(a: TomlValue, b: TomlValue): boolean {
	if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
	const entries = Object.entries(a);
	if (Array.isArray(a) !== Array.isArray(b) || entries.length !== Object.keys(b).length) return false;
	return entries.every(([key, value]: readonly [string, TomlValue]) => {
		const other = valueAt(b, [key]);
		return other !== undefined && sameTree(value, other);
	});
}

/** `table` with `value` at `path`, or without what is there; tables that become empty on the way go, too. */
function changed(table: TomlTable, path: KeyPath, value: TomlValue | undefined): TomlTable {
	const [key = "", ...rest] = path;
	const result = emptyTable();
	for (const [name, member] of Object.entries(table)) if (name !== key) result[name] = member;
	if (rest.length === 0) {
		if (value !== undefined) result[key] = value;
		return result;
	}
	const before = valueAt(table, [key]);
	const inner = changed(before !== undefined && isTable(before) ? before : emptyTable(), rest, value);
	if (Object.keys(inner).length > 0) result[key] = inner;
	return result;
}

const startsWith = (path: KeyPath, lead: KeyPath): boolean => lead.every((key, at) => path[at] === key);

/** The text without the lines of all statements at or below `path`, and without one of the blank lines around each. */
function withoutLines(text: string, path: KeyPath): string {
	const lines = text.split(/(?<=\n)/);
	const gone = new Set<number>();
	const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
	for (const { path: own, start, end } of tomlStatements(text)) {
		if (!startsWith(own, path)) continue;
		for (let line = lineAt(start); line <= lineAt(end); line += 1) gone.add(line);
	}
	const isBlank = (line: number): boolean => (lines[line] ?? "").trim() === "";
	const gaps = new Set<number>();
	for (const line of gone) {
		if (gone.has(line - 1) || line === 0 || !isBlank(line - 1)) continue;
		let next = line;
		while (gone.has(next)) next += 1;
		if (isBlank(next)) gaps.add(line - 1);
	}
	return lines.filter((_, line) => !gone.has(line) && !gaps.has(line)).join("");
}

function verified(before: TomlTable, text: string, path: KeyPath, value: TomlValue | undefined): TomlEdit {
	const reading = parseToml(text);
	const wanted = changed(before, path, value);
	const got = reading.kind === "table" ? changed(reading.table, path, valueAt(reading.table, path)) : undefined;
	if (got !== undefined && sameTree(got, wanted)) return { kind: "edited", text };
	return {
		kind: "refused",
		reason: "is written in a way that cannot be changed without rewriting it; change it by hand",
	};
}

type Opened = { readonly kind: "table"; readonly table: TomlTable } | Extract<TomlEdit, { kind: "refused" }>;

function opened(text: string, path: KeyPath): Opened {
	const reading = parseToml(text);
	if (reading.kind === "problem") {
		const { reason, line, column } = reading;
		return { kind: "refused", reason: `is not valid TOML (line ${line}, column ${column}: ${reason})` };
	}
	for (let length = 1; length < path.length; length += 1) {
		const parent = valueAt(reading.table, path.slice(0, length));
		if (parent === undefined || isTable(parent)) continue;
		const { line } = createPositionIndex(text).find(path.slice(0, length));
		return {
			kind: "refused",
			reason: `has something that is no table at \`${path.slice(0, length).join(".")}\` (line ${line})`,
		};
	}
	return reading;
}

/** Removes what is at `path`. Never throws. */
export function removeTomlTable(text: string, path: KeyPath): TomlEdit {
	const reading = opened(text, path);
	if (reading.kind === "refused") return reading;
	if (valueAt(reading.table, path) === undefined) return { kind: "absent" };
	return verified(reading.table, withoutLines(text, path), path, undefined);
}

/** Writes `table` at `path` as a table of its own at the end, in place of what was there. Never throws. */
export function setTomlTable(text: string, path: KeyPath, table: TomlTable): TomlEdit {
	const reading = opened(text, path);
	if (reading.kind === "refused") return reading;
	const rest = valueAt(reading.table, path) === undefined ? text : withoutLines(text, path);
	const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
	const lines = Object.entries(table).map(([key, value]) => `${keyOf(key)} = ${valueText(value)}`);
	const written = [`[${path.map(keyOf).join(".")}]`, ...lines, ""].join(lineEnd);
	const closed = rest === "" || rest.endsWith("\n") ? rest : `${rest}${lineEnd}`;
	const gap = closed.trim() === "" || /\n\r?\n$/.test(closed) ? "" : lineEnd;
	return verified(reading.table, `${closed}${gap}${written}`, path, table);
}
