// Reads lines of a text file. Streams: only what is shown is kept, and reading ends with the last line that is shown.

import path from "node:path";
import type { JsonValue } from "@codex/protocol";
import { truncateMiddle } from "../../context/truncate.ts";
import { readArguments } from "../arguments.ts";
import { describeFileError } from "../file-problem.ts";
import { openRegularFile } from "../open-regular-file.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, failed, runFramed } from "../tool-call.ts";
import { type ReadFileArgs, readFileArgsSchema } from "./args-schema.ts";
import { createLineSplitter, type SplitLine } from "./line-splitter.ts";
import { maxLineLength } from "./spec.ts";

const chunkBytes = 65_536;
// 8000: as far as git looks for a NUL byte.
const binaryProbeBytes = 8000;
// A UTF-16 unit takes at most 3 bytes of UTF-8; one more character shows that a line goes on.
const keptLineBytes = (maxLineLength + 2) * 3;
// Room for the closing remarks.
const remarkBytes = 240;
const maxNamedCuts = 10;

/** Runs one read_file call; see {@link Tool.run}. */
export async function runReadFile(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "read_file", args }, context, async () => {
		const read = readArguments(readFileArgsSchema, args, { renamed: { path: "file_path" }, textArgument: "file_path" });
		if (read.kind === "error") return failed(read.message);
		const hides = await context.files.denied();
		const opened = await openRegularFile(read.args.file_path, context.cwd, hides);
		if (opened.kind === "error") return failed(opened.message);
		try {
			// Only of files that may be read and are there: the editor is no way around the rules.
			const text = await context.editor?.read(path.resolve(context.cwd, read.args.file_path), context.signal);
			const source = text === undefined ? opened.handle : textSource(text);
			return await readLines(source, { args: read.args, context, shownPath: opened.shownPath });
		} catch (error) {
			return failed(describeFileError(error, opened.shownPath));
		} finally {
			await opened.handle.close().catch(() => undefined);
		}
	});
}

interface Reading {
	readonly args: ReadFileArgs;
	readonly context: ToolContext;
	readonly shownPath: string;
}

/** What lines are read from. */
interface ByteSource {
	read(buffer: Buffer, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
}

function textSource(text: string): ByteSource {
	const bytes = Buffer.from(text, "utf8");
	let at = 0;
	return {
		read: (buffer, offset, length) => {
			const bytesRead = bytes.copy(buffer, offset, at, at + length);
			at += bytesRead;
			return Promise.resolve({ bytesRead });
		},
	};
}

async function readLines(source: ByteSource, { args, context, shownPath }: Reading): Promise<ToolResult> {
	const limitBytes = context.outputTokenLimit * 4;
	const page = createPage(args, limitBytes - remarkBytes);
	const splitter = createLineSplitter({ firstLine: args.offset, keptBytes: keptLineBytes, onLine: page.take });
	const buffer = Buffer.allocUnsafe(chunkBytes);
	let isFirst = true;
	let hasMore = false;
	for (;;) {
		const { bytesRead } = await source.read(buffer, 0, chunkBytes);
		if (context.signal.aborted) return abortedResult;
		if (bytesRead === 0) break;
		const chunk = buffer.subarray(0, bytesRead);
		if (isFirst) {
			const problem = binaryProblem(chunk);
			if (problem !== undefined) return failed(`\`${shownPath}\` ${problem}`);
			isFirst = false;
		}
		// A full page at the end of a chunk: the next read tells whether anything follows.
		hasMore = page.isFull || splitter.push(chunk) < bytesRead;
		if (hasMore) break;
	}
	if (!page.isFull) splitter.end();
	if (isFirst) return args.offset === 1 ? { output: "the file is empty", status: "ok" } : failed("the file is empty");
	if (page.lines.length === 0) {
		return failed(`\`${shownPath}\` has ${countLines(splitter.lineCount)}; offset ${args.offset} is beyond its end`);
	}
	return { output: truncateMiddle(page.text(hasMore || page.isOverflown), limitBytes), status: "ok" };
}

function countLines(count: number): string {
	return count === 1 ? "1 line" : `${count} lines`;
}

function binaryProblem(start: Buffer): string | undefined {
	const [first, second] = start;
	const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
	if (isUtf16) return "is UTF-16 text; convert it with a command, for example `iconv -f UTF-16 -t UTF-8`";
	return start.subarray(0, binaryProbeBytes).includes(0) ? "is a binary file" : undefined;
}

interface Page {
	readonly lines: readonly string[];
	/** Takes no more lines. */
	readonly isFull: boolean;
	/** A line was refused because the output would become too long. */
	readonly isOverflown: boolean;
	readonly take: (line: SplitLine) => boolean;
	text(hasMore: boolean): string;
}

function createPage({ offset, limit }: ReadFileArgs, budgetBytes: number): Page {
	const lines: string[] = [];
	const cutLines: number[] = [];
	let usedBytes = 0;
	let isOverflown = false;
	const isFull = (): boolean => isOverflown || lines.length >= limit;
	return {
		lines,
		get isFull() {
			return isFull();
		},
		get isOverflown() {
			return isOverflown;
		},
		take: (line) => {
			const { text, isCut } = shownLine(line);
			const shown = `L${line.number}: ${text}`;
			const bytes = Buffer.byteLength(shown) + 1;
			isOverflown = lines.length > 0 && usedBytes + bytes > budgetBytes;
			if (isOverflown) return false;
			usedBytes += bytes;
			lines.push(shown);
			if (isCut) cutLines.push(line.number);
			return !isFull();
		},
		text: (hasMore) => {
			const remarks = [];
			if (cutLines.length > 0) {
				const named = cutLines.slice(0, maxNamedCuts).map((number) => `L${number}`);
				const others = cutLines.length > maxNamedCuts ? " and others" : "";
				remarks.push(`[cut at ${maxLineLength} characters: ${named.join(", ")}${others}]`);
			}
			if (hasMore) remarks.push(`[more lines follow; go on with offset ${offset + lines.length}]`);
			return [...lines, ...remarks].join("\n");
		},
	};
}

function shownLine({ number, bytes, totalBytes }: SplitLine): { readonly text: string; readonly isCut: boolean } {
	const isWhole = bytes.length === totalBytes;
	let text = bytes.toString("utf8");
	if (isWhole && text.endsWith("\r")) text = text.slice(0, -1);
	if (number === 1 && text.startsWith("\ufeff")) text = text.slice(1);
	if (text.length <= maxLineLength) return { text, isCut: false };
	const last = text.charCodeAt(maxLineLength - 1);
	const splitsPair = last >= 0xd800 && last < 0xdc00;
	return { text: text.slice(0, splitsPair ? maxLineLength - 1 : maxLineLength), isCut: true };
}
