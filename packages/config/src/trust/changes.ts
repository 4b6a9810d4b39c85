// What changed between the content that was trusted and the content that is there now, for the person who is asked again.
// Pure.

import { unifiedDiff } from "./line-diff.ts";
import type { SnapshotFile } from "./snapshot.ts";
import { visibleText } from "./visible-text.ts";

/** One file that is not as it was trusted. */
export interface FileChange {
	readonly change: "added" | "removed" | "changed";
	/** From the root, with `/`; may hold any character, so show it through the diff or escape it. */
	readonly path: string;
	/**
	 * A unified diff that is safe to show, ending in a line break. For a file that is no text, or whose old text was too
	 * long to be kept, one line with sizes and hashes instead.
	 */
	readonly diff: string;
}

const describe = (file: SnapshotFile | undefined): string =>
	file === undefined ? "absent" : `${file.kind} of ${file.size} bytes, SHA-256 ${file.sha256}`;

function diffOf(path: string, before: SnapshotFile | undefined, after: SnapshotFile | undefined): string {
	const isText = (file: SnapshotFile | undefined): boolean => file === undefined || file.text !== undefined;
	const diff = isText(before) && isText(after) ? unifiedDiff(path, before?.text, after?.text) : "";
	return diff === "" ? `${visibleText(path)}: was ${describe(before)}; is ${describe(after)}\n` : diff;
}

/** Whether two files are the same for the purpose of trust: kind and bytes. */
function isSameFile(left: SnapshotFile, right: SnapshotFile): boolean {
	return left.kind === right.kind && left.sha256 === right.sha256;
}

/** All differences, by path. Empty when nothing changed. */
export function fileChanges(
	before: ReadonlyMap<string, SnapshotFile>,
	after: ReadonlyMap<string, SnapshotFile>,
): readonly FileChange[] {
	const changes: FileChange[] = [];
	for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
		const old = before.get(path);
		const now = after.get(path);
		if (old !== undefined && now !== undefined && isSameFile(old, now)) continue;
		const change = old === undefined ? "added" : now === undefined ? "removed" : "changed";
		changes.push({ change, path, diff: diffOf(path, old, now) });
	}
	return changes;
}
