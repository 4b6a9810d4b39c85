// Tools of MCP servers as a session has them, over a port that the test plays.

import type { EventMsg } from "@codex/protocol";
import { describe, expect, test } from "vitest";
import type { McpAnswer, McpToolInfo, McpTools } from "../../../src/index.ts";
import { decideMcpCall } from "../../../src/index.ts";
import { createApprovalDesk } from "../../../src/tools/approvals/approval-desk.ts";
import { withMcpTools } from "../../../src/tools/mcp/mcp-registry.ts";
import { createToolRegistry } from "../../../src/tools/registry.ts";
import { temporaryFolder, toolContext } from "../tool-context.ts";

function info(name: string, overrides: Partial<McpToolInfo> = {}): McpToolInfo {
	const claims = { readOnly: false, destructive: false };
	const parameters = { type: "object", properties: {} };
	return {
		name,
		server: "s",
		tool: name,
		description: "d",
		parameters,
		approval: "auto",
		origin: "user",
		claims,
		parallel: false,
		...overrides,
	};
}

const text = (words: string): McpAnswer => ({ kind: "ok", isError: false, parts: [{ kind: "text", text: words }] });

/** A port; what it lists and answers can be changed. */
function port(tools: readonly McpToolInfo[], answer: McpAnswer = text("hello")) {
	const asked: unknown[] = [];
	const state = { tools, answer, isStarting: false, hasResources: false, onSettled: (): void => undefined };
	const mcp: McpTools = {
		tools: () => state.tools,
		get isStarting() {
			return state.isStarting;
		},
		get hasResources() {
			return state.hasResources;
		},
		settled: async () => state.onSettled(),
		call: async (name, args) => {
			asked.push([name, args]);
			return state.answer;
		},
		listResources: async (server) => text(`resources of ${server ?? "all"}`),
		readResource: async (server, uri) => text(`${server} ${uri}`),
	};
	return { mcp, state, asked };
}

const names = (registry: ReturnType<typeof createToolRegistry>) => registry.specs().map(({ name }) => name);

describe("the registry", () => {
	test("built-in tools come first and win; the array is the same until the tools change", () => {
		const builtIn = createToolRegistry();
		const { mcp, state } = port([info("a__x"), info("shell")]);
		const registry = withMcpTools(builtIn, mcp);
		expect(names(registry)).toEqual([...names(builtIn), "a__x"]);
		expect(registry.find("shell")).toBe(builtIn.find("shell"));
		const before = registry.specs();
		state.tools = [info("a__x"), info("shell")];
		expect(registry.specs()).toBe(before);
		state.tools = [info("a__x"), info("b__y")];
		state.hasResources = true;
		expect(names(registry)).toEqual([...names(builtIn), "list_mcp_resources", "read_mcp_resource", "a__x", "b__y"]);
		expect(registry.find("nothing")).toBeUndefined();
	});

	test("a call of an unknown tool waits while servers start", async () => {
		const { mcp, state } = port([]);
		const registry = withMcpTools(createToolRegistry(), mcp);
		state.isStarting = true;
		state.onSettled = () => {
			state.tools = [info("late__x")];
		};
		const context = toolContext(temporaryFolder());
		expect(await registry.find("late__x")?.run({}, context)).toMatchObject({ status: "ok", output: "hello" });
		expect(await registry.find("late__z")?.run({}, context)).toMatchObject({
			status: "failed",
			output: "unsupported call: late__z",
		});
		const aborted = new AbortController();
		aborted.abort();
		expect(await registry.find("late__z")?.run({}, toolContext("/", { signal: aborted.signal }))).toMatchObject({
			status: "aborted",
		});
	});
});

