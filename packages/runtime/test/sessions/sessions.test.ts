// Lists, searches, forks and deletes over real files and a real index.

import {
	appendFileSync,
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { lockSession, rolloutPath } from "@codex/core";
import { newSessionId, type SessionId } from "@codex/protocol";
import { sessionMetaSample } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { chooseSessions } from "../../src/commands/collect-sessions.ts";
import {
	collectSessions,
	deleteSession,
	examineSessions,
	forkSession,
	listSessions,
	type Runtime,
	reindexSessions,
	runDoctor,
	searchSessions,
	sessionMarkdown,
	showSession,
} from "../../src/index.ts";
import { indexFile, indexVersion, openSessionIndex } from "../../src/sessions/session-index.ts";
import { makeFixture } from "../runtime-fixture.ts";

const secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";
const dayMs = 86_400_000;

interface Saved {
	readonly id: SessionId;
	readonly file: string;
}

/** Writes a session of one turn, begun at `atMs`. */
function save(dir: string, prompt: string, atMs: number, more = ""): Saved {
	const id = newSessionId();
	const file = rolloutPath(dir, id, atMs);
	mkdirSync(path.dirname(file), { recursive: true });
	const timestamp = new Date(atMs).toISOString();
	const lines = [
		{ type: "session_meta", payload: { ...sessionMetaSample, id, timestamp, cwd: "/w", format: 2 } },
		{ type: "event_msg", payload: { type: "turn_started", turnId: "t1" } },
		{ type: "turn_context", payload: { model: "gpt-5" } },
		{
			type: "response_item",
			payload: { type: "message", role: "user", content: [{ type: "input_text", text: prompt }] },
		},
		{ type: "event_msg", payload: { type: "user_message", items: [{ type: "text", text: prompt }] } },
	];
	const texts = lines.map((line, at) => JSON.stringify({ timestamp, id: at + 1, parent: at || null, ...line }));
	writeFileSync(file, `${texts.join("\n")}\n${more}`);
	utimesSync(file, atMs / 1000, atMs / 1000);
	return { id, file };
}

async function someSessions() {
	const { runtime, cwd } = await makeFixture();
	const { sessionsDir } = runtime.paths;
	const nowMs = Date.now();
	const old = save(sessionsDir, "fix the parser of dates", nowMs - 200 * dayMs);
	const middle = save(sessionsDir, `deploy with ${secret}`, nowMs - 30 * dayMs);
	const fresh = save(sessionsDir, "write a haiku about parsers", nowMs - 1000);
	return { runtime, cwd, sessionsDir, nowMs, old, middle, fresh };
}

async function titles(runtime: Runtime): Promise<readonly string[]> {
	const listed = await listSessions(runtime, { limit: 100 });
	if (listed.kind === "error") throw new Error(listed.lines.join());
	return listed.sessions.map(({ title }) => title);
}

describe("the list", () => {
	test("is newest first, with secrets masked", async () => {
		const { runtime } = await someSessions();
		const listed = await listSessions(runtime, { limit: 2 });
		expect(listed).toMatchObject({ kind: "ok", total: 3, notices: [] });
		const text = JSON.stringify(listed);
		expect(text).toContain("write a haiku");
		expect(text).not.toContain(secret);
		expect(text).not.toContain("fix the parser");
	});

	test("narrows to a folder", async () => {
		const { runtime } = await someSessions();
		expect(await listSessions(runtime, { limit: 9, cwd: "/w" })).toMatchObject({ total: 3 });
		expect(await listSessions(runtime, { limit: 9, cwd: "/elsewhere" })).toMatchObject({ total: 0 });
	});

	test("of a home without sessions is empty and makes nothing", async () => {
		const { runtime } = await makeFixture();
		expect(await titles(runtime)).toEqual([]);
		expect(existsSync(runtime.paths.sessionsDir)).toBe(false);
	});

	test("shows a session of which nothing can be read", async () => {
		const { runtime, sessionsDir, fresh } = await someSessions();
		writeFileSync(fresh.file, "\0\0\0");
		const listed = await listSessions(runtime, { limit: 1 });
		expect(listed).toMatchObject({ sessions: [{ id: fresh.id, damagedLines: 1, title: "" }], total: 3 });
		await rm(fresh.file);
		mkdirSync(path.join(sessionsDir, "2026", "99"), { recursive: true });
		expect(await titles(runtime)).toHaveLength(2);
	});
});

describe("the index", () => {
	test("reads each file once, and again when it changed", async () => {
		const { sessionsDir, fresh, old } = await someSessions();
		const filesRead = async (): Promise<number> => {
			const index = await openSessionIndex(sessionsDir);
			index.close();
			return index.filesRead;
		};
		expect(await filesRead()).toBe(3);
		expect(await filesRead()).toBe(0);
		appendFileSync(fresh.file, "\n");
		expect(await filesRead()).toBe(1);
		await rm(old.file);
		expect(await filesRead()).toBe(0);
		expect(statSync(indexFile(sessionsDir)).mode & 0o777).toBe(0o600);
	});

	test.each([
		["is no database", (file: string) => writeFileSync(file, "not a database at all, but long enough to be one")],
		["is cut off", (file: string) => writeFileSync(file, "SQLite format 3\0")],
		[
			"is of another version",
			(file: string) => new DatabaseSync(file).exec(`PRAGMA user_version = ${indexVersion + 1}`),
		],
		["lacks a table", (file: string) => new DatabaseSync(file).exec("DROP TABLE words")],
		["has a folder in its place", (file: string) => mkdirSync(file)],
	])("that %s is made anew, and nothing is hidden", async (name, spoil) => {
		const { runtime, sessionsDir } = await someSessions();
		if (!name.includes("folder")) await titles(runtime);
		if (!name.includes("version") && !name.includes("table") && !name.includes("folder"))
			await rm(indexFile(sessionsDir));
		spoil(indexFile(sessionsDir));
		const listed = await listSessions(runtime, { limit: 100 });
		expect(listed).toMatchObject({ total: 3 });
		expect(await titles(runtime)).toHaveLength(3);
		const { notices } = listed.kind === "ok" ? listed : { notices: [] };
		expect(notices.join()).toMatch(name.includes("table") ? /.*/ : /the index of sessions was made anew/);
	});

	test("that another process holds hides nothing", async () => {
		const { runtime, sessionsDir, fresh } = await someSessions();
		await titles(runtime);
		const other = new DatabaseSync(indexFile(sessionsDir));
		other.exec("BEGIN EXCLUSIVE");
		appendFileSync(fresh.file, "\n");
		expect(await titles(runtime)).toHaveLength(3);
		other.exec("COMMIT");
		other.close();
	});

	test("is made anew on demand", async () => {
		const { runtime } = await someSessions();
		await titles(runtime);
		expect(await reindexSessions(runtime)).toMatchObject({ kind: "ok", total: 3 });
	});

	test("in a folder that cannot be written hides nothing", async () => {
		const { runtime, sessionsDir } = await someSessions();
		chmodSync(sessionsDir, 0o500);
		expect(await titles(runtime)).toHaveLength(3);
		chmodSync(sessionsDir, 0o700);
	});
});

describe("search", () => {
	test("finds all words, in any order, the last one by its beginning", async () => {
		const { runtime, old, fresh } = await someSessions();
		const ids = async (text: string) => {
			const found = await searchSessions(runtime, text, 10);
			return found.kind === "ok" ? found.sessions.map(({ id }) => id) : found.lines;
		};
		expect(await ids("dates parser")).toEqual([old.id]);
		expect((await ids("parser"))?.toSorted()).toEqual([old.id, fresh.id].toSorted());
		expect(await ids("haiku dates")).toEqual([]);
		expect(await ids('" OR NEAR( *')).toEqual([]);
		expect(await ids("* --")).toEqual(["a search needs at least one word"]);
	});

	test("masks secrets in what it shows", async () => {
		const { runtime } = await someSessions();
		const found = await searchSessions(runtime, "deploy", 10);
		expect(found).toMatchObject({ kind: "ok", total: 1 });
		expect(JSON.stringify(found)).not.toContain(secret);
	});
});

describe("one session", () => {
	test("is found by the beginning of its id, when no other begins so", async () => {
		const { runtime, fresh } = await someSessions();
		expect(await showSession(runtime, fresh.id)).toMatchObject({ kind: "ok", turns: 1, damagedLines: 0 });
		expect(await showSession(runtime, fresh.id.slice(0, 35).toUpperCase())).toBeDefined();
		expect(await showSession(runtime, "0")).toMatchObject({
			kind: "error",
			exitCode: 2,
			lines: [expect.stringMatching(/^3 sessions begin with 0: /)],
		});
		for (const text of ["ffff", "../../etc/passwd", "", "%"]) {
			expect(await showSession(runtime, text)).toMatchObject({ kind: "error", exitCode: 2 });
		}
	});

	test("as Markdown has no secret, and no fence that its text can close", async () => {
		const { runtime, middle } = await someSessions();
		appendFileSync(
			middle.file,
			[
				{ type: "reasoning", summary: [{ type: "summary_text", text: "I think" }] },
				{ type: "function_call", call_id: "a", name: "shell", arguments: '{"command":["ls"]}' },
				{ type: "function_call_output", call_id: "a", output: `\`\`\`\`\n${secret}` },
				{ type: "custom_tool_call", call_id: "b", name: "apply_patch", input: "*** Begin Patch" },
				{
					type: "custom_tool_call_output",
					call_id: "b",
					output: [
						{ type: "input_text", text: "done" },
						{ type: "input_image", image_url: "data:image/png;base64,AA==" },
					],
				},
				{ type: "message", role: "assistant", content: [{ type: "output_text", text: "All is well." }] },
			]
				.map((payload) => `${JSON.stringify({ timestamp: "t", type: "response_item", payload })}\n`)
				.join(""),
		);
		const shown = await showSession(runtime, middle.id);
		if (shown.kind === "error") throw new Error(shown.lines.join());
		const text = sessionMarkdown(shown);
		expect(text).toContain("## User\n\ndeploy with [redacted");
		expect(text).not.toContain(secret);
		expect(text).toContain("`````\n````\n");
		expect(text).toContain("### Reasoning\n\nI think");
		expect(text).toContain("done\n(an image)");
		expect(text.endsWith("## Assistant\n\nAll is well.\n")).toBe(true);
	});

	test("is deleted for good, but not while a process has it", async () => {
		const { runtime, fresh } = await someSessions();
		const lock = await lockSession(fresh.file, runtime.clock);
		expect(await deleteSession(runtime, fresh.id)).toMatchObject({
			kind: "error",
			exitCode: 3,
			lines: [expect.stringContaining(`process ${process.pid} on `)],
		});
		if (lock.kind === "locked") await lock.release();
		expect(await deleteSession(runtime, fresh.id)).toMatchObject({ kind: "ok", id: fresh.id });
		expect(readdirSync(path.dirname(fresh.file)).filter((name) => name.includes(fresh.id))).toEqual([]);
		expect(await deleteSession(runtime, fresh.id)).toMatchObject({ kind: "error", exitCode: 2 });
	});

	test("is forked, and the fork is listed with where it comes from", async () => {
		const { runtime, fresh } = await someSessions();
		const forked = await forkSession(runtime, fresh.id, undefined);
		expect(forked).toMatchObject({ kind: "ok", forkedFrom: fresh.id, turns: 1 });
		const listed = await listSessions(runtime, { limit: 1 });
		expect(listed).toMatchObject({ sessions: [{ forkedFrom: fresh.id, title: "write a haiku about parsers" }] });
		expect(await forkSession(runtime, fresh.id, "7")).toMatchObject({ kind: "error", exitCode: 2 });
		expect(await forkSession(runtime, "ffff", undefined)).toMatchObject({ kind: "error", exitCode: 2 });
	});
});

test("what is wrong with a session is said, and nothing changed", async () => {
	const { runtime, sessionsDir, old, middle, fresh, nowMs } = await someSessions();
	appendFileSync(old.file, "torn");
	const lost = { type: "function_call", call_id: "a", name: "shell", arguments: "{}" };
	appendFileSync(middle.file, `${JSON.stringify({ timestamp: "t", type: "response_item", payload: lost })}\n`);
	const newer = save(sessionsDir, "x", nowMs);
	writeFileSync(newer.file, `${JSON.stringify({ type: "session_meta", payload: { format: 99 } })}\n`);
	const empty = save(sessionsDir, "x", nowMs);
	writeFileSync(empty.file, "");
	const lock = await lockSession(fresh.file, runtime.clock);
	const findings = Object.fromEntries((await examineSessions(runtime)).map(({ id, status }) => [id, status]));
	if (lock.kind === "locked") await lock.release();
	expect(findings).toEqual({
		[old.id]: "damaged",
		[middle.id]: "interrupted",
		[fresh.id]: "in_use",
		[newer.id]: "newer",
		[empty.id]: "unreadable",
	});
});

describe("gc", () => {
	const flags = (...overrides: readonly string[]) => ({ overrides: [...overrides] });

	test("says what would go, then deletes it: what is older than the cap", async () => {
		const { runtime, old, sessionsDir } = await someSessions();
		const dry = await collectSessions(runtime, flags(), { dryRun: true });
		expect(dry).toMatchObject({ kind: "ok", deleted: [{ id: old.id, because: "age" }] });
		expect(existsSync(old.file)).toBe(true);
		const done = await collectSessions(runtime, flags(), { dryRun: false });
		expect(done).toMatchObject({ deleted: [{ id: old.id }], kept: [] });
		expect(existsSync(old.file)).toBe(false);
		expect(await titles(runtime)).toHaveLength(2);
		expect(existsSync(sessionsDir)).toBe(true);
	});

	test("removes recorded files of folders that nobody worked in for as long, and no others", async () => {
		const { runtime } = await someSessions();
		const [idle, used] = ["idle", "used"].map((name) => path.join(runtime.paths.snapshotsDir, name, "objects"));
		if (idle === undefined || used === undefined) throw new Error("two folders");
		const nowMs = runtime.clock.nowMs();
		for (const [folder, ageDays] of [
			[idle, 181],
			[used, 179],
		] as const) {
			mkdirSync(folder, { recursive: true });
			writeFileSync(path.join(folder, "a"), "12345");
			utimesSync(path.join(folder, "a"), new Date(nowMs), new Date(nowMs - ageDays * 86_400_000));
		}
		const dry = await collectSessions(runtime, flags(), { dryRun: true });
		expect(dry).toMatchObject({ snapshotFolders: 1 });
		expect(existsSync(idle)).toBe(true);
		expect(await collectSessions(runtime, flags(), { dryRun: false })).toMatchObject({ snapshotFolders: 1 });
		expect([existsSync(path.dirname(idle)), existsSync(used)]).toEqual([false, true]);
	});

	test("never deletes one that is in use", async () => {
		const { runtime, old } = await someSessions();
		const lock = await lockSession(old.file, runtime.clock);
		const done = await collectSessions(runtime, flags(), { dryRun: false });
		expect(done).toMatchObject({ deleted: [], kept: [expect.stringContaining(old.id)] });
		expect(existsSync(old.file)).toBe(true);
		if (lock.kind === "locked") await lock.release();
	});

	test("keeps all with caps of 0, and refuses a configuration that cannot be read", async () => {
		const { runtime } = await someSessions();
		const none = flags("sessions.max_age_days=0", "sessions.max_total_mib=0");
		expect(await collectSessions(runtime, none, { dryRun: false })).toMatchObject({ deleted: [] });
		expect(await collectSessions(runtime, flags("="), { dryRun: false })).toMatchObject({ kind: "error", exitCode: 2 });
	});

	test("for size takes the oldest until it fits, and none of the last week", () => {
		const mib = 1024 * 1024;
		const session = (ageDays: number, size: number) => ({ file: {} as never, bytes: size * mib, ageDays });
		const sessions = [session(60, 3), session(50, 3), session(20, 3), session(6, 9)];
		const chosen = (age: number, total: number) =>
			chooseSessions(sessions, { max_age_days: age, max_total_mib: total }).map(({ ageDays, because }) => [
				ageDays,
				because,
			]);
		expect(chosen(0, 13)).toEqual([
			[60, "size"],
			[50, "size"],
		]);
		expect(chosen(55, 18)).toEqual([[60, "age"]]);
		expect(chosen(0, 1).map(([age]) => age)).toEqual([60, 50, 20]);
		expect(chosen(0, 0)).toEqual([]);
	});

	test("has a line in the doctor's answer near a cap", async () => {
		const { runtime, fresh } = await someSessions();
		const line = async (...overrides: readonly string[]) =>
			(await runDoctor(runtime, flags(...overrides), { online: false })).find(({ name }) => name === "sessions");
		expect(await line()).toMatchObject({
			status: "warning",
			detail: expect.stringContaining("1 are older than 180 days"),
		});
		expect(await line("sessions.max_age_days=0")).toMatchObject({
			status: "ok",
			detail: expect.stringContaining("3 sessions"),
		});
		appendFileSync(fresh.file, " ".repeat(1024 * 1024));
		const caps = ["sessions.max_age_days=0", "sessions.max_total_mib=1"];
		expect(await line(...caps)).toMatchObject({
			status: "warning",
			detail: expect.stringContaining("the cap is 1 MiB"),
		});
	});
});
