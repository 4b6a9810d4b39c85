import { asCallId, type EventMsg } from "@codex/protocol";
import { eventSamples, execOutcomeSamples } from "@codex/test-support";
import { describe, expect, test, vi } from "vitest";
import { commandTitle, createTranslator } from "../src/translate.ts";
import { completed, fakePort, openEditor, turnId } from "./fake-port.ts";

const make = (notices = false, compactions = false) =>
	createTranslator({ sessionId: "s", cwd: "/work", extras: { notices, compactions } });

const begin = (callId = "c"): EventMsg => ({
	type: "exec_command_begin",
	callId: asCallId(callId),
	command: ["ls"],
	display: "ls",
	cwd: "/work",
});

const ended = (callId = "c"): EventMsg => ({
	type: "exec_command_end",
	callId: asCallId(callId),
	outcome: { status: "exited", exitCode: 0 },
	aggregatedOutput: "out",
	durationMs: 1,
});

describe("every event", () => {
	test.each([true, false])("is told in the words of the protocol, with notices and compactions %s", async (shown) => {
		const port = fakePort();
		port.onOp = () => [];
		const session = shown ? { session: { notices: {}, compaction: {} } } : {};
		const editor = await openEditor(port, { capabilities: session });
		const id = await editor.start();
		const prompt = editor.prompt(id, "go");
		await vi.waitFor(() => expect(port.sessions[0]?.ops).toHaveLength(1));
		// The client checks each update against the schema, and passes on only what fits.
		const before = editor.updates.length;
		const events = Object.values(eventSamples).filter(
			({ type }) => !type.startsWith("turn_") && !type.includes("approval"),
		);
		const expected = events.flatMap((event) => make(shown, shown).take(event));
		port.sessions[0]?.emit(...events, completed);
		await prompt;
		expect(editor.updates.length - before).toBeGreaterThanOrEqual(expected.length);
		expect(new Set(editor.kinds())).toEqual(
			new Set([...editor.kinds(), ...expected.map(({ sessionUpdate }) => sessionUpdate)]),
		);
	});
});

describe("words", () => {
	test("a whole message adds only what its deltas did not bring", () => {
		const translator = make();
		const updates = [
			...translator.take({ type: "agent_message_delta", delta: "one " }),
			...translator.take({ type: "agent_message", message: "one two" }),
			...translator.take({ type: "agent_message", message: "three" }),
			...translator.take({ type: "agent_message_delta", delta: "lost" }),
			...translator.take({ type: "agent_message", message: "other" }),
		];
		expect(updates.map((update) => ("content" in update ? update.content : undefined))).toEqual(
			["one ", "two", "three", "lost", "other"].map((text) => ({ type: "text", text })),
		);
		const ids = updates.map((update) => ("messageId" in update ? update.messageId : undefined));
		expect(ids[0]).toBe(ids[1]);
		expect(new Set(ids).size).toBe(4);
	});

	test("of raw thoughts and their summary one is told", () => {
		const translator = make();
		const updates = [
			...translator.take({ type: "agent_reasoning_delta", delta: "sum", channel: "summary" }),
			...translator.take({ type: "agent_reasoning_delta", delta: "raw", channel: "raw" }),
			...translator.take({ type: "agent_reasoning_section_break" }),
			...translator.take({ type: "agent_reasoning", text: "sum" }),
			...translator.take({ type: "agent_reasoning", text: "whole" }),
		];
		expect(updates.map((update) => ("content" in update ? update.content : undefined))).toEqual(
			["sum", "\n\n", "whole"].map((text) => ({ type: "text", text })),
		);
	});
});

