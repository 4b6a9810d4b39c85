// Where a SPEC's packet lies and what its files are called. Paths only; nothing here looks at a disk.

import { SpecKitError } from "../spec-kit-error.ts";
import type { Stage } from "../stage.ts";
import { parseSpecId } from "./spec-id.ts";

/** The folder of all packets, relative to the repository. */
export const packetsFolder: string = "docs";

/** The tracker, relative to the repository. */
export const trackerPath: string = "SPEC.md";

/** The project's principles, relative to the repository. */
export const constitutionPath: string = "memory/constitution.md";

/** `specId` when it is valid; throws `invalid_spec_id` for anything else. For code that is about to make a path of it. */
export function requireSpecId(specId: string): string {
	const parsed = parseSpecId(specId);
	if (!parsed.ok) throw new SpecKitError("invalid_spec_id", parsed.reason);
	return parsed.specId;
}

/**
 * The packet's folder, relative to the repository.
 *
 * `existing` are the names of the folders below `docs`, or their paths. Exactly `docs/<ID>` if it exists, else the first by name that
 * is `<ID>-…`, case aside (so `SPEC-KIT-1` never finds `SPEC-KIT-10`), else `docs/<ID>`: the folder to be made. Throws
 * `invalid_spec_id`.
 */
export function packetFolder(specId: string, existing: readonly string[]): string {
	const id = requireSpecId(specId);
	const names = existing.map((path) => path.replace(/\/+$/, "").replace(/^.*\//, ""));
	if (names.includes(id)) return `${packetsFolder}/${id}`;
	const wanted = id.toLowerCase();
	const sorted = names.toSorted();
	const found =
		sorted.find((name) => name.toLowerCase() === wanted) ??
		sorted.find((name) => name.toLowerCase().startsWith(`${wanted}-`));
	return `${packetsFolder}/${found ?? id}`;
}

/** Names of the folders directly below `docs` that could be packets, from the paths of files below it, sorted. */
export function packetNames(filesBelowDocs: readonly string[]): readonly string[] {
	const names = new Set<string>();
	for (const path of filesBelowDocs) {
		const [top, name, rest] = path.split("/", 3);
		if (top === packetsFolder && name !== undefined && rest !== undefined && /^spec-/i.test(name)) names.add(name);
	}
	return [...names].toSorted();
}

/** What a packet holds before any stage, by kind; the first name is the one we write. */
export const packetDocuments: Readonly<Record<"prd" | "spec", string>> = Object.freeze({
	prd: "PRD.md",
	spec: "spec.md",
});

/** The file that a stage writes into the packet. */
export const stageDocuments: Readonly<Record<Stage, string>> = Object.freeze({
	plan: "plan.md",
	tasks: "tasks.md",
	implement: "implement.md",
	validate: "validate.md",
	audit: "audit.md",
	unlock: "unlock.md",
});

/** Names under which a stage's document may also be found in older packets. */
export const olderStageDocuments: Readonly<Partial<Record<Stage, readonly string[]>>> = Object.freeze({
	implement: ["implementation.md"],
	validate: ["validation.md"],
});
