// The port to where contents are kept: each once, under a name made from its bytes.

/** One content. */
export interface StoredObject {
	readonly id: string;
	readonly bytes: Uint8Array;
}

/** Contents by name. Everything rejects with GitToolingError. */
export interface ObjectStore {
	/** The name of a content. */
	idOf(bytes: Uint8Array): string;
	/** Which of the names are not there. */
	missing(ids: Iterable<string>): Promise<ReadonlySet<string>>;
	/** Keeps contents; those that are there already are left alone. */
	put(objects: readonly StoredObject[]): Promise<void>;
	/** The contents of `ids`, checked against their names; those that are not there, or damaged, are left out. */
	get(ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
	/** Removes what is kept here and not among `live`; tells how many bytes the store has afterwards. */
	sweep(live: ReadonlySet<string>): Promise<number>;
	/** Bytes that the store takes on disk. */
	sizeBytes(): Promise<number>;
}
