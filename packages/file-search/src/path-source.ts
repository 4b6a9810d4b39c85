// The port for a list of files that somebody else keeps, such as git's index. With one that knows the folder nothing is
// walked; without one, or when it does not know the folder, the walk finds the files by the ignore rules.

/** A part of a list. Paths are relative to the asked folder, with `/`, each ended by a NUL. */
export type ListedPart =
	/** Files. A path that ends in `/` is a folder that the source does not look into: it is walked. */
	| { readonly kind: "files"; readonly paths: Uint8Array }
	/** Files of an earlier part that are not there after all. */
	| { readonly kind: "gone"; readonly paths: Uint8Array };

/** How a source answered. */
export type Listing =
	| { readonly kind: "listed" }
	/** The source does not know the folder. */
	| { readonly kind: "unknown" }
	/** It should, and could not: `message` is a sentence. Parts that were handed over count as not there. */
	| { readonly kind: "failed"; readonly message: string };

/** Lists the files of a folder. */
export interface PathSource {
	/** Hands over the parts as they come. Never rejects; an abort is `failed`. */
	list(folder: string, take: (part: ListedPart) => Promise<void>, signal: AbortSignal): Promise<Listing>;
	/** Files that were worked on lately, most recent first, as text relative to `folder`. Never rejects. */
	recent(folder: string, signal: AbortSignal): Promise<readonly string[]>;
}
