// The complete public surface of @codex/core.

// context
export { findRepositoryRoot, type ProjectDoc, type ProjectDocs, readProjectDocs } from "./context/project-docs.ts";
export type { Checkpoint, Checkpoints } from "./ports/checkpoints.ts";
// ports
export type { CommandRequest, CommandResult, CommandRunner } from "./ports/command-runner.ts";
export { type FileGuard, noRule, openFileGuard, type PathRule } from "./ports/file-guard.ts";
export type { McpAnswer, McpApprovalMode, McpPart, McpToolInfo, McpTools } from "./ports/mcp-tools.ts";
export type { ModelStream } from "./ports/model-stream.ts";
export type { RolloutWriter } from "./ports/rollout-store.ts";
// rollout
export { type BlobCount, collectBlobs } from "./rollout/collect-blobs.ts";
export type { EndedCall } from "./rollout/ended-calls.ts";
export {
	findRollout,
	findRolloutsByPrefix,
	listRollouts,
	type RolloutFile,
	type RolloutSelection,
} from "./rollout/find-rollout.ts";
export { type ForkOptions, type ForkResult, forkRollout } from "./rollout/fork-rollout.ts";
export { readCompactions, type SavedCompaction } from "./rollout/read-compactions.ts";
export { readEvents } from "./rollout/read-events.ts";
export { type ReadRolloutResult, type RolloutEnd, readRollout } from "./rollout/read-rollout.ts";
export { readTurns, type SavedTurn, type SavedTurns } from "./rollout/read-turns.ts";
export { repairHistory } from "./rollout/repair-history.ts";
export { type RolloutName, rolloutPath, tryParseRolloutName } from "./rollout/rollout-path.ts";
export { createNullRollout, createRolloutWriter, type RolloutWriterOptions } from "./rollout/rollout-writer.ts";
export {
	describeHolder,
	findHolder,
	type LockHolder,
	lockSession,
	type SessionLockResult,
} from "./rollout/session-lock.ts";
export { type RolloutSummary, summarizeRollout } from "./rollout/summarize-rollout.ts";
// session
export { createSession } from "./session/session.ts";
export type { OutputValidator, Session, SessionPorts, SessionSettings } from "./session/session-types.ts";
export type { CommandGuard } from "./tools/approvals/guard-command.ts";
export { decideMcpCall, type McpCallDecision, type McpCallQuestion } from "./tools/mcp/decide-call.ts";
// tools
export { createDirectRunner } from "./tools/shell/direct-runner.ts";
export { killAllGroups } from "./tools/shell/process-groups.ts";
export type { CommandPermission } from "./tools/tool.ts";
export { type LoadImageResult, loadImage } from "./tools/view-image/load-image.ts";
