// The head of a session's history: the user's and the repository's instructions, then the environment. It is written once
// and only ever appended to, so that a vendor's prompt cache keeps serving it.

import type { ConversationItem, MessageItem } from "@codex/protocol";
import { type EnvironmentFacts, environmentIsKnown, environmentMessage } from "./environment-context.ts";
import type { ProjectDoc } from "./project-docs.ts";

const projectSeparator = "\n\n--- project-doc ---\n\n";

/** The instructions as one user message, or `undefined` when there are none. */
export function instructionsMessage(
	cwd: string,
	userInstructions: string | undefined,
	docs: readonly ProjectDoc[],
): MessageItem | undefined {
	const project = docs.map((doc) => doc.text.trimEnd()).join("\n\n");
	const parts = [userInstructions?.trimEnd() ?? "", project].filter((part) => part.trim() !== "");
	if (parts.length === 0) return undefined;
	const text = `# AGENTS.md instructions for ${cwd}\n\n<INSTRUCTIONS>\n${parts.join(projectSeparator)}\n</INSTRUCTIONS>`;
	return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

/** The items that must join `history` before the next turn: all of the head for a new session, a changed environment for a resumed one. */
export function missingContext(
	history: readonly ConversationItem[],
	instructions: MessageItem | undefined,
	facts: EnvironmentFacts,
): readonly MessageItem[] {
	const environment = environmentMessage(facts);
	if (history.length === 0) return instructions === undefined ? [environment] : [instructions, environment];
	return environmentIsKnown(history, environment) ? [] : [environment];
}
