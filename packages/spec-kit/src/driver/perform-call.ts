// One call of an agent: its prompt, the host's agent, and what its answer is. The answer is read here once and checked;
// what goes on from here holds no secret.

import { type JsonObject, toError } from "@codex/protocol";
import { redactText, redactValue } from "@codex/redact";
import { extractAnswer } from "../consensus/extract-answer.ts";
import { isJsonObject } from "../consensus/json.ts";
import type { AgentOutcome, AgentRequest, SpecKitHost } from "../host.ts";
import type { Effect } from "../pipeline/effect.ts";
import type { CallResult, UntimedEvent } from "../pipeline/event.ts";
import { noSpend, type RunState } from "../pipeline/state.ts";
import { type BuiltPrompt, buildPrompt, type PromptSubject } from "../prompts/build-prompt.ts";
import { modelMetadata } from "../prompts/model-metadata.ts";
import type { Stage } from "../stage.ts";
import { findPacket, promptContext } from "./packet-context.ts";

type CallEffect = Extract<Effect, { readonly type: "call" }>;

/** What calls of one process share: the material is read once for all voters, so that all see the same. */
export interface CallContext {
	readonly host: SpecKitHost;
	readonly contexts: Map<string, Promise<string>>;
}

function subjectOf(state: RunState, effect: CallEffect): PromptSubject | undefined {
	const { phase } = state;
	const stage = stageOf(state);
	switch (phase.type) {
		case "gate_executing":
			return effect.call.gate === undefined ? undefined : { kind: "gate", gate: effect.call.gate, stage };
		case "gate_validating":
			return { kind: "validator", issues: phase.plan.validate, stage };
		case "agents":
			return { kind: "stage", stage };
		case "consensus":
			return { kind: phase.step, verdict: phase.verdict, stage };
		default:
			return undefined;
	}
}

/** The stage that a phase belongs to; a checkpoint belongs to the stage that follows it. */
function stageOf({ phase, stages, index }: RunState): Stage {
	return "stage" in phase ? phase.stage : (stages[index] ?? "plan");
}

function contextOf({ host, contexts }: CallContext, state: RunState): Promise<string> {
	const stage = stageOf(state);
	const place = "checkpoint" in state.phase ? state.phase.checkpoint : `${stage}/${state.visits[stage] ?? 0}`;
	const known = contexts.get(place);
	if (known !== undefined) return known;
	const { guardrailSummary, memory } = state;
	const made = findPacket(host, state.specId).then((packet) =>
		promptContext(host, packet, { stage, known: { guardrailSummary, memory }, max: host.config.maxContextChars }),
	);
	contexts.set(place, made);
	return made;
}

/** What an answer is: the host's parsed object when it fits, otherwise what stands in the text. */
function readAnswer(outcome: Extract<AgentOutcome, { kind: "answered" }>, prompt: BuiltPrompt): CallResult {
	const { model, spend, structured, text } = outcome;
	if (structured !== undefined && prompt.schema.parse(structured).ok) {
		return { kind: "answered", content: redacted(structured), model, spend };
	}
	const extracted = extractAnswer(text, prompt.schema, prompt.ownText);
	if (extracted.ok) return { kind: "answered", content: redacted(extracted.value), model, spend };
	return { kind: "invalid", errors: extracted.errors.map((error) => redactText(error)), model, spend };
}

function redacted(content: JsonObject): JsonObject {
	const masked: unknown = redactValue(content);
	return isJsonObject(masked) ? masked : content;
}

async function recordTranscript(
	host: SpecKitHost,
	request: AgentRequest,
	said: { readonly outcome: AgentOutcome; readonly place: string },
): Promise<void> {
	const { outcome, place } = said;
	const { specId, runId, agent } = request;
	const answer = outcome.kind === "answered" ? outcome.text : `${outcome.kind}: ${outcome.reason}`;
	const content = `# ${request.id}\n\n${request.prompt}\n\n# answer of ${outcome.model ?? "nobody"}\n\n${answer}\n`;
	try {
		await host.evidence.write({
			specId,
			runId,
			category: "consensus",
			kind: "transcript",
			stage: place,
			agent,
			content,
		});
	} catch {
		// A transcript is a help for people; what the run rests on is written with its verdict, where a failure stops it.
	}
}

async function ask(host: SpecKitHost, request: AgentRequest, signal: AbortSignal): Promise<AgentOutcome> {
	try {
		return await host.runAgent(request, signal);
	} catch (thrown) {
		return { kind: "failed", reason: `The host failed: ${toError(thrown).message}`, spend: noSpend };
	}
}

/**
 * Makes the call. `undefined` when the run was cancelled before an answer came: the call is then made again by a resumed
 * run. An answer that came in spite of it counts: it was paid for. Rejects when the material cannot be read.
 */
export async function performCall(
	context: CallContext,
	state: RunState,
	effect: CallEffect,
	signal: AbortSignal,
): Promise<UntimedEvent | undefined> {
	const { call, limits } = effect;
	const { host } = context;
	const subject = subjectOf(state, effect);
	if (subject === undefined) return undefined;
	const stage = stageOf(state);
	const gate =
		subject.kind === "gate" ? subject.gate : subject.kind === "validator" ? subject.issues[0]?.gate : undefined;
	const wanted = modelMetadata(call.agent, gate === undefined ? stage : undefined, host.config.environment);
	const prompt = buildPrompt({
		specId: state.specId,
		goal: state.goal,
		call,
		subject,
		model: wanted,
		context: await contextOf(context, state),
		retryReasons: state.retryReasons,
		maxAnswerChars: host.config.maxContextChars,
	});
	const request: AgentRequest = {
		id: call.id,
		runId: state.runId,
		specId: state.specId,
		purpose: gate === undefined ? { stage } : { gate },
		agent: call.agent,
		role: call.role,
		wanted,
		prompt: prompt.text,
		promptVersion: prompt.version,
		schema: prompt.schema.jsonSchema,
		mayWrite: false,
		limits,
	};
	const outcome = await ask(host, request, signal);
	const place = "checkpoint" in state.phase ? state.phase.checkpoint : stage;
	await recordTranscript(host, request, { outcome, place });
	if (outcome.kind === "answered") {
		return { type: "call_finished", callId: call.id, result: readAnswer(outcome, prompt) };
	}
	if (signal.aborted || outcome.kind === "cancelled") {
		return signal.aborted ? undefined : failed(call.id, { ...outcome, kind: "failed" });
	}
	return failed(call.id, { ...outcome, kind: outcome.kind });
}

function failed(
	callId: string,
	outcome: {
		readonly kind: "failed" | "missing" | "timed_out" | "limit";
		readonly reason: string;
		readonly spend: CallResult["spend"];
	},
): UntimedEvent {
	const { kind, reason, spend } = outcome;
	return { type: "call_finished", callId, result: { kind, reason: redactText(reason), spend } };
}
