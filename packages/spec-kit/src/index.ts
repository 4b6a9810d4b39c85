// The complete public surface of @codex/spec-kit. What needs a disk is at ./node, fakes for tests at ./testing.

// agents and stages
export { type AgentName, type AgentRole, agentNames, parseAgentName } from "./agent.ts";
// commands
export { commandCatalog } from "./commands/catalog.ts";
export type {
	CommandErrorCode,
	CommandName,
	CommandSpec,
	CommandTier,
	FlagName,
	FlagSpec,
	ParseCommandResult,
	ParsedCommand,
	Positional,
} from "./commands/command.ts";
export { commandHelp, expectedCalls } from "./commands/help.ts";
export { findSlashCommand, parseCommandLine, parseSlashCommand } from "./commands/parse.ts";
export {
	type CommandResult,
	type EvidenceCount,
	type PerformOptions,
	performCommand,
} from "./commands/perform-command.ts";
// config
export { type ConfiguredCommand, defaultSpecKitConfig, type SmokeCheck, type SpecKitConfig } from "./config.ts";
// consensus
export type { AnswerSchema, ParsedAnswer } from "./consensus/answer.ts";
export { type ExtractResult, extractAnswer } from "./consensus/extract-answer.ts";
export { type MarginalValue, marginalValue } from "./consensus/marginal-value.ts";
export { type ConsensusInput, measureConsensus } from "./consensus/measure.ts";
export { conflictQuestions } from "./consensus/rounds.ts";
export { openConflicts } from "./consensus/settle.ts";
// runs
export {
	createPipeline,
	type GivenAnswer,
	type PipelineOptions,
	type PipelineRun,
} from "./driver/create-pipeline.ts";
export { findPacket as specPacket, type Packet as SpecPacket } from "./driver/packet-context.ts";
export { type PipelineOutcome, type PipelineResult, pipelineExitCode } from "./driver/result.ts";
export { type GateOutcome, runGate } from "./driver/run-gate.ts";
// evidence
export { type ChainCheck, type ChainFailure, checkChain } from "./evidence/chain.ts";
export { chooseEvidenceDir, forkEvidenceDir, ownEvidenceDir } from "./evidence/evidence-paths.ts";
export { planRetention } from "./evidence/retention.ts";
export type { StoredArtifact, StoredVerdict } from "./evidence/stored-record.ts";
// guardrails
export type { BaselineMode, GuardrailInput } from "./guardrail/guardrail.ts";
export { type GuardrailOutcome, runGuardrail } from "./guardrail/run-guardrail.ts";
export { evaluateTelemetry, type GuardrailTelemetry, type Scenario } from "./guardrail/telemetry.ts";
// the host
export type {
	AgentOutcome,
	AgentRequest,
	BuiltCandidate,
	BuiltTask,
	CommandOutcome,
	CommandRequest,
	EvidenceKind,
	EvidenceRecord,
	EvidenceStore,
	ImplementOutcome,
	ImplementRequest,
	ImplementTask,
	JournalStore,
	MemoryHit,
	SpecKitFiles,
	SpecKitHost,
	SpecKitMemory,
} from "./host.ts";
// issues and questions
export type { Answer, Confidence, FoundIssue, Magnitude, Question, Resolvability } from "./issue.ts";
// packets
export { packetFolder, packetNames, requireSpecId } from "./packet/packet-layout.ts";
export { newSpecId, type ParseSpecIdResult, parseSpecId } from "./packet/spec-id.ts";
export { lintTracker, readTracker, type TrackerProblem, type TrackerRow, updateTracker } from "./packet/tracker.ts";
// the reducer
export { type Effect, effectsOf } from "./pipeline/effect.ts";
export type { CallResult, PipelineEvent, RunSettings } from "./pipeline/event.ts";
export { foldPipeline, initialRunState, type Reduction, reducePipeline } from "./pipeline/reduce.ts";
export type { Call, CheckpointOutcome, GatePlan, HaltCode, Phase, PhaseType, RunState } from "./pipeline/state.ts";
// progress
export type { AgentState, PipelineProgress, ProgressMsg } from "./progress.ts";
export { buildPromptVersion } from "./prompts/build-task-prompt.ts";
// prompts
export { type ModelMetadata, modelMetadata } from "./prompts/model-metadata.ts";
// quality gates
export { applyResolution, type ResolutionResult, resolutionTarget } from "./quality/apply-resolution.ts";
export { foundIssues } from "./quality/found-issues.ts";
export { mergeIssues } from "./quality/merge-issues.ts";
export { decideIssue, type IssueRoute, type MergedIssue } from "./quality/merged-issue.ts";
export type { PacketDocuments } from "./quality/native-finding.ts";
export { nativeIssues } from "./quality/native-issues.ts";
export {
	currentQuestion,
	type QuestionInput,
	type Questionnaire,
	questionnaireAnswers,
	startQuestionnaire,
	stepQuestionnaire,
} from "./quality/questionnaire.ts";
export { judgeValidation, questionsOf } from "./quality/questions.ts";
// documents
export { type PacketBrief, renderPacket } from "./render/render-packet.ts";
export { type RenderedDocument, renderStage } from "./render/render-stage.ts";
export { readTasks, type Task } from "./render/task-list.ts";
export {
	loadTemplates,
	type TemplateName,
	type TemplateOverrides,
	templateNames,
	templateText,
} from "./render/templates.ts";
export { answerSchema } from "./schema/answers-schema.ts";
export { type ParseConfigResult, parseSpecKitConfig, specKitConfigJsonSchema } from "./schema/config-schema.ts";
export { type ReadEventsResult, readEvents } from "./schema/events-schema.ts";
export { readArtifact, readVerdict } from "./schema/evidence-schema.ts";
export { gateSchema, validatorSchema } from "./schema/issues-schema.ts";
export { parseJournal } from "./schema/journal-schema.ts";
// schemas
export { judgeSchema } from "./schema/judge-schema.ts";
export { readTelemetry, telemetryJsonSchemas } from "./schema/telemetry-schema.ts";
// errors
export { SpecKitError, type SpecKitErrorCode } from "./spec-kit-error.ts";
// stages
export {
	type Checkpoint,
	type Gate,
	type HalMode,
	parseStage,
	type Stage,
	type StageKey,
	stageKey,
	stages,
	stageTitle,
} from "./stage.ts";
// status
export { type SpecStatus, type StageStatus, type StatusInput, specStatus } from "./status.ts";
// traces
export { appendTasks, type UnbuiltTask, unbuiltTasks } from "./trace/converge.ts";
export {
	acceptDrift,
	acceptedDriftDocument,
	type DriftFinding,
	type DriftInput,
	type DriftSpec,
	driftOf,
} from "./trace/drift.ts";
export type { Span } from "./trace/html.ts";
export {
	type AgentCost,
	type CandidateEntry,
	type GateEntry,
	type ReportInput,
	renderReport,
	type VoterValue,
} from "./trace/report.ts";
export {
	isTestPath,
	type Trace,
	type TraceCommit,
	type TracedFile,
	type TracedRequirement,
	type TracedTask,
	type TraceGap,
	type TraceInput,
	traceOf,
} from "./trace/trace.ts";
// verdicts
export type {
	AgreedItem,
	AgreementMeasures,
	Artifact,
	Conflict,
	Dissent,
	Verdict,
	VerdictStatus,
} from "./verdict.ts";
