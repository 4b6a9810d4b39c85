// Whole turns through the protocol: submissions in, events and requests out.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { createBudget } from "@codex/resilience";
import { createFakeClock, createScriptedModelStream, createTempDir, ev, writeTree } from "@codex/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHarness } from "./harness.ts";

const texts = (items: readonly ConversationItem[]): string[] =>
	items.flatMap((item) =>
		item.type === "message" ? item.content.map((part) => (part.type === "input_image" ? "[image]" : part.text)) : [],
	);
const request = (requests: readonly ModelRequest[], index: number): ModelRequest => {
	const found = requests[index];
	if (found === undefined) throw new Error(`there is no request ${index}`);
	return found;
};

describe("a turn", () => {
	it("answers, counts tokens and records itself", async () => {
		const model = createScriptedModelStream([
			[ev.answer("hello", { inputTokens: 20, cachedInputTokens: 5, outputTokens: 3 })],
		]);
		const harness = await startHarness(model);
		harness.say("hi");
		await harness.session.idle();
		expect(harness.types()).toEqual([
			"session_configured",
			"turn_started",
			"user_message",
			"agent_message_delta",
			"agent_message",
			"token_count",
			"turn_completed",
		]);
		expect(harness.of("turn_completed")[0]?.lastAgentMessage).toBe("hello");
		expect(harness.of("token_count")[0]?.total).toMatchObject({
			inputTokens: 20,
			cachedInputTokens: 5,
			outputTokens: 3,
		});
		expect(harness.records.map((record) => record.type)).toEqual([
			"session_meta",
			"response_item",
			"turn_context",
			"response_item",
			"response_item",
		]);
		await harness.finish();
	});

	it("reads, patches, runs and answers with real tools, outputs in the model's order", async () => {
		const dir = await createTempDir();
		onTestFinished(dir.dispose);
		await writeTree(dir.path, { "a.txt": "one\n" });
		const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** End Patch";
		const model = createScriptedModelStream([
			[
				ev.calls(
					ev.reasoning("**Looking**", "opaque"),
					ev.call("c1", "shell", { command: ["sh", "-c", "sleep 0.2; cat a.txt"] }),
					ev.call("c2", "read_file", { file_path: "a.txt" }),
				),
			],
			[ev.calls(ev.call("c3", "apply_patch", { input: patch }))],
			[ev.calls(ev.call("c4", "shell", { command: "cat a.txt" }))],
			[ev.answer("done")],
		]);
		const harness = await startHarness(model, { dir });
		harness.say("change it");
		await harness.session.idle();
		expect(await readFile(path.join(dir.path, "a.txt"), "utf8")).toBe("two\n");
		const second = request(model.requests, 1).input;
		expect(second.slice(-5).map((item) => item.type)).toEqual([
			"reasoning",
			"function_call",
			"function_call",
			"function_call_output",
			"function_call_output",
		]);
		expect(second.slice(-2)).toMatchObject([{ call_id: "c1" }, { call_id: "c2" }]);
		expect(second.at(-5)).toMatchObject({ encrypted_content: "opaque", provider: "scripted" });
		expect(JSON.stringify(request(model.requests, 3).input.at(-1))).toContain("two");
		expect(harness.of("turn_diff")[0]?.unifiedDiff).toContain("+two");
		await harness.finish();
	});

	it("keeps the prompt's prefix byte-stable over rounds and turns", async () => {
		const model = createScriptedModelStream([
			[ev.calls(ev.call("c1", "shell", { command: ["true"] }))],
			[ev.answer("one")],
			[ev.answer("two")],
		]);
		const harness = await startHarness(model);
		harness.say("first");
		await harness.session.idle();
		harness.say("second");
		await harness.session.idle();
		const bodies = model.requests.map((body) => ({
			head: JSON.stringify({ ...body, input: [] }),
			input: body.input.map((item) => JSON.stringify(item)),
		}));
		for (let index = 1; index < bodies.length; index += 1) {
			const [earlier, later] = [bodies[index - 1], bodies[index]];
			expect(later?.head).toBe(earlier?.head);
			expect(later?.input.slice(0, earlier?.input.length)).toEqual(earlier?.input);
		}
		await harness.finish();
	});

	it("puts AGENTS.md from the root to the working directory at the head, once", async () => {
		const dir = await createTempDir();
		onTestFinished(dir.dispose);
		await writeTree(dir.path, {
			".git/HEAD": "ref: refs/heads/main\n",
			"AGENTS.md": "root rule",
			"sub/AGENTS.md": "sub rule",
			"sub/deep/AGENTS.override.md": "override rule",
			"sub/deep/AGENTS.md": "hidden rule",
		});
		const cwd = path.join(dir.path, "sub", "deep");
		const model = createScriptedModelStream([[ev.answer("a")], [ev.answer("b")]]);
		const harness = await startHarness(model, { dir, settings: { cwd, userInstructions: "my rule" } });
		harness.say("x");
		await harness.session.idle();
		harness.say("y");
		await harness.session.idle();
		const [head = "", environment = ""] = texts(request(model.requests, 1).input);
		expect(head).toContain("my rule\n\n--- project-doc ---\n\nroot rule\n\nsub rule\n\noverride rule");
		expect(head).not.toContain("hidden rule");
		expect(environment).toContain(`<cwd>${cwd}</cwd>`);
		expect(texts(request(model.requests, 1).input).filter((text) => text.includes("root rule"))).toHaveLength(1);
		await harness.finish();
	});

	it("answers a model's mistakes so that it can go on", async () => {
		const model = createScriptedModelStream([
			[
				ev.calls(
					ev.call("c1", "no_such_tool", {}),
					ev.call("c2", "shell", "{not json"),
					ev.call("c3", "shell", { command: 7 }),
					ev.call("c4", "read_file", { file_path: "missing.txt" }),
				),
			],
			[ev.answer("sorry")],
		]);
		const harness = await startHarness(model);
		harness.say("x");
		await harness.session.idle();
		const outputs = request(model.requests, 1)
			.input.slice(-4)
			.map((item) => JSON.stringify(item));
		expect(outputs[0]).toContain("unsupported call: no_such_tool");
		expect(outputs[1]).toContain("failed to parse function arguments");
		expect(outputs[2]).toContain("failed to parse function arguments");
		expect(outputs[3]).toContain("missing.txt");
		expect(harness.of("turn_completed")).toHaveLength(1);
		await harness.finish();
	});
});

