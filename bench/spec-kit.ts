// Benchmarks the Spec-Kit engine: consensus, evidence with its lock and chain, the fold of a long journal, a whole run
// against the fake host. Medians and 95th percentiles; the floor beside each is the least that the same work takes.
// Nothing is asserted.
// usage: node bench/spec-kit.ts [--runs N] (default 15)

import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EvidenceRecord } from "../packages/spec-kit/src/host.ts";
import {
	type Artifact,
	createPipeline,
	defaultSpecKitConfig,
	foldPipeline,
	measureConsensus,
	type PipelineEvent,
	readEvents,
} from "../packages/spec-kit/src/index.ts";
import { createEvidenceStore } from "../packages/spec-kit/src/node/index.ts";
import { createFakeHost, fakeSpecId } from "../packages/spec-kit/src/testing/index.ts";

const specId = "SPEC-KIT-900";
const at = process.argv.indexOf("--runs");
const runs = at === -1 ? 15 : Number(process.argv[at + 1]) || 15;

const percentile = (values: readonly number[], share: number): number =>
	values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
	Number.NaN;

const shown = (values: readonly number[]): string =>
	`p50 ${percentile(values, 0.5).toFixed(2)} ms, p95 ${percentile(values, 0.95).toFixed(2)} ms`;

async function timed(work: () => unknown): Promise<number> {
	const begin = performance.now();
	await work();
	return performance.now() - begin;
}

async function repeated(times: number, work: () => unknown): Promise<readonly number[]> {
	const values: number[] = [];
	await work();
	for (let index = 0; index < times; index += 1) values.push(await timed(work));
	return values;
}

const record = (index: number): EvidenceRecord => ({
	specId,
	runId: "run-1",
	category: "consensus",
	kind: "artifact",
	stage: "plan",
	agent: "claude",
	content: { agent: "claude", index, text: "A step of the plan with some words in it. ".repeat(40) },
});

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function writeRecords(root: string, count: number): Promise<readonly number[]> {
	await mkdir(root, { recursive: true });
	const store = createEvidenceStore({
		root,
		evidenceDir: ".code/evidence",
		lockTimeoutMs: 60_000,
	});
	const values: number[] = [];
	for (let index = 0; index < count; index += 1) values.push(await timed(() => store.write(record(index))));
	return values;
}

if (process.argv[2] === "writer") {
	const [, , , root = "", count = "0"] = process.argv;
	process.stdout.write(JSON.stringify(await writeRecords(root, Number(count))));
	process.exit(0);
}

/** 5 agents × 200 items: 120 that all name in their own words, 40 of three, 40 of one. */
function artifacts(): readonly Artifact[] {
	const verbs = ["Add", "Create", "Write", "Build", "Introduce"];
	return (["gemini", "claude", "code", "gpt_codex", "gpt_pro"] as const).map((agent, voter) => {
		const step = (index: number): string => {
			const own = index >= 160 ? `${agent} ` : "";
			const noun = sha256(Buffer.from(`${index}${index >= 120 && voter > 2 ? agent : ""}`)).slice(0, 12);
			return `${verbs[(voter + index) % verbs.length] ?? "Add"} the ${own}endpoint ${noun} for the module ${index}`;
		};
		const work = Array.from({ length: 200 }, (_, index) => ({ step: step(index), rationale: "", success_signal: "" }));
		return {
			runId: "run-1",
			specId,
			stage: "plan",
			agent,
			role: "research",
			model: "m",
			promptVersion: "v",
			content: { work_breakdown: work, acceptance_mapping: [], risks: [], decision: "go" },
			createdAt: "2026-01-01T00:00:00.000Z",
		};
	});
}

