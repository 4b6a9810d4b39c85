import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	archiveFolder,
	categoryFolder,
	chainPath,
	headPath,
	journalPath,
	lockPath,
	runsFolder,
} from "../../src/evidence/evidence-paths.ts";
import { runGuardrail } from "../../src/guardrail/run-guardrail.ts";
import { archiveEvidence } from "../../src/node/archive.ts";
import { evidenceStats } from "../../src/node/evidence-files.ts";
import { createEvidenceStore } from "../../src/node/evidence-store.ts";
import { createJournalStore } from "../../src/node/journal-store.ts";
import { verifyEvidence } from "../../src/node/verify.ts";
import { packetFolder } from "../../src/packet/packet-layout.ts";
import { newSpecId, parseSpecId } from "../../src/packet/spec-id.ts";
import { renderPacket } from "../../src/render/render-packet.ts";
import { specStatus } from "../../src/status.ts";
import { createRealHost, temporaryFolder } from "../real-host.ts";

const hostileIds = [
	"../SPEC-KIT-001",
	"SPEC-KIT-001/../../etc",
	"SPEC-../x",
	"SPEC-KIT-001/..",
	"SPEC-KIT-..-001",
	"..",
	"/etc/passwd",
	"SPEC-KIT\\001",
	"SPEC-KIT-001\0",
	"SPEC-KIT-001\nrm",
	"SPEC-KIT-001; rm -rf",
	"SPEC-KIT-$(id)",
	"SPEC-KIT-`id`",
	"SPEC-KIT-001 --flag",
	"-SPEC-KIT-001",
	"SPEC-",
	"SPEC--KIT",
	"SPEC-KIT-",
	"SPEC-KÏT-001",
	"SPEC-KIT-００１",
	`SPEC-KIT-${"1".repeat(100)}`,
	"C:\\SPEC-KIT-1",
	"",
	"   ",
	"KIT-001",
];

// Hole 36 of the known ones: an id becomes paths and branches.
describe("parseSpecId (hole 36)", () => {
	it.each(["SPEC-KIT-065", "SPEC-KIT-045-mini", "SPEC-OPS-004-integrated-coder-hooks", "SPEC-KIT-DEMO", "SPEC-A1-1_b"])(
		"takes %s as it is",
		(id) => expect(parseSpecId(id)).toEqual({ ok: true, specId: id }),
	);

	it("corrects blanks around it and the case of its head", () => {
		expect(parseSpecId("  spec-kit-065-Mini ")).toEqual({ ok: true, specId: "SPEC-KIT-065-Mini" });
	});

	it.each(hostileIds)("refuses %j with a reason", (id) => {
		const parsed = parseSpecId(id);
		expect(parsed.ok).toBe(false);
		if (!parsed.ok) expect(parsed.reason).not.toBe("");
	});

	it("never lets anything through that could leave a folder or a word", () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.string({ unit: "binary" }),
					fc.string().map((s) => `SPEC-KIT-${s}`),
				),
				(text) => {
					const parsed = parseSpecId(text);
					if (parsed.ok) expect(parsed.specId).toMatch(/^SPEC-[A-Z0-9]+(-[A-Za-z0-9_]+)*$/);
				},
			),
		);
	});
});

describe("invariant 15: a SPEC-ID with `../` is rejected everywhere", () => {
	const hostile = "SPEC-KIT-001/../../x";
	const record = {
		specId: hostile,
		runId: "r1",
		category: "commands",
		kind: "log",
		stage: "plan",
		content: "x",
	} as const;

	it("in every path", () => {
		const paths = [
			() => packetFolder(hostile, []),
			() => categoryFolder("e", "commands", hostile),
			() => lockPath("e", hostile),
			() => chainPath("e", hostile),
			() => headPath("e", hostile),
			() => runsFolder("e", hostile),
			() => journalPath("e", hostile, "r1"),
			() => archiveFolder("e", hostile),
			() => renderPacket({ specId: hostile, description: "x", createdAt: "now" }),
		];
		for (const path of paths) expect(path).toThrow(expect.objectContaining({ code: "invalid_spec_id" }));
	});

	it("in every store, in status and in guardrails, which write nothing", async () => {
		const { root, dispose } = temporaryFolder();
		try {
			const place = { root, evidenceDir: "e" };
			const host = createRealHost(root, { evidenceDir: "e" });
			const refused = expect.objectContaining({ code: "invalid_spec_id" });
			await expect(createEvidenceStore(place).write(record)).rejects.toEqual(refused);
			await expect((async () => createEvidenceStore(place).list(hostile, "commands"))()).rejects.toEqual(refused);
			await expect(createJournalStore(place).append(hostile, "r1", "{}")).rejects.toEqual(refused);
			await expect(createJournalStore(place).read(hostile, "r1")).rejects.toEqual(refused);
			await expect(createJournalStore(place).runs(hostile)).rejects.toEqual(refused);
			await expect(verifyEvidence({ ...place, specId: hostile })).rejects.toEqual(refused);
			await expect(evidenceStats({ ...place, specId: hostile })).rejects.toEqual(refused);
			await expect(archiveEvidence({ ...place, specId: hostile })).rejects.toEqual(refused);
			const status = specStatus({ ...host, specId: hostile, nowMs: 0 });
			await expect(status).rejects.toEqual(refused);
			const outcome = await runGuardrail({
				host,
				specId: hostile,
				runId: "r1",
				stage: "plan",
				signal: new AbortController().signal,
			});
			expect(outcome).toMatchObject({ ok: false, telemetryPath: undefined });
			expect(host.commands).toEqual([]);
			expect(await host.files.list(".")).toEqual([]);
		} finally {
			dispose();
		}
	});
});

describe("newSpecId", () => {
	it.each([
		["Add guardrail retries", [], "SPEC-KIT-005-add-guardrail-retries"],
		["Deploy with docker", ["SPEC-OPS-004-x"], "SPEC-OPS-005-deploy-with-docker"],
		["A GraphQL endpoint", ["SPEC-API-005"], "SPEC-API-010-a-graphql-endpoint"],
		["New button", [], "SPEC-UI-005-new-button"],
		// "require" contains "ui", "specific" contains "spec", "decide" contains "ci": none of them counts.
		[
			"We require a specific thing to decide",
			["SPEC-DB-001", "SPEC-DB-002", "SPEC-UI-001"],
			"SPEC-DB-005-we-require-a-specific-thing-to-decide",
		],
		["Something else", [], "SPEC-KIT-005-something-else"],
		["Ümläut café", [], "SPEC-KIT-005-umlaut-cafe"],
		["日本語", ["SPEC-KIT-097"], "SPEC-KIT-100"],
		["pipeline", ["SPEC-KIT-999"], "SPEC-KIT-1000-pipeline"],
		[
			"one two three four five six seven eight nine ten eleven twelve pipeline",
			[],
			"SPEC-KIT-005-one-two-three-four-five",
		],
	])("%s", (description, existing, expected) => expect(newSpecId(description, existing)).toBe(expected));

	it("is always valid and never taken", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: "binary", maxLength: 300 }),
				fc.array(fc.nat({ max: 5000 })),
				(description, numbers) => {
					const existing = numbers.map((number) => `SPEC-KIT-${String(number).padStart(3, "0")}`);
					const id = newSpecId(description, existing);
					expect(parseSpecId(id)).toEqual({ ok: true, specId: id });
					expect(existing).not.toContain(id);
				},
			),
		);
	});
});
