// The trace of one SPEC of a repository, and its report as a file: documents, journals, evidence and history are read, and
// the engine puts them together.

import { existsSync } from "node:fs";
import path from "node:path";
import {
	type ReportInput,
	readTasks,
	renderReport,
	requireSpecId,
	type Stage,
	specPacket,
	stages,
	type Trace,
	type TraceCommit,
	traceOf,
} from "@codex/spec-kit";
import type { RuntimeContext } from "../runtime-context.ts";
import type { ReadySpecKitHost } from "../spec-kit-host/create-host.ts";
import { readRecords, type SpecRecords } from "./read-records.ts";
import { type RunsTold, readRuns } from "./read-runs.ts";

/** A trace, and what else its report shows. */
export interface SpecTrace {
	readonly trace: Trace;
	readonly runs: RunsTold;
	readonly records: SpecRecords;
	/** Sentences about what could not be read. */
	readonly warnings: readonly string[];
}

// Commits of a SPEC are looked for in this many of the branch's newest ones.
const mostCommits = 2000;

async function commitsOf(
	{ environment, paths }: RuntimeContext,
	root: string,
): Promise<{ readonly commits: readonly TraceCommit[]; readonly warning?: string }> {
	const { openRepository, commitsBetween } = await import("@codex/git-tooling");
	try {
		const repository = await openRepository(root, { env: environment.env, scratch: path.join(paths.cacheDir, "git") });
		if (repository.kind === "none") return { commits: [], warning: `${root} is in no git repository: no commits` };
		if (repository.kind === "problem") return { commits: [], warning: repository.message };
		return { commits: await commitsBetween(repository, { to: "HEAD", limit: mostCommits }) };
	} catch (error) {
		return { commits: [], warning: `The history could not be read: ${error instanceof Error ? error.message : "?"}` };
	}
}

/** Whether the file lies in the repository and is there. Names come from documents: they may say anything. */
function isThere(root: string, name: string): boolean {
	const file = path.resolve(root, name);
	return (file === root || file.startsWith(`${root}${path.sep}`)) && existsSync(file);
}

function evidenceByStage(paths: readonly string[]): Trace["evidence"] {
	const found: Partial<Record<Stage, string[]>> = {};
	for (const name of paths) {
		const stage = stages.find((each) => path.posix.basename(name).startsWith(`spec-${each}_`));
		if (stage !== undefined) found[stage] = [...(found[stage] ?? []), name];
	}
	return found;
}

/** Traces a SPEC. Rejects with the engine's error for an id that makes no sense, and as the host's files do. */
export async function traceSpec(
	context: RuntimeContext,
	{ host, root }: ReadySpecKitHost,
	id: string,
): Promise<SpecTrace> {
	const specId = requireSpecId(id);
	const packet = await specPacket(host, specId);
	const read = async (name: string): Promise<string> => (await host.files.read(`${packet.folder}/${name}`)) ?? "";
	const [spec, prd, tasks] = [await read("spec.md"), await read("PRD.md"), await read("tasks.md")];
	const [runs, history] = [await readRuns(host, specId), await commitsOf(context, root)];
	const paths = [...(await host.evidence.list(specId, "commands")), ...(await host.evidence.list(specId, "consensus"))];
	const named = readTasks(tasks).tasks.flatMap(({ files }) => files);
	const trace = traceOf({
		specId,
		requirements: [spec, prd],
		tasks,
		cores: Object.fromEntries(runs.verdicts.map(({ stage, core }) => [stage, core])),
		commits: history.commits,
		existing: new Set(named.filter((name) => isThere(root, name))),
		evidence: evidenceByStage(paths),
	});
	const heading = /^#\s+(?:PRD:|Spec(?:ification)?:)?\s*(.+)$/m.exec(spec || prd)?.[1] ?? "";
	return {
		trace,
		runs: { ...runs, title: heading || runs.title },
		records: await readRecords(host, paths),
		warnings: history.warning === undefined ? [] : [history.warning],
	};
}

/** Writes the report; gives its path relative to the repository. `name`: a path in the repository. */
export async function writeReport(
	{ host }: ReadySpecKitHost,
	{ trace, runs, records }: SpecTrace,
	name: string = `${host.config.evidenceDir}/reports/${trace.specId}.html`,
): Promise<string> {
	const depth = path.posix
		.dirname(name)
		.split("/")
		.filter((part) => part !== "" && part !== ".").length;
	const input: ReportInput = {
		trace,
		title: runs.title,
		asOf: new Date(runs.lastAtMs === 0 ? host.nowMs() : runs.lastAtMs).toISOString(),
		verdicts: runs.verdicts,
		costs: runs.costs,
		voters: records.voters,
		unpricedCalls: runs.unpricedCalls,
		gates: records.gates,
		candidates: records.candidates,
		spans: runs.spans,
		toRoot: Array.from({ length: depth }, () => "..").join("/"),
	};
	await host.files.write(name, renderReport(input));
	return name;
}
