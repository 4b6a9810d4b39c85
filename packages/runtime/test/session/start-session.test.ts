import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { noLimits, type StartResult } from "../../src/index.ts";
import { inRepo, makeFixture, play, sessionOf } from "../runtime-fixture.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";

const work = [
	{
		calls: [
			{ name: "read_file", arguments: { file_path: "a.txt" } },
			{ name: "shell", arguments: { command: ["cat", "a.txt"] } },
		],
	},
	{ calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ calls: [{ name: "shell", arguments: { command: "grep -c uno a.txt" } }] },
	{ text: "Done." },
];

function refused(started: StartResult): { readonly exitCode: number; readonly text: string } {
	if (started.kind === "ok") throw new Error("it started");
	return { exitCode: started.exitCode, text: started.lines.join("\n") };
}

function sessionFiles(codeHome: string): readonly string[] {
	const dir = path.join(codeHome, "sessions");
	if (!existsSync(dir)) return [];
	return readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
}

describe("a session", () => {
	test.each(["responses", "chat"])("reads, patches, runs and answers over the %s wire", async (wire) => {
		const fixture = await makeFixture({ script: work, files: { "a.txt": "one\n" }, env: { OPENAI_WIRE_API: wire } });
		const session = sessionOf(await fixture.start());
		const { last, problems } = await play(session);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Done." });
		expect(problems).toEqual([]);
		expect(readFileSync(inRepo(fixture, "a.txt"), "utf8")).toBe("uno\n");
		expect(session.approvalBlocked).toBe(false);
		fixture.server.assertExhausted();
		expect(fixture.server.requests.map((request) => request.wire)).toEqual(Array(4).fill(wire));
		expect(fixture.server.requests[0]?.headers["authorization"]).toBe("Bearer sk-test-key-0123456789abcdef");
		expect(fixture.server.requests[0]?.headers["originator"]).toBe("code_exec");
		expect(fixture.server.requests[0]?.headers["user-agent"]).toContain("code/0.0.0-test");
	});

	test("is saved as it goes, and goes on later", async () => {
		const fixture = await makeFixture({ script: [{ text: "First." }, { text: "Second." }, { text: "Third." }] });
		const first = sessionOf(await fixture.start());
		await play(first, "remember 42");
		expect(first.info.resumed).toBe(false);
		const files = sessionFiles(fixture.codeHome);
		expect(files).toEqual([expect.stringContaining(first.id)]);
		const lines = readFileSync(path.join(fixture.codeHome, "sessions", files[0] ?? ""), "utf8")
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines[0]).toMatchObject({
			type: "session_meta",
			payload: { id: first.id, cwd: fixture.cwd, originator: "code_exec", model_provider: "openai" },
		});
		expect(lines.map(({ type }) => type)).toEqual(
			expect.arrayContaining(["turn_context", "response_item", "event_msg"]),
		);
		expect(JSON.stringify(lines)).not.toContain("agent_message_delta");

		const second = sessionOf(await fixture.start({ resume: { kind: "id", id: first.id } }));
		expect(second.id).toBe(first.id);
		expect(second.info.resumed).toBe(true);
		await play(second, "what was it");
		const body = JSON.stringify(fixture.server.requests[1]?.body);
		expect(body).toContain("remember 42");
		expect(body).toContain("First.");

		const third = sessionOf(await fixture.start({ resume: { kind: "last" } }));
		expect(third.id).toBe(first.id);
		const { events } = await play(third);
		const total = events.findLast(({ msg }) => msg.type === "token_count")?.msg;
		expect(total).toMatchObject({ total: { inputTokens: 30, outputTokens: 15 } });
		expect(sessionFiles(fixture.codeHome).length).toBe(1);
	});

	test("leaves no file when it is ephemeral, or never asked anything", async () => {
		const fixture = await makeFixture({ script: [{ text: "x" }] });
		await play(sessionOf(await fixture.start({ ephemeral: true })));
		await sessionOf(await fixture.start()).close();
		expect(sessionFiles(fixture.codeHome)).toEqual([]);
	});

	test("runs on when it cannot be saved, and says so", async () => {
		const fixture = await makeFixture({ script: [{ text: "x" }] });
		writeFileSync(path.join(fixture.codeHome, "sessions"), "in the way");
		const { events, last } = await play(sessionOf(await fixture.start()));
		expect(last?.type).toBe("turn_completed");
		const warnings = events.flatMap(({ msg }) => (msg.type === "warning" ? [msg.message] : []));
		expect(warnings).toEqual([expect.stringContaining("no longer saved")]);
	});

	test("masks the key in use wherever it is written", async () => {
		const fixture = await makeFixture({
			script: [
				{ calls: [{ name: "shell", arguments: { command: "echo sk-test-key-0123456789abcdef" } }] },
				{ text: "sk-test-key-0123456789abcdef" },
			],
			env: { CODE_LOG: "trace" },
		});
		const record = inRepo(fixture, "run.jsonl");
		await play(sessionOf(await fixture.start({ recordFile: record })));
		const saved = sessionFiles(fixture.codeHome).map((file) =>
			readFileSync(path.join(fixture.codeHome, "sessions", file), "utf8"),
		);
		const log = readFileSync(path.join(fixture.codeHome, "logs", "code.log"), "utf8");
		for (const text of [...saved, log, readFileSync(record, "utf8")]) {
			expect(text.length).toBeGreaterThan(10);
			expect(text).not.toContain("0123456789abcdef");
		}
	});

	test("takes instructions, agents files and reasoning from where the user put them", async () => {
		const fixture = await makeFixture({
			script: [{ text: "x" }],
			files: { "AGENTS.md": "repository rules\n" },
			homeFiles: { "AGENTS.md": "home rules\n", "base.md": "my own base\n" },
		});
		const overrides = [
			'instructions="config rules"',
			'experimental_instructions_file="base.md"',
			'model_reasoning_effort="high"',
		];
		await play(sessionOf(await fixture.start({ flags: { overrides } })));
		const { body } = fixture.server.requests[0] ?? {};
		expect(body.instructions).toBe("my own base\n");
		expect(body.reasoning.effort).toBe("high");
		expect(JSON.stringify(body.input)).toMatch(/config rules[\s\S]*home rules[\s\S]*repository rules/);
	});

	test("holds requests back while a subscriber is behind", async () => {
		const fixture = await makeFixture({ script: [{ text: "x" }] });
		const session = sessionOf(await fixture.start({ ephemeral: true }));
		const slow = Promise.withResolvers<void>();
		session.subscribe(
			() => undefined,
			() => slow.promise,
		);
		session.submit({ type: "user_input", items: [{ type: "text", text: "go" }] });
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(fixture.server.requests.length).toBe(0);
		slow.resolve();
		await fixture.server.request(1);
		await session.close();
	});

	test("is interrupted with its children", async () => {
		const fixture = await makeFixture({
			script: [{ calls: [{ name: "shell", arguments: { command: "echo $$ > pid; exec sleep 1000" } }] }],
		});
		// Unconfined: inside the sandbox numbers of processes are its own.
		const session = sessionOf(
			await fixture.start({ ephemeral: true, flags: { sandboxMode: "danger-full-access", overrides: [] } }),
		);
		const playing = play(session);
		const pidFile = inRepo(fixture, "pid");
		while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "")
			await new Promise((resolve) => setTimeout(resolve, 5));
		const pid = Number(readFileSync(pidFile, "utf8"));
		session.interrupt();
		const { last } = await playing;
		expect(last).toMatchObject({ type: "turn_aborted", reason: { kind: "interrupted" } });
		expect(() => process.kill(pid, 0)).toThrow("ESRCH");
	});

	test("stops at its limits", async () => {
		const call = { calls: [{ name: "list_dir", arguments: { dir_path: "." } }] };
		const fixture = await makeFixture({ script: [call, call, { delayMs: 10_000, text: "late" }] });
		const turns = await play(sessionOf(await fixture.start({ ephemeral: true, limits: { ...noLimits, maxTurns: 2 } })));
		expect(turns.last).toMatchObject({ type: "turn_aborted", reason: { kind: "limit", limit: "turns", granted: 2 } });
		const timed = await play(
			sessionOf(await fixture.start({ ephemeral: true, limits: { ...noLimits, timeoutMs: 100 } })),
		);
		expect(timed.last).toMatchObject({ type: "turn_aborted", reason: { kind: "limit", limit: "wall_clock" } });
	});

	test("checks the final answer against the schema", async () => {
		const fixture = await makeFixture({ script: [{ text: "nope" }, { text: '{"n":1}' }] });
		const outputSchema = {
			type: "object",
			properties: { n: { type: "integer" } },
			required: ["n"],
			additionalProperties: false,
		};
		const { last } = await play(sessionOf(await fixture.start({ ephemeral: true, outputSchema })), "go", outputSchema);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: '{"n":1}' });
		expect(fixture.server.requests[0]?.body.text.format).toMatchObject({
			type: "json_schema",
			name: "codex_output_schema",
		});
	});

	test("lets writes happen in added and configured folders only", async () => {
		const outside = await createTempDir();
		onTestFinished(outside.dispose);
		for (const name of ["added", "configured", "other"]) mkdirSync(path.join(outside.path, name));
		const files = [
			"in/x",
			"link/x",
			...["added/x", "configured/x", "other/x"].map((name) => path.join(outside.path, name)),
		];
		const calls = files.map((file) => ({
			name: "apply_patch",
			arguments: { input: `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch\n` },
		}));
		const fixture = await makeFixture({ script: [{ calls }, { text: "x" }] });
		symlinkSync(path.join(outside.path, "other"), inRepo(fixture, "link"));
		const configured = `sandbox_workspace_write.writable_roots=["${path.join(outside.path, "configured")}","/does/not/exist"]`;
		const additionalRoots = [path.join(outside.path, "added")];
		await play(
			sessionOf(await fixture.start({ ephemeral: true, additionalRoots, flags: { overrides: [configured] } })),
		);
		const written = files.map((file) => existsSync(path.resolve(fixture.cwd, file)));
		expect(written).toEqual([true, false, true, true, false]);
	});

	test("confines commands by default, labels what was denied, and lets none out that nobody approved", async () => {
		const escalated = { command: "touch out", with_escalated_permissions: true };
		const fixture = await makeFixture({
			script: [
				{ calls: [{ name: "shell", arguments: { command: "touch ran || touch ../beside" } }] },
				{ calls: [{ name: "shell", arguments: escalated }] },
				{ calls: [{ name: "shell", arguments: { command: "rm -rf sub" } }] },
				{ text: "could not" },
			],
		});
		const made = await fixture.runtime.startSession({
			source: "exec",
			flags: { overrides: fixture.overrides },
			additionalRoots: [],
			limits: noLimits,
			ephemeral: true,
			requireRepository: true,
		});
		const session = sessionOf(made);
		const { events } = await play(session);
		expect(existsSync(inRepo(fixture, "ran"))).toBe(false);
		expect(existsSync(inRepo(fixture, "out"))).toBe(false);
		const ends = events.flatMap(({ msg }) => (msg.type === "exec_command_end" ? [msg.outcome] : []));
		expect(ends).toEqual([
			{ status: "exited", exitCode: 1 },
			{ status: "declined", reason: expect.stringContaining("nobody can be asked here") },
			{ status: "declined", reason: expect.stringContaining("dangerous") },
		]);
		const outputs = fixture.server.requests.map(({ body }) => JSON.stringify(body));
		expect(outputs[1]).toContain("sandbox denied write to");
		expect(outputs[1]).toContain("--sandbox workspace-write");
		expect(session.approvalBlocked).toBe(true);
	});

	test("runs what the policy lets run in workspace-write, with protected names kept and no network", async () => {
		const fixture = await makeFixture({
			script: [
				{ calls: [{ name: "shell", arguments: { command: "echo x > made && ls -d .git" } }] },
				{ calls: [{ name: "shell", arguments: { command: "echo x > .git/hooks/pre-commit" } }] },
				{ calls: [{ name: "shell", arguments: { command: "mkdir .code/x" } }] },
				{ text: "done" },
			],
		});
		const { events } = await play(sessionOf(await fixture.start({ ephemeral: true })));
		const ends = events.flatMap(({ msg }) =>
			msg.type === "exec_command_end" ? [msg.outcome.status === "exited" && msg.outcome.exitCode] : [],
		);
		expect(ends).toEqual([0, 1, 1]);
		expect(readFileSync(inRepo(fixture, "made"), "utf8")).toBe("x\n");
		expect(existsSync(inRepo(fixture, ".git/hooks/pre-commit"))).toBe(false);
		expect(existsSync(inRepo(fixture, ".code"))).toBe(false);
	});

	test("obeys the user's command rules, and does not start with rules that it cannot read", async () => {
		const rules = 'prefix_rule(pattern=["echo", "secret"], decision="forbidden", justification="not here")\n';
		const script = [{ calls: [{ name: "shell", arguments: { command: "true && echo secret" } }] }, { text: "no" }];
		const fixture = await makeFixture({ script, homeFiles: { "rules/own.rules": rules } });
		const { events } = await play(sessionOf(await fixture.start({ ephemeral: true })));
		const end = events.find(({ msg }) => msg.type === "exec_command_end")?.msg;
		expect(end).toMatchObject({ outcome: { status: "declined", reason: expect.stringContaining("not here") } });
		const broken = await makeFixture({ script, homeFiles: { "rules/own.rules": "prefix_rule(pattern=[])\n" } });
		expect(refused(await broken.start({ ephemeral: true }))).toMatchObject({
			exitCode: 2,
			text: expect.stringContaining("own.rules:1:"),
		});
	});
});

