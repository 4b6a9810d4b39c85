import { spawn } from "node:child_process";
import {
	existsSync,
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceRecord } from "../../src/host.ts";
import { createEvidenceStore, type EvidenceStoreOptions } from "../../src/node/evidence-store.ts";
import { type FileSystem, nodeFileSystem } from "../../src/node/file-system.ts";
import { verifyEvidence } from "../../src/node/verify.ts";
import { temporaryFolder } from "../real-host.ts";
import { faultyFileSystem, type Refuse, systemError } from "./faulty-file-system.ts";

const specId = "SPEC-KIT-001";
const record: EvidenceRecord = {
	specId,
	runId: "run-1",
	category: "consensus",
	kind: "artifact",
	stage: "plan",
	agent: "claude",
	content: { a: 1 },
};

let root = "";
let dispose = (): void => undefined;
beforeEach(() => {
	({ root, dispose } = temporaryFolder());
});
afterEach(() => dispose());

const store = (options: Partial<EvidenceStoreOptions> = {}) =>
	createEvidenceStore({ root, evidenceDir: "evidence", ...options });
const verify = () => verifyEvidence({ root, evidenceDir: "evidence", specId });
const folder = (category = "consensus") => join(root, "evidence", category, specId);
const names = (category?: string) => (existsSync(folder(category)) ? readdirSync(folder(category)).toSorted() : []);

describe("createEvidenceStore", () => {
	it("writes, reads and lists, oldest first, under names that sort", async () => {
		const evidence = store({ nowMs: () => Date.UTC(2026, 0, 2) });
		const paths = [await evidence.write(record), await evidence.write({ ...record, agent: "gemini" })];
		expect(paths).toEqual([
			"evidence/consensus/SPEC-KIT-001/spec-plan_20260102T000000000Z_run-1_artifact_claude.json",
			"evidence/consensus/SPEC-KIT-001/spec-plan_20260102T000000001Z_run-1_artifact_gemini.json",
		]);
		expect(JSON.parse((await evidence.read(paths[0] ?? "")) ?? "")).toEqual({ a: 1 });
		expect(await evidence.list(specId, "consensus")).toEqual(paths);
		expect(await evidence.list(specId, "commands")).toEqual([]);
		expect(await verify()).toMatchObject({ ok: true, records: 2, unchained: 0 });
	});

	it("lists the fork's records among ours by their time", async () => {
		mkdirSync(folder(), { recursive: true });
		for (const name of ["spec-plan_20250101T000000Z_claude.json", "notes.txt"])
			writeFileSync(join(folder(), name), "{}");
		const path = await store().write(record);
		expect(await store().list(specId, "consensus")).toEqual([
			`evidence/consensus/${specId}/spec-plan_20250101T000000Z_claude.json`,
			path,
		]);
		expect(await verify()).toMatchObject({ ok: true, records: 1, unchained: 1 });
	});

	it("answers only for paths of evidence", async () => {
		writeFileSync(join(root, "secret.txt"), "x");
		expect(await store().read("secret.txt")).toBeUndefined();
		await expect(store().read("evidence/../secret.txt")).rejects.toMatchObject({ code: "unsafe_path" });
		expect(await store().read("evidence/none.json")).toBeUndefined();
	});

	it("goes on where another store of another process left off", async () => {
		for (let index = 0; index < 5; index += 1) await store().write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 5 });
	});

	it("refuses what has no place", async () => {
		await expect(store().write({ ...record, runId: "../x" })).rejects.toMatchObject({ code: "invalid_run_id" });
		await expect(store().write({ ...record, stage: "dance" })).rejects.toMatchObject({ code: "unknown_stage" });
		expect(() => store({ evidenceDir: "../out" })).toThrow(expect.objectContaining({ code: "unsafe_path" }));
		const circle: Record<string, unknown> = {};
		circle["self"] = 1n;
		await expect(store().write({ ...record, content: circle as never })).rejects.toMatchObject({
			code: "json_serialize",
		});
		expect(existsSync(join(root, "evidence"))).toBe(false);
	});

	it("writes nothing beyond the hard limit, and what fits still", async () => {
		const evidence = store({ hardLimitBytes: 3000 });
		await evidence.write({ ...record, content: "x".repeat(2000), kind: "log" });
		await expect(evidence.write({ ...record, content: "x".repeat(2000), kind: "log" })).rejects.toMatchObject({
			code: "evidence_full",
		});
		await evidence.write({ ...record, content: "small", kind: "log" });
		const both = await Promise.allSettled([
			evidence.write({ ...record, content: "y".repeat(900), kind: "log" }),
			evidence.write({ ...record, content: "y".repeat(900), kind: "log" }),
		]);
		expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
		expect(await verify()).toMatchObject({ ok: true, records: 3 });
	});
});

