import type { ModelEvent } from "@codex/protocol";
import { modelEventSchema } from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import { assertModelGrammar, ev } from "../src/index.ts";

describe("assertModelGrammar", () => {
	test.each<readonly [string, readonly ModelEvent[]]>([
		["an answer", ev.answer("hi")],
		["calls", ev.calls(ev.reasoning("why"), ev.call("c1", "shell", {}), ev.customCall("c2", "apply_patch", "x"))],
		["an error at once", [ev.start(), ev.error("auth")]],
		["an error after usage", [ev.start("resp_1"), ev.usage(), ev.error("stream")]],
		["everything", [ev.start(), ev.thought("a"), ev.thoughtBreak(), ev.text("b"), ev.rateLimits(3), ev.done("length")]],
	])("%s passes", (_name, events) => {
		assertModelGrammar(events);
	});

	test.each<readonly [string, readonly ModelEvent[], RegExp]>([
		["nothing", [], /no done or error: 0 events/],
		["no start", [ev.text("a"), ev.done()], /model event 0 \(text_delta\) must not come before start/],
		["two starts", [ev.start(), ev.start(), ev.done()], /model event 1 \(start\) must not come in the response/],
		[
			"a delta after usage",
			[ev.start(), ev.usage(), ev.text("a"), ev.done()],
			/\(text_delta\) must not come after usage/,
		],
		["two usages", [ev.start(), ev.usage(), ev.usage(), ev.done()], /\(usage\) must not come after usage/],
		["an item after the end", [...ev.answer("a"), ev.message("b")], /\(item_done\) must not come after the end/],
		["two ends", [ev.start(), ev.done(), ev.error("stream")], /\(error\) must not come after the end/],
		["an end before the start", [ev.error("auth")], /\(error\) must not come before start/],
		["no end", [ev.start(), ev.text("a")], /no done or error: 2 events/],
	])("%s is refused", (_name, events, problem) => {
		expect(() => assertModelGrammar(events)).toThrow(problem);
	});
});

describe("ev", () => {
	test("builds events of the protocol", () => {
		const built = [
			ev.start("resp_1"),
			ev.start(),
			ev.text("a"),
			ev.thought("b", "raw"),
			ev.thoughtBreak(),
			ev.message("c", { id: "msg_1", phase: "commentary" }),
			ev.reasoning("d", "opaque"),
			ev.call("c1", "shell", { command: ["ls"] }),
			ev.customCall("c2", "apply_patch", "*** Begin Patch"),
			ev.usage({ inputTokens: 5 }),
			ev.rateLimits(50),
			ev.done("content_filter"),
			ev.error("rate_limit", "slow down", { retryAfterMs: 20 }),
		];
		for (const event of built) expect(modelEventSchema.parse(event)).toEqual(event);
	});

	test("arguments that are text stay as they are, others become JSON", () => {
		expect(ev.call("c1", "shell", '{"broken')).toMatchObject({ item: { arguments: '{"broken' } });
		expect(ev.call("c1", "shell", { a: [1] })).toMatchObject({ item: { arguments: '{"a":[1]}' } });
	});

	test("whether an error may be tried again follows from its kind unless given", () => {
		expect(ev.error("server")).toMatchObject({ error: { retryable: true } });
		expect(ev.error("auth")).toMatchObject({ error: { retryable: false } });
		expect(ev.error("server", "no", { retryable: false })).toMatchObject({ error: { retryable: false } });
	});
});
