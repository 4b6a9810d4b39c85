// How events change the transcript. Pure and total: an event that fits nothing adds what can be said of it.

import type { EventMsg, UserInput } from "@codex/protocol";
import type { Cell, CellContent, TranscriptState } from "./state.ts";

/** What happens to the transcript besides events. */
export type TranscriptAction =
	| { readonly type: "notice"; readonly level: "info" | "warning" | "error"; readonly message: string }
	| { readonly type: "mark"; readonly text: string }
	| { readonly type: "toggle_reasoning" }
	| { readonly type: "toggle_details" }
	| { readonly type: "own_command_begin"; readonly id: string; readonly command: string; readonly cwd: string }
	| { readonly type: "own_command_output"; readonly id: string; readonly chunk: string }
	| { readonly type: "own_command_end"; readonly id: string; readonly exitCode: number; readonly durationMs: number };

// 1 MiB of output is kept of a running command: the view shows head and tail, the whole is in the model's hands.
const maxOutput = 1024 * 1024;

function add(state: TranscriptState, content: CellContent, finished: boolean): TranscriptState {
	const cell: Cell = { id: state.nextId, version: 0, finished, ...content };
	return { ...state, cells: [...state.cells, cell], nextId: state.nextId + 1 };
}

function replaceAt(state: TranscriptState, at: number, cell: Cell): TranscriptState {
	return { ...state, cells: state.cells.with(at, { ...cell, version: cell.version + 1 }) };
}

function findLast(state: TranscriptState, test: (cell: Cell) => boolean): number {
	return state.cells.findLastIndex(test);
}

/** Appends to the open cell of a kind at the end, or begins one. */
function appendText(state: TranscriptState, kind: "assistant" | "reasoning", text: string): TranscriptState {
	const at = state.cells.length - 1;
	const last = state.cells[at];
	if (last?.kind === kind && !last.finished) return replaceAt(state, at, { ...last, text: last.text + text });
	return add(finishText(state), { kind, text }, false);
}

/** The whole message is authoritative over its pieces. */
function completeText(state: TranscriptState, kind: "assistant" | "reasoning", text: string): TranscriptState {
	const at = findLast(state, (cell) => cell.kind === kind && !cell.finished);
	const open = state.cells[at];
	if (open?.kind !== kind) return text.trim() === "" ? state : add(state, { kind, text }, true);
	return replaceAt(state, at, { ...open, text: text === "" ? open.text : text, finished: true });
}

/** Ends text that streams: another cell follows. */
function finishText(state: TranscriptState): TranscriptState {
	const at = state.cells.length - 1;
	const last = state.cells[at];
	const isOpen = (last?.kind === "assistant" || last?.kind === "reasoning") && !last.finished;
	return isOpen ? replaceAt(state, at, { ...last, finished: true }) : state;
}

function userText(items: readonly UserInput[]): { readonly text: string; readonly images: number } {
	const texts = items.flatMap((item) => (item.type === "text" ? [item.text] : []));
	return { text: texts.join("\n"), images: items.length - texts.length };
}

function changeCommand(
	state: TranscriptState,
	callId: string,
	change: (cell: Extract<Cell, { readonly kind: "command" }>) => Cell,
): TranscriptState {
	const at = findLast(state, (cell) => cell.kind === "command" && cell.callId === callId && !cell.finished);
	const cell = state.cells[at];
	return cell?.kind === "command" ? replaceAt(state, at, change(cell)) : state;
}

const keepTail = (text: string): string => (text.length > maxOutput ? text.slice(-maxOutput) : text);

const notice = (state: TranscriptState, level: "info" | "warning" | "error", message: string): TranscriptState =>
	add(finishText(state), { kind: "notice", level, message }, true);

/** What an aborted turn leaves open ends with it. */
function closeAll(state: TranscriptState): TranscriptState {
	if (state.cells.every((cell) => cell.finished)) return state;
	const cells = state.cells.map((cell): Cell => (cell.finished ? cell : { ...cell, finished: true, version: cell.version + 1 }));
	return { ...state, cells };
}

