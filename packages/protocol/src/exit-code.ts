// The product's exit codes; scripts hold on to them.

/** Exit codes by name. */
export const exitCodes: {
	/** Done. */
	readonly done: 0;
	/** The turn or run failed. */
	readonly failed: 1;
	/** Usage or configuration error. */
	readonly usage: 2;
	/** No credentials, provider or server unreachable, unsupported Node. */
	readonly infrastructure: 3;
	/** A limit was reached (budget, turns, time); state kept. */
	readonly limit: 4;
	/** Paused with questions for a person. */
	readonly paused: 10;
	/** An approval was needed and nobody could give it. */
	readonly approvalNeeded: 11;
	/** A gate, guardrail, verification or drift check said no. */
	readonly gate: 12;
	/** Interactive only, started without a terminal. */
	readonly needsTerminal: 13;
	/** Interrupted. */
	readonly interrupted: 130;
} = {
	done: 0,
	failed: 1,
	usage: 2,
	infrastructure: 3,
	limit: 4,
	paused: 10,
	approvalNeeded: 11,
	gate: 12,
	needsTerminal: 13,
	interrupted: 130,
};

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