describe("calls", () => {
	test("an id that is used again is another call for the editor", () => {
		const translator = make();
		const first = [...translator.take(begin()), ...translator.take(ended())];
		const second = [...translator.take(begin()), ...translator.take(ended())];
		expect(first).toMatchObject([{ toolCallId: "c" }, { toolCallId: "c", status: "completed" }]);
		expect(second).toMatchObject([{ toolCallId: "c#2" }, { toolCallId: "c#2", status: "completed" }]);
		expect(translator.take(ended())).toEqual([]);
	});

	test("live output is told in whole, rarely when there is much, and never without end", () => {
		const translator = make();
		translator.take(begin());
		let sent = 0;
		for (let piece = 0; piece < 5000; piece += 1) {
			const delta: EventMsg = {
				type: "exec_command_output_delta",
				callId: asCallId("c"),
				stream: "stdout",
				chunk: "0123456789abcdef",
			};
			for (const update of translator.take(delta)) sent += JSON.stringify(update).length;
		}
		expect(sent).toBeLessThan(1_000_000);
		expect(
			translator.take({ type: "exec_command_output_delta", callId: asCallId("no"), stream: "stdout", chunk: "x" }),
		).toEqual([]);
	});

	test("a question, the call and its end are one call", () => {
		const translator = make();
		const updates = [
			...translator.take({ type: "exec_approval_request", callId: asCallId("c"), command: ["ls"], cwd: "/work" }),
			...translator.take(begin()),
			...translator.take(ended()),
		];
		expect(updates.map((update) => [update.sessionUpdate, "status" in update ? update.status : ""])).toEqual([
			["tool_call", "pending"],
			["tool_call_update", "in_progress"],
			["tool_call_update", "completed"],
		]);
	});

	test.each(Object.values(execOutcomeSamples))("an outcome is told: $status", (outcome) => {
		const translator = make();
		translator.take(begin());
		const [end] = translator.take({
			type: "exec_command_end",
			callId: asCallId("c"),
			outcome,
			aggregatedOutput: "",
			durationMs: 1,
		});
		const isFine = outcome.status === "exited" && outcome.exitCode === 0;
		expect(end).toMatchObject({ status: isFine ? "completed" : "failed" });
	});

	test("a patch is shown hunk by hunk", () => {
		const translator = make();
		const [update] = translator.take({
			type: "patch_apply_begin",
			callId: asCallId("p"),
			autoApproved: true,
			changes: [
				{
					path: "/work/a.ts",
					kind: "update",
					unifiedDiff: "--- a\n+++ b\n@@ -1,2 +1,2 @@\n keep\n-old\n+new\n@@ -9 +9,2 @@\n nine\n+ten\n",
				},
				{ path: "/work/b.ts", kind: "add", unifiedDiff: "--- /dev/null\n+++ b\n@@ -0,0 +1 @@\n+made\n" },
				{ path: "/work/c.ts", kind: "update", movePath: "/work/d.ts", unifiedDiff: "" },
			],
		});
		expect(update).toMatchObject({
			title: "Edit a.ts and 2 more",
			kind: "edit",
			locations: [{ path: "/work/a.ts", line: 1 }, { path: "/work/b.ts" }, { path: "/work/d.ts" }],
			content: [
				{ path: "/work/a.ts", oldText: "keep\nold\n", newText: "keep\nnew\n" },
				{ path: "/work/a.ts", oldText: "nine\n", newText: "nine\nten\n" },
				{ path: "/work/b.ts", oldText: null, newText: "made\n" },
				{ path: "/work/d.ts", newText: "" },
			],
		});
	});

	test("deletions and moves say so; a failed patch says why", () => {
		const translator = make();
		const change = { path: "/work/a.ts", unifiedDiff: "" };
		const patch = (callId: string, changes: Extract<EventMsg, { type: "patch_apply_begin" }>["changes"]): EventMsg => ({
			type: "patch_apply_begin",
			callId: asCallId(callId),
			autoApproved: true,
			changes,
		});
		expect(translator.take(patch("1", [{ ...change, kind: "delete" }]))[0]).toMatchObject({ kind: "delete" });
		expect(translator.take(patch("2", [{ ...change, kind: "update", movePath: "/b" }]))[0]).toMatchObject({
			kind: "move",
		});
		const [end] = translator.take({
			type: "patch_apply_end",
			callId: asCallId("1"),
			status: "failed",
			stdout: "",
			stderr: "no such file",
		});
		expect(JSON.stringify(end)).toContain("no such file");
	});

	test("tools have kinds and places; those of servers have their names", () => {
		const translator = make();
		const call = (
			tool: string,
			args: Extract<EventMsg, { type: "tool_call_begin" }>["arguments"],
			server = "code",
		): EventMsg => ({
			type: "tool_call_begin",
			callId: asCallId(`${server}${tool}`),
			server,
			tool,
			arguments: args,
		});
		const take = (event: EventMsg) => translator.take(event)[0];
		expect(take(call("read_file", { file_path: "a.ts", offset: 7 }))).toMatchObject({
			kind: "read",
			locations: [{ path: "/work/a.ts", line: 7 }],
		});
		expect(take(call("grep_files", { pattern: "x" }))).toMatchObject({ kind: "search", title: "grep_files x" });
		expect(take(call("list_dir", "src"))).toMatchObject({ title: "list_dir src" });
		expect(take(call("teleport", null))).toMatchObject({ kind: "other", title: "teleport", locations: [] });
		expect(take(call("find", {}, "notes"))).toMatchObject({ kind: "other", title: "notes: find" });
		expect(take(call("update_plan", {}))).toBeUndefined();
	});
});

test("a command is titled as a person reads it", () => {
	expect(commandTitle({ command: ["bash", "-lc", "ls | wc"] })).toBe("ls | wc");
	expect(commandTitle({ command: ["git", "status"] })).toBe("git status");
	expect(commandTitle({ command: [], programs: ["a", "b"] })).toBe("a; b");
});

test("what the user said is told when it is shown again, images too", () => {
	const updates = make().takeSaved({
		type: "user_message",
		turnId,
		steering: false,
		items: [
			{ type: "text", text: "look" },
			{ type: "image", image_url: "data:image/png;base64,AAAA" },
			{ type: "image", image_url: "https://example.com/a.png" },
			{ type: "local_image", path: "b.png" },
		],
	});
	expect(updates.map((update) => ("content" in update ? update.content : undefined))).toMatchObject([
		{ type: "text", text: "look" },
		{ type: "image", mimeType: "image/png", data: "AAAA" },
		{ type: "resource_link", uri: "https://example.com/a.png" },
		{ type: "text" },
	]);
});
