// A log file that never grows without end: past its limit it becomes `.1`, that one `.2`, and the oldest goes.

import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { RuntimeError } from "../runtime-error.ts";

/** How large and how many. */
export interface RotationLimits {
	/** Bytes of one file. */
	readonly maxBytes: number;
	/** Files in all, the current one included; at least 1. */
	readonly maxFiles: number;
}

/** 3 files of 5 MiB: weeks of warnings, or an hour of `trace`. */
const defaultRotation: RotationLimits = { maxBytes: 5 * 1024 * 1024, maxFiles: 3 };

/** An open log file. */
export interface RotatingFile {
	/**
	 * Appends text, whole lines.
	 *
	 * @throws RuntimeError `log_unusable`.
	 */
	write(text: string): void;
	close(): void;
}

function rotate(file: string, maxFiles: number): void {
	for (let number = maxFiles - 1; number >= 1; number -= 1) {
		const from = number === 1 ? file : `${file}.${number - 1}`;
		try {
			renameSync(from, `${file}.${number}`);
		} catch {
			// Missing, or another process rotated first: there is nothing to keep.
		}
	}
}

function open(file: string): { readonly fd: number; readonly size: number } {
	mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
	const fd = openSync(file, "a", 0o600);
	const stat = fstatSync(fd);
	// A file that was made with other rights (by hand, by an older version) is narrowed.
	if ((stat.mode & 0o077) !== 0 && stat.isFile()) chmodSync(file, 0o600);
	return { fd, size: stat.size };
}

/**
 * Opens `file` for appending, mode 0600 in a folder of mode 0700; rotates first when it is full.
 *
 * @throws RuntimeError `log_unusable`.
 */
export function openRotatingFile(file: string, limits: RotationLimits = defaultRotation): RotatingFile {
	const fail = (error: unknown): never => {
		throw new RuntimeError("log_unusable", `the log ${file} cannot be written`, error);
	};
	let current: { readonly fd: number; readonly size: number };
	try {
		current = open(file);
	} catch (error) {
		return fail(error);
	}
	let size = current.size;
	const renew = (): void => {
		closeSync(current.fd);
		rotate(file, limits.maxFiles);
		current = open(file);
		size = current.size;
	};
	return {
		write: (text) => {
			try {
				if (size > 0 && size + Buffer.byteLength(text) > limits.maxBytes) renew();
				size += writeSync(current.fd, text);
			} catch (error) {
				fail(error);
			}
		},
		close: () => closeSync(current.fd),
	};
}
