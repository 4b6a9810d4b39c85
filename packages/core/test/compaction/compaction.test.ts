// Compaction through whole turns: when it happens, what the model is asked and then gets, what stays on record, and that
// every way ends.

import type { ConversationItem, ModelRequest } from "@codex/protocol";
import { createScriptedModelStream, ev, writeTree } from "@codex/test-support";
import { describe, expect, it } from "vitest";
import { type Harness, startHarness } from "../session/harness.ts";

const texts = (items: readonly ConversationItem[]): string[] =>
	items.flatMap((item) =>
		item.type === "message" ? item.content.map((part) => (part.type === "input_image" ? "[image]" : part.text)) : [],
	);
const textsOf = (request: ModelRequest | undefined): string[] => texts(request?.input ?? []);

const notes = "# Goal\nfix it\n\n# Constraints\n- never touch `legacy/`\n\n# Open tasks\n- run the tests";

/** A response that uses `tokens` of the window. */
const used = (text: string, tokens: number) => ev.answer(text, { inputTokens: tokens, outputTokens: 10 });

const compacted = (harness: Harness) =>
	harness.records.flatMap((record) => (record.type === "compacted" ? [record.payload] : []));

describe("automatic compaction", () => {
	it("happens before the window is full: notice before, notes from the model, then the turn with the user's words", async () => {
		const model = createScriptedModelStream(
			[[used("first answer", 95_000)], [ev.answer(notes)], [ev.answer("second")]],
			{
				info: { contextWindow: 100_000 },
			},
		);
		const harness = await startHarness(model);
		await writeTree(harness.dir.path, { "AGENTS.md": "Always use tabs." });
		harness.say("fix the sum, but never touch `legacy/`");
		await harness.session.idle();
		harness.say("and now the product");
		await harness.session.idle();
		expect(harness.types().filter((type) => ["turn_started", "notice", "context_compacted"].includes(type))).toEqual([
			"turn_started",
			"turn_started",
			"notice",
			"context_compacted",
		]);
		const asked = model.requests[1];
		expect(asked?.tools).toEqual([]);
		expect(asked?.input).toHaveLength(1);
		expect(textsOf(asked)[0]).toMatch(/^<transcript>[\s\S]*first answer[\s\S]*<\/transcript>\n\nThe conversation with/);
		const after = textsOf(model.requests[2]);
		expect(after.map((text) => text.slice(0, 22))).toEqual([
			"# AGENTS.md instructio",
			"<environment_context>\n",
			"fix the sum, but never",
			"<conversation_summary>",
			"and now the product",
		]);
		expect(after[0]).toContain("Always use tabs.");
		expect(after[3]).toContain("- never touch `legacy/`");
		expect(model.requests[2]?.tools.length).toBeGreaterThan(3);
		// Nothing of the notes is told as an answer, and the whole log stays.
		expect(harness.of("agent_message").map(({ message }) => message)).toEqual(["first answer", "second"]);
		expect(harness.of("context_compacted")[0]).toMatchObject({ reason: "limit", summary: notes });
		const items = harness.records.flatMap((record) => (record.type === "response_item" ? [record.payload] : []));
		expect(texts(items)).toContain("first answer");
		expect(compacted(harness)).toMatchObject([{ message: notes, reason: "limit" }]);
		expect(compacted(harness)[0]?.replacement_history.length).toBe(model.requests[2]?.input.length);
		await harness.finish();
	});

	it("happens between the calls of a turn, which goes on from the notes", async () => {
		const call = ev.call("c1", "list_dir", { dir_path: "." });
		const model = createScriptedModelStream(
			[
				[[ev.start(), call, ev.usage({ inputTokens: 96_000, outputTokens: 5 }), ev.done("tool_calls")]],
				[ev.answer(notes)],
				[ev.answer("done")],
			],
			{ info: { contextWindow: 100_000 } },
		);
		const harness = await startHarness(model);
		harness.say("look around");
		await harness.session.idle();
		expect(harness.of("turn_completed")).toMatchObject([{ lastAgentMessage: "done" }]);
		expect(textsOf(model.requests[1])[0]).toContain("[call of list_dir]");
		expect(model.requests[2]?.input.every(({ type }) => type === "message")).toBe(true);
		expect(textsOf(model.requests[2]).at(-1)).toMatch(/^<conversation_summary>/);
		await harness.finish();
	});

	it("is not repeated while nothing has grown: a limit below what is always sent does not loop", async () => {
		const model = createScriptedModelStream([
			[used("one", 12_300)],
			[ev.answer(notes)],
			[used("two", 12_400)],
			[used("three", 12_500)],
		]);
		const harness = await startHarness(model, { settings: { autoCompactTokenLimit: 10_000 } });
		for (const text of ["a", "b", "c"]) {
			harness.say(text);
			await harness.session.idle();
		}
		expect(harness.of("context_compacted")).toHaveLength(1);
		expect(harness.of("turn_completed").map(({ lastAgentMessage }) => lastAgentMessage)).toEqual([
			"one",
			"two",
			"three",
		]);
		await harness.finish();
	});

	it("carries constraints of earlier notes that the new ones lost", async () => {
		const model = createScriptedModelStream(
			[
				[used("one", 95_000)],
				[ev.answer(notes)],
				[used("two", 99_000)],
				[ev.answer("# Goal\nother")],
				[ev.answer("three")],
			],
			{ info: { contextWindow: 100_000 } },
		);
		const harness = await startHarness(model);
		for (const text of ["a", "b", "c"]) {
			harness.say(text);
			await harness.session.idle();
		}
		const [, second] = compacted(harness);
		expect(second?.message).toBe("# Goal\nother\n\n# Constraints\n- never touch `legacy/`");
		// One bridge, not two.
		expect(textsOf(model.requests[4]).filter((text) => text.startsWith("<conversation_summary>"))).toHaveLength(1);
		await harness.finish();
	});

	it("goes on without notes when the model cannot give any, and says so", async () => {
		const model = createScriptedModelStream(
			[[used("one", 95_000)], [[ev.error("invalid_request", "no")]], [ev.answer("two")]],
			{ info: { contextWindow: 100_000 } },
		);
		const harness = await startHarness(model);
		harness.say("a");
		await harness.session.idle();
		harness.say("b");
		await harness.session.idle();
		expect(harness.of("warning")[0]?.message).toBe("the conversation could not be summarised: no");
		expect(textsOf(model.requests[2]).join("\n")).toContain("(no summary available)");
		expect(harness.of("turn_completed").at(-1)?.lastAgentMessage).toBe("two");
		await harness.finish();
	});
});

