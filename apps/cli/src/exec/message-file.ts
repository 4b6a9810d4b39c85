// The file of `--output-last-message`. Where it goes is settled before the run and kept open: a link that a command plants
// during the run leads nowhere. Writes no byte before the end.

import {
	accessSync,
	closeSync,
	constants,
	fchmodSync,
	fstatSync,
	ftruncateSync,
	lstatSync,
	openSync,
	realpathSync,
	renameSync,
	rmSync,
	type Stats,
	statSync,
	unlinkSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { toError } from "@codex/protocol";
import type { FileResult } from "./files.ts";

/** Where the final message will go. */
export interface MessageFile {
	/** As the user named it. */
	readonly name: string;
	/** Writes the text as it is, once; answers with a sentence when that fails. Follows no link made since. */
	write(text: string): string | undefined;
	/** Frees the folder; to be called once, written or not. */
	close(): void;
}

const isSame = (one: Stats, other: Stats): boolean => one.dev === other.dev && one.ino === other.ino;

/** Writes into what was there before the run, while it is still the same one. */
function writeInPlace(name: string, target: string, before: Stats, text: string): string | undefined {
	const replaced = `${name} was replaced during the run: nothing was written`;
	// Opening another kind of thing than the one from before could keep us waiting.
	if (!isSame(statSync(target), before)) return replaced;
	const fd = openSync(target, constants.O_WRONLY | (before.isFile() ? 0 : constants.O_APPEND));
	try {
		if (!isSame(fstatSync(fd), before)) return replaced;
		if (before.isFile() && !/^\/(?:dev|proc)\//.test(target)) ftruncateSync(fd);
		writeFileSync(fd, text);
		return undefined;
	} finally {
		closeSync(fd);
	}
}

/** The held folder by a path that no rename changes; elsewhere than on Linux by its own, checked to be the same. */
function heldFolder(fd: number, folder: string): string | undefined {
	if (process.platform === "linux") return `/proc/self/fd/${fd}`;
	const now = statSync(folder, { throwIfNoEntry: false });
	return now !== undefined && isSame(now, fstatSync(fd)) ? folder : undefined;
}

/** Writes a new file beside the target and moves it there; what lies at either name is followed nowhere. */
function moveInPlace(folder: string, base: string, text: string, mode: number | undefined): void {
	const next = path.join(folder, `.${base.slice(0, 200)}.${process.pid}.next`);
	rmSync(next, { force: true });
	const fd = openSync(next, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
	try {
		if (mode !== undefined) fchmodSync(fd, mode);
		writeFileSync(fd, text);
		renameSync(next, path.join(folder, base));
	} catch (error) {
		unlinkSync(next);
		throw error;
	} finally {
		closeSync(fd);
	}
}

const isMounted = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EBUSY";

function regularFile(name: string, real: string, before: Stats | undefined): MessageFile {
	const folder = path.dirname(real);
	const base = path.basename(real);
	const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
	return {
		name,
		write(text) {
			const held = heldFolder(fd, folder);
			if (held === undefined) return `the folder of ${name} was replaced during the run: nothing was written`;
			if (lstatSync(path.join(held, base), { throwIfNoEntry: false })?.isDirectory() === true)
				return `${name} is a folder`;
			try {
				moveInPlace(held, base, text, before === undefined ? undefined : before.mode & 0o777);
				return undefined;
			} catch (error) {
				// A single file that is a mount of its own, as containers have them.
				if (before === undefined || !isMounted(error)) throw error;
				return writeInPlace(name, real, before, text);
			}
		},
		close: () => closeSync(fd),
	};
}

/** A pipe, a terminal, a device, or a file whose folder takes no new names. */
function keptFile(name: string, target: string, before: Stats): MessageFile {
	return { name, write: (text) => writeInPlace(name, target, before, text), close: () => undefined };
}

function isWritable(folder: string): boolean {
	try {
		accessSync(folder, constants.W_OK);
		return true;
	} catch {
		// Not writable is an answer.
		return false;
	}
}

function settle(name: string, absolute: string): FileResult<MessageFile> {
	const refuse = (message: string): FileResult<MessageFile> => ({ kind: "error", message });
	const stat = statSync(absolute, { throwIfNoEntry: false });
	if (stat?.isDirectory() === true) return refuse(`${name} is a folder`);
	accessSync(stat === undefined ? path.dirname(absolute) : absolute, constants.W_OK);
	if (stat === undefined) {
		if (lstatSync(absolute, { throwIfNoEntry: false }) !== undefined) {
			return refuse(`${name} is a link to a file that does not exist`);
		}
		const real = path.join(realpathSync(path.dirname(absolute)), path.basename(absolute));
		return { kind: "ok", value: regularFile(name, real, undefined) };
	}
	// Names such as /dev/stdout stand for open files, which are to be written to, not replaced.
	if (!stat.isFile() || /^\/(?:dev|proc)\//.test(absolute))
		return { kind: "ok", value: keptFile(name, absolute, stat) };
	const real = realpathSync(absolute);
	// Where we may not make a name, no command of ours makes a link either.
	const file = isWritable(path.dirname(real)) ? regularFile(name, real, stat) : keptFile(name, real, stat);
	return { kind: "ok", value: file };
}

/** Whatever the system refuses, as a sentence. */
function withSentences(file: MessageFile): MessageFile {
	return {
		...file,
		write(text) {
			try {
				return file.write(text);
			} catch (error) {
				return `${file.name} could not be written: ${toError(error).message}`;
			}
		},
	};
}

/** Settles where the message will go; a sentence when it could not be written there. */
export function settleMessageFile(name: string, cwd: string): FileResult<MessageFile> {
	try {
		const settled = settle(name, path.resolve(cwd, name));
		return settled.kind === "ok" ? { kind: "ok", value: withSentences(settled.value) } : settled;
	} catch (error) {
		return { kind: "error", message: `${name} cannot be written: ${toError(error).message}` };
	}
}
