// Plugs the ports together and hands out the handle of a session. Everything a session needs was checked before.

import {
	type Checkpoints,
	createSession,
	type FileGuard,
	type OutputValidator,
	type RolloutWriter,
	type SessionPorts,
	type SessionSettings,
} from "@codex/core";
import {
	asSubmissionId,
	type BudgetLimits,
	type Clock,
	type EventMsg,
	type JsonObject,
	newSubmissionId,
	type RecordingEnd,
	type RolloutPayload,
} from "@codex/protocol";
import { createOutputValidator } from "@codex/providers";
import { createBudget } from "@codex/resilience";
import { createEventHub } from "../event-hub.ts";
import type { Log } from "../log/log.ts";
import type { SessionMcp } from "../mcp/session-mcp.ts";
import type { SandboxedRunner } from "../sandbox/sandboxed-runner.ts";
import type { AnswerSource } from "./answer-source.ts";
import { createDeferredRollout } from "./deferred-rollout.ts";
import { createGatedModel } from "./gated-model.ts";
import type { CloseReport, SessionHandle, SessionInfo, SessionLimits } from "./start-request.ts";
import type { TurnNotifier } from "./turn-notifier.ts";

/** Everything a session is made of. */
export interface SessionParts {
	readonly settings: SessionSettings;
	readonly info: SessionInfo;
	readonly source: AnswerSource;
	/** Makes the writer; `onProblem` is told when the session cannot be saved any more. */
	readonly rollout: (onProblem: (message: string) => void) => RolloutWriter;
	/** What mends an earlier session: its first new records. */
	readonly repairs: readonly RolloutPayload[];
	readonly limits: SessionLimits;
	/** Runs commands, confined where the session says so. */
	readonly runner: Pick<SandboxedRunner, "run" | "close">;
	/** Which files the tools leave alone. */
	readonly files: FileGuard;
	/** An editor that holds files open. */
	readonly editor?: NonNullable<SessionPorts["editor"]>;
	/** Saves rules for good. */
	readonly saveRules: NonNullable<SessionPorts["saveRules"]>;
	/** Records the user's files around turns. Absent: nothing can be taken back. */
	readonly checkpoints?: Checkpoints;
	/** The MCP servers; `undefined` when there are none. */
	readonly mcp: Pick<SessionMcp, "tools" | "connect" | "close"> | undefined;
	/** Tells the user's program of finished turns. */
	readonly notifier?: TurnNotifier;
	readonly clock: Clock;
	readonly log: Log;
}

// The cause was said when it happened; this is why the run did not go as it should.
const notSaved = "the session was not saved to its end: a resume goes on from what was saved before";

function budgetLimits(limits: SessionLimits): BudgetLimits {
	return {
		...(limits.timeoutMs === undefined ? {} : { maxWallMs: limits.timeoutMs }),
		...(limits.maxCostUsd === undefined ? {} : { maxCostUsd: limits.maxCostUsd }),
		...(limits.maxTokens === undefined ? {} : { maxTokens: limits.maxTokens }),
	};
}

/** One compilation for each schema, however many turns name it. */
export function createSchemaCompiler(): (schema: JsonObject) => Promise<OutputValidator> {
	const compiled = new WeakMap<JsonObject, Promise<OutputValidator>>();
	return (schema) => {
		const known = compiled.get(schema) ?? createOutputValidator(schema);
		compiled.set(schema, known);
		return known;
	};
}

function logEvent(log: Log, msg: EventMsg): void {
	switch (msg.type) {
		case "turn_failed":
			log.write("error", "core", msg.error.message, { kind: msg.error.kind, turnId: msg.turnId });
			break;
		case "stream_error":
			log.write("warn", "core", msg.message, { kind: msg.kind, retry: msg.retry });
			break;
		case "warning":
			log.write("warn", "core", msg.message);
			break;
		case "turn_started":
		case "turn_completed":
		case "turn_aborted":
			log.write("info", "core", msg.type, { turnId: msg.turnId });
			break;
		case "exec_command_begin":
			log.write("debug", "core", msg.type, { display: msg.display, cwd: msg.cwd });
			break;
		default:
			break;
	}
}

