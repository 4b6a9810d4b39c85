// The arguments of the read_file tool.

import * as z from "zod";
import { defaultLineLimit } from "./spec.ts";

/** Arguments of a read_file call. */
export interface ReadFileArgs {
	readonly file_path: string;
	/** From 1. */
	readonly offset: number;
	readonly limit: number;
}

/** Parses {@link ReadFileArgs} and fills in defaults; what it does not know is dropped. */
export const readFileArgsSchema: z.ZodType<ReadFileArgs> = z.object({
	file_path: z.string().min(1),
	offset: z.int().min(1).default(1),
	limit: z.int().min(1).default(defaultLineLimit),
});
