import { describe, expect, test } from "vitest";
import {
	knownRolloutLineSchema,
	rolloutItemSchema,
	rolloutItemTypes,
	rolloutLineSchema,
	sessionMetaSchema,
	turnContextSchema,
} from "../../src/schema/index.ts";

const id = "0199a213-81c0-7800-8aa1-bbab2a035a53";
const timestamp = "2025-10-18T10:11:12.345Z";

const line = (type: string, payload: unknown) => ({ timestamp, type, payload });

describe("a session_meta of another program", () => {
	const foreign = { id, timestamp, cwd: "/w", originator: "codex_cli_rs", cli_version: "0.0.0" };

	test("what it leaves out or sets to null is filled in", () => {
		const meta = { ...foreign, instructions: null, git: null, model_provider: null, forked_from_id: null };
		const filled = { ...foreign, source: "cli", model_provider: "openai", instructions: null };
		expect(sessionMetaSchema.parse(foreign)).toEqual(filled);
		expect(sessionMetaSchema.parse(meta)).toEqual(filled);
	});

	test("the least that one can hold", () => {
		expect(sessionMetaSchema.parse({ id, timestamp, cwd: "/w" })).toMatchObject({
			originator: "unknown",
			cli_version: "unknown",
		});
	});

	test.each([
		["vscode", "cli"],
		[{ subagent: "review" }, "subagent"],
		["exec", "exec"],
	])("its source %j reads as %s", (source, read) => {
		expect(sessionMetaSchema.parse({ ...foreign, source })).toMatchObject({ source: read });
	});

	test("nulls inside of git are absent fields", () => {
		const meta = { ...foreign, git: { commit_hash: "abc", branch: null, repository_url: null } };
		expect(sessionMetaSchema.parse(meta).git).toEqual({ commit_hash: "abc" });
	});

	test("instructions that are an object, and an origin that is no UUID, are not taken over", () => {
		const meta = { ...foreign, base_instructions: { text: "x" }, instructions: { text: "x" }, forked_from_id: "../x" };
		const parsed = sessionMetaSchema.parse(meta);
		expect(parsed.instructions).toBeNull();
		expect(parsed).not.toHaveProperty("forked_from_id");
		expect(sessionMetaSchema.parse({ ...foreign, forked_from_id: id }).forked_from_id).toBe(id);
	});

	test.each(["../../x", "", 7, null])("the id %j is refused", (bad) => {
		expect(sessionMetaSchema.safeParse({ ...foreign, id: bad }).success).toBe(false);
	});

	test.each([null, "x", [], undefined])("the payload %j is refused", (payload) => {
		expect(sessionMetaSchema.safeParse(payload).success).toBe(false);
	});
});

