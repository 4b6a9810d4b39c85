import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChainProblem } from "../../src/evidence/chain.ts";
import { createEvidenceStore } from "../../src/node/evidence-store.ts";
import { verifyEvidence } from "../../src/node/verify.ts";
import { temporaryFolder } from "../real-host.ts";

const specId = "SPEC-KIT-001";
const chain = `evidence/chain/${specId}.jsonl`;
const head = `evidence/chain/${specId}.head.json`;

let root = "";
let dispose = (): void => undefined;
let paths: readonly string[] = [];

beforeEach(async () => {
	({ root, dispose } = temporaryFolder());
	const store = createEvidenceStore({ root, evidenceDir: "evidence" });
	const written: string[] = [];
	for (let index = 0; index < 5; index += 1) {
		const record = { specId, runId: "run-1", category: "consensus", kind: "log", stage: "plan" } as const;
		written.push(await store.write({ ...record, content: `record ${index + 1}` }));
	}
	paths = written;
});
afterEach(() => dispose());

const file = (path: string): string => join(root, path);
const record = (seq: number): string => file(paths[seq - 1] ?? "");
const editLines = (edit: (lines: string[]) => string[]): void => {
	const lines = readFileSync(file(chain), "utf8").trimEnd().split("\n");
	writeFileSync(
		file(chain),
		edit(lines)
			.map((line) => `${line}\n`)
			.join(""),
	);
};
const swap = (a: string, b: string): void => {
	renameSync(a, `${a}.t`);
	renameSync(b, a);
	renameSync(`${a}.t`, b);
};

/** Done one after the other, as arguments are. */
const both = (..._done: readonly unknown[]): void => undefined;

const tampering: readonly (readonly [string, () => void, number, ChainProblem])[] = [
	["a record's bytes", () => writeFileSync(record(3), "forged"), 3, "changed"],
	["one byte more", () => writeFileSync(record(1), "record 1\n"), 1, "changed"],
	["the last record's bytes", () => writeFileSync(record(5), ""), 5, "changed"],
	["a record away", () => rmSync(record(2)), 2, "removed"],
	["two changes: the first is told", () => both(writeFileSync(record(4), "x"), rmSync(record(2))), 2, "removed"],
	["two records' contents swapped", () => swap(record(2), record(4)), 2, "reordered"],
	[
		"a record replaced by a link outside",
		() => both(rmSync(record(2)), symlinkSync("/etc/hostname", record(2))),
		2,
		"changed",
	],
	[
		"a line's path",
		() => editLines((lines) => lines.map((line, i) => (i === 1 ? line.replace("run-1", "run-2") : line))),
		2,
		"changed",
	],
	["a line that is no JSON", () => editLines((lines) => lines.map((line, i) => (i === 3 ? "{" : line))), 4, "changed"],
	["a line away", () => editLines((lines) => lines.toSpliced(2, 1)), 3, "removed"],
	[
		"a line and its record away",
		() =>
			both(
				rmSync(record(3)),
				editLines((lines) => lines.toSpliced(2, 1)),
			),
		3,
		"removed",
	],
	["two lines swapped", () => editLines(([a = "", b = "", c = "", ...rest]) => [a, c, b, ...rest]), 2, "reordered"],
	["the last line away", () => editLines((lines) => lines.slice(0, -1)), 5, "truncated"],
	[
		"the last lines and their records away",
		() =>
			both(
				rmSync(record(4)),
				rmSync(record(5)),
				editLines((lines) => lines.slice(0, 3)),
			),
		4,
		"truncated",
	],
	["the whole chain away", () => rmSync(file(chain)), 1, "truncated"],
	["the head broken", () => writeFileSync(file(head), "{}"), 0, "changed"],
	["chain and head away", () => both(rmSync(file(chain)), rmSync(file(head))), 0, "unlisted"],
	[
		"a forged record beside the others",
		() => writeFileSync(record(5).replace("run-1", "run-2"), "forged"),
		0,
		"unlisted",
	],
];

describe("verifyEvidence", () => {
	it("finds nothing wrong with what was written, and gives a hash to keep", async () => {
		const result = await verifyEvidence({ root, evidenceDir: "evidence", specId });
		expect(result).toMatchObject({ ok: true, records: 5, unchained: 0 });
		expect(
			await verifyEvidence({ root, evidenceDir: "evidence", specId, expectedHash: result.hash ?? "" }),
		).toMatchObject({ ok: true });
	});

	it.each(tampering)("names the first bad record: %s", async (_name, tamper, seq, problem) => {
		tamper();
		const result = await verifyEvidence({ root, evidenceDir: "evidence", specId });
		expect(result.ok).toBe(false);
		expect(result.failure).toMatchObject({ seq, problem, message: expect.any(String) });
	});

	it("finds a chain that was cut together with its head and its records by a hash that was kept", async () => {
		const { hash = "" } = await verifyEvidence({ root, evidenceDir: "evidence", specId });
		const lines = readFileSync(file(chain), "utf8").trimEnd().split("\n").slice(0, 3);
		const last: unknown = JSON.parse(lines[2] ?? "");
		const kept = `${lines.join("\n")}\n`;
		writeFileSync(file(chain), kept);
		const { seq, hash: lastHash, atMs } = last as { seq: number; hash: string; atMs: number };
		writeFileSync(file(head), JSON.stringify({ seq, hash: lastHash, atMs, chainBytes: kept.length, bytes: 0 }));
		rmSync(record(4));
		rmSync(record(5));
		expect(await verifyEvidence({ root, evidenceDir: "evidence", specId })).toMatchObject({ ok: true, records: 3 });
		expect(await verifyEvidence({ root, evidenceDir: "evidence", specId, expectedHash: hash })).toMatchObject({
			ok: false,
			failure: { seq: 4, problem: "truncated" },
		});
	});

	it("has nothing against a SPEC without evidence", async () => {
		expect(await verifyEvidence({ root, evidenceDir: "evidence", specId: "SPEC-KIT-002" })).toMatchObject({
			ok: true,
			records: 0,
		});
	});

	it("is not confused by writers at work", async () => {
		const store = createEvidenceStore({ root, evidenceDir: "evidence" });
		const writes = Array.from({ length: 60 }, (_, index) =>
			store.write({ specId, runId: "run-2", category: "commands", kind: "log", stage: "plan", content: `${index}` }),
		);
		for (let times = 0; times < 8; times += 1) {
			expect(await verifyEvidence({ root, evidenceDir: "evidence", specId })).toMatchObject({ ok: true });
		}
		await Promise.all(writes);
		expect(await verifyEvidence({ root, evidenceDir: "evidence", specId })).toMatchObject({ ok: true, records: 65 });
	});
});
