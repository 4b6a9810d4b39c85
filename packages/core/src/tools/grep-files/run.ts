// Finds files by content with the best search program of the machine. A separate process does the matching, so that no
// expression, however bad, can hang the agent; it is killed after its time.

import { stat } from "node:fs/promises";
import path from "node:path";
import type { JsonValue } from "@codex/protocol";
import type { CommandResult } from "../../ports/command-runner.ts";
import type { PathRule } from "../../ports/file-guard.ts";
import { readArguments } from "../arguments.ts";
import { describeFileError, entryKind } from "../file-problem.ts";
import { findProgram } from "../find-program.ts";
import { deniedRead } from "../open-regular-file.ts";
import { displayPath, printableName } from "../paths.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, failed, runFramed } from "../tool-call.ts";
import { type GrepFilesArgs, grepFilesArgsSchema } from "./args-schema.ts";
import { engineEnvironment, engines, isIgnoredArgs, type Search } from "./engines.ts";
import { matchesGlob } from "./glob.ts";
import { searchTimeoutMs } from "./spec.ts";

// Beyond these a pattern is too wide to be of use; they bound memory and the number of files looked at for their age.
const maxListCharacters = 16_777_216;
const maxSortedFiles = 20_000;
const maxComplaintCharacters = 2000;
const statBatch = 64;
const unknownDialect = /perl|pcre|invalid option/i;

/** Runs one grep_files call; see {@link Tool.run}. */
export async function runGrepFiles(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "grep_files", args }, context, async () => {
		const read = readArguments(grepFilesArgsSchema, args, { renamed: { regex: "pattern", glob: "include" } });
		if (read.kind === "error") return failed(read.message);
		const target = path.resolve(context.cwd, read.args.path ?? ".");
		const shownPath = displayPath(context.cwd, target);
		try {
			const stats = await stat(target);
			if (!stats.isDirectory() && !stats.isFile()) {
				return failed(`\`${shownPath}\` is ${entryKind(stats)}, not a directory or file`);
			}
			const hides = await context.files.denied();
			const denied = await deniedRead(target, shownPath, hides);
			if (denied !== undefined) return failed(denied);
			return await search(toSearch(read.args, target, stats.isFile()), { ...read.args, hides }, context);
		} catch (error) {
			return failed(describeFileError(error, shownPath));
		}
	});
}

function toSearch({ pattern, include }: GrepFilesArgs, target: string, isFile: boolean): Search {
	return {
		pattern,
		...(include === undefined ? {} : { include }),
		...(isFile ? { folder: path.dirname(target), file: path.basename(target) } : { folder: target }),
	};
}

interface Showing {
	readonly limit: number;
	readonly hides: PathRule;
}

async function search(wanted: Search, { limit, hides }: Showing, context: ToolContext): Promise<ToolResult> {
	const listing = await listMatches(wanted, context);
	switch (listing.kind) {
		case "aborted":
			return abortedResult;
		case "failed":
			return failed(listing.message);
		case "listed": {
			const fitting =
				wanted.include === undefined || wanted.file !== undefined
					? listing.files
					: listing.files.filter((file) => matchesGlob(file, wanted.include ?? ""));
			// That a denied file matches would tell what is in it. Engines follow no links, so the name is enough.
			const named = fitting.filter((file) => hides(path.join(wanted.folder, file)) === undefined);
			const sorted = await newestFirst(wanted.folder, named.slice(0, maxSortedFiles));
			if (context.signal.aborted) return abortedResult;
			const remark = listing.isPartial ? [`[stopped after ${searchTimeoutMs / 1000} seconds; there may be more]`] : [];
			if (sorted.length === 0) return { output: ["No matches found", ...remark].join("\n"), status: "ok" };
			return { output: [...page(sorted, limit, context), ...remark].join("\n"), status: "ok" };
		}
	}
}

/** The files to name: as many as asked for and as fit into the output. */
function page(files: readonly string[], limit: number, context: ToolContext): readonly string[] {
	const lines: string[] = [];
	// 100: room for the closing remarks.
	let roomBytes = context.outputTokenLimit * 4 - 100;
	for (const file of files.slice(0, limit)) {
		const line = printableName(displayPath(context.cwd, file));
		roomBytes -= Buffer.byteLength(line) + 1;
		if (roomBytes < 0 && lines.length > 0) break;
		lines.push(line);
	}
	if (lines.length < files.length) lines.push(`More than ${lines.length} files match`);
	return lines;
}

type Listing =
	| { readonly kind: "listed"; readonly files: readonly string[]; readonly isPartial: boolean }
	| { readonly kind: "failed"; readonly message: string }
	| { readonly kind: "aborted" };

