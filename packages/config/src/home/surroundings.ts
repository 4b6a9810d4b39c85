// What is known of the process and its user. Types alone, because both the paths and their reader speak of them.

/** What `<home>/.env` contributed. */
export interface DotenvReport {
	readonly file: string;
	/** Variables that it set. */
	readonly names: readonly string[];
	/** Variables that it may not set. */
	readonly refused: readonly string[];
	/** One sentence for each thing wrong with it, without values. */
	readonly problems: readonly string[];
}

/** The process's surroundings, read once. */
export interface Environment {
	/** Process environment, with what `<home>/.env` adds. */
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The user's home folder; may be `""` when the system names none. */
	readonly homedir: string;
	/** Folder for temporary files. */
	readonly tmpdir: string;
	/** Working directory; when it was deleted, the path that it had. */
	readonly cwd: string;
	/** Present when there is a `.env` in the home. */
	readonly dotenv?: DotenvReport;
}
