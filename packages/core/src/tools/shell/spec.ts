// The shell tool as a model sees it, and its limits.

import type { ToolSpec } from "@codex/protocol";
import { fillPrompt } from "../prompt-text.ts";
import { promptText } from "./prompt.gen.ts";

/** Milliseconds a command gets when the model names none: enough for most test runs, short enough to notice a hang. */
export const defaultTimeoutMs = 120_000;

/** Milliseconds a model may ask for at most: one hour. */
export const maxTimeoutMs = 3_600_000;

/** Bytes of output kept in memory and in events, half as beginning and half as end. */
export const maxOutputBytes = 1_048_576;

/** `exec_command_output_delta` events of one call at most. */
export const maxDeltas = 10_000;

/** Other names that models use for this tool. */
export const shellAliases: readonly string[] = ["shell_command", "exec_command", "local_shell", "container.exec"];

/** Makes the spec. */
export function createShellSpec(): ToolSpec {
	return {
		name: "shell",
		description: fillPrompt(promptText, {
			DEFAULT_TIMEOUT_SECONDS: defaultTimeoutMs / 1000,
			MAX_TIMEOUT_MINUTES: maxTimeoutMs / 60_000,
		}),
		parameters: {
			type: "object",
			properties: {
				command: {
					description: "A bash script, or a program and its arguments that are run without a shell.",
					anyOf: [
						{ type: "string", minLength: 1 },
						{ type: "array", items: { type: "string" }, minItems: 1 },
					],
				},
				workdir: { type: "string", description: "Where to run it; default: the working directory of the session." },
				timeout_ms: {
					type: "integer",
					minimum: 1,
					maximum: maxTimeoutMs,
					description: `Milliseconds until it is killed; default ${defaultTimeoutMs}.`,
				},
				justification: { type: "string", description: "One sentence for the user: why it must run." },
				with_escalated_permissions: {
					type: "boolean",
					description: "true: run it outside the sandbox, which a person must allow; only after the sandbox denied it.",
				},
			},
			required: ["command"],
			additionalProperties: false,
		},
	};
}
