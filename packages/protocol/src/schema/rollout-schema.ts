// Rollout lines as they are read. Files come from newer versions of this program and from other Codex programs, so
// nulls stand for absent fields, foreign parts are dropped, and lines of an unknown type pass as they are.

import * as z from "zod";
import { tryParseSessionId } from "../ids.ts";
import type { ContentPart, ConversationItem } from "../item.ts";
import type {
	CompactedRecord,
	RepairRecord,
	RewindRecord,
	RolloutLine,
	SessionMeta,
	TurnContextRecord,
} from "../rollout.ts";
import { compactionReasonSchema, eventMsgSchema } from "./event-schema.ts";
import { conversationItemSchema } from "./item-schema.ts";
import {
	approvalPolicySchema,
	countSchema,
	reasoningEffortSchema,
	reasoningSummarySchema,
	sandboxPolicySchema,
	sessionIdSchema,
	turnIdSchema,
} from "./scalar-schema.ts";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);

type FieldNames<U extends { readonly type: string }> = {
	readonly [T in U["type"]]: readonly (keyof Extract<U, { readonly type: T }>)[];
};

/** What is taken over of an item. Other programs' fields (a status, metadata) are not: vendors refuse what they do not know. */
const itemFields: FieldNames<ConversationItem> = {
	message: ["type", "role", "content", "id", "phase"],
	reasoning: ["type", "id", "summary", "content", "encrypted_content", "provider"],
	function_call: ["type", "id", "call_id", "name", "arguments", "signature"],
	custom_tool_call: ["type", "id", "call_id", "name", "input"],
	function_call_output: ["type", "call_id", "output"],
	custom_tool_call_output: ["type", "call_id", "output"],
};

const partFields: FieldNames<ContentPart> = {
	input_text: ["type", "text"],
	output_text: ["type", "text"],
	input_image: ["type", "image_url", "detail"],
};

const imageDetails: ReadonlySet<unknown> = new Set(["auto", "low", "high"]);

