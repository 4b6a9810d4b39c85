// A recorded run: a provider that answers from lists, the lines that a recorder wrote, and their way through a file.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConversationItem, ModelEvent, ModelRequest, RecordedToolCall, RecordingLine } from "@codex/protocol";
import { redactValue } from "@codex/redact";
import { createTempDir } from "@codex/test-support";
import { onTestFinished } from "vitest";
import {
	createNormaliser,
	createRecordingProvider,
	type FingerprintOptions,
	modelInfo,
	type Provider,
	type Recording,
	type RecordingProvider,
	readRecording,
	recordingLineText,
} from "../../src/index.ts";
import { aRequest, user } from "../harness.ts";

/** The run of one folder; another folder gives other paths and the same texts. */
export const optionsAt = (cwd: string): FingerprintOptions => ({
	normalise: createNormaliser({ cwd, home: "/home/ada", tmp: "/tmp" }),
	redact: redactValue,
});

/** Answers request after request with the given events, one batch each. */
export function listProvider(answers: readonly (readonly ModelEvent[])[]): Provider {
	let next = 0;
	return {
		provider: "openai",
		modelInfo,
		stream: async function* () {
			for (const event of answers[next++] ?? []) yield [event];
		},
		warm: async () => undefined,
		close: async () => undefined,
	};
}

export const call = (callId: string, command: string): ConversationItem & { type: "function_call" } => ({
	type: "function_call",
	call_id: callId,
	name: "shell",
	arguments: JSON.stringify({ command: ["bash", "-c", command] }),
});

export const output = (callId: string, text: string): ConversationItem => ({
	type: "function_call_output",
	call_id: callId,
	output: text,
});

export const answerWith = (item: Extract<ModelEvent, { type: "item_done" }>["item"]): readonly ModelEvent[] => [
	{ type: "start", responseId: "r" },
	{ type: "text_delta", text: "thin" },
	{ type: "text_delta", text: "king" },
	{ type: "item_done", item },
	{
		type: "usage",
		usage: {
			inputTokens: 5,
			cachedInputTokens: 0,
			cacheWriteInputTokens: 0,
			outputTokens: 2,
			reasoningOutputTokens: 0,
		},
	},
	{ type: "done", stopReason: item.type === "message" ? "stop" : "tool_calls", responseId: "r" },
];

export const finalMessage = {
	type: "message",
	role: "assistant",
	content: [{ type: "output_text", text: "All tests pass." }],
} as const;

/** Two requests: one that asks for `cat a.txt`, one that has its output. */
export function demoRequests(cwd: string, fileText = "1\n2\n3"): readonly [ModelRequest, ModelRequest] {
	const first = aRequest({ input: [user(`work in ${cwd}`), user("fix it")], promptCacheKey: crypto.randomUUID() });
	const second = {
		...first,
		input: [...first.input, call("c1", "cat a.txt"), output("c1", `Wall time: ${Math.random()} seconds\n${fileText}`)],
	};
	return [first, second];
}

export interface Recorded {
	readonly lines: readonly RecordingLine[];
	readonly text: string;
	readonly provider: RecordingProvider;
}

export function recorderOf(
	inner: Provider,
	options: FingerprintOptions,
): { readonly provider: RecordingProvider; readonly lines: RecordingLine[] } {
	const lines: RecordingLine[] = [];
	const provider = createRecordingProvider(inner, {
		...options,
		run: {
			codeVersion: "0.1.0",
			sessionId: "0198a000-0000-7000-8000-000000000000",
			model: "gpt-5-codex",
			provider: "openai",
			prompt: [{ type: "text", text: "fix it" }],
			approvalPolicy: "never",
			sandboxMode: "danger-full-access",
		},
		write: (line) => lines.push(line),
	});
	return { provider, lines };
}

export const demoToolCall: RecordedToolCall = {
	type: "tool_call",
	callId: "c1",
	events: [],
	output: "Wall time: 0.1 seconds\n1\n2\n3",
};

/** Records the demo in the folder `cwd`. */
export async function recordDemo(cwd: string): Promise<Recorded> {
	const answers = [answerWith(call("c1", "cat a.txt")), answerWith(finalMessage)];
	const { provider, lines } = recorderOf(listProvider(answers), optionsAt(cwd));
	const [first, second] = demoRequests(cwd);
	const signal = new AbortController().signal;
	for await (const _ of provider.stream(first, signal));
	provider.recordToolCall(demoToolCall);
	for await (const _ of provider.stream(second, signal));
	provider.finish("completed");
	return { lines, text: lines.map(recordingLineText).join(""), provider };
}

/** Reads `text` as a recording file. */
export async function readText(text: string): ReturnType<typeof readRecording> {
	const folder = await createTempDir("recording-");
	onTestFinished(() => folder.dispose());
	const path = join(folder.path, "run.jsonl");
	await writeFile(path, text);
	return readRecording(path);
}

export async function recordingOf(text: string): Promise<Recording> {
	const result = await readText(text);
	if (result.kind === "error") throw new Error(result.message);
	return result.recording;
}
