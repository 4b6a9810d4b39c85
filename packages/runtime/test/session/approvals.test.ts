// A session with somebody to ask: what is asked, what each answer does, and what is remembered. Real sandbox, real files.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ApprovalAnswer, EventMsg } from "@codex/protocol";
import { assertWellFormed, createTempDir, type ScriptEntry } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import type { StartRequest } from "../../src/index.ts";
import { type Fixture, inRepo, makeFixture, sessionOf } from "../runtime-fixture.ts";

type Question = Extract<EventMsg, { type: "exec_approval_request" | "patch_approval_request" }>;
type Said = Omit<ApprovalAnswer, "callId"> | "silence";

const shell = (command: string | readonly string[], more: object = {}): ScriptEntry => ({
	calls: [{ name: "shell", arguments: { command, ...more } }],
});
const patchOf = (file: string, text: string): ScriptEntry => ({
	calls: [
		{
			name: "apply_patch",
			arguments: { input: `*** Begin Patch\n*** Add File: ${file}\n+${text}\n*** End Patch` },
		},
	],
});
const yes: Said = { decision: "approved" };
const done: ScriptEntry = { text: "Done." };

interface Talk {
	readonly fixture: Fixture;
	readonly questions: readonly Question[];
	readonly events: readonly EventMsg[];
	readonly last: EventMsg | undefined;
	/** What the model was told of its calls. */
	readonly outputs: readonly string[];
}

/** Plays a turn with a person who gives these answers, in order. */
async function talk(
	script: readonly ScriptEntry[],
	answers: readonly Said[],
	more: {
		readonly flags?: Partial<StartRequest["flags"]>;
		readonly fixture?: Fixture;
		readonly onQuestion?: (question: Question, interrupt: () => void) => void;
	} = {},
): Promise<Talk> {
	const fixture = more.fixture ?? (await makeFixture({ script }));
	// Temporary folders are where these tests keep what lies outside.
	const overrides = ["sandbox_workspace_write.exclude_slash_tmp=true"];
	const flags = { approvalPolicy: "on-request" as const, ...more.flags, overrides };
	const session = sessionOf(await fixture.start({ canAsk: true, flags }));
	const questions: Question[] = [];
	const events: EventMsg[] = [];
	const wellFormed: Parameters<typeof assertWellFormed>[0][number][] = [];
	const ended = new Promise<EventMsg>((resolve) => {
		session.subscribe((event) => {
			events.push(event.msg);
			wellFormed.push(event);
			const { msg } = event;
			if (msg.type === "turn_completed" || msg.type === "turn_failed" || msg.type === "turn_aborted") resolve(msg);
			if (msg.type !== "exec_approval_request" && msg.type !== "patch_approval_request") return;
			questions.push(msg);
			const said = answers[questions.length - 1] ?? "silence";
			const type = msg.type === "exec_approval_request" ? "exec_approval" : "patch_approval";
			more.onQuestion?.(msg, () => session.interrupt());
			if (said !== "silence") session.submit({ type, callId: msg.callId, ...said });
		});
	});
	session.submit({ type: "user_input", items: [{ type: "text", text: "go" }] });
	const last = await ended;
	await session.close();
	assertWellFormed(wellFormed);
	const body = fixture.server.requests.at(-1)?.body as { input?: readonly { type: string; output?: string }[] };
	const outputs = (body.input ?? []).flatMap(({ type, output }) =>
		type === "function_call_output" && output !== undefined ? [output] : [],
	);
	return { fixture, questions, events, last, outputs };
}

async function outsideFolder(): Promise<string> {
	const dir = await createTempDir("outside-");
	onTestFinished(dir.dispose);
	return dir.path;
}

