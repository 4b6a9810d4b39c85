import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { artifactRecord, verdictRecord } from "../src/evidence/stored-record.ts";
import { runGuardrail } from "../src/guardrail/run-guardrail.ts";
import type { SpecKitHost } from "../src/host.ts";
import { evidenceStats } from "../src/node/evidence-files.ts";
import { type Stage, stages } from "../src/stage.ts";
import { type StatusInput, specStatus } from "../src/status.ts";
import { fixtureRepository, packet, specId } from "./guardrail/fixture-repository.ts";
import { createRealHost } from "./real-host.ts";
import { anArtifact, aVerdict } from "./verdicts.ts";

let root = "";
let dispose = (): void => undefined;
let host: SpecKitHost;

const tracker = [
	"| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |",
	"|---|---|---|---|---|---|---|---|---|---|---|",
	`| 1 | ${specId} | Sample | In Progress | ann | | feat/x | | | | a note |`,
	"",
].join("\n");

beforeEach(async () => {
	({ root, dispose } = await fixtureRepository({ files: { "SPEC.md": tracker } }));
	host = createRealHost(root);
});
afterEach(() => dispose());

const status = (more: Partial<StatusInput> = {}) => specStatus({ ...host, specId, nowMs: host.nowMs(), ...more });

async function consensus(stage: Stage, conflicts: readonly string[] = []): Promise<void> {
	const record = { specId, runId: "run-1", category: "consensus", stage } as const;
	const content = { consensus: { agreements: [], conflicts: [...conflicts] } };
	for (const agent of ["claude", "gemini"] as const) {
		await host.evidence.write({
			...record,
			kind: "artifact",
			agent,
			content: artifactRecord(anArtifact(stage, agent, content)),
		});
	}
	await host.evidence.write({
		...record,
		kind: "verdict",
		content: verdictRecord(aVerdict(stage, {}, conflicts.length > 0 ? { status: "conflict" } : {})),
	});
}

async function healthy(): Promise<void> {
	for (const stage of stages) {
		const outcome = await runGuardrail({ host, specId, runId: "run-1", stage, signal: new AbortController().signal });
		expect(outcome.ok).toBe(true);
		await consensus(stage);
	}
}

const commandsFolder = (): string => join(root, ".code/evidence/commands", specId);
const forkFile = (name: string, value: unknown): void => {
	mkdirSync(commandsFolder(), { recursive: true });
	writeFileSync(join(commandsFolder(), name), typeof value === "string" ? value : JSON.stringify(value));
};
const forkTasks = (timestamp: string, toolStatus = "ok") => ({
	schemaVersion: "1.0",
	command: "spec-ops-tasks",
	specId,
	sessionId: "s",
	timestamp,
	artifacts: ["x.log"],
	tool: { status: toolStatus },
});