function reduceToolEvent(state: TranscriptState, msg: EventMsg): TranscriptState | undefined {
	switch (msg.type) {
		case "exec_command_begin": {
			const { callId, display, cwd } = msg;
			const cell = { kind: "command", callId, display, cwd, output: "", outcome: undefined, durationMs: 0, own: false } as const;
			return add(finishText(state), cell, false);
		}
		case "exec_command_output_delta":
			return changeCommand(state, msg.callId, (cell) => ({ ...cell, output: keepTail(cell.output + msg.chunk) }));
		case "exec_command_end": {
			const { outcome, aggregatedOutput, durationMs } = msg;
			return changeCommand(state, msg.callId, (cell) => ({
				...cell,
				output: aggregatedOutput === "" ? cell.output : aggregatedOutput,
				outcome,
				durationMs,
				finished: true,
			}));
		}
		case "patch_apply_begin": {
			const { callId, changes } = msg;
			return add(finishText(state), { kind: "patch", callId, changes, status: "running", message: "" }, false);
		}
		case "patch_apply_end": {
			const at = findLast(state, (cell) => cell.kind === "patch" && cell.callId === msg.callId);
			const cell = state.cells[at];
			if (cell?.kind !== "patch") return state;
			const message = msg.status === "completed" ? "" : msg.stderr;
			return replaceAt(state, at, { ...cell, status: msg.status, message, finished: true });
		}
		case "tool_call_begin": {
			const { callId, server, tool } = msg;
			const rest = { arguments: msg.arguments, status: "running", output: "", durationMs: 0 } as const;
			return add(finishText(state), { kind: "tool", callId, server, tool, ...rest }, false);
		}
		case "tool_call_end": {
			const at = findLast(state, (cell) => cell.kind === "tool" && cell.callId === msg.callId && !cell.finished);
			const cell = state.cells[at];
			if (cell?.kind !== "tool") return state;
			const { status, output, durationMs } = msg;
			return replaceAt(state, at, { ...cell, status, output, durationMs, finished: true });
		}
		case "plan_update":
			return add(finishText(state), { kind: "plan", explanation: msg.explanation ?? "", steps: msg.plan }, true);
		default:
			return undefined;
	}
}

/** Applies an event. */
export function reduceTranscript(state: TranscriptState, msg: EventMsg): TranscriptState {
	switch (msg.type) {
		case "user_message": {
			const { turnId, steering } = msg;
			return add(finishText(state), { kind: "user", ...userText(msg.items), steering, turnId }, true);
		}
		case "agent_message_delta":
			return appendText(state, "assistant", msg.delta);
		case "agent_message":
			return completeText(state, "assistant", msg.message);
		case "agent_reasoning_delta":
			return appendText(state, "reasoning", msg.delta);
		case "agent_reasoning_section_break":
			return appendText(state, "reasoning", "\n\n");
		case "agent_reasoning":
			return completeText(state, "reasoning", msg.text);
		case "warning":
			return notice(state, "warning", msg.message);
		case "notice":
			return notice(state, "info", msg.message);
		case "stream_error":
			return notice(state, "warning", msg.message);
		case "turn_failed":
			return notice(closeAll(state), "error", msg.error.message);
		case "turn_aborted": {
			const { reason } = msg;
			const text = reason.kind === "interrupted" ? "Interrupted" : `Limit reached: ${reason.granted} (${reason.limit})`;
			return add(closeAll(state), { kind: "mark", text }, true);
		}
		case "turn_completed":
			return closeAll(state);
		case "context_compacted": {
			const text = `Context compacted: about ${msg.tokensBefore} tokens became ${msg.tokensAfter}`;
			return add(finishText(state), { kind: "mark", text }, true);
		}
		default:
			return reduceToolEvent(state, msg) ?? state;
	}
}

/** Applies what is no event. */
export function reduceLocal(state: TranscriptState, action: TranscriptAction): TranscriptState {
	switch (action.type) {
		case "notice":
			return notice(state, action.level, action.message);
		case "mark":
			return add(finishText(state), { kind: "mark", text: action.text }, true);
		case "toggle_reasoning":
			return { ...state, showsReasoning: !state.showsReasoning };
		case "toggle_details":
			return { ...state, showsDetails: !state.showsDetails };
		case "own_command_begin": {
			const { id, command, cwd } = action;
			const cell = { callId: id, display: command, cwd, output: "", outcome: undefined, durationMs: 0, own: true } as const;
			return add(finishText(state), { kind: "command", ...cell }, false);
		}
		case "own_command_output":
			return changeCommand(state, action.id, (cell) => ({ ...cell, output: keepTail(cell.output + action.chunk) }));
		case "own_command_end": {
			const { exitCode, durationMs } = action;
			const outcome = { status: "exited", exitCode } as const;
			return changeCommand(state, action.id, (cell) => ({ ...cell, outcome, durationMs, finished: true }));
		}
	}
}
