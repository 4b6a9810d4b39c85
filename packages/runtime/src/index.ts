// The complete public surface of @codex/runtime: what shells may use of the packages below it.

// configuration
export type { ConfigFlags, Environment, ValueExplanation } from "@codex/config";
// images and the answers of reviews
export {
	type LoadImageResult,
	loadImage,
	type ReadReview,
	type Review,
	type ReviewFinding,
	readReview,
} from "@codex/core";
// file search
export type { FileIndex, FileMatch, IndexState, SearchAnswer, SearchSession, SessionOptions } from "@codex/file-search";
// commands
export { applyPatchText, type PatchOutcome, type PatchTarget } from "./commands/apply-patch-text.ts";
export {
	type CollectedSession,
	type CollectionResult,
	collectSessions,
} from "./commands/collect-sessions.ts";
export { type ConfigExplanation, explainConfig } from "./commands/explain-config.ts";
export { type LeftFile, type RewindRequest, type Rewound, rewindSession } from "./commands/rewind-session.ts";
export {
	type AddedRule,
	addRule,
	judgeCommandLine,
	type ListedRule,
	listRules,
	type RuleJudgement,
} from "./commands/rule-commands.ts";
export {
	checkThisSandbox,
	explainSandbox,
	runInSandbox,
	type SandboxCheck,
	type SandboxExplanation,
	type SandboxRequest,
	type SandboxRun,
} from "./commands/sandbox-commands.ts";
export { isSchemaName, type SchemaName, schemaText } from "./commands/schema-text.ts";
export {
	type DeletedSession,
	deleteSession,
	examineSessions,
	type ForkedSession,
	forkSession,
	type ListRequest,
	listSessions,
	reindexSessions,
	type SessionFinding,
	type SessionList,
	type ShownCompactions,
	type ShownSession,
	searchSessions,
	showCompactions,
	showSession,
} from "./commands/session-commands.ts";
export { readSessionEvents, type SessionEvents } from "./commands/session-events.ts";
export {
	endTrust,
	listTrust,
	type TrustedFile,
	type TrustView,
	trustViewed,
	viewTrust,
} from "./commands/trust-commands.ts";
// doctor
export { type DoctorProbe, doctorProbes, runDoctor } from "./doctor/doctor.ts";
// events
export {
	createEventHub,
	type EventHub,
	type EventHubOptions,
	type EventListener,
	type ReadyCheck,
} from "./event-hub.ts";
// interactive screens
export { type CustomPrompt, expandCustomPrompt, listCustomPrompts } from "./interactive/custom-prompts.ts";
export {
	type InteractiveSettings,
	readInteractiveSettings,
	type SavedSetting,
	saveTheme,
} from "./interactive/interactive-settings.ts";
export { type KnownModel, knownModels } from "./interactive/known-models.ts";
export { appendPromptHistory, readPromptHistory } from "./interactive/prompt-history.ts";
export { type FoundMemories, searchMemory } from "./interactive/search-memory.ts";
export { type EarlierEvents, earlierEvents } from "./interactive/session-replay.ts";
export { slashCommands } from "./interactive/slash-commands.ts";
export { type WorkingDiff, workingBranch, workingDiff } from "./interactive/working-folder.ts";
// log
export { createLog, type Log, type LogFields, type LogOptions } from "./log/log.ts";
export { type LogFilter, type LogLevel, readLogFilter } from "./log/log-levels.ts";
// MCP servers
export {
	addMcpServer,
	type ListedServer,
	listMcpServers,
	loginToMcpServer,
	logoutOfMcpServer,
	type McpLogin,
	type McpTrial,
	type NewServer,
	removeMcpServer,
	testMcpServer,
} from "./mcp/mcp-commands.ts";
// recordings
export { type ReplayStart, startReplay } from "./recording/start-replay.ts";
// reviews
export {
	type PreparedReview,
	type PrepareReviewResult,
	prepareReview,
	type ReviewRequest,
	type ReviewTarget,
} from "./review/prepare-review.ts";
// the runtime
export { createRuntime, type Runtime, type RuntimeOptions, type RuntimeResult } from "./runtime.ts";
export type { RuntimeContext } from "./runtime-context.ts";
export { RuntimeError, type RuntimeErrorCode } from "./runtime-error.ts";
// searching files
export {
	type FileSearchPlace,
	type FileSearchRequest,
	type FileSearchResult,
	type OpenedFiles,
	openFileIndex,
	searchFiles,
} from "./search/search-files.ts";
export { depthRefusal } from "./session/agent-depth.ts";
// sessions
export { missingCredentials } from "./session/provider-source.ts";
export {
	type CloseReport,
	noLimits,
	type SessionHandle,
	type SessionInfo,
	type SessionLimits,
	type SessionServer,
	type StartError,
	type StartRequest,
	type StartResult,
} from "./session/start-request.ts";
export type { FoundSession, IndexedSession } from "./sessions/session-index.ts";
export { compactionsMarkdown, type SessionContent, sessionMarkdown } from "./sessions/session-text.ts";
// Spec-Kit
export type { ReadySpecKitHost, SpecKitHostRequest } from "./spec-kit-host/create-host.ts";
export { loadSpecKit, type SpecKit } from "./spec-kit-host/load.ts";
export type {
	CommandResult,
	CommandSpec,
	GivenAnswer,
	ParsedCommand,
	PipelineOutcome,
	PipelineProgress,
	PipelineResult,
	PlannedSeat,
	Question,
	SpecStatus,
} from "./spec-kit-host/spec-kit-commands.ts";
export { loadTeam } from "./team/load.ts";
export type { MemberResult, TeamMember, TeamMode, TeamRequest, TeamResult } from "./team/team.ts";
