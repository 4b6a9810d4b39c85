// A seat that another program fills: which one, with which words, and what it needs around it. Pure. The words of the known
// programs are those of their vendors' documentation; what the user configures goes over them.

import type { AgentConfig } from "@codex/config";

/** Programs whose words and output are known. `other`: what it writes is its answer. */
export type CommandFamily = "claude" | "gemini" | "qwen" | "codex" | "other";

/** What fills a seat: a program that answers once and ends. */
export interface CommandSeat {
	readonly kind: "command";
	/** As configured. */
	readonly name: string;
	/** A name on the search path, or an absolute path. */
	readonly program: string;
	readonly family: CommandFamily;
	readonly args: readonly string[];
	readonly argsReadOnly?: readonly string[];
	readonly argsWrite?: readonly string[];
	/** It may never write, whatever it is asked for. */
	readonly readOnly: boolean;
	readonly env: Readonly<Record<string, string>>;
	/** Put before every task. */
	readonly instructions?: string;
	readonly model?: string;
}

interface Known {
	/** With the model, when one is wanted. */
	readonly always: readonly string[];
	readonly model: (model: string) => readonly string[];
	readonly readOnly: readonly string[];
	readonly write: readonly string[];
	/** Variables of its vendor that it may see. */
	readonly keys: readonly string[];
	/** Folders below the user's home that it keeps its state in. */
	readonly folders: readonly string[];
}

const openaiKeys = ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CODEX_API_KEY"];

// The prompt comes over standard input in all of them: it may be longer than an argument can be.
const known: Readonly<Record<CommandFamily, Known>> = {
	claude: {
		always: ["-p", "--output-format", "json"],
		model: (model) => ["--model", model],
		readOnly: ["--permission-mode", "plan"],
		write: ["--permission-mode", "acceptEdits"],
		keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_OAUTH_TOKEN"],
		folders: [".claude"],
	},
	gemini: {
		always: ["--output-format", "json"],
		model: (model) => ["--model", model],
		readOnly: ["--approval-mode", "default"],
		write: ["--approval-mode", "auto_edit"],
		keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION"],
		folders: [".gemini"],
	},
	qwen: {
		always: ["--output-format", "json"],
		model: (model) => ["--model", model],
		readOnly: ["--approval-mode", "default"],
		write: ["--approval-mode", "auto-edit"],
		keys: ["DASHSCOPE_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"],
		folders: [".qwen"],
	},
	codex: {
		always: ["exec", "--json", "--skip-git-repo-check"],
		model: (model) => ["--model", model],
		readOnly: ["--sandbox", "read-only"],
		write: ["--sandbox", "workspace-write"],
		keys: openaiKeys,
		folders: [".codex", ".code"],
	},
	other: {
		always: [],
		model: () => [],
		readOnly: [],
		write: [],
		keys: [],
		folders: [],
	},
};

/** The family of a program, by its file name. `code exec` speaks as `codex exec` does. */
export function familyOf(program: string): CommandFamily {
	const name = program.slice(program.lastIndexOf("/") + 1).replace(/\.(?:cmd|exe|js)$/i, "");
	switch (name) {
		case "claude":
		case "gemini":
		case "qwen":
		case "codex":
			return name;
		case "code":
			return "codex";
		default:
			return "other";
	}
}

/** The seat of an entry of `[[agents]]`. */
export function commandSeat(entry: AgentConfig, model: string | undefined): CommandSeat {
	const program = entry.command ?? entry.name;
	return {
		kind: "command",
		name: entry.name,
		program,
		family: familyOf(program),
		args: entry.args,
		...(entry.args_read_only === undefined ? {} : { argsReadOnly: entry.args_read_only }),
		...(entry.args_write === undefined ? {} : { argsWrite: entry.args_write }),
		readOnly: entry.read_only,
		env: entry.env,
		...(entry.instructions === undefined ? {} : { instructions: entry.instructions }),
		...(model === undefined ? {} : { model }),
	};
}

/** What a call puts into the words of a template. */
export interface CommandPlaces {
	readonly prompt: string;
	readonly promptFile: string;
	/** Empty when no form is asked for. */
	readonly schemaFile: string;
	readonly cwd: string;
	readonly mayWrite: boolean;
}

/** Linux takes 128 KiB an argument; some room is left for what stands around the prompt. */
export const maxPromptArgumentBytes: number = 120_000;

/** The arguments of a call, and whether one of them is the prompt (else it comes over standard input). */
export function commandWords(
	seat: CommandSeat,
	places: CommandPlaces,
): { readonly args: readonly string[]; readonly takesPrompt: boolean } {
	const { always, model, readOnly, write } = known[seat.family];
	const own = places.mayWrite ? seat.argsWrite : seat.argsReadOnly;
	// Words of the user's for this kind of call replace those for all calls, as the older programs had it.
	const configured = own ?? seat.args;
	const isWhole = configured.length > 0;
	const words = isWhole
		? configured
		: [...always, ...(seat.model === undefined ? [] : model(seat.model)), ...(places.mayWrite ? write : readOnly)];
	const values: Readonly<Record<string, string>> = {
		prompt: places.prompt,
		prompt_file: places.promptFile,
		schema_file: places.schemaFile,
		cwd: places.cwd,
		model: seat.model ?? "",
	};
	const args = words.map((word) =>
		word.replaceAll(/\{(prompt|prompt_file|schema_file|cwd|model)\}/g, (_, name: string) => values[name] ?? ""),
	);
	return { args, takesPrompt: words.some((word) => /\{prompt(?:_file)?\}/.test(word)) };
}

/** What it needs of the user's: variables of its vendor, and folders below the home that it writes to. */
export function commandNeeds({ family }: CommandSeat): {
	readonly keys: readonly string[];
	readonly folders: readonly string[];
} {
	const { keys, folders } = known[family];
	return { keys, folders };
}
