// Hands one prompt to the session. Pure.

import type { UserInput } from "@codex/protocol";
import type { AppState } from "./state.ts";
import { type Step, withEffects } from "./step.ts";

/** The op's items of a text and images. */
export function inputItems(text: string, images: readonly string[]): readonly UserInput[] {
	const pictures = images.map((path): UserInput => ({ type: "local_image", path }));
	return text === "" ? pictures : [...pictures, { type: "text", text }];
}

/** Hands a prompt to the session, which is ready and idle. */
export function sendNow(state: AppState, text: string, images: readonly string[]): Step {
	const op = { type: "user_input", items: inputItems(text, images) } as const;
	const turn = { status: "running", startedAtMs: state.nowMs, isInterrupted: false, activity: "Working" } as const;
	return withEffects({ ...state, turn, scroll: { kind: "follow" } }, { type: "submit", op });
}
