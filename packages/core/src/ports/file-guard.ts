// The port that says which files our own tools leave alone when they work for a model. The sandbox of a session plugs in
// here, so that a tool is held to the same rules as a command.

/** Names the rule that speaks against an absolute path, or `undefined`. */
export type PathRule = (path: string) => string | undefined;

/** The session's rules about files. Both reject when the rules cannot be kept; then nothing is read or written. */
export interface FileGuard {
	/** The glob that denies reading a path. Asked about the name and about what it links to. */
	denied(): Promise<PathRule>;
	/** The rule that keeps a real path from being written, although it lies in a writable folder, as of now. */
	protected(): Promise<PathRule>;
}

/** A rule that speaks against nothing. */
export const noRule: PathRule = () => undefined;

/** A guard without rules. */
export const openFileGuard: FileGuard = Object.freeze({
	denied: () => Promise.resolve(noRule),
	protected: () => Promise.resolve(noRule),
});