describe("a dangerous command", () => {
	test("is shown whole, with what it runs and why (hole 54), and runs inside the sandbox after a yes", async () => {
		const outside = await outsideFolder();
		const { questions, outputs, fixture } = await talk(
			[shell("rm -rf build && echo x > kept", { justification: "stale" }), done],
			[yes],
		);
		expect(questions).toMatchObject([
			{
				type: "exec_approval_request",
				command: expect.arrayContaining(["rm -rf build && echo x > kept"]),
				cwd: fixture.cwd,
				justification: "stale",
				reason: expect.stringContaining("dangerous"),
				programs: ["rm -rf build", "echo x > kept"],
			},
		]);
		expect(questions[0]).not.toHaveProperty("outsideSandbox");
		expect(questions[0]).not.toHaveProperty("offers");
		expect(outputs[0]).toMatch(/^Exit code: 0/);
		expect(existsSync(inRepo(fixture, "kept"))).toBe(true);

		const other = await talk([shell(`rm -rf ${outside}; ls -d ${outside}`), done], [yes, { decision: "denied" }]);
		expect(other.outputs[0]).toContain(`${outside}\n`);
		expect(existsSync(outside)).toBe(true);
	});

	test("is not run after a no, and the model reads the person's words", async () => {
		const { outputs, events, fixture, last } = await talk(
			[shell("rm -rf ."), done],
			[{ decision: "denied", feedback: "only the build folder" }],
		);
		expect(outputs[0]).toBe("exec command rejected by user: only the build folder");
		expect(events.find(({ type }) => type === "exec_command_end")).toMatchObject({ outcome: { status: "declined" } });
		expect(existsSync(inRepo(fixture, ".git/HEAD"))).toBe(true);
		expect(last).toMatchObject({ type: "turn_completed" });
	});

	test("ends the turn after `abort`", async () => {
		const { last, events, fixture } = await talk([shell("rm -rf ."), done], [{ decision: "abort" }]);
		expect(last).toMatchObject({ type: "turn_aborted", reason: { kind: "interrupted" } });
		expect(events.find(({ type }) => type === "exec_command_end")).toMatchObject({ outcome: { status: "aborted" } });
		expect(fixture.server.requests).toHaveLength(1);
	});

	test("waits no longer when the turn is interrupted", async () => {
		const { last, questions } = await talk([shell("rm -rf ."), done], ["silence"], {
			onQuestion: (_question, interrupt) => interrupt(),
		});
		expect(questions).toHaveLength(1);
		expect(last).toMatchObject({ type: "turn_aborted" });
	});

	test("is declined where nobody is there", async () => {
		const fixture = await makeFixture({ script: [shell("rm -rf build"), done] });
		const session = sessionOf(await fixture.start({ flags: { approvalPolicy: "on-request", overrides: [] } }));
		const ended = new Promise<void>((resolve) => {
			session.subscribe(({ msg }) => {
				if (msg.type === "turn_completed") resolve();
			});
		});
		session.submit({ type: "user_input", items: [{ type: "text", text: "go" }] });
		await ended;
		expect(session.approvalBlocked).toBe(true);
		await session.close();
		expect(JSON.stringify(fixture.server.requests[1]?.body)).toContain("nobody can be asked here");
	});
});

describe("an approval for the session", () => {
	test("holds for the same command however it is spelled, and for no other", async () => {
		const { questions, outputs } = await talk(
			[
				shell("rm -rf build"),
				shell(["rm", "-rf", "build"]),
				shell(["bash", "-c", "rm  -rf 'build'"]),
				shell("rm -rf other"),
				done,
			],
			[{ decision: "approved_for_session" }, { decision: "denied" }],
		);
		expect(questions).toHaveLength(2);
		expect(outputs.map((text) => text.startsWith("Exit code: 0"))).toEqual([true, true, true, false]);
	});

	test("is not an approval in another folder", async () => {
		const fixture = await makeFixture({
			script: [shell("rm -rf x"), shell("rm -rf x", { workdir: "sub" }), done],
			files: { "sub/a": "" },
		});
		const { questions } = await talk([], [{ decision: "approved_for_session" }, { decision: "denied" }], { fixture });
		expect(questions.map((question) => ("cwd" in question ? path.basename(question.cwd) : ""))).toEqual([
			path.basename(fixture.cwd),
			"sub",
		]);
	});

	test("answers the equal questions of calls that run side by side", async () => {
		const call = { name: "shell", arguments: { command: "rm -rf build" } };
		const { questions, outputs } = await talk(
			[{ calls: [call, call, call] }, done],
			[{ decision: "approved_for_session" }],
		);
		expect(questions).toHaveLength(1);
		expect(outputs).toHaveLength(3);
	});
});

