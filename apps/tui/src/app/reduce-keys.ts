// Keys of the composer and of the whole app: what each action does. Pure.

import { openHistory, closePopup, movePopup, searchedHistory, takePopupItem } from "../composer/popup.ts";
import { clearText, editComposer, pasteText, reduceComposer, setText, typeText } from "../composer/reduce.ts";
import { type ComposerState, isEmpty } from "../composer/state.ts";
import { expanded } from "../composer/chips.ts";
import { vimKey, vimNormal } from "../composer/vim.ts";
import type { Key } from "../keymap/key.ts";
import { helpPage } from "../overlays/help-page.ts";
import { makeList, makePager } from "../overlays/overlay.ts";
import { scrollTop } from "../transcript/layout.ts";
import { reduceLocal } from "../transcript/reduce.ts";
import { composerWidth, transcriptRows } from "../views/geometry.ts";
import { sendComposer } from "./send.ts";
import { choose, openOverlay, promptsOf } from "./slash.ts";
import type { AppState } from "./state.ts";
import { hinted, only, type ReduceContext, type Step, andThen, withEffects } from "./step.ts";

/** Two presses of Escape within this time go back to an earlier prompt. The reference's number. */
const escapeTwiceMs = 600;

const quitMs = 2000;

const withComposer = (state: AppState, composer: ComposerState): AppState => ({ ...state, composer });

/** Asks the running turn to end. */
export function interrupt(state: AppState): Step {
	if (state.ownCommand !== undefined) return withEffects(state, { type: "stop_own_command" });
	if (state.turn.status === "idle") return only(state);
	return withEffects({ ...state, turn: { ...state.turn, isInterrupted: true } }, { type: "interrupt" });
}

function cancel(state: AppState): Step {
	if (state.turn.status === "running" || state.ownCommand !== undefined) {
		// A host that does not answer must not keep the user here.
		if (state.turn.status === "running" && state.turn.isInterrupted) return quitArmed(state);
		return interrupt(state);
	}
	if (!isEmpty(state.composer)) return only(withComposer(state, clearText(state.composer)));
	return quitArmed(state);
}

function quitArmed(state: AppState): Step {
	if (state.isQuitArmed) return withEffects(state, { type: "quit", exitCode: 0 });
	const key = state.settings.keymap.keyFor("cancel");
	const next = { ...state, isQuitArmed: true, hint: `${key} again to quit` };
	return withEffects(next, { type: "timer", name: "quit", ms: quitMs });
}

function backtrack(state: AppState): Step {
	const prompts = promptsOf(state);
	if (prompts.length === 0) return only(state);
	const items = prompts.toReversed().map(({ turn, text }) => ({
		id: String(turn),
		label: text.replace(/\s+/g, " ").slice(0, 200),
		detail: `turn ${turn}`,
		isCurrent: false,
	}));
	return only(openOverlay(state, makeList("backtrack", "Go back to an earlier prompt, in a copy of the session", items)));
}

function escape(state: AppState): Step {
	if (state.turn.status === "running" || state.ownCommand !== undefined) return interrupt(state);
	if (state.composer.vim.mode === "insert") return only(withComposer(state, vimNormal(state.composer)));
	if (!isEmpty(state.composer)) {
		const undo = state.settings.keymap.keyFor("undo");
		return hinted(withComposer(state, clearText(state.composer)), `Cleared; ${undo} brings it back`);
	}
	if (state.scroll.kind === "anchor") return only({ ...state, scroll: { kind: "follow" } });
	if (state.nowMs - state.escapedAtMs <= escapeTwiceMs) return backtrack({ ...state, escapedAtMs: Number.NEGATIVE_INFINITY });
	if (state.turns === 0) return only(state);
	return hinted({ ...state, escapedAtMs: state.nowMs }, "Esc again: go back to an earlier prompt");
}

