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
