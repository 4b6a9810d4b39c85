// Servers that break the rules harm nobody but themselves, and cost a bounded number of calls and starts.

import { describe, expect, test } from "vitest";
import { failureThreshold, leftAloneMs, maxCallsUnderWay } from "../../src/pool/server-slot.ts";
import { isAlive, makePool, never, type PoolFixture, until } from "../pool-fixture.ts";

type View = Awaited<ReturnType<PoolFixture["open"]>>;

async function callText(view: View, tool: string, args = {}, server = "chaos"): Promise<string> {
	const { parts } = await view.call({ name: `${server}__${tool}`, args }, never);
	return parts.map((part) => (part.kind === "text" ? part.text : part.kind)).join("\n");
}

async function ready(fixture: PoolFixture, overrides = {}): Promise<View> {
	const view = await fixture.open([fixture.chaos({}, overrides)]);
	await view.settled(never);
	return view;
}

describe("one bad answer", () => {
	test("reused and foreign ids, invalid UTF-8, lines that are no messages, 2 MB of text: the right call gets its answer", async () => {
		const view = await ready(await makePool());
		expect(await callText(view, "reuse")).toBe("first");
		expect(await callText(view, "foreign")).toBe("mine");
		expect(await callText(view, "bad-utf8")).toBe("a\ufffdb");
		expect(await callText(view, "garbage")).toBe("fine");
		expect(await callText(view, "big")).toHaveLength(2_000_000);
		expect(await callText(view, "echo", { a: 1 })).toContain('{"a":1}');
	});

	test("schemas that are cyclic or no objects become object schemas; entries that are no tools are dropped", async () => {
		const view = await ready(await makePool());
		const byName = new Map(view.tools().map((tool) => [tool.tool, tool]));
		expect(byName.get("cyclic")?.parameters).toEqual({
			type: "object",
			properties: {
				next: { type: "object", properties: { next: { type: "object", properties: {} } }, required: ["next"] },
			},
			required: ["next"],
		});
		expect(byName.get("odd")?.parameters).toEqual({ type: "object", properties: {} });
		expect(byName.size).toBe(17);
	});

	test("a cursor that goes round ends the list", async () => {
		const fixture = await makePool();
		const view = await fixture.open([fixture.chaos({ CHAOS_MODE: "endless" })]);
		await view.settled(never);
		expect(view.tools().map(({ name }) => name)).toEqual(["chaos__echo"]);
	});
});