async function benchConsensus(): Promise<void> {
	const input = {
		stage: "plan",
		runId: "run-1",
		specId,
		artifacts: artifacts(),
		roster: ["gemini", "claude", "code", "gpt_codex", "gpt_pro"],
		config: defaultSpecKitConfig,
		recordedAt: "2026-01-01T00:00:00.000Z",
		promptVersion: "v",
	} as const;
	const values = await repeated(runs, () => measureConsensus(input));
	const { agreed, dissent } = measureConsensus(input);
	console.log(`consensus, 5 agents × 200 items: ${shown(values)} (${agreed.length} agreed, ${dissent.length} dissent)`);
}

/** The least that a durable, atomic, chained record takes: write, sync, rename, append, sync. */
async function floorWrites(root: string, count: number): Promise<readonly number[]> {
	await mkdir(root, { recursive: true });
	const text = JSON.stringify(record(0).content);
	const values: number[] = [];
	for (let index = 0; index < count; index += 1) {
		values.push(
			await timed(async () => {
				const temporary = join(root, `.${randomBytes(6).toString("hex")}`);
				const file = await open(temporary, "wx");
				await file.writeFile(text);
				await file.sync();
				await file.close();
				await rename(temporary, join(root, `${index}.json`));
				await appendFile(join(root, "chain"), `${index} ${sha256(Buffer.from(text))}\n`, { flush: true });
			}),
		);
	}
	return values;
}

async function writer(root: string, count: number): Promise<readonly number[]> {
	const child = spawn(process.execPath, [import.meta.filename, "writer", root, String(count)], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let text = "";
	for await (const chunk of child.stdout) text += String(chunk);
	const values: unknown = JSON.parse(text);
	return Array.isArray(values) ? values.map(Number) : [];
}

async function benchEvidence(root: string): Promise<void> {
	const floor = await floorWrites(join(root, "floor"), 100);
	const one = await writeRecords(join(root, "one"), 100);
	const begin = performance.now();
	const eight = await Promise.all(Array.from({ length: 8 }, () => writer(join(root, "eight"), 25)));
	const rate = (8 * 25 * 1000) / (performance.now() - begin);
	console.log(`evidence, floor (write, sync, rename, append, sync): ${shown(floor)}`);
	console.log(
		`evidence, 1 writer: ${shown(one)}, ${(percentile(one, 0.5) / percentile(floor, 0.5)).toFixed(2)} × the floor`,
	);
	console.log(`evidence, 8 processes on one SPEC: ${shown(eight.flat())} each, ${rate.toFixed(0)} records/s in all`);
}

/** A journal of `count` records: a real run, begun anew from its first stage again and again. */
async function longJournal(count: number): Promise<readonly string[]> {
	const host = createFakeHost();
	let run = createPipeline({ host, specId: fakeSpecId });
	await run.result;
	const lines = (): readonly string[] => host.journals.get(run.runId) ?? [];
	while (lines().length < count) {
		run = createPipeline({ host, specId: fakeSpecId, journal: run.runId, from: "plan" });
		await run.result;
	}
	return lines().slice(0, count);
}

async function benchFold(): Promise<void> {
	const lines = await longJournal(10_000);
	let events: readonly PipelineEvent[] = [];
	const read = await repeated(runs, () => {
		const result = readEvents(lines);
		events = result.ok ? result.events : [];
	});
	const parse = await repeated(runs, () => lines.map((line): unknown => JSON.parse(line)));
	const fold = await repeated(runs, () => foldPipeline(events));
	console.log(
		`journal of ${lines.length} records, read and checked: ${shown(read)} (JSON.parse alone: ${shown(parse)})`,
	);
	console.log(`journal of ${events.length} records, folded: ${shown(fold)}`);
}

async function benchRun(): Promise<void> {
	const values = await repeated(runs, () => createPipeline({ host: createFakeHost(), specId: fakeSpecId }).result);
	console.log(`six stages with three checkpoints, fake host: ${shown(values)} (target: 300 ms)`);
}

const root = await mkdtemp(join(tmpdir(), "bench-spec-kit-"));
try {
	await benchConsensus();
	await benchEvidence(root);
	await benchFold();
	await benchRun();
} finally {
	await rm(root, { recursive: true, force: true });
}
