// What comes from servers, read forgivingly: one entry that makes no sense costs that entry and never the list. The SDK's
// own schemas refuse a whole list for one bad tool.

import type { JsonObject, JsonValue } from "@codex/protocol";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";

/** A JSON-RPC message of `line`, or `undefined` when it is none. What kind of message it is the SDK decides. */
export function readMessage(line: string): JSONRPCMessage | undefined {
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		// Not JSON: output that was not meant for us.
		return undefined;
	}
	if (typeof value !== "object" || value === null || !("jsonrpc" in value) || value.jsonrpc !== "2.0") return undefined;
	return value as JSONRPCMessage;
}

/** Reads one shape. */
export type WireSchema<T> = z.ZodType<T>;

/** A page of a list. */
export interface WirePage {
	readonly items: readonly unknown[];
	readonly nextCursor?: string | undefined;
}

const page = (key: string): z.ZodType<WirePage> =>
	z.looseObject({ nextCursor: z.string().nullish() }).transform((value): WirePage => {
		const items: unknown = value[key];
		return { items: Array.isArray(items) ? items : [], nextCursor: value.nextCursor ?? undefined };
	});

/** `tools/list`. */
export const toolsPageSchema: z.ZodType<WirePage> = page("tools");
/** `resources/list`. */
export const resourcesPageSchema: z.ZodType<WirePage> = page("resources");
/** `resources/templates/list`. */
export const templatesPageSchema: z.ZodType<WirePage> = page("resourceTemplates");
/** `prompts/list`. */
export const promptsPageSchema: z.ZodType<WirePage> = page("prompts");

/** A tool as its server describes it. */
export interface WireTool {
	readonly name: string;
	readonly title?: string | undefined;
	readonly description?: string | undefined;
	readonly inputSchema?: unknown;
	readonly annotations?:
		| { readonly readOnlyHint?: boolean | undefined; readonly destructiveHint?: boolean | undefined }
		| undefined;
}

/** One tool; `catch` keeps a tool whose extras make no sense. */
export const toolSchema: z.ZodType<WireTool> = z.object({
	name: z.string().min(1).max(512),
	title: z.string().optional().catch(undefined),
	description: z.string().optional().catch(undefined),
	inputSchema: z.unknown(),
	annotations: z
		.object({
			readOnlyHint: z.boolean().optional().catch(undefined),
			destructiveHint: z.boolean().optional().catch(undefined),
		})
		.optional()
		.catch(undefined),
});

/** A resource, or a template of resources. */
export interface WireResource {
	readonly uri: string;
	readonly name?: string | undefined;
	readonly title?: string | undefined;
	readonly description?: string | undefined;
	readonly mimeType?: string | undefined;
}

const text = z.string().optional().catch(undefined);

/** One resource. */
export const resourceSchema: z.ZodType<WireResource> = z.object({
	uri: z.string(),
	name: text,
	title: text,
	description: text,
	mimeType: text,
});

/** One template; its `uri` is the template. */
export const templateSchema: z.ZodType<WireResource> = z
	.object({ uriTemplate: z.string(), name: text, title: text, description: text, mimeType: text })
	.transform(({ uriTemplate, ...rest }): WireResource => ({ uri: uriTemplate, ...rest }));

/** A prompt. */
export interface WirePrompt {
	readonly name: string;
	readonly title?: string | undefined;
	readonly description?: string | undefined;
	readonly arguments?:
		| readonly {
				readonly name: string;
				readonly description?: string | undefined;
				readonly required?: boolean | undefined;
		  }[]
		| undefined;
}

/** One prompt. */
export const promptSchema: z.ZodType<WirePrompt> = z.object({
	name: z.string(),
	title: text,
	description: text,
	arguments: z
		.array(z.object({ name: z.string(), description: text, required: z.boolean().optional().catch(undefined) }))
		.optional()
		.catch(undefined),
});

/** A block of content in a result, a resource or a prompt. */
export type WireBlock =
	| { readonly type: "text"; readonly text: string }
	| { readonly type: "image" | "audio"; readonly data: string; readonly mimeType: string }
	| {
			readonly type: "resource_link";
			readonly uri: string;
			readonly name?: string | undefined;
			readonly description?: string | undefined;
	  }
	| { readonly type: "resource"; readonly resource: WireContents };

/** Contents of a resource. */
export interface WireContents {
	readonly uri: string;
	readonly mimeType?: string | undefined;
	readonly text?: string | undefined;
	readonly blob?: string | undefined;
}

/** One entry of `resources/read`. */
export const contentsSchema: z.ZodType<WireContents> = z.object({
	uri: z.string(),
	mimeType: text,
	text: text,
	blob: text,
});

/** One block. */
export const blockSchema: z.ZodType<WireBlock> = z.union([
	z.object({ type: z.literal("text"), text: z.string() }),
	z.object({ type: z.enum(["image", "audio"]), data: z.string(), mimeType: z.string() }),
	z.object({ type: z.literal("resource_link"), uri: z.string(), name: text, description: text }),
	z.object({ type: z.literal("resource"), resource: contentsSchema }),
]);

/** The result of `tools/call`. */
export interface WireCallResult {
	readonly content: readonly unknown[];
	readonly structuredContent?: unknown;
	readonly isError: boolean;
}

/** The result of a call; anything that is no content is none. */
export const callResultSchema: z.ZodType<WireCallResult> = z.looseObject({}).transform(
	(value): WireCallResult => ({
		content: Array.isArray(value["content"]) ? value["content"] : [],
		structuredContent: value["structuredContent"],
		isError: value["isError"] === true,
	}),
);

/** The result of `resources/read`. */
export const readResultSchema: z.ZodType<WirePage> = page("contents");
/** The result of `prompts/get`: messages. */
export const promptResultSchema: z.ZodType<WirePage> = page("messages");
/** One message of a prompt. */
export const promptMessageSchema: z.ZodType<{ readonly role: string; readonly content: WireBlock }> = z.object({
	role: z.string(),
	content: blockSchema,
});

/** The entries that fit, in order; what does not fit is left out and counted. */
export function fitting<T>(
	schema: z.ZodType<T>,
	items: readonly unknown[],
): { readonly items: readonly T[]; readonly dropped: number } {
	const fit: T[] = [];
	for (const item of items) {
		const parsed = schema.safeParse(item);
		if (parsed.success) fit.push(parsed.data);
	}
	return { items: fit, dropped: items.length - fit.length };
}

/** A JSON object, or `undefined`. The value came from `JSON.parse`, so that its members are JSON. */
export function asJsonObject(value: unknown): JsonObject | undefined {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A value that came from `JSON.parse`. */
export function asJson(value: unknown): JsonValue {
	return value as JsonValue;
}
