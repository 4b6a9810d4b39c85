// The wires against a model server that we did not write. It speaks each vendor's API from fixtures of its own.

import type { ConversationItem } from "@codex/protocol";
import { LLMock } from "@copilotkit/aimock";
import { describe, expect, onTestFinished, test } from "vitest";
import { traitsOf, wires } from "./conformance/traits.ts";
import { aRequest, type Collected, collect, providerFor, shellTool, user, type Wire } from "./harness.ts";

async function startServer(): Promise<LLMock> {
	const mock = new LLMock({ port: 0, logLevel: "silent" });
	mock.onToolResult("call_third_party", { content: "The command ran." });
	mock.onMessage("say hello", { content: "Hello, grüße 🙂 there!", reasoning: "It wants a greeting." });
	mock.onMessage("run it", {
		toolCalls: [{ id: "call_third_party", name: "shell", arguments: JSON.stringify({ command: ["true"] }) }],
	});
	mock.onMessage("break off", { content: "a long answer ".repeat(40) }, { truncateAfterChunks: 2, chunkSize: 20 });
	await mock.start();
	onTestFinished(() => mock.stop());
	return mock;
}

const baseUrl = (wire: Wire, mock: LLMock): string =>
	wire === "responses" || wire === "chat" ? `${mock.url}/v1` : mock.url;

function ask(wire: Wire, mock: LLMock, input: readonly ConversationItem[]): Promise<Collected> {
	const provider = providerFor(wire, baseUrl(wire, mock));
	const { model } = traitsOf(wire);
	return collect(provider, aRequest({ model, input, tools: [shellTool], reasoning: { effort: "medium" } }));
}

describe.each(wires)("the %s wire", (wire) => {
	test("gets text and usage", async () => {
		const mock = await startServer();
		const { text, done, error, items } = await ask(wire, mock, [user("say hello")]);
		expect(error).toBeUndefined();
		expect(text).toBe("Hello, grüße 🙂 there!");
		expect(done?.stopReason).toBe("stop");
		expect(items.at(-1)).toMatchObject({ type: "message", content: [{ text }] });
	});

	test("gets a call, and sends its result so that it is understood", async () => {
		const mock = await startServer();
		const first = await ask(wire, mock, [user("run it")]);
		const call = first.items.find((item) => item.type === "function_call");
		if (call?.type !== "function_call") throw new Error(`no call: ${JSON.stringify(first.events)}`);
		expect(call).toMatchObject({ name: "shell" });
		expect(JSON.parse(call.arguments)).toEqual({ command: ["true"] });
		expect(first.done?.stopReason).toBe("tool_calls");
		const result = { type: "function_call_output", call_id: call.call_id, output: "exit code 0" } as const;
		const second = await ask(wire, mock, [user("run it"), ...first.items, result]);
		expect(second.error).toBeUndefined();
		// Without ids on the wire the server sees the words of the last user again, and asks again.
		const heard = second.text !== "" ? second.text : second.items.map(({ type }) => type).join();
		expect(["The command ran.", "function_call"]).toContain(heard);
	});

	test.each([429, 500, 503])("is told of %i", async (status) => {
		const mock = await startServer();
		mock.nextRequestError(status, { message: "not now", type: "server_error" });
		const { error } = await ask(wire, mock, [user("say hello")]);
		expect(error).toMatchObject({ kind: status === 429 ? "rate_limit" : "server", retryable: true, status });
		expect(error?.message).toContain("not now");
	});

	test("does not take a stream that broke off for an answer", async () => {
		const mock = await startServer();
		const { error, done } = await ask(wire, mock, [user("break off")]);
		expect(done).toBeUndefined();
		expect(error).toMatchObject({ retryable: true });
		expect(["stream", "network"]).toContain(error?.kind);
	});
});