describe("specStatus", () => {
	it("healthy: everything passed and nothing to warn of", async () => {
		await healthy();
		const result = await status();
		expect(result.warnings).toEqual([]);
		expect(result.stages.map(({ cue, consensus: verdict }) => [cue, verdict])).toEqual(
			stages.map(() => ["pass", "ok"]),
		);
		expect(result.stages[0]?.agents).toEqual([
			{ agent: "claude", status: "ok", model: "claude-model" },
			{ agent: "gemini", status: "ok", model: "gemini-model" },
		]);
		expect(result.tracker?.cells).toMatchObject({ Status: "In Progress", PRD: "", Branch: "feat/x", Notes: "a note" });
		expect(result.packet.documents.every(({ present }) => present)).toBe(true);
		expect(result.evidence).toMatchObject({ level: "ok", largest: expect.any(Array) });
		expect(result.evidence.latest).toContain("spec-unlock_");
		expect(result.evidence.bytes).toBe((await evidenceStats({ root, evidenceDir: ".code/evidence" })).totalBytes);
	});

	it("stale: telemetry older than the given hours", async () => {
		await healthy();
		const nowMs = host.nowMs() + 25 * 3_600_000;
		const result = await status({ nowMs });
		expect(result.stages.every(({ cue, guardrail }) => cue === "warn" && guardrail?.stale === true)).toBe(true);
		expect(result.warnings).toContain("Plan: telemetry is older than 24 h");
		expect((await status({ nowMs, staleHours: 48 })).warnings).toEqual([]);
	});

	it("missing-doc: a packet without tasks.md", async () => {
		const { rmSync } = await import("node:fs");
		rmSync(join(root, packet, "tasks.md"));
		const result = await status();
		expect(result.packet.documents).toContainEqual({ name: "tasks.md", present: false });
		expect(result.warnings).toEqual([`${packet}/tasks.md is missing`]);
		expect(result.stages.every(({ cue }) => cue === "pending")).toBe(true);
	});

	it("conflict: the agents disagree", async () => {
		await consensus("plan", ["two ways"]);
		const [plan] = (await status()).stages;
		expect(plan).toMatchObject({ cue: "warn", consensus: "conflict" });
		expect(plan?.agents.map(({ status: one }) => one)).toEqual(["conflict", "conflict"]);
	});

	it("hal-skipped: no warning", async () => {
		forkFile("spec-validate_2026-01-15T12:00:00Z-1.json", {
			schemaVersion: 1,
			command: "spec-ops-validate",
			specId,
			sessionId: "s",
			timestamp: "2026-01-15T12:00:00Z",
			scenarios: [{ name: "x", status: "passed" }],
			hal: { summary: { status: "skipped", failed_checks: [], artifacts: [] } },
		});
		const result = await status();
		expect(result.stages[3]).toMatchObject({ cue: "pass", guardrail: { ok: true, hal: "skipped" } });
		expect(result.warnings).toEqual([]);
	});

	it("oversized: evidence above the threshold", async () => {
		await host.evidence.write({
			specId,
			runId: "run-1",
			category: "commands",
			kind: "log",
			stage: "plan",
			content: "x".repeat(1500),
		});
		const config = { ...host.config, evidence: { ...host.config.evidence, softLimitBytes: 1000 } };
		const result = await status({ config });
		expect(result.evidence).toMatchObject({ bytes: 1500, level: "critical" });
		expect(result.warnings).toContain("The evidence takes 0.0 MiB, over its soft limit");
		const told = await status({ footprint: { bytes: 21 * 1024 * 1024, largest: [] } });
		expect(told.evidence).toEqual(expect.objectContaining({ level: "warn", largest: [] }));
	});

	it("takes the newest telemetry by the time in it, the fork's and ours, whatever the names say", async () => {
		forkFile("spec-tasks_9.json", forkTasks("2026-01-14T00:00:00Z", "bad"));
		forkFile("spec-tasks_1.json", forkTasks("2026-01-15T00:00:00Z"));
		forkFile("tasks_5.json", forkTasks("2026-01-13T00:00:00Z", "bad"));
		expect((await status()).stages[1]).toMatchObject({
			cue: "pass",
			guardrail: { ok: true, path: expect.stringContaining("spec-tasks_1.json") },
		});
		await runGuardrail({ host, specId, runId: "run-2", stage: "tasks", signal: new AbortController().signal });
		expect((await status()).stages[1]?.guardrail?.path).toContain("run-2_telemetry");
	});

	it("does not read verdicts, telemetry or synthesis as agents, and takes the fork's artifacts", async () => {
		const folder = join(root, ".code/evidence/consensus", specId);
		mkdirSync(folder, { recursive: true });
		const write = (name: string, value: object): void => writeFileSync(join(folder, name), JSON.stringify(value));
		write("spec-plan_20251018T010203Z_gpt_pro.json", {
			stage: "spec-plan",
			agent: "GPT-5",
			model: "gpt-5",
			reasoning_mode: "high",
		});
		write("spec-plan_claude_20251018T010203Z_artifact.json", { stage: "spec-plan", work: 1 });
		write("spec-plan_20251018T010203Z_metrics.json", { x: 1 });
		write("spec-plan_20251018T010203Z_telemetry.json", { x: 1 });
		const [plan] = (await status()).stages;
		expect(plan).toMatchObject({ consensus: "ok", cue: "pass" });
		expect(plan?.agents).toEqual([
			{ agent: "gpt_pro", status: "ok", model: "gpt-5", reasoningMode: "high" },
			{ agent: "claude", status: "ok" },
		]);
		write("spec-plan_20251018T010204Z_synthesis.json", { status: "degraded", missing_agents: ["gemini"] });
		expect((await status()).stages[0]).toMatchObject({ consensus: "degraded", cue: "warn" });
	});

	it("stands broken files of every kind, and says which", async () => {
		await healthy();
		forkFile("spec-tasks_broken.json", "{");
		const folder = join(root, ".code/evidence/consensus", specId);
		writeFileSync(join(folder, "spec-plan_20270101T000000Z_synthesis.json"), "[]");
		writeFileSync(join(folder, "spec-plan_20270101T000000Z_claude.json"), "nonsense");
		const result = await status();
		expect(result.stages[0]).toMatchObject({ cue: "pass", consensus: "ok" });
		expect(result.stages[1]).toMatchObject({ cue: "pass", guardrail: { ok: true } });
		expect(result.warnings).toEqual([
			expect.stringContaining("20270101T000000Z_synthesis.json is no verdict"),
			expect.stringContaining("spec-tasks_broken.json is no telemetry"),
		]);
	});

	it("goes on when evidence cannot be listed or read, and the tracker is not there", async () => {
		const refusing = { ...host.evidence, list: () => Promise.reject(new Error("no disk")) };
		expect((await status({ evidence: refusing })).warnings).toContain(
			"The evidence of commands cannot be listed: no disk",
		);
		forkFile("spec-tasks_1.json", forkTasks("2026-01-15T00:00:00Z"));
		const unreadable = { ...host.evidence, read: () => Promise.reject(new Error("no disk")) };
		expect((await status({ evidence: unreadable })).warnings.join()).toContain("cannot be read: no disk");
		writeFileSync(join(root, "SPEC.md"), "no table");
		expect((await status()).warnings.join()).toContain("has no table");
		writeFileSync(join(root, "SPEC.md"), tracker.replace(specId, "SPEC-KIT-0650"));
		expect((await status()).warnings).toContain(`SPEC.md has no row of ${specId}`);
		expect((await status({ specId: "SPEC-KIT-999" })).warnings).toContain("docs/SPEC-KIT-999 does not exist");
		const { rmSync } = await import("node:fs");
		rmSync(join(root, "SPEC.md"));
		expect((await status()).warnings).toContain("SPEC.md does not exist");
	});

	it("warns of failed guardrails and a failed final policy", async () => {
		const value = {
			...forkTasks("2026-01-15T12:00:00Z", "ready"),
			policy: { final: { model: "m", status: "failed", note: "" } },
		};
		forkFile("spec-tasks_1.json", value);
		expect((await status()).warnings).toEqual(["Tasks: tasks hook status: ready", "Tasks: the final policy failed"]);
		appendFileSync(join(commandsFolder(), "spec-tasks_1.json"), " ");
		expect(readFileSync(join(commandsFolder(), "spec-tasks_1.json"), "utf8")).toContain("ready");
	});
});