/** The fields that are not null; the same object when there is nothing to drop. */
function withoutNulls(fields: Fields): Fields {
	if (!Object.values(fields).includes(null)) return fields;
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The fields that the table names for the object's type and that are not null; `undefined` for another type. */
function pick(table: Readonly<Record<string, readonly string[]>>, value: unknown): Record<string, unknown> | undefined {
	if (!isFields(value) || typeof value.type !== "string" || !Object.hasOwn(table, value.type)) return undefined;
	const picked: Record<string, unknown> = {};
	for (const name of table[value.type] ?? []) {
		const field = value[name];
		if (field !== undefined && field !== null) picked[name] = field;
	}
	return picked;
}

/** Parts of the types that we know; all of them when we know none, so that the item is refused and not emptied. */
function readParts(parts: unknown): unknown {
	if (!Array.isArray(parts)) return parts;
	const known = parts.map((part) => pick(partFields, part)).filter((part) => part !== undefined);
	for (const part of known) if (!imageDetails.has(part.detail)) delete part.detail;
	return known.length > 0 ? known : parts;
}

function readItem(value: unknown): unknown {
	const item = pick(itemFields, value);
	if (item === undefined) return value;
	switch (item.type) {
		case "message":
			if (item.role === "system") item.role = "developer";
			item.content = readParts(item.content);
			return item;
		case "function_call_output":
		case "custom_tool_call_output":
			item.output = readParts(item.output);
			return item;
		case "reasoning": {
			if (!Array.isArray(item.content)) return item;
			item.content = item.content.filter((part) => isFields(part) && part.type === "reasoning_text");
			return item;
		}
		default:
			return item;
	}
}

/** The types of `response_item` payloads that join a history; payloads of all other types are passed over. */
export const rolloutItemTypes: ReadonlySet<string> = new Set(Object.keys(itemFields));

/** The payload of a `response_item` line whose type is one of {@link rolloutItemTypes}. */
export const rolloutItemSchema: z.ZodType<ConversationItem> = z.preprocess(readItem, conversationItemSchema);

const sources: ReadonlySet<unknown> = new Set<SessionMeta["source"]>(["cli", "exec", "mcp", "acp", "subagent"]);

const optionalText = z.exactOptional(z.string());

function readMeta(value: unknown): unknown {
	if (!isFields(value)) return value;
	const { git, forked_from_id: forkedFrom, ...meta } = withoutNulls(value);
	return {
		...meta,
		originator: meta.originator ?? "unknown",
		cli_version: meta.cli_version ?? "unknown",
		// Elsewhere a sub-agent's source is an object and an editor's is its name: neither is picked by our `source`.
		source: sources.has(meta.source) ? meta.source : isFields(meta.source) ? "subagent" : "cli",
		model_provider: meta.model_provider ?? "openai",
		instructions: typeof meta.instructions === "string" ? meta.instructions : null,
		...(isFields(git) ? { git: withoutNulls(git) } : {}),
		...(typeof forkedFrom === "string" && tryParseSessionId(forkedFrom) !== undefined
			? { forked_from_id: forkedFrom }
			: {}),
	};
}

/** The payload of a `session_meta` line. What other programs leave out reads as `unknown`, `cli`, `openai` or null. */
export const sessionMetaSchema: z.ZodType<SessionMeta> = z.preprocess(
	readMeta,
	z.looseObject({
		id: sessionIdSchema,
		timestamp: z.string(),
		cwd: z.string(),
		originator: z.string(),
		cli_version: z.string(),
		source: z.enum(["cli", "exec", "mcp", "acp", "subagent"]),
		model_provider: z.string(),
		instructions: z.string().nullable(),
		git: z.exactOptional(
			z.looseObject({ commit_hash: optionalText, branch: optionalText, repository_url: optionalText }),
		),
		forked_from_id: z.exactOptional(sessionIdSchema),
		format: z.exactOptional(z.int().min(1)),
	}),
);

function readTurnContext(value: unknown): unknown {
	if (!isFields(value)) return value;
	const context = withoutNulls(value);
	const policy = context.sandbox_policy;
	if (!isFields(policy)) return context;
	const workspaceWrite = {
		writable_roots: [],
		network_access: false,
		exclude_tmpdir_env_var: false,
		exclude_slash_tmp: false,
	};
	const mode = policy.mode ?? policy.type;
	return {
		...context,
		sandbox_policy: { ...(mode === "workspace-write" ? workspaceWrite : {}), ...policy, mode },
	};
}

/** The payload of a `turn_context` line. */
export const turnContextSchema: z.ZodType<TurnContextRecord> = z.preprocess(
	readTurnContext,
	z.looseObject({
		cwd: z.string(),
		approval_policy: approvalPolicySchema,
		sandbox_policy: sandboxPolicySchema,
		model: z.string(),
		effort: z.exactOptional(reasoningEffortSchema),
		summary: z.exactOptional(reasoningSummarySchema),
	}),
);

/** The payload of a `rewind` line. */
const rewindRecordSchema: z.ZodType<RewindRecord> = z.looseObject({
	turns: countSchema,
	what: z.enum(["both", "files", "conversation"]),
	files: optionalText,
	from: countSchema,
	redo: z.exactOptional(z.literal(true)),
});

/** The payload of a `compacted` line as we write it. Other programs may leave out everything but `message`. */
const compactedRecordSchema: z.ZodType<CompactedRecord> = z.looseObject({
	message: z.string(),
	replacement_history: z.array(conversationItemSchema),
	reason: compactionReasonSchema,
	tokens_before: countSchema,
});

/** The payload of a `repair` line. */
export const repairRecordSchema: z.ZodType<RepairRecord> = z.looseObject({
	skipped_lines: z.int().min(0),
	answered_calls: z.array(z.string()),
});

const head = {
	timestamp: z.string(),
	id: z.exactOptional(z.int().min(1)),
	parent: z.exactOptional(z.int().min(1).nullable()),
};

/** A line that this version understands whole. */
export const knownRolloutLineSchema: z.ZodType<RolloutLine> = z.discriminatedUnion("type", [
	z.looseObject({ ...head, type: z.literal("session_meta"), payload: sessionMetaSchema }),
	z.looseObject({ ...head, type: z.literal("turn_context"), payload: turnContextSchema }),
	z.looseObject({ ...head, type: z.literal("response_item"), payload: rolloutItemSchema }),
	z.looseObject({ ...head, type: z.literal("compacted"), payload: compactedRecordSchema }),
	z.looseObject({
		...head,
		type: z.literal("checkpoint"),
		payload: z.looseObject({ turn_id: turnIdSchema, before: z.string(), after: optionalText }),
	}),
	z.looseObject({ ...head, type: z.literal("rewind"), payload: rewindRecordSchema }),
	z.looseObject({ ...head, type: z.literal("repair"), payload: repairRecordSchema }),
	z.looseObject({ ...head, type: z.literal("event_msg"), payload: eventMsgSchema }),
]);

/** A line of a type that this version does not know, or with a payload of another program's making. */
export interface ForeignRolloutLine {
	readonly timestamp: string;
	readonly type: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

/** Lines that must fit {@link knownRolloutLineSchema}: without them a session cannot be continued truthfully. */
function mustBeKnown(line: ForeignRolloutLine): boolean {
	if (line.type === "session_meta") return true;
	return line.type === "response_item" && rolloutItemTypes.has(String(line.payload.type));
}

const foreignRolloutLineSchema: z.ZodType<ForeignRolloutLine> = z
	.looseObject({ timestamp: z.string(), type: z.string(), payload: z.looseObject({}) })
	.refine((line) => !mustBeKnown(line), "a session_meta or response_item of a known type, but malformed");

/**
 * One line of a rollout of any version or Codex program.
 *
 * A malformed `session_meta`, and a malformed `response_item` of a type in {@link rolloutItemTypes}, are refused.
 */
export const rolloutLineSchema: z.ZodType<RolloutLine | ForeignRolloutLine> = z.union([
	knownRolloutLineSchema,
	foreignRolloutLineSchema,
]);
