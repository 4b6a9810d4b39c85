// The patch as data: what a parsed patch asks for. Nothing here touches a disk, and paths are exactly as written in the
// patch, neither resolved nor checked.

/** One line in the body of a chunk, without its marker character and without its line ending. */
export interface ChunkLine {
	/** `context` and `remove` must be found in the file; `context` and `add` are in the result. */
	readonly kind: "context" | "remove" | "add";
	readonly text: string;
}

/** One place in a file that changes. */
export interface Chunk {
	/** Lines named after `@@`, outermost first; each is searched below the one before it. Usually none or one. */
	readonly contexts: readonly string[];
	/** At least one line. */
	readonly lines: readonly ChunkLine[];
	/** The context and removed lines must be the very last lines of the file. */
	readonly endOfFile: boolean;
}

/** Writes a whole file, replacing one that exists. */
export interface AddHunk {
	readonly kind: "add";
	readonly path: string;
	/** Every line ends in `\n`; empty for an empty file. */
	readonly content: string;
}

/** Removes a file. */
export interface DeleteHunk {
	readonly kind: "delete";
	readonly path: string;
}

/** Changes an existing file and may move it. */
export interface UpdateHunk {
	readonly kind: "update";
	readonly path: string;
	/** Where the changed file goes; a file there is replaced and the one at `path` removed. */
	readonly movePath?: string;
	/** In file order; at least one. */
	readonly chunks: readonly Chunk[];
}

/** What is to be done with one file. */
export type Hunk = AddHunk | DeleteHunk | UpdateHunk;

/** A parsed patch; hunks apply in order, each to the result of those before it. */
export interface Patch {
	readonly hunks: readonly Hunk[];
}

/** Why a text is not a patch. */
export interface PatchParseError {
	/** Line of the patch, `*** Begin Patch` being line 1; absent when the envelope itself is wrong. */
	readonly line?: number;
	/** The whole sentence, line number included, in the words that models know. */
	readonly message: string;
}

/** What parsing gives. */
export type ParseResult =
	| { readonly kind: "ok"; readonly patch: Patch }
	| { readonly kind: "error"; readonly error: PatchParseError };
