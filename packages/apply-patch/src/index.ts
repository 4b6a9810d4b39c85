// The patch language: parse, match, apply all or nothing.

// Applying to files
export {
	type ApplyErrorCode,
	type ApplyFailure,
	type ApplyOptions,
	type ApplyResult,
	applyPatch,
	type PlanResult,
	planPatch,
} from "./apply/apply-patch.ts";
export type { FileChange } from "./apply/plan.ts";
// Approval and interception
export { describePatch, patchPaths } from "./describe.ts";
// Parsing
export { parsePatch } from "./parse.ts";
export type {
	AddHunk,
	Chunk,
	ChunkLine,
	DeleteHunk,
	Hunk,
	ParseResult,
	Patch,
	PatchParseError,
	UpdateHunk,
} from "./patch.ts";
// Matching and updating texts
export { type Fuzz, type SeekMatch, seekSequence } from "./seek.ts";
export { extractPatchFromShell, type ShellInvocation } from "./shell-invocation.ts";
export { computeUpdate, type UpdateResult } from "./update.ts";
