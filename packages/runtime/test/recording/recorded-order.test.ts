import { asCallId, type EventMsg, newSubmissionId, newTurnId, type RecordedToolCall } from "@codex/protocol";
import { expect, test } from "vitest";
import { createRecordedOrder } from "../../src/recording/recorded-order.ts";

const begin = (id: string): EventMsg => ({
	type: "tool_call_begin",
	callId: asCallId(id),
	server: "code",
	tool: "t",
	arguments: {},
});
const end = (id: string): EventMsg => ({
	type: "tool_call_end",
	callId: asCallId(id),
	server: "code",
	tool: "t",
	arguments: {},
	status: "completed",
	output: "",
	durationMs: 0,
});
const record = (id: string, endedBefore?: number): RecordedToolCall => ({
	type: "tool_call",
	callId: id,
	events: [begin(id), end(id)],
	output: "",
	...(endedBefore === undefined ? {} : { endedBefore }),
});

/** The order in which events come out when both calls of a round play back at once. */
function played(records: readonly RecordedToolCall[]): readonly string[] {
	const out: string[] = [];
	const order = createRecordedOrder(
		records,
		records.map(({ callId }) => ({ callId, request: 1, events: 0 })),
	);
	const emit = order.arrange((_, msg) => {
		if ("callId" in msg) out.push(`${msg.type.endsWith("_begin") ? "begin" : "end"} ${msg.callId}`);
	});
	const id = newSubmissionId();
	for (const { events } of records) for (const event of events) emit(id, event);
	order.reached(1, 0);
	emit(id, { type: "turn_diff", turnId: newTurnId(), unifiedDiff: "" });
	return out;
}

test("calls that ran side by side begin together; one that began after another's end begins after it", () => {
	expect(played([record("a"), record("b")])).toEqual(["begin a", "begin b", "end a", "end b"]);
	expect(played([record("a"), record("b", 1)])).toEqual(["begin a", "end a", "begin b", "end b"]);
});
