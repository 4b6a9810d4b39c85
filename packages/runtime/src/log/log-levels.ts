// What CODE_LOG says: `level[,package=level]`.

/** Levels, least to most. `silent` writes nothing. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug" | "trace";

const order: readonly LogLevel[] = ["silent", "error", "warn", "info", "debug", "trace"];

/** Which records are written. */
export interface LogFilter {
	/** Whether a record of `scope` (a package's name without its scope) at `level` is written. */
	isEnabled(scope: string, level: Exclude<LogLevel, "silent">): boolean;
	/** Parts of CODE_LOG that mean nothing. */
	readonly problems: readonly string[];
}

const asLevel = (text: string): LogLevel | undefined => order.find((level) => level === text.trim().toLowerCase());

/** Reads CODE_LOG. The default is `warn`; a part that means nothing is left out and listed. */
export function readLogFilter(text: string | undefined): LogFilter {
	let general: LogLevel = "warn";
	const scopes = new Map<string, LogLevel>();
	const problems: string[] = [];
	for (const part of (text ?? "").split(",")) {
		if (part.trim() === "") continue;
		const [left = "", right] = part.split("=", 2);
		const level = asLevel(right ?? left);
		if (level === undefined) problems.push(`CODE_LOG: \`${part.trim()}\` is not \`level\` or \`package=level\``);
		else if (right === undefined) general = level;
		else scopes.set(left.trim(), level);
	}
	return {
		isEnabled: (scope, level) => order.indexOf(level) <= order.indexOf(scopes.get(scope) ?? general),
		problems,
	};
}