describe("interrupts and steering", () => {
	it("kills a running command within 200 ms and leaves the transcript consistent", async () => {
		const model = createScriptedModelStream([
			[ev.calls(ev.call("c1", "shell", { command: ["sleep", "30"] }))],
			[ev.answer("back")],
		]);
		const harness = await startHarness(model);
		harness.say("x");
		await harness.until("exec_command_begin");
		const started = performance.now();
		harness.submit({ type: "interrupt" });
		await harness.session.idle();
		expect(performance.now() - started).toBeLessThan(1000);
		expect(harness.of("turn_aborted")[0]?.reason).toEqual({ kind: "interrupted" });
		expect(harness.of("exec_command_end")[0]?.outcome.status).toBe("aborted");
		harness.say("and now?");
		await harness.session.idle();
		const input = request(model.requests, 1).input;
		expect(input.filter((item) => item.type === "function_call_output")).toHaveLength(1);
		expect(texts(input).some((text) => text.includes("<turn_aborted>"))).toBe(true);
		await harness.finish();
	});

	it("interrupts a stream that says nothing", async () => {
		const model = createScriptedModelStream([[[ev.start(), ev.text("par")], { hang: true }]]);
		const harness = await startHarness(model);
		harness.say("x");
		await harness.until("agent_message_delta");
		harness.submit({ type: "interrupt" });
		await harness.session.idle();
		expect(harness.of("turn_aborted")).toHaveLength(1);
		await harness.finish();
	});

	it("takes input that comes while a turn runs into that turn", async () => {
		const model = createScriptedModelStream([
			[ev.calls(ev.call("c1", "shell", { command: ["sleep", "0.2"] }))],
			[ev.answer("both")],
		]);
		const harness = await startHarness(model);
		harness.say("first");
		await harness.until("exec_command_begin");
		harness.say("also this");
		await harness.session.idle();
		expect(texts(request(model.requests, 1).input).at(-1)).toBe("also this");
		expect(harness.of("user_message").map((msg) => msg.steering)).toEqual([false, true]);
		expect(harness.of("turn_started")).toHaveLength(1);
		await harness.finish();
	});

	it("asks once more when steering came during the final answer", async () => {
		let release: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const model = createScriptedModelStream([
			[[ev.start(), ev.text("fir")], { waitFor: gate }, [ev.message("first"), ev.usage(), ev.done()]],
			[ev.answer("second")],
		]);
		const harness = await startHarness(model);
		harness.say("x");
		await harness.until("agent_message_delta");
		harness.say("wait, y");
		release();
		await harness.session.idle();
		expect(harness.of("turn_completed")[0]?.lastAgentMessage).toBe("second");
		await harness.finish();
	});

	it("runs queued input as turns of their own", async () => {
		const model = createScriptedModelStream([[ev.answer("one")], [ev.answer("two")]]);
		const harness = await startHarness(model);
		harness.say("a");
		harness.submit({ type: "queue_user_input", items: [{ type: "text", text: "b" }] });
		await harness.session.idle();
		expect(harness.of("turn_completed").map((msg) => msg.lastAgentMessage)).toEqual(["one", "two"]);
		await harness.finish();
	});

	it("aborts what runs on shutdown", async () => {
		const model = createScriptedModelStream([[[ev.start()], { hang: true }]]);
		const harness = await startHarness(model);
		harness.say("x");
		await model.untilRequests(1);
		await harness.finish();
		expect(harness.of("turn_aborted")).toHaveLength(1);
	});
});

