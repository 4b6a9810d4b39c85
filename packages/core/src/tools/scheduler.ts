// Runs the tool calls of a turn and makes an answer of everything that can happen to one: unknown tool, unreadable
// arguments, an abort before or while it runs, a tool that throws. Every call gets exactly one answer, and every begin
// event its end. While a recording is shown again, it answers from that and runs nothing.

import {
	asCallId,
	type CallId,
	type ContentPart,
	type JsonValue,
	type RecordedToolCall,
	type ToolCallItem,
	type ToolOutput,
	type ToolOutputItem,
	toError,
} from "@codex/protocol";
import { argumentsError } from "./arguments.ts";
import { type CallJournal, createCallJournal } from "./call-journal.ts";
import { createGate } from "./gate.ts";
import { playBack } from "./play-back.ts";
import type { ToolRegistry } from "./registry.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";
import { abortedResult, failed, runFramed } from "./tool-call.ts";

// 16: more calls at a time than models make, fewer than what makes processes fight over a small machine.
const maxParallelCalls = 16;
// A tool ends within 200 ms of an abort; one that does not (a dead network drive) is given up before that.
const abortGraceMs = 180;

/** What a scheduler stands on. */
export interface ToolSchedulerOptions {
	readonly registry: ToolRegistry;
	/** Makes the context of one call; its `emit` takes the events of that call. */
	readonly contextFor: (callId: CallId, signal: AbortSignal) => ToolContext;
	/** Set while a recording is shown again. `undefined`: the recording has no such call, which is answered as a failure. */
	readonly recordedTool?: (callId: string) => RecordedToolCall | undefined;
	/** Set while recording: told of every call that ended, in the order in which they ended. */
	readonly onToolCall?: (record: RecordedToolCall) => void;
}

/** A call with its answer. */
export interface CompletedCall {
	readonly call: ToolCallItem;
	/** For the conversation: of the kind that matches the call. */
	readonly item: ToolOutputItem;
	readonly status: ToolResult["status"];
	/** Input that joins the conversation after all outputs of the round. */
	readonly attach?: readonly ContentPart[];
}

/** Runs tool calls. */
export interface ToolScheduler {
	/**
	 * Runs one call as soon as those started before it allow: parallel tools beside each other, at most 16 at a time,
	 * the others alone. A call that has not begun when `signal` aborts is answered `aborted`.
	 *
	 * Contract: never rejects. Ends within 200 ms of an abort, except that a patch that is being written is finished.
	 */
	start(call: ToolCallItem, signal: AbortSignal): Promise<CompletedCall>;
}

/** Makes a scheduler; its gate is shared by all calls started on it. */
export function createToolScheduler(options: ToolSchedulerOptions): ToolScheduler {
	const { registry, contextFor, recordedTool, onToolCall } = options;
	const gate = createGate(maxParallelCalls);

	const report = (call: ToolCallItem, result: ToolResult, journal?: CallJournal): ToolResult => {
		onToolCall?.({
			type: "tool_call",
			callId: call.call_id,
			events: journal?.events ?? [],
			output: result.output,
			...(result.attach === undefined ? {} : { attach: result.attach }),
		});
		return result;
	};
	const runLive = async (call: ToolCallItem, signal: AbortSignal): Promise<ToolResult> => {
		const tool = registry.find(call.name);
		const release = await gate.enter(tool?.parallel === false ? "exclusive" : "parallel", signal);
		if (release === undefined) return report(call, abortedResult);
		try {
			const context = contextFor(asCallId(call.call_id), signal);
			const journal = createCallJournal(context.emit, onToolCall !== undefined);
			const result = await runTool({ call, tool, context: { ...context, emit: journal.emit }, journal });
			return report(call, result, journal);
		} finally {
			release();
		}
	};
	const run = async (call: ToolCallItem, signal: AbortSignal): Promise<ToolResult> => {
		try {
			if (recordedTool === undefined) return await runLive(call, signal);
			return playBack(recordedTool(call.call_id), contextFor(asCallId(call.call_id), signal));
		} catch (error) {
			return failed(`internal error: ${toError(error).message}`);
		}
	};

	return {
		start: async (call, signal) => {
			const result = await run(call, signal);
			return {
				call,
				item: answer(call, result.output),
				status: result.status,
				...(result.attach === undefined ? {} : { attach: result.attach }),
			};
		},
	};
}

function answer(call: ToolCallItem, output: ToolOutput): ToolOutputItem {
	const type = call.type === "function_call" ? "function_call_output" : "custom_tool_call_output";
	return { type, call_id: call.call_id, output };
}

interface RunningCall {
	readonly call: ToolCallItem;
	readonly tool: Tool | undefined;
	readonly context: ToolContext;
	readonly journal: CallJournal;
}

async function runTool({ call, tool, context, journal }: RunningCall): Promise<ToolResult> {
	const { name } = call;
	const parsed = parseArguments(call);
	if (tool === undefined) {
		return await runFramed({ tool: name, args: parsed.value }, context, () => failed(`unsupported call: ${name}`));
	}
	if (parsed.problem !== undefined) {
		const sentence = argumentsError(parsed.problem);
		return await runFramed({ tool: name, args: parsed.value }, context, () => failed(sentence));
	}
	const running = settle(() => tool.run(parsed.value, context), journal);
	return tool.parallel ? await orGiveUp(running, context, journal) : await running;
}

/** The result of a run, also of one that breaks its contract. */
async function settle(run: () => Promise<ToolResult>, journal: CallJournal): Promise<ToolResult> {
	try {
		const result = await run();
		journal.close({ kind: "failed", message: "the tool did not say how it ended" });
		return result;
	} catch (error) {
		const message = `internal error: ${toError(error).message}`;
		journal.close({ kind: "failed", message });
		return failed(message);
	}
}

async function orGiveUp(running: Promise<ToolResult>, context: ToolContext, journal: CallJournal): Promise<ToolResult> {
	const { clock, signal } = context;
	const { promise: givenUp, resolve } = Promise.withResolvers<ToolResult>();
	let cancelTimer = (): void => {};
	const onAbort = (): void => {
		cancelTimer = clock.timer(abortGraceMs, () => {
			journal.close({ kind: "aborted" });
			resolve(abortedResult);
		});
	};
	signal.addEventListener("abort", onAbort, { once: true });
	// It was let in before the abort but loads its code only now.
	if (signal.aborted) onAbort();
	try {
		return await Promise.race([running, givenUp]);
	} finally {
		signal.removeEventListener("abort", onAbort);
		cancelTimer();
	}
}

interface ParsedArguments {
	/** The arguments; the model's own text when it is not JSON. */
	readonly value: JsonValue;
	readonly problem?: string;
}

function parseArguments(call: ToolCallItem): ParsedArguments {
	if (call.type === "custom_tool_call") return { value: call.input };
	if (call.arguments.trim() === "") return { value: {} };
	try {
		const value: JsonValue = JSON.parse(call.arguments);
		return { value };
	} catch (error) {
		return { value: call.arguments, problem: toError(error).message };
	}
}
