import { describe, expect, it } from "vitest";
import { createEventBatch } from "../../src/stream/event-batch.ts";

describe("createEventBatch", () => {
	it("merges adjacent deltas of one kind and keeps the order of kinds", () => {
		const batch = createEventBatch();
		batch.reasoning("a", "summary");
		batch.reasoning("b", "summary");
		batch.reasoning("c", "raw");
		batch.text("d");
		batch.text("");
		batch.text("e");
		batch.push({ type: "reasoning_break" });
		batch.text("f");
		expect(batch.take()).toEqual([
			{ type: "reasoning_delta", text: "ab", channel: "summary" },
			{ type: "reasoning_delta", text: "c", channel: "raw" },
			{ type: "text_delta", text: "de" },
			{ type: "reasoning_break" },
			{ type: "text_delta", text: "f" },
		]);
		expect(batch.take()).toEqual([]);
	});
});
