// What the app wants done. Reducers return these; `effects/` does them and answers with actions. Nothing else waits.

import type { ApprovalPolicy, Op, ReasoningEffort, SandboxMode } from "@codex/protocol";

/** What the user chose for the session besides the command line. */
export interface SessionChoice {
	readonly model?: string;
	readonly effort?: ReasoningEffort;
	readonly approvalPolicy?: ApprovalPolicy;
	readonly sandboxMode?: SandboxMode;
}

/** Which session is started. The present one ends first. */
export type SessionStart =
	| { readonly kind: "new" }
	| { readonly kind: "resume"; readonly id: string }
	| { readonly kind: "last" }
	/** A copy; `at`: the last turn to take over, from 1, 0 for none. */
	| { readonly kind: "fork"; readonly id: string; readonly at?: number }
	/** The session goes back first. */
	| {
			readonly kind: "rewind";
			readonly id: string;
			/** How many turns stay. */
			readonly turns: number;
			readonly what: "both" | "files" | "conversation";
			readonly redo: boolean;
	  };

/** Something that is read for a view. */
export type PageRequest =
	| { readonly kind: "sessions" }
	| { readonly kind: "session_preview"; readonly id: string }
	| { readonly kind: "diff" }
	| { readonly kind: "mcp" }
	| { readonly kind: "mcp_tools"; readonly server: string }
	| { readonly kind: "memory"; readonly words: string }
	| { readonly kind: "prompts" }
	| { readonly kind: "models" }
	| { readonly kind: "config"; readonly key: string | undefined }
	| { readonly kind: "doctor" };

/** One thing to do. */
export type Effect =
	| {
			readonly type: "start_session";
			readonly start: SessionStart;
			readonly choice: SessionChoice;
			/** Show what was said before; else the transcript stays as it is. */
			readonly replays: boolean;
	  }
	| { readonly type: "submit"; readonly op: Op }
	| { readonly type: "interrupt" }
	| { readonly type: "load_history" }
	| { readonly type: "append_history"; readonly prompt: string }
	| { readonly type: "find_files"; readonly query: string }
	| { readonly type: "open_editor"; readonly text: string }
	| { readonly type: "run_own_command"; readonly id: string; readonly command: string }
	| { readonly type: "stop_own_command" }
	| { readonly type: "load_page"; readonly page: PageRequest }
	| { readonly type: "read_branch" }
	| { readonly type: "export"; readonly markdown: string; readonly file: string }
	| { readonly type: "save_theme"; readonly name: string }
	| { readonly type: "restyle" }
	| { readonly type: "notify"; readonly title: string; readonly text: string }
	| { readonly type: "suspend" }
	| { readonly type: "redraw" }
	/** Calls back with `timer` after so many milliseconds. */
	| { readonly type: "timer"; readonly name: "hint" | "quit"; readonly ms: number }
	| { readonly type: "quit"; readonly exitCode: number };
