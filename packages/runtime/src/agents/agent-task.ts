// One piece of work for one agent, who does it, and how far it is. Types alone.

import type { BudgetLimits, BudgetSpend, JsonObject } from "@codex/protocol";
import type { AgentOutcome } from "@codex/spec-kit";
import type { CommandSeat } from "./command-seat.ts";

/** A seat that a session of ours fills, on a provider and model. Absent members are the user's own settings. */
export interface SessionSeat {
	readonly kind: "session";
	/** Id of a model provider. */
	readonly provider?: string;
	readonly model?: string;
	readonly effort?: string;
}

/** What fills a seat: a session of ours, or a program of another vendor. */
export type AgentSeat = SessionSeat | CommandSeat;

/** How far a piece of work is. */
export interface AgentProgress {
	/** The last thing it did, one line; may hold text of a model. */
	readonly lastLine: string;
	readonly spend: BudgetSpend;
}

/** One piece of work. */
export interface AgentTask {
	/** Names the call: the same id is the same call. */
	readonly id: string;
	readonly seat: AgentSeat;
	readonly prompt: string;
	/** JSON Schema of the answer; absent: prose. */
	readonly schema?: JsonObject;
	/** Absolute. */
	readonly cwd: string;
	readonly access: "read-only" | "workspace-write";
	readonly limits: BudgetLimits;
	readonly onProgress?: (progress: AgentProgress) => void;
}

/** Runs agents. */
export interface AgentRunner {
	/** Never rejects; settles within 2 s of an abort, with nothing of it left running. */
	run(task: AgentTask, signal: AbortSignal): Promise<AgentOutcome>;
}
