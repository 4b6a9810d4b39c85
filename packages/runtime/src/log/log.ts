// The program's log. pino is loaded with the first record that is written at all, so that a clean run never pays for it.
// Everything passes the redactor before it reaches the file. A log that cannot be written stops nothing.

import type { Redactor } from "@codex/redact";
import type { Logger } from "pino";
import { type LogFilter, type LogLevel, readLogFilter } from "./log-levels.ts";
import { openRotatingFile, type RotatingFile } from "./rotating-file.ts";

/** Facts of a record besides its message; JSON values. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The log. */
export interface Log {
	/** Queues a record. Never throws. `scope` is the package that speaks, without its scope name. */
	write(level: Exclude<LogLevel, "silent">, scope: string, message: string, fields?: LogFields): void;
	/** Whether a record would be written: asks before costly fields are built. */
	isEnabled(level: Exclude<LogLevel, "silent">, scope: string): boolean;
	/** Writes what is queued and closes the file. Never rejects; later records open it again. */
	close(): Promise<void>;
	/** What is wrong with CODE_LOG. */
	readonly problems: readonly string[];
}

/** What a log is made with. */
export interface LogOptions {
	/** Absolute path of the file. */
	readonly file: string;
	/** The value of CODE_LOG. */
	readonly levels: string | undefined;
	readonly redactor: Pick<Redactor, "text" | "value">;
}

interface LogRecord {
	readonly level: Exclude<LogLevel, "silent">;
	readonly message: string;
	readonly fields: LogFields;
}

async function openLogger(options: LogOptions): Promise<{ readonly logger: Logger; readonly file: RotatingFile }> {
	const file = openRotatingFile(options.file);
	const { pino } = await import("pino");
	// `level` is ours to decide, by scope; pino writes whatever it is given.
	const logger = pino({ level: "trace", base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, file);
	return { logger, file };
}

/** Makes the log; opens nothing before the first record. */
export function createLog(options: LogOptions): Log {
	const filter: LogFilter = readLogFilter(options.levels);
	let queue: LogRecord[] = [];
	let opened: RotatingFile | undefined;
	let draining: Promise<void> | undefined;
	let broken = false;
	let logger: Logger | undefined;
	const drain = async (): Promise<void> => {
		try {
			if (logger === undefined) {
				const fresh = await openLogger(options);
				logger = fresh.logger;
				opened = fresh.file;
			}
			while (queue.length > 0) {
				const records = queue;
				queue = [];
				for (const { level, message, fields } of records) {
					logger[level](options.redactor.value(fields), options.redactor.text(message));
				}
			}
		} catch {
			// No place for the log (read-only home, full disk): `code doctor` says so, and the run goes on without.
			broken = true;
			queue = [];
		}
		draining = undefined;
	};
	return {
		problems: filter.problems,
		isEnabled: (level, scope) => filter.isEnabled(scope, level),
		write: (level, scope, message, fields = {}) => {
			if (broken || !filter.isEnabled(scope, level)) return;
			queue.push({ level, message, fields: { scope, ...fields } });
			draining ??= drain();
		},
		close: async () => {
			await draining;
			opened?.close();
			opened = undefined;
			logger = undefined;
		},
	};
}
