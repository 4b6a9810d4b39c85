// The arguments of the resource tools.

import * as z from "zod";

/** Arguments of a list_mcp_resources call. */
export interface ListResourcesArgs {
	readonly server?: string;
}

/** Parses {@link ListResourcesArgs}; what it does not know is dropped. */
export const listResourcesArgsSchema: z.ZodType<ListResourcesArgs> = z.object({ server: z.exactOptional(z.string()) });

/** Arguments of a read_mcp_resource call. */
export interface ReadResourceArgs {
	readonly server: string;
	readonly uri: string;
}

/** Parses {@link ReadResourceArgs}; what it does not know is dropped. */
export const readResourceArgsSchema: z.ZodType<ReadResourceArgs> = z.object({
	server: z.string().min(1),
	uri: z.string().min(1),
});
