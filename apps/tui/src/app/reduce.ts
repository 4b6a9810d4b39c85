// The one reducer of the app: an action changes the state and may ask for effects. Pure and total; nothing in it waits, so
// a host that never answers does not keep a key from being shown.

import { assertNever } from "@codex/protocol";
import { setText } from "../composer/reduce.ts";
import { filesFound, followText } from "../composer/popup.ts";
import { isEmpty } from "../composer/state.ts";
import { loadEntries } from "../composer/history.ts";
import type { InputEvent } from "../keymap/key.ts";
import { reduceLocal, reduceTranscript } from "../transcript/reduce.ts";
import { emptyTranscript } from "../transcript/state.ts";
import type { Action } from "./action.ts";
import { reduceApproval } from "./approvals.ts";
import { pageFailed, pageLoaded } from "./pages.ts";
import { reduceEvents } from "./reduce-events.ts";
import { reduceComposerKey, reducePaste } from "./reduce-keys.ts";
import { reduceOverlay } from "./reduce-overlay.ts";
import { sendQueued } from "./send.ts";
import { sendNow } from "./send-now.ts";
import { runSlash } from "./slash.ts";
import type { AppState } from "./state.ts";
import { hinted, only, type ReduceContext, type Step, andThen, withEffects } from "./step.ts";

/** After the composer's text changed, its popup follows. */
function followPopup(before: AppState, step: Step): Step {
	const { composer, settings, prompts } = step.state;
	if (composer === before.composer) return step;
	const isSame = composer.edit === before.composer.edit && composer.dismissed === before.composer.dismissed;
	if (isSame || composer.popup?.kind === "history") return step;
	const { state, wantsFiles } = followText(composer, settings.commands, prompts);
	const next = { ...step.state, composer: state };
	if (wantsFiles === undefined) return { state: next, effects: step.effects };
	return { state: next, effects: [...step.effects, { type: "find_files", query: wantsFiles }] };
}

function reduceInput(state: AppState, event: InputEvent, context: ReduceContext): Step {
	if (event.kind === "focus") return only({ ...state, hasFocus: event.gained });
	if (event.kind === "reply") return only(state);
	const [pending] = state.approvals;
	if (pending !== undefined && state.overlays.length === 0) return reduceApproval(state, pending, event);
	const overlay = state.overlays.at(-1);
	if (overlay !== undefined) return reduceOverlay(state, overlay, event, context);
	const disarmed = state.isQuitArmed && !isCancel(state, event) ? { ...state, isQuitArmed: false, hint: undefined } : state;
	const step = event.kind === "paste" ? reducePaste(disarmed, event.text) : reduceComposerKey(disarmed, event.key, context);
	// Who is in the middle of a text may answer a question that pops up by accident.
	const typedAtMs = isEmpty(step.state.composer) ? Number.NEGATIVE_INFINITY : state.nowMs;
	return followPopup(disarmed, { ...step, state: { ...step.state, typedAtMs } });
}

const isCancel = (state: AppState, event: InputEvent): boolean =>
	event.kind === "key" && state.settings.keymap.action("global", event.key) === "cancel";

function sessionStarted(state: AppState, action: Extract<Action, { readonly type: "session_started" }>): Step {
	const { info, effort, earlier, notices } = action;
	const shown = state.transcript;
	let transcript = shown;
	if (earlier !== undefined) {
		transcript = earlier.reduce(reduceTranscript, { ...emptyTranscript(shown.showsReasoning), nextId: shown.nextId });
	}
	for (const message of notices) transcript = reduceLocal(transcript, { type: "notice", level: "info", message });
	const counted = earlier?.filter(({ type }) => type === "turn_started").length;
	const next: AppState = {
		...state,
		session: { status: "ready", info, effort },
		transcript,
		turns: counted ?? state.turns,
		turn: { status: "idle" },
		approvals: [],
		scroll: { kind: "follow" },
		...(earlier === undefined || earlier.length > 0 ? {} : { usage: { ...state.usage, total: undefined, last: undefined, costUsd: 0, contextLeftPercent: undefined } }),
	};
	return andThen(withEffects(next, { type: "read_branch" }), (ready) => {
		const { first } = ready;
		if (first === undefined) return sendQueued(ready);
		return sendNow({ ...ready, first: undefined }, first.text, first.images);
	});
}

function sessionFailed(state: AppState, action: Extract<Action, { readonly type: "session_failed" }>): Step {
	const message = action.lines.join("\n");
	const transcript = reduceLocal(state.transcript, { type: "notice", level: "error", message });
	return only({ ...state, session: { status: "none", lines: action.lines }, transcript, turn: { status: "idle" }, approvals: [] });
}

function edited(state: AppState, text: string | undefined, problem: string | undefined): Step {
	const composer = text === undefined ? state.composer : setText({ ...state.composer, chips: [] }, text.replace(/\n$/, ""));
	const next = { ...state, composer };
	return problem === undefined ? only(next) : hinted(next, problem);
}

/** Applies an action. */
export function reduceApp(state: AppState, action: Action, context: ReduceContext): Step {
	switch (action.type) {
		case "input":
			return reduceInput({ ...state, nowMs: action.nowMs }, action.event, context);
		case "resize":
			return only({ ...state, size: action.size });
		case "tick":
			return only({ ...state, nowMs: action.nowMs });
		case "timer":
			return only({ ...state, hint: undefined, isQuitArmed: action.name === "quit" ? false : state.isQuitArmed });
		case "events":
			return reduceEvents({ ...state, nowMs: action.nowMs }, action.events);
		case "session_started":
			return sessionStarted(state, action);
		case "session_failed":
			return sessionFailed(state, action);
		case "session_ended": {
			const message = action.problems.join("\n");
			if (message === "") return only(state);
			return only({ ...state, transcript: reduceLocal(state.transcript, { type: "notice", level: "warning", message }) });
		}
		case "history_loaded":
			return only({ ...state, composer: { ...state.composer, history: loadEntries(state.composer.history, action.entries) } });
		case "files_found":
			return only({ ...state, composer: filesFound(state.composer, action.query, action.files, action.isComplete) });
		case "edited":
			return edited(state, action.text, action.problem);
		case "own_command_begin":
		case "own_command_output":
			return only({ ...state, transcript: reduceLocal(state.transcript, action) });
		case "own_command_end":
			return only({ ...state, ownCommand: undefined, transcript: reduceLocal(state.transcript, action) });
		case "page_loaded":
			return pageLoaded(state, action.page);
		case "page_failed":
			return pageFailed(state, action.title, action.lines);
		case "branch_read":
			return only({ ...state, branch: action.branch });
		case "command": {
			const outcome = runSlash(state, `/${action.name}`);
			return outcome?.kind === "done" ? outcome.step : only(state);
		}
		case "said":
			return hinted(state, action.message);
		default:
			return assertNever(action);
	}
}
