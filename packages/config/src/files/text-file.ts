// Reads a small text file without ever blocking on what is not one: a pipe, a device or a folder in place of a file is
// a problem with a sentence, and so is a file that is too big, unreadable or not UTF-8.

import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";

/** What became of a file. `reason` is a phrase that follows the path: "is a folder, not a file". */
export type TextFileReading =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "absent" }
	| { readonly kind: "problem"; readonly reason: string };

/** Largest file that is read, in bytes: a hundred times the largest configuration seen in the wild. */
export const maxTextFileBytes = 4_194_304;

function errorCode(error: unknown): string {
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

const reasons: Readonly<Record<string, string>> = {
	EACCES: "cannot be read (permission denied)",
	EPERM: "cannot be read (permission denied)",
	ELOOP: "is a symbolic link that leads to itself",
	EISDIR: "is a folder, not a file",
	ENXIO: "is a socket, not a file",
	ENAMETOOLONG: "has a name that is too long",
};

/** What an error of the file system means for a reader: there is no file, or a phrase that follows the path. */
export function readingOfError(error: unknown): TextFileReading {
	const code = errorCode(error);
	if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
	return { kind: "problem", reason: reasons[code] ?? `cannot be read (${code === "" ? String(error) : code})` };
}

/**
 * All bytes of an open file of `size` bytes, and at most one more, which tells that it grew. A size of 0 (also what /proc
 * claims) reads up to 64 KiB.
 *
 * @throws the operating system's error.
 */
export function readDescriptor(descriptor: number, size: number): Uint8Array {
	// One byte more than the size tells whether the file grew; files of unknown size (0 in /proc) get a full buffer.
	const buffer = new Uint8Array(size > 0 ? size + 1 : 65_536);
	let length = 0;
	while (length < buffer.length) {
		const read = readSync(descriptor, buffer, length, buffer.length - length, null);
		if (read === 0) break;
		length += read;
	}
	return buffer.subarray(0, length);
}

/** Bytes as UTF-8 text without a leading byte order mark, or why they are none. Never throws. */
export function decodeText(bytes: Uint8Array): TextFileReading {
	if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
		return { kind: "problem", reason: "is UTF-16; save it as UTF-8" };
	}
	try {
		return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
	} catch {
		// A fatal decoder throws for exactly one reason.
		return { kind: "problem", reason: "is not UTF-8 text" };
	}
}

/** Reads the file at `path`, following links. Never throws and never waits; a leading byte order mark is dropped. */
export function readTextFile(path: string): TextFileReading {
	let descriptor: number;
	try {
		// The usual case is that there is no file: asking first is cheaper than catching an error.
		if (statSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "absent" };
		// O_NONBLOCK: opening a pipe that nobody writes to returns at once, and fstat below refuses it.
		descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	} catch (error) {
		return readingOfError(error);
	}
	try {
		const stat = fstatSync(descriptor);
		if (stat.isDirectory()) return { kind: "problem", reason: "is a folder, not a file" };
		if (!stat.isFile()) return { kind: "problem", reason: "is a pipe or a device, not a file" };
		if (stat.size > maxTextFileBytes) {
			const size = (stat.size / 1_048_576).toFixed(1);
			return { kind: "problem", reason: `is ${size} MiB; at most ${maxTextFileBytes / 1_048_576} MiB are read` };
		}
		return decodeText(readDescriptor(descriptor, stat.size));
	} catch (error) {
		return readingOfError(error);
	} finally {
		closeSync(descriptor);
	}
}
