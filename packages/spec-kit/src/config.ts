// What a user sets for Spec-Kit: rosters, thresholds, commands. Defaults are the design page's; every number has its unit.

import type { AgentName } from "./agent.ts";
import type { Stage } from "./stage.ts";

/** A command that guardrails run. */
export interface ConfiguredCommand {
	readonly name: string;
	/** Shell text. */
	readonly command: string;
	/** Milliseconds. Default 600,000. */
	readonly timeoutMs: number;
}

/** An HTTP smoke check of HAL. */
export interface SmokeCheck {
	readonly name: string;
	readonly method: "GET" | "POST";
	/** Below the base URL. */
	readonly path: string;
	/** Default 200. */
	readonly expectStatus: number;
}

/** Spec-Kit's settings, complete. */
export interface SpecKitConfig {
	/** Folder of the evidence, relative to the repository. */
	readonly evidenceDir: string;
	/** Who votes in each stage. */
	readonly rosters: Readonly<Record<Stage, readonly AgentName[]>>;
	readonly gateRoster: readonly AgentName[];
	/** Who is asked by commands outside the pipeline, by their tier. */
	readonly tiers: Readonly<Record<"2-lite" | "2" | "3", readonly AgentName[]>>;
	/** Who aggregates: the first that is present. */
	readonly aggregators: readonly AgentName[];
	readonly arbiter: AgentName;
	readonly consensus: {
		/** `single`: the first of each roster alone, without a vote. */
		readonly mode: "multi" | "single";
		/** Share of the voters present, above 0 to 1. Default 2/3. */
		readonly threshold: number;
		/** Text similarity from which two items are the same, 0 to 1. Default 0.6. */
		readonly similarity: number;
		/** Share of the roster that must answer. Default 2/3. */
		readonly quorum: number;
		/** Whether a run goes on with voters missing. Default false. */
		readonly allowDegraded: boolean;
		/** Whether a majority settles what the arbiter could not. Default true. */
		readonly majority: boolean;
	};
	readonly qualityGates: {
		/** Default true. */
		readonly enabled: boolean;
		/** Most questions a checkpoint. Default 5. */
		readonly maxQuestions: number;
	};
	readonly retries: {
		/** Attempts of one stage after the first. Default 3. */
		readonly agent: number;
		/** Extra validate→implement cycles. Default 2. */
		readonly validate: number;
	};
	readonly implement: {
		/** How many agents carry the tasks out, each for itself. Default 1. */
		readonly candidates: number;
	};
	readonly commands: {
		readonly build?: ConfiguredCommand;
		readonly lint?: ConfiguredCommand;
		readonly test?: ConfiguredCommand;
	};
	readonly hal: {
		readonly mode: "mock" | "live";
		readonly baseUrl?: string;
		readonly checks: readonly SmokeCheck[];
	};
	readonly evidence: {
		/** Days. Default 30. */
		readonly maxEvidenceAgeDays: number;
		/** Bytes per SPEC. Default 25 MiB: archive beyond. */
		readonly softLimitBytes: number;
		/** Bytes per SPEC. Default 50 MiB: refuse beyond. */
		readonly hardLimitBytes: number;
	};
	/** Characters of context that a prompt may hold. Default 60,000. */
	readonly maxContextChars: number;
	/** Variables of the `SPEC_OPS_*` and `SPECKIT_*` families, as the host read them. */
	readonly environment: Readonly<Record<string, string>>;
}

const everyStage: readonly AgentName[] = ["gemini", "claude", "gpt_pro"];

/** The defaults, complete. */
export const defaultSpecKitConfig: SpecKitConfig = Object.freeze({
	evidenceDir: ".code/evidence",
	rosters: {
		plan: everyStage,
		tasks: everyStage,
		implement: ["gemini", "claude", "gpt_codex", "gpt_pro"],
		validate: everyStage,
		audit: everyStage,
		unlock: everyStage,
	},
	gateRoster: ["gemini", "claude", "code"],
	tiers: {
		"2-lite": ["claude", "code"],
		"2": ["gemini", "claude", "code"],
		"3": ["gemini", "claude", "gpt_codex", "gpt_pro"],
	},
	aggregators: ["gpt_pro", "claude", "gemini", "gpt_codex"],
	arbiter: "gpt_pro",
	consensus: {
		mode: "multi",
		threshold: 2 / 3,
		similarity: 0.6,
		quorum: 2 / 3,
		allowDegraded: false,
		majority: true,
	},
	qualityGates: { enabled: true, maxQuestions: 5 },
	retries: { agent: 3, validate: 2 },
	implement: { candidates: 1 },
	commands: {},
	hal: { mode: "mock", checks: [] },
	evidence: { maxEvidenceAgeDays: 30, softLimitBytes: 25 * 1024 * 1024, hardLimitBytes: 50 * 1024 * 1024 },
	maxContextChars: 60_000,
	environment: {},
} as const);
