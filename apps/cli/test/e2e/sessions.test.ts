// Saved sessions as a user meets them: the built program, its files, two of it at once.

import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commandOutputSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { threadId } from "./run-code.ts";
import { allowCommands, apiKey, createScene, type Scene } from "./scene.ts";

const json = (stdout: string): Record<string, unknown> => commandOutputSchema.parse(JSON.parse(stdout));

/** A scene with one session; its id and file. */
async function oneSession(...more: readonly { readonly text: string }[]) {
	const scene = await createScene([{ text: "The answer is 42." }, ...more]);
	const run = await scene.run(["exec", "--json", "what is the answer"]);
	expect(run.exitCode, run.stderr).toBe(0);
	const id = threadId(run.stdout);
	return { scene, id, file: fileOf(scene, id) };
}

function fileOf(scene: Scene, id: string): string {
	const root = path.join(scene.home.codeHome, "sessions");
	const name = readdirSync(root, { recursive: true, encoding: "utf8" }).find((file) => file.endsWith(`${id}.jsonl`));
	return path.join(root, name ?? "missing");
}

describe.concurrent("the commands about sessions", () => {
	test("list, search, show and export what was said", async () => {
		const { scene, id, file } = await oneSession();
		expect((await scene.run(["sessions", "list"])).stdout).toMatch(new RegExp(`^${id} .*what is the answer .*1 turns`));
		expect(json((await scene.run(["sessions", "list", "--json", "--here"])).stdout)).toMatchObject({
			command: "sessions list",
			sessions: [{ id, path: file, cwd: scene.repo, turns: 1, title: "what is the answer" }],
			total: 1,
			exit_code: 0,
			exit_reason: "ok",
		});
		expect((await scene.run(["sessions", "search", "answer", "42"])).stdout).toContain(id);
		expect((await scene.run(["sessions", "search", "nowhere"])).stdout).toBe("no sessions\n");
		expect((await scene.run(["sessions", "show", id.slice(0, 20)])).stdout).toContain(
			"## Assistant\n\nThe answer is 42.\n",
		);
		expect(json((await scene.run(["sessions", "show", "--json", id])).stdout)).toMatchObject({
			session: { id },
			turns: 1,
		});
		const exported = await scene.run(["sessions", "export", "--format", "json", "--output", "out.json", id]);
		expect(exported.exitCode, exported.stderr).toBe(0);
		expect(JSON.parse(readFileSync(path.join(scene.repo, "out.json"), "utf8"))).toMatchObject({ session: { id } });
		expect((await scene.run(["sessions", "export", "--output", "out.json", id])).exitCode).toBe(2);
		expect((await scene.run(["sessions", "reindex"])).stdout).toBe("1 sessions are in the index\n");
	});

	test("a secret that stands in a file does not leave it", async () => {
		const { scene, id, file } = await oneSession();
		const content = [{ type: "input_text", text: `the key is ${apiKey}` }];
		const payload = { type: "message", role: "user", content };
		appendFileSync(file, `${JSON.stringify({ timestamp: "t", type: "response_item", payload })}\n`);
		for (const words of [
			["show", id],
			["export", id],
			["export", "--format", "json", id],
			["show", "--json", id],
		]) {
			const { stdout, exitCode } = await scene.run(["sessions", ...words]);
			expect(exitCode).toBe(0);
			expect(stdout).toContain("the key is [redacted");
			expect(stdout).not.toContain(apiKey);
		}
	});

	test("errors say what is wrong, as text and as JSON", async () => {
		const { scene, id } = await oneSession();
		const missing = await scene.run(["sessions", "show", "--json", "ffffffff"]);
		expect(missing).toMatchObject({ exitCode: 2, stderr: "error: no session with id ffffffff\n" });
		expect(json(missing.stdout)).toMatchObject({ exit_code: 2, errors: ["no session with id ffffffff"] });
		expect((await scene.run(["sessions", "list", "--limit", "none"])).exitCode).toBe(2);
		expect((await scene.run(["sessions"])).stderr).toContain("needs a subcommand");
		expect((await scene.run(["fork", id, "--at", "9"])).stderr).toContain("there is no turn 9: the session has 1 turn");
	});

	test("delete takes the file and leaves nothing; gc takes what is over the caps", async () => {
		const { scene, id, file } = await oneSession();
		const age = (name: string): void => utimesSync(name, 1_700_000_000, 1_700_000_000);
		expect((await scene.run(["gc"])).stdout).toContain(
			"deleted 0 sessions, 0 stored texts and the recorded files of 0 folders",
		);
		age(file);
		const dry = await scene.run(["gc", "--dry-run", "--json"]);
		expect(json(dry.stdout)).toMatchObject({ dry_run: true, deleted: [{ id, because: "age" }] });
		expect(existsSync(file)).toBe(true);
		const fork = (await scene.run(["fork", id])).stdout.trim();
		expect((await scene.run(["sessions", "delete", id])).stdout).toBe(`deleted ${id}\n`);
		expect(readdirSync(path.dirname(file)).filter((name) => name.includes(id))).toEqual([]);
		age(fileOf(scene, fork));
		const done = await scene.run(["gc"]);
		expect(done.stdout).toContain(`deleted ${fork}`);
		expect((await scene.run(["sessions", "list"])).stdout).toBe("no sessions\n");
	});

	test("doctor names what is damaged, and resume mends it and says so once", async () => {
		const { scene, id, file } = await oneSession({ text: "On we go." }, { text: "And on." });
		expect(await scene.run(["sessions", "doctor"])).toMatchObject({ exitCode: 0 });
		appendFileSync(file, '{"timestamp":"t","type":"response_item","payl');
		const found = await scene.run(["sessions", "doctor", "--json"]);
		expect(found.exitCode).toBe(1);
		expect(json(found.stdout)).toMatchObject({ sessions: [{ id, status: "damaged" }], exit_reason: "damage_found" });
		const first = await scene.run(["exec", "resume", id.slice(0, 30), "go on"]);
		expect(first.stdout).toBe("On we go.\n");
		expect(first.stderr.match(/was interrupted and has been repaired: 1 damaged lines/g)).toHaveLength(1);
		const second = await scene.run(["exec", "resume", "--last", "go on"]);
		expect(second.stdout).toBe("And on.\n");
		expect(second.stderr).not.toContain("repaired");
		expect((await scene.run(["sessions", "doctor"])).exitCode).toBe(0);
	});
});

