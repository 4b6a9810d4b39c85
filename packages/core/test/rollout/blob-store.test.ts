import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConversationItem, newSessionId, type RolloutPayload } from "@codex/protocol";
import { createFakeClock, createTempDir, sessionMetaSample, type TempDir } from "@codex/test-support";
import { afterEach, beforeEach, expect, test } from "vitest";
import { blobFolderOf } from "../../src/rollout/blob-store.ts";
import { collectBlobs } from "../../src/rollout/collect-blobs.ts";
import { forkRollout } from "../../src/rollout/fork-rollout.ts";
import { readRollout } from "../../src/rollout/read-rollout.ts";
import { createRolloutWriter } from "../../src/rollout/rollout-writer.ts";

let dir: TempDir;
const problems: string[] = [];

beforeEach(async () => {
	dir = await createTempDir();
	problems.length = 0;
});

afterEach(() => dir.dispose());

const image = `data:image/png;base64,${"iVBORw0KGgo".repeat(20_000)}`;
const output = "one long line of output\n".repeat(3000);
const hash = "0".repeat(64);
const items: readonly ConversationItem[] = [
	{ type: "message", role: "user", content: [{ type: "input_image", image_url: image }] },
	{ type: "function_call", call_id: "a", name: "shell", arguments: "{}" },
	{ type: "function_call_output", call_id: "a", output },
	{ type: "message", role: "user", content: [{ type: "input_text", text: `code-blob:sha256:${hash}` }] },
	{ type: "message", role: "user", content: [{ type: "input_image", image_url: image }] },
];

async function save(redact: (payload: unknown) => unknown = (payload) => payload): Promise<string> {
	const id = newSessionId();
	const writer = createRolloutWriter({
		dir: dir.path,
		meta: { ...sessionMetaSample, id },
		clock: createFakeClock(),
		redact,
		onProblem: (message) => problems.push(message),
	});
	const payloads = items.map((payload): RolloutPayload => ({ type: "response_item", payload }));
	writer.append([{ type: "session_meta", payload: { ...sessionMetaSample, id } }, ...payloads]);
	await writer.close();
	return writer.path ?? "";
}

const blobs = (): readonly string[] =>
	readdirSync(join(dir.path, "blobs"), { recursive: true, encoding: "utf8" }).filter((name) => name.length > 10);

async function historyOf(path: string): Promise<readonly ConversationItem[]> {
	const read = await readRollout(path);
	if (read.kind === "error") throw new Error(read.message);
	return read.history;
}

test("long texts are stored once, for us alone, and come back; a text that looks like a hash stays that text", async () => {
	const paths = [await save(), await save()];
	expect(blobs()).toHaveLength(3);
	for (const name of blobs()) expect(statSync(join(dir.path, "blobs", name)).mode & 0o777).toBe(0o600);
	for (const path of paths) {
		expect(await historyOf(path)).toEqual(items);
		expect(statSync(path).size).toBeLessThan(5000);
	}
	expect(problems).toEqual([]);
});

test("what is stored is masked first", async () => {
	const masked = await save((payload) => JSON.parse(JSON.stringify(payload).replaceAll("iVBOR", "xxxxx")));
	for (const name of blobs()) expect(readFileSync(join(dir.path, "blobs", name), "utf8")).not.toContain("iVBOR");
	expect(await historyOf(masked)).toHaveLength(items.length);
});

test("what is missing or was changed is said in its place, and an image becomes a text", async () => {
	const path = await save();
	const [first = "", second = "", third = ""] = blobs().map((name) => join(dir.path, "blobs", name));
	rmSync(first);
	rmSync(second);
	writeFileSync(third, "something else");
	const history = await historyOf(path);
	expect(history).toHaveLength(items.length);
	const text = expect.stringMatching(/^\[content missing from the saved session: sha256 [0-9a-f]{64}\]$/);
	expect(history[0]).toMatchObject({ content: [{ type: "input_text", text }] });
	expect(history[2]).toMatchObject({ output: text });
});

test("a fork names the same blobs; they go when no session names them and a day is over", async () => {
	const path = await save();
	const fork = await forkRollout(path, { dir: dir.path, nowMs: Date.now() });
	if (fork.kind === "error") throw new Error(fork.message);
	expect(await historyOf(fork.path)).toEqual(items);
	const tomorrow = { nowMs: Date.now() + 90_000_000 };
	rmSync(path);
	expect(await collectBlobs(dir.path, { ...tomorrow, dryRun: false })).toMatchObject({ blobs: 3, unneeded: 0 });
	const gone = new Set([fork.path]);
	expect(await collectBlobs(dir.path, { ...tomorrow, dryRun: true, gone })).toMatchObject({ unneeded: 3 });
	rmSync(fork.path);
	expect(await collectBlobs(dir.path, { nowMs: Date.now(), dryRun: false })).toMatchObject({ unneeded: 0 });
	for (const name of blobs()) utimesSync(join(dir.path, "blobs", name), 1, 1);
	const done = await collectBlobs(dir.path, { nowMs: Date.now(), dryRun: false });
	expect(done.unneededBytes).toBe(done.bytes);
	expect(blobs()).toEqual([]);
});

test("a disk that refuses a blob is a failure to save, and the line that would name it is not written", async () => {
	writeFileSync(join(dir.path, "blobs"), "");
	const path = await save();
	expect(problems).toEqual([expect.stringMatching(/^the session is no longer saved to .*: E(NOTDIR|EXIST)/)]);
	expect(readFileSync(path, "utf8")).not.toContain("code-blob:");
});

test("a file elsewhere has no blobs", () => {
	expect(blobFolderOf("/x/2026/01/02/rollout.jsonl")).toBeUndefined();
	expect(blobFolderOf(`/x/y/z/w/rollout-2026-01-02T03-04-05-${sessionMetaSample.id}.jsonl`)).toBeUndefined();
	expect(blobFolderOf(`/x/2026/01/02/rollout-2026-01-02T03-04-05-${sessionMetaSample.id}.jsonl`)).toBe("/x/blobs");
});
