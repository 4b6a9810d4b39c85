// Drift of a branch: what it changed since it left another, against the SPECs of the repository. Reads documents, journals
// and history; the engine compares.

import { existsSync } from "node:fs";
import path from "node:path";
import type { Repository } from "@codex/git-tooling";
import {
	acceptDrift,
	acceptedDriftDocument,
	type DriftFinding,
	type DriftSpec,
	driftOf,
	packetNames,
	parseSpecId,
	type SpecKitHost,
	specPacket,
	type Verdict,
} from "@codex/spec-kit";
import type { RuntimeContext } from "../runtime-context.ts";
import type { ReadySpecKitHost } from "../spec-kit-host/create-host.ts";
import { readRuns } from "./read-runs.ts";

/** What is compared. */
export interface DriftRequest {
	/** One SPEC alone; absent: all of the repository. */
	readonly specId?: string;
	/** A branch, a tag or a commit: where the branch is compared from. */
	readonly since: string;
}

/** The findings, or a sentence. */
export type DriftResult =
	| { readonly kind: "ok"; readonly findings: readonly DriftFinding[]; readonly changed: number }
	| { readonly kind: "problem"; readonly message: string };

const packetsFolder = "docs";

/** SPEC-IDs of the packets, as their folders say. */
async function specsOf(host: SpecKitHost): Promise<readonly string[]> {
	const names = packetNames(await host.files.list(packetsFolder));
	return names.flatMap((name) => {
		const parsed = parseSpecId(name);
		return parsed.ok ? [parsed.specId] : [];
	});
}

const timeOf = (verdict: Verdict | undefined): number =>
	verdict === undefined ? 0 : Date.parse(verdict.recordedAt) || 0;

function pathsIn(verdict: Verdict | undefined): readonly string[] {
	const operations = verdict?.core["operations"];
	if (!Array.isArray(operations)) return [];
	return operations.flatMap((operation): string[] =>
		typeof operation === "object" && operation !== null && "path" in operation && typeof operation.path === "string"
			? [operation.path]
			: [],
	);
}

async function driftSpec(host: SpecKitHost, specId: string): Promise<DriftSpec> {
	const { folder } = await specPacket(host, specId);
	const { verdicts } = await readRuns(host, specId);
	const verdictOf = (stage: Verdict["stage"]): Verdict | undefined => verdicts.find((each) => each.stage === stage);
	return {
		specId,
		folder,
		tasks: (await host.files.read(`${folder}/tasks.md`)) ?? "",
		planned: pathsIn(verdictOf("implement")),
		validatedAtMs: timeOf(verdictOf("validate")),
		tasksAtMs: timeOf(verdictOf("tasks")),
		accepted: (await host.files.read(`${folder}/${acceptedDriftDocument}`)) ?? "",
	};
}

async function compare(repository: Repository, ready: ReadySpecKitHost, request: DriftRequest): Promise<DriftResult> {
	const { commitsBetween, diff, mergeBase } = await import("@codex/git-tooling");
	const base = await mergeBase(repository, request.since);
	if (base.kind === "problem") return { kind: "problem", message: base.message };
	const whole = await diff(repository, { of: { against: base.id }, renames: false, maxBytes: 0 });
	const open = await diff(repository, { of: { against: "HEAD" }, renames: false, maxBytes: 0 });
	if (whole.kind === "problem") return whole;
	if (open.kind === "problem") return open;
	const { host, root } = ready;
	const wanted = request.specId === undefined ? await specsOf(host) : [request.specId];
	const specs: DriftSpec[] = [];
	for (const specId of wanted) specs.push(await driftSpec(host, specId));
	const findings = driftOf({
		specs,
		changed: whole.files.map(({ path: name }) => ({ path: name, exists: existsSync(path.join(root, name)) })),
		commits: await commitsBetween(repository, { from: base.id, to: "HEAD" }),
		uncommitted: new Set(open.files.map(({ path: name }) => name)),
		ownPaths: [
			`${packetsFolder}/`,
			`${host.config.evidenceDir}/`,
			"SPEC.md",
			".code/",
			"templates/",
			"memory/",
			".gitignore",
		],
	});
	const one = request.specId;
	const shown = one === undefined ? findings : findings.filter(({ specId }) => specId === one);
	return { kind: "ok", findings: shown, changed: whole.files.length };
}

/** Finds drift. Rejects with the engine's error for an id that makes no sense. */
export async function findDrift(
	{ environment, paths }: RuntimeContext,
	ready: ReadySpecKitHost,
	request: DriftRequest,
): Promise<DriftResult> {
	const { openRepository } = await import("@codex/git-tooling");
	const scratch = path.join(paths.cacheDir, "git");
	const repository = await openRepository(ready.root, { env: environment.env, scratch });
	if (repository.kind === "none") return { kind: "problem", message: `${ready.root} is in no git repository` };
	if (repository.kind === "problem") return repository;
	return await compare(repository, ready, request);
}

/** Keeps an acceptance in the packet of the finding's SPEC, else of `specId`; gives the path. */
export async function keepAcceptance(
	{ host }: ReadySpecKitHost,
	finding: DriftFinding,
	{ reason, specId }: { readonly reason: string; readonly specId: string },
): Promise<string> {
	const { folder } = await specPacket(host, finding.specId ?? specId);
	const name = `${folder}/${acceptedDriftDocument}`;
	const text = (await host.files.read(name)) ?? "";
	await host.files.write(name, acceptDrift(text, finding, { reason, at: new Date(host.nowMs()).toISOString() }));
	return name;
}
