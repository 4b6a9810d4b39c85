import { asCallId, asSubmissionId, asTurnId, type Event, type EventMsg } from "@codex/protocol";
import { expect, test } from "vitest";
import { assertWellFormed, deepFreeze, eventSamples, execOutcomeSamples } from "../src/index.ts";

const turnA = asTurnId("turn-a");
const turnB = asTurnId("turn-b");
const { session_configured: configured, shutdown_completed: shutdown } = eventSamples;
const started: EventMsg = { type: "turn_started", turnId: turnA };
const completed: EventMsg = { type: "turn_completed", turnId: turnA, lastAgentMessage: null };
const failed: EventMsg = { type: "turn_failed", turnId: turnA, error: { kind: "internal", message: "x" } };
const begin = eventSamples.exec_command_begin;
const delta = eventSamples.exec_command_output_delta;
const end = eventSamples.exec_command_end;

function events(...messages: readonly EventMsg[]): readonly Event[] {
	return deepFreeze(messages.map((msg, seq) => ({ id: asSubmissionId(""), seq, msg: structuredClone(msg) })));
}

const refuse = (list: readonly Event[]) => expect(() => assertWellFormed(list));

test("a whole session passes", () => {
	assertWellFormed(
		events(
			configured,
			eventSamples.notice,
			started,
			{ ...eventSamples.user_message, turnId: turnA },
			begin,
			{ ...begin, callId: asCallId("call_2") },
			delta,
			{ ...eventSamples.tool_call_begin, callId: asCallId("call_3") },
			end,
			{ ...eventSamples.tool_call_end, callId: asCallId("call_3"), status: "aborted" },
			{ ...end, callId: asCallId("call_2"), outcome: execOutcomeSamples.aborted },
			eventSamples.patch_apply_begin,
			eventSamples.patch_apply_end,
			failed,
			{ type: "turn_started", turnId: turnB },
			begin,
			end,
			{ type: "turn_aborted", turnId: turnB, reason: { kind: "interrupted" } },
			shutdown,
		),
	);
});

test("a session that says nothing more than its beginning passes", () => {
	assertWellFormed(events(configured));
});

const breaches: readonly (readonly [name: string, messages: readonly EventMsg[], problem: RegExp])[] = [
	["no events", [], /not even session_configured/],
	["another first event", [eventSamples.notice], /comes first instead of session_configured/],
	["a second beginning", [configured, configured], /comes a second time/],
	["an event after the end", [configured, shutdown, eventSamples.warning], /comes after shutdown_completed/],
	["a turn that is never closed", [configured, started], /turn turn-a was never completed/],
	["a turn that shutdown leaves open", [configured, started, shutdown], /while turn turn-a is open/],
	["a turn closed twice", [configured, started, completed, failed], /names turn turn-a while none is open/],
	["turns that overlap", [configured, started, { type: "turn_started", turnId: turnB }], /while turn turn-a is open/],
	["a turn that starts twice", [configured, started, completed, started], /starts turn turn-a a second time/],
	[
		"a closing of another turn",
		[configured, started, { ...completed, turnId: turnB } as EventMsg],
		/names turn turn-b while turn-a is open/,
	],
	[
		"a call left open at the end of its turn",
		[configured, started, begin, completed],
		/while exec_command call_1 is open/,
	],
	["a call left open outside of a turn", [configured, begin], /begun at event 1, never ended/],
	["an end without a beginning", [configured, started, end, completed], /comes before exec_command call_1 began/],
	["two ends", [configured, started, begin, end, end, completed], /comes after exec_command call_1 ended/],
	["two beginnings", [configured, started, begin, begin, end, completed], /begins exec_command call_1 a second time/],
	["a beginning again after the end", [configured, started, begin, end, begin], /a second time/],
	[
		"output after the end",
		[configured, started, begin, end, delta, completed],
		/comes after exec_command call_1 ended/,
	],
	["output before the beginning", [configured, started, delta], /comes before exec_command call_1 began/],
	[
		"an end of another kind",
		[configured, started, begin, eventSamples.tool_call_end],
		/comes before tool_call call_1 began/,
	],
];

test.each(breaches)("%s is refused", (_name, messages, problem) => {
	refuse(events(...messages)).toThrow(problem);
});

test("a gap in seq is refused", () => {
	const list = events(configured, eventSamples.notice).map((event) => deepFreeze({ ...event, seq: event.seq * 2 }));
	refuse(list).toThrow(/event 1 \(notice\) has seq 2 where 1 is due/);
});

test("an event that is not frozen to its depth is refused, and the place is named", () => {
	const msg: EventMsg = { ...eventSamples.exec_command_begin, command: ["ls"] };
	const event: Event = Object.freeze({ id: asSubmissionId(""), seq: 1, msg: Object.freeze(msg) });
	refuse([...events(configured), event]).toThrow(/is not frozen at `msg.command`/);
	const outer: Event = { id: asSubmissionId(""), seq: 0, msg: deepFreeze(structuredClone(configured)) };
	refuse([outer]).toThrow(/is not frozen at `event`/);
});
