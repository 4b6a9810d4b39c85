// Takes out of a project's tree everything that a project may not set. What is left can make safety only tighter than
// what the layers below it say. Pure; values of a wrong kind are left for the check of kinds, which refuses them.

import { posix } from "node:path";
import { type ProjectRule, projectRules } from "../keys/project-rules.ts";
import { builtInProviders } from "../provider/built-in.ts";
import {
	emptyTable,
	isList,
	isTable,
	type KeyPath,
	type TableInProgress,
	type TomlTable,
	type TomlValue,
	valueAt,
} from "../tree/tree.ts";
import { foldName, settingsFolders } from "./repository.ts";

/** What the user says, without the project. */
export interface UserTrees {
	/** The layers below the project, merged, with defaults. */
	readonly below: TomlTable;
	/** All layers of the user, the command line included, without defaults. */
	readonly all: TomlTable;
}

/** A value that has no effect. */
export interface RefusedValue {
	readonly path: KeyPath;
	/** Completes "`KEY` has no effect in a project's configuration: ". */
	readonly reason: string;
}

/** A project's tree without what it may not set. */
export interface RestrictedTree {
	readonly tree: TomlTable;
	readonly refused: readonly RefusedValue[];
}

const show = (value: TomlValue): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

/** Whether two values are equal, tables in any order. */
function isEqual(left: TomlValue, right: TomlValue): boolean {
	if (isList(left)) {
		return (
			isList(right) &&
			left.length === right.length &&
			left.every((item, index) => {
				const other = right[index];
				return other !== undefined && isEqual(item, other);
			})
		);
	}
	if (!isTable(left)) return left === right;
	if (!isTable(right)) return false;
	const keys = Object.keys(left);
	return (
		keys.length === Object.keys(right).length &&
		keys.every((key) => {
			const one = left[key];
			const other = right[key];
			return one !== undefined && other !== undefined && isEqual(one, other);
		})
	);
}

const has = (list: readonly TomlValue[], item: TomlValue): boolean => list.some((entry) => isEqual(entry, item));

function missingFrom(list: readonly TomlValue[], items: readonly TomlValue[]): TomlValue | undefined {
	// Texts, the usual case, are looked up; tables are compared one by one.
	const texts = new Set(list);
	return items.find((item) => !texts.has(item) && !has(list, item));
}

function judgeList(kind: "subset" | "superset", value: TomlValue, below: TomlValue | undefined): string | undefined {
	if (!isList(value)) return undefined;
	const list = isList(below) ? below : [];
	const missing = kind === "subset" ? missingFrom(list, value) : missingFrom(value, list);
	if (missing === undefined) return undefined;
	return kind === "subset"
		? `${show(missing)} is not in the user's list, and a repository can only take entries away`
		: `the user's entry ${show(missing)} is missing, and a repository can only add entries`;
}

function judgeAllowList(emptyIsAll: boolean, value: TomlValue, below: TomlValue | undefined): string | undefined {
	if (!isList(value) || !isList(below) || (emptyIsAll && below.length === 0)) return undefined;
	if (value.length === 0 && below.length > 0) return "an empty list could mean everything";
	return judgeList("subset", value, below);
}

function judgeOnly(tight: TomlValue, value: TomlValue): string | undefined {
	if (typeof value !== typeof tight || value === tight) return undefined;
	return `a repository can only set it to ${show(tight)}`;
}

function judgeNumber(kind: "at_most" | "at_least", value: TomlValue, below: TomlValue | undefined): string | undefined {
	if (typeof value !== "number" || typeof below !== "number") return undefined;
	if (kind === "at_most" ? value <= below : value >= below) return undefined;
	return `a repository can only ${kind === "at_most" ? "lower" : "raise"} it, and it is ${show(below)}`;
}

function judgeRank(strictFirst: readonly string[], value: TomlValue, below: TomlValue | undefined): string | undefined {
	if (typeof value !== "string" || !strictFirst.includes(value)) return undefined;
	const limit = typeof below === "string" ? strictFirst.indexOf(below) : 0;
	if (strictFirst.indexOf(value) <= limit) return undefined;
	return `a repository can only make it stricter, and it is ${show(strictFirst[Math.max(limit, 0)] ?? "")}`;
}

