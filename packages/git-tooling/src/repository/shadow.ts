// A git folder of our own beside the real one. git run with it sees the real work tree, a copy of the real index and,
// through alternates, the real objects; it never reads the repository's settings, so nothing that a repository chose can
// run: only the values of a short list are taken over. Writes land here. It must not write below the real git folder.

import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { mkdir, open, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../git-tooling-error.ts";
import { askGit } from "../process/ask-git.ts";
import { gitEnvironment } from "../process/hardening.ts";
import { type GitAnswer, type GitCall, runGit } from "../process/run-git.ts";
import { doorOf, type Repository } from "./repository.ts";

/** How one call through a shadow differs from a plain one. */
export type ShadowCall = Pick<GitCall, "input" | "maxBytes" | "accept" | "signal" | "timeoutMs"> & {
	/** A private index; see {@link Shadow.withIndex}. Absent: an empty one. */
	readonly indexFile?: string;
	/** Where new objects go: to the shadow (default), or to the repository, which keeps them. */
	readonly store?: "shadow" | "repository";
};

/** git on the real work tree, under our own settings. */
export interface Shadow {
	/** Its folder. */
	readonly folder: string;
	/** @throws GitToolingError as `runGit` */
	readonly run: (args: readonly string[], call?: ShadowCall) => Promise<GitAnswer>;
	/** Copies the real index, hands the copy to `use`, and removes it afterwards. */
	readonly withIndex: <T>(use: (indexFile: string) => Promise<T>) => Promise<T>;
}

/** What may be taken over from the repository's and the user's settings, and the values that are accepted. */
const takenOver: Readonly<Record<string, RegExp>> = {
	"core.autocrlf": /^(?:true|false|input)$/,
	"core.eol": /^(?:lf|crlf|native)$/,
	"core.filemode": /^(?:true|false)$/,
	"core.ignorecase": /^(?:true|false)$/,
	"core.precomposeunicode": /^(?:true|false)$/,
	"core.sparsecheckout": /^(?:true|false)$/,
	"core.sparsecheckoutcone": /^(?:true|false)$/,
	"core.symlinks": /^(?:true|false)$/,
	"core.trustctime": /^(?:true|false)$/,
};

const copiedFiles = ["info/attributes", "info/exclude", "info/sparse-checkout"];
const copiedMaxBytes = 4 * 1024 * 1024;
let callCount = 0;

/**
 * Makes or renews the shadow of a repository with a work tree in `folder` (made when missing; default: a folder of the
 * repository's `scratch`).
 *
 * @throws GitToolingError `git_missing`, `timeout`, `aborted`
 */
export async function openShadow(repository: Repository, folder: string = defaultFolder(repository)): Promise<Shadow> {
	await mkdir(join(folder, "info"), { recursive: true, mode: 0o700 });
	await mkdir(join(folder, "refs"), { recursive: true });
	await mkdir(join(folder, "objects/info"), { recursive: true });
	await writeFile(join(folder, "objects/info/alternates"), `${quoted(join(repository.commonDir, "objects"))}\n`);
	await writeFile(join(folder, "config"), await settingsText(repository));
	for (const name of copiedFiles) {
		// A linked work tree has its own sparse-checkout; the other files are shared.
		const own = name === "info/sparse-checkout" ? repository.gitDir : repository.commonDir;
		await writeFile(join(folder, name), await bytesOf(join(own, name), copiedMaxBytes));
	}
	await writeFile(join(folder, "HEAD"), await headText(repository));
	const { options, root } = repository;
	const env = {
		...gitEnvironment(options.env),
		GIT_CONFIG_GLOBAL: "/dev/null",
		GIT_DIR: folder,
		GIT_WORK_TREE: root,
		GIT_OBJECT_DIRECTORY: join(folder, "objects"),
	};
	return {
		folder,
		run: (args, { indexFile = join(folder, "no-index"), store = "shadow", ...call } = {}) => {
			const kept = store === "repository" ? { GIT_OBJECT_DIRECTORY: join(repository.commonDir, "objects") } : {};
			return runGit({
				...call,
				binary: options.binary ?? "git",
				args,
				cwd: root,
				env: { ...env, ...kept, GIT_INDEX_FILE: indexFile },
			});
		},
		withIndex: (use) => withIndexCopy(repository, folder, use),
	};
}

function defaultFolder({ gitDir, root, options }: Repository): string {
	const name = createHash("sha256").update(`${gitDir}\0${root}`).digest("hex").slice(0, 24);
	callCount += 1;
	return join(options.scratch, `${name}-${process.pid}-${callCount}`);
}

/** Makes a shadow in `scratch`, and removes it when `use` has ended. */
export async function withShadow<T>(repository: Repository, use: (shadow: Shadow) => Promise<T>): Promise<T> {
	const folder = defaultFolder(repository);
	try {
		return await use(await openShadow(repository, folder));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function withIndexCopy<T>(
	{ gitDir }: Repository,
	folder: string,
	use: (indexFile: string) => Promise<T>,
): Promise<T> {
	callCount += 1;
	const copy = join(folder, `index-${process.pid}-${callCount}`);
	const made = [copy, `${copy}-untracked`];
	try {
		await copyIndex(join(gitDir, "index"), copy);
		// A split index keeps most of its entries in a second file that git looks for in its git folder.
		for (const name of await readdir(gitDir)) {
			if (!name.startsWith("sharedindex.")) continue;
			await writeFile(join(folder, name), await bytesOf(join(gitDir, name)));
			made.push(join(folder, name));
		}
		return await use(copy);
	} finally {
		for (const path of made) await rm(path, { force: true });
	}
}

/**
 * git reads a file again whose time is not older than the index's: it may have changed in the same tick. So the copy must
 * not be younger than the real index; a little older only means that more files are read.
 */
async function copyIndex(from: string, to: string): Promise<void> {
	const before = await statIfAny(from);
	if (before === undefined) return;
	await writeFile(to, await bytesOf(from));
	const seconds = Math.floor(before.mtimeMs - 1) / 1000;
	await utimes(to, seconds, seconds);
}

async function statIfAny(path: string): Promise<Stats | undefined> {
	try {
		return await stat(path);
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return undefined;
		throw error;
	}
}

async function settingsText(repository: Repository): Promise<string> {
	const lines = ["[core]", "\tbare = false", "\tsafecrlf = false", "\tlogAllRefUpdates = false"];
	const answer = await askGit(doorOf(repository), ["config", "--null", "--show-scope", "--list"]);
	// Fields and entries are both ended by a NUL: scope, then key and value with a line break between them.
	const fields = answer.kind === "text" ? answer.text.split("\0") : [];
	for (let at = 0; at + 1 < fields.length; at += 2) {
		const [scope, entry = ""] = [fields[at], fields[at + 1]];
		const [key = "", value = "true"] = splitOnce(entry, "\n");
		if (takenOver[key]?.test(value) === true) lines.push(`\t${key.slice("core.".length)} = ${value}`);
		// Which files the user never wants to see is the user's to say, not the repository's.
		if (key === "core.excludesfile" && scope === "global") lines.push(`\texcludesFile = ${quoted(value)}`);
	}
	if (repository.objectFormat === "sha1") return `${lines.join("\n")}\n\trepositoryformatversion = 0\n`;
	return `${lines.join("\n")}\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n`;
}

async function headText(repository: Repository): Promise<string> {
	const answer = await askGit(doorOf(repository), ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]);
	const id = answer.kind === "text" ? answer.text.trim() : "";
	return /^[0-9a-f]{40,64}$/.test(id) ? `${id}\n` : "ref: refs/heads/unborn\n";
}

/** The content of a regular file; empty when there is none. Links and special files count as none. */
async function bytesOf(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
	try {
		const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const stats = await handle.stat();
			return stats.isFile() && stats.size <= maxBytes ? await handle.readFile() : new Uint8Array();
		} finally {
			await handle.close();
		}
	} catch (error) {
		const code = systemErrorCode(error);
		if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return new Uint8Array();
		throw error;
	}
}

function splitOnce(text: string, at: string): readonly string[] {
	const found = text.indexOf(at);
	return found === -1 ? [text] : [text.slice(0, found), text.slice(found + at.length)];
}

/** As git quotes a path in `alternates` and a value in its settings. */
function quoted(text: string): string {
	return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`;
}
