// A model that does one task and keeps nothing in mind: each answer follows from the conversation alone. After an
// interrupted call it looks before it repeats, as a careful model does.

import type { AnswerStep, ReceivedRequest } from "@codex/test-support";

/** One step of the task: a call, how to look whether it was done, and what proves that it was done once. */
interface TaskStep {
	readonly id: string;
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
	/** A command that prints `done` when the step was done; absent for steps that change nothing. */
	readonly look?: string;
}

// Each has a command, a patch and a read.
const rounds = 4;

const shell = (script: string) => ({ name: "shell", arguments: { command: ["bash", "-c", script] } });

const steps: readonly TaskStep[] = Array.from({ length: rounds }, (_, round): readonly TaskStep[] => [
	{
		id: `count_${round}`,
		...shell(`echo ran >> counter-${round}.txt`),
		look: `test -s counter-${round}.txt && echo done`,
	},
	{
		id: `patch_${round}`,
		name: "apply_patch",
		arguments: { input: `*** Begin Patch\n*** Add File: made-${round}.txt\n+made in round ${round}\n*** End Patch` },
		look: `test -s made-${round}.txt && echo done`,
	},
	{ id: `read_${round}`, name: "read_file", arguments: { file_path: "read-me.txt" } },
]).flat();

interface Output {
	readonly callId: string;
	readonly text: string;
}

function outputsOf(request: ReceivedRequest): readonly Output[] {
	const items: readonly { type?: unknown; call_id?: unknown; output?: unknown }[] = request.body.input;
	return items.flatMap(({ type, call_id: callId, output }) =>
		type === "function_call_output" ? [{ callId: String(callId), text: JSON.stringify(output) }] : [],
	);
}

/** The first look at a call that was not itself interrupted; without a text it is still to be taken. */
function lookAgain(
	callId: string,
	outputs: ReadonlyMap<string, string>,
): { readonly lookId: string; readonly text?: string } {
	for (let attempt = 0; ; attempt += 1) {
		const lookId = `look_${callId}_${attempt}`;
		const text = outputs.get(lookId);
		if (text === undefined) return { lookId };
		if (!text.includes("interrupted:")) return { lookId, text };
	}
}

/** What is to be called for a step now; `undefined` when it is behind us. */
function nextCall(step: TaskStep, outputs: ReadonlyMap<string, string>): AnswerStep["calls"] {
	const { id, name, look } = step;
	for (let attempt = 0; ; attempt += 1) {
		const callId = `${id}_${attempt}`;
		const text = outputs.get(callId);
		if (text === undefined) return [{ name, arguments: step.arguments, callId }];
		if (!text.includes("interrupted:")) return undefined;
		if (look === undefined) continue;
		const seen = lookAgain(callId, outputs);
		if (seen.text === undefined) return [{ ...shell(look), callId: seen.lookId }];
		if (seen.text.includes("done")) return undefined;
	}
}

/** Answers a request. */
export function answerStateless(request: ReceivedRequest): AnswerStep {
	const outputs = new Map(outputsOf(request).map(({ callId, text }) => [callId, text]));
	for (const step of steps) {
		const calls = nextCall(step, outputs);
		if (calls !== undefined) return { calls };
	}
	return { text: "All rounds are done." };
}

/** The working folder after the task: names and texts. */
export const expectedFiles: Readonly<Record<string, string>> = Object.fromEntries(
	Array.from({ length: rounds }, (_, round) => [
		[`counter-${round}.txt`, "ran\n"],
		[`made-${round}.txt`, `made in round ${round}\n`],
	]).flat(),
);