describe("a session does not start", () => {
	test("without credentials: three lines and exit code 3", async () => {
		const fixture = await makeFixture({ env: { OPENAI_API_KEY: "" } });
		const { exitCode, text } = refused(await fixture.start());
		expect(exitCode).toBe(3);
		expect(text.split("\n").length).toBe(3);
	});

	test("with a broken configuration: file, line, and what to do", async () => {
		const fixture = await makeFixture({ homeFiles: { "config.toml": "model = 3\n" } });
		const { exitCode, text } = refused(await fixture.start());
		expect(exitCode).toBe(2);
		expect(text).toContain(`${path.join(fixture.codeHome, "config.toml")}:1:`);
	});

	test.each<[string, Parameters<Awaited<ReturnType<typeof makeFixture>>["start"]>[0], RegExp]>([
		["a missing folder", { cwd: "nowhere" }, /the folder .*nowhere does not exist/],
		["a file as folder", { cwd: "a.txt" }, /a\.txt is not a folder/],
		["a missing added folder", { additionalRoots: ["nowhere"] }, /nowhere does not exist/],
		[
			"an unknown session",
			{ resume: { kind: "id", id: "0199a213-81c0-7800-8aa1-bbab2a035a53" } },
			/no session with id 0199a213/,
		],
		["a session id that is none", { resume: { kind: "id", id: "../../etc/passwd" } }, /no session with id/],
		["no session at all", { resume: { kind: "last" } }, /no earlier session/],
		["an unknown provider", { flags: { overrides: ['model_provider="nobody"'] } }, /nobody/],
		["a provider whose key is missing", { flags: { overrides: ['model_provider="anthropic"'] } }, /ANTHROPIC_API_KEY/],
		["a wrong schema", { outputSchema: { type: "no such type" } }, /not a valid JSON Schema/],
		["an unwritable recording", { recordFile: "nowhere/run.jsonl" }, /the recording .* cannot be written/],
		["a missing recording", { replayFile: "nowhere.jsonl" }, /nowhere\.jsonl.*no such file/],
		["a folder as recording", { replayFile: "." }, /not a regular file/],
		[
			"missing base instructions",
			{ flags: { overrides: ['experimental_instructions_file="none.md"'] } },
			/`experimental_instructions_file`.*no such file/,
		],
		[
			"an unknown price under a cost limit",
			{ flags: { model: "some-new-model", overrides: [] }, limits: { ...noLimits, maxCostUsd: 1 } },
			/model_prices/,
		],
	])("with %s", async (_, request, expected) => {
		const fixture = await makeFixture({ files: { "a.txt": "x" } });
		const { exitCode, text } = refused(await fixture.start(request));
		expect(text).toMatch(expected);
		expect([2, 3]).toContain(exitCode);
		expect(fixture.server.requests.length).toBe(0);
		expect(sessionFiles(fixture.codeHome)).toEqual([]);
	});

	test("outside a repository, unless told that this is meant", async () => {
		const fixture = await makeFixture({ script: [{ text: "x" }] });
		rmSync(inRepo(fixture, ".git"), { recursive: true });
		expect(refused(await fixture.start()).text).toBe(
			"Not inside a trusted directory and --skip-git-repo-check was not specified.",
		);
		const bypass = await fixture.runtime.startSession({
			source: "exec",
			flags: { bypass: true, overrides: fixture.overrides },
			additionalRoots: [],
			limits: noLimits,
			ephemeral: true,
			requireRepository: true,
		});
		expect(sessionOf(bypass).info.approvalPolicy).toBe("never");
		await sessionOf(bypass).close();
		const skipped = sessionOf(await fixture.start({ requireRepository: false, ephemeral: true }));
		await skipped.close();
		expect(statSync(fixture.cwd).isDirectory()).toBe(true);
	});
});

