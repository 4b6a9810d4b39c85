// The public surface: every name that leaves the package, one by one.

// the index
export {
	createFileIndex,
	type FileIndex,
	type FileIndexOptions,
	type IndexState,
	type SearchAnswer,
	type SearchClock,
	type SearchSession,
	type SessionOptions,
} from "./index/file-index.ts";
// the port
export type { ListedPart, Listing, PathSource } from "./path-source.ts";
// answers
export type { FileMatch } from "./rank/matcher.ts";
