// How much a snapshot may take, with defaults.

/** Limits of one snapshot; what is beyond them is not captured, is never touched by a restore, and is said. */
export interface SnapshotLimits {
	/** A larger file is not captured. Default 32 MiB: sources and assets, not databases and videos. */
	readonly fileBytes: number;
	/** The largest file that is captured although the repository ignores it. Default 1 MiB: `.env`, local settings. */
	readonly ignoredFileBytes: number;
	/** Files and links after which the walk stops. Default 100,000. */
	readonly files: number;
	/** Sum of the sizes of the captured files. Default 1 GiB. */
	readonly totalBytes: number;
}

/** The defaults. */
export const defaultLimits: SnapshotLimits = {
	fileBytes: 32 * 1024 * 1024,
	ignoredFileBytes: 1024 * 1024,
	files: 100_000,
	totalBytes: 1024 * 1024 * 1024,
};

/** Folders that are not entered where no repository says what is ignored: made by tools, made again by them. */
export const generatedFolders: ReadonlySet<string> = new Set([
	"node_modules",
	".venv",
	"venv",
	"__pycache__",
	".tox",
	".gradle",
	".cache",
]);
