// The whole state of the app, as plain data. One store holds it; only `reduce.ts` and what it calls make new ones.

import type { ExecApprovalRequestEvent, PatchApprovalRequestEvent, SlashCommand, TokenUsage } from "@codex/protocol";
import type { CustomPrompt, SessionInfo } from "@codex/runtime";
import { type ComposerState, emptyComposer } from "../composer/state.ts";
import type { EditState } from "../composer/text-edit.ts";
import type { Keymap } from "../keymap/keymap.ts";
import type { Overlay } from "../overlays/overlay.ts";
import type { Size } from "../terminal/paint.ts";
import type { ColourDepth, Theme } from "../theme/theme.ts";
import type { Scroll } from "../transcript/layout.ts";
import { emptyTranscript, type TranscriptState } from "../transcript/state.ts";
import type { SessionChoice } from "./effect.ts";

/** What holds for the life of the app. */
export interface AppSettings {
	readonly keymap: Keymap;
	readonly commands: readonly SlashCommand[];
	readonly themes: readonly Theme[];
	readonly depth: ColourDepth;
	readonly version: string;
	/** Things move (spinner, clock of the turn). */
	readonly animations: boolean;
	readonly keepsHistory: boolean;
	/** Which occasions notify; empty for none. */
	readonly notifications: readonly ("agent-turn-complete" | "approval-requested")[];
	readonly notifiesAlways: boolean;
	readonly statusLine: readonly string[];
	/** A path as `~/…` where it lies in the user's home. */
	readonly home: string;
}

/** The session as the app knows it. */
export type SessionView =
	| { readonly status: "starting" }
	| { readonly status: "ready"; readonly info: SessionInfo; readonly effort: string }
	/** The last one ended or never began; the composer says so. */
	| { readonly status: "none"; readonly lines: readonly string[] };

/** The turn. */
export type TurnView =
	| { readonly status: "idle" }
	| {
			readonly status: "running";
			readonly startedAtMs: number;
			/** The user asked for its end. */
			readonly isInterrupted: boolean;
			/** What it does: `Working`, `Thinking`, the command that runs. */
			readonly activity: string;
	  };

/** What is known of use and cost. */
export interface UsageView {
	readonly total: TokenUsage | undefined;
	readonly last: TokenUsage | undefined;
	readonly costUsd: number | null;
	readonly contextWindow: number | undefined;
	readonly contextLeftPercent: number | undefined;
}

/** Somebody must decide. */
export interface PendingApproval {
	readonly request: ExecApprovalRequestEvent | PatchApprovalRequestEvent;
	/** Which of {@link approvalChoices} is chosen, from 0. */
	readonly selected: number;
	/** Which rule "always" would save, from 0. */
	readonly offer: number;
	/** First row shown of a long request. */
	readonly top: number;
	/** It is shown whole. */
	readonly isFull: boolean;
	/** Keys before this time were meant for the composer, and answer nothing. */
	readonly readyAtMs: number;
	/** What the model is told with a no; absent while the answer is chosen. */
	readonly feedback?: EditState;
}

/** A prompt that waits for the running turn. */
export interface WaitingPrompt {
	/** As it is shown. */
	readonly label: string;
	/** As it is sent. */
	readonly text: string;
	readonly images: readonly string[];
	/** `steering`: it was handed to the running turn, which has not taken it yet. */
	readonly kind: "queued" | "steering";
}

/** The whole state. */
export interface AppState {
	readonly settings: AppSettings;
	readonly size: Size;
	readonly nowMs: number;
	readonly theme: Theme;
	readonly session: SessionView;
	readonly choice: SessionChoice;
	readonly turn: TurnView;
	/** Turns that this conversation has. */
	readonly turns: number;
	readonly usage: UsageView;
	readonly branch: string | undefined;
	readonly transcript: TranscriptState;
	readonly scroll: Scroll;
	readonly composer: ComposerState;
	readonly waiting: readonly WaitingPrompt[];
	readonly approvals: readonly PendingApproval[];
	readonly overlays: readonly Overlay[];
	readonly prompts: readonly CustomPrompt[];
	/** One line above the composer that goes away by itself. */
	readonly hint: string | undefined;
	/** A second Ctrl-C quits. */
	readonly isQuitArmed: boolean;
	/** When something was typed into the composer. */
	readonly typedAtMs: number;
	/** When Escape was pressed in an empty composer. */
	readonly escapedAtMs: number;
	readonly hasFocus: boolean;
	readonly notifies: boolean;
	/** The user's own command that runs. */
	readonly ownCommand: string | undefined;
	readonly nextOwnId: number;
	/** What is sent when the session stands. */
	readonly first: { readonly text: string; readonly images: readonly string[] } | undefined;
}

/** How the app begins. */
export interface InitialState {
	readonly settings: AppSettings;
	readonly size: Size;
	readonly nowMs: number;
	readonly theme: Theme;
	readonly vim: boolean;
	readonly showsReasoning: boolean;
	readonly first?: { readonly text: string; readonly images: readonly string[] };
}

/** The state at the start: a session is being started. */
export function initialState(initial: InitialState): AppState {
	const { settings, size, nowMs, theme } = initial;
	return {
		settings,
		size,
		nowMs,
		theme,
		session: { status: "starting" },
		choice: {},
		turn: { status: "idle" },
		turns: 0,
		usage: { total: undefined, last: undefined, costUsd: 0, contextWindow: undefined, contextLeftPercent: undefined },
		branch: undefined,
		transcript: emptyTranscript(initial.showsReasoning),
		scroll: { kind: "follow" },
		composer: emptyComposer(initial.vim),
		waiting: [],
		approvals: [],
		overlays: [],
		prompts: [],
		hint: undefined,
		isQuitArmed: false,
		typedAtMs: Number.NEGATIVE_INFINITY,
		escapedAtMs: Number.NEGATIVE_INFINITY,
		hasFocus: true,
		notifies: settings.notifications.length > 0,
		ownCommand: undefined,
		nextOwnId: 1,
		first: initial.first,
	};
}
