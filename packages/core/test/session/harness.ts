// A session on fakes: a scripted model, an in-memory rollout, real tools. Every test ends in `finish`, which checks the
// order and pairing of all events.

import {
	type Event,
	type EventMsg,
	newSessionId,
	newSubmissionId,
	type Op,
	type RolloutPayload,
	type SubmissionId,
} from "@codex/protocol";
import { type Budget, createBudget, createSystemClock } from "@codex/resilience";
import {
	assertWellFormed,
	createTempDir,
	deepFreeze,
	type ScriptedModelStream,
	type TempDir,
} from "@codex/test-support";
import {
	createDirectRunner,
	createSession,
	type Session,
	type SessionPorts,
	type SessionSettings,
} from "../../src/index.ts";

export interface Harness {
	readonly session: Session;
	readonly events: readonly Event[];
	readonly records: readonly RolloutPayload[];
	readonly dir: TempDir;
	readonly budget: Budget;
	types(): string[];
	of<T extends EventMsg["type"]>(type: T): Extract<EventMsg, { type: T }>[];
	submit(op: Op): SubmissionId;
	say(text: string): SubmissionId;
	until(type: EventMsg["type"]): Promise<void>;
	/** Shuts down and checks that all events are well formed. */
	finish(): Promise<void>;
}

export interface HarnessOptions {
	readonly settings?: Partial<SessionSettings>;
	readonly ports?: Partial<SessionPorts>;
	readonly dir?: TempDir;
}

export async function startHarness(model: ScriptedModelStream, options: HarnessOptions = {}): Promise<Harness> {
	const dir = options.dir ?? (await createTempDir());
	const clock = options.ports?.clock ?? createSystemClock();
	const budget = options.ports?.budget ?? createBudget({}, { clock });
	const events: Event[] = [];
	const records: RolloutPayload[] = [];
	const waiters: { type: string; resolve: () => void }[] = [];
	const sessionId = newSessionId();
	const session = createSession(
		{
			sessionId,
			cwd: dir.path,
			model: "scripted-1",
			approvalPolicy: "never",
			sandboxPolicy: {
				mode: "workspace-write",
				writable_roots: [],
				network_access: false,
				exclude_slash_tmp: false,
				exclude_tmpdir_env_var: false,
			},
			permission: { kind: "run", confined: false },
			additionalRoots: [],
			projectDocMaxBytes: 32_768,
			projectDocFallbackNames: [],
			shellEnv: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
			toolOutputTokenLimit: 10_000,
			requestMaxRetries: 4,
			streamMaxRetries: 5,
			shellName: "bash",
			timezone: "UTC",
			meta: {
				id: sessionId,
				timestamp: "2026-01-02T03:04:05.678Z",
				cwd: dir.path,
				originator: "test",
				cli_version: "0.0.0",
				source: "exec",
				model_provider: "scripted",
				instructions: null,
			},
			...options.settings,
		},
		{
			model,
			runner: createDirectRunner(clock),
			rollout: {
				append: (payloads) => void records.push(...structuredClone(payloads)),
				flush: async () => undefined,
				close: async () => undefined,
			},
			clock,
			budget,
			emit: (id, msg) => {
				events.push(deepFreeze({ id, seq: events.length, msg }));
				for (const waiter of waiters.filter(({ type }) => type === msg.type)) waiter.resolve();
			},
			compileSchema: async () => (text) => (text.startsWith("{") ? undefined : "it is not a JSON object"),
			...options.ports,
		},
	);
	const submit = (op: Op): SubmissionId => {
		const id = newSubmissionId();
		session.submit({ id, op });
		return id;
	};
	return {
		session,
		events,
		records,
		dir,
		budget,
		types: () => events.map(({ msg }) => msg.type),
		of: <T extends EventMsg["type"]>(type: T) =>
			events.map(({ msg }) => msg).filter((msg): msg is Extract<EventMsg, { type: T }> => msg.type === type),
		submit,
		say: (text) => submit({ type: "user_input", items: [{ type: "text", text }] }),
		until: (type) => {
			if (events.some(({ msg }) => msg.type === type)) return Promise.resolve();
			return new Promise((resolve) => waiters.push({ type, resolve }));
		},
		finish: async () => {
			submit({ type: "shutdown" });
			await session.closed;
			assertWellFormed(events);
			if (options.dir === undefined) await dir.dispose();
		},
	};
}
