// How a key is described: its kind, its limits, its default and one line of documentation. The tables of keys are data
// made of these; checking, defaults, explanations and the zod schema are all derived from them, so that they agree.

import type { JsonObject } from "@codex/protocol";
import type { TomlTable } from "../tree/tree.ts";

interface Described {
	/** One line for `config explain` and the JSON Schema: what it does, with units. */
	readonly doc: string;
	/** Must be there when its table is a list element. */
	readonly required?: true;
}

/** `true` or `false`. */
export interface BooleanShape extends Described {
	readonly kind: "boolean";
	readonly default?: boolean;
}

/** A finite number, whole unless `fraction` is set. Limits are inclusive. */
export interface NumberShape extends Described {
	readonly kind: "number";
	readonly fraction?: true;
	readonly min?: number;
	readonly max?: number;
	readonly default?: number;
}

/** A condition on a text. `means` completes "expected …". */
export interface TextPattern {
	/** Without flags. */
	readonly regex: RegExp;
	readonly means: string;
}

/** Any text, or one that fits a pattern. */
export interface TextShape extends Described {
	readonly kind: "text";
	readonly pattern?: TextPattern;
	/** Never shown. */
	readonly secret?: true;
	readonly default?: string;
}

/** One of a few words. */
export interface ChoiceShape<Word extends string = string> extends Described {
	readonly kind: "choice";
	readonly values: readonly Word[];
	readonly default?: Word;
}

/** A list; layers replace it as a whole. */
export interface ListShape<Item extends Shape = Shape> extends Described {
	readonly kind: "list";
	readonly item: Item;
	readonly default?: readonly (string | number)[];
}

/** A table whose keys the user names. Empty by default, or absent when `optional`. */
export interface MapShape<Value extends Shape = Shape> extends Described {
	readonly kind: "map";
	readonly value: Value;
	readonly key?: TextPattern;
	/** Which values are never shown: all of them, or those whose name sounds like a secret. */
	readonly secret?: "all" | "by_name";
	readonly optional?: true;
}

/** What is wrong with a table as a whole. */
export interface RuleProblem {
	/** The key of the table to point at; the table itself when absent. */
	readonly key?: string;
	readonly message: string;
	readonly hint: string;
	/** A warning does not stop the program. Default false. */
	readonly warning?: boolean;
}

/** A condition that spans keys; judged once, on what all layers make together. `name` is the table's own key. */
export type TableRule = (table: TomlTable, name: string) => readonly RuleProblem[];

/** A table with known keys. Present with its defaults, or absent when `optional`. */
export interface TableShape extends Described {
	readonly kind: "table";
	readonly keys: Readonly<Record<string, Shape>>;
	/** Other names under which a key is accepted. `-` for `_` is always accepted. */
	readonly aliases?: Readonly<Record<string, string>>;
	readonly rules?: readonly TableRule[];
	readonly optional?: true;
	/** Nothing in it gets a default, however deep: what is not written stays absent. */
	readonly partial?: true;
}

/** One of two kinds of value. */
export interface EitherShape extends Described {
	readonly kind: "either";
	readonly options: readonly (BooleanShape | TextShape | ChoiceShape | ListShape)[];
	readonly default?: boolean | string;
}

/** A table whose contents a later part of the program reads; only being a table is checked. */
export interface OpenShape extends Described {
	readonly kind: "open";
	readonly optional?: true;
}

/** Any description of a value. */
export type Shape =
	| BooleanShape
	| NumberShape
	| TextShape
	| ChoiceShape
	| ListShape
	| MapShape
	| TableShape
	| EitherShape
	| OpenShape;

/** The descriptions that fit a type: a table of keys typed with this can neither miss a key nor get its kind wrong. */
export type ShapeOf<Value> = [Value] extends [boolean]
	? BooleanShape
	: [Value] extends [number]
		? NumberShape
		: [Value] extends [string]
			? string extends Value
				? TextShape
				: ChoiceShape<Value>
			: [Value] extends [readonly (infer Item)[]]
				? ListShape<ShapeOf<Item>>
				: [Value] extends [string | boolean | readonly unknown[]]
					? EitherShape
					: [JsonObject] extends [Value]
						? OpenShape | TableShape
						: string extends keyof Value
							? MapShape<ShapeOf<Value[keyof Value]>>
							: TableShape & { readonly keys: KeysOf<Value> };

/** A description for every key of an interface, and for nothing else. */
export type KeysOf<Table> = { readonly [Key in keyof Table]-?: ShapeOf<Exclude<Table[Key], undefined>> };
