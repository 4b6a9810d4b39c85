// Everything in a repository that could take effect, read once into memory. Whoever loads something of a repository
// takes it from here and never from the disk again: what takes effect is, byte for byte, what was hashed.

import { createHash } from "node:crypto";
import { posix } from "node:path";
import { decodeText } from "../files/text-file.ts";
import {
	closeFolder,
	isUnsafe,
	linkTarget,
	lookAt,
	namesIn,
	type OpenFolder,
	openFolder,
	openRoot,
	readFileIn,
	type Unsafe,
} from "./read-inside.ts";
import { foldName, governedFiles, governedFolders, settingsFolders } from "./repository.ts";
import { scriptCandidates } from "./scripts.ts";

/** One file of a snapshot. */
export interface SnapshotFile {
	/** From the root, with `/`. */
	readonly path: string;
	/** A `link` is a script that is a symbolic link; its text is `-> ` and where it leads, and it is not followed. */
	readonly kind: "file" | "link";
	/** Bytes. */
	readonly size: number;
	/** Of the bytes, in hexadecimal. */
	readonly sha256: string;
	/** Absent when the bytes are not UTF-8, and for a `.env`. */
	readonly text?: string;
}

/** The files of a folder that could take effect. */
export interface Snapshot {
	readonly kind: "snapshot";
	/** Real path. */
	readonly root: string;
	/** By path, in the order of the code units. */
	readonly files: ReadonlyMap<string, SnapshotFile>;
	/** SHA-256, in hexadecimal, of the paths, kinds and contents of all files. */
	readonly hash: string;
}

/** Limits of a snapshot; beyond them a folder cannot be trusted. */
export const snapshotLimits = {
	// The largest rule files and skills seen are below 100 KiB.
	fileBytes: 1_048_576,
	// A bundled server is one file of some megabytes.
	scriptBytes: 8_388_608,
	totalBytes: 16_777_216,
	files: 512,
	depth: 8,
	// Names in one folder; more is no folder that somebody wrote by hand. The root may have more.
	names: 4096,
	rootNames: 262_144,
	// As many links as Linux follows in one path.
	linkHops: 40,
} as const;

class Stop extends Error {
	readonly unsafe: Unsafe;

	constructor(unsafe: Unsafe) {
		super(unsafe.reason);
		this.unsafe = unsafe;
	}
}

function orStop<Value>(value: Value | Unsafe): Value {
	if (isUnsafe(value)) throw new Stop(value);
	return value;
}

const stop = (path: string, reason: string): never => {
	throw new Stop({ kind: "unsafe", path, reason });
};

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Names that are settings' names but for case and the like must not be there: which file counts would depend on the disk. */
function refuseVariants(folder: OpenFolder, names: readonly string[], governed: readonly string[]): void {
	const byFold = new Map(governed.map((name) => [foldName(name), name]));
	for (const name of names) {
		const meant = byFold.get(foldName(name));
		if (meant !== undefined && meant !== name) {
			const path = folder.path === "" ? name : `${folder.path}/${name}`;
			stop(path, `is spelled almost like \`${meant}\`: rename one of the two`);
		}
	}
}

class Collector {
	readonly files = new Map<string, SnapshotFile>();
	#bytes = 0;

	#add(path: string, kind: SnapshotFile["kind"], bytes: Uint8Array): void {
		this.#bytes += bytes.length;
		if (this.files.size >= snapshotLimits.files)
			stop(path, `is one file more than the ${snapshotLimits.files} allowed`);
		if (this.#bytes > snapshotLimits.totalBytes) stop(path, "brings all files together above 16 MiB");
		const reading = decodeText(bytes);
		const file = { path, kind, size: bytes.length, sha256: sha256(bytes) };
		// A `.env` is hashed and never shown or kept.
		const isKept = reading.kind === "text" && !posix.basename(path).startsWith(".env");
		this.files.set(path, isKept ? { ...file, text: reading.text } : file);
	}

