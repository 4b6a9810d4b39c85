import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { archiveEvidence, type GcOptions, gcEvidence } from "../../src/node/archive.ts";
import { evidenceStats } from "../../src/node/evidence-files.ts";
import { createEvidenceStore } from "../../src/node/evidence-store.ts";
import { nodeFileSystem, sha256 } from "../../src/node/file-system.ts";
import { verifyEvidence } from "../../src/node/verify.ts";
import { temporaryFolder } from "../real-host.ts";
import { faultyFileSystem, systemError } from "./faulty-file-system.ts";

const specId = "SPEC-KIT-001";
const day = 24 * 60 * 60 * 1000;
const start = Date.UTC(2026, 0, 1);

let root = "";
let dispose = (): void => undefined;
let nowMs = start;

beforeEach(() => {
	({ root, dispose } = temporaryFolder());
	nowMs = start;
});
afterEach(() => dispose());

const options = (more: Partial<GcOptions> = {}): GcOptions => ({
	root,
	evidenceDir: "evidence",
	nowMs: () => nowMs,
	...more,
});
const write = (runId: string, bytes: number, id = specId): Promise<string> =>
	createEvidenceStore({ ...options(), root }).write({
		specId: id,
		runId,
		category: "consensus",
		kind: "log",
		stage: "plan",
		content: "x".repeat(bytes),
	});
const verify = () => verifyEvidence({ root, evidenceDir: "evidence", specId });
const exists = (path: string): boolean => existsSync(join(root, path));

describe("a store that retains", () => {
	it("archives what is too old when a run begins, and leaves the run itself alone", async () => {
		const old = await write("run-1", 10);
		const own = await write("run-2", 10);
		nowMs += 40 * day;
		const store = createEvidenceStore({ ...options(), root });
		expect(await store.retain?.(specId, ["run-2"])).toEqual([old]);
		expect([exists(old), exists(own)]).toEqual([false, true]);
		const strict = createEvidenceStore({ ...options(), root, retention: { maxEvidenceAgeDays: 100 } });
		expect(await strict.retain?.(specId, [])).toEqual([]);
		await expect(store.retain?.("../x", [])).rejects.toMatchObject({ code: "invalid_spec_id" });
	});
});