describe("invariant 14: no secret pattern in evidence", () => {
	const secrets = {
		shape: `sk-${"a1B2c3D4".repeat(6)}`,
		github: `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`,
		known: "the-key-in-use-123",
		named: "hunter2-but-longer",
	};
	const everySecret = Object.values(secrets);

	it("in JSON, in texts, in names of members", async () => {
		const evidence = store({ secrets: [secrets.known] });
		const text = `OPENAI_API_KEY=${secrets.shape}\nfound ${secrets.known} and ${secrets.github}\npassword: "${secrets.named}"\n`;
		await evidence.write({
			...record,
			content: { log: text, deep: [{ api_key: secrets.named }], [secrets.github]: 1 },
		});
		await evidence.write({ ...record, kind: "log", category: "commands", content: text });
		await evidence.write({ ...record, kind: "backup", content: text });
		const written = (readdirSync(join(root, "evidence"), { recursive: true, withFileTypes: true }) ?? [])
			.filter((entry) => entry.isFile())
			.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
			.join("\n");
		expect(written).toContain("[redacted:");
		for (const secret of everySecret) expect(written).not.toContain(secret);
		expect(await verify()).toMatchObject({ ok: true, records: 3 });
	});
});

describe("invariant 12: concurrent writers keep valid JSON", () => {
	it("8 processes with 15 records each", { timeout: 60_000 }, async () => {
		const script = fileURLToPath(new URL("./writer-process.ts", import.meta.url));
		const run = (writer: number): Promise<{ readonly code: number | null; readonly out: string }> =>
			new Promise((resolve) => {
				const args = ["--conditions=@codex/source", script, root, String(writer), "15"];
				const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
				let out = "";
				child.stdout.on("data", (data) => (out += String(data)));
				child.on("close", (code) => resolve({ code, out }));
			});
		const results = await Promise.all(Array.from({ length: 8 }, (_, writer) => run(writer)));
		expect(results.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0));
		const paths = results.flatMap(({ out }) => out.trim().split("\n"));
		expect(new Set(paths).size).toBe(120);
		const seen = new Set<string>();
		for (const path of paths) {
			const content: unknown = JSON.parse(readFileSync(join(root, path), "utf8"));
			expect(content).toMatchObject({ writer: expect.any(String), index: expect.any(Number) });
			seen.add(JSON.stringify(content));
		}
		expect(seen.size).toBe(120);
		expect(await verify()).toMatchObject({ ok: true, records: 120 });
		expect(names().filter((name) => name.startsWith("."))).toEqual([]);
	});

	it("100 writes at once in one process and two stores", async () => {
		const stores = [store(), store()];
		const paths = await Promise.all(
			Array.from({ length: 100 }, (_, index) =>
				(stores[index % 2] ?? store()).write({ ...record, content: { index } }),
			),
		);
		expect(new Set(paths).size).toBe(100);
		expect(await verify()).toMatchObject({ ok: true, records: 100 });
	});
});

