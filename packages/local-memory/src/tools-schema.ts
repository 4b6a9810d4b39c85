// What the tools and the exported lines may contain. Parsing alone; limits come from memory.ts.

import * as z from "zod";
import {
	memoryLimits as limits,
	type Memory,
	type MemoryChange,
	type NewMemory,
	type SearchRequest,
} from "./memory.ts";

const content = z.string().min(1).max(limits.contentChars);
const tag = z.string().min(1).max(limits.tagChars);
const tags = z.array(tag).max(limits.tags);
const domain = z.string().min(1).max(limits.domainChars);
const importance = z.number().int().min(1).max(10);
const id = z.string().min(1).max(limits.idChars);
const instant = z.iso.datetime();

const shapes = {
	store_memory: z.object({
		content: content.describe("What to remember"),
		tags: z.exactOptional(tags).describe("Labels to find it by"),
		domain: z.exactOptional(domain).describe("The area it belongs to"),
		importance: z.exactOptional(importance).describe("1 to 10, default 5"),
	}),
	search: z.object({
		query: z.exactOptional(z.string().max(limits.queryChars)).describe("Words to look for"),
		tags: z.exactOptional(tags).describe("Labels that all must be there"),
		domain: z.exactOptional(domain),
		min_importance: z.exactOptional(importance),
		limit: z.exactOptional(z.number().int().min(1).max(limits.results)).describe("Default 20"),
		search_type: z
			.exactOptional(z.enum(["hybrid", "keyword", "semantic", "tags"]))
			.describe("hybrid (default): tags select and words rank; keyword or semantic: words select; tags: tags alone"),
	}),
	get_memory: z.object({ id }),
	update_memory: z.object({
		id,
		content: z.exactOptional(content),
		tags: z.exactOptional(tags).describe("Replaces all labels"),
		domain: z.exactOptional(domain),
		importance: z.exactOptional(importance),
	}),
	delete_memory: z.object({ id }),
	stats: z.object({}),
} as const;

/** The tools' arguments, checked. */
export interface ToolArguments {
	readonly store_memory: NewMemory;
	readonly search: SearchRequest;
	readonly get_memory: { readonly id: string };
	readonly update_memory: MemoryChange & { readonly id: string };
	readonly delete_memory: { readonly id: string };
	readonly stats: Readonly<Record<string, never>>;
}

/** The name of a tool. */
export type ToolName = keyof ToolArguments;

/** All tool names, in the order they are listed. */
export const toolNames: readonly ToolName[] = [
	"store_memory",
	"search",
	"get_memory",
	"update_memory",
	"delete_memory",
	"stats",
];

/** Arguments that were checked, or one sentence that says what is wrong. */
export type Parsed<T> =
	| { readonly kind: "ok"; readonly value: T }
	| { readonly kind: "error"; readonly message: string };

function parseWith<T>(schema: z.ZodType<T>, value: unknown): Parsed<T> {
	const result = schema.safeParse(value);
	if (result.success) return { kind: "ok", value: result.data };
	// A few are enough: hostile arguments have thousands.
	const sentences = result.error.issues
		.slice(0, 5)
		.map(({ path, message }) => `${path.map(String).join(".") || "arguments"}: ${message}`);
	return { kind: "error", message: sentences.join("; ") };
}

/** Checks the arguments of `store_memory`. */
export const parseStore = (value: unknown): Parsed<ToolArguments["store_memory"]> =>
	parseWith(shapes.store_memory, value);
/** Checks the arguments of `search`. */
export const parseSearch = (value: unknown): Parsed<ToolArguments["search"]> => parseWith(shapes.search, value);
/** Checks the arguments of `get_memory` and `delete_memory`. */
export const parseId = (value: unknown): Parsed<ToolArguments["get_memory"]> => parseWith(shapes.get_memory, value);
/** Checks the arguments of `update_memory`. */
export const parseUpdate = (value: unknown): Parsed<ToolArguments["update_memory"]> =>
	parseWith(shapes.update_memory, value);

const record = z.object({
	id,
	content,
	tags,
	domain: z.exactOptional(domain),
	importance,
	created_at: instant,
	updated_at: instant,
});

/** Checks one line of an export. */
export const parseRecord = (value: unknown): Parsed<Memory> => parseWith(record, value);

/** The JSON Schema of a tool's arguments. */
export function inputSchema(name: ToolName): { readonly type: "object"; readonly [key: string]: unknown } {
	const { $schema: _draft, ...schema } = z.toJSONSchema(shapes[name], { io: "input" });
	return { ...schema, type: "object" };
}