function cycleAccess(state: AppState): Step {
	if (state.session.status !== "ready") return only(state);
	if (state.turn.status === "running") return hinted(state, "The access mode changes between turns");
	const { mode } = state.session.info.sandboxPolicy;
	if (mode === "read-only") {
		return choose(state, { sandboxMode: "workspace-write", approvalPolicy: "on-request" }, "Writes in the folder, asks for more");
	}
	if (mode === "workspace-write" && state.session.info.approvalPolicy !== "never") {
		return choose(state, { sandboxMode: "workspace-write", approvalPolicy: "never" }, "Writes in the folder, never asks");
	}
	return choose(state, { sandboxMode: "read-only", approvalPolicy: "on-request" }, "Read only, asks for more");
}

function scrolled(state: AppState, by: number, { layout }: ReduceContext): Step {
	const size = { width: state.size.columns, rows: transcriptRows(state) };
	return only({ ...state, scroll: layout.scrolled(state.transcript, state.scroll, by, size) });
}

function upOrQueue(state: AppState, width: number): Step {
	const at = state.waiting.findLastIndex(({ kind }) => kind === "queued");
	const last = state.waiting[at];
	// What waits is nearer than history.
	if (last !== undefined && isEmpty(state.composer)) {
		const next = { ...state, waiting: state.waiting.toSpliced(at, 1) };
		return only(withComposer(next, setText(next.composer, last.text)));
	}
	return only(withComposer(state, reduceComposer(state.composer, "up", width) ?? state.composer));
}

/** Actions of `global`; `undefined` when it is none of them. */
export function globalAction(state: AppState, action: string, context: ReduceContext): Step | undefined {
	const page = Math.max(1, transcriptRows(state) - 2);
	switch (action) {
		case "cancel":
			return cancel(state);
		case "quit":
			return isEmpty(state.composer) ? withEffects(state, { type: "quit", exitCode: 0 }) : undefined;
		case "suspend":
			return withEffects(state, { type: "suspend" });
		case "redraw":
			return withEffects(state, { type: "redraw" });
		case "transcript":
			return only(openOverlay(state, makePager("Transcript", { kind: "transcript" }, "end")));
		case "toggle_reasoning":
			return only({ ...state, transcript: reduceLocal(state.transcript, { type: "toggle_reasoning" }) });
		case "toggle_details":
			return only({ ...state, transcript: reduceLocal(state.transcript, { type: "toggle_details" }) });
		case "diff":
			return withEffects(state, { type: "load_page", page: { kind: "diff" } });
		case "help":
			return only(openOverlay(state, makePager("Keys and commands", { kind: "lines", lines: helpPage(state.settings) })));
		case "scroll_up":
			return scrolled(state, -page, context);
		case "scroll_down":
			return scrolled(state, page, context);
		case "scroll_line_up":
			return scrolled(state, -1, context);
		case "scroll_line_down":
			return scrolled(state, 1, context);
		case "scroll_top":
			return only({ ...state, scroll: scrollTop(state.transcript) });
		case "scroll_end":
			return only({ ...state, scroll: { kind: "follow" } });
		default:
			return undefined;
	}
}

function submit(state: AppState): Step {
	const { edit } = state.composer;
	// A backslash before Enter is a line end, for terminals without Shift-Enter.
	if (edit.text.charAt(edit.cursor - 1) === "\\") {
		const without = editComposer(state.composer, { kind: "delete", to: "left" });
		return only(withComposer(state, editComposer(without, { kind: "insert", text: "\n" })));
	}
	return sendComposer(state, "steering");
}

