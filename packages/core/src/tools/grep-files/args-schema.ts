// The arguments of the grep_files tool.

import * as z from "zod";
import { defaultFileLimit, maxFileLimit } from "./spec.ts";

/** Arguments of a grep_files call. */
export interface GrepFilesArgs {
	/** A regular expression. */
	readonly pattern: string;
	/** A glob on paths. */
	readonly include?: string;
	readonly path?: string;
	readonly limit: number;
}

/** Parses {@link GrepFilesArgs} and fills in defaults; what it does not know is dropped. */
export const grepFilesArgsSchema: z.ZodType<GrepFilesArgs> = z.object({
	pattern: z.string().min(1),
	include: z.exactOptional(z.string().min(1)),
	path: z.exactOptional(z.string().min(1)),
	limit: z.int().min(1).max(maxFileLimit).default(defaultFileLimit),
});
