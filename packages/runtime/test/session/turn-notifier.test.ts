import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { asTurnId, type EventMsg } from "@codex/protocol";
import { createTempDir, createTempHome } from "@codex/test-support";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createTurnNotifier } from "../../src/session/turn-notifier.ts";
import { makeFixture, play, sessionOf } from "../runtime-fixture.ts";

interface Notified {
	readonly file: string;
	readonly script: string;
	/** Waits for the JSON of the program's n-th run, from 0. */
	told(at?: number): Promise<Record<string, unknown>>;
	runs(): number;
}

/** A program that writes each of its last arguments to a file, and its folder and arguments beside it. */
async function makeProgram(): Promise<Notified> {
	const dir = await createTempDir("code-notify-");
	onTestFinished(dir.dispose);
	const [script, file] = [path.join(dir.path, "notified"), path.join(dir.path, "told")];
	writeFileSync(
		script,
		`#!/bin/sh\nprintf '%s|%s|%s' "$1" "$PWD" "\${OPENAI_API_KEY:-none}" > "${file}.how"\nfor last; do :; done\nprintf '%s\\n' "$last" >> "${file}"\n`,
	);
	chmodSync(script, 0o755);
	const lines = (): readonly string[] => (existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []);
	return {
		file,
		script,
		runs: () => lines().length,
		told: (at = 0) => vi.waitFor(() => JSON.parse(lines()[at] ?? ""), { timeout: 10_000 }),
	};
}

const settings = (...words: readonly string[]) => ({ overrides: [`notify=${JSON.stringify(words)}`] });

describe("the program of `notify`", () => {
	test("gets one JSON argument behind its own after each finished turn, in the session's folder, without keys", async () => {
		const program = await makeProgram();
		const fixture = await makeFixture({ script: [{ text: "All done." }] });
		const session = sessionOf(await fixture.start({ flags: settings(program.script, "first") }));
		const { problems } = await play(session, "do it\nnow");
		expect(problems).toEqual([]);
		expect(await program.told()).toEqual({
			type: "agent-turn-complete",
			"thread-id": session.id,
			"turn-id": expect.stringMatching(/./),
			cwd: fixture.cwd,
			client: "code_exec",
			"input-messages": ["do it\nnow"],
			"last-assistant-message": "All done.",
		});
		expect(readFileSync(`${program.file}.how`, "utf8")).toBe(`first|${fixture.cwd}|none`);
	});

	test("hears nothing of turns that failed, of agents' sessions, and of sessions that it started itself", async () => {
		const program = await makeProgram();
		const flags = settings(program.script);
		const failing = await makeFixture({ script: [{ status: 400, body: { error: { message: "no" } } }] });
		await play(sessionOf(await failing.start({ flags })));
		const agent = await makeFixture({ script: [{ text: "x" }] });
		await play(sessionOf(await agent.start({ flags, source: "subagent" })));
		const inner = await makeFixture({ script: [{ text: "x" }], env: { CODE_IN_NOTIFY: "1" } });
		await play(sessionOf(await inner.start({ flags })));
		// One that is told, later: what came before it would be there.
		const told = await makeFixture({ script: [{ text: "last" }] });
		await play(sessionOf(await told.start({ flags })));
		expect(await program.told()).toMatchObject({ "last-assistant-message": "last" });
		expect(program.runs()).toBe(1);
	});

	test.each([
		[["no-such-program-here"], "`no-such-program-here` is not on the PATH"],
		[["./notify.sh"], "`./notify.sh` is no absolute path"],
	])("%j is warned of at the start, and the turn is as ever", async (command, words) => {
		const fixture = await makeFixture({
			script: [{ text: "Done." }],
			files: { "notify.sh": "#!/bin/sh\ntouch ran\n" },
		});
		const session = sessionOf(await fixture.start({ flags: settings(...command) }));
		expect(session.info.warnings.join("\n")).toContain(words);
		const { last, problems } = await play(session);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Done." });
		expect(problems).toEqual([]);
		expect(existsSync(path.join(fixture.cwd, "ran"))).toBe(false);
	});

	test("a project cannot name one unless it is trusted", async () => {
		const program = await makeProgram();
		const fixture = await makeFixture({
			script: [{ text: "Done." }],
			files: { ".code/config.toml": `notify = ["${program.script}"]\n` },
		});
		const session = sessionOf(await fixture.start());
		expect(session.info.warnings.join("\n")).toContain(".code/config.toml");
		await play(session);
		expect(existsSync(program.file)).toBe(false);
	});
});

const turnId = asTurnId("turn-1");
const said = (text: string): EventMsg => ({
	type: "user_message",
	turnId,
	items: [{ type: "text", text }],
	steering: false,
});

describe("a notifier", () => {
	const make = async (command: readonly string[]) => {
		const home = await createTempHome();
		onTestFinished(home.dispose);
		const problems: string[] = [];
		const notifier = createTurnNotifier({
			command,
			cwd: home.path,
			env: { PATH: "/usr/bin:/bin" },
			threadId: "t",
			client: "code_exec",
			redactor: { text: (text) => text.replaceAll("hunter22", "[redacted]") },
			onProblem: (message) => problems.push(message),
		});
		return { notifier, problems };
	};

	test("cuts what is longer than an argument may be, and masks secrets", async () => {
		const program = await makeProgram();
		const { notifier, problems } = await make([program.script]);
		notifier.take({ type: "turn_started", turnId });
		for (let at = 0; at < 500; at += 1) notifier.take(said(`${at} ${"\u0001".repeat(2000)}`));
		notifier.take(said("the password is hunter22"));
		notifier.take({ type: "turn_completed", turnId, lastAgentMessage: "“”".repeat(100_000) });
		const told = await program.told();
		const inputs = JSON.stringify(told["input-messages"]);
		expect(inputs).toContain("the password is [redacted]");
		expect(String(told["last-assistant-message"])).toMatch(/^[“”]+…$/);
		expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThanOrEqual(120 * 1024);
		expect(problems).toEqual([]);
	});

	test("says why the program could not be started", async () => {
		const dir = await createTempDir("code-notify-");
		onTestFinished(dir.dispose);
		const { notifier, problems } = await make([path.join(dir.path, "gone")]);
		notifier.take({ type: "turn_started", turnId });
		notifier.take({ type: "turn_completed", turnId, lastAgentMessage: null });
		await vi.waitFor(() => expect(problems.join("\n")).toContain("ENOENT"));
	});
});