/** Actions of `composer`; `undefined` when it is none of them. */
function composerAction(state: AppState, action: string, context: ReduceContext): Step | undefined {
	const width = composerWidth(state.size);
	switch (action) {
		case "submit":
			return submit(state);
		case "queue":
			return state.turn.status === "running" ? sendComposer(state, "queued") : only(state);
		case "interrupt":
			return escape(state);
		case "cycle_access":
			return cycleAccess(state);
		case "up":
			return upOrQueue(state, width);
		case "history_search":
			return only(withComposer(state, openHistory(state.composer)));
		case "editor":
			return withEffects(state, { type: "open_editor", text: expanded(state.composer.edit.text, state.composer.chips) });
		case "complete":
			return only(withComposer(state, { ...state.composer, dismissed: undefined }));
		case "shortcuts":
			// The key types itself into a text.
			return isEmpty(state.composer) ? globalAction(state, "help", context) : undefined;
		default: {
			const composer = reduceComposer(state.composer, action, width);
			return composer === undefined ? undefined : only(withComposer(state, composer));
		}
	}
}

function popupAction(state: AppState, key: Key): Step | undefined {
	const { popup } = state.composer;
	if (popup === undefined) return undefined;
	const action = state.settings.keymap.action("popup", key);
	switch (action) {
		case "popup_next":
			return only(withComposer(state, movePopup(state.composer, 1)));
		case "popup_previous":
			return only(withComposer(state, movePopup(state.composer, -1)));
		case "popup_close":
			return only(withComposer(state, closePopup(state.composer)));
		case "popup_complete":
			return only(withComposer(state, takePopupItem(state.composer)));
		case "popup_accept": {
			if (popup.items.length === 0) return undefined;
			const taken = withComposer(state, takePopupItem(state.composer));
			const item = popup.items[popup.selected];
			const command = state.settings.commands.find(({ name }) => name === item?.value);
			// A command without an argument runs at once.
			const runs = popup.kind === "commands" && command !== undefined;
			return runs ? sendComposer(taken, "steering") : only(taken);
		}
		default:
			break;
	}
	if (popup.kind !== "history") return undefined;
	if (state.settings.keymap.action("composer", key) === "history_search") return only(withComposer(state, movePopup(state.composer, 1)));
	if (key.name === "backspace") return only(withComposer(state, searchedHistory(state.composer, Array.from(popup.query).slice(0, -1).join(""))));
	if (key.text !== "") return only(withComposer(state, searchedHistory(state.composer, popup.query + key.text)));
	if (key.ctrl && key.name === "c") return only(withComposer(state, closePopup(state.composer)));
	return undefined;
}

/** What a key does when no view is open. */
export function reduceComposerKey(state: AppState, key: Key, context: ReduceContext): Step {
	const inPopup = popupAction(state, key);
	if (inPopup !== undefined) return inPopup;
	const { keymap } = state.settings;
	if (state.turn.status === "idle" || key.name !== "escape") {
		const vim = vimKey(state.composer, key);
		if (vim !== undefined) return only(withComposer(state, vim));
	}
	const isNormal = state.composer.vim.mode === "normal";
	const action = isNormal && (key.text === "j" || key.text === "k") ? (key.text === "j" ? "down" : "up") : keymap.action("composer", key);
	const own = action === undefined ? undefined : composerAction(state, action, context);
	if (own !== undefined) return own;
	const global = keymap.action("global", key);
	const everywhere = global === undefined ? undefined : globalAction(state, global, context);
	if (everywhere !== undefined) return everywhere;
	// An armed key that did nothing else (`quit` with a text deletes forward, as in shells).
	if (global === "quit") return only(withComposer(state, reduceComposer(state.composer, "delete_forward", 1) ?? state.composer));
	if (key.text === "" || isNormal) return only(state);
	return only(withComposer(state, typeText(state.composer, key.text)));
}

/** What a paste does when no view is open. */
export function reducePaste(state: AppState, text: string): Step {
	if (state.composer.popup?.kind === "history") {
		const query = state.composer.popup.query + text.replace(/\s+/g, " ");
		return only(withComposer(state, searchedHistory(state.composer, query)));
	}
	const pasted = pasteText(state.composer, text);
	return andThen(only(withComposer(state, pasted)), (next) => {
		const isChip = next.composer.chips.length > state.composer.chips.length;
		return isChip && next.composer.chips.at(-1)?.kind === "paste" ? hinted(next, "The paste is sent whole") : only(next);
	});
}
