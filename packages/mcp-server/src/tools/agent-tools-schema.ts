// The arguments of `codex` and `codex-reply`: names and values as other Codex servers have them.

import * as z from "zod";

/** Arguments of `codex`. */
export interface CodexArguments {
	readonly prompt: string;
	readonly model?: string;
	readonly profile?: string;
	readonly cwd?: string;
	readonly "approval-policy"?: "untrusted" | "on-failure" | "on-request" | "never";
	readonly sandbox?: "read-only" | "workspace-write" | "danger-full-access";
	readonly config?: Readonly<Record<string, unknown>>;
	readonly "base-instructions"?: string;
	readonly "developer-instructions"?: string;
	readonly "compact-prompt"?: string;
	readonly "include-plan-tool"?: boolean;
}

/** Arguments of `codex-reply`. */
export interface ReplyArguments {
	readonly threadId: string;
	readonly prompt: string;
}

const text = (description: string): z.ZodString => z.string().describe(description);

const codex = z.strictObject({
	prompt: text("What to do; the first message of the conversation").min(1),
	model: z.exactOptional(text("Model, for example `gpt-5-codex`")),
	profile: z.exactOptional(text("Profile of the configuration")),
	cwd: z.exactOptional(text("Working folder; relative to that of the server")),
	"approval-policy": z.exactOptional(
		z
			.enum(["untrusted", "on-failure", "on-request", "never"])
			.describe("When the client is asked before a command runs or a patch is applied"),
	),
	sandbox: z.exactOptional(
		z.enum(["read-only", "workspace-write", "danger-full-access"]).describe("What commands may touch"),
	),
	config: z.exactOptional(
		z.record(z.string(), z.unknown()).describe("Settings over those of config.toml; keys may be dotted"),
	),
	"base-instructions": z.exactOptional(text("In place of the model's base instructions")),
	"developer-instructions": z.exactOptional(text("More instructions, beside the base instructions")),
	"compact-prompt": z.exactOptional(text("How a long conversation is summarised")),
	"include-plan-tool": z.exactOptional(z.boolean().describe("Accepted; the plan tool is always there")),
});

const reply = z.strictObject({
	threadId: z.exactOptional(text("The conversation to go on with: `threadId` of an earlier answer")),
	conversationId: z.exactOptional(text("An older name of `threadId`")),
	sessionId: z.exactOptional(text("An older name of `threadId`")),
	prompt: text("The next message").min(1),
});

/** What reading arguments gives. */
export type Arguments<T> =
	| { readonly kind: "ok"; readonly value: T }
	| { readonly kind: "error"; readonly message: string };

function problemsOf(error: z.ZodError): string {
	return error.issues
		.map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`))
		.join("; ")
		.slice(0, 1000);
}

/** Reads arguments of `codex`. */
export function readCodexArguments(given: unknown): Arguments<CodexArguments> {
	const parsed = codex.safeParse(given);
	return parsed.success ? { kind: "ok", value: parsed.data } : { kind: "error", message: problemsOf(parsed.error) };
}

/** Reads arguments of `codex-reply`, under any of the id's three names. */
export function readReplyArguments(given: unknown): Arguments<ReplyArguments> {
	const parsed = reply.safeParse(given);
	if (!parsed.success) return { kind: "error", message: problemsOf(parsed.error) };
	const { threadId, conversationId, sessionId, prompt } = parsed.data;
	const id = threadId ?? conversationId ?? sessionId;
	return id === undefined
		? { kind: "error", message: "threadId: is needed" }
		: { kind: "ok", value: { threadId: id, prompt } };
}

/** A JSON Schema, without the word that names its dialect. */
function schemaOf(shape: z.ZodType): Readonly<Record<string, unknown>> {
	const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: "input" });
	return schema;
}

/** JSON Schema of the arguments of `codex`. */
export const codexInputSchema = (): Readonly<Record<string, unknown>> => schemaOf(codex);

/** JSON Schema of the arguments of `codex-reply`. */
export const replyInputSchema = (): Readonly<Record<string, unknown>> => schemaOf(reply);

/** JSON Schema of `structuredContent` of both. */
export const agentOutputSchema: Readonly<Record<string, unknown>> = Object.freeze({
	type: "object",
	properties: { threadId: { type: "string" }, content: { type: "string" } },
	required: ["threadId", "content"],
});
