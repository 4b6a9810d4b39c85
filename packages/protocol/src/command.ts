// The command catalog's types: runtime merges the catalog as data, and both shells render it.

/** One line of `code doctor`. */
export interface DoctorCheck {
	readonly name: string;
	readonly status: "ok" | "warning" | "failed";
	/** One sentence. */
	readonly detail: string;
	/** What to do, when not ok. */
	readonly hint?: string;
}

/** The envelope of every `--json` answer of a command that is not a stream. */
export interface CommandOutput {
	readonly schema_version: 1;
	readonly command: string;
	readonly exit_code: number;
	/** One word or phrase that a script can match, for example `ok` or `config_error`. */
	readonly exit_reason: string;
	readonly [data: string]: unknown;
}

/** One slash command of the interactive screens. Types here, the merged catalog is runtime's; a command that does not work is in no catalog. */
export interface SlashCommand {
	/** Without the slash. */
	readonly name: string;
	/** Other names; answered but not offered. */
	readonly aliases?: readonly string[];
	/** How its argument is called; absent when it takes none. */
	readonly argument?: string;
	/** One line without a period. */
	readonly describe: string;
	/** While a turn runs: `now` it works, `refused` it says to wait. */
	readonly duringTurn: "now" | "refused";
	/** The words after `code` that do the same in a shell; absent when nothing does. */
	readonly shell?: string;
}
