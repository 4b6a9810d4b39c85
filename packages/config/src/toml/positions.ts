// Where each key of a valid TOML text stands. The parser that we use does not say, so this walks the text a second
// time, and only when a position is asked for. It relies on the text being valid and never judges it.

import type { KeyPath } from "../tree/tree.ts";

/** A place in a text. Line and column count from 1; columns are UTF-16 units. */
export interface TextPosition {
	readonly line: number;
	readonly column: number;
}

/** Finds keys of one text. */
export interface PositionIndex {
	/** Where the key at `path` is written first (a list element: its value), else its nearest ancestor, else 1:1. */
	find(path: KeyPath): TextPosition;
}

/** A header or an assignment of a text. Offsets count UTF-16 units. */
export interface TomlStatement {
	readonly kind: "header" | "assignment";
	/** Of the table or the key, from the root. */
	readonly path: KeyPath;
	readonly start: number;
	/** Exclusive; the rest of the line is blank or a comment. */
	readonly end: number;
}

interface Node {
	readonly offset: number;
	readonly children: Map<string, Node>;
	/** For a list: how many elements are known. */
	elements: number;
	isTableList: boolean;
}

interface KeyPart {
	readonly name: string;
	readonly offset: number;
}

const newNode = (offset: number): Node => ({ offset, children: new Map(), elements: 0, isTableList: false });

const simpleEscapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\u001b" };

const keyEscape = /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)/g;

function unescapeKey(raw: string): string {
	return raw.replace(keyEscape, (_, code: string) => {
		if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
		return simpleEscapes[code] ?? code;
	});
}

/** The walk. One instance reads one text once, from start to end. */
class Walker {
	readonly root: Node = newNode(0);
	readonly statements: TomlStatement[] = [];
	#table: KeyPath = [];
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	walk(): Node {
		let table = this.root;
		for (;;) {
			this.#skipBlank(true);
			if (this.#at >= this.#text.length) return this.root;
			const start = this.#at;
			const isHeader = this.#text[start] === "[";
			const path = isHeader ? [] : [...this.#table];
			if (isHeader) table = this.#header(path);
			else this.#assignment(table, path);
			if (isHeader) this.#table = path;
			this.statements.push({ kind: isHeader ? "header" : "assignment", path, start, end: this.#at });
		}
	}

	#skipBlank(newlines: boolean): void {
		for (;;) {
			const character = this.#text[this.#at];
			if (character === " " || character === "\t" || character === "\uFEFF") this.#at += 1;
			else if (newlines && (character === "\n" || character === "\r")) this.#at += 1;
			else if (newlines && character === "#") this.#skipTo("\n");
			else return;
		}
	}

	#skipTo(text: string): void {
		const found = this.#text.indexOf(text, this.#at);
		this.#at = found < 0 ? this.#text.length : found;
	}

	/** Adds the keys that it reads to `path`. */
	#header(path: string[]): Node {
		const isList = this.#text.startsWith("[[", this.#at);
		this.#at += isList ? 2 : 1;
		const parts = this.#key();
		this.#at += isList ? 2 : 1;
		path.push(...parts.map(({ name }) => name));
		let node = this.root;
		for (const [index, part] of parts.entries()) {
			node = this.#child(node, part);
			const isLast = index === parts.length - 1;
			if (isList && isLast) {
				node.isTableList = true;
				node = this.#element(node, part.offset);
			} else if (node.isTableList) node = node.children.get(String(node.elements - 1)) ?? node;
		}
		return node;
	}

	#assignment(table: Node, path: string[] = []): void {
		let node = table;
		for (const part of this.#key()) {
			node = this.#child(node, part);
			path.push(part.name);
		}
		this.#at += 1;
		this.#skipBlank(false);
		this.#value(node);
	}

	/** Reads a dotted key and stops at `=` or `]`. */
	#key(): readonly KeyPart[] {
		const parts: KeyPart[] = [];
		for (;;) {
			this.#skipBlank(false);
			const offset = this.#at;
			const quote = this.#text[offset];
			if (quote === '"' || quote === "'") {
				this.#string();
				const raw = this.#text.slice(offset + 1, this.#at - 1);
				parts.push({ name: quote === '"' ? unescapeKey(raw) : raw, offset });
			} else {
				while (/[A-Za-z0-9_-]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
				parts.push({ name: this.#text.slice(offset, this.#at), offset });
			}
			this.#skipBlank(false);
			if (this.#text[this.#at] !== ".") return parts;
			this.#at += 1;
		}
	}

	#value(node: Node): void {
		const character = this.#text[this.#at];
		if (character === '"' || character === "'") this.#string();
		else if (character === "[") this.#list(node);
		else if (character === "{") this.#inlineTable(node);
		else while (this.#at < this.#text.length && !/[,\]}#\r\n]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
	}

	#list(node: Node): void {
		this.#at += 1;
		for (;;) {
			this.#skipBlank(true);
			const character = this.#text[this.#at];
			if (character === "]" || character === undefined) break;
			if (character === ",") this.#at += 1;
			else this.#value(this.#element(node, this.#at));
		}
		this.#at += 1;
	}

	#inlineTable(node: Node): void {
		this.#at += 1;
		for (;;) {
			this.#skipBlank(true);
			const character = this.#text[this.#at];
			if (character === "}" || character === undefined) break;
			if (character === ",") this.#at += 1;
			else this.#assignment(node);
		}
		this.#at += 1;
	}

	#string(): void {
		const quote = this.#text[this.#at] ?? '"';
		const isMultiline = this.#text.startsWith(quote.repeat(3), this.#at);
		const end = isMultiline ? quote.repeat(3) : quote;
		this.#at += end.length;
		while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
			this.#at += quote === '"' && this.#text[this.#at] === "\\" ? 2 : 1;
		}
		this.#at += end.length;
		// Up to two quotes directly before the closing three belong to the text.
		for (let extra = 0; isMultiline && extra < 2 && this.#text[this.#at] === quote; extra += 1) this.#at += 1;
	}

	#child(node: Node, part: KeyPart): Node {
		const known = node.children.get(part.name);
		if (known !== undefined) return known;
		const made = newNode(part.offset);
		node.children.set(part.name, made);
		return made;
	}

	#element(node: Node, offset: number): Node {
		const made = newNode(offset);
		node.children.set(String(node.elements), made);
		node.elements += 1;
		return made;
	}
}

function lineStartsOf(text: string): readonly number[] {
	const starts = [0];
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	return starts;
}

function toPosition(text: string, lineStarts: readonly number[], offset: number): TextPosition {
	let low = 0;
	let high = lineStarts.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((lineStarts[middle] ?? 0) <= offset) low = middle;
		else high = middle - 1;
	}
	// A byte order mark at the very start is no column of its own.
	const mark = low === 0 && text.startsWith("\uFEFF") && offset > 0 ? 1 : 0;
	return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 - mark };
}

/** The headers and assignments of a valid TOML text, in their order. */
export function tomlStatements(text: string): readonly TomlStatement[] {
	const walker = new Walker(text);
	walker.walk();
	return walker.statements;
}

/** Indexes a valid TOML text; the text is walked at the first question. */
export function createPositionIndex(text: string): PositionIndex {
	let walked: { readonly root: Node; readonly lineStarts: readonly number[] } | undefined;
	return {
		find(path) {
			walked ??= { root: new Walker(text).walk(), lineStarts: lineStartsOf(text) };
			let node = walked.root;
			for (const key of path) {
				const child = node.children.get(key);
				if (child === undefined) break;
				node = child;
			}
			return toPosition(text, walked.lineStarts, node.offset);
		},
	};
}
