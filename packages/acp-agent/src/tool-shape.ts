// How tool calls look in an editor: kind, title, places, diffs. Pure. What comes from a model is shown, never believed.

import path from "node:path";
import type { ToolCallContent, ToolCallLocation, ToolKind } from "@agentclientprotocol/sdk";
import type { FileChange, JsonValue } from "@codex/protocol";
import { fenced } from "./prompt-input.ts";

/** What an editor shows of a call before it has run. */
export interface ToolShape {
	readonly title: string;
	readonly kind: ToolKind;
	readonly locations: ToolCallLocation[];
}

const kinds: ReadonlyMap<string, ToolKind> = new Map<string, ToolKind>([
	["read_file", "read"],
	["view_image", "read"],
	["list_dir", "search"],
	["grep_files", "search"],
	["apply_patch", "edit"],
	["shell", "execute"],
	["exec_command", "execute"],
]);

/** The server's name of the tools that are ours. */
export const ownServer = "code";

function textField(args: JsonValue, ...names: readonly string[]): string | undefined {
	if (typeof args === "string") return args;
	if (typeof args !== "object" || args === null || Array.isArray(args)) return undefined;
	const fields = new Map(Object.entries(args));
	for (const name of names) {
		const value = fields.get(name);
		if (typeof value === "string" && value !== "") return value;
	}
	return undefined;
}

function lineField(args: JsonValue): number | undefined {
	if (typeof args !== "object" || args === null || Array.isArray(args)) return undefined;
	const offset = new Map(Object.entries(args)).get("offset");
	return typeof offset === "number" && Number.isSafeInteger(offset) && offset > 0 ? offset : undefined;
}

/** The shape of a call of a tool, ours or a server's. */
export function toolShape(
	call: { readonly server: string; readonly tool: string; readonly arguments: JsonValue },
	cwd: string,
): ToolShape {
	const { server, tool, arguments: args } = call;
	if (server !== ownServer) return { title: `${server}: ${tool}`, kind: "other", locations: [] };
	const file = textField(args, "file_path", "dir_path", "path");
	const what = textField(args, "pattern", "query") ?? file;
	const line = tool === "read_file" ? lineField(args) : undefined;
	const place = file === undefined ? [] : [{ path: path.resolve(cwd, file), ...(line === undefined ? {} : { line }) }];
	return {
		title: what === undefined ? tool : `${tool} ${what}`,
		kind: kinds.get(tool) ?? "other",
		locations: place,
	};
}

/** Text as content of a call; nothing for no text. */
export function textContent(text: string): ToolCallContent[] {
	return text === "" ? [] : [{ type: "content", content: { type: "text", text: fenced(text) } }];
}

interface Side {
	readonly old: string[];
	readonly new: string[];
	/** Of the first line that changes, in the new file, from 1. */
	line: number;
}

function hunksOf(unifiedDiff: string): readonly Side[] {
	const hunks: Side[] = [];
	let current: Side | undefined;
	for (const line of unifiedDiff.split("\n")) {
		const header = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
		if (header !== null) {
			current = { old: [], new: [], line: Math.max(1, Number(header[1])) };
			hunks.push(current);
		} else if (current !== undefined) {
			const [mark, text] = [line.charAt(0), line.slice(1)];
			if (mark === "-" || mark === " ") current.old.push(text);
			if (mark === "+" || mark === " ") current.new.push(text);
		}
	}
	return hunks;
}

const joined = (lines: readonly string[]): string => (lines.length === 0 ? "" : `${lines.join("\n")}\n`);

/** The diffs of a patch, one for each hunk, as the protocol shows them: the text before and after. */
export function diffContent(changes: readonly FileChange[]): ToolCallContent[] {
	return changes.flatMap(({ path: file, movePath, kind, unifiedDiff }): ToolCallContent[] => {
		const hunks = hunksOf(unifiedDiff);
		const shown = movePath ?? file;
		if (hunks.length === 0) return [{ type: "diff", path: shown, oldText: kind === "add" ? null : "", newText: "" }];
		return hunks.map((hunk) => ({
			type: "diff",
			path: shown,
			oldText: kind === "add" ? null : joined(hunk.old),
			newText: joined(hunk.new),
		}));
	});
}

/** The shape of a patch. */
export function patchShape(changes: readonly FileChange[], cwd: string): ToolShape {
	const names = changes.map(({ path: file, movePath }) => path.relative(cwd, movePath ?? file) || file);
	const [first = "files"] = names;
	const others = names.length > 1 ? ` and ${names.length - 1} more` : "";
	const only = changes.length > 0 && changes.every(({ kind }) => kind === "delete");
	const moved = changes.length > 0 && changes.every(({ movePath }) => movePath !== undefined);
	const locations = changes.map(({ path: file, movePath, unifiedDiff }) => {
		const line = hunksOf(unifiedDiff)[0]?.line;
		return { path: movePath ?? file, ...(line === undefined ? {} : { line }) };
	});
	if (only) return { title: `Delete ${first}${others}`, kind: "delete", locations };
	return { title: `${moved ? "Move" : "Edit"} ${first}${others}`, kind: moved ? "move" : "edit", locations };
}
