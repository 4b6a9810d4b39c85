// The syntax of rules files: calls with named values, where a value is a string, a list, `True` or `False`. A small part of
// Starlark, so that a file means the same to other readers of that language. Must not know what a rule is.

import { RuleTextReader } from "./rule-text-reader.ts";

/** A place in a file; both count from 1. */
export interface Position {
	readonly line: number;
	readonly column: number;
}

/** A value as written. */
export type RuleValue =
	| { readonly kind: "string"; readonly text: string; readonly position: Position }
	| { readonly kind: "boolean"; readonly isTrue: boolean; readonly position: Position }
	| { readonly kind: "list"; readonly items: readonly RuleValue[]; readonly position: Position };

/** `name(key = value, …)`. */
export interface RuleCall {
	readonly name: string;
	readonly values: ReadonlyMap<string, RuleValue>;
	readonly position: Position;
}

/** Where the text stops being a rules file, and why. */
export interface RuleSyntaxError {
	readonly message: string;
	readonly position: Position;
}

/** The calls of a file up to the first error, if there is one. */
export interface RuleCalls {
	readonly calls: readonly RuleCall[];
	readonly error: RuleSyntaxError | undefined;
}

// A pattern is a list of lists; nothing needs more.
const maxListDepth = 4;

/** Reads a rules file. Never throws; linear. */
export function parseRuleCalls(text: string): RuleCalls {
	const reader = new RuleTextReader(text);
	const calls: RuleCall[] = [];
	for (;;) {
		reader.skipBlank();
		if (reader.isAtEnd()) return { calls, error: undefined };
		const call = parseCall(reader);
		if ("message" in call) return { calls, error: call };
		calls.push(call);
	}
}

function expected(reader: RuleTextReader, what: string): RuleSyntaxError {
	return { message: `expected ${what}, found ${reader.describeNext()}`, position: reader.position() };
}

function parseCall(reader: RuleTextReader): RuleCall | RuleSyntaxError {
	const position = reader.position();
	const name = reader.readName();
	if (name === undefined) return expected(reader, "`prefix_rule(`");
	reader.skipBlank();
	if (!reader.readCharacter("(")) return expected(reader, "`(`");
	const values = new Map<string, RuleValue>();
	for (;;) {
		reader.skipBlank();
		if (reader.readCharacter(")")) return { name, values, position };
		const keyPosition = reader.position();
		const key = reader.readName();
		if (key === undefined) return expected(reader, "a name or `)`");
		if (values.has(key)) return { message: `\`${key}\` is given twice`, position: keyPosition };
		reader.skipBlank();
		if (!reader.readCharacter("=")) return expected(reader, "`=`");
		const value = parseValue(reader, 0);
		if ("message" in value) return value;
		values.set(key, value);
		reader.skipBlank();
		if (!reader.readCharacter(",") && !reader.isNext(")")) return expected(reader, "`,` or `)`");
	}
}

function parseValue(reader: RuleTextReader, depth: number): RuleValue | RuleSyntaxError {
	reader.skipBlank();
	const position = reader.position();
	if (reader.isNext('"') || reader.isNext("'")) {
		const string = reader.readString();
		return string.kind === "ok"
			? { kind: "string", text: string.text, position }
			: { message: string.message, position };
	}
	if (reader.readCharacter("[")) return parseList(reader, depth, position);
	const name = reader.readName();
	if (name === "True" || name === "False") return { kind: "boolean", isTrue: name === "True", position };
	if (name !== undefined) return { message: `\`${name}\` is no value; strings stand in quotes`, position };
	return expected(reader, "a string or a list");
}

function parseList(reader: RuleTextReader, depth: number, position: Position): RuleValue | RuleSyntaxError {
	if (depth >= maxListDepth) return { message: "lists are nested too deep", position };
	const items: RuleValue[] = [];
	for (;;) {
		reader.skipBlank();
		if (reader.readCharacter("]")) return { kind: "list", items, position };
		const item = parseValue(reader, depth + 1);
		if ("message" in item) return item;
		items.push(item);
		reader.skipBlank();
		if (!reader.readCharacter(",") && !reader.isNext("]")) return expected(reader, "`,` or `]`");
	}
}
