// The zod schema of config.toml, made from the tables of keys. It judges what the quick look doubts, and becomes the
// JSON Schema that editors and `code schema config` use. Loading it costs tens of milliseconds: import it on demand.

import * as z from "zod";
import { rootShape } from "../keys/root.ts";
import type { NumberShape, Shape } from "../keys/shape.ts";
import type { TomlTable } from "../tree/tree.ts";

/** A config.toml as a user may write it: every key optional, nothing else checked about keys that nobody knows. */
export type ConfigInput = TomlTable;

function numberSchema(shape: NumberShape): z.ZodType {
	let schema = shape.fraction === true ? z.number() : z.int();
	if (shape.min !== undefined) schema = schema.min(shape.min);
	if (shape.max !== undefined) schema = schema.max(shape.max);
	return schema;
}

const text = (pattern: { readonly regex: RegExp } | undefined): z.ZodString =>
	pattern === undefined ? z.string() : z.string().regex(pattern.regex);

function bareSchema(shape: Shape): z.ZodType {
	switch (shape.kind) {
		case "boolean":
			return z.boolean();
		case "number":
			return numberSchema(shape);
		case "text":
			return text(shape.pattern);
		case "choice":
			return z.enum([...shape.values]);
		case "list":
			return z.array(toSchema(shape.item));
		case "map":
			return z.record(text(shape.key), toSchema(shape.value));
		case "table":
			return z.object(
				Object.fromEntries(
					Object.entries(shape.keys).map(([key, inner]) => [
						key,
						inner.required === true ? toSchema(inner) : z.exactOptional(toSchema(inner)),
					]),
				),
			);
		case "either":
			return z.union(shape.options.map(toSchema));
		case "open":
			return z.record(z.string(), z.unknown());
	}
}

function toSchema(shape: Shape): z.ZodType {
	const preset = "default" in shape ? shape.default : undefined;
	return bareSchema(shape).meta({ description: shape.doc, ...(preset === undefined ? {} : { default: preset }) });
}

/** Schema of config.toml. Unknown keys pass; conditions that span keys are not in it. */
export const configSchema: z.ZodType<ConfigInput> = toSchema(rootShape) as z.ZodType<ConfigInput>;

/** Something that the schema refuses. */
export interface SchemaIssue {
	/** Keys from the root, list positions as decimal text. For a bad key the path ends in it. */
	readonly path: readonly string[];
	readonly kind: "value" | "key";
}

/** Judges a tree by the schema. Empty: it is fine. */
export function schemaIssues(tree: TomlTable): readonly SchemaIssue[] {
	const result = configSchema.safeParse(tree);
	if (result.success) return [];
	return result.error.issues.map((issue) => ({
		path: issue.path.map(String),
		kind: issue.code === "invalid_key" ? "key" : "value",
	}));
}
