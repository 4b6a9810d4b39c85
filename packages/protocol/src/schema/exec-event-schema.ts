// The outside wire of `code exec --json`. Its JSON Schema is published, so nothing here may transform or refine.

import * as z from "zod";
import { type ExecEvent, type ExecItem, type ExecUsage, execEventVersion } from "../exec-event.ts";
import { countSchema, jsonValueSchema } from "./scalar-schema.ts";

const progress = z.enum(["in_progress", "completed", "failed"]);

/** Anything a thread shows. */
export const execItemSchema: z.ZodType<ExecItem> = z.discriminatedUnion("type", [
	z.looseObject({ id: z.string(), type: z.literal("agent_message"), text: z.string() }),
	z.looseObject({ id: z.string(), type: z.literal("reasoning"), text: z.string() }),
	z.looseObject({
		id: z.string(),
		type: z.literal("command_execution"),
		command: z.string(),
		aggregated_output: z.string(),
		exit_code: z.int().nullable(),
		status: z.enum(["in_progress", "completed", "failed", "declined"]),
	}),
	z.looseObject({
		id: z.string(),
		type: z.literal("file_change"),
		changes: z.array(z.looseObject({ path: z.string(), kind: z.enum(["add", "delete", "update"]) })),
		status: progress,
	}),
	z.looseObject({
		id: z.string(),
		type: z.literal("mcp_tool_call"),
		server: z.string(),
		tool: z.string(),
		arguments: jsonValueSchema,
		result: z.looseObject({ content: z.array(jsonValueSchema), structured_content: jsonValueSchema }).nullable(),
		error: z.looseObject({ message: z.string() }).nullable(),
		status: progress,
	}),
	z.looseObject({ id: z.string(), type: z.literal("web_search"), query: z.string(), action: jsonValueSchema }),
	z.looseObject({
		id: z.string(),
		type: z.literal("todo_list"),
		items: z.array(z.looseObject({ text: z.string(), completed: z.boolean() })),
	}),
	z.looseObject({ id: z.string(), type: z.literal("error"), message: z.string() }),
]);

const usage: z.ZodType<ExecUsage> = z.looseObject({
	input_tokens: countSchema,
	cached_input_tokens: countSchema,
	cache_write_input_tokens: countSchema,
	output_tokens: countSchema,
	reasoning_output_tokens: countSchema,
});

const envelope = { v: z.literal(execEventVersion), seq: countSchema };

/** One line of `code exec --json`. */
export const execEventSchema: z.ZodType<ExecEvent> = z
	.discriminatedUnion("type", [
		z.looseObject({ type: z.literal("thread.started"), thread_id: z.string(), ...envelope }),
		z.looseObject({ type: z.literal("turn.started"), ...envelope }),
		z.looseObject({ type: z.literal("turn.completed"), usage, ...envelope }),
		z.looseObject({
			type: z.literal("turn.failed"),
			error: z.looseObject({ message: z.string() }),
			...envelope,
		}),
		z.looseObject({ type: z.literal("item.started"), item: execItemSchema, ...envelope }),
		z.looseObject({ type: z.literal("item.updated"), item: execItemSchema, ...envelope }),
		z.looseObject({ type: z.literal("item.completed"), item: execItemSchema, ...envelope }),
		z.looseObject({ type: z.literal("error"), message: z.string(), ...envelope }),
	])
	.describe("One line of `code exec --json`. A reader must accept fields that it does not know.");
