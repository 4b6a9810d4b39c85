// A memory as data, and the limits of what is stored. Types and numbers alone.

/** One memory. */
export interface Memory {
	/** 32 hexadecimal digits; an imported memory keeps its own, up to 128 characters. */
	readonly id: string;
	readonly content: string;
	readonly tags: readonly string[];
	/** The area it belongs to, for example `spec-kit`. */
	readonly domain?: string;
	/** 1 to 10. */
	readonly importance: number;
	/** ISO 8601 in UTC with milliseconds. */
	readonly created_at: string;
	/** As created_at. */
	readonly updated_at: string;
}

/** What is stored. */
export interface NewMemory {
	/** 1 to 1,000,000 characters. */
	readonly content: string;
	/** Up to 64; those given twice count once. Default: none. */
	readonly tags?: readonly string[] | undefined;
	readonly domain?: string | undefined;
	/** 1 to 10, default 5. */
	readonly importance?: number | undefined;
}

/** What of a memory is changed; what is left out stays. */
export type MemoryChange = Partial<NewMemory>;

/**
 * How a search finds.
 *
 * - `hybrid` (default): tags select, words rank; without tags the words select
 * - `keyword`: words select, tags narrow down
 * - `semantic`: the same as `keyword`; there is no model of meaning in here
 * - `tags`: tags alone, newest first
 */
export type SearchType = "hybrid" | "keyword" | "semantic" | "tags";

/** A search. Words and tags may both be missing: then the newest are found. */
export interface SearchRequest {
	/** Words, never an expression: nothing in it has a special meaning. */
	readonly query?: string | undefined;
	/** A memory must have all of them. */
	readonly tags?: readonly string[] | undefined;
	readonly domain?: string | undefined;
	/** 1 to 10, default 1. */
	readonly min_importance?: number | undefined;
	/** 1 to 100, default 20. */
	readonly limit?: number | undefined;
	readonly search_type?: SearchType | undefined;
}

/** One memory that was found. */
export interface SearchHit {
	readonly memory: Memory;
	/** 0 to below 1, larger is better; 0 when no word decided. */
	readonly relevance_score: number;
}

/** Counts of the whole file. */
export interface MemoryStats {
	readonly total: number;
	/** Memories of each domain; those without one are under the empty name. */
	readonly domains: Readonly<Record<string, number>>;
	/** Different tags. */
	readonly tags: number;
	/** Bytes of the database, without its write-ahead log. */
	readonly bytes: number;
	readonly schema_version: number;
}

/** Limits of arguments: enough for what people keep, too little to harm. */
export const memoryLimits: {
	readonly contentChars: number;
	readonly queryChars: number;
	readonly tags: number;
	readonly tagChars: number;
	readonly domainChars: number;
	readonly idChars: number;
	readonly results: number;
	/** Bytes of one JSON-RPC message: the largest content, escaped, fits. */
	readonly messageBytes: number;
} = {
	contentChars: 1_000_000,
	queryChars: 10_000,
	tags: 64,
	tagChars: 256,
	domainChars: 128,
	idChars: 128,
	results: 100,
	messageBytes: 8 * 1024 * 1024,
};
