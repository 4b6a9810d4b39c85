// The public surface of the memory.

export { exportLines, type ImportOutcome, importText } from "./jsonl.ts";
export {
	type Memory,
	type MemoryChange,
	type MemoryStats,
	memoryLimits,
	type NewMemory,
	type SearchHit,
	type SearchRequest,
	type SearchType,
} from "./memory.ts";
export { MemoryError, type MemoryErrorCode, toMemoryError } from "./memory-error.ts";
export { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { type ServeOptions, serveMemory } from "./serve.ts";
export { type Parsed, parseSearch } from "./tools-schema.ts";
