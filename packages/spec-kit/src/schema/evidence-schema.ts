// Evidence as bytes: the lines of the chain and its head, exactly; verdicts and artifacts, tolerantly, as the fork wrote
// them too. What cannot be read is `undefined`, never an exception: one bad file must not cost a report.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import type { ChainHead, ChainLine } from "../evidence/chain.ts";
import type { StoredArtifact, StoredVerdict } from "../evidence/stored-record.ts";
import { parseStage, type Stage } from "../stage.ts";

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const lineFields = {
	path: z.string(),
	sha256: hex,
	bytes: count,
	seq: z.int().min(1),
	atMs: z.number().min(0),
	prev: hex,
	hash: hex,
};

/** One line of a chain. */
const chainLineSchema: z.ZodType<ChainLine> = z.discriminatedUnion("type", [
	z.strictObject({ type: z.literal("record"), ...lineFields }),
	z.strictObject({ type: z.literal("archive"), ...lineFields, records: z.array(z.int().min(1)) }),
]);

/** The head of a chain. */
const chainHeadSchema: z.ZodType<ChainHead> = z.strictObject({
	seq: count,
	hash: hex,
	atMs: z.number().min(0),
	chainBytes: count,
	bytes: count,
});

function tryJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // Not JSON: nothing of ours.
	}
}

/** A line of a chain, or `undefined` when it is none. */
export function readChainLine(text: string): ChainLine | undefined {
	return chainLineSchema.safeParse(tryJson(text)).data;
}

/** The head of a chain, or `undefined` when it is none. */
export function readChainHead(text: string): ChainHead | undefined {
	return chainHeadSchema.safeParse(tryJson(text)).data;
}

const lenientText = z.string().optional().catch(undefined);
const texts = z
	.array(z.unknown())
	.catch([])
	.transform((items) =>
		items.flatMap((item) => (typeof item === "string" ? [item] : item === null ? [] : [JSON.stringify(item)])),
	);
const someTexts = texts.default([]);
const consensusPart = z.looseObject({ agreements: someTexts, conflicts: someTexts }).optional().catch(undefined);

const verdictShape = z.looseObject({
	spec_id: lenientText,
	specId: lenientText,
	run_id: lenientText,
	stage: lenientText,
	status: lenientText,
	recorded_at: lenientText,
	timestamp: lenientText,
	prompt_version: lenientText,
	promptVersion: lenientText,
	consensus_ok: z.boolean().optional().catch(undefined),
	degraded: z.boolean().optional().catch(undefined),
	missing_agents: someTexts,
	agreements: someTexts,
	conflicts: someTexts,
	consensus: consensusPart,
	confidence: z.number().min(0).max(1).optional().catch(undefined),
});

const statuses: readonly StoredVerdict["status"][] = ["ok", "conflict", "degraded", "no_quorum"];

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The members that have a value. */
function present<T extends object>(members: Optional<T>): T {
	return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

const defined = <T extends object>(members: T): Partial<T> =>
	Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;

const stageOf = (word: string | undefined): Stage | undefined => (word === undefined ? undefined : parseStage(word));

function verdictStatus(raw: z.output<typeof verdictShape>, conflicts: readonly string[]): StoredVerdict["status"] {
	const said = statuses.find((status) => status === raw.status?.toLowerCase());
	if (said !== undefined) return said;
	if (raw.consensus_ok === true) return "ok";
	if (conflicts.length > 0) return "conflict";
	return raw.degraded === true || raw.missing_agents.length > 0 ? "degraded" : "unknown";
}

/** A verdict or synthesis of ours or the fork's, from a file's text; `undefined` when it says nothing about a consensus. */
export function readVerdict(text: string): StoredVerdict | undefined {
	const parsed = verdictShape.safeParse(tryJson(text));
	if (!parsed.success) return undefined;
	const raw = parsed.data;
	if (raw.status === undefined && raw.consensus_ok === undefined) return undefined;
	const conflicts = raw.conflicts.length > 0 ? raw.conflicts : (raw.consensus?.conflicts ?? []);
	const agreements = raw.agreements.length > 0 ? raw.agreements : (raw.consensus?.agreements ?? []);
	return present<StoredVerdict>({
		specId: raw.spec_id ?? raw.specId,
		runId: raw.run_id,
		stage: stageOf(raw.stage),
		status: verdictStatus(raw, conflicts),
		recordedAt: raw.recorded_at ?? raw.timestamp,
		promptVersion: raw.prompt_version ?? raw.promptVersion,
		missingAgents: raw.missing_agents,
		agreements,
		conflicts,
		confidence: raw.confidence,
	});
}

const json: z.ZodType<JsonObject> = z.record(z.string(), z.json());

const artifactShape = z.looseObject({
	run_id: lenientText,
	spec_id: lenientText,
	specId: lenientText,
	stage: lenientText,
	stage_name: lenientText,
	agent: lenientText,
	model: lenientText,
	reasoning_mode: lenientText,
	prompt_version: lenientText,
	promptVersion: lenientText,
	error: lenientText,
	consensus: consensusPart,
	final_plan: z.looseObject({ consensus: consensusPart }).optional().catch(undefined),
	content: json.optional().catch(undefined),
});

/**
 * An agent's artifact of ours (an envelope with `content`) or the fork's (the answer itself), from a file's text;
 * `undefined` when it is no JSON object or neither names an agent nor a stage.
 */
export function readArtifact(text: string): StoredArtifact | undefined {
	const whole = json.safeParse(tryJson(text));
	if (!whole.success) return undefined;
	const outer = artifactShape.parse(whole.data);
	const content = outer.content ?? whole.data;
	// The envelope goes before what the agent says of itself.
	const raw = { ...defined(artifactShape.parse(content)), ...defined(outer) };
	const stage = stageOf(raw.stage ?? raw.stage_name);
	if (stage === undefined && raw.agent === undefined) return undefined;
	return present<StoredArtifact>({
		agent: raw.agent,
		specId: raw.spec_id ?? raw.specId,
		runId: raw.run_id,
		stage,
		model: raw.model,
		reasoningMode: raw.reasoning_mode,
		promptVersion: raw.prompt_version ?? raw.promptVersion,
		conflicts: (raw.consensus ?? raw.final_plan?.consensus)?.conflicts ?? [],
		error: raw.error,
		content,
	});
}
