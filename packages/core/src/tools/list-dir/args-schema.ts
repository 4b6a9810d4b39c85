// The arguments of the list_dir tool.

import * as z from "zod";
import { defaultDepth, defaultEntryLimit } from "./spec.ts";

/** Arguments of a list_dir call. */
export interface ListDirArgs {
	readonly dir_path: string;
	/** From 1. */
	readonly offset: number;
	readonly limit: number;
	readonly depth: number;
}

/** Parses {@link ListDirArgs} and fills in defaults; what it does not know is dropped. */
export const listDirArgsSchema: z.ZodType<ListDirArgs> = z.object({
	dir_path: z.string().min(1),
	offset: z.int().min(1).default(1),
	limit: z.int().min(1).default(defaultEntryLimit),
	depth: z.int().min(1).default(defaultDepth),
});
