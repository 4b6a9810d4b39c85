// The complete public surface of @codex/protocol. Schemas are at @codex/protocol/schema.

// budget and clock
export type { BudgetLimitKind, BudgetLimits, BudgetSpend } from "./budget.ts";
export type { Clock } from "./clock.ts";
// commands
export type { CommandOutput, DoctorCheck, SlashCommand } from "./command.ts";
// errors
export { assertNever, toError } from "./errors.ts";
// events
export { type Event, type EventMsg, lossyEventTypes } from "./event.ts";
export type {
	ExecApprovalRequestEvent,
	ExecCommandBeginEvent,
	ExecCommandEndEvent,
	ExecCommandOutputDeltaEvent,
	ExecEventMsg,
	ExecOutcome,
	OfferedRule,
} from "./events/exec.ts";
export type {
	AgentMessageDeltaEvent,
	AgentMessageEvent,
	AgentReasoningDeltaEvent,
	AgentReasoningEvent,
	AgentReasoningSectionBreakEvent,
	MessageEventMsg,
} from "./events/message.ts";
export type {
	FileChange,
	PatchApplyBeginEvent,
	PatchApplyEndEvent,
	PatchApprovalRequestEvent,
	PatchEventMsg,
} from "./events/patch.ts";
export type {
	NoticeEvent,
	SessionConfiguredEvent,
	SessionEventMsg,
	ShutdownCompletedEvent,
	WarningEvent,
} from "./events/session.ts";
export type { PlanStep, PlanUpdateEvent, ToolCallBeginEvent, ToolCallEndEvent, ToolEventMsg } from "./events/tool.ts";
export type {
	CompactionReason,
	ContextCompactedEvent,
	RateLimitsEvent,
	StreamErrorEvent,
	TokenCountEvent,
	TurnAbortedEvent,
	TurnAbortReason,
	TurnCompletedEvent,
	TurnDiffEvent,
	TurnEventMsg,
	TurnFailedEvent,
	TurnStartedEvent,
	UserMessageEvent,
} from "./events/turn.ts";
// exec JSONL
export {
	type CommandExecutionItem,
	type ExecEvent,
	type ExecEventBody,
	type ExecItem,
	type ExecUsage,
	execEventVersion,
	type FileChangeItem,
	type McpToolCallItem,
	type TodoListItem,
} from "./exec-event.ts";
export { type ExitCode, exitCodes } from "./exit-code.ts";
// ids
export {
	asCallId,
	asSubmissionId,
	asTurnId,
	type CallId,
	newCallId,
	newSessionId,
	newSubmissionId,
	newTurnId,
	type SessionId,
	type SubmissionId,
	type TurnId,
	tryParseSessionId,
} from "./ids.ts";
// items
export type {
	ContentPart,
	ConversationItem,
	CustomToolCallItem,
	CustomToolCallOutputItem,
	FunctionCallItem,
	FunctionCallOutputItem,
	MessageItem,
	ReasoningItem,
	ToolCallItem,
	ToolOutput,
	ToolOutputItem,
	UserInput,
} from "./item.ts";
// the model stream
export {
	addUsage,
	type JsonObject,
	type JsonValue,
	type ModelError,
	type ModelErrorKind,
	type ModelEvent,
	type ModelInfo,
	type ModelPrice,
	type ModelRequest,
	type RateLimitWindow,
	responseCostUsd,
	type StopReason,
	type TokenPrices,
	type TokenUsage,
	type ToolSpec,
	zeroUsage,
} from "./model.ts";
// ops
export type { ApprovalAnswer, Op, Submission } from "./op.ts";
// policies
export type {
	ApprovalPolicy,
	ReasoningEffort,
	ReasoningSummary,
	ReviewDecision,
	SandboxMode,
	SandboxPolicy,
	Verbosity,
} from "./policy.ts";
// recordings and rollouts
export {
	type RecordedItem,
	type RecordedModelEvent,
	type RecordedRequest,
	type RecordedResponseEnd,
	type RecordedToolCall,
	type RecordingEnd,
	type RecordingHeader,
	type RecordingLine,
	recordingVersion,
} from "./recording.ts";
export {
	type CheckpointRecord,
	type CompactedRecord,
	type RepairRecord,
	type RewindRecord,
	type RolloutLine,
	type RolloutPayload,
	rolloutFormat,
	type SessionMeta,
	type TurnContextRecord,
} from "./rollout.ts";
