// What an option, a positional and a command are, as data. Parsing, help, completion and usage errors all read these
// tables; nothing about an option is written anywhere else.

/** One option. */
export interface Option {
	/** The long name, without dashes. Unique over all commands: one name means one thing. */
	readonly name: string;
	/** One letter. */
	readonly short?: string;
	/** Other long names; answered but not offered. */
	readonly aliases?: readonly string[];
	/** `flag` takes nothing, `value` takes one (the last one counts), `list` takes one and may be repeated. */
	readonly kind: "flag" | "value" | "list";
	/** How help calls the value. */
	readonly valueName?: string;
	/** One line without a period. */
	readonly describe: string;
	/** The only values allowed. */
	readonly choices?: readonly string[];
	/** Understood, but left out of help and completion. */
	readonly hidden?: boolean;
}

/** One positional argument. */
export interface Positional {
	readonly name: string;
	readonly describe: string;
	/** Default false. */
	readonly required?: boolean;
	/** The only values allowed; offered by completion. */
	readonly choices?: readonly string[];
	/** Completion offers file names. */
	readonly files?: boolean;
	/** The last one: takes all words that are left, those after `--` included. */
	readonly rest?: boolean;
}

/** One command. */
export interface CommandSpec {
	/** The words after `code`; empty for the program itself. */
	readonly path: readonly string[];
	/** Other spellings of the last word. */
	readonly aliases?: readonly string[];
	/** One line without a period. */
	readonly describe: string;
	readonly positionals: readonly Positional[];
	readonly options: readonly Option[];
	/** Lines shown under the options. */
	readonly notes?: readonly string[];
}

/** The words of a command as a person types them, `code` included. */
export function commandName(command: CommandSpec): string {
	return ["code", ...command.path].join(" ");
}
