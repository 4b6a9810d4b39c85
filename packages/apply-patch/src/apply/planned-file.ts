// A file of a patch as it will be, beside what it is. Types alone.

import type { DiskEntry } from "./disk.ts";
import type { FileLocation } from "./locate-file.ts";

/** What a file is after the hunks so far. */
export type FileState =
	/** As on disk. */
	| { readonly kind: "untouched" }
	| { readonly kind: "absent" }
	/** `mode` is that of the file it was moved from; absent: that of the file on disk, or of any new file. */
	| { readonly kind: "text"; readonly text: string; readonly mode?: number };

/** One file of the patch. */
export interface PlannedFile {
	/** As the patch first names it, for messages. */
	readonly path: string;
	readonly location: FileLocation;
	/** What is on disk; absent for nothing. */
	readonly original: DiskEntry | undefined;
	state: FileState;
	/** The content on disk, once read. */
	originalText?: string;
}
