// Policy and plan

// What the machine can do
export { type Attempt, checkAttempts } from "./check/attempts.ts";
export { type CheckReport, type CheckRequest, type CheckRow, checkSandbox } from "./check/check.ts";
// Answers
export { classifyDenial, type Denial, type EndedCommand } from "./denial/classify-denial.ts";
export { type OutputReading, type Refusal, readRefusal } from "./denial/refusal-line.ts";
export { explainHost, explainPath, type PathExplanation, protectionOf, type Verdict } from "./explain/explain.ts";
export { createReadMatcher, type DeniedReadsRequest, findDeniedReads } from "./plan/denied-reads.ts";
export type { Disk, FileKind } from "./plan/disk.ts";
export type {
	ConfinedPlan,
	HiddenPath,
	PlanRequest,
	PlanStep,
	ProtectedPath,
	RootOrigin,
	SandboxPlan,
	StepAction,
	WritableRoot,
} from "./plan/plan.ts";
export { planSandbox } from "./plan/plan-sandbox.ts";
export { type CachePreset, type CachePresetRequest, cachePreset } from "./plan/presets.ts";
export { defaultProtectedNames } from "./plan/protected-names.ts";
export { type MechanismTry, type ProbeRequest, probeSandbox, type SandboxProbe } from "./probe/probe.ts";
// Running
export type { Machine } from "./run/helper-file.ts";
export { type Gap, gapSentences, type Mechanism } from "./run/mechanism.ts";
export { createPlaceholderKeeper, type PlaceholderKeeper } from "./run/placeholder-keeper.ts";
export { type ConfinedCommand, type ConfineRequest, confineCommand, toleratedGaps } from "./run/prepare-command.ts";
export { type SeatbeltProfile, seatbeltProfile } from "./run/seatbelt-profile.ts";

// Errors
export { SandboxError, type SandboxErrorCode } from "./sandbox-error.ts";
