import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { footprintLevel, planRetention } from "../../src/evidence/retention.ts";

const day = 24 * 60 * 60 * 1000;
const nowMs = 100 * day;
const limits = { maxEvidenceAgeDays: 30, softLimitBytes: 100, hardLimitBytes: 200 };
const file = (path: string, ageDays: number, bytes: number, runId?: string) => ({
	path,
	bytes,
	atMs: nowMs - ageDays * day,
	...(runId === undefined ? {} : { runId }),
});
const plan = (files: readonly ReturnType<typeof file>[], inProgress: readonly string[] = []) =>
	planRetention(files, limits, { nowMs, inProgress: new Set(inProgress) });
const paths = (result: ReturnType<typeof plan>) => result.archive.map(({ path }) => path);

describe("planRetention", () => {
	it("keeps what is young and small", () => {
		expect(plan([file("a", 29, 50, "r1"), file("b", 1, 50)])).toMatchObject({
			archive: [],
			reasons: [],
			bytesAfter: 100,
		});
	});

	it("archives whole runs by the age of their last sign of life", () => {
		const result = plan([
			file("a", 40, 1, "old"),
			file("b", 31, 1, "old"),
			file("c", 40, 1, "long"),
			file("d", 2, 1, "long"),
			file("e", 31, 1),
		]);
		expect(paths(result)).toEqual(["a", "b", "e"]);
		expect(result.reasons).toEqual(["age"]);
	});

	it("archives the oldest until the rest fits", () => {
		const result = plan([file("a", 3, 60, "r1"), file("b", 2, 60, "r2"), file("c", 1, 60, "r3")]);
		expect(paths(result)).toEqual(["a", "b"]);
		expect(result).toMatchObject({ reasons: ["size"], bytesBefore: 180, bytesAfter: 60, overSoftLimit: false });
	});

	it("never touches a run in progress, and says that it is too much", () => {
		const result = plan([file("a", 99, 150, "r1"), file("b", 1, 100, "r2"), file("c", 99, 10, "r3")], ["r1", "r2"]);
		expect(paths(result)).toEqual(["c"]);
		expect(result).toMatchObject({ bytesAfter: 250, overSoftLimit: true, overHardLimit: true });
	});

	it("keeps its promises for any files", () => {
		const any = fc.array(
			fc.record({
				ageDays: fc.nat({ max: 60 }),
				bytes: fc.nat({ max: 90 }),
				run: fc.constantFrom("r1", "r2", "r3", undefined),
			}),
		);
		fc.assert(
			fc.property(any, (drafts) => {
				const files = drafts.map(({ ageDays, bytes, run }, index) => file(`f${index}`, ageDays, bytes, run));
				const result = plan(files, ["r1"]);
				const gone = new Set(paths(result));
				expect(result.archive.every(({ runId }) => runId !== "r1")).toBe(true);
				for (const run of ["r2", "r3"]) {
					const own = files.filter(({ runId }) => runId === run);
					expect(new Set(own.map(({ path }) => gone.has(path))).size).toBeLessThanOrEqual(1);
				}
				const left = files.filter(({ path }) => !gone.has(path));
				expect(left.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(result.bytesAfter);
				if (result.overSoftLimit) expect(left.every(({ runId }) => runId === "r1")).toBe(true);
			}),
		);
	});
});

describe("footprintLevel", () => {
	it("warns at 20 MiB and is critical at 25 MiB", () => {
		const mebibyte = 1024 * 1024;
		const level = (mebibytes: number) => footprintLevel(mebibytes * mebibyte, 25 * mebibyte);
		expect([19.9, 20, 24.9, 25].map(level)).toEqual(["ok", "warn", "warn", "critical"]);
	});
});