describe("`untrusted`", () => {
	const flags = { approvalPolicy: "untrusted" as const };

	test("asks for what is not known to be safe, and saves exactly the rule that it showed", async () => {
		const { questions, fixture, outputs } = await talk(
			[shell(["touch", "made"]), shell(["touch", "made"]), shell("ls"), done],
			[{ decision: "approved_always" }],
			{ flags },
		);
		expect(questions).toHaveLength(1);
		const [question] = questions;
		if (question?.type !== "exec_approval_request") throw new Error("no question");
		const shown = question.offers?.[0]?.map(({ text }) => text);
		expect(shown).toEqual(['prefix_rule(pattern=["touch", "made"], decision="allow", exact=True)']);
		expect(readFileSync(path.join(fixture.codeHome, "rules/default.rules"), "utf8")).toBe(`${shown?.[0]}\n`);
		expect(outputs.every((text) => text.startsWith("Exit code: 0"))).toBe(true);

		// In force in the next session too, which asks nothing.
		const again = await fixture.start({ canAsk: true, flags: { ...flags, overrides: [] } });
		await sessionOf(again).close();
	});

	test("keeps the approval for the session when the rule cannot be saved, and says so", async () => {
		const fixture = await makeFixture({ script: [shell(["touch", "a"]), shell(["touch", "a"]), done] });
		writeFileSync(path.join(fixture.codeHome, "rules"), "in the way");
		const { questions, events } = await talk([], [{ decision: "approved_always" }], { flags, fixture });
		expect(questions).toHaveLength(1);
		expect(events.filter(({ type }) => type === "warning")).toMatchObject([
			{ message: expect.stringContaining("the rule was not saved") },
		]);
	});

	test("asks for patches as well, once for the same file after a yes for the session", async () => {
		const again: ScriptEntry = {
			calls: [
				{
					name: "apply_patch",
					arguments: { input: "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** End Patch" },
				},
			],
		};
		const { questions, events, fixture } = await talk(
			[patchOf("a.txt", "one"), again, patchOf("b.txt", "b"), done],
			[{ decision: "approved_for_session" }, { decision: "denied", feedback: "not b" }],
			{ flags },
		);
		expect(questions).toMatchObject([
			{ type: "patch_approval_request", changes: [{ path: inRepo(fixture, "a.txt"), kind: "add" }] },
			{ type: "patch_approval_request", changes: [{ path: inRepo(fixture, "b.txt") }] },
		]);
		const begins = events.filter(({ type }) => type === "patch_apply_begin");
		expect(begins).toMatchObject([{ autoApproved: false }, { autoApproved: false }, { autoApproved: false }]);
		expect(readFileSync(inRepo(fixture, "a.txt"), "utf8")).toBe("two\n");
		expect(existsSync(inRepo(fixture, "b.txt"))).toBe(false);
	});
});