describe("a lock whose holder was killed", () => {
	it("is taken over once it is stale, and busy before", { timeout: 30_000 }, async () => {
		const script = fileURLToPath(new URL("./writer-process.ts", import.meta.url));
		const args = ["--conditions=@codex/source", script, "hold", root];
		const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
		await new Promise((resolve) => child.stdout.once("data", resolve));
		await expect(store({ lockTimeoutMs: 60 }).write(record)).rejects.toMatchObject({ code: "lock_busy" });
		const closed = new Promise((resolve) => child.once("close", resolve));
		child.kill("SIGKILL");
		await closed;
		expect(existsSync(join(root, "evidence/.locks", `${specId}.lock.d`))).toBe(true);
		await store({ lockStaleMs: 2000 }).write(record);
		expect(existsSync(join(root, "evidence/.locks", `${specId}.lock.d`))).toBe(false);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
	});

	it("that is lost while a record is written records nothing", { timeout: 20_000 }, async () => {
		let first = true;
		const fileSystem: FileSystem = {
			...nodeFileSystem,
			open: async (path, flags, mode) => {
				if (first && String(path).endsWith(".pending")) {
					first = false;
					rmSync(join(root, "evidence/.locks", `${specId}.lock.d`), { recursive: true });
					// The lock looks after itself every second.
					await new Promise((resolve) => setTimeout(resolve, 1600));
				}
				return nodeFileSystem.open(path, flags, mode);
			},
		};
		const evidence = store({ fileSystem, lockStaleMs: 2000 });
		await expect(evidence.write(record)).rejects.toMatchObject({ code: "lock_lost" });
		expect(names()).toEqual([]);
		expect(await verify()).toMatchObject({ ok: true, records: 0 });
		await evidence.write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
	});

	it("does not mind the lock files that the fork left", async () => {
		mkdirSync(join(root, "evidence/.locks"), { recursive: true });
		writeFileSync(join(root, "evidence/.locks", `${specId}.lock`), "");
		await store().write(record);
	});
});

