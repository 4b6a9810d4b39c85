// A state to start reducer tests from, and events to feed it.

import { asCallId, asSubmissionId, asTurnId, type Event, type EventMsg, tryParseSessionId } from "@codex/protocol";
import { type SessionInfo, slashCommands } from "@codex/runtime";
import type { Action } from "../../src/app/action.ts";
import type { Effect } from "../../src/app/effect.ts";
import { reduceApp } from "../../src/app/reduce.ts";
import { type AppState, initialState } from "../../src/app/state.ts";
import { makeKeymap } from "../../src/keymap/keymap.ts";
import { createInputDecoder } from "../../src/terminal/decode-input.ts";
import type { Size } from "../../src/terminal/paint.ts";
import { darkTheme, themes } from "../../src/theme/theme.ts";
import { createTranscriptLayout } from "../../src/transcript/layout.ts";
import { statusItems } from "../../src/views/status-line.ts";

const sessionId = tryParseSessionId("01a20bb9-cdb6-7394-abac-cfd685580235") ?? "";
export const turnId = asTurnId("turn-1");
export const callId = asCallId("call-1");

export const layout = createTranscriptLayout();

function sessionInfo(): SessionInfo {
	const id = tryParseSessionId(sessionId);
	if (id === undefined) throw new Error("the sample's id is no id");
	return {
		sessionId: id,
		model: "gpt-5",
		provider: "openai",
		cwd: "/home/ada/project",
		sandboxPolicy: { mode: "read-only" },
		approvalPolicy: "on-request",
		rolloutPath: "/home/ada/.code/sessions/x.jsonl",
		because: "",
		warnings: [],
		resumed: false,
	};
}

export function startState(size: Size = { columns: 80, rows: 24 }): AppState {
	return initialState({
		settings: {
			keymap: makeKeymap({}).keymap,
			commands: slashCommands,
			themes,
			depth: "true",
			version: "1.0.0",
			animations: true,
			keepsHistory: true,
			notifications: ["agent-turn-complete", "approval-requested"],
			notifiesAlways: false,
			statusLine: statusItems,
			home: "/home/ada",
		},
		size,
		nowMs: 1_000_000,
		theme: darkTheme,
		vim: false,
		showsReasoning: false,
	});
}

/** What happens: an action, an event of the session, or keys that are typed. */
export type Happening = Action | EventMsg | string;

const actionTypes: readonly string[] = [
	"input",
	"resize",
	"tick",
	"timer",
	"events",
	"session_started",
	"session_failed",
	"session_ended",
	"history_loaded",
	"files_found",
	"edited",
	"own_command_begin",
	"own_command_output",
	"own_command_end",
	"page_loaded",
	"page_failed",
	"branch_read",
	"command",
	"said",
];

const isAction = (happening: Action | EventMsg): happening is Action => actionTypes.includes(happening.type);

const event = (msg: EventMsg): Event => ({ id: asSubmissionId(""), seq: 0, msg });

export interface Story {
	readonly state: AppState;
	readonly effects: readonly Effect[];
}

/** Lets things happen one after another, a second apart. */
export function after(state: AppState, ...happenings: readonly Happening[]): Story {
	let now = state;
	const effects: Effect[] = [];
	const take = (action: Action): void => {
		const step = reduceApp(now, action, { layout });
		now = step.state;
		effects.push(...step.effects);
	};
	for (const happening of happenings) {
		const nowMs = now.nowMs + 1000;
		if (typeof happening === "string") {
			const decoder = createInputDecoder();
			const events = [...decoder.push(new TextEncoder().encode(happening)), ...decoder.flush()];
			for (const input of events) take({ type: "input", event: input, nowMs });
		} else if (isAction(happening)) take(happening);
		else take({ type: "events", events: [event(happening)], nowMs });
	}
	return { state: now, effects };
}

export const ready = (): Action => ({
	type: "session_started",
	info: sessionInfo(),
	effort: "medium",
	earlier: [],
	notices: [],
});