	/** Opens a folder, hands it to `work` and closes it. */
	#within(parent: OpenFolder, name: string, work: (folder: OpenFolder) => void): void {
		const entry = lookAt(parent, name);
		const path = parent.path === "" ? name : `${parent.path}/${name}`;
		if (entry.kind === "absent") return;
		if (entry.kind === "link") return stop(path, "is a symbolic link");
		if (entry.kind === "unsafe") throw new Stop(entry);
		if (entry.kind === "file") return stop(path, "is a file, not a folder");
		const folder = orStop(openFolder(parent, name, entry.stat));
		try {
			work(folder);
		} finally {
			closeFolder(folder);
		}
	}

	#file(folder: OpenFolder, name: string): void {
		const path = `${folder.path}/${name}`;
		const entry = lookAt(folder, name);
		if (entry.kind === "absent") return;
		if (entry.kind === "link") return stop(path, "is a symbolic link");
		if (entry.kind === "folder") return stop(path, "is a folder, not a file");
		if (entry.kind === "unsafe") throw new Stop(entry);
		this.#add(path, "file", orStop(readFileIn(folder, name, entry.stat, snapshotLimits.fileBytes)));
	}

	#names(folder: OpenFolder, most: number): readonly string[] {
		const names = orStop(namesIn(folder, most));
		return names ?? stop(folder.path, `holds more than ${most} names`);
	}

	#tree(folder: OpenFolder, depth: number): void {
		if (depth > snapshotLimits.depth) stop(folder.path, `is more than ${snapshotLimits.depth} folders deep`);
		for (const name of this.#names(folder, snapshotLimits.names)) {
			if (lookAt(folder, name).kind === "folder") this.#within(folder, name, (inner) => this.#tree(inner, depth + 1));
			else this.#file(folder, name);
		}
	}

	settings(root: OpenFolder): void {
		if (settingsFolders.every((name) => lookAt(root, name).kind === "absent")) return;
		refuseVariants(root, this.#names(root, snapshotLimits.rootNames), settingsFolders);
		for (const settings of settingsFolders) {
			this.#within(root, settings, (folder) => {
				const names = this.#names(folder, snapshotLimits.names);
				refuseVariants(folder, names, [...governedFiles, ...governedFolders]);
				for (const name of governedFiles) this.#file(folder, name);
				for (const name of governedFolders) this.#within(folder, name, (inner) => this.#tree(inner, 1));
			});
		}
	}

	/**
	 * A script that a setting names, by its path from the root. What is not there, or not a plain file, is none. A link is
	 * recorded; where it leads is read too, step by step as any path, when that is inside the root.
	 */
	script(root: OpenFolder, path: string, hops: number = 0): void {
		if (hops > snapshotLimits.linkHops) stop(path, "is a symbolic link that leads to itself");
		const onLink = (link: string, target: string, rest: readonly string[]): void => {
			const next = posix.join(posix.dirname(link), target, ...rest);
			if (!posix.isAbsolute(target) && next !== ".." && !next.startsWith("../")) this.script(root, next, hops + 1);
		};
		this.#scriptStep(root, path.split("/"), onLink);
	}

	#scriptStep(
		folder: OpenFolder,
		[name = "", ...rest]: readonly string[],
		onLink: (link: string, target: string, rest: readonly string[]) => void,
	): void {
		const path = folder.path === "" ? name : `${folder.path}/${name}`;
		const entry = lookAt(folder, name);
		if (entry.kind === "link") {
			const target = orStop(linkTarget(folder, name));
			if (!this.files.has(path)) this.#add(path, "link", new TextEncoder().encode(`-> ${target}`));
			onLink(path, target, rest);
		} else if (entry.kind === "folder" && rest.length > 0) {
			this.#within(folder, name, (inner) => this.#scriptStep(inner, rest, onLink));
		} else if (entry.kind === "file" && rest.length === 0 && !this.files.has(path)) {
			this.#add(path, "file", orStop(readFileIn(folder, name, entry.stat, snapshotLimits.scriptBytes)));
		}
	}
}

/** One hash for a set of files. Independent of the order in which they were found. */
export function hashFiles(files: Iterable<SnapshotFile>): string {
	const lines = [...files].map(({ kind, path, size, sha256: digest }) => JSON.stringify([path, kind, size, digest]));
	return sha256(lines.toSorted().join("\n"));
}

/** The file of settings that counts: `.code/config.toml`, or `.codex/config.toml` when the former is absent. */
export function settingsFile(files: ReadonlyMap<string, SnapshotFile>): SnapshotFile | undefined {
	for (const folder of settingsFolders) {
		const file = files.get(`${folder}/config.toml`);
		if (file !== undefined) return file;
	}
	return undefined;
}

/**
 * Reads everything below `root` (a real path) that could take effect: the files and folders above, and the scripts of
 * the repository that the settings name as commands of MCP servers and hooks.
 *
 * Contract: never throws; starts nothing; opens plain files only, inside the root only, and follows no link. Links, other
 * kinds of files, unreadable, huge or too many files, and names that differ from ours only in case make the folder
 * `unsafe`, with the path and a phrase that follows it.
 */
export async function takeSnapshot(root: string): Promise<Snapshot | Unsafe> {
	const folder = openRoot(root);
	if (isUnsafe(folder)) return folder;
	try {
		const collector = new Collector();
		collector.settings(folder);
		const named = new Set(settingsFolders.flatMap((name) => governedFiles.map((file) => `${name}/${file}`)));
		const settings = [...collector.files.values()].filter(({ path }) => named.has(path));
		for (const file of settings) {
			const scripts = await scriptCandidates(root, file.path, file.text ?? "");
			for (const path of scripts ?? stop(file.path, "names too many programs and arguments")) {
				collector.script(folder, path);
			}
		}
		const files = new Map([...collector.files].toSorted(([left], [right]) => (left < right ? -1 : 1)));
		return { kind: "snapshot", root, files, hash: hashFiles(files.values()) };
	} catch (error) {
		if (error instanceof Stop) return error.unsafe;
		throw error;
	} finally {
		closeFolder(folder);
	}
}
