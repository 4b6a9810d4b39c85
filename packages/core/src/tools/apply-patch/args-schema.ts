// The arguments of the apply_patch tool.

import * as z from "zod";

/** Arguments of an apply_patch call. */
export interface ApplyPatchArgs {
	/** The patch. */
	readonly input: string;
}

/** Parses {@link ApplyPatchArgs}; what it does not know is dropped. */
export const applyPatchArgsSchema: z.ZodType<ApplyPatchArgs> = z.object({ input: z.string() });