describe("failures and limits", () => {
	it("tries a refused request and a cut stream again, from what was complete", async () => {
		const clock = createFakeClock();
		const model = createScriptedModelStream([
			[[ev.error("rate_limit", "slow down", { retryAfterMs: 1500 })]],
			[
				[
					ev.start(),
					ev.reasoning("**Half**"),
					ev.call("c1", "shell", { command: ["echo", "once"] }),
					ev.reasoning("**Lost**"),
					ev.error("stream", "cut"),
				],
			],
			[ev.answer("done")],
		]);
		const harness = await startHarness(model, { ports: { clock } });
		harness.say("x");
		await harness.until("stream_error");
		await clock.advance(1500);
		await model.untilRequests(2);
		await harness.until("exec_command_end");
		while (model.requests.length < 3) {
			await clock.advance(300);
			await new Promise((resolve) => setImmediate(resolve));
		}
		await harness.session.idle();
		expect(harness.of("stream_error").map((msg) => [msg.kind, msg.retry])).toEqual([
			["rate_limit", 1],
			["stream", 1],
		]);
		expect(harness.of("stream_error")[0]?.delayMs).toBe(1500);
		const input = request(model.requests, 2).input;
		expect(input.slice(-3).map((item) => item.type)).toEqual(["reasoning", "function_call", "function_call_output"]);
		expect(JSON.stringify(input)).not.toContain("Lost");
		expect(harness.budget.spent().attempts).toBe(3);
		await harness.finish();
	});

	it("gives up after its retries with the last error, having sent a bounded number of requests", async () => {
		const clock = createFakeClock();
		const model = createScriptedModelStream(Array.from({ length: 50 }, () => [[ev.error("server", "overloaded")]]));
		const harness = await startHarness(model, { ports: { clock } });
		harness.say("x");
		while (harness.of("turn_failed").length === 0) {
			await clock.advance(5000);
			await new Promise((resolve) => setImmediate(resolve));
		}
		expect(harness.of("turn_failed")[0]?.error).toEqual({ kind: "server", message: "overloaded" });
		expect(model.requests).toHaveLength(5);
		await harness.finish();
	});

	it("does not retry what cannot get better", async () => {
		const model = createScriptedModelStream([[[ev.error("auth", "the key is wrong")]]]);
		const harness = await startHarness(model);
		harness.say("x");
		await harness.session.idle();
		expect(harness.of("turn_failed")[0]?.error.kind).toBe("auth");
		expect(model.requests).toHaveLength(1);
		await harness.finish();
	});

	it("stops at --max-turns with its state kept", async () => {
		const model = createScriptedModelStream(
			Array.from({ length: 9 }, (_, index) => [ev.calls(ev.call(`c${index}`, "shell", { command: ["true"] }))]),
		);
		const harness = await startHarness(model, { settings: { maxTurns: 3 } });
		harness.say("x");
		await harness.session.idle();
		expect(model.requests).toHaveLength(3);
		expect(harness.of("turn_aborted")[0]?.reason).toEqual({ kind: "limit", limit: "turns", granted: 3 });
		await harness.finish();
	});

	it("stops at its wall clock, also in the middle of a command", async () => {
		const clock = createFakeClock();
		const budget = createBudget({ maxWallMs: 5000 }, { clock });
		const model = createScriptedModelStream([[ev.calls(ev.call("c1", "shell", { command: ["sleep", "30"] }))]]);
		const harness = await startHarness(model, { ports: { clock, budget } });
		harness.say("x");
		await harness.until("exec_command_begin");
		await clock.advance(5000);
		await harness.session.idle();
		expect(harness.of("turn_aborted")[0]?.reason).toMatchObject({ kind: "limit", limit: "wall_clock", granted: 5000 });
		await harness.finish();
	});

	it("stops at its money before the next request", async () => {
		const price = { input: 1, cachedInput: 0.1, output: 10, asOf: "2026-01-01" };
		const budget = createBudget({ maxCostUsd: 0.5 }, { clock: createFakeClock() });
		const model = createScriptedModelStream(
			[
				[
					[
						ev.start(),
						ev.call("c1", "shell", { command: ["true"] }),
						ev.usage({ inputTokens: 400_000, cachedInputTokens: 100_000, outputTokens: 30_000 }),
						ev.done("tool_calls"),
					],
				],
				[ev.answer("never")],
			],
			{ info: { price } },
		);
		const harness = await startHarness(model, { ports: { budget } });
		harness.say("x");
		await harness.session.idle();
		expect(model.requests).toHaveLength(1);
		expect(harness.of("token_count")[0]?.totalCostUsd).toBeCloseTo(0.3 + 0.01 + 0.3);
		expect(harness.of("turn_aborted")[0]?.reason).toMatchObject({ kind: "limit", limit: "cost", granted: 0.5 });
		await harness.finish();
	});

	it("survives an adapter that breaks its contract", async () => {
		const broken = createScriptedModelStream([]);
		const harness = await startHarness({
			...broken,
			// biome-ignore lint/correctness/useYield: a stream that only throws
			stream: async function* () {
				throw new Error("boom");
			},
		});
		harness.say("x");
		await harness.session.idle();
		expect(harness.of("turn_failed")[0]?.error.message).toContain("boom");
		await harness.finish();
	});
});