/** Those who hear of an event besides the session's own clients. */
function watchEvent({ log, notifier }: SessionParts, msg: EventMsg): void {
	logEvent(log, msg);
	notifier?.take(msg);
}

function outcomeOf(msg: EventMsg): RecordingEnd["outcome"] | undefined {
	switch (msg.type) {
		case "turn_completed":
			return "completed";
		case "turn_failed":
			return "failed";
		case "turn_aborted":
			return "aborted";
		default:
			return undefined;
	}
}

/** Starts the session. */
export function runSession(parts: SessionParts, compileSchema: SessionPorts["compileSchema"]): SessionHandle {
	const { source, clock, log, settings } = parts;
	const budget = createBudget(budgetLimits(parts.limits), { clock });
	let outcome: RecordingEnd["outcome"] = "aborted";
	// The writer may speak up before the hub that carries its words stands.
	const early: string[] = [];
	let warn = (message: string): void => void early.push(message);
	let isSaved = true;
	const onProblem = (message: string): void => {
		isSaved = false;
		warn(message);
	};
	const rollout = createDeferredRollout(parts.rollout(onProblem));
	rollout.append(parts.repairs);
	const hub = createEventHub({
		append: (payloads) => rollout.append(payloads),
		onListenerError: (error) => log.write("error", "runtime", `a listener failed: ${error.message}`),
	});
	const plainEmit: SessionPorts["emit"] = (id, msg) => {
		outcome = outcomeOf(msg) ?? outcome;
		watchEvent(parts, msg);
		hub.emit(id, msg);
	};
	const emit = source.arrange?.(plainEmit) ?? plainEmit;
	const session = createSession(settings, {
		model: createGatedModel(source.stream, () => hub.ready()),
		runner: parts.runner,
		files: parts.files,
		...(parts.editor === undefined ? {} : { editor: parts.editor }),
		saveRules: parts.saveRules,
		rollout,
		...(parts.mcp === undefined ? {} : { mcp: parts.mcp.tools }),
		clock,
		budget,
		emit,
		compileSchema,
		...(parts.checkpoints === undefined ? {} : { checkpoints: parts.checkpoints }),
		...(source.onToolCall === undefined ? {} : { onToolCall: source.onToolCall }),
		...(source.recordedTool === undefined ? {} : { recordedTool: source.recordedTool }),
	});
	warn = (message) => emit(asSubmissionId(""), { type: "warning", message });
	for (const message of early) warn(message);
	parts.mcp?.connect(warn);
	let begun = false;
	let closing: Promise<CloseReport> | undefined;
	const close = async (): Promise<CloseReport> => {
		session.submit({ id: newSubmissionId(), op: { type: "shutdown" } });
		parts.mcp?.connect(() => undefined);
		await session.closed;
		parts.mcp?.close();
		await parts.runner.close();
		budget.dispose();
		const problems = await source.finish(outcome);
		await log.close();
		return { problems: isSaved ? problems : [...problems, notSaved] };
	};
	return {
		id: settings.sessionId,
		info: rollout.path === undefined ? parts.info : { ...parts.info, rolloutPath: rollout.path },
		submit: (op) => {
			const id = newSubmissionId();
			if (!begun && (op.type === "user_input" || op.type === "queue_user_input")) {
				begun = true;
				rollout.open();
				source.begin(op);
			}
			if (op.type === "compact") rollout.open();
			session.submit({ id, op });
			return id;
		},
		subscribe: (listener, ready) => hub.subscribe(listener, ready),
		interrupt: () => session.submit({ id: newSubmissionId(), op: { type: "interrupt" } }),
		close: () => {
			closing ??= close();
			return closing;
		},
		get approvalBlocked() {
			return session.approvalBlocked;
		},
	};
}
