import { expect, it } from "vitest";
import { runUpdatePlan } from "../../../src/tools/update-plan/run.ts";
import { toolContext, typesOf } from "../tool-context.ts";

it("shows the plan and says so", async () => {
	const context = toolContext("/");
	const plan = [
		{ step: "look", status: "completed" },
		{ step: "do", status: "in_progress" },
	];
	const result = await runUpdatePlan({ plan, explanation: "why", extra: 1 }, context);
	expect(result).toEqual({ output: "Plan updated", status: "ok" });
	expect(context.events).toEqual([{ type: "plan_update", explanation: "why", plan }]);
});

it("leaves out an explanation that there is not", async () => {
	const context = toolContext("/");
	await runUpdatePlan({ plan: [], explanation: null }, context);
	expect(context.events).toEqual([{ type: "plan_update", plan: [] }]);
});

it("names the step that is wrong", async () => {
	const context = toolContext("/");
	const result = await runUpdatePlan({ plan: [{ step: "x", status: "done" }] }, context);
	expect(result.status).toBe("failed");
	expect(result.output).toMatch(/^failed to parse function arguments: plan\.0\.status: /);
	expect(typesOf(context.events)).toEqual(["tool_call_begin", "tool_call_end"]);
});
