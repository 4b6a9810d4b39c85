// A command as it is described, and as it was understood. Types only.

import type { AgentName } from "../agent.ts";
import type { BaselineMode } from "../guardrail/guardrail.ts";
import type { HalMode, Stage } from "../stage.ts";

/** The name of a command. */
export type CommandName =
	| "new"
	| "specify"
	| "clarify"
	| "checklist"
	| "analyze"
	| Stage
	| "auto"
	| "status"
	| `guardrail.${Stage}`
	| "guardrail.auto"
	| "evidence.stats"
	| "consensus";

/**
 * What a command costs: `0` nothing (no agent), `2-lite` two agents, `2` three agents, `3` four agents, `4` a whole run.
 */
export type CommandTier = "0" | "2-lite" | "2" | "3" | "4";

/** What stands in a command line beside flags, in order. */
export type Positional =
	| { readonly kind: "spec"; readonly required: boolean }
	| { readonly kind: "stage"; readonly required: boolean }
	/** All words that are left, as one text. */
	| { readonly kind: "text"; readonly required: boolean; readonly name: string };

/** Names of flags, without dashes. */
export type FlagName =
	| "from"
	| "to"
	| "stages"
	| "hal"
	| "no-quality-gates"
	| "stale-hours"
	| "spec"
	| "baseline-mode"
	| "skip-baseline"
	| "allow-fail"
	| "allow-dirty"
	| "manifest-path";

/** A flag. */
export interface FlagSpec {
	readonly name: FlagName;
	/** Other spellings, without dashes. */
	readonly aliases: readonly string[];
	/** What it takes, for help; absent for a switch. */
	readonly value?: string;
	readonly summary: string;
}

/** A command of the catalog. */
export interface CommandSpec {
	readonly name: CommandName;
	/** Its slash command, with the slash. */
	readonly slash: string;
	/** Older slash commands that still work. */
	readonly aliases: readonly string[];
	/** Its words after `code speckit`. */
	readonly words: readonly string[];
	/** One line. */
	readonly summary: string;
	readonly tier: CommandTier;
	/** Who is asked, by default. */
	readonly agents: readonly AgentName[];
	readonly positionals: readonly Positional[];
	readonly flags: readonly FlagSpec[];
	/** What can stand after its name. */
	readonly example: string;
}

/** A command as it was understood. Members that were not given are absent. */
export interface ParsedCommand {
	readonly name: CommandName;
	/** Valid. */
	readonly specId?: string;
	readonly stage?: Stage;
	/** Goal or description. */
	readonly text?: string;
	readonly from?: Stage;
	readonly to?: Stage;
	/** In pipeline order, each once. */
	readonly stages?: readonly Stage[];
	readonly halMode?: HalMode;
	readonly qualityGates?: false;
	/** Above 0. */
	readonly staleHours?: number;
	readonly baselineMode?: BaselineMode;
	readonly allowFail?: true;
	readonly allowDirty?: true;
	readonly manifestPath?: string;
}

/** Why a command line is none. */
export type CommandErrorCode =
	| "unknown_command"
	| "missing_spec_id"
	| "invalid_spec_id"
	| "missing_stage"
	| "unknown_stage"
	| "unknown_hal_mode"
	| "missing_text"
	| "unknown_flag"
	| "missing_value"
	| "invalid_value"
	| "repeated_flag"
	| "unexpected_argument";

/** What was understood, or why nothing was. */
export type ParseCommandResult =
	| { readonly ok: true; readonly command: ParsedCommand }
	| {
			readonly ok: false;
			readonly code: CommandErrorCode;
			/** One sentence; names what to write instead where that is known. */
			readonly message: string;
	  };
