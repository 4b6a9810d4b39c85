// What the engine asks of whoever runs it. Small and complete: everything that touches the world goes through here, so
// the engine itself has no I/O, no clock and no chance.

import type { BudgetLimits, BudgetSpend, JsonObject, TokenUsage } from "@codex/protocol";
import type { AgentName, AgentRole } from "./agent.ts";
import type { SpecKitConfig } from "./config.ts";
import type { Answer, Question } from "./issue.ts";
import type { AgentState, PipelineProgress } from "./progress.ts";
import type { ModelMetadata } from "./prompts/model-metadata.ts";
import type { Gate, Stage } from "./stage.ts";

/** One call of one agent. */
export interface AgentRequest {
	/** `<run>/<stage or checkpoint>/<agent>/<role>/<attempt>`: the same call is never made twice in a run. */
	readonly id: string;
	readonly runId: string;
	readonly specId: string;
	readonly purpose: { readonly stage: Stage } | { readonly gate: Gate };
	readonly agent: AgentName;
	readonly role: AgentRole;
	/** The model that the seat is meant for; what really answers is the host's matter, and told in the outcome. */
	readonly wanted: ModelMetadata;
	readonly prompt: string;
	readonly promptVersion: string;
	/** JSON Schema of the answer. */
	readonly schema: JsonObject;
	/** False: the agent may only read. */
	readonly mayWrite: boolean;
	/** What is left of the run's budget for this call. */
	readonly limits: BudgetLimits;
}

/** What one call came to. */
export type AgentOutcome =
	| {
			readonly kind: "answered";
			/** The agent's final text, as it wrote it. */
			readonly text: string;
			/** Already parsed, when the host has it so. */
			readonly structured?: JsonObject;
			/** What really answered. */
			readonly model: string;
			readonly usage: TokenUsage;
			readonly spend: BudgetSpend;
	  }
	| {
			/** `missing`: nobody fills this seat. `limit`: the granted budget is used up. */
			readonly kind: "failed" | "missing" | "timed_out" | "limit" | "cancelled";
			readonly reason: string;
			readonly spend: BudgetSpend;
			readonly model?: string;
	  };

/** A configured command (build, lint, test, hook, HTTP smoke check). */
export interface CommandRequest {
	readonly id: string;
	/** Shell text from config, or an argument list. */
	readonly command: string | readonly string[];
	readonly purpose: "guardrail" | "hook" | "git" | "http";
	/** Milliseconds. */
	readonly timeoutMs: number;
	readonly environment: Readonly<Record<string, string>>;
}

/** What a command came to. `exitCode` is null when it did not run or was ended. */
export interface CommandOutcome {
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** Milliseconds. */
	readonly durationMs: number;
	/** Why it has no exit code. */
	readonly failure?: "not_found" | "timed_out" | "cancelled" | "refused";
}

/** A memory as the host found it. */
export interface MemoryHit {
	readonly id?: string;
	readonly content: string;
}

/** Long-term memory. It may fail: the run goes on from its own files and says so. */
export interface SpecKitMemory {
	search(
		query: { readonly text: string; readonly tags: readonly string[]; readonly limit: number },
		signal: AbortSignal,
	): Promise<readonly MemoryHit[]>;
	store(
		memory: {
			readonly content: string;
			readonly domain: string;
			readonly tags: readonly string[];
			/** 1 to 10. */
			readonly importance: number;
		},
		signal: AbortSignal,
	): Promise<void>;
}

/** What an evidence record is. */
export type EvidenceKind =
	| "artifact"
	| "verdict"
	| "telemetry"
	| "synthesis"
	| "transcript"
	| "gate"
	| "backup"
	| "log"
	| "cost"
	/** What carrying out the tasks came to. */
	| "build";

/** A record to keep. */
export interface EvidenceRecord {
	readonly specId: string;
	readonly runId: string;
	readonly category: "commands" | "consensus";
	readonly kind: EvidenceKind;
	/** A stage, or the checkpoint of a gate. */
	readonly stage: string;
	readonly agent?: AgentName;
	/** JSON, or text for logs and transcripts. Secrets are masked before it is written. */
	readonly content: JsonObject | string;
}

/** Keeps the evidence of runs. */
export interface EvidenceStore {
	/** Writes one record; resolves with its path, relative to the repository. */
	write(record: EvidenceRecord): Promise<string>;
	/** Reads one record by that path, or `undefined`. */
	read(path: string): Promise<string | undefined>;
	/** Paths of a SPEC's records of one category, oldest first. */
	list(specId: string, category: "commands" | "consensus"): Promise<readonly string[]>;
	/**
	 * Archives what is too old or too much of a SPEC, leaving `runIds` alone; resolves with the paths that moved. Called
	 * when a run of several stages begins; a store that keeps everything leaves it out.
	 */
	retain?(specId: string, runIds: readonly string[]): Promise<readonly string[]>;
}

