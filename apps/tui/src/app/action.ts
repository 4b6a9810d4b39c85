// What can happen to the app: input, events, time, answers of effects. Everything that varies comes in here.

import type { DoctorCheck, Event, EventMsg } from "@codex/protocol";
import type {
	CustomPrompt,
	IndexedSession,
	KnownModel,
	ListedServer,
	SessionInfo,
	ValueExplanation,
} from "@codex/runtime";
import type { InputEvent } from "../keymap/key.ts";
import type { Size } from "../terminal/paint.ts";
import type { SessionStart } from "./effect.ts";

/** What was read for a view. */
export type Page =
	| { readonly kind: "sessions"; readonly sessions: readonly IndexedSession[]; readonly total: number }
	| { readonly kind: "session_preview"; readonly id: string; readonly events: readonly EventMsg[] }
	| { readonly kind: "diff"; readonly text: string; readonly truncated: boolean }
	| { readonly kind: "mcp"; readonly servers: readonly ListedServer[] }
	| { readonly kind: "mcp_tools"; readonly server: string; readonly lines: readonly string[] }
	| { readonly kind: "memory"; readonly lines: readonly string[] }
	| { readonly kind: "prompts"; readonly prompts: readonly CustomPrompt[] }
	| { readonly kind: "models"; readonly models: readonly KnownModel[] }
	| { readonly kind: "config"; readonly entries: readonly ValueExplanation[]; readonly lines: readonly string[] }
	| { readonly kind: "doctor"; readonly checks: readonly DoctorCheck[] };

/** One thing that happened. */
export type Action =
	| { readonly type: "input"; readonly event: InputEvent; readonly nowMs: number }
	| { readonly type: "resize"; readonly size: Size }
	| { readonly type: "tick"; readonly nowMs: number }
	| { readonly type: "timer"; readonly name: "hint" | "quit" }
	/** Events in their order; pieces of text were joined. */
	| { readonly type: "events"; readonly events: readonly Event[]; readonly nowMs: number }
	| {
			readonly type: "session_started";
			readonly info: SessionInfo;
			readonly effort: string;
			/** What was said before; absent when the transcript stays. */
			readonly earlier?: readonly EventMsg[];
			readonly notices: readonly string[];
	  }
	| { readonly type: "session_failed"; readonly start: SessionStart; readonly lines: readonly string[]; readonly exitCode: number }
	| { readonly type: "session_ended"; readonly problems: readonly string[] }
	| { readonly type: "history_loaded"; readonly entries: readonly string[] }
	| {
			readonly type: "files_found";
			readonly query: string;
			readonly files: readonly { readonly path: string; readonly positions: readonly number[] }[];
			readonly isComplete: boolean;
	  }
	| { readonly type: "edited"; readonly text: string | undefined; readonly problem: string | undefined }
	| { readonly type: "own_command_begin"; readonly id: string; readonly command: string; readonly cwd: string }
	| { readonly type: "own_command_output"; readonly id: string; readonly chunk: string }
	| { readonly type: "own_command_end"; readonly id: string; readonly exitCode: number; readonly durationMs: number }
	| { readonly type: "page_loaded"; readonly page: Page }
	| { readonly type: "page_failed"; readonly title: string; readonly lines: readonly string[] }
	| { readonly type: "branch_read"; readonly branch: string | undefined }
	/** Runs a command of the catalog, as if it had been typed. */
	| { readonly type: "command"; readonly name: string }
	| { readonly type: "said"; readonly level: "info" | "warning" | "error"; readonly message: string };