describe("archiveEvidence", () => {
	it("moves old runs into an archive that holds them byte for byte, and the chain stays whole", async () => {
		const old = [await write("run-1", 10), await write("run-1", 20)];
		nowMs += 40 * day;
		const young = await write("run-2", 30);
		const before = old.map((path) => readFileSync(join(root, path), "utf8"));
		const report = await archiveEvidence({ ...options(), specId });
		expect(report).toMatchObject({ archived: old, reasons: ["age"], bytesBefore: 60, bytesAfter: 30, dryRun: false });
		expect(old.map(exists)).toEqual([false, false]);
		expect(exists(young)).toBe(true);
		const manifest: unknown = JSON.parse(readFileSync(join(root, report.manifestPath ?? ""), "utf8"));
		expect(manifest).toMatchObject({
			version: 1,
			specId,
			files: old.map((path, index) => ({ path, seq: index + 1, sha256: sha256(before[index] ?? "") })),
		});
		const out = join(root, "out");
		mkdirSync(out);
		extract({ file: join(root, report.archivePath ?? ""), cwd: out, sync: true });
		expect(old.map((path) => readFileSync(join(out, path), "utf8"))).toEqual(before);
		expect(await verify()).toMatchObject({ ok: true, records: 4 });
		await write("run-3", 5);
		expect(await verify()).toMatchObject({ ok: true, records: 5 });
	});

	it("changes nothing in a dry run", async () => {
		const path = await write("run-1", 10);
		nowMs += 40 * day;
		const tree = readdirSync(root, { recursive: true });
		expect(await archiveEvidence({ ...options({ dryRun: true }), specId })).toMatchObject({
			archived: [path],
			dryRun: true,
			bytesAfter: 0,
		});
		expect(readdirSync(root, { recursive: true })).toEqual(tree);
	});

	it("leaves runs in progress alone", async () => {
		const path = await write("run-1", 10);
		nowMs += 40 * day;
		expect(await archiveEvidence({ ...options({ inProgressRuns: ["run-1"] }), specId })).toMatchObject({
			archived: [],
		});
		expect(exists(path)).toBe(true);
	});

	it("makes room below the soft limit, so that the hard one lets writers in again", async () => {
		const store = createEvidenceStore({ ...options(), root, hardLimitBytes: 100 });
		const record = { specId, category: "consensus", kind: "log", stage: "plan" } as const;
		await store.write({ ...record, runId: "run-1", content: "x".repeat(60) });
		await store.write({ ...record, runId: "run-2", content: "x".repeat(40) });
		await expect(store.write({ ...record, runId: "run-3", content: "y" })).rejects.toMatchObject({
			code: "evidence_full",
		});
		const report = await archiveEvidence({
			...options({ limits: { softLimitBytes: 50, hardLimitBytes: 100 } }),
			specId,
		});
		expect(report).toMatchObject({ reasons: ["size"], bytesAfter: 40, overSoftLimit: false });
		await store.write({ ...record, runId: "run-3", content: "y" });
		expect(await verify()).toMatchObject({ ok: true });
	});

	it("takes the fork's files along, which have no line", async () => {
		const folder = join(root, "evidence/commands", specId);
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, "spec-plan_2025-01-01T00:00:00Z-1.json"), "{}");
		writeFileSync(join(folder, "notes.txt"), "stays");
		const report = await archiveEvidence({ ...options(), specId });
		expect(report.archived).toHaveLength(1);
		expect(readdirSync(folder)).toEqual(["notes.txt"]);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
	});

	it("does not bury a record that was changed", async () => {
		const path = await write("run-1", 10);
		writeFileSync(join(root, path), "forged");
		nowMs += 40 * day;
		await expect(archiveEvidence({ ...options(), specId })).rejects.toMatchObject({ code: "evidence_tampered" });
		expect(exists(path)).toBe(true);
	});

	it("does not trust an archive that is not what was read", async () => {
		const path = await write("run-1", 10);
		nowMs += 40 * day;
		const fileSystem = faultyFileSystem((operation, at) => {
			// Between our reading of the record and tar's.
			if (operation === "open" && at.endsWith(".tar.gz.tmp")) writeFileSync(join(root, path), "forged");
			return undefined;
		});
		await expect(archiveEvidence({ ...options({ fileSystem }), specId })).rejects.toMatchObject({
			code: "evidence_validation",
		});
		expect(exists(path)).toBe(true);
		expect(readdirSync(join(root, "evidence/archive", specId))).toEqual([]);
		expect(await verify()).toMatchObject({ ok: false, records: 1, failure: { seq: 1, problem: "changed" } });
	});

	it("is told when an archive is changed or removed", async () => {
		await write("run-1", 10);
		nowMs += 40 * day;
		const { archivePath = "" } = await archiveEvidence({ ...options(), specId });
		const bytes = readFileSync(join(root, archivePath));
		writeFileSync(join(root, archivePath), "forged");
		expect(await verify()).toMatchObject({ ok: false, failure: { seq: 2, problem: "changed", path: archivePath } });
		rmSync(join(root, archivePath));
		expect(await verify()).toMatchObject({ ok: false, failure: { seq: 2, problem: "removed" } });
		writeFileSync(join(root, archivePath), bytes);
		expect(await verify()).toMatchObject({ ok: true });
	});

	it.each([
		["the archive's file", "open", ".tar.gz.tmp"],
		["the archive's sync", "sync", ".tar.gz.tmp"],
		["the archive's name", "rename", ".tar.gz"],
		["the manifest", "rename", ".manifest.json"],
		["the chain", "write", ".jsonl"],
	])("loses nothing when the disk refuses %s", async (_name, operation, ending) => {
		const path = await write("run-1", 10);
		nowMs += 40 * day;
		const fileSystem = faultyFileSystem((done, at) =>
			done === operation && at.endsWith(ending) ? systemError("ENOSPC") : undefined,
		);
		await expect(archiveEvidence({ ...options({ fileSystem }), specId })).rejects.toMatchObject({
			name: "SpecKitError",
		});
		expect(exists(path)).toBe(true);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
		expect(await archiveEvidence({ ...options(), specId })).toMatchObject({ archived: [path] });
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("removes later what it could not remove at once", async () => {
		const path = await write("run-1", 10);
		nowMs += 40 * day;
		const fileSystem = faultyFileSystem((done, at) =>
			done === "unlink" && at.includes("_run-1_") ? systemError("EIO") : undefined,
		);
		await archiveEvidence({ ...options({ fileSystem }), specId });
		expect(exists(path)).toBe(true);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
		expect(await archiveEvidence({ ...options(), specId })).toMatchObject({ archived: [] });
		expect(exists(path)).toBe(false);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});
});

describe("gcEvidence", () => {
	it("collects every SPEC, and one that fails keeps no other from it", async () => {
		const bad = await write("run-1", 10, "SPEC-KIT-001");
		const good = await write("run-1", 10, "SPEC-KIT-002");
		mkdirSync(join(root, "evidence/commands/not-a-spec"), { recursive: true });
		writeFileSync(join(root, bad), "forged");
		nowMs += 40 * day;
		const report = await gcEvidence(options());
		expect(report.specs.map((one) => [one.specId, one.archived])).toEqual([["SPEC-KIT-002", [good]]]);
		expect(report.failed).toMatchObject([{ specId: "SPEC-KIT-001", error: { code: "evidence_tampered" } }]);
	});

	it("has nothing to do without evidence", async () => {
		expect(await gcEvidence(options({ fileSystem: nodeFileSystem }))).toEqual({ specs: [], failed: [] });
	});
});

describe("evidenceStats", () => {
	it("tells sizes, counts and levels by SPEC, the largest first", async () => {
		await write("run-1", 10, "SPEC-KIT-001");
		const large = await write("run-1", 90, "SPEC-KIT-002");
		const last = await write("run-2", 5, "SPEC-KIT-002");
		const stats = await evidenceStats({ root, evidenceDir: "evidence", softLimitBytes: 100 });
		expect(stats.totalBytes).toBe(105);
		expect(
			stats.specs.map((one) => [one.specId, one.consensusBytes, one.consensusFiles, one.commandsFiles, one.level]),
		).toEqual([
			["SPEC-KIT-002", 95, 2, 0, "warn"],
			["SPEC-KIT-001", 10, 1, 0, "ok"],
		]);
		expect(stats.specs[0]).toMatchObject({
			latest: last,
			largest: [
				{ path: large, bytes: 90 },
				{ path: last, bytes: 5 },
			],
		});
		expect(await evidenceStats({ root, evidenceDir: "evidence", specId: "SPEC-KIT-001" })).toMatchObject({
			totalBytes: 10,
		});
		expect(await evidenceStats({ root, evidenceDir: "evidence", specId: "SPEC-KIT-009" })).toEqual({
			totalBytes: 0,
			specs: [],
		});
	});
});
