// Applies a patch for the model and says what became of it. One patch at a time in this process, also when shell calls
// bring several at once: each is checked against what the one before it wrote.

import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import {
	type ApplyOptions,
	applyPatch,
	type Hunk,
	type Patch,
	type FileChange as PatchedFile,
	parsePatch,
	planPatch,
} from "@codex/apply-patch";
import { type FileChange, type JsonValue, type PatchApplyEndEvent, toError } from "@codex/protocol";
import type { PathRule } from "../../ports/file-guard.ts";
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

function inTurn<T>(work: () => Promise<T>): Promise<T> {
	const done = lastPatch.then(work);
	lastPatch = done.catch(() => undefined);
	return done;
}

/**
 * Applies the patch `text` in `context.cwd`, within the writable roots unless the context is unconfined. What lies outside
 * of them is asked about, where somebody is there to be asked.
 *
 * Contract: emits one pair of patch events and tells `recordChanges` of what was written. Never rejects. An abort takes
 * back what was written, unless all of it was.
 */
export async function runPatch(text: string, context: ToolContext): Promise<ToolResult> {
	const { callId, emit } = context;
	let hasBegun = false;
	const begin: Begin = (changes, autoApproved = true) => {
		hasBegun = true;
		emit({ type: "patch_apply_begin", callId, autoApproved, changes });
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

type Begin = (changes: readonly FileChange[], autoApproved?: boolean) => void;

interface Ending {
	readonly status: PatchApplyEndEvent["status"];
	/** For the model and for whoever watches. */
	readonly text: string;
}

const readOnlySentence =
	"the sandbox mode is read-only, so no file may be changed; the user can allow it with `--sandbox workspace-write`";
const untrustedSentence = "the approval policy `untrusted` asks for every patch";

/** What has to be asked before a patch is applied. */
interface Doubt {
	readonly kind: "doubt";
	/** For the person. */
	readonly reason: string;
	/** For the model, when nobody is there. */
	readonly declined: string;
	readonly changes: readonly FileChange[];
	/** How it is applied after a yes. */
	readonly options: ApplyOptions;
}

async function attempt(text: string, context: ToolContext, begin: Begin): Promise<Ending> {
	const { cwd, writableRoots, unconfined, signal } = context;
	const parsed = parsePatch(text);
	if (parsed.kind === "error") return { status: "failed", text: parsed.error.message };
	const { patch } = parsed;
	const options = {
		cwd,
		signal,
		...(unconfined ? {} : { confine: writableRoots, protects: await protection(context) }),
		...(context.editor === undefined ? {} : { openText: openTextOf(context, () => undefined) }),
	};
	// Checked against what the patch before it wrote, and written before the next one looks.
	const first = await inTurn(() => planAndApply(patch, options, { context, begin }));
	if (!("kind" in first)) return first;
	const answer = await context.approvals.askPatch({
		callId: context.callId,
		changes: first.changes,
		reason: first.reason,
		emit: context.emit,
		signal,
	});
	if (answer.kind === "approved") {
		begin(first.changes, false);
		return await inTurn(() => applyNow(patch, first.options, context));
	}
	begin(first.changes, false);
	switch (answer.kind) {
		case "aborted":
			return { status: "aborted", text: "aborted" };
		case "nobody":
			return { status: "declined", text: first.declined };
		case "denied": {
			const feedback = answer.feedback === undefined ? "" : `: ${answer.feedback}`;
			return { status: "declined", text: `patch rejected by user${feedback}` };
		}
	}
}

/** What neither a patch may change nor its author learn of. */
async function protection({ files }: ToolContext): Promise<PathRule> {
	const [denied, isProtected] = await Promise.all([files.denied(), files.protected()]);
	return (file) => {
		const glob = denied(file);
		return glob === undefined ? isProtected(file) : `denied read: ${glob}`;
	};
}

interface Applying {
	readonly context: ToolContext;
	readonly begin: Begin;
}

async function planAndApply(
	patch: Patch,
	options: ApplyOptions,
	{ context, begin }: Applying,
): Promise<Ending | Doubt> {
	const { cwd, permission } = context;
	const policy = permission.kind === "guarded" ? permission.guard.approvalPolicy : undefined;
	const isReadOnly = options.confine?.length === 0;
	const plan = await planPatch(patch, options);
	if (plan.kind === "ok" && policy !== "untrusted") {
		begin(plan.changes.map(toFileChange));
		return await applyNow(patch, options, context);
	}
	if (plan.kind === "ok") {
		const declined = `${untrustedSentence}; nobody can be asked here, so it was declined`;
		return { kind: "doubt", reason: untrustedSentence, declined, changes: plan.changes.map(toFileChange), options };
	}
	const intended = patch.hunks.map((hunk) => intendedChange(hunk, cwd));
	const refuse = (): Ending => {
		begin(intended);
		return isReadOnly ? { status: "declined", text: readOnlySentence } : failureEnding(plan);
	};
	const mayAsk = context.approvals.isStaffed && policy !== undefined && policy !== "never";
	if (plan.code !== "outside" || !mayAsk) return refuse();
	const wider = await widen(intended, options);
	const outside = await planPatch(patch, wider);
	if (outside.kind === "error") {
		begin(intended);
		return failureEnding(outside);
	}
	const reason = isReadOnly ? "the sandbox mode is read-only" : plan.message;
	const changes = outside.changes.map(toFileChange);
	return { kind: "doubt", reason, declined: plan.message, changes, options: wider };
}

/** The same limits, and the folders of these files, as far as they exist. What is protected stays so. */
async function widen(changes: readonly FileChange[], options: ApplyOptions): Promise<ApplyOptions> {
	const folders = new Set(options.confine);
	for (const file of changes.flatMap((change) => [change.path, change.movePath ?? change.path])) {
		// Not from inside of a `.git` folder: seen from above, it is protected.
		const [outer = ""] = file.split(/\/\.git(?:\/|$)/i);
		let folder = outer === file ? path.dirname(file) : outer || "/";
		while (folder !== path.dirname(folder) && !(await exists(folder))) folder = path.dirname(folder);
		folders.add(folder);
	}
	return { ...options, confine: [...folders] };
}

async function exists(folder: string): Promise<boolean> {
	return await stat(folder).then(
		() => true,
		() => false,
	);
}

async function applyNow(patch: Patch, options: ApplyOptions, context: ToolContext): Promise<Ending> {
	const problem = await context.beforeEffect?.();
	if (problem !== undefined) return { status: "failed", text: problem };
	const unsaved = new Set<string>();
	const applied = await applyPatch(patch, {
		...options,
		...(context.editor === undefined ? {} : { openText: openTextOf(context, (file) => unsaved.add(file)) }),
	});
	if (applied.kind === "error") return failureEnding(applied);
	context.recordChanges(applied.changes.map(toFileChange));
	const { leftovers } = applied;
	const remark = leftovers.length === 0 ? "" : `Temporary files could not be removed: ${leftovers.join(", ")}\n`;
	return { status: "completed", text: applied.stdout + remark + (await updateBuffers(unsaved, context)) };
}

/** The editor's text of a file; `onUnsaved` is told of each that differs from the disk. */
function openTextOf(
	{ editor, signal }: ToolContext,
	onUnsaved: (file: string) => void,
): NonNullable<ApplyOptions["openText"]> {
	return async (file, diskText) => {
		const text = await editor?.read(file, signal);
		if (text !== undefined && text !== diskText) onUnsaved(file);
		return text;
	};
}

/** An editor reloads what changes on disk, but not over changes of its own: those buffers get the new text. */
async function updateBuffers(files: ReadonlySet<string>, { editor }: ToolContext): Promise<string> {
	const failures: string[] = [];
	for (const file of files) {
		const text = await readFile(file, "utf8").catch(() => undefined);
		// Deleted or moved by the patch: there is nothing to bring in line.
		if (text === undefined || editor === undefined) continue;
		if (!(await editor.write(file, text))) failures.push(file);
	}
	if (failures.length === 0) return "";
	return `The editor still shows its own unsaved version of ${failures.join(", ")}; the file on disk has those changes and the patch\n`;
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
