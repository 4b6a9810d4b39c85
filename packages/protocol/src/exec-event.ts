// The outside wire of `code exec --json`: one object a line. Field names, order and nulls are a contract with
// @openai/codex-sdk; `v` and `seq` are our only additions.

import type { JsonValue } from "./model.ts";

/** The version of this wire in `v`. */
export const execEventVersion = 1;

/** Usage of the thread so far, in tokens. */
export interface ExecUsage {
	readonly input_tokens: number;
	readonly cached_input_tokens: number;
	readonly cache_write_input_tokens: number;
	readonly output_tokens: number;
	readonly reasoning_output_tokens: number;
}

/** A command. `exit_code` is null while it runs and when it never ran. */
export interface CommandExecutionItem {
	readonly id: string;
	readonly type: "command_execution";
	readonly command: string;
	readonly aggregated_output: string;
	readonly exit_code: number | null;
	readonly status: "in_progress" | "completed" | "failed" | "declined";
}

/** A patch. */
export interface FileChangeItem {
	readonly id: string;
	readonly type: "file_change";
	readonly changes: readonly { readonly path: string; readonly kind: "add" | "delete" | "update" }[];
	readonly status: "in_progress" | "completed" | "failed";
}

/** A tool call; built-in tools other than the shell and patches have the server `code`. */
export interface McpToolCallItem {
	readonly id: string;
	readonly type: "mcp_tool_call";
	readonly server: string;
	readonly tool: string;
	readonly arguments: JsonValue;
	readonly result: { readonly content: readonly JsonValue[]; readonly structured_content: JsonValue } | null;
	readonly error: { readonly message: string } | null;
	readonly status: "in_progress" | "completed" | "failed";
}

/** The plan. */
export interface TodoListItem {
	readonly id: string;
	readonly type: "todo_list";
	readonly items: readonly { readonly text: string; readonly completed: boolean }[];
}

/** Anything a thread shows. */
export type ExecItem =
	| { readonly id: string; readonly type: "agent_message"; readonly text: string }
	| { readonly id: string; readonly type: "reasoning"; readonly text: string }
	| CommandExecutionItem
	| FileChangeItem
	| McpToolCallItem
	| { readonly id: string; readonly type: "web_search"; readonly query: string; readonly action: JsonValue }
	| TodoListItem
	| { readonly id: string; readonly type: "error"; readonly message: string };

/** What happened, without the envelope. */
export type ExecEventBody =
	| { readonly type: "thread.started"; readonly thread_id: string }
	| { readonly type: "turn.started" }
	| { readonly type: "turn.completed"; readonly usage: ExecUsage }
	| { readonly type: "turn.failed"; readonly error: { readonly message: string } }
	| { readonly type: "item.started"; readonly item: ExecItem }
	| { readonly type: "item.updated"; readonly item: ExecItem }
	| { readonly type: "item.completed"; readonly item: ExecItem }
	| { readonly type: "error"; readonly message: string };

/** One line. */
export type ExecEvent = ExecEventBody & {
	/** {@link execEventVersion}. */
	readonly v: number;
	/** From 0, without gaps. */
	readonly seq: number;
};
