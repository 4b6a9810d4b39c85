import type { EventMsg } from "@codex/protocol";
import { slashCommands } from "@codex/runtime";
import { describe, expect, test } from "vitest";
import { doableCommands } from "../../src/app/slash.ts";
import { screenView } from "../../src/views/screen-view.ts";
import { after, callId, layout, ready, startState, turnId } from "./app-state.ts";

const started: EventMsg = { type: "turn_started", turnId };
const ended: EventMsg = { type: "turn_completed", turnId, lastAgentMessage: null };
const user = (text: string): EventMsg => ({
	type: "user_message",
	turnId,
	items: [{ type: "text", text }],
	steering: false,
});
const submits = (story: ReturnType<typeof after>) =>
	story.effects.flatMap((effect) => (effect.type === "submit" ? [effect.op] : []));

test("the catalog holds what the app can do, and nothing else", () => {
	expect(slashCommands.map(({ name }) => name).toSorted()).toEqual([...doableCommands].toSorted());
	const names = slashCommands.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
	expect(new Set(names).size).toBe(names.length);
});

describe("sending", () => {
	test("Enter submits what was typed and keeps it in the history", () => {
		const story = after(startState(), ready(), "hello", "\r");
		expect(submits(story)).toEqual([{ type: "user_input", items: [{ type: "text", text: "hello" }] }]);
		expect(story.effects).toContainEqual({ type: "append_history", prompt: "hello" });
		expect(story.state.composer.edit.text).toBe("");
		expect(story.state.turn.status).toBe("running");
	});

	test("nothing typed sends nothing", () => {
		expect(submits(after(startState(), ready(), "  ", "\r"))).toEqual([]);
	});

	test("what was typed before the session stands goes out with it, in order", () => {
		const story = after(startState(), "one", "\r", ready());
		expect(submits(story)).toHaveLength(1);
		expect(story.state.waiting).toEqual([]);
	});

	test("queued prompts go out one by one as turns end", () => {
		const story = after(startState(), ready(), "one", "\r", started, "two", "\t", "three", "\t", ended);
		expect(submits(story)).toHaveLength(2);
		expect(story.state.waiting.map(({ text }) => text)).toEqual(["three"]);
		expect(submits(after(story.state, started, ended))).toHaveLength(1);
	});

	test("Up takes the last queued prompt back", () => {
		const story = after(startState(), ready(), "one", "\r", started, "two", "\t", "\x1b[A");
		expect(story.state.composer.edit.text).toBe("two");
		expect(story.state.waiting).toEqual([]);
	});

	test("a command that must wait stays in the composer", () => {
		const story = after(startState(), ready(), "one", "\r", started, "/new", "\x1b", "\r");
		expect(story.state.hint).toContain("waits for the turn");
		expect(story.state.composer.edit.text).toContain("/new");
	});
});

describe("a host that never answers", () => {
	test("does not stop a key from being shown", () => {
		// No session, no history, no files: nothing was answered.
		const { state } = after(startState(), "typed @fi");
		const rows = screenView(state, layout).lines.map((line) => line.map(({ text }) => text).join(""));
		expect(rows.join("\n")).toContain("› typed @fi");
	});

	test("an interrupt that is not answered leaves the way out open", () => {
		const story = after(startState(), ready(), "one", "\r", started, "\x03", "\x03", "\x03");
		expect(story.effects.map(({ type }) => type)).toContain("interrupt");
		expect(story.effects.map(({ type }) => type)).toContain("quit");
	});
});

describe("approvals", () => {
	const request: EventMsg = { type: "exec_approval_request", callId, command: ["rm", "x"], cwd: "/home/ada" };

	test.each([
		["y", "approved"],
		["s", "approved_for_session"],
		["\x1b", "abort"],
		["\x03", "abort"],
	])("%j answers %s", (key, decision) => {
		const story = after(startState(), ready(), started, request, key);
		expect(submits(story)).toEqual([{ type: "exec_approval", callId, decision }]);
		expect(story.state.approvals).toEqual([]);
	});

	test("without an offer there is no always", () => {
		const story = after(startState(), ready(), started, request, "a");
		expect(submits(story)).toEqual([]);
		expect(story.state.approvals).toHaveLength(1);
	});

	test("always sends the offer that is shown", () => {
		const rule = (text: string) => [{ text, allows: [], doesNotAllow: [] }];
		const offered: EventMsg = {
			...request,
			type: "exec_approval_request",
			callId,
			command: ["rm"],
			cwd: "/",
			offers: [rule("narrow"), rule("wide")],
		};
		const story = after(startState(), ready(), started, offered, "\x1b[C", "a");
		expect(submits(story)).toEqual([{ type: "exec_approval", callId, decision: "approved_always", offer: 1 }]);
	});

	test("a paste answers nothing, also one that holds y", () => {
		const story = after(startState(), ready(), started, request, "\x1b[200~y\r\x1b[201~");
		expect(submits(story)).toEqual([]);
	});

	test("several wait in order; the end of the turn withdraws them", () => {
		const second: EventMsg = { type: "patch_approval_request", callId, changes: [] };
		const story = after(startState(), ready(), started, request, second, "y");
		expect(story.state.approvals.map(({ request: { type } }) => type)).toEqual(["patch_approval_request"]);
		expect(
			after(story.state, { type: "turn_aborted", turnId, reason: { kind: "interrupted" } }).state.approvals,
		).toEqual([]);
	});

	test("a terminal without focus is notified", () => {
		const story = after(startState(), ready(), "\x1b[O", started, request);
		expect(story.effects.map(({ type }) => type)).toContain("notify");
	});
});

describe("going back", () => {
	test("Escape twice lists the prompts; choosing the first starts anew with it in the composer", () => {
		const story = after(startState(), ready(), started, user("first"), ended, started, user("second"), ended);
		const listed = after(story.state, { type: "tick", nowMs: 2_000_000 });
		let state = listed.state;
		for (let press = 0; press < 2; press += 1)
			state = { ...after({ ...state, nowMs: state.nowMs - 900 }, "\x1b").state };
		expect(state.overlays.map(({ kind }) => kind)).toEqual(["list"]);
		const chosen = after(state, "\x1b[B", "\r");
		expect(chosen.state.composer.edit.text).toBe("first");
		expect(chosen.effects.find(({ type }) => type === "start_session")).toMatchObject({ start: { kind: "new" } });
	});
});

test("an event of an earlier version of a cell changes nothing that is finished", () => {
	const { state } = after(startState(), ready(), started, { type: "agent_message", message: "done" }, ended);
	const cells = state.transcript.cells;
	const later = after(state, { type: "exec_command_output_delta", callId, stream: "stdout", chunk: "late" });
	expect(later.state.transcript.cells).toBe(cells);
});
