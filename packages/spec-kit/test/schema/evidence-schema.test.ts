import { describe, expect, it } from "vitest";
import { artifactRecord, verdictRecord } from "../../src/evidence/stored-record.ts";
import { readArtifact, readChainHead, readChainLine, readVerdict } from "../../src/schema/evidence-schema.ts";
import { anArtifact, aVerdict } from "../verdicts.ts";

const read = (value: unknown) => readVerdict(JSON.stringify(value));

describe("readVerdict", () => {
	it("reads back what we write, with the fork's fields in it", () => {
		const verdict = aVerdict(
			"plan",
			{ decision: "go" },
			{
				status: "conflict",
				decision: "go",
				missing: ["gemini"],
				agreed: [{ list: "risks", key: "r1", item: {}, supporters: ["claude"], support: 1 }],
				conflicts: [
					{ list: "checks", key: "c1", attribute: "status", values: [{ agent: "claude", value: "ok" }] },
					{ list: "checks", key: "c2", attribute: "status", values: [], settledBy: "person" },
				],
			},
		);
		const record = verdictRecord(verdict);
		expect(record).toMatchObject({
			spec_id: "SPEC-KIT-065",
			stage: "spec-plan",
			consensus_ok: false,
			degraded: false,
			aggregator_agent: "gpt_pro",
			missing_agents: ["gemini"],
			required_fields_ok: true,
		});
		expect(read(record)).toEqual({
			specId: "SPEC-KIT-065",
			runId: "run-1",
			stage: "plan",
			status: "conflict",
			recordedAt: "2026-01-15T12:00:00.000Z",
			promptVersion: "v1",
			missingAgents: ["gemini"],
			agreements: ["risks r1"],
			conflicts: ["checks c1, status: claude ok"],
			confidence: 0.914,
		});
	});

	it.each([
		[
			"a verdict that is ok",
			{ spec_id: "S", stage: "spec-plan", consensus_ok: true, agreements: ["a"] },
			{ status: "ok", agreements: ["a"] },
		],
		["one with conflicts", { consensus_ok: false, degraded: true, conflicts: ["c"] }, { status: "conflict" }],
		["one that is degraded", { consensus_ok: false, degraded: true }, { status: "degraded" }],
		["one with agents missing", { consensus_ok: false, missing_agents: ["gemini"] }, { status: "degraded" }],
		["one that says nothing else", { consensus_ok: false }, { status: "unknown" }],
		[
			"a synthesis",
			{
				specId: "S",
				stage: "spec-review",
				status: "CONFLICT",
				consensus: { agreements: [], conflicts: ["x", { a: 1 }] },
				prompt_version: "v",
			},
			{ status: "conflict", stage: "audit", specId: "S", conflicts: ["x", '{"a":1}'] },
		],
		[
			"fields of wrong types",
			{ status: "ok", confidence: "high", missing_agents: "none", stage: 7 },
			{ status: "ok", missingAgents: [] },
		],
	])("reads the fork's: %s", (_name, value, expected) => expect(read(value)).toMatchObject(expected));

	it.each(["", "{", "[]", "null", '"x"', "{}", '{"a":1}'])("finds none in %j", (text) =>
		expect(readVerdict(text)).toBeUndefined(),
	);
});

describe("readArtifact", () => {
	it("reads back what we write", () => {
		const content = { work_breakdown: [], agent: "says-other" };
		expect(readArtifact(JSON.stringify(artifactRecord(anArtifact("plan", "claude", content))))).toEqual({
			agent: "claude",
			specId: "SPEC-KIT-065",
			runId: "run-1",
			stage: "plan",
			model: "claude-model",
			promptVersion: "v1",
			conflicts: [],
			content,
		});
	});

	it("reads the fork's, with conflicts at the top or in the plan", () => {
		const own = { stage: "spec-plan", agent: "gpt_pro", model: "gpt-5", reasoning_mode: "high", promptVersion: "p" };
		expect(readArtifact(JSON.stringify({ ...own, consensus: { conflicts: ["a"] } }))).toMatchObject({
			agent: "gpt_pro",
			stage: "plan",
			reasoningMode: "high",
			promptVersion: "p",
			conflicts: ["a"],
		});
		expect(readArtifact(JSON.stringify({ ...own, final_plan: { consensus: { conflicts: ["b"] } } }))).toMatchObject({
			conflicts: ["b"],
		});
		expect(readArtifact(JSON.stringify({ stage_name: "tasks", error: "boom" }))).toMatchObject({
			stage: "tasks",
			error: "boom",
			conflicts: [],
		});
	});

	it.each(["", "{", "[]", "3", "{}"])("finds none in %j", (text) => expect(readArtifact(text)).toBeUndefined());
});

describe("lines of the chain", () => {
	it("are exact", () => {
		const line = {
			type: "record",
			path: "p",
			sha256: "a".repeat(64),
			bytes: 1,
			seq: 1,
			atMs: 0,
			prev: "0".repeat(64),
			hash: "b".repeat(64),
		};
		expect(readChainLine(JSON.stringify(line))).toEqual(line);
		for (const bad of [
			{ ...line, more: 1 },
			{ ...line, seq: 0 },
			{ ...line, sha256: "x" },
			{ ...line, type: "other" },
			{ ...line, type: "archive" },
		]) {
			expect(readChainLine(JSON.stringify(bad))).toBeUndefined();
		}
		expect(readChainHead("{")).toBeUndefined();
	});
});
