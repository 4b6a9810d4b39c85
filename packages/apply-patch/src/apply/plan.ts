// Works out what a patch does to the files it names: checks every hunk against the result of those before it and makes
// the diffs. It changes nothing on disk.

import { isAbsolute, relative, sep } from "node:path";
import { replacementEdit } from "../line-edits.ts";
import type { AddHunk, DeleteHunk, Hunk, Patch, UpdateHunk } from "../patch.ts";
import { PatchError } from "../patch-error.ts";
import type { Fuzz } from "../seek.ts";
import { splitWholeText } from "../text-lines.ts";
import { type DiffBody, unifiedDiff } from "../unified-diff.ts";
import { editText } from "../update.ts";
import { namingFile } from "./failure.ts";
import { absolutePath } from "./locate-file.ts";
import type { PlannedFile } from "./planned-file.ts";
import { isPresent, type PlannedFiles } from "./planned-files.ts";
import type { FileReader, ShownText } from "./read-files.ts";

/** What one hunk does. */
export interface FileChange {
	/** As written in the patch. */
	readonly path: string;
	/** `path` resolved against the folder of the patch; links in it are not resolved. */
	readonly absolutePath: string;
	readonly kind: "add" | "delete" | "update";
	/** Where an update moves the file, as written; absent when that is where it is. */
	readonly movePath?: string;
	/** `movePath` resolved; present with it. */
	readonly absoluteMovePath?: string;
	/**
	 * For `git apply` in the folder of the patch, after the diffs of the changes before this one; three lines of context.
	 * Empty when the content stays the same. Only says that files differ when one of them is not text or is deleted or
	 * overwritten and has more than 8 MiB.
	 */
	readonly unifiedDiff: string;
	/** The whole new text; absent for a deletion. */
	readonly content?: string;
	/** How loosely the lines of an update matched, 0 (exactly) to 3; absent for the others. */
	readonly fuzz?: Fuzz;
}

/** What planning works on. */
export interface PlanContext {
	readonly files: PlannedFiles;
	readonly reader: FileReader;
	/** Absolute. */
	readonly cwd: string;
}

// What git records for a new file; what the file really gets is the process's business.
const newFileMode = 0o100644;

/** Plans all hunks in order. @throws PatchError for the first one that cannot be applied */
export async function planHunks(patch: Patch, context: PlanContext): Promise<readonly FileChange[]> {
	if (patch.hunks.length === 0) throw new PatchError("empty_patch", "No files were modified.");
	const changes: FileChange[] = [];
	for (const hunk of patch.hunks) changes.push(await planHunk(context, hunk));
	return changes;
}

function planHunk(context: PlanContext, hunk: Hunk): Promise<FileChange> {
	switch (hunk.kind) {
		case "add":
			return planAdd(context, hunk);
		case "delete":
			return planDelete(context, hunk);
		case "update":
			return planUpdate(context, hunk);
	}
}

async function planAdd({ files, reader, cwd }: PlanContext, { path, content }: AddHunk): Promise<FileChange> {
	const file = await files.target(path);
	const before = await reader.showText(file, path);
	await files.write(file, path, { text: content });
	return {
		path,
		absolutePath: absolutePath(path, cwd),
		kind: "add",
		unifiedDiff: writeDiff(diffPath(path, cwd), before, content),
		content,
	};
}

function planDelete(context: PlanContext, { path }: DeleteHunk): Promise<FileChange> {
	const { files, cwd } = context;
	return namingFile(`Failed to delete file ${path}`, async () => {
		const file = await files.entry(path);
		if (!isPresent(file)) throw new PatchError("not_found", "it does not exist");
		const diff = await deleteDiff(context, file, path);
		files.remove(file);
		return { path, absolutePath: absolutePath(path, cwd), kind: "delete", unifiedDiff: diff };
	});
}

async function planUpdate(context: PlanContext, { path, movePath, chunks }: UpdateHunk): Promise<FileChange> {
	const { files, reader, cwd } = context;
	const entry = await files.entry(path);
	const file = await files.target(path);
	const before = await reader.readText(file, path);
	const result = editText(before, chunks, path);
	if (result.kind === "error") throw new PatchError("mismatch", result.message);
	const { content, fuzz } = result;
	const change = { path, absolutePath: absolutePath(path, cwd), kind: "update", content, fuzz } as const;
	const target = movePath === undefined ? file : await files.target(movePath);
	if (movePath === undefined || target === file) {
		await files.write(file, path, { text: content });
		return { ...change, unifiedDiff: unifiedDiff({ kind: "modify", path: diffPath(path, cwd) }, result) };
	}
	const replaced = await reader.showText(target, movePath);
	const move = { path: diffPath(path, cwd), movePath: diffPath(movePath, cwd) };
	// A rename is only one for git when it moves the file itself to a free place.
	const isRename = entry === file && replaced.kind === "absent";
	const diff = isRename
		? unifiedDiff({ kind: "move", ...move }, result)
		: (await deleteDiff(context, entry, path)) + writeDiff(move.movePath, replaced, content);
	const mode = fileMode(file);
	files.remove(entry);
	await files.write(target, movePath, { text: content, ...(mode === undefined ? {} : { mode }) });
	return { ...change, movePath, absoluteMovePath: absolutePath(movePath, cwd), unifiedDiff: diff };
}

/** The mode that a file has after the hunks so far; undefined for one that the patch adds. */
function fileMode({ state, original }: PlannedFile): number | undefined {
	if (state.kind === "text" && state.mode !== undefined) return state.mode;
	return original?.kind === "file" ? original.mode : undefined;
}

/** The diff of writing a whole file over what was there. */
function writeDiff(path: string, before: ShownText, after: string): string {
	switch (before.kind) {
		case "binary":
			return unifiedDiff({ kind: "modify", path }, "binary");
		case "text":
			return unifiedDiff({ kind: "modify", path }, wholeDiff(before.text, after));
		case "absent":
			return unifiedDiff({ kind: "add", path, mode: newFileMode }, wholeDiff("", after));
	}
}

async function deleteDiff({ reader, cwd }: PlanContext, file: PlannedFile, path: string): Promise<string> {
	const { original, state } = file;
	const shownPath = diffPath(path, cwd);
	if (state.kind === "untouched" && original?.kind === "link") {
		const target = await reader.readLink(file, path);
		return unifiedDiff({ kind: "delete", path: shownPath, mode: original.mode }, wholeDiff(target, ""));
	}
	const before = await reader.showText(file, path);
	const body = before.kind === "text" ? wholeDiff(before.text, "") : "binary";
	return unifiedDiff({ kind: "delete", path: shownPath, mode: fileMode(file) ?? newFileMode }, body);
}

function wholeDiff(before: string, after: string): DiffBody {
	const lines = splitWholeText(before);
	return { before: lines, edits: replacementEdit(lines, splitWholeText(after)) };
}

/** The path relative to the folder of the patch, or, outside of it, the whole path; with `/`, and not beginning with it. */
function diffPath(path: string, cwd: string): string {
	const absolute = absolutePath(path, cwd);
	const below = relative(cwd, absolute);
	const isBelow = below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
	return (isBelow ? below : absolute)
		.split(sep)
		.filter((name) => name !== "")
		.join("/");
}
