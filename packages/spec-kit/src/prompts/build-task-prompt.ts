// What agents are asked when tasks are carried out: the work, its repair, and the choice between candidates.

import { promptText } from "./build-task.gen.ts";
import { cutMiddle } from "./context-text.ts";
import { fillPrompt, readPromptFile } from "./prompt-file.ts";
import { promptText as retry } from "./retry.gen.ts";

/** What a task's prompt is made of. */
export interface TaskPromptInput {
	readonly specId: string;
	/** The task as it stands in the list. */
	readonly task: string;
	readonly goal: string;
	/** The material as one text, cut to its limit. */
	readonly context: string;
	/** Why the tasks are carried out again. */
	readonly retryReasons: readonly string[];
}

// What a check said: enough for a stack trace, little enough for several checks.
const maxFailureChars = 12_000;

const sectionOf = (name: string): string => readPromptFile(promptText).sections.get(name) ?? "";

/** Version of these prompts. */
export const buildPromptVersion: string = readPromptFile(promptText).version;

/** The prompt of one task. */
export function taskPrompt({ specId, task, goal, context, retryReasons }: TaskPromptInput): string {
	const reasons = retryReasons.map((reason) => `- ${reason}`).join("\n");
	return fillPrompt(sectionOf("task"), {
		SPEC_ID: specId,
		TASK: task,
		RETRY: retryReasons.length === 0 ? "" : `${fillPrompt(retry, { REASONS: reasons })}\n`,
		GOAL: goal.trim() || "As the documents say.",
		CONTEXT: context,
	});
}

/** The prompt of a candidate whose work does not pass. */
export function repairPrompt(specId: string, failures: string): string {
	return fillPrompt(sectionOf("repair"), { SPEC_ID: specId, ERRORS: cutMiddle(failures, maxFailureChars) });
}

/** The prompt of a judge. `max`: characters of the candidates' text. */
export function judgePrompt(specId: string, candidates: string, max: number): string {
	return fillPrompt(sectionOf("judge"), { SPEC_ID: specId, ANSWERS: cutMiddle(candidates, max) });
}
