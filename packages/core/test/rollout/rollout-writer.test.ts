import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RolloutPayload, SessionMeta } from "@codex/protocol";
import { knownRolloutLineSchema } from "@codex/protocol/schema";
import { createFakeClock, createTempDir, rolloutSamples, sessionMetaSample, type TempDir } from "@codex/test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNullRollout, createRolloutWriter, type RolloutWriterOptions } from "../../src/rollout/rollout-writer.ts";

let home: TempDir;
let problems: string[];

beforeEach(async () => {
	home = await createTempDir();
	problems = [];
});

afterEach(() => home.dispose());

const sessions = (): string => join(home.path, "sessions");

function writer(options: Partial<RolloutWriterOptions> = {}) {
	return createRolloutWriter({
		dir: sessions(),
		meta: sessionMetaSample,
		clock: createFakeClock(Date.UTC(2026, 2, 4, 5, 6, 8, 9)),
		redact: (payload) => payload,
		onProblem: (message) => problems.push(message),
		...options,
	});
}

const { session_meta, turn_context, response_item, event_msg } = rolloutSamples;
const payloads: readonly RolloutPayload[] = [
	{ type: "session_meta", payload: session_meta.payload },
	{ type: "turn_context", payload: turn_context.payload },
	{ type: "response_item", payload: response_item.payload },
	{ type: "event_msg", payload: event_msg.payload },
];
const linesOf = (path = ""): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);
const item = (text: string): RolloutPayload => ({
	type: "response_item",
	payload: { type: "message", role: "user", content: [{ type: "input_text", text }] },
});

test("the file lies under the day and second of the session's start in local time, with the session's id", async () => {
	const { path } = writer();
	const at = new Date(sessionMetaSample.timestamp);
	const two = (value: number): string => String(value).padStart(2, "0");
	const [year, month, day] = [String(at.getFullYear()), two(at.getMonth() + 1), two(at.getDate())];
	const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("-");
	const name = `rollout-${year}-${month}-${day}T${time}-${sessionMetaSample.id}.jsonl`;
	expect(path).toBe(join(sessions(), year, month, day, name));
});

test("in a time zone that is a day ahead, the folder is that of the next day", async () => {
	const script = `
		import { createRolloutWriter } from ${JSON.stringify(new URL("../../src/rollout/rollout-writer.ts", import.meta.url).href)};
		const meta = ${JSON.stringify({ ...sessionMetaSample, timestamp: "2026-12-31T22:30:00.000Z" })};
		const options = { dir: "/s", meta, clock: { nowMs: () => 0 }, redact: (value) => value, onProblem: () => undefined };
		process.stdout.write(createRolloutWriter(options).path);
	`;
	const args = ["--conditions=@codex/source", "--input-type=module", "--eval", script];
	const path = execFileSync(process.execPath, args, {
		cwd: dirname(new URL(import.meta.url).pathname),
		env: { ...process.env, TZ: "Asia/Tokyo" },
		encoding: "utf8",
		stdio: ["ignore", "pipe", "ignore"],
	});
	expect(path).toBe(`/s/2027/01/01/rollout-2027-01-01T07-30-00-${sessionMetaSample.id}.jsonl`);
});

test("a meta without a readable time takes the clock's", () => {
	const meta: SessionMeta = { ...sessionMetaSample, timestamp: "yesterday" };
	expect(writer({ meta, clock: { nowMs: () => Date.UTC(2020, 5, 15, 12) } }).path).toContain("/2020/06/15/");
});

test("nothing is on the disk before the first append", async () => {
	const rollout = writer();
	await rollout.flush();
	await rollout.close();
	expect(existsSync(sessions())).toBe(false);
});

test("each record is a line that the schema knows, with the time of its append, in order", async () => {
	const clock = createFakeClock(Date.UTC(2026, 2, 4, 5, 6, 8, 9));
	const rollout = writer({ clock });
	rollout.append(payloads.slice(0, 1));
	await clock.advance(991);
	rollout.append(payloads.slice(1));
	await rollout.flush();
	const lines = linesOf(rollout.path).map((line) => knownRolloutLineSchema.parse(JSON.parse(line)));
	expect(lines.map(({ type, payload }) => ({ type, payload }))).toEqual(payloads);
	expect(lines.map(({ timestamp }) => timestamp)).toEqual([
		"2026-03-04T05:06:08.009Z",
		...payloads.slice(1).map(() => "2026-03-04T05:06:09.000Z"),
	]);
	await rollout.close();
	expect(problems).toEqual([]);
});

test("the file is 0600 and its folders are 0700, whatever the umask", async () => {
	const umask = process.umask(0);
	try {
		const rollout = writer();
		rollout.append(payloads);
		await rollout.close();
		const path = rollout.path ?? "";
		expect(statSync(path).mode & 0o777).toBe(0o600);
		for (let dir = dirname(path); dir.startsWith(sessions()); dir = dirname(dir)) {
			expect(statSync(dir).mode & 0o777).toBe(0o700);
		}
	} finally {
		process.umask(umask);
	}
});