test("a model with a configured price keeps to its cost limit", async () => {
	const call = {
		calls: [{ name: "list_dir", arguments: { dir_path: "." } }],
		usage: { inputTokens: 1_000_000, outputTokens: 0 },
	};
	const fixture = await makeFixture({ script: [call, call] });
	const overrides = ['model_prices={"some-new-model"={input=2.0,output=8.0}}'];
	const session = sessionOf(
		await fixture.start({
			ephemeral: true,
			flags: { model: "some-new-model", overrides },
			limits: { ...noLimits, maxCostUsd: 3 },
		}),
	);
	const { last } = await play(session);
	expect(last).toMatchObject({ type: "turn_aborted", reason: { kind: "limit", limit: "cost", granted: 3 } });
});

test("the SDK's originator is passed on, one that would break HTTP is not", async () => {
	const named = await makeFixture({
		script: [{ text: "x" }],
		env: { CODEX_INTERNAL_ORIGINATOR_OVERRIDE: "codex_sdk_ts" },
	});
	await play(sessionOf(await named.start({ ephemeral: true })));
	expect(named.server.requests[0]?.headers["originator"]).toBe("codex_sdk_ts");
	const broken = await makeFixture({ script: [{ text: "x" }], env: { CODEX_INTERNAL_ORIGINATOR_OVERRIDE: "a\nb" } });
	await play(sessionOf(await broken.start({ ephemeral: true })));
	expect(broken.server.requests[0]?.headers["originator"]).toBe("code_exec");
});
