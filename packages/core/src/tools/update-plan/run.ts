// Shows the plan to whoever listens. Changes nothing else: the plan is the model's.

import type { JsonValue } from "@codex/protocol";
import { readArguments } from "../arguments.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { failed, runFramed } from "../tool-call.ts";
import { updatePlanArgsSchema } from "./args-schema.ts";

/** Runs one update_plan call; see {@link Tool.run}. It emits one `plan_update`, and the usual pair only for bad arguments. */
export async function runUpdatePlan(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	const read = readArguments(updatePlanArgsSchema, args, { renamed: {} });
	if (read.kind === "error") return runFramed({ tool: "update_plan", args }, context, () => failed(read.message));
	context.emit({ type: "plan_update", ...read.args });
	return { output: "Plan updated", status: "ok" };
}