test("what is written is what redact returns, also for an image that stays as it is", async () => {
	const image = `data:image/png;base64,${"A".repeat(3_000_000)}`;
	const rollout = writer({
		redact: (payload) => JSON.parse(JSON.stringify(payload).replaceAll("sk-secret", "[masked]")),
	});
	rollout.append([
		item("my key is sk-secret"),
		{
			type: "response_item",
			payload: { type: "message", role: "user", content: [{ type: "input_image", image_url: image }] },
		},
	]);
	await rollout.close();
	const text = readFileSync(rollout.path ?? "", "utf8");
	expect(text).toContain("my key is [masked]");
	expect(text).not.toContain("sk-secret");
	const hash = createHash("sha256").update(image).digest("hex");
	expect(text).toContain(`"image_url":"code-blob:sha256:${hash}"`);
	expect(readFileSync(join(sessions(), "blobs", hash.slice(0, 2), hash), "utf8")).toBe(image);
});

describe("a session that goes on", () => {
	async function existing(text: string): Promise<string> {
		const path = join(home.path, "rollout.jsonl");
		await writeFile(path, text, { mode: 0o600 });
		return path;
	}

	test("is appended to where it is", async () => {
		const resumePath = await existing('{"first":1}\n');
		const rollout = writer({ resumePath });
		expect(rollout.path).toBe(resumePath);
		rollout.append([item("a")]);
		rollout.append([item("b")]);
		await rollout.close();
		expect(linesOf(resumePath).map((line) => Object.keys(JSON.parse(line)).length)).toEqual([1, 5, 5]);
		expect(existsSync(sessions())).toBe(false);
	});

	test("has its torn last line closed, once", async () => {
		const resumePath = await existing('{"first":1}\n{"torn":"in the mid');
		const rollout = writer({ resumePath });
		rollout.append([item("a")]);
		await rollout.flush();
		rollout.append([item("b")]);
		await rollout.close();
		const lines = linesOf(resumePath);
		expect(lines.slice(0, 2)).toEqual(['{"first":1}', '{"torn":"in the mid']);
		expect(lines.slice(2).map((line) => JSON.parse(line).type)).toEqual(["response_item", "response_item"]);
	});

	test("is not begun anew when its file is gone", async () => {
		const resumePath = join(home.path, "gone.jsonl");
		const rollout = writer({ resumePath });
		rollout.append([item("a")]);
		await rollout.close();
		expect(existsSync(resumePath)).toBe(false);
		expect(problems).toEqual([expect.stringMatching(/no longer saved to .*gone\.jsonl: ENOENT/)]);
	});

	test("is refused through a symbolic link, and the target is untouched", async () => {
		const target = await existing("target\n");
		const resumePath = join(home.path, "link.jsonl");
		await symlink(target, resumePath);
		const rollout = writer({ resumePath });
		rollout.append([item("a")]);
		await rollout.close();
		expect(readFileSync(target, "utf8")).toBe("target\n");
		expect(problems).toEqual([expect.stringContaining("ELOOP")]);
	});

	test("is refused when it is a folder or a named pipe, without waiting", async () => {
		const pipe = join(home.path, "pipe.jsonl");
		execFileSync("mkfifo", [pipe]);
		for (const resumePath of [pipe, home.path]) {
			const rollout = writer({ resumePath });
			rollout.append([item("a")]);
			await rollout.close();
		}
		expect(problems).toEqual([expect.stringContaining("not a file"), expect.stringContaining("EISDIR")]);
	});
});

test("a sessions folder that cannot be made is told once, and the session goes on", async () => {
	await writeFile(sessions(), "a file is in the way");
	const rollout = writer();
	for (let round = 0; round < 20; round += 1) rollout.append(payloads);
	await rollout.flush();
	for (let round = 0; round < 20; round += 1) rollout.append(payloads);
	await rollout.flush();
	await rollout.close();
	expect(problems).toEqual([expect.stringMatching(/^the session is no longer saved to .*: E(NOTDIR|EXIST)/)]);
});

test("a planted link in place of the new file is not followed", async () => {
	const rollout = writer();
	const target = join(home.path, "victim");
	await writeFile(target, "untouched");
	await mkdir(dirname(rollout.path ?? ""), { recursive: true });
	await symlink(target, rollout.path ?? "");
	rollout.append(payloads);
	await rollout.close();
	expect(readFileSync(target, "utf8")).toBe("untouched");
	expect(problems).toEqual([expect.stringContaining("ELOOP")]);
});

test("two writers of one file do not tear each other's lines", async () => {
	const resumePath = join(home.path, "both.jsonl");
	await writeFile(resumePath, "");
	const both = [writer({ resumePath }), writer({ resumePath })];
	for (let round = 0; round < 100; round += 1) {
		for (const [index, rollout] of both.entries()) {
			rollout.append([item(`${index}`.repeat(5000))]);
			if (round % 10 === 0) await rollout.flush();
		}
	}
	await Promise.all(both.map((rollout) => rollout.close()));
	const lines = linesOf(resumePath);
	expect(lines).toHaveLength(200);
	for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
	expect(problems).toEqual([]);
});

test("the null rollout has no path and writes nothing", async () => {
	const rollout = createNullRollout();
	rollout.append(payloads);
	await rollout.flush();
	await rollout.close();
	expect(rollout.path).toBeUndefined();
	expect(await readdir(home.path)).toEqual([]);
});
