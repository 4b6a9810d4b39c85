// The complete public surface of @codex/core.

// context
export { findRepositoryRoot, type ProjectDoc, type ProjectDocs, readProjectDocs } from "./context/project-docs.ts";
// ports
export type { CommandRequest, CommandResult, CommandRunner } from "./ports/command-runner.ts";
export type { McpAnswer, McpApprovalMode, McpPart, McpToolInfo, McpTools } from "./ports/mcp-tools.ts";
export type { ModelStream } from "./ports/model-stream.ts";
export type { RolloutWriter } from "./ports/rollout-store.ts";
// rollout
export { findRollout, type RolloutSelection } from "./rollout/find-rollout.ts";
export { type ReadRolloutResult, readRollout } from "./rollout/read-rollout.ts";
export { repairHistory } from "./rollout/repair-history.ts";
export { createNullRollout, createRolloutWriter, type RolloutWriterOptions } from "./rollout/rollout-writer.ts";
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
