// Reads the files that a patch names, through folders that are held open. Errors name a file as the patch does; what is
// read here is checked again when it is replaced.

import { Buffer, isUtf8 } from "node:buffer";
import { dirname } from "node:path";
import { PatchError } from "../patch-error.ts";
import type { Disk, DiskEntry } from "./disk.ts";
import { namingFile } from "./failure.ts";
import type { FileLocation } from "./locate-file.ts";
import type { OpenDirectories } from "./open-directories.ts";
import type { PlannedFile } from "./planned-file.ts";

// Half of the longest string that V8 can hold, so that the result of an update fits too.
const maxTextBytes = 256 * 1024 * 1024;
// What is deleted or overwritten is read only to show it; more than this nobody reads.
const maxShownBytes = 8 * 1024 * 1024;

/** What can be shown of a file; `binary` when it is no text or has more than 8 MiB. */
export type ShownText =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "binary" }
	| { readonly kind: "absent" };

/**
 * The text that an editor holds for the file with a real path, in place of `diskText`; `undefined` when it holds none. Must
 * not reject.
 */
export type OpenText = (realPath: string, diskText: string) => Promise<string | undefined>;

/** Reads planned files: their state after the hunks so far, and the disk for what no hunk has touched. */
export interface FileReader {
	/** What is on disk at a place; undefined for nothing. @throws PatchError `io` */
	lookUp(location: FileLocation, path: string): Promise<DiskEntry | undefined>;
	/** The text of a file, exactly. @throws PatchError `not_found`, `not_a_file`, `not_text`, `too_large`, `io` */
	readText(file: PlannedFile, path: string): Promise<string>;
	/** The text for showing it. @throws PatchError `not_a_file`, `io` */
	showText(file: PlannedFile, path: string): Promise<ShownText>;
	/** Where a link leads. @throws PatchError `io` */
	readLink(file: PlannedFile, path: string): Promise<string>;
	/** @throws PatchError `not_a_file`, or `io` for a file that this process may not write */
	assertReplaceable(file: PlannedFile, path: string): Promise<void>;
}

/** Makes a reader. */
export function createFileReader(disk: Disk, directories: OpenDirectories, openText?: OpenText): FileReader {
	const onDisk = <T>(location: FileLocation, path: string, read: (path: string) => Promise<T>): Promise<T> =>
		namingFile(`Failed to read ${path}`, async () => {
			const directory = await directories.open(dirname(location.realPath));
			return read(await directory.at(location.name));
		});
	const readUtf8 = async (file: PlannedFile, path: string): Promise<string | undefined> => {
		if (file.originalText !== undefined) return file.originalText;
		const bytes = await onDisk(file.location, path, (at) => disk.readFile(at));
		if (!isUtf8(bytes)) return undefined;
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
		file.originalText = (await openText?.(file.location.realPath, text)) ?? text;
		return file.originalText;
	};
	return {
		async lookUp(location, path) {
			return location.missing.length > 0 ? undefined : onDisk(location, path, (at) => disk.lstat(at));
		},
		async readText(file, path) {
			const known = knownText(file);
			if (known.kind === "text") return known.text;
			if (known.kind === "absent") {
				throw new PatchError("not_found", `Failed to read file to update ${path}: it does not exist`);
			}
			assertRegular(known.original, path);
			if (known.original.sizeBytes > maxTextBytes) {
				throw new PatchError("too_large", `${path} has more than ${maxTextBytes} bytes and cannot be patched`);
			}
			const text = await readUtf8(file, path);
			if (text !== undefined) return text;
			throw new PatchError("not_text", `${path} is not valid UTF-8 text and cannot be patched`);
		},
		async showText(file, path) {
			const known = knownText(file);
			if (known.kind !== "on_disk") return known;
			assertRegular(known.original, path);
			const text = known.original.sizeBytes > maxShownBytes ? undefined : await readUtf8(file, path);
			return text === undefined ? { kind: "binary" } : { kind: "text", text };
		},
		readLink: (file, path) => onDisk(file.location, path, (at) => disk.readlink(at)),
		async assertReplaceable(file, path) {
			const known = knownText(file);
			if (known.kind !== "on_disk") return;
			assertRegular(known.original, path);
			if (await onDisk(file.location, path, (at) => disk.canWrite(at))) return;
			throw new PatchError("io", `Failed to write file ${path}: it is read-only`);
		},
	};
}

type KnownText =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "absent" }
	| { readonly kind: "on_disk"; readonly original: DiskEntry };

function knownText({ state, original }: PlannedFile): KnownText {
	if (state.kind !== "untouched") return state;
	return original === undefined ? { kind: "absent" } : { kind: "on_disk", original };
}

function assertRegular(original: DiskEntry, path: string): void {
	if (original.kind === "directory") throw new PatchError("not_a_file", `${path} is a folder, not a file`);
	if (original.kind !== "file") throw new PatchError("not_a_file", `${path} is not a regular file`);
}