describe("leaving the sandbox", () => {
	test("is one more question after a denial, and only a yes runs it outside", async () => {
		const outside = await outsideFolder();
		const file = path.join(outside, "f");
		const script = [shell(`echo x > ${file}`), done];
		const no = await talk(script, [{ decision: "denied" }]);
		expect(no.questions).toMatchObject([
			{ outsideSandbox: true, reason: expect.stringContaining(`sandbox denied write to ${file}`) },
		]);
		expect(no.outputs[0]).toContain("the user declined to run it outside the sandbox");
		expect(existsSync(file)).toBe(false);

		const agreed = await talk(script, [yes]);
		expect(agreed.outputs[0]).toMatch(/^Exit code: 0/);
		expect(agreed.outputs[0]).toContain("second run");
		expect(existsSync(file)).toBe(true);
		expect(agreed.events.filter(({ type }) => type === "exec_command_begin")).toHaveLength(1);
	});

	test("is never asked for under `never`, and never automatic", async () => {
		const outside = await outsideFolder();
		const file = path.join(outside, "f");
		const { questions } = await talk([shell(`echo x > ${file}`), done], [], { flags: { approvalPolicy: "never" } });
		expect(questions).toEqual([]);
		expect(existsSync(file)).toBe(false);
	});

	test("is asked for at once when the model asks, and runs outside directly when approved for the session", async () => {
		const outside = await outsideFolder();
		const file = path.join(outside, "f");
		const { questions, outputs } = await talk(
			[
				shell(`echo x >> ${file}`, { with_escalated_permissions: true, justification: "the log is there" }),
				shell(`echo x >> ${file}`),
				done,
			],
			[{ decision: "approved_for_session" }],
		);
		expect(questions).toMatchObject([{ outsideSandbox: true, justification: "the log is there" }]);
		expect(outputs.every((text) => text.startsWith("Exit code: 0"))).toBe(true);
		expect(readFileSync(file, "utf8")).toBe("x\nx\n");
	});
});

describe("a patch outside the workspace", () => {
	test("is asked about, applied after a yes, and only there", async () => {
		const outside = await outsideFolder();
		const file = path.join(outside, "deep/f.txt");
		const script = [patchOf(file, "text"), done];
		const no = await talk(script, [{ decision: "denied" }]);
		expect(no.outputs[0]).toBe("patch rejected by user");
		expect(existsSync(file)).toBe(false);
		const agreed = await talk(script, [yes]);
		expect(agreed.questions).toMatchObject([
			{ type: "patch_approval_request", changes: [{ path: file }], reason: expect.stringContaining("outside") },
		]);
		expect(readFileSync(file, "utf8")).toBe("text\n");
	});

	test("is asked about in read-only too", async () => {
		const { questions, fixture } = await talk([patchOf("a.txt", "text"), done], [yes], {
			flags: { sandboxMode: "read-only" },
		});
		expect(questions).toMatchObject([{ reason: "the sandbox mode is read-only" }]);
		expect(readFileSync(inRepo(fixture, "a.txt"), "utf8")).toBe("text\n");
	});

	test("is never let into git's own folder or the program's home, whoever says yes", async () => {
		const outside = await outsideFolder();
		const fixture = await makeFixture();
		for (const file of [
			path.join(outside, ".git/hooks/pre-commit"),
			path.join(fixture.codeHome, "config.toml"),
			".code/config.toml",
			".vscode/tasks.json",
		]) {
			const { questions, outputs } = await talk([patchOf(file, "x"), done], [yes, yes], {
				fixture: await makeFixture({ script: [patchOf(file, "x"), done], env: { CODE_HOME: fixture.codeHome } }),
			});
			expect([file, questions, outputs[0]]).toEqual([file, [], expect.stringMatching(/protected|\.git folder/)]);
		}
	});
});

test("an answer that nothing waits for is a warning", async () => {
	const fixture = await makeFixture({ script: [done] });
	const session = sessionOf(await fixture.start({ canAsk: true }));
	const warnings: string[] = [];
	session.subscribe(({ msg }) => {
		if (msg.type === "warning") warnings.push(msg.message);
	});
	session.submit({ type: "exec_approval", callId: "nowhere", decision: "approved" });
	session.submit({ type: "patch_approval", callId: "nowhere", decision: "approved" });
	await session.close();
	expect(warnings).toEqual(Array(2).fill("nothing waits for an approval of call nowhere"));
});
