// Decides what a restore does with each path: nothing, a step, or leave it and say so. Pure: states in, steps out. The
// one rule: a path that the user changed since the target was recorded is left, unless the caller names it.

import type { StoredAction, StoredRecord } from "./parse-stored.ts";
import { ancestorsOf, type ByteName } from "./path-name.ts";
import { type Difference, type Entry, lookUp, signatureOf, type TreeState } from "./tree-state.ts";

/** Why a path is left as it is. */
export type ConflictReason =
	/** The user changed it since. */
	| "user_changed"
	/** Something that stays is in its place or in the place of a folder above it. */
	| "blocked"
	/** It changed while the restore was running. */
	| "changed_meanwhile"
	/** The system refused. */
	| "failed";

/** A path that is left. */
export interface LeftPath {
	readonly name: ByteName;
	readonly reason: ConflictReason;
}

/** What a restore would do. */
export interface RestorePlan {
	readonly actions: readonly StoredAction[];
	readonly left: readonly LeftPath[];
	/** Paths that differ and were not captured, before or now: they stay as they are. */
	readonly uncaptured: readonly ByteName[];
}

/** What {@link planRestore} decides from. */
export interface PlanInput {
	readonly target: TreeState;
	readonly current: TreeState;
	readonly userChanged: ReadonlySet<ByteName>;
	readonly overwrite: ReadonlySet<ByteName>;
}

/**
 * The paths whose present content is the user's: changed by the user after the last moment at which they were as in
 * `target`. `later` are the records after the target, oldest first; `unrecorded` is what changed since the last of them.
 */
export function userChangedSince(
	target: TreeState,
	later: readonly StoredRecord[],
	unrecorded: readonly Difference[],
): Set<ByteName> {
	const touched = new Set<ByteName>();
	const note = (name: ByteName, by: "us" | "user", now: string): void => {
		const wanted = lookUp(target, name);
		if (wanted !== "unknown" && now === signatureOf(wanted)) touched.delete(name);
		else if (by === "user") touched.add(name);
	};
	for (const record of later) for (const { name, by, now } of record.changes) note(name, by, now);
	for (const { name, after } of unrecorded) note(name, "user", signatureOf(after));
	return touched;
}

/** Steps in the order in which they are carried out, and what is left. */
export function planRestore(input: PlanInput): RestorePlan {
	const { target, current } = input;
	const wanted: StoredAction[] = [];
	const left: LeftPath[] = [];
	const uncaptured: ByteName[] = [];
	for (const name of new Set([...target.entries.keys(), ...current.entries.keys()])) {
		const explicit = [target.entries.get(name), current.entries.get(name)];
		const [to, from] = [lookUp(target, name), lookUp(current, name)];
		if (to === "unknown" || from === "unknown") {
			if (isLost(explicit[0], explicit[1], { to, from })) uncaptured.push(name);
			continue;
		}
		if (signatureOf(to) === signatureOf(from)) continue;
		if (input.userChanged.has(name) && !input.overwrite.has(name)) left.push({ name, reason: "user_changed" });
		else wanted.push({ name, from: signatureOf(from), to });
	}
	return settle(input, { wanted, left, uncaptured });
}

/** Whether there is something to be said about a path of which one side is not known. */
function isLost(
	target: Entry | undefined,
	current: Entry | undefined,
	known: { readonly to: Entry | "unknown" | undefined; readonly from: Entry | "unknown" | undefined },
): boolean {
	if (target !== undefined && current !== undefined) return signatureOf(target) !== signatureOf(current);
	// It was captured then and cannot be seen now, or it came since then and was not captured.
	return target !== undefined ? target.kind !== "opaque" || known.from === undefined : known.to === undefined;
}