describe("a call", () => {
	const run = async (
		answer: McpAnswer,
		overrides: Parameters<typeof toolContext>[1] = {},
		args: unknown = { a: 1 },
	) => {
		const { mcp, asked } = port([info("s__x", { tool: "x" })], answer);
		const context = toolContext(temporaryFolder(), overrides);
		const result = await withMcpTools(createToolRegistry(), mcp)
			.find("s__x")
			?.run(args as never, context);
		return { result, asked, context };
	};

	test("is framed by events with its server, and its text is plain", async () => {
		const { result, asked, context } = await run(text("red \u001b[31mtext\u001b[0m \u202eback"));
		expect(result).toEqual({ output: "red text back", status: "ok" });
		expect(asked).toEqual([["s__x", { a: 1 }]]);
		expect(context.events).toMatchObject([
			{ type: "tool_call_begin", server: "s", tool: "x", arguments: { a: 1 } },
			{ type: "tool_call_end", server: "s", tool: "x", status: "completed", output: "red text back" },
		]);
	});

	test("long text is shortened like our own, an empty answer said, an error of the tool a failure", async () => {
		const long = await run(text("x".repeat(1_000_000)), { outputTokenLimit: 100 });
		expect(JSON.stringify(long.result?.output).length).toBeLessThan(1000);
		expect((await run({ kind: "ok", isError: true, parts: [] })).result).toEqual({
			output: "(the tool answered with nothing)",
			status: "failed",
		});
		expect((await run({ kind: "failed", message: "no answer within 60 s" })).result).toEqual({
			output: "tool call error: no answer within 60 s",
			status: "failed",
		});
		expect((await run(text(""), {}, "text")).result?.status).toBe("failed");
	});

	test("images go along where the model takes them, and are mentioned where not", async () => {
		const answer: McpAnswer = {
			kind: "ok",
			isError: false,
			parts: [{ kind: "image", mimeType: "image/png", data: "AAAA" }],
		};
		expect((await run(answer)).result).toMatchObject({
			output: "[an image, attached]",
			attach: [{ type: "input_image", image_url: "data:image/png;base64,AAAA" }],
		});
		const { model } = toolContext("/");
		const blind = await run(answer, { model: { ...model, supportsImages: false } });
		expect(blind.result).toEqual({ output: "[an image, which the model `test-model` does not take]", status: "ok" });
	});

	test.each([
		["approved", { decision: "approved" }, { output: "hello", status: "ok" }],
		[
			"denied",
			{ decision: "denied", feedback: "use git" },
			{ output: "tool call rejected by user: use git", status: "declined" },
		],
	] as const)("one that needs approval is asked about where a person is: %s", async (_, answer, expected) => {
		const { mcp, asked } = port([info("s__x", { tool: "x", approval: "prompt" })]);
		const desk = createApprovalDesk({ isStaffed: true });
		const requests: EventMsg[] = [];
		const emit = (msg: EventMsg): void => {
			requests.push(msg);
			if (msg.type === "exec_approval_request") desk.answer("command", { callId: msg.callId, ...answer });
		};
		const context = { ...toolContext(temporaryFolder()), approvals: desk, emit };
		const result = await withMcpTools(createToolRegistry(), mcp).find("s__x")?.run({ a: 1 }, context);
		expect(result).toMatchObject(expected);
		expect(requests.find(({ type }) => type === "exec_approval_request")).toMatchObject({
			command: ["mcp", "s__x", '{"a":1}'],
			programs: ["s__x"],
			outsideSandbox: true,
		});
		expect(asked.length).toBe(answer.decision === "approved" ? 1 : 0);
	});

	test("one is not made when the session cannot record it, and files are recorded before it", async () => {
		const { mcp, asked } = port([info("s__x", { tool: "x" })]);
		const registry = withMcpTools(createToolRegistry(), mcp);
		const context = toolContext(temporaryFolder());
		const beforeEffect = async (): Promise<string> => "the disk is full";
		const policy = { approvalPolicy: "never", sandboxMode: "workspace-write" } as const;
		expect(await registry.find("s__x")?.run({}, { ...context, policy, beforeEffect })).toMatchObject({
			status: "failed",
			output: "the disk is full",
		});
		expect(asked).toEqual([]);
	});

	test("one that needs approval is declined with the reason where nobody can be asked", async () => {
		const { mcp, asked } = port([info("s__x", { tool: "x", approval: "prompt" })]);
		const result = await withMcpTools(createToolRegistry(), mcp).find("s__x")?.run({}, toolContext(temporaryFolder()));
		expect(result).toMatchObject({
			status: "declined",
			output: expect.stringContaining("nobody can be asked here, so it was declined"),
		});
		expect(asked).toEqual([]);
	});
});

describe("resources", () => {
	test("are listed and read, mistakes are sentences", async () => {
		const { mcp, state } = port([]);
		state.hasResources = true;
		const registry = withMcpTools(createToolRegistry(), mcp);
		const context = toolContext(temporaryFolder());
		expect(await registry.find("list_mcp_resources")?.run({}, context)).toMatchObject({ output: "resources of all" });
		expect(await registry.find("list_mcp_resources")?.run({ server: "a" }, context)).toMatchObject({
			output: "resources of a",
		});
		expect(await registry.find("list_mcp_resources")?.run({ server: 3 }, context)).toMatchObject({ status: "failed" });
		expect(await registry.find("read_mcp_resource")?.run({ server: "a", url: "x:1" }, context)).toMatchObject({
			output: "a x:1",
		});
		expect(await registry.find("read_mcp_resource")?.run({ server: "a" }, context)).toMatchObject({ status: "failed" });
	});
});

describe("the decision", () => {
	const kind = (
		tool: Partial<McpToolInfo>,
		approvalPolicy: "never" | "untrusted" | "on-request" | "on-failure",
		sandboxMode: "workspace-write" | "danger-full-access" = "workspace-write",
	) => decideMcpCall({ tool: info("s__x", tool), approvalPolicy, sandboxMode }).kind;
	const destructive = { claims: { readOnly: false, destructive: true } };

	test.each([
		[{ approval: "approve", ...destructive, origin: "/p" }, "untrusted", "workspace-write", "run"],
		[{ approval: "prompt" }, "never", "danger-full-access", "ask"],
		[destructive, "never", "workspace-write", "run"],
		[destructive, "untrusted", "danger-full-access", "run"],
		[{}, "untrusted", "workspace-write", "ask"],
		[{}, "on-request", "workspace-write", "run"],
		[{ origin: "/p" }, "on-request", "workspace-write", "ask"],
		[destructive, "on-failure", "workspace-write", "ask"],
	] as const)("%j under %s and %s: %s %s", (tool, approvalPolicy, sandboxMode, expected) => {
		expect(kind(tool, approvalPolicy, sandboxMode)).toBe(expected);
	});

	test("the reason names the setting that lets it through", () => {
		expect(
			decideMcpCall({
				tool: info("s__x", { tool: "x", approval: "prompt" }),
				approvalPolicy: "never",
				sandboxMode: "read-only",
			}),
		).toEqual({
			kind: "ask",
			reason:
				'`s__x` needs approval: its settings say that it is always asked about; `mcp_servers.s.tools.x.approval_mode = "approve"` lets it through',
		});
	});
});
