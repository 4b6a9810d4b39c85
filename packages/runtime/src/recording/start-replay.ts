// Starts a session that shows a recording: recorded answers, recorded tool results. No network, no process and no file of
// the run is touched, nothing is kept, and nothing is waited for.

import { readFile } from "node:fs/promises";
import path from "node:path";
import {
	createDirectRunner,
	createNullRollout,
	openFileGuard,
	type SessionPorts,
	type SessionSettings,
} from "@codex/core";
import {
	type Clock,
	newSessionId,
	type RecordingHeader,
	type SandboxPolicy,
	tryParseSessionId,
	type UserInput,
} from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { createSchemaCompiler, runSession } from "../session/run-session.ts";
import { newMeta } from "../session/saved-session.ts";
import { noLimits, type SessionHandle, type StartError } from "../session/start-request.ts";
import { loadRecording } from "./load-recording.ts";
import { createRecordedOrder, readCallEnds } from "./recorded-order.ts";
import { createShowSource } from "./show-source.ts";

/** A session that is ready to show a recording. */
export interface ReplayStart {
	readonly kind: "ok";
	readonly session: SessionHandle;
	/** What the recorded run was asked; to be submitted as it is. */
	readonly items: readonly UserInput[];
	readonly header: RecordingHeader;
}

/** The clock of a replay: waits between tries are over at once. */
function withoutWaiting(clock: Clock): Clock {
	return { ...clock, sleep: async () => undefined };
}

function sandboxPolicyOf({ sandboxMode }: RecordingHeader): SandboxPolicy {
	if (sandboxMode !== "workspace-write") return { mode: sandboxMode };
	return {
		mode: "workspace-write",
		writable_roots: [],
		network_access: false,
		exclude_tmpdir_env_var: false,
		exclude_slash_tmp: false,
	};
}

function replaySettings(context: RuntimeContext, header: RecordingHeader): SessionSettings {
	const { cwd } = context.environment;
	const made = newMeta(context, { cwd, source: "exec", originator: "code_replay" });
	// The recorded id, so that the same events come out; a header without one gets a new id.
	const id = tryParseSessionId(header.sessionId) ?? newSessionId();
	return {
		sessionId: id,
		cwd,
		model: header.model,
		approvalPolicy: header.approvalPolicy,
		sandboxPolicy: sandboxPolicyOf(header),
		permission: { kind: "refuse", reason: "a replay executes nothing" },
		additionalRoots: [],
		...(header.effort === undefined ? {} : { effort: header.effort }),
		...(header.summary === undefined ? {} : { summary: header.summary }),
		projectDocMaxBytes: 0,
		projectDocFallbackNames: [],
		shellEnv: {},
		toolOutputTokenLimit: 10_000,
		requestMaxRetries: 4,
		streamMaxRetries: 5,
		shellName: "bash",
		timezone: "UTC",
		meta: { ...made, id, model_provider: header.provider },
	};
}

/** Reads the recording (relative to the process's working folder) and starts the session. */
export async function startReplay(context: RuntimeContext, name: string): Promise<ReplayStart | StartError> {
	const file = path.resolve(context.environment.cwd, name);
	const loaded = await loadRecording(file);
	if (loaded.kind === "error") return loaded;
	const { recording } = loaded;
	const { header } = recording;
	let interrupt = (): void => undefined;
	const order = createRecordedOrder(recording.toolCalls, readCallEnds(await readFile(file, "utf8")));
	const source = createShowSource({ recording, file, order, onBrokenOff: () => interrupt() });
	const settings = replaySettings(context, header);
	const compileSchema: SessionPorts["compileSchema"] = createSchemaCompiler();
	const session = runSession(
		{
			settings,
			info: {
				sessionId: settings.sessionId,
				model: header.model,
				provider: header.provider,
				cwd: settings.cwd,
				sandboxPolicy: settings.sandboxPolicy,
				approvalPolicy: settings.approvalPolicy,
				because: source.because,
				warnings: [],
				resumed: false,
				answersFrom: file,
			},
			source,
			rollout: createNullRollout,
			repairs: [],
			limits: noLimits,
			// A shown recording runs nothing.
			mcp: undefined,
			runner: { ...createDirectRunner(context.clock), close: () => Promise.resolve() },
			files: openFileGuard,
			saveRules: () => Promise.resolve(undefined),
			clock: withoutWaiting(context.clock),
			log: context.log,
		},
		compileSchema,
	);
	interrupt = () => session.interrupt();
	return { kind: "ok", session, items: header.prompt, header };
}
