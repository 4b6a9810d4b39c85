// What our own checks look at and what they find. Types only.

import type { Magnitude, Resolvability } from "../issue.ts";

/** The packet's documents; those that do not exist are absent. */
export interface PacketDocuments {
	readonly spec?: string;
	readonly prd?: string;
	readonly plan?: string;
	readonly tasks?: string;
	readonly constitution?: string;
}

/** What a check found, before it is numbered. */
export interface NativeFinding {
	readonly question: string;
	readonly context: string;
	readonly reasoning: string;
	readonly magnitude: Magnitude;
	readonly resolvability: Resolvability;
	readonly artifact: string;
	readonly suggestedFix?: string;
}
