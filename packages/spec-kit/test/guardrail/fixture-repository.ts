// A repository on which every guardrail passes, made in a temporary folder with real git; tests break one thing each.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@codex/protocol";
import { renderPacket } from "../../src/render/render-packet.ts";
import { renderStage } from "../../src/render/render-stage.ts";
import { type Stage, stages } from "../../src/stage.ts";
import { git, temporaryFolder, writeFiles } from "../real-host.ts";
import { aVerdict } from "../verdicts.ts";

/** The SPEC of the fixture. */
export const specId = "SPEC-KIT-065";

/** Its packet's folder. */
export const packet = `docs/${specId}-sample`;

const cores: Readonly<Record<Stage, JsonObject>> = {
	plan: { decision: "go", work_breakdown: [{ step: "one" }] },
	tasks: { tasks: [{ title: "Write it", status: "done" }] },
	implement: { operations: [{ path: "a.txt", change: "x" }] },
	validate: { decision: "go", requirements: [{ id: "FR-001", status: "passed" }] },
	audit: { decision: "go", checks: [] },
	unlock: { decision: "approved" },
};

/** A repository; `without` files are left out, `files` are put over the others, all of it committed. */
export async function fixtureRepository(
	changes: { readonly files?: Readonly<Record<string, string>>; readonly without?: readonly string[] } = {},
): Promise<{ readonly root: string; readonly dispose: () => void }> {
	const folder = temporaryFolder();
	const { root } = folder;
	const documents = [
		...renderPacket({ specId, description: "A sample", createdAt: "2026-01-15T12:00:00.000Z" }),
		...stages.map((stage) => renderStage(stage, aVerdict(stage, cores[stage]))),
	];
	await writeFiles(root, {
		"a.txt": "a\n",
		"SPEC.md": "# Tracker\n",
		"memory/constitution.md": "# Constitution\n\n- Tests first\n",
		...Object.fromEntries(documents.map(({ path, markdown }) => [`${packet}/${path}`, markdown])),
		...changes.files,
	});
	for (const path of changes.without ?? []) await rm(join(root, path), { recursive: true });
	await git(root, "init", "-q", "-b", "main");
	await git(root, "add", "-A");
	await git(root, "commit", "-q", "-m", "fixture");
	return folder;
}
