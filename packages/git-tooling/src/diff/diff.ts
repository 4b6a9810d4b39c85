// What differs in a work tree, as data and as a bounded unified text. It runs through a shadow: no external diff, no text
// conversion, no filter. Untracked files are shown by announcing them in a copy of the index.

import { GitToolingError, messageOf } from "../git-tooling-error.ts";
import type { Repository } from "../repository/repository.ts";
import { resolveCommit } from "../repository/revision.ts";
import { type Shadow, withShadow } from "../repository/shadow.ts";
import { fromText } from "../snapshot/path-name.ts";
import { type DiffFile, parseDiffFiles } from "./parse-diff.ts";

/** What is compared. */
export interface DiffRequest {
	/**
	 * - `staged`: HEAD and the index
	 * - `unstaged`: the index and the files
	 * - `untracked`: files that git does not know and does not ignore, as added
	 * - `{against}`: a commit and the files, untracked ones included
	 */
	readonly of: "staged" | "unstaged" | "untracked" | { readonly against: string };
	/** Files and folders relative to the root, taken literally. Absent: all. */
	readonly paths?: readonly string[];
	/** Whether a moved file is one entry. Default true. */
	readonly renames?: boolean;
	/** Bytes of `text` at most. Default 1 MiB; 0: only the files. */
	readonly maxBytes?: number;
	/** Stops git; the call rejects with `aborted`. */
	readonly signal?: AbortSignal;
}

/** What differs. */
export interface Diff {
	readonly kind: "diff";
	readonly files: readonly DiffFile[];
	/** Unified diff with `a/` and `b/`; bytes that are not UTF-8 are replaced. */
	readonly text: string;
	/** `text` was cut at `maxBytes`; `files` is whole. */
	readonly truncated: boolean;
}

const defaultMaxBytes = 1024 * 1024;
const plainOptions = ["--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=dirty", "--submodule=short"];

/** Compares. An unknown commit, a bare repository and a path that leads outside are problems, as values. */
export async function diff(
	repository: Repository,
	request: DiffRequest,
): Promise<Diff | { readonly kind: "problem"; readonly message: string }> {
	if (repository.bare) return { kind: "problem", message: `${repository.root} is a bare repository: it has no files.` };
	const { of, signal, paths = [] } = request;
	if (paths.length > maxPaths)
		return { kind: "problem", message: `Not more than ${maxPaths} paths can be compared at once.` };
	let commit = "";
	if (typeof of !== "string") {
		const resolved = await resolveCommit(repository, of.against, signal);
		if (resolved.kind === "problem") return resolved;
		commit = resolved.id;
	}
	try {
		return await withShadow(repository, (shadow) =>
			shadow.withIndex((indexFile) => compare(shadow, { request, commit, indexFile })),
		);
	} catch (error) {
		if (!(error instanceof GitToolingError) || error.code !== "git_failed") throw error;
		return { kind: "problem", message: messageOf(error) };
	}
}

interface Comparison {
	readonly request: DiffRequest;
	readonly commit: string;
	readonly indexFile: string;
}

async function compare(shadow: Shadow, { request, commit, indexFile }: Comparison): Promise<Diff> {
	const { of, paths = [], renames = true, maxBytes = defaultMaxBytes, signal } = request;
	const only = paths.map((path) => Buffer.from(fromText(path), "latin1").toString("utf8"));
	let call = { indexFile, signal };
	if (of === "untracked") {
		// An index of their own, so that nothing else differs from it.
		const own = { indexFile: `${indexFile}-untracked`, signal };
		await announceUntracked(shadow, { only, from: call, into: own });
		call = own;
	} else if (typeof of !== "string") await announceUntracked(shadow, { only, from: call, into: call });
	const what = of === "staged" ? ["--cached", await headOf(shadow)] : commit === "" ? [] : [commit];
	const options = [...plainOptions, renames ? "--find-renames" : "--no-renames", ...what, "--", ...only];
	const raw = await shadow.run(["diff", "--raw", "--numstat", "-z", ...options], call);
	const files = parseDiffFiles(raw.stdout);
	if (maxBytes <= 0 || files.length === 0) return { kind: "diff", files, text: "", truncated: files.length > 0 };
	const patch = await shadow.run(["diff", "--patch", ...options], { ...call, maxBytes });
	return { kind: "diff", files, text: patch.stdout.toString("utf8"), truncated: patch.truncated };
}

/** An argument list holds 128 KiB safely; a path has at most 4 KiB and seldom more than 256 bytes. */
const maxPaths = 400;

interface IndexCall {
	readonly indexFile: string;
	readonly signal: AbortSignal | undefined;
}

/** Enters files that `from` does not know into `into`, without their content. */
async function announceUntracked(
	shadow: Shadow,
	{ only, from, into }: { readonly only: readonly string[]; readonly from: IndexCall; readonly into: IndexCall },
): Promise<void> {
	const { stdout } = await shadow.run(["ls-files", "-z", "--others", "--exclude-standard", "--", ...only], from);
	// A path that ends in a slash is another repository.
	const names = stdout.toString("latin1").split("\0");
	const found = names.filter((name) => name !== "" && !name.endsWith("/"));
	if (found.length === 0) return;
	const add = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
	await shadow.run(add, { ...into, input: [Buffer.from(`${found.join("\0")}\0`, "latin1")] });
}

async function headOf(shadow: Shadow): Promise<string> {
	const { stdout, exitCode } = await shadow.run(["rev-parse", "--quiet", "--verify", "HEAD"], { accept: [0, 1, 128] });
	if (exitCode === 0) return stdout.toString("latin1").trim();
	// Before the first commit everything staged is added to nothing.
	const empty = await shadow.run(["hash-object", "-t", "tree", "--stdin"]);
	return empty.stdout.toString("latin1").trim();
}
