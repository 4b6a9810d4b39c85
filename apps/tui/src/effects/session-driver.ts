// Starts and ends sessions through the runtime, one after another, and hands on what they tell. At most one session is open.
// Waiting happens here only; the reducer hears of it by actions.

import { type Event, newSessionId, type SessionId, toError } from "@codex/protocol";
import {
	type ConfigFlags,
	earlierEvents,
	forkSession,
	readInteractiveSettings,
	rewindSession,
	type Runtime,
	type SessionHandle,
	type StartError,
	type StartRequest,
} from "@codex/runtime";
import type { Action } from "../app/action.ts";
import type { Effect, SessionChoice, SessionStart } from "../app/effect.ts";

/** What the driver needs. */
export interface SessionDriverOptions {
	readonly runtime: Runtime;
	/** What the command line asked for. */
	readonly request: StartRequest;
	readonly dispatch: (action: Action) => void;
	readonly onEvent: (event: Event) => void;
}

/** The session of the app. */
export interface SessionDriver {
	/** The open session; `undefined` between two. */
	readonly session: SessionHandle | undefined;
	/** The id of the present or last session. */
	readonly id: SessionId;
	/** Ends the present session and starts another. */
	start(effect: Extract<Effect, { readonly type: "start_session" }>): void;
	/** The settings with what the user chose. */
	flags(choice: SessionChoice): ConfigFlags;
	/** Ends the session; resolves when it is let go, at the latest after some seconds. */
	close(): Promise<readonly string[]>;
}

// A session that does not end is left behind: the process ends with it.
const closeMs = 5000;

type Prepared = { readonly kind: "ok"; readonly resume?: StartRequest["resume"]; readonly notices: readonly string[] } | StartError;

/** What must be done before a session of this kind can start. */
async function prepare(runtime: Runtime, start: SessionStart): Promise<Prepared> {
	switch (start.kind) {
		case "new":
			return { kind: "ok", notices: [] };
		case "resume":
			return { kind: "ok", resume: { kind: "id", id: start.id }, notices: [] };
		case "last":
			return { kind: "ok", resume: { kind: "last" }, notices: [] };
		case "fork": {
			const forked = await forkSession(runtime, start.id, start.at === undefined ? undefined : String(start.at));
			if (forked.kind === "error") return forked;
			return { kind: "ok", resume: { kind: "id", id: forked.id }, notices: [`This is a copy of ${forked.forkedFrom}`] };
		}
		case "rewind": {
			const { id, turns, what, redo } = start;
			const rewound = await rewindSession(runtime, { id, turns, what, redo, preview: false, overwrite: [] });
			if (rewound.kind === "error") return rewound;
			const files = rewound.changed.length;
			const said = files === 0 ? [] : [`${files} file${files === 1 ? "" : "s"} went back`];
			const left = rewound.left.map(({ path, message }) => `${path} stays: ${message}`);
			return { kind: "ok", resume: { kind: "id", id }, notices: [...said, ...left, ...rewound.notices] };
		}
	}
}

/** The flags of the command line with what the user chose since. */
function withChoice(flags: ConfigFlags, choice: SessionChoice): ConfigFlags {
	const { model, effort, approvalPolicy, sandboxMode } = choice;
	const { fullAuto, bypass, ...rest } = flags;
	const isAccessChosen = approvalPolicy !== undefined || sandboxMode !== undefined;
	const access = isAccessChosen
		? {
				...(fullAuto === true ? ({ approvalPolicy: "on-request", sandboxMode: "workspace-write" } as const) : {}),
				...(bypass === true ? ({ approvalPolicy: "never", sandboxMode: "danger-full-access" } as const) : {}),
			}
		: { ...(fullAuto === undefined ? {} : { fullAuto }), ...(bypass === undefined ? {} : { bypass }) };
	return {
		...rest,
		...access,
		...(model === undefined ? {} : { model }),
		...(approvalPolicy === undefined ? {} : { approvalPolicy }),
		...(sandboxMode === undefined ? {} : { sandboxMode }),
		overrides: [...(rest.overrides ?? []), ...(effort === undefined ? [] : [`model_reasoning_effort="${effort}"`])],
	};
}

/** Makes the driver; nothing is started yet. */
export function createSessionDriver(options: SessionDriverOptions): SessionDriver {
	const { runtime, request, dispatch, onEvent } = options;
	let session: SessionHandle | undefined;
	let lastId = newSessionId();
	let work: Promise<void> = Promise.resolve();
	let isClosed = false;

	const end = async (): Promise<readonly string[]> => {
		const ending = session;
		if (ending === undefined) return [];
		session = undefined;
		const patience = new AbortController();
		const late = runtime.clock.sleep(closeMs, patience.signal).then(() => ({ problems: ["the session did not end"] }));
		const { problems } = await Promise.race([ending.close(), late]);
		patience.abort();
		return problems;
	};
	const begin = async ({ start, choice, replays }: Extract<Effect, { readonly type: "start_session" }>): Promise<void> => {
		const problems = await end();
		if (problems.length > 0) dispatch({ type: "session_ended", problems });
		if (isClosed) return;
		const prepared = await prepare(runtime, start);
		const failed = (error: StartError): void =>
			dispatch({ type: "session_failed", start, lines: error.lines, exitCode: error.exitCode });
		if (prepared.kind === "error") return failed(prepared);
		const flags = withChoice(request.flags, choice);
		const { resume: _resume, ...plain } = request;
		const asked = { ...plain, flags, ...(prepared.resume === undefined ? {} : { resume: prepared.resume }) };
		const [started, settings] = await Promise.all([
			runtime.startSession(asked),
			readInteractiveSettings(runtime, flags, request.cwd),
		]);
		if (started.kind === "error") return failed(started);
		if (isClosed) {
			await started.session.close();
			return;
		}
		session = started.session;
		lastId = session.id;
		const { info } = session;
		const earlier = replays ? await replay(runtime, info.resumed ? info.sessionId : undefined) : undefined;
		const effort = choice.effort ?? (settings.kind === "ok" ? settings.effort : "");
		dispatch({
			type: "session_started",
			info,
			effort,
			...(earlier === undefined ? {} : { earlier }),
			notices: prepared.notices,
		});
		session.subscribe(onEvent);
	};
	return {
		get session() {
			return session;
		},
		get id() {
			return lastId;
		},
		start: (effect) => {
			work = work
				.then(() => begin(effect))
				.catch((thrown: unknown) => {
					const lines = [`internal error: ${toError(thrown).message}`];
					dispatch({ type: "session_failed", start: effect.start, lines, exitCode: 1 });
				});
		},
		flags: (choice) => withChoice(request.flags, choice),
		close: async () => {
			isClosed = true;
			return await end();
		},
	};
}

async function replay(runtime: Runtime, id: SessionId | undefined) {
	if (id === undefined) return [];
	const earlier = await earlierEvents(runtime, id);
	return earlier.kind === "ok" ? earlier.events : [];
}
