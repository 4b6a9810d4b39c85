// The shell environment policy as a layer: `SPEC_OPS_<KEY>` sets `speckit.<key>`, from the process's environment and,
// over it, from `shell_environment_policy.set`, because that is what the stages' scripts would see. It reaches no key
// outside `speckit`.

import type { ConfigProblem } from "../check/problem.ts";
import { expectation } from "../check/validate.ts";
import type { NumberShape, Shape } from "../keys/shape.ts";
import { speckitKeys } from "../keys/speckit-keys.ts";
import { emptyTable, isTable, type KeyPath, mergeInto, pathKey, type TomlValue, tableWith } from "../tree/tree.ts";
import { type Layer, type Origin, type Place, problemAt } from "./layer.ts";

const prefix = "SPEC_OPS_";

interface Leaf {
	readonly path: KeyPath;
	readonly shape: Shape;
}

function collectLeaves(keys: Readonly<Record<string, Shape>>, path: KeyPath, leaves: Map<string, Leaf>): void {
	for (const [key, shape] of Object.entries(keys)) {
		const inner = [...path, key];
		if (shape.kind === "table") collectLeaves(shape.keys, inner, leaves);
		else if (shape.kind !== "map") leaves.set(variableOf(inner), { path: inner, shape });
	}
}

/** The variable that sets a key: `["speckit", "hal", "mode"]` is `SPEC_OPS_HAL_MODE`. */
function variableOf(path: KeyPath): string {
	return `${prefix}${path.slice(1).join("_").toUpperCase()}`;
}

let leavesByVariable: ReadonlyMap<string, Leaf> | undefined;

/** The variables that set `speckit` keys, each with its key. */
function speckitVariables(): ReadonlyMap<string, Leaf> {
	if (leavesByVariable === undefined) {
		const leaves = new Map<string, Leaf>();
		collectLeaves(speckitKeys, ["speckit"], leaves);
		leavesByVariable = leaves;
	}
	return leavesByVariable;
}

function readBoolean(text: string): boolean | undefined {
	if (/^(?:1|true|yes|on)$/i.test(text)) return true;
	return /^(?:0|false|no|off)?$/i.test(text) ? false : undefined;
}

function readNumber(shape: NumberShape, text: string): number | undefined {
	const value = text === "" ? Number.NaN : Number(text);
	const isKind = shape.fraction === true ? Number.isFinite(value) : Number.isSafeInteger(value);
	const isInRange = value >= (shape.min ?? value) && value <= (shape.max ?? value);
	return isKind && isInRange ? value : undefined;
}

/** A variable's text as a value of the key's kind; `undefined` when it is none. */
function readValue(shape: Shape, text: string): TomlValue | undefined {
	if (shape.kind === "boolean") return readBoolean(text.trim());
	if (shape.kind === "number") return readNumber(shape, text.trim());
	if (shape.kind === "choice") return shape.values.find((value) => value === text.trim());
	return text;
}

interface Source {
	readonly entries: readonly (readonly [name: string, text: string])[];
	place(name: string): Place;
}

function sourceLayer(source: Source, problems: ConfigProblem[]): Layer | undefined {
	const tree = emptyTable();
	const places = new Map<string, Place>();
	for (const [name, text] of source.entries) {
		const leaf = speckitVariables().get(name);
		if (leaf === undefined) continue;
		const place = source.place(name);
		const value = readValue(leaf.shape, text);
		if (value === undefined) {
			const message = `\`${name}\` must be ${expectation(leaf.shape)}`;
			problems.push(problemAt(place, { key: leaf.path.join("."), message, hint: "change it or unset it" }));
			continue;
		}
		mergeInto(tree, tableWith(leaf.path, value));
		places.set(pathKey(leaf.path), place);
	}
	if (places.size === 0) return undefined;
	return {
		name: "shell_environment_policy",
		tree,
		place: (path) => places.get(pathKey(path)) ?? { kind: "variable", name: `${prefix}*` },
	};
}

/** What the layer is made of. */
export interface EnvironmentPolicySources {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The merged `shell_environment_policy.set` of the other layers. */
	readonly set: TomlValue | undefined;
	/** Who set a variable of it. */
	originOf(name: string): Origin | undefined;
}

/** The layers, strongest first, and the variables that hold no fitting value. Variables that set no key are ignored. */
export function environmentPolicyLayers(sources: EnvironmentPolicySources): {
	readonly layers: readonly Layer[];
	readonly problems: readonly ConfigProblem[];
} {
	const problems: ConfigProblem[] = [];
	const fromPolicy: (readonly [string, string])[] = [];
	if (isTable(sources.set)) {
		for (const [name, text] of Object.entries(sources.set)) {
			if (name.startsWith(prefix) && typeof text === "string") fromPolicy.push([name, text]);
		}
	}
	const fromProcess: (readonly [string, string])[] = [];
	for (const name of Object.keys(sources.env)) {
		const text = name.startsWith(prefix) ? sources.env[name] : undefined;
		if (text !== undefined) fromProcess.push([name, text]);
	}
	const variable = (name: string): Place => ({ kind: "variable", name });
	const layers = [
		sourceLayer({ entries: fromPolicy, place: (name) => sources.originOf(name)?.place ?? variable(name) }, problems),
		sourceLayer({ entries: fromProcess, place: variable }, problems),
	];
	return { layers: layers.filter((layer) => layer !== undefined), problems };
}