describe("structured output and policy", () => {
	it("asks once for a repair, then fails", async () => {
		const repairable = createScriptedModelStream([[ev.answer("prose")], [ev.answer('{"a":1}')]]);
		const good = await startHarness(repairable);
		const schema = { type: "object" };
		good.submit({ type: "user_input", items: [{ type: "text", text: "x" }], outputSchema: schema });
		await good.session.idle();
		expect(good.of("turn_completed")[0]?.lastAgentMessage).toBe('{"a":1}');
		expect(request(repairable.requests, 0).outputSchema).toEqual(schema);
		expect(texts(request(repairable.requests, 1).input).at(-1)).toContain("it is not a JSON object");
		await good.finish();

		const stubborn = createScriptedModelStream([[ev.answer("prose")], [ev.answer("more prose")]]);
		const bad = await startHarness(stubborn);
		bad.submit({ type: "user_input", items: [{ type: "text", text: "x" }], outputSchema: schema });
		await bad.session.idle();
		expect(bad.of("turn_failed")[0]?.error.kind).toBe("output_schema");
		await bad.finish();
	});

	it("declines commands without permission, and knows when that was the last word", async () => {
		const permission = { kind: "refuse", reason: "commands are off" } as const;
		const blocked = await startHarness(
			createScriptedModelStream([
				[ev.calls(ev.call("c1", "shell", { command: ["touch", "x"] }))],
				[ev.answer("cannot")],
			]),
			{ settings: { permission } },
		);
		blocked.say("x");
		await blocked.session.idle();
		expect(blocked.of("exec_command_end")[0]?.outcome).toMatchObject({
			status: "declined",
			reason: expect.stringContaining("commands are off"),
		});
		expect(blocked.session.approvalBlocked).toBe(true);
		await blocked.finish();

		const around = await startHarness(
			createScriptedModelStream([
				[ev.calls(ev.call("c1", "shell", { command: ["ls"] }))],
				[ev.calls(ev.call("c2", "list_dir", { dir_path: "." }))],
				[ev.answer("found")],
			]),
			{ settings: { permission } },
		);
		around.say("x");
		await around.session.idle();
		expect(around.session.approvalBlocked).toBe(false);
		await around.finish();
	});

	it("confines patches to the workspace", async () => {
		const dir = await createTempDir();
		onTestFinished(dir.dispose);
		const outside = await createTempDir();
		onTestFinished(outside.dispose);
		await writeFile(path.join(outside.path, "secret.txt"), "keep\n");
		const patch = `*** Begin Patch\n*** Update File: ${outside.path}/secret.txt\n@@\n-keep\n+gone\n*** End Patch`;
		const harness = await startHarness(
			createScriptedModelStream([[ev.calls(ev.call("c1", "apply_patch", { input: patch }))], [ev.answer("no")]]),
			{ dir },
		);
		harness.say("x");
		await harness.session.idle();
		expect(await readFile(path.join(outside.path, "secret.txt"), "utf8")).toBe("keep\n");
		expect(harness.of("turn_diff")).toHaveLength(0);
		await harness.finish();
	});
});

