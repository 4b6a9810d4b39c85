// Items of the JSONL wire that have a beginning and an end: commands, patches and other tool calls. Pure.

import type {
	CommandExecutionItem,
	ExecCommandBeginEvent,
	ExecCommandEndEvent,
	ExecOutcome,
	FileChangeItem,
	McpToolCallItem,
	PatchApplyBeginEvent,
	PatchApplyEndEvent,
	ToolCallBeginEvent,
	ToolCallEndEvent,
} from "@codex/protocol";

/** An item that may be open. Its id is the caller's. */
export type OpenItem = CommandExecutionItem | FileChangeItem | McpToolCallItem;

/** A call begins. */
export type BeginEvent = ExecCommandBeginEvent | PatchApplyBeginEvent | ToolCallBeginEvent;
/** A call ended. */
export type EndEvent = ExecCommandEndEvent | PatchApplyEndEvent | ToolCallEndEvent;

/** A command as one could type it: words that a shell would read otherwise are quoted. */
export function shellJoin(argv: readonly string[]): string {
	return argv
		.map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`))
		.join(" ");
}

/** The item of a call that begins. */
export function beginItem(event: BeginEvent): OpenItem {
	switch (event.type) {
		case "exec_command_begin":
			return {
				id: "",
				type: "command_execution",
				command: shellJoin(event.command),
				aggregated_output: "",
				exit_code: null,
				status: "in_progress",
			};
		case "patch_apply_begin":
			return {
				id: "",
				type: "file_change",
				changes: event.changes.map(({ path, kind }) => ({ path, kind })),
				status: "in_progress",
			};
		case "tool_call_begin":
			return {
				id: "",
				type: "mcp_tool_call",
				server: event.server,
				tool: event.tool,
				arguments: event.arguments,
				result: null,
				error: null,
				status: "in_progress",
			};
	}
}

function exitCode(outcome: ExecOutcome): number | null {
	return "exitCode" in outcome ? outcome.exitCode : null;
}

function commandStatus(outcome: ExecOutcome): CommandExecutionItem["status"] {
	if (outcome.status === "declined") return "declined";
	return outcome.status === "exited" && outcome.exitCode === 0 ? "completed" : "failed";
}

/** What there is to read when a command wrote nothing because it never ran. */
function reasonNotRun(outcome: ExecOutcome): string {
	if (outcome.status === "declined") return outcome.reason;
	return outcome.status === "spawn_failed" ? outcome.message : "";
}

/** The item of a call that ended; `open` is what {@link beginItem} made of its beginning. */
export function endItem(event: EndEvent, open: OpenItem | undefined): OpenItem {
	switch (event.type) {
		case "exec_command_end":
			return {
				id: "",
				type: "command_execution",
				command: open?.type === "command_execution" ? open.command : "",
				aggregated_output: event.aggregatedOutput === "" ? reasonNotRun(event.outcome) : event.aggregatedOutput,
				exit_code: exitCode(event.outcome),
				status: commandStatus(event.outcome),
			};
		case "patch_apply_end":
			return {
				id: "",
				type: "file_change",
				changes: open?.type === "file_change" ? open.changes : [],
				status: event.status === "completed" ? "completed" : "failed",
			};
		case "tool_call_end":
			return { id: "", type: "mcp_tool_call", server: event.server, tool: event.tool, ...toolOutcome(event) };
	}
}

function toolOutcome(event: ToolCallEndEvent): Pick<McpToolCallItem, "arguments" | "result" | "error" | "status"> {
	if (event.status === "completed") {
		const result = { content: [{ type: "text", text: event.output }], structured_content: null };
		return { arguments: event.arguments, result, error: null, status: "completed" };
	}
	const message = event.output === "" ? event.status : event.output;
	return { arguments: event.arguments, result: null, error: { message }, status: "failed" };
}

/** The completed form of an item whose end never came. */
export function unfinishedItem(item: OpenItem): OpenItem {
	if (item.type === "mcp_tool_call") return { ...item, error: { message: "not finished" }, status: "failed" };
	return { ...item, status: "failed" };
}
