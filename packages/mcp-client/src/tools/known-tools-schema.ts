// The shape of a file of known tools.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import type { ServerTool } from "./server-tool.ts";

/** What is known of a server that does not run. */
export interface KnownTools {
	readonly version: 1;
	/** Wall clock, milliseconds. */
	readonly savedMs: number;
	readonly hasResources: boolean;
	readonly tools: readonly ServerTool[];
}

/** Reads {@link KnownTools}. */
export const knownToolsSchema: z.ZodType<KnownTools> = z.object({
	version: z.literal(1),
	savedMs: z.number(),
	hasResources: z.boolean(),
	tools: z.array(
		z.object({
			tool: z.string(),
			description: z.string(),
			parameters: z.record(z.string(), z.unknown()).transform((value) => value as JsonObject),
			claims: z.object({ readOnly: z.boolean(), destructive: z.boolean() }),
		}),
	),
});
