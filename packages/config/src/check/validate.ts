// Checks one layer: unknown keys, keys written twice under two names, values of the wrong kind. Every problem points at
// the place where the user wrote the value and says what is expected and what to do.

import { rootShape } from "../keys/root.ts";
import type { NumberShape, Shape } from "../keys/shape.ts";
import { type Layer, problemAt } from "../layers/layer.ts";
import { formatPath, isList, isTable, type KeyPath, type TomlValue, valueAt } from "../tree/tree.ts";
import type { CanonicalTree } from "./canonical.ts";
import { nearestNames } from "./nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { maskAt } from "./secrets.ts";
import { keysNamed, shapeAt } from "./shape-walk.ts";
import { surveyTree, type UnknownKey } from "./survey.ts";

/** What is wrong with a layer. */
export interface LayerFindings {
	readonly errors: readonly ConfigProblem[];
	/** Unknown keys; errors under `--strict-config`. */
	readonly unknown: readonly ConfigProblem[];
}

const quoteWords = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(", ");

function numberExpectation(shape: NumberShape): string {
	const noun = shape.fraction === true ? "a number" : "a whole number";
	if (shape.min !== undefined && shape.max !== undefined) return `${noun} from ${shape.min} to ${shape.max}`;
	return shape.min === undefined ? noun : `${noun}, at least ${shape.min}`;
}

/** What a value should be, to follow "expected". */
export function expectation(shape: Shape): string {
	switch (shape.kind) {
		case "boolean":
			return "`true` or `false`";
		case "number":
			return numberExpectation(shape);
		case "text":
			return shape.pattern?.means ?? "a text in quotes";
		case "choice":
			return `one of ${quoteWords(shape.values)}`;
		case "list":
			return shape.item.kind === "text" ? "a list of texts" : "a list of tables";
		case "map":
		case "table":
		case "open":
			return "a table";
		case "either":
			return shape.options.map(expectation).join(", or ");
	}
}

// A value is quoted to be recognised, not to be read in full.
const longestQuote = 60;

function describeFound(value: TomlValue | undefined): string {
	if (value === undefined) return "nothing";
	if (isList(value)) return "a list";
	if (isTable(value)) return "a table";
	if (typeof value !== "string") return `\`${value}\``;
	const quoted = JSON.stringify(value.length > longestQuote ? `${value.slice(0, longestQuote)}…` : value);
	return `\`${quoted}\``;
}

function valueProblem(layer: Layer, path: KeyPath): ConfigProblem {
	const shape = shapeAt(rootShape, path);
	const value = valueAt(layer.tree, path);
	const key = formatPath(path);
	const expected = shape === undefined ? "something else" : expectation(shape);
	if (value === undefined) {
		return problemAt(layer.place(path), {
			key,
			message: `\`${key}\` is missing: expected ${expected}`,
			hint: "add it",
		});
	}
	const nearest =
		shape?.kind === "choice" && typeof value === "string" ? nearestNames(value, shape.values)[0] : undefined;
	const found = describeFound(maskAt(rootShape, path, value));
	return problemAt(layer.place(path), {
		key,
		message: `\`${key}\` must be ${expected}, not ${found}`,
		hint: nearest === undefined ? removalHint(layer) : `did you mean \`${nearest}\`?`,
	});
}

function removalHint(layer: Layer): string {
	return layer.name === "cli" ? "change it or leave it out" : "change it or remove the line";
}

function keyProblem(layer: Layer, path: KeyPath): ConfigProblem {
	const parent = shapeAt(rootShape, path.slice(0, -1));
	const means = parent?.kind === "map" ? (parent.key?.means ?? "another name") : "another name";
	const key = formatPath(path);
	const message = `\`${path.at(-1) ?? ""}\` in \`${formatPath(path.slice(0, -1))}\` must be ${means}`;
	return problemAt(layer.place(path), { key, message, hint: removalHint(layer) });
}

function unknownProblem(layer: Layer, { path, table: shape }: UnknownKey): ConfigProblem {
	const name = path.at(-1) ?? "";
	const table = formatPath(path.slice(0, -1));
	const nearest = nearestNames(name, Object.keys(shape.keys))[0];
	const other = nearest === undefined ? keysNamed(name, rootShape)[0] : undefined;
	const suggestion = nearest === undefined ? other : formatPath([...path.slice(0, -1), nearest]);
	return problemAt(layer.place(path), {
		key: formatPath(path),
		message: `unknown key \`${name}\`${table === "" ? "" : ` in \`${table}\``}`,
		hint: suggestion === undefined ? "remove it or correct its name" : `did you mean \`${suggestion}\`?`,
	});
}

// More than a screenful helps nobody, and finding the nearest name of each of 100,000 wrong keys takes seconds.
const mostShown = 20;

/** The first problems in full, the others as a number. */
function limited<Item>(layer: Layer, items: readonly Item[], describe: (item: Item) => ConfigProblem): ConfigProblem[] {
	const problems = items.slice(0, mostShown).map(describe);
	const more = items.length - problems.length;
	if (more > 0)
		problems.push(problemAt(layer.place([]), { message: `${more} more of the kind`, hint: "correct the first ones" }));
	return problems;
}

async function errorsOf(layer: Layer): Promise<readonly ConfigProblem[]> {
	const { schemaIssues } = await import("../schema/config-schema.ts");
	return limited(layer, schemaIssues(layer.tree), ({ path, kind }) =>
		kind === "key" ? keyProblem(layer, path) : valueProblem(layer, path),
	);
}

/**
 * Checks a layer whose keys are canonical.
 *
 * A doubtful layer loads the zod schema; a sound one does not. At most 20 problems of a kind are told apart.
 */
export async function checkLayer(layer: Layer): Promise<LayerFindings> {
	const { doubtful, unknown } = surveyTree(rootShape, layer.tree);
	return {
		errors: doubtful ? await errorsOf(layer) : [],
		unknown: limited(layer, unknown, (key) => unknownProblem(layer, key)),
	};
}

/** The problems of keys that were written under two of their names. */
export function clashProblems(layer: Layer, clashes: CanonicalTree["clashes"]): readonly ConfigProblem[] {
	return clashes.map(({ path, names }) =>
		problemAt(layer.place(path), {
			key: formatPath(path),
			message: `\`${names[0]}\` and \`${names[1]}\` are the same key and both are set`,
			hint: `remove \`${names[1]}\``,
		}),
	);
}
