// Questions of a run to the person at the terminal, one at a time: a number chooses an option, other words are the answer,
// an empty line skips. The end of the input leaves all that is open to a later answer.

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Question } from "@codex/runtime";
import { printable } from "../terminal/printable.ts";
import { questionLines } from "./results.ts";

/** An answer as the engine takes it. */
export type GivenByPerson =
	| { readonly id: string; readonly kind: "answered"; readonly text: string }
	| { readonly id: string; readonly kind: "skipped" };

/** Asks; `"nobody"` when the input ended or the signal was raised before all were answered. */
export async function askAtTerminal(
	questions: readonly Question[],
	{ input, write }: { readonly input: Readable; readonly write: (text: string) => void },
	signal: AbortSignal,
): Promise<readonly GivenByPerson[] | "nobody"> {
	const reader = createInterface({ input, terminal: false });
	const lines = reader[Symbol.asyncIterator]();
	const close = (): void => reader.close();
	signal.addEventListener("abort", close, { once: true });
	try {
		const answers: GivenByPerson[] = [];
		for (const [at, question] of questions.entries()) {
			write(`\n${at + 1} of ${questions.length}\n${questionLines([question]).map(printable).join("\n")}\n> `);
			const line = await lines.next();
			if (line.done === true) return "nobody";
			const said = line.value.trim();
			const option = /^\d{1,2}$/.test(said) ? question.options[Number(said) - 1] : undefined;
			answers.push(
				said === ""
					? { id: question.id, kind: "skipped" }
					: { id: question.id, kind: "answered", text: option ?? said },
			);
		}
		return answers;
	} finally {
		signal.removeEventListener("abort", close);
		reader.close();
	}
}
