// The arguments of the view_image tool.

import * as z from "zod";

/** Arguments of a view_image call. */
export interface ViewImageArgs {
	readonly path: string;
}

/** Parses {@link ViewImageArgs}; what it does not know is dropped. */
export const viewImageArgsSchema: z.ZodType<ViewImageArgs> = z.object({ path: z.string().min(1) });
