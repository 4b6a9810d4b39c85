// The arguments of the shell tool.

import * as z from "zod";
import { maxTimeoutMs } from "./spec.ts";

/** Arguments of a shell call. */
export interface ShellArgs {
	/** A script, or a program and its arguments. */
	readonly command: string | readonly string[];
	readonly workdir?: string;
	readonly timeout_ms?: number;
	readonly justification?: string;
	readonly with_escalated_permissions?: boolean;
}

/** Parses {@link ShellArgs}; what it does not know is dropped. */
export const shellArgsSchema: z.ZodType<ShellArgs> = z.object({
	command: z.union([z.string().min(1), z.array(z.string()).min(1)], {
		error: "expected a non-empty string or a non-empty array of strings",
	}),
	workdir: z.exactOptional(z.string()),
	timeout_ms: z.exactOptional(z.int().min(1).max(maxTimeoutMs)),
	justification: z.exactOptional(z.string()),
	with_escalated_permissions: z.exactOptional(z.boolean()),
});