describe("a request that is refused as too long", () => {
	it("is sent again after a compaction", async () => {
		const model = createScriptedModelStream([
			[ev.answer("one")],
			[[ev.error("context_length")]],
			[ev.answer(notes)],
			[ev.answer("two")],
		]);
		const harness = await startHarness(model);
		harness.say("a");
		await harness.session.idle();
		harness.say("b");
		await harness.session.idle();
		expect(harness.of("context_compacted")).toMatchObject([{ reason: "overflow" }]);
		expect(harness.of("turn_completed").at(-1)?.lastAgentMessage).toBe("two");
		await harness.finish();
	});

	it("is cut by rule when the notes do not help, and fails in the end: ten requests, then the cause", async () => {
		const long = "x".repeat(400_000);
		const refuse = () => [[ev.error("context_length", "too long")]];
		const refusals = Array.from({ length: 20 }, refuse);
		const model = createScriptedModelStream([[ev.answer("one")], ...refusals], { info: { contextWindow: 100_000 } });
		const harness = await startHarness(model, { settings: { autoCompactTokenLimit: 1_000_000 } });
		harness.say("short");
		await harness.session.idle();
		harness.say(long);
		await harness.session.idle();
		expect(harness.of("turn_failed")).toMatchObject([{ error: { kind: "context_length", message: "too long" } }]);
		// 1 request, 6 for notes (each with half of the transcript), 3 shorter ones.
		expect(model.requests).toHaveLength(11);
		const sizes = model.requests.slice(1).map((request) => textsOf(request).join("").length);
		const turns = [sizes[0], sizes[7], sizes[8], sizes[9]].map(Number);
		expect(turns).toEqual(turns.toSorted((left, right) => right - left));
		expect(turns.at(-1)).toBeLessThan(20_000);
		await harness.finish();
	});

	it("is one request when there are only the user's own words", async () => {
		const model = createScriptedModelStream([[[ev.error("context_length", "too long")]]]);
		const harness = await startHarness(model);
		harness.say("a");
		await harness.session.idle();
		expect(harness.of("turn_failed")).toMatchObject([{ error: { kind: "context_length", message: "too long" } }]);
		expect(model.requests).toHaveLength(1);
		await harness.finish();
	});

	it("fits after the transcript of a summary was halved", async () => {
		const model = createScriptedModelStream([
			[ev.answer("one ".repeat(20_000))],
			[[ev.error("context_length")]],
			[[ev.error("context_length")]],
			[ev.answer(notes)],
			[ev.answer("two")],
		]);
		const harness = await startHarness(model);
		harness.say("a");
		await harness.session.idle();
		harness.say("b");
		await harness.session.idle();
		expect(harness.of("turn_completed").at(-1)?.lastAgentMessage).toBe("two");
		await harness.finish();
	});
});

describe("compaction on demand", () => {
	it("is a turn of its own, after the one that runs; a second one follows a first", async () => {
		const model = createScriptedModelStream([[ev.answer("one")], [ev.answer(notes)], [ev.answer("two")]]);
		const harness = await startHarness(model);
		harness.say("a");
		harness.submit({ type: "compact" });
		await harness.session.idle();
		expect(harness.of("context_compacted")).toMatchObject([{ reason: "user", summary: notes }]);
		expect(harness.of("turn_completed").map(({ lastAgentMessage }) => lastAgentMessage)).toEqual(["one", null]);
		harness.say("b");
		await harness.session.idle();
		expect(textsOf(model.requests[2])).toContain("b");
		expect(textsOf(model.requests[2])).not.toContain("one");
		await harness.finish();
	});

	it("does nothing where there is nothing to summarise", async () => {
		const model = createScriptedModelStream([]);
		const harness = await startHarness(model);
		harness.submit({ type: "compact" });
		await harness.session.idle();
		expect(harness.of("notice").map(({ message }) => message)).toContain("there is nothing to summarise yet");
		expect(model.requests).toHaveLength(0);
		await harness.finish();
	});

	it("ends with an interrupt while the notes are written, with the history as it was", async () => {
		const model = createScriptedModelStream([[ev.answer("one")], [{ hang: true }], [ev.answer("two")]]);
		const harness = await startHarness(model);
		harness.say("a");
		await harness.session.idle();
		harness.submit({ type: "compact" });
		await expect.poll(() => model.requests.length).toBe(2);
		harness.submit({ type: "interrupt" });
		await harness.session.idle();
		expect(harness.of("turn_aborted")).toHaveLength(1);
		expect(harness.of("context_compacted")).toHaveLength(0);
		harness.say("b");
		await harness.session.idle();
		expect(textsOf(model.requests[2])).toContain("one");
		await harness.finish();
	});
});
