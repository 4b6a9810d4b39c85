// What the transcript holds: cells in the order in which they began. A cell's version grows with each change of it, so that
// what was laid out of it can be kept. Pure data.

import type { ExecOutcome, FileChange, JsonValue, PlanStep } from "@codex/protocol";

/** What every cell has. */
interface CellBase {
	/** Unique and growing. */
	readonly id: number;
	/** Grows with each change. */
	readonly version: number;
	/** Nothing will change any more. */
	readonly finished: boolean;
}

/** What a cell can be. */
export type CellContent =
	| { readonly kind: "user"; readonly text: string; readonly images: number; readonly steering: boolean; readonly turnId: string }
	| { readonly kind: "assistant"; readonly text: string }
	| { readonly kind: "reasoning"; readonly text: string }
	| {
			readonly kind: "command";
			readonly callId: string;
			readonly display: string;
			readonly cwd: string;
			readonly output: string;
			readonly outcome: ExecOutcome | undefined;
			readonly durationMs: number;
			/** The user's own command, which the model does not see. */
			readonly own: boolean;
	  }
	| {
			readonly kind: "patch";
			readonly callId: string;
			readonly changes: readonly FileChange[];
			readonly status: "running" | "completed" | "failed" | "declined" | "aborted";
			readonly message: string;
	  }
	| {
			readonly kind: "tool";
			readonly callId: string;
			readonly server: string;
			readonly tool: string;
			readonly arguments: JsonValue;
			readonly status: "running" | "completed" | "failed" | "aborted";
			readonly output: string;
			readonly durationMs: number;
	  }
	| { readonly kind: "plan"; readonly explanation: string; readonly steps: readonly PlanStep[] }
	| { readonly kind: "notice"; readonly level: "info" | "warning" | "error"; readonly message: string }
	/** A line across: where something of the whole conversation happened. */
	| { readonly kind: "mark"; readonly text: string };

/** One cell. */
export type Cell = CellBase & CellContent;

/** The transcript. */
export interface TranscriptState {
	readonly cells: readonly Cell[];
	readonly nextId: number;
	/** Reasoning is shown whole. */
	readonly showsReasoning: boolean;
	/** Long outputs and diffs are shown whole. */
	readonly showsDetails: boolean;
}

/** Nothing said yet. */
export function emptyTranscript(showsReasoning: boolean): TranscriptState {
	return { cells: [], nextId: 1, showsReasoning, showsDetails: false };
}
