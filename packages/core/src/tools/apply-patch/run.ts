// Applies a patch for the model and says what became of it. One patch at a time in this process, also when shell calls
// bring several at once: each is checked against what the one before it wrote.

import path from "node:path";
import { applyPatch, type Hunk, type FileChange as PatchedFile, parsePatch, planPatch } from "@codex/apply-patch";
import { type FileChange, type JsonValue, type PatchApplyEndEvent, toError } from "@codex/protocol";
import { readArguments } from "../arguments.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, failed, runFramed } from "../tool-call.ts";
import { applyPatchArgsSchema } from "./args-schema.ts";

/** Runs one apply_patch call; see {@link Tool.run}. */
export async function runApplyPatch(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	const read = readArguments(applyPatchArgsSchema, args, { renamed: { patch: "input" }, textArgument: "input" });
	if (read.kind === "error") return await runFramed({ tool: "apply_patch", args }, context, () => failed(read.message));
	return await runPatch(read.args.input, context);
}

let lastPatch: Promise<unknown> = Promise.resolve();

/**
 * Applies the patch `text` in `context.cwd`, within the writable roots unless the context is unconfined.
 *
 * Contract: emits one pair of patch events and tells `recordChanges` of what was written. Never rejects. An abort takes
 * back what was written, unless all of it was.
 */
export function runPatch(text: string, context: ToolContext): Promise<ToolResult> {
	const patched = lastPatch.then(() => applyNow(text, context));
	lastPatch = patched;
	return patched;
}

interface Ending {
	readonly status: PatchApplyEndEvent["status"];
	/** For the model and for whoever watches. */
	readonly text: string;
}

async function applyNow(text: string, context: ToolContext): Promise<ToolResult> {
	const { callId, emit } = context;
	let hasBegun = false;
	const begin = (changes: readonly FileChange[]): void => {
		hasBegun = true;
		emit({ type: "patch_apply_begin", callId, autoApproved: true, changes });
	};
	let ending: Ending;
	try {
		ending = await attempt(text, context, begin);
	} catch (error) {
		ending = { status: "failed", text: `internal error: ${toError(error).message}` };
	}
	if (!hasBegun) begin([]);
	const isDone = ending.status === "completed";
	const [stdout, stderr] = isDone ? [ending.text, ""] : ["", ending.text];
	emit({ type: "patch_apply_end", callId, status: ending.status, stdout, stderr });
	if (ending.status === "aborted") return abortedResult;
	return { output: ending.text, status: ending.status === "completed" ? "ok" : ending.status };
}

const readOnlySentence =
	"the sandbox mode is read-only, so no file may be changed; the user can allow it with `--sandbox workspace-write`";

async function attempt(
	text: string,
	context: ToolContext,
	begin: (changes: readonly FileChange[]) => void,
): Promise<Ending> {
	const { cwd, writableRoots, unconfined, signal } = context;
	const parsed = parsePatch(text);
	if (parsed.kind === "error") return { status: "failed", text: parsed.error.message };
	const { patch } = parsed;
	const isReadOnly = !unconfined && writableRoots.length === 0;
	if (isReadOnly) {
		begin(patch.hunks.map((hunk) => intendedChange(hunk, cwd)));
		return { status: "declined", text: readOnlySentence };
	}
	const options = { cwd, signal, ...(unconfined ? {} : { confine: writableRoots }) };
	const plan = await planPatch(patch, options);
	if (plan.kind === "error") {
		begin(patch.hunks.map((hunk) => intendedChange(hunk, cwd)));
		return failureEnding(plan);
	}
	begin(plan.changes.map(toFileChange));
	const problem = await context.beforeEffect?.();
	if (problem !== undefined) return { status: "failed", text: problem };
	const applied = await applyPatch(patch, options);
	if (applied.kind === "error") return failureEnding(applied);
	context.recordChanges(applied.changes.map(toFileChange));
	const { leftovers } = applied;
	const remark = leftovers.length === 0 ? "" : `Temporary files could not be removed: ${leftovers.join(", ")}\n`;
	return { status: "completed", text: applied.stdout + remark };
}

function failureEnding({ code, message }: { readonly code: string; readonly message: string }): Ending {
	if (code === "aborted") return { status: "aborted", text: message };
	// What may be written is the user's to say, and nobody can be asked.
	const isPolicy = code === "outside" || code === "protected";
	return { status: isPolicy ? "declined" : "failed", text: message };
}

function toFileChange({ absolutePath, kind, absoluteMovePath, unifiedDiff }: PatchedFile): FileChange {
	return {
		path: absolutePath,
		kind,
		...(absoluteMovePath === undefined ? {} : { movePath: absoluteMovePath }),
		unifiedDiff,
	};
}

/** What a hunk that is not applied would have changed. */
function intendedChange(hunk: Hunk, cwd: string): FileChange {
	const movePath = hunk.kind === "update" ? hunk.movePath : undefined;
	return {
		path: path.resolve(cwd, hunk.path),
		kind: hunk.kind,
		...(movePath === undefined ? {} : { movePath: path.resolve(cwd, movePath) }),
		unifiedDiff: "",
	};
}
