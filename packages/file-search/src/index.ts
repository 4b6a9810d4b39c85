// The public surface: every name that leaves the package, one by one.

// the index
export {
	createFileIndex,
	type FileIndex,
	type IndexState,
} from "./index/file-index.ts";
export type { FileIndexOptions, SearchClock } from "./index/file-list.ts";
export type { SearchAnswer, SearchSession, SessionOptions } from "./index/search-session.ts";
// the port
export type { ListedPart, Listing, PathSource } from "./path-source.ts";
// answers
export type { FileMatch } from "./rank/matcher.ts";
