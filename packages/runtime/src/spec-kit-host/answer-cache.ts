// Answers of agents, on the disk before the engine sees them: a run that is killed between an answer and its journal does
// not pay for it again. One file a call, named by a digest of its id; secrets are masked.

import { createHash } from "node:crypto";
import type { Redactor } from "@codex/redact";
import type { AgentOutcome, AgentRequest, SpecKitFiles } from "@codex/spec-kit";

/** Keeps answers. */
export interface AnswerCache {
	/** The answer of an earlier process, or that of `ask`, kept. Rejects as `ask` does. */
	answer(
		request: Pick<AgentRequest, "id" | "specId" | "runId">,
		ask: () => Promise<AgentOutcome>,
	): Promise<AgentOutcome>;
}

type Answered = Extract<AgentOutcome, { readonly kind: "answered" }>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const numbersIn = (value: unknown, names: readonly string[]): boolean =>
	isRecord(value) && names.every((name) => typeof value[name] === "number");

const usageNames = [
	"inputTokens",
	"cachedInputTokens",
	"cacheWriteInputTokens",
	"outputTokens",
	"reasoningOutputTokens",
];

function isAnswered(value: unknown): value is Answered {
	return (
		isRecord(value) &&
		value["kind"] === "answered" &&
		typeof value["text"] === "string" &&
		typeof value["model"] === "string" &&
		numbersIn(value["usage"], usageNames) &&
		numbersIn(value["spend"], ["attempts", "wallMs", "tokens", "costUsd"])
	);
}

function parse(text: string, id: string): Answered | undefined {
	try {
		const parsed: unknown = JSON.parse(text);
		return isRecord(parsed) && parsed["id"] === id && isAnswered(parsed["outcome"]) ? parsed["outcome"] : undefined;
	} catch {
		// Cut off by a crash: as if it had not been written.
		return undefined;
	}
}

/** A cache below the evidence folder of the repository. */
export function createAnswerCache(files: SpecKitFiles, evidenceDir: string, redactor: Redactor): AnswerCache {
	return {
		answer: async (request, ask) => {
			const name = createHash("sha256").update(request.id).digest("hex").slice(0, 32);
			const path = `${evidenceDir}/runs/${request.specId}/${request.runId}/answers/${name}.json`;
			const kept = await files.read(path).catch(() => undefined);
			const known = kept === undefined ? undefined : parse(kept, request.id);
			if (known !== undefined) return known;
			const outcome = await ask();
			if (outcome.kind !== "answered") return outcome;
			const masked: Answered = { ...outcome, text: redactor.text(outcome.text) };
			// Where it cannot be kept, the run itself will say that nothing can.
			await files.write(path, `${JSON.stringify({ id: request.id, outcome: masked })}\n`).catch(() => undefined);
			return masked;
		},
	};
}
