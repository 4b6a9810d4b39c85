// The arguments of the update_plan tool.

import type { PlanStep } from "@codex/protocol";
import * as z from "zod";

/** Arguments of an update_plan call. */
export interface UpdatePlanArgs {
	readonly explanation?: string;
	readonly plan: readonly PlanStep[];
}

/** Parses {@link UpdatePlanArgs}; what it does not know is dropped. */
export const updatePlanArgsSchema: z.ZodType<UpdatePlanArgs> = z.object({
	explanation: z.exactOptional(z.string()),
	plan: z.array(z.object({ step: z.string(), status: z.enum(["pending", "in_progress", "completed"]) })),
});