describe("resume", () => {
	it("goes on from a history without repeating its head, and tells a changed environment", async () => {
		const first = createScriptedModelStream([[ev.answer("one")]]);
		const harness = await startHarness(first);
		harness.say("a");
		await harness.session.idle();
		const history = harness.records.flatMap((record) => (record.type === "response_item" ? [record.payload] : []));
		const usage = harness.of("token_count")[0]?.total;
		if (usage === undefined) throw new Error("no usage");

		const second = createScriptedModelStream([[ev.answer("two")]]);
		const same = await startHarness(second, { dir: harness.dir, settings: { resume: { history, usage } } });
		same.say("b");
		await same.session.idle();
		expect(request(second.requests, 0).input.slice(0, history.length)).toEqual(history);
		expect(request(second.requests, 0).input).toHaveLength(history.length + 1);
		expect(same.of("token_count")[0]?.total.inputTokens).toBe(200);
		expect(same.records.some((record) => record.type === "session_meta")).toBe(false);
		await same.finish();

		const third = createScriptedModelStream([[ev.answer("three")]]);
		const changed = await startHarness(third, {
			dir: harness.dir,
			settings: { resume: { history, usage }, sandboxPolicy: { mode: "read-only" } },
		});
		changed.say("c");
		await changed.session.idle();
		expect(texts(request(third.requests, 0).input).at(-2)).toContain("<sandbox_mode>read-only</sandbox_mode>");
		await changed.finish();
		await harness.finish();
	});
});
