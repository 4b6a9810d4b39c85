// The port to an editor that holds files open, with text that was not saved yet. Tools read what the user sees; the disk
// stays what they check and write.

/** Files as an editor has them. */
export interface EditorBuffers {
	/**
	 * The text of a file's buffer by its absolute path; `undefined` when the editor cannot or does not say, and then the
	 * disk counts.
	 *
	 * Contract: never rejects; `undefined` at once when `signal` aborts.
	 */
	read(path: string, signal: AbortSignal): Promise<string | undefined>;
	/** Gives a buffer this text and saves it; false when the editor did not do it. Never rejects. */
	write(path: string, text: string): Promise<boolean>;
}