describe("ends in mid-call", () => {
	test.each([
		["die", /exited with code 3; its stderr ends: fatal: out of luck \| token=\[secret\]$/],
		["flood", /flooded us: more than 2000 messages in a second/],
		["long-line", /sent a line of more than 8 MiB/],
	])(
		"%s: the call fails, another server does not notice, and the next call has a new process",
		async (tool, notice) => {
			const fixture = await makePool();
			const view = await fixture.open([fixture.chaos({}, { name: "other" }), fixture.chaos()]);
			await view.settled(never);
			const slow = callText(view, "slow", {}, "other");
			await expect(callText(view, tool)).rejects.toMatchObject({ name: "McpClientError", code: "connection_lost" });
			expect(await slow).toBe("late");
			await until(() => fixture.notices.length > 0);
			expect(fixture.notices).toEqual([expect.stringMatching(notice)]);
			expect(fixture.notices.join()).not.toContain("sk-");
			expect(await callText(view, "echo")).toContain("echo");
			expect(fixture.starts().length).toBe(3);
			const [first = 0, second = 0] = fixture.starts();
			expect([first, second].filter(isAlive).length).toBe(1);
		},
	);

	test("a call that hangs ends at its timeout, the server is told, and others go on", async () => {
		const view = await ready(await makePool(), { toolTimeoutMs: 300 });
		const started = performance.now();
		const hanging = callText(view, "hang");
		const beside = callText(view, "echo");
		await expect(hanging).rejects.toMatchObject({ code: "timeout", message: "no answer within 0.3 s" });
		expect(performance.now() - started).toBeLessThan(2000);
		expect(await beside).toContain("cancelled []");
		expect(await callText(view, "echo")).toMatch(/cancelled \[\d+\]/);
	});

	test("the calls under way have a limit, and its place is free again afterwards", async () => {
		const view = await ready(await makePool());
		const controller = new AbortController();
		const calls = Array.from({ length: maxCallsUnderWay }, () =>
			view.call({ name: "chaos__hang", args: {} }, controller.signal),
		);
		await expect(callText(view, "echo")).rejects.toMatchObject({ code: "limit" });
		controller.abort();
		expect((await Promise.allSettled(calls)).every(({ status }) => status === "rejected")).toBe(true);
		expect(await callText(view, "echo")).toContain("echo");
	});

	test("a server that does not read its input is given up, not buffered for without end", async () => {
		const view = await ready(await makePool());
		void callText(view, "deaf").catch(() => undefined);
		// It stops reading 20 ms after it was asked to.
		await new Promise((resolve) => setTimeout(resolve, 200));
		const args = { text: "x".repeat(6_000_000) };
		const calls = await Promise.allSettled([1, 2, 3].map((id) => callText(view, "echo", { ...args, id })));
		expect(calls.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
		expect(await callText(view, "echo")).toContain("echo");
	});

	test("an abort ends the wait at once and tells the server", async () => {
		const view = await ready(await makePool());
		const controller = new AbortController();
		const call = view.call({ name: "chaos__hang", args: {} }, controller.signal);
		setTimeout(() => controller.abort(), 50);
		await expect(call).rejects.toMatchObject({ code: "aborted" });
		expect(await callText(view, "echo")).toMatch(/cancelled \[\d+\]/);
	});
});

describe("left alone", () => {
	test("a server that never works is tried at most 3 + T / 30 s times", async () => {
		const fixture = await makePool();
		const view = await fixture.open([fixture.chaos({ CHAOS_MODE: "die" })]);
		await view.settled(never);
		const slot = fixture.pool.slot(fixture.chaos({ CHAOS_MODE: "die" }));
		const codes: string[] = [];
		const stepMs = 10_000;
		const steps = 12;
		for (let step = 0; step < steps; step += 1) {
			for (let each = 0; each < 3; each += 1) {
				const error: unknown = await slot
					.call("echo", {}, { elicit: async () => ({ action: "decline" }) }, never)
					.catch((thrown: unknown) => thrown);
				if (error instanceof Error && "code" in error) codes.push(String(error.code));
			}
			fixture.clock.leap(stepMs);
		}
		const bound = failureThreshold + Math.floor((steps * stepMs) / leftAloneMs);
		expect(fixture.starts().length).toBeLessThanOrEqual(bound);
		expect(fixture.starts().length).toBeGreaterThan(failureThreshold);
		expect(codes).toHaveLength(36);
		expect(codes.filter((code) => code === "left_alone").length).toBeGreaterThanOrEqual(36 - bound);
		// Said once, not at every try.
		expect(fixture.notices).toEqual([
			expect.stringContaining("exited with code 4; its stderr ends: cannot find the database"),
		]);
	});

	test("one that dies in every call likewise, and it is heard again once it works", async () => {
		const fixture = await makePool();
		const view = await ready(fixture);
		for (let call = 0; call < 20; call += 1) await callText(view, "die").catch(() => undefined);
		expect(fixture.starts().length).toBe(failureThreshold);
		await expect(callText(view, "echo")).rejects.toMatchObject({
			code: "left_alone",
			message: expect.stringMatching(
				/is left alone for \d+ s more after 3 failures in a row, the last one: .*exited with code 3/,
			),
		});
		fixture.clock.leap(leftAloneMs + 1);
		expect(await callText(view, "echo")).toContain("echo");
		expect(await callText(view, "echo")).toContain("echo");
	});

	test("one end is one failure, however many calls were under way, and so is one start that many wait for", async () => {
		const fixture = await makePool();
		const view = await ready(fixture);
		const calls = [...Array.from({ length: 10 }, () => callText(view, "hang")), callText(view, "die")];
		expect((await Promise.allSettled(calls)).every(({ status }) => status === "rejected")).toBe(true);
		expect(await callText(view, "echo")).toContain("echo");
		const spec = fixture.chaos({ CHAOS_MODE: "die" }, { origin: "/project" });
		const slot = fixture.pool.slot(spec);
		const caller = { elicit: () => Promise.resolve({ action: "decline" as const }) };
		const starts = await Promise.allSettled(Array.from({ length: 10 }, () => slot.call("echo", {}, caller, never)));
		expect(starts.every(({ status }) => status === "rejected")).toBe(true);
		expect(fixture.starts()).toHaveLength(3);
		await expect(slot.call("echo", {}, caller, never)).rejects.toMatchObject({ code: "start_failed" });
	});

	test("one that does not answer the start is given up, and its process is gone", async () => {
		const fixture = await makePool();
		const view = await fixture.open([fixture.chaos({ CHAOS_MODE: "mute" }, { startupTimeoutMs: 1500 })]);
		await view.settled(never);
		expect(fixture.notices).toEqual(["the MCP server `chaos` did not start within 1.5 s"]);
		expect(fixture.starts().filter(isAlive)).toEqual([]);
	});
});