describe("an item of another program", () => {
	test("nulls are absent fields, and fields of its own are not taken over", () => {
		expect(
			rolloutItemSchema.parse({
				type: "reasoning",
				id: "rs_1",
				summary: [],
				content: null,
				encrypted_content: "gAAA",
				status: "completed",
			}),
		).toEqual({ type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" });
		expect(
			rolloutItemSchema.parse({ type: "function_call", id: null, call_id: "c", name: "n", arguments: "", status: "x" }),
		).toEqual({ type: "function_call", call_id: "c", name: "n", arguments: "" });
	});

	test("a system message is a developer's", () => {
		const message = { type: "message", role: "system", content: [{ type: "input_text", text: "x", annotations: [] }] };
		expect(rolloutItemSchema.parse(message)).toEqual({
			type: "message",
			role: "developer",
			content: [{ type: "input_text", text: "x" }],
		});
	});

	test("parts of unknown types are dropped, unless none would be left", () => {
		const text = { type: "output_text", text: "x" };
		const message = { type: "message", role: "assistant", content: [{ type: "hologram" }, text, null] };
		expect(rolloutItemSchema.parse(message)).toMatchObject({ content: [text] });
		expect(rolloutItemSchema.safeParse({ ...message, content: [{ type: "hologram" }] }).success).toBe(false);
		expect(rolloutItemSchema.parse({ ...message, content: [] })).toMatchObject({ content: [] });
	});

	test("an image keeps a detail that we know and loses another", () => {
		const image = (detail: unknown) => ({ type: "input_image", image_url: "data:,", detail });
		const output = {
			type: "function_call_output",
			call_id: "c",
			output: [image("low"), image("original"), image(null)],
		};
		expect(rolloutItemSchema.parse(output)).toMatchObject({
			output: [
				image("low"),
				{ type: "input_image", image_url: "data:," },
				{ type: "input_image", image_url: "data:," },
			],
		});
	});

	test("raw reasoning of another type is dropped", () => {
		const content = [
			{ type: "text", text: "a" },
			{ type: "reasoning_text", text: "b" },
		];
		expect(rolloutItemSchema.parse({ type: "reasoning", summary: [], content })).toMatchObject({
			content: [content[1]],
		});
	});

	test.each([
		{ type: "function_call", name: "n", arguments: "" },
		{ type: "function_call_output", call_id: "c", output: { content: "x" } },
		{ type: "message", role: "user", content: "hi" },
		{ type: "local_shell_call", call_id: "c" },
		{ type: "toString" },
		null,
		"x",
	])("%j is refused", (item) => {
		expect(rolloutItemSchema.safeParse(item).success).toBe(false);
	});
});

describe("a turn_context", () => {
	const context = { cwd: "/w", approval_policy: "on-request", model: "gpt-5-codex", effort: null };

	test("of Codex leaves switches out", () => {
		const sandbox_policy = { mode: "workspace-write", network_access: true };
		expect(turnContextSchema.parse({ ...context, sandbox_policy }).sandbox_policy).toEqual({
			mode: "workspace-write",
			writable_roots: [],
			network_access: true,
			exclude_tmpdir_env_var: false,
			exclude_slash_tmp: false,
		});
	});

	test("of a newer Codex calls the mode a type", () => {
		const sandbox_policy = { type: "read-only" };
		expect(turnContextSchema.parse({ ...context, sandbox_policy }).sandbox_policy).toMatchObject({ mode: "read-only" });
	});

	test.each([null, "read-only", { mode: "yolo" }])("with the policy %j is refused", (sandbox_policy) => {
		expect(turnContextSchema.safeParse({ ...context, sandbox_policy }).success).toBe(false);
		expect(turnContextSchema.safeParse(sandbox_policy).success).toBe(false);
	});
});

describe("a line", () => {
	test.each([
		line("compacted", { message: "summary" }),
		line("event_msg", { type: "task_started", model_context_window: 1 }),
		line("event_msg", { type: "token_count", info: null }),
		line("response_item", { type: "web_search_call", status: "completed" }),
		line("response_item", { type: "ghost_snapshot", ghost_commit: {} }),
		line("turn_context", { cwd: "/w", approval_policy: { granular: {} } }),
		line("world_state", {}),
	])("of another program or a later version passes as it is: %j", (foreign) => {
		expect(rolloutLineSchema.parse(foreign)).toEqual(foreign);
		expect(knownRolloutLineSchema.safeParse(foreign).success).toBe(false);
	});

	test.each([
		line("session_meta", { id: "x" }),
		line("response_item", { type: "function_call_output", call_id: "c" }),
		line("response_item", "text"),
		line("event_msg", null),
		{ type: "event_msg", payload: {} },
		{ timestamp, payload: {} },
		null,
	])("that is malformed is refused: %j", (bad) => {
		expect(rolloutLineSchema.safeParse(bad).success).toBe(false);
	});
});

test("the item types are those of the conversation", () => {
	expect([...rolloutItemTypes].toSorted()).toEqual([
		"custom_tool_call",
		"custom_tool_call_output",
		"function_call",
		"function_call_output",
		"message",
		"reasoning",
	]);
});