/** Asks one engine after the other until one has searched. */
async function listMatches(wanted: Search, context: ToolContext): Promise<Listing> {
	let complaint: string | undefined;
	let lacksPerl = false;
	for (const engine of engines) {
		const isFit = engine.isPlain === lacksPerl && !(engine.program === "git" && wanted.file !== undefined);
		lacksPerl = false;
		if (!isFit) continue;
		const answer = await runEngine(engine.program, engine.args(wanted), { folder: wanted.folder, context });
		if (answer === undefined) continue;
		const listing = toListing(answer);
		const isBlind = engine.program === "git" && isEmpty(listing) && (await isIgnored(wanted.folder, context));
		if (isBlind) continue;
		if (listing !== undefined) return listing;
		lacksPerl = engine.program !== "rg" && unknownDialect.test(answer.complaint);
		complaint = answer.complaint === "" ? `\`${engine.program}\` did not end by itself` : answer.complaint;
	}
	if (complaint === undefined) return { kind: "failed", message: "no `rg`, `git` or `grep` was found on PATH" };
	return { kind: "failed", message: `the search failed: ${complaint}` };
}

/** What an engine found; `undefined` when it could not search. */
function toListing({ outcome, files, complaint }: EngineAnswer): Listing | undefined {
	switch (outcome.status) {
		case "aborted":
			return { kind: "aborted" };
		case "timed_out":
			return { kind: "listed", files, isPartial: true };
		case "exited": {
			// 1 is no match. An error that is not explained is a file that could not be read.
			const hasSearched = outcome.exitCode <= 1 || files.length > 0 || complaint === "";
			return hasSearched ? { kind: "listed", files, isPartial: false } : undefined;
		}
		case "signalled":
		case "spawn_failed":
			return undefined;
	}
}

function isEmpty(listing: Listing | undefined): boolean {
	return listing?.kind === "listed" && listing.files.length === 0 && !listing.isPartial;
}

/** git finds nothing in a folder that is ignored, not even when it is asked for by name. */
async function isIgnored(folder: string, context: ToolContext): Promise<boolean> {
	if (folder === context.cwd) return false;
	const answer = await runEngine("git", isIgnoredArgs, { folder, context });
	return answer?.outcome.status === "exited" && answer.outcome.exitCode === 0;
}

interface EngineAnswer {
	readonly outcome: CommandResult["outcome"];
	/** Relative to the folder. */
	readonly files: readonly string[];
	/** What it wrote to stderr, or why it could not be started. */
	readonly complaint: string;
}

interface EnginePlace {
	readonly folder: string;
	readonly context: ToolContext;
}

async function runEngine(
	program: string,
	args: readonly string[],
	{ folder, context }: EnginePlace,
): Promise<EngineAnswer | undefined> {
	const executable = findProgram({ name: program, searchPath: context.shellEnv.PATH, notBelow: context.cwd });
	if (executable === undefined) return undefined;
	const chunks: string[] = [];
	let characters = 0;
	let complaint = "";
	const request = {
		argv: [executable, ...args],
		cwd: folder,
		env: engineEnvironment(context.shellEnv),
		timeoutMs: searchTimeoutMs,
		// The list is collected below.
		maxOutputBytes: maxComplaintCharacters,
	};
	const { outcome } = await context.runner.run(request, context.signal, (stream, chunk) => {
		if (stream === "stderr") complaint = (complaint + chunk).slice(0, maxComplaintCharacters);
		else if (characters < maxListCharacters) {
			characters += chunk.length;
			chunks.push(chunk);
		}
	});
	const names = chunks.join("").split("\0");
	// What follows the last NUL is nothing, or a name that was cut off.
	names.pop();
	const files = names.map((name) => (name.startsWith("./") ? name.slice(2) : name));
	return { outcome, files, complaint: outcome.status === "spawn_failed" ? outcome.message : complaint.trim() };
}

/** Absolute paths, the most recently changed first, then by name. */
async function newestFirst(folder: string, files: readonly string[]): Promise<readonly string[]> {
	const dated: { readonly file: string; readonly changedMs: number }[] = [];
	for (let start = 0; start < files.length; start += statBatch) {
		const batch = files.slice(start, start + statBatch).map(async (name) => {
			const file = path.join(folder, name);
			const stats = await stat(file).catch(() => undefined);
			return { file, changedMs: stats?.mtimeMs ?? 0 };
		});
		dated.push(...(await Promise.all(batch)));
	}
	dated.sort((left, right) => right.changedMs - left.changedMs || (left.file < right.file ? -1 : 1));
	return dated.map(({ file }) => file);
}
