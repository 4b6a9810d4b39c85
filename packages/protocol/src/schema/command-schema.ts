// The envelope of `--json` answers. Its JSON Schema is published, so nothing here may transform or refine.

import * as z from "zod";
import type { CommandOutput } from "../command.ts";

/** The answer of a command that was run with `--json`; the command's own data stands beside these fields. */
export const commandOutputSchema: z.ZodType<CommandOutput> = z
	.looseObject({
		schema_version: z.literal(1),
		command: z.string(),
		exit_code: z.int().min(0).max(255),
		exit_reason: z.string().min(1),
	})
	.describe("What a command prints with `--json`. The data of the command stands beside these fields.");