/** Takes out steps that something in their way forbids, adds the folders that others need, and puts all in order. */
function settle(
	input: PlanInput,
	{ wanted, left, uncaptured }: { wanted: readonly StoredAction[]; left: LeftPath[]; uncaptured: readonly ByteName[] },
): RestorePlan {
	const { current } = input;
	const steps = new Map(wanted.map((action) => [action.name, action]));
	const leave = (name: ByteName): void => {
		steps.delete(name);
		left.push({ name, reason: "blocked" });
	};
	keepOccupied(current, steps, leave);
	// Folders that are added meanwhile were looked at when they were added.
	const names = Array.from(steps.keys());
	for (const name of names) {
		if (steps.get(name)?.to === undefined) continue;
		const inTheWay = ancestorsOf(name).some((above) => !isFolderAfterwards(above, input, steps));
		if (inTheWay) leave(name);
	}
	return { actions: inOrder([...steps.values()]), left: left.filter(({ name }) => !steps.has(name)), uncaptured };
}

/** Takes out the removals of folders in which something stays; a file that was to replace such a folder is left. */
function keepOccupied(
	current: PlanInput["current"],
	steps: Map<ByteName, StoredAction>,
	leave: (name: ByteName) => void,
): void {
	// Whether something stays at or below a path, from the bottom up: what is deepest is decided first.
	const occupied = new Set<ByteName>();
	const deepestFirst = [...current.entries.keys()].toSorted((a, b) => depthOf(b) - depthOf(a));
	for (const name of deepestFirst) {
		const step = steps.get(name);
		const isFolder = current.entries.get(name)?.kind === "folder";
		const isToGo = step !== undefined && step.to?.kind !== "folder";
		if (isToGo && !(isFolder && occupied.has(name))) continue;
		if (isToGo && step.to === undefined) steps.delete(name);
		else if (isToGo) leave(name);
		for (const above of ancestorsOf(name)) occupied.add(above);
	}
}

/** Whether a path is, or can be made, a folder: adds the step that makes one where there is nothing. */
function isFolderAfterwards(
	name: ByteName,
	{ current, target }: PlanInput,
	steps: Map<ByteName, StoredAction>,
): boolean {
	const step = steps.get(name);
	if (step?.to !== undefined) return step.to.kind === "folder";
	const now = lookUp(current, name);
	if (now === "unknown") return false;
	if (now?.kind === "folder") {
		// It was to go, but something is put into it.
		steps.delete(name);
		return true;
	}
	if (now !== undefined && step === undefined) return false;
	const recorded = target.entries.get(name);
	const to: Entry = recorded?.kind === "folder" ? recorded : { kind: "folder", mode: 0o755 };
	steps.set(name, { name, from: signatureOf(now), to });
	return true;
}

const depthOf = (name: ByteName): number => ancestorsOf(name).length;
const makesFolder = ({ from, to }: StoredAction): boolean => to?.kind === "folder" && !from.startsWith("d");
const isRemoval = ({ from, to }: StoredAction): boolean => to === undefined || kindOfSignature(from) !== to.kind;

function kindOfSignature(signature: string): Entry["kind"] | undefined {
	if (signature.startsWith("f")) return "file";
	if (signature.startsWith("l")) return "link";
	return signature.startsWith("d") ? "folder" : undefined;
}

/**
 * First whatever goes, from the bottom up; then folders from the top down; then files and links; permissions of folders
 * last. A path that changes its kind has one action, which is carried out in its second place.
 */
function inOrder(actions: readonly StoredAction[]): readonly StoredAction[] {
	const rank = (action: StoredAction): number => {
		if (action.to === undefined || (isRemoval(action) && action.from.startsWith("d"))) return 0;
		if (makesFolder(action)) return 1;
		return action.to.kind === "folder" ? 3 : 2;
	};
	return actions.toSorted((left, right) => {
		const byRank = rank(left) - rank(right);
		if (byRank !== 0) return byRank;
		const byDepth = depthOf(left.name) - depthOf(right.name);
		if (byDepth !== 0) return rank(left) === 0 || rank(left) === 3 ? -byDepth : byDepth;
		return left.name < right.name ? -1 : 1;
	});
}
