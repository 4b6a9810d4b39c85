// Lists a directory as an indented tree. Reads only the directories that it shows entries of, so that a deep tree costs
// no more than the page that was asked for. Never follows links.

import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { JsonValue } from "@codex/protocol";
import { truncateMiddle } from "../../context/truncate.ts";
import type { PathRule } from "../../ports/file-guard.ts";
import { readArguments } from "../arguments.ts";
import { describeFileError, entryKind } from "../file-problem.ts";
import { deniedRead } from "../open-regular-file.ts";
import { displayPath, printableName } from "../paths.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, failed, runFramed } from "../tool-call.ts";
import { type ListDirArgs, listDirArgsSchema } from "./args-schema.ts";

const indentation = "  ";

/** Runs one list_dir call; see {@link Tool.run}. */
export async function runListDir(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "list_dir", args }, context, async () => {
		const read = readArguments(listDirArgsSchema, args, { renamed: { path: "dir_path" }, textArgument: "dir_path" });
		if (read.kind === "error") return failed(read.message);
		const folder = path.resolve(context.cwd, read.args.dir_path);
		const shownPath = displayPath(context.cwd, folder);
		const hides = await context.files.denied();
		const denied = await deniedRead(folder, shownPath, hides);
		if (denied !== undefined) return failed(denied);
		try {
			const stats = await stat(folder);
			if (!stats.isDirectory()) return failed(`\`${shownPath}\` is ${entryKind(stats)}, not a directory`);
			return await listFolder({ folder, shownPath, hides }, read.args, context);
		} catch (error) {
			return failed(describeFileError(error, shownPath));
		}
	});
}

interface Place {
	readonly folder: string;
	readonly shownPath: string;
	readonly hides: PathRule;
}

async function listFolder(place: Place, args: ListDirArgs, context: ToolContext): Promise<ToolResult> {
	const { folder, shownPath, hides } = place;
	const { offset, limit, depth } = args;
	const lines: string[] = [];
	let count = 0;
	for await (const line of walk(folder, { level: 0, depth, hides })) {
		if (context.signal.aborted) return abortedResult;
		count += 1;
		if (count < offset) continue;
		if (lines.length === limit) {
			lines.push(`More than ${limit} entries found`);
			break;
		}
		lines.push(line);
	}
	if (count === 0) return { output: "the directory is empty", status: "ok" };
	if (lines.length === 0) {
		const entries = count === 1 ? "1 entry" : `${count} entries`;
		return failed(`\`${shownPath}\` has ${entries} to depth ${depth}; offset ${offset} is beyond the end`);
	}
	return { output: truncateMiddle(lines.join("\n"), context.outputTokenLimit * 4), status: "ok" };
}

interface Level {
	readonly level: number;
	readonly depth: number;
	/** What is in a denied folder is not shown. */
	readonly hides: PathRule;
}

/** The lines of a directory and of what lies in it, in the order in which they are shown. */
async function* walk(folder: string, { level, depth, hides }: Level): AsyncGenerator<string> {
	const entries = await readdir(folder, { withFileTypes: true });
	entries.sort((left, right) => compareNames(left.name, right.name));
	for (const entry of entries) {
		const line = `${indentation.repeat(level)}${printableName(entry.name)}${suffix(entry)}`;
		const inner = path.join(folder, entry.name);
		if (!entry.isDirectory() || level + 1 >= depth || hides(inner) !== undefined) {
			yield line;
			continue;
		}
		const below = walk(inner, { level: level + 1, depth, hides });
		let next: IteratorResult<string, void>;
		try {
			next = await below.next();
		} catch {
			// It cannot be read, or is gone by now; the rest can still be listed.
			yield `${line} (cannot be read)`;
			continue;
		}
		yield line;
		if (next.done !== true) yield next.value;
		yield* below;
	}
}

/** By UTF-16 units: the same order on every machine. */
function compareNames(left: string, right: string): number {
	if (left === right) return 0;
	return left < right ? -1 : 1;
}

function suffix(entry: Dirent): string {
	if (entry.isDirectory()) return "/";
	if (entry.isSymbolicLink()) return "@";
	return entry.isFile() ? "" : "?";
}