/** Keeps the journals of runs: append-only lines. */
export interface JournalStore {
	/** Appends one line durably; resolves when it would survive a crash. */
	append(specId: string, runId: string, line: string): Promise<void>;
	/** All lines of a run, oldest first; an unfinished last line is left out. */
	read(specId: string, runId: string): Promise<readonly string[]>;
	/** Runs of a SPEC, oldest first. */
	runs(specId: string): Promise<readonly string[]>;
}

/** A task that is to be carried out. */
export interface ImplementTask {
	/** `T001` and up. */
	readonly id: string;
	readonly title: string;
	/** Files that it is about, relative to the repository; may be empty. */
	readonly files: readonly string[];
	/** Ids of tasks that come before it, all of them in the request. */
	readonly dependsOn: readonly string[];
	/** May run beside others that touch different files. */
	readonly parallel: boolean;
	/** What the agent is asked. */
	readonly prompt: string;
}

/** The agreed tasks, to be carried out. */
export interface ImplementRequest {
	/** `<run>/implement/<visit>`: the same request again goes on where the one before it was. */
	readonly id: string;
	readonly runId: string;
	readonly specId: string;
	/** At least one, dependencies first. */
	readonly tasks: readonly ImplementTask[];
	/** Who carries them out, each for itself; at least one. */
	readonly candidates: readonly AgentName[];
	/** Who judges between candidates that pass. */
	readonly judges: readonly AgentName[];
	/** Paths and folders (ending in `/`) that the run itself writes: they are no changes of somebody else. */
	readonly ownPaths: readonly string[];
	readonly limits: BudgetLimits;
	/** The model that an agent's seat is meant for. */
	wanted(agent: AgentName): ModelMetadata;
	/** What a candidate is asked whose work does not pass. */
	repairPrompt(failures: string): string;
	/** What a judge is asked; `candidates` is text that shows each under its name. */
	judgePrompt(candidates: string): string;
	/** Told what an agent does. Never throws. */
	tell(agent: AgentName, state: AgentState, more?: { readonly model?: string; readonly detail?: string }): void;
}

/** What became of a task. */
export interface BuiltTask {
	readonly id: string;
	/** With evidence: files changed, or nothing was left to change, and the commands pass. */
	readonly done: boolean;
	/** Changed for it, relative to the repository. */
	readonly files: readonly string[];
	readonly commit?: string;
}

/** What a candidate came to. */
export interface BuiltCandidate {
	readonly agent: AgentName;
	readonly passed: boolean;
	/** Why not; empty when it passed. */
	readonly reason: string;
	readonly commands: readonly { readonly name: string; readonly exitCode: number | null; readonly output: string }[];
	/** Unified diff against what it began with. */
	readonly diff: string;
}

/** What carrying out the tasks came to. Nothing is merged unless it is `done`. */
export interface ImplementOutcome {
	readonly kind: "done" | "failed" | "blocked" | "limit" | "cancelled";
	/** One sentence; empty when it is done. */
	readonly reason: string;
	readonly chosen?: AgentName;
	/** Where the user's branch is now. */
	readonly commit?: string;
	readonly tasks: readonly BuiltTask[];
	readonly candidates: readonly BuiltCandidate[];
	readonly warnings: readonly string[];
	readonly spend: BudgetSpend;
	readonly unpricedCalls: number;
}

/** Files of the SPEC's packet and of the repository. Paths are relative to the repository, with `/`. */
export interface SpecKitFiles {
	/** The text, or `undefined` when there is no such file. */
	read(path: string): Promise<string | undefined>;
	/** Replaces the file atomically; makes its folders. Never leaves the repository. */
	write(path: string, text: string): Promise<void>;
	/** Files below a folder, sorted; none when it does not exist. */
	list(folder: string): Promise<readonly string[]>;
}

/** Everything the engine needs. */
export interface SpecKitHost {
	/** Must settle within 2 s of an abort, and never reject. */
	runAgent(request: AgentRequest, signal: AbortSignal): Promise<AgentOutcome>;
	/** Never rejects. */
	runCommand(request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome>;
	readonly memory: SpecKitMemory;
	readonly evidence: EvidenceStore;
	readonly journal: JournalStore;
	readonly files: SpecKitFiles;
	/**
	 * Carries the agreed tasks out. Absent: implement only agrees on how. Never rejects; settles within 2 s of an abort,
	 * and what it has by then is gone on with when the same request comes again.
	 */
	implement?(request: ImplementRequest, signal: AbortSignal): Promise<ImplementOutcome>;
	/** Runs the user's command before or after a stage; one sentence when it said no. Absent: there are none. */
	hook?(
		about: { readonly when: "before" | "after"; readonly stage: Stage; readonly specId: string },
		signal: AbortSignal,
	): Promise<string | undefined>;
	/** Asks a person; `"nobody"` when there is none: the run then pauses with its questions kept. */
	ask(questions: readonly Question[], signal: AbortSignal): Promise<readonly Answer[] | "nobody">;
	/** Must not throw. */
	emit(progress: PipelineProgress): void;
	/** Milliseconds since 1970. */
	nowMs(): number;
	/** A new, time-sortable id. */
	newId(): string;
	/** Lower-case hex. */
	sha256(bytes: Uint8Array): string;
	readonly config: SpecKitConfig;
}