describe.concurrent("a session that goes on", () => {
	test("from a fork leaves the first one as it was", async () => {
		const { scene, id, file } = await oneSession({ text: "Elsewhere." });
		const before = readFileSync(file);
		const run = await scene.run(["fork", id, "--at", "1", "and elsewhere?"]);
		expect(run.exitCode, run.stderr).toBe(0);
		expect(run.stdout).toBe("Elsewhere.\n");
		expect(readFileSync(file)).toEqual(before);
		const said = JSON.stringify(scene.server.requests[1]?.body.input);
		expect(said).toContain("what is the answer");
		expect(said).toContain("and elsewhere?");
	});

	test("from the file that the config names", async () => {
		const { scene, file } = await oneSession({ text: "Still 42." });
		const run = await scene.run(["exec", "-c", `experimental_resume=${JSON.stringify(file)}`, "again"]);
		expect(run.stdout, run.stderr).toBe("Still 42.\n");
		expect(JSON.stringify(scene.server.requests[1]?.body.input)).toContain("what is the answer");
		const missing = await scene.run(["exec", "-c", 'experimental_resume="nowhere.jsonl"', "again"]);
		expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("ENOENT") });
	});

	test("is refused to a second process while the first has it, and free again when that one is killed", async () => {
		const { scene, id } = await oneSession();
		await scene.server.close();
		const slow = await createScene([{ text: "never", delayMs: 60_000 }, { text: "free" }]);
		const env = { ...scene.env, OPENAI_BASE_URL: slow.server.baseUrl };
		const first = scene.start(["exec", "resume", id, "take your time"], { env });
		await first.said("(resumed)");
		const second = await scene.run(["exec", "resume", id, "me too"], { env });
		expect(second.exitCode).toBe(3);
		expect(second.stderr).toMatch(
			new RegExp(`session ${id} is in use by process ${first.pid} on .+ since 20.+Z: end that one, or fork`),
		);
		expect((await scene.run(["sessions", "delete", id], { env })).exitCode).toBe(3);
		first.kill("SIGKILL");
		await first.ended;
		const third = await scene.run(["sessions", "delete", "--json", id], { env });
		expect(third.exitCode, third.stderr).toBe(0);
	});

	test("whose file is of a newer version is refused politely", async () => {
		const { scene, id, file } = await oneSession();
		writeFileSync(file, readFileSync(file, "utf8").replace('"format":2', '"format":3'));
		const run = await scene.run(["exec", "resume", id, ...allowCommands, "go on"]);
		expect(run).toMatchObject({ exitCode: 2, stdout: "" });
		expect(run.stderr).toContain("was written by a newer version of Code (format 3; this one reads up to 2)");
		expect((await scene.run(["sessions", "list"])).stdout).toContain("of a newer version");
	});
});
