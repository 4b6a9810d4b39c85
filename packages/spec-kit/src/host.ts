// What the engine asks of whoever runs it. Small and complete: everything that touches the world goes through here, so
// the engine itself has no I/O, no clock and no chance.

import type { BudgetLimits, BudgetSpend, JsonObject, TokenUsage } from "@codex/protocol";
import type { AgentName, AgentRole } from "./agent.ts";
import type { SpecKitConfig } from "./config.ts";
import type { Answer, Question } from "./issue.ts";
import type { PipelineProgress } from "./progress.ts";
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
	| "cost";

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
