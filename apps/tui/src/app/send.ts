// From the composer to an op: sending, steering, queueing, the user's own commands and prompts. Pure.

import type { UserInput } from "@codex/protocol";
import { expandCustomPrompt } from "@codex/runtime";
import { chipAt, expanded, labelled, toUserInput } from "../composer/chips.ts";
import { clearSent, setText } from "../composer/reduce.ts";
import { inputItems, sendNow } from "./send-now.ts";
import { runSlash } from "./slash.ts";
import type { AppState, WaitingPrompt } from "./state.ts";
import { hinted, only, type Step, andThen, withEffects } from "./step.ts";

/** The prompts that wait are taken back into the composer, before what stands there. */
export function takeBack(state: AppState): AppState {
	const queued = state.waiting.filter(({ kind }) => kind === "queued");
	if (queued.length === 0) return { ...state, waiting: [] };
	const parts = [...queued.map(({ text }) => text), expanded(state.composer.edit.text, state.composer.chips)];
	return { ...state, waiting: [], composer: setText(state.composer, parts.filter((part) => part !== "").join("\n\n")) };
}

/** The next prompt that was queued goes out; nothing when there is none. */
export function sendQueued(state: AppState): Step {
	const at = state.waiting.findIndex(({ kind }) => kind === "queued");
	const next = state.waiting[at];
	const rest = state.waiting.filter((prompt, index) => index !== at && prompt.kind === "queued");
	if (next === undefined) return only({ ...state, waiting: [] });
	return sendNow({ ...state, waiting: rest }, next.text, next.images);
}

function imagesOf(items: readonly UserInput[]): readonly string[] {
	return items.flatMap((item) => (item.type === "local_image" ? [item.path] : []));
}

/** The text of a custom prompt (`/prompts:NAME words`), or the text itself. */
function withCustomPrompt(state: AppState, text: string): string {
	const found = /^\/prompts:(\S+)\s*([\s\S]*)$/.exec(text);
	const prompt = state.prompts.find(({ name }) => name === found?.[1]);
	return prompt === undefined ? text : expandCustomPrompt(prompt, found?.[2] ?? "");
}

function deliver(state: AppState, prompt: WaitingPrompt): Step {
	const { text, images, kind } = prompt;
	if (state.session.status === "none") return hinted(state, "There is no session: /new starts one");
	if (state.session.status === "starting") return only({ ...state, waiting: [...state.waiting, { ...prompt, kind: "queued" }] });
	if (state.turn.status === "idle") return sendNow(state, text, images);
	const waiting = [...state.waiting, prompt];
	if (kind === "queued") return only({ ...state, waiting });
	return withEffects({ ...state, waiting }, { type: "submit", op: { type: "user_input", items: inputItems(text, images) } });
}

function runOwn(state: AppState, command: string): Step {
	if (command === "") return hinted(state, "Write a command after `!`: it runs in your shell, and the model does not see it");
	if (state.ownCommand !== undefined) return hinted(state, "Your command before this one still runs");
	const id = `own-${state.nextOwnId}`;
	const next = { ...state, nextOwnId: state.nextOwnId + 1, ownCommand: id, scroll: { kind: "follow" } as const };
	return withEffects(next, { type: "run_own_command", id, command });
}

/** Sends what the composer holds. `how`: what happens with it while a turn runs. */
export function sendComposer(state: AppState, how: "steering" | "queued"): Step {
	const { edit, chips } = state.composer;
	const shown = labelled(edit.text, chips).trim();
	const items = toUserInput(edit.text, chips);
	if (items.length === 0) return only(state);
	const whole = expanded(edit.text, chips).trim();
	const images = imagesOf(items);
	// What history gives back later has no blocks: their text stands in it.
	const cleared: AppState = { ...state, composer: clearSent(state.composer, whole) };
	const keeps = state.settings.keepsHistory && whole !== "";
	const kept: Step = keeps ? withEffects(cleared, { type: "append_history", prompt: whole }) : only(cleared);
	if (whole.startsWith("!") && images.length === 0) return andThen(kept, (next) => runOwn(next, whole.slice(1).trim()));
	const slash = images.length === 0 ? runSlash(cleared, whole) : undefined;
	// A command that is refused stays in the composer.
	if (slash?.kind === "refused") return hinted(state, slash.message);
	if (slash?.kind === "done") return { state: slash.step.state, effects: [...kept.effects, ...slash.step.effects] };
	const text = withCustomPrompt(state, whole);
	const label = shown === "" ? (chipAt(chips, edit.text)?.label ?? "[image]") : shown;
	return andThen(kept, (next) => deliver(next, { label, text, images, kind: how }));
}