describe("symbolic links", () => {
	it.each([
		["the evidence folder", "evidence"],
		["the category", "evidence/consensus"],
		["the SPEC's folder", `evidence/consensus/${specId}`],
		["the chain's folder", "evidence/chain"],
		["the locks' folder", "evidence/.locks"],
	])("%s: nothing is written through it", async (_name, path) => {
		const outside = temporaryFolder();
		try {
			const at = join(root, path);
			mkdirSync(join(at, ".."), { recursive: true });
			symlinkSync(outside.root, at);
			await expect(store().write(record)).rejects.toMatchObject({ code: "unsafe_path" });
			expect(readdirSync(outside.root)).toEqual([]);
		} finally {
			outside.dispose();
		}
	});

	it.each([
		["the chain", `evidence/chain/${specId}.jsonl`],
		["the head", `evidence/chain/${specId}.head.json`],
	])("%s as a link to an outside file is not written", async (_name, path) => {
		const outside = temporaryFolder();
		try {
			const target = join(outside.root, "target");
			writeFileSync(target, "");
			mkdirSync(join(root, path, ".."), { recursive: true });
			symlinkSync(target, join(root, path));
			await store()
				.write(record)
				.catch(() => undefined);
			expect(readFileSync(target, "utf8")).toBe("");
		} finally {
			outside.dispose();
		}
	});

	it("a chain with a second name is not appended to", async () => {
		await store().write(record);
		linkSync(join(root, `evidence/chain/${specId}.jsonl`), join(root, "second-name"));
		await expect(store().write(record)).rejects.toMatchObject({ code: "unsafe_path" });
		rmSync(join(root, "second-name"));
		await store().write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("may stay inside the repository", async () => {
		mkdirSync(join(root, "elsewhere"));
		symlinkSync("elsewhere", join(root, "evidence"));
		await store().write(record);
		expect(statSync(join(root, "elsewhere/chain", `${specId}.jsonl`)).isFile()).toBe(true);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
	});

	it("into `.git` are refused", async () => {
		mkdirSync(join(root, ".git/hooks"), { recursive: true });
		symlinkSync(".git/hooks", join(root, "evidence"));
		await expect(store().write(record)).rejects.toMatchObject({ code: "unsafe_path" });
	});

	it("are noticed without handle paths too", async () => {
		const outside = temporaryFolder();
		try {
			symlinkSync(outside.root, join(root, "evidence"));
			await expect(store({ handlePaths: false }).write(record)).rejects.toMatchObject({ code: "unsafe_path" });
			rmSync(join(root, "evidence"));
			await store({ handlePaths: false }).write(record);
			expect(await verify()).toMatchObject({ ok: true, records: 1 });
		} finally {
			outside.dispose();
		}
	});
});

describe("a disk that refuses", () => {
	const once = (matches: (operation: string, path: string) => boolean, code = "ENOSPC"): Refuse => {
		let done = false;
		return (operation, path) => {
			if (done || !matches(operation, path)) return undefined;
			done = true;
			return systemError(code);
		};
	};
	const cases: readonly (readonly [string, (operation: string, path: string) => boolean])[] = [
		["a record's bytes", (operation, path) => operation === "write" && path.endsWith(".pending")],
		["a record's sync", (operation, path) => operation === "sync" && path.endsWith(".pending")],
		["a record's file", (operation, path) => operation === "open" && path.endsWith(".pending")],
		["half a line of the chain", (operation, path) => operation === "write" && path.endsWith(".jsonl")],
		["the chain's sync", (operation, path) => operation === "sync" && path.endsWith(".jsonl")],
		["the record's folder", (operation, path) => operation === "mkdir" && path.endsWith(specId)],
		["the lock's folder", (operation, path) => operation === "mkdir" && path.endsWith(".locks")],
	];

	it.each(cases)("%s: nothing is recorded, and the next write is fine", async (_name, matches) => {
		const fresh = temporaryFolder();
		try {
			const place = { root: fresh.root, evidenceDir: "evidence" };
			const evidence = createEvidenceStore({ ...place, fileSystem: faultyFileSystem(once(matches)) });
			await expect(evidence.write(record)).rejects.toMatchObject({ name: "SpecKitError" });
			expect(await verifyEvidence({ ...place, specId })).toMatchObject({ ok: true, records: 0 });
			await evidence.write(record);
			expect(await verifyEvidence({ ...place, specId })).toMatchObject({ ok: true, records: 1 });
			const left = readdirSync(join(fresh.root, "evidence/consensus", specId));
			expect(left.filter((name) => name.startsWith("."))).toEqual([]);
		} finally {
			fresh.dispose();
		}
	});

	it("a record's name: the next writer finishes it", async () => {
		const evidence = store({
			fileSystem: faultyFileSystem(once((operation, path) => operation === "rename" && path.includes("_artifact_"))),
		});
		await expect(evidence.write(record)).rejects.toMatchObject({ code: "file_write" });
		expect(names().every((name) => name.endsWith(".pending"))).toBe(true);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
		await evidence.write(record);
		expect(names().filter((name) => name.endsWith(".pending"))).toEqual([]);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("the head: the record is written all the same", async () => {
		const evidence = store({
			fileSystem: faultyFileSystem(once((operation, path) => operation === "rename" && path.endsWith(".head.json"))),
		});
		await evidence.write(record);
		await evidence.write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("the chain, and then cutting it back: lines without records are dropped", async () => {
		await store().write(record);
		const refuse: Refuse = (operation, path) =>
			path.endsWith(".jsonl") && (operation === "sync" || operation === "truncate") ? systemError("EIO") : undefined;
		await expect(store({ fileSystem: faultyFileSystem(refuse) }).write(record)).rejects.toMatchObject({
			code: "file_write",
		});
		await store().write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("one record of many at once: the others are written", async () => {
		const evidence = store({
			fileSystem: faultyFileSystem(once((operation, path) => operation === "write" && path.includes("gemini"))),
		});
		const results = await Promise.allSettled([
			evidence.write(record),
			evidence.write({ ...record, agent: "gemini" }),
			evidence.write(record),
		]);
		expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("a writer that died with half a line: it is cut off", async () => {
		await store().write(record);
		const chain = join(root, `evidence/chain/${specId}.jsonl`);
		writeFileSync(chain, `${readFileSync(chain, "utf8")}{"type":"rec`);
		expect(await verify()).toMatchObject({ ok: true, records: 1 });
		await store().write(record);
		expect(await verify()).toMatchObject({ ok: true, records: 2 });
	});

	it("does not build on a chain that was cut", async () => {
		await store().write(record);
		await store().write(record);
		const chain = join(root, `evidence/chain/${specId}.jsonl`);
		writeFileSync(chain, `${readFileSync(chain, "utf8").split("\n")[0]}\n`);
		await expect(store().write(record)).rejects.toMatchObject({ code: "evidence_tampered" });
		writeFileSync(join(root, `evidence/chain/${specId}.head.json`), "{}");
		await expect(store().write(record)).rejects.toMatchObject({ code: "evidence_tampered" });
	});
});