const protectedNames: readonly string[] = [".git", ".agents", ...settingsFolders];

function judgeInside(value: TomlValue): string | undefined {
	if (typeof value !== "string") return undefined;
	const parts = posix.normalize(value.replaceAll("\\", "/")).split("/");
	const [first = ""] = parts;
	const leaves = first === "" || first === ".." || first === "~" || /^[A-Za-z]:/.test(first) || value.includes("\0");
	if (leaves) return "a repository can only name a path inside of it";
	const own = parts.map(foldName).find((part) => protectedNames.includes(part));
	return own === undefined ? undefined : `${show(own)} is protected`;
}

function judgeModel(value: TomlValue, user: UserTrees): string | undefined {
	const slash = typeof value === "string" ? value.indexOf("/") : -1;
	if (typeof value !== "string" || slash < 1) return undefined;
	const id = value.slice(0, slash);
	const trees = [user.below, user.all];
	const isProvider =
		builtInProviders.has(id) || trees.some((tree) => valueAt(tree, ["model_providers", id]) !== undefined);
	return isProvider ? `a repository may not choose the provider, and ${show(id)} is one` : undefined;
}

/** Why a single value has no effect; `undefined` when it has. */
function judge(rule: ProjectRule, value: TomlValue, path: KeyPath, user: UserTrees): string | undefined {
	const below = valueAt(user.below, path);
	switch (rule.kind) {
		case "allow":
		case "table":
		case "entries":
			return undefined;
		case "forbid":
			return `a repository may not set it: ${rule.because}`;
		case "only":
			return judgeOnly(rule.value, value);
		case "ranked":
			return judgeRank(rule.strictFirst, value, below);
		case "at_most":
		case "at_least":
			return judgeNumber(rule.kind, value, below);
		case "subset":
		case "superset":
			return judgeList(rule.kind, value, below);
		case "allow_list":
			return judgeAllowList(rule.emptyIsAll, value, below);
		case "inside":
			return judgeInside(value);
		case "model":
			return judgeModel(value, user);
	}
}

class Restrictor {
	readonly refused: RefusedValue[] = [];
	readonly #user: UserTrees;

	constructor(user: UserTrees) {
		this.#user = user;
	}

	/** The part of a value that has effect; `undefined` when nothing has. */
	value(rule: ProjectRule | undefined, value: TomlValue, path: KeyPath): TomlValue | undefined {
		// A key that nobody knows has no effect anyway; it stays for the check, which reports it.
		if (rule === undefined) return value;
		if (rule.kind === "table") return isTable(value) ? this.table(rule.keys, value, path) : value;
		if (rule.kind === "entries") return isTable(value) ? this.#entries(rule, value, path) : value;
		const reason = judge(rule, value, path, this.#user);
		if (reason === undefined) return value;
		this.refused.push({ path, reason });
		return undefined;
	}

	table(rules: Readonly<Record<string, ProjectRule>>, table: TomlTable, path: KeyPath): TomlTable {
		const kept: TableInProgress = emptyTable();
		for (const key of Object.keys(table)) {
			const entry = table[key];
			const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
			const value = entry === undefined ? undefined : this.value(rule, entry, [...path, key]);
			if (value !== undefined) kept[key] = value;
		}
		return kept;
	}

	#entries(rule: ProjectRule & { kind: "entries" }, table: TomlTable, path: KeyPath): TomlTable {
		const kept: TableInProgress = emptyTable();
		for (const key of Object.keys(table)) {
			const entry = table[key];
			if (entry === undefined) continue;
			const at = [...path, key];
			const isKnown = valueAt(this.#user.all, at) !== undefined;
			const value = this.value(isKnown ? rule.known : rule.fresh, entry, at);
			// An entry that lost everything would only be an empty table that its own rules then complain about.
			if (value !== undefined && !(isTable(value) && Object.keys(value).length === 0)) kept[key] = value;
		}
		return kept;
	}
}

/** Restricts a tree whose keys are canonical. */
export function restrictTree(tree: TomlTable, user: UserTrees): RestrictedTree {
	const restrictor = new Restrictor(user);
	return { tree: restrictor.table({ ...projectRules }, tree, []), refused: restrictor.refused };
}
