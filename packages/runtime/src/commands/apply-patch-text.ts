// What `code apply-patch` does: the user's own patch, applied below a folder, all or nothing.

import { applyPatch, parsePatch } from "@codex/apply-patch";

/** How it went. */
export type PatchOutcome =
	| {
			readonly kind: "ok";
			/** `Success. …` and a line for each file. */
			readonly stdout: string;
			readonly changes: readonly { readonly path: string; readonly kind: "add" | "delete" | "update" }[];
	  }
	| { readonly kind: "error"; readonly message: string };

/** Where a patch goes. */
export interface PatchTarget {
	/** Absolute; paths of the patch are relative to it. */
	readonly cwd: string;
	/** Files outside `cwd` may be touched. */
	readonly unconfined: boolean;
}

/** Applies the text of a patch. Every expected failure is a value; then nothing was changed. */
export async function applyPatchText(text: string, target: PatchTarget): Promise<PatchOutcome> {
	const parsed = parsePatch(text);
	if (parsed.kind === "error") {
		const { line, message } = parsed.error;
		return { kind: "error", message: line === undefined ? message : `line ${line}: ${message}` };
	}
	const { cwd, unconfined } = target;
	const result = await applyPatch(parsed.patch, { cwd, ...(unconfined ? {} : { confine: [cwd] }) });
	if (result.kind === "error") return { kind: "error", message: result.message };
	const changes = result.changes.map(({ path, kind }) => ({ path, kind }));
	return { kind: "ok", stdout: result.stdout, changes };
}
