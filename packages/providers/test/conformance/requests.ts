// What is sent: headers, keys, stable bytes, connections, ids.

import type { ConversationItem } from "@codex/protocol";
import { expect, it } from "vitest";
import { aRequest, baseOf, collect, keylessProvider, providerFor, serve, user, type Wire } from "../harness.ts";
import { run } from "./run.ts";
import { traitsOf } from "./traits.ts";

const said = (text: string): ConversationItem => ({
	type: "message",
	role: "assistant",
	content: [{ type: "output_text", text }],
});

export function describeRequests(wire: Wire): void {
	it("sends who calls, the key, and nothing else of ours", async () => {
		const server = await serve([{ text: "ok" }]);
		const settings = {
			headers: { "X-Team": "blue" },
			queryParams: { v: "1" },
		};
		const request = aRequest({ model: traitsOf(wire).model });
		await collect(providerFor(wire, baseOf(wire, server), settings), request);
		const { headers, path } = await server.request(1);
		expect(headers).toMatchObject({
			[traitsOf(wire).keyHeader.name]: traitsOf(wire).keyHeader.value("sk-test-0123456789abcdef"),
			"user-agent": "code/0.0.0-test",
			"content-type": "application/json",
			"x-team": "blue",
		});
		expect(Object.keys(headers).filter((name) => name.startsWith("x-stainless"))).toEqual([]);
		const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
		expect(pathname).toMatch(traitsOf(wire).path);
		expect(searchParams.get("v")).toBe("1");
	});

	it("sends no key without one, and the caller's header instead of its own", async () => {
		const { name, value } = traitsOf(wire).keyHeader;
		const server = await serve([{ text: "ok" }, { text: "ok" }]);
		const provider = keylessProvider(wire, baseOf(wire, server));
		await collect(provider);
		const own = providerFor(wire, baseOf(wire, server), { headers: { [name.toUpperCase()]: value("other") } });
		await collect(own);
		expect(server.requests.map(({ headers }) => headers[name])).toEqual([undefined, value("other")]);
	});

	it("sends the same bytes for what has not changed", async () => {
		const server = await serve([{ text: "one" }, { text: "two" }]);
		const provider = providerFor(wire, baseOf(wire, server));
		const first = user("first");
		await collect(provider, aRequest({ input: [first] }));
		await collect(provider, aRequest({ input: [first, said("one"), user("second")] }));
		const { list } = traitsOf(wire);
		const [one, two] = server.requests.map(({ body }) => body);
		const { [list]: before, ...headBefore } = one;
		const { [list]: after, ...headAfter } = two;
		expect(JSON.stringify(headAfter)).toBe(JSON.stringify(headBefore));
		expect(JSON.stringify(after.slice(0, before.length))).toBe(JSON.stringify(before));
	});

	it("uses one connection for one request after the other", async () => {
		const server = await serve(() => ({ text: "ok" }));
		const provider = providerFor(wire, baseOf(wire, server));
		for (let round = 0; round < 5; round += 1) {
			await collect(provider);
			// As long as the shortest tool: the end of the body is on its way.
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(server.requests).toHaveLength(5);
		expect(server.connections()).toBe(1);
	});

	it("makes a new id for a call whose id the history has already", async () => {
		const known: ConversationItem[] = [
			{ type: "function_call", call_id: "call_0", name: "shell", arguments: "{}" },
			{ type: "function_call_output", call_id: "call_0", output: "ok" },
		];
		const calls = [{ name: "shell", arguments: {}, callId: "call_0" }];
		const { items } = await run(wire, { calls }, { input: [user("go"), ...known] });
		expect(items).toMatchObject([{ type: "function_call", name: "shell" }]);
		expect(items[0]?.type === "function_call" && items[0].call_id).not.toBe("call_0");
	});
}
