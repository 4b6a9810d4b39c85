// The port that records the user's files around a turn, so that what the turn did to them can be taken back.

/** A recorded state of the files, or one sentence that says why there is none. */
export type Checkpoint =
	| {
			readonly kind: "ok";
			readonly id: string;
			/** Sentences about what is not in it; empty when it is whole. */
			readonly partial: readonly string[];
	  }
	| { readonly kind: "problem"; readonly message: string };

/** Records states of the files. Neither call rejects; an abort is a problem. */
export interface Checkpoints {
	/** Before the first effect of a turn: what differs from the last state was not done by us. */
	before(label: string, signal: AbortSignal): Promise<Checkpoint>;
	/** After a turn: what differs was done by us. */
	after(label: string): Promise<Checkpoint>;
}
