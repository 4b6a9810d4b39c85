// The complete public surface of @codex/core.

// context
export { findRepositoryRoot, type ProjectDoc, type ProjectDocs, readProjectDocs } from "./context/project-docs.ts";
// ports
export type { CommandRequest, CommandResult, CommandRunner } from "./ports/command-runner.ts";
export type { ModelStream } from "./ports/model-stream.ts";
export type { RolloutWriter } from "./ports/rollout-store.ts";
// session
export { createSession } from "./session/session.ts";
export type { OutputValidator, Session, SessionPorts, SessionSettings } from "./session/session-types.ts";
// tools
export { createDirectRunner } from "./tools/shell/direct-runner.ts";
export { killAllGroups } from "./tools/shell/process-groups.ts";
export type { CommandPermission } from "./tools/tool.ts";
export { type LoadImageResult, loadImage } from "./tools/view-image/load-image.ts";
