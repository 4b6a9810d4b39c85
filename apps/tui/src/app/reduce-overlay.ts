// Input for the topmost view, and what choosing an entry of a list does. Pure.

import type { ApprovalPolicy, ReasoningEffort, SandboxMode } from "@codex/protocol";
import { setText } from "../composer/reduce.ts";
import type { InputEvent } from "../keymap/key.ts";
import type { ListItem, ListOverlay, Overlay, PagerOverlay } from "../overlays/overlay.ts";
import { pagerLines } from "../overlays/pager-lines.ts";
import { matchingItems, reduceList } from "../overlays/reduce-list.ts";
import { reducePager } from "../overlays/reduce-pager.ts";
import { overlayRows } from "../views/geometry.ts";
import { askWhat, choose, promptsOf } from "./slash.ts";
import type { AppState } from "./state.ts";
import { hinted, only, type ReduceContext, type Step, withEffects } from "./step.ts";

const replaceTop = (state: AppState, overlay: Overlay): AppState => ({
	...state,
	overlays: [...state.overlays.slice(0, -1), overlay],
});

const closeTop = (state: AppState): AppState => ({ ...state, overlays: state.overlays.slice(0, -1) });

const starting = (state: AppState): AppState => ({ ...state, session: { status: "starting" } });

const isOneOf = <T extends string>(values: readonly T[], text: string): text is T => values.some((value) => value === text);
const efforts: readonly ReasoningEffort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const policies: readonly ApprovalPolicy[] = ["untrusted", "on-request", "on-failure", "never"];
const modes: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];

function backtrack(state: AppState, turn: number): Step {
	const prompt = promptsOf(state).find((known) => known.turn === turn);
	if (prompt === undefined || state.session.status !== "ready") return only(state);
	const filled = { ...state, composer: setText(state.composer, prompt.text) };
	const { sessionId } = state.session.info;
	const start = turn === 1 ? ({ kind: "new" } as const) : ({ kind: "fork", id: sessionId, at: turn - 1 } as const);
	return withEffects(starting(filled), { type: "start_session", start, choice: state.choice, replays: true });
}

function rewind(state: AppState, list: ListOverlay, what: string): Step {
	if (state.session.status !== "ready") return only(state);
	if (what !== "both" && what !== "files" && what !== "conversation") return only(state);
	const start = { kind: "rewind", id: state.session.info.sessionId, turns: Number(list.context), what, redo: false } as const;
	const dropped = promptsOf(state)[Number(list.context)];
	const isBack = what !== "files" && dropped !== undefined;
	const filled = isBack ? { ...state, composer: setText(state.composer, dropped.text) } : state;
	return withEffects(starting(filled), { type: "start_session", start, choice: state.choice, replays: true });
}

function resume(state: AppState, id: string): Step {
	if (state.session.status === "ready" && state.session.info.sessionId === id) return hinted(state, "This is the present session");
	return withEffects(starting(state), { type: "start_session", start: { kind: "resume", id }, choice: state.choice, replays: true });
}

/** What choosing an entry does; the list is closed already. */
function chosen(state: AppState, list: ListOverlay, { id }: ListItem): Step {
	switch (list.purpose) {
		case "sessions":
			return resume(state, id);
		case "models":
			return choose(state, { model: id }, `Model: ${id}`);
		case "reasoning":
			return isOneOf(efforts, id) ? choose(state, { effort: id }, `Reasoning: ${id}`) : only(state);
		case "approvals":
			return isOneOf(policies, id) ? choose(state, { approvalPolicy: id }, `Approvals: ${id}`) : only(state);
		case "sandbox":
			return isOneOf(modes, id) ? choose(state, { sandboxMode: id }, `Sandbox: ${id}`) : only(state);
		case "themes":
			return withEffects(state, { type: "restyle" }, { type: "save_theme", name: id });
		case "rewind_turn":
			return askWhat(state, Number(id));
		case "rewind_what":
			return rewind(state, list, id);
		case "backtrack":
			return backtrack(state, Number(id));
		case "prompts":
			return only({ ...state, composer: setText(state.composer, `/prompts:${id} `) });
		case "mcp":
			return withEffects(hinted(state, `Asking ${id} for its tools…`).state, { type: "load_page", page: { kind: "mcp_tools", server: id } });
		case "config":
			return withEffects(state, { type: "load_page", page: { kind: "config", key: id } });
	}
}

/** What moving the choice shows: a theme at once, the beginning of a session. */
function moved(state: AppState, list: ListOverlay): Step {
	const item = matchingItems(list)[list.selected];
	const next = replaceTop(state, list);
	if (item === undefined) return only(next);
	if (list.purpose === "themes") {
		const theme = state.settings.themes.find(({ name }) => name === item.id) ?? state.theme;
		return theme === state.theme ? only(next) : withEffects({ ...next, theme }, { type: "restyle" });
	}
	if (list.purpose !== "sessions" || list.previewOf === item.id) return only(next);
	const shown = replaceTop(state, { ...list, previewOf: item.id, preview: [] });
	return withEffects(shown, { type: "load_page", page: { kind: "session_preview", id: item.id } });
}

function closed(state: AppState, list: ListOverlay): Step {
	const next = closeTop(state);
	if (list.purpose !== "themes") return only(next);
	// What was shown while choosing goes back to what was.
	const theme = state.settings.themes.find(({ name }) => name === list.context) ?? state.theme;
	return withEffects({ ...next, theme }, { type: "restyle" });
}

function inList(state: AppState, list: ListOverlay, event: InputEvent): Step {
	const outcome = reduceList(list, event, state.settings.keymap, overlayRows(state.size));
	switch (outcome.kind) {
		case "changed":
			return outcome.list === list ? only(state) : moved(state, outcome.list);
		case "closed":
			return closed(state, list);
		case "chosen":
			return chosen(closeTop(state), list, outcome.item);
	}
}

function inPager(state: AppState, pager: PagerOverlay, event: InputEvent, { layout }: ReduceContext): Step {
	const { transcript, size } = state;
	const lines = pagerLines(pager.content, size.columns, { transcript, layout });
	const view = { lines, rows: overlayRows(size) };
	const next = reducePager(pager, event, state.settings.keymap, view);
	return only(next === undefined ? closeTop(state) : replaceTop(state, next));
}

/** Applies input to the topmost view. */
export function reduceOverlay(state: AppState, overlay: Overlay, event: InputEvent, context: ReduceContext): Step {
	if (event.kind === "key") {
		const action = state.settings.keymap.action("global", event.key);
		if (action === "suspend") return withEffects(state, { type: "suspend" });
		if (action === "redraw") return withEffects(state, { type: "redraw" });
	}
	return overlay.kind === "list" ? inList(state, overlay, event) : inPager(state, overlay, event, context);
}
