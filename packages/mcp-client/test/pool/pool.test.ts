// One pool for many sessions: who shares what, what is known before a start, what is trusted, what a server may ask.

import { describe, expect, test } from "vitest";
import type { McpView } from "../../src/index.ts";
import { isAlive, makePool, never, until } from "../pool-fixture.ts";

const names = (view: McpView): readonly string[] => view.tools().map(({ name }) => name);

async function callText(view: McpView, name: string): Promise<string> {
	const { parts } = await view.call({ name, args: {} }, never);
	return parts.map((part) => (part.kind === "text" ? part.text : part.kind)).join("\n");
}

describe("sharing", () => {
	test("the same settings are one process, other settings another one", async () => {
		const fixture = await makePool();
		const views = await Promise.all([
			fixture.open([fixture.chaos()]),
			fixture.open([fixture.chaos()]),
			fixture.open([fixture.chaos({}, { toolTimeoutMs: 5000 })]),
		]);
		await Promise.all(views.map((view) => view.settled(never)));
		expect(await Promise.all(views.map((view) => callText(view, "chaos__echo")))).toHaveLength(3);
		expect(fixture.starts()).toHaveLength(2);
		expect(fixture.pool.status().map(({ server, tools }) => `${server} ${tools}`)).toEqual(["chaos 17", "chaos 17"]);
		for (const view of views) view.close();
		expect(fixture.starts().filter(isAlive)).toHaveLength(2);
		await fixture.pool.close();
		expect(fixture.starts().filter(isAlive)).toEqual([]);
	});

	test("roots are the folders of the sessions that are open", async () => {
		const fixture = await makePool();
		const [one, two] = await Promise.all([
			fixture.open([fixture.chaos()], { root: "file:///one" }),
			fixture.open([fixture.chaos()], { root: "file:///two" }),
		]);
		await one.settled(never);
		expect(JSON.parse(await callText(one, "chaos__roots"))).toEqual({
			roots: [{ uri: "file:///one" }, { uri: "file:///two" }],
		});
		two.close();
		expect(JSON.parse(await callText(one, "chaos__roots"))).toEqual({ roots: [{ uri: "file:///one" }] });
	});

	test("beyond the limit the one unused for longest makes room; when all are busy there is none", async () => {
		const fixture = await makePool({ maxRunning: 2 });
		const view = await fixture.open(["a", "b", "c"].map((name) => fixture.chaos({}, { name })).slice(0, 2));
		await view.settled(never);
		await callText(view, "a__echo");
		fixture.clock.leap(10);
		await callText(view, "b__echo");
		const third = await fixture.open([fixture.chaos({}, { name: "c" })]);
		await third.settled(never);
		expect(await callText(third, "c__echo")).toContain("echo");
		expect(fixture.starts().filter(isAlive)).toHaveLength(2);
		expect(fixture.pool.status().map(({ server, state }) => `${server} ${state.kind}`)).toEqual([
			"a idle",
			"b ready",
			"c ready",
		]);
		const busy = [view.call({ name: "b__slow", args: {} }, never), third.call({ name: "c__slow", args: {} }, never)];
		await expect(view.call({ name: "a__echo", args: {} }, never)).rejects.toMatchObject({
			code: "limit",
			message: expect.stringContaining("2 MCP servers are busy already"),
		});
		await Promise.all(busy);
		expect(await callText(view, "a__echo")).toContain("echo");
	});
});

describe("tools", () => {
	test("settings choose, two servers of clashing names get two names, and the order is fixed", async () => {
		const fixture = await makePool();
		const view = await fixture.open([
			fixture.chaos(
				{},
				{ name: "x_", enabledTools: ["hang", "echo", "die"], disabledTools: ["die"], toolApproval: { hang: "prompt" } },
			),
			fixture.chaos({}, { name: "b", enabledTools: ["echo"], origin: "/project" }),
		]);
		await view.settled(never);
		expect(view.tools().map(({ name, approval, origin }) => `${name} ${approval} ${origin}`)).toEqual([
			"b__echo auto /project",
			"x___echo auto user",
			"x___hang prompt user",
		]);
		expect(view.tools()).toBe(view.tools());
		await expect(view.call({ name: "x___die", args: {} }, never)).rejects.toMatchObject({ code: "unknown" });
	});

	test("what a server offered before is known without starting it, for a day", async () => {
		const fixture = await makePool();
		const first = await fixture.open([fixture.chaos()]);
		await first.settled(never);
		await fixture.pool.close();
		const second = await fixture
			.again()
			.open({ servers: [fixture.chaos()], root: "file:///", onNotice: () => undefined });
		expect(names(second)).toEqual(names(first));
		expect(second.isStarting).toBe(false);
		expect(fixture.starts()).toHaveLength(1);
		expect(await callText(second, "chaos__echo")).toContain("echo");
		expect(fixture.starts()).toHaveLength(2);
		fixture.clock.leap(86_400_001);
		const third = await fixture
			.again()
			.open({ servers: [fixture.chaos()], root: "file:///", onNotice: () => undefined });
		expect(third.isStarting).toBe(true);
	});

	test("a list that changes is read again: new tools join, one described otherwise is not offered until it is trusted (hole 48)", async () => {
		const fixture = await makePool();
		const view = await fixture.open([fixture.chaos({}, { enabledTools: ["change", "echo", "fresh"] })]);
		await view.settled(never);
		expect(names(view)).toEqual(["chaos__change", "chaos__echo"]);
		await callText(view, "chaos__change");
		await until(() => names(view).includes("chaos__fresh"));
		expect(names(view)).toEqual(["chaos__fresh"]);
		expect(fixture.notices).toEqual([
			"the MCP server `chaos` describes `echo`, `change` otherwise than when it was trusted, so that is not offered; `code mcp test chaos --trust-changes` trusts it again",
		]);
	});
});

describe("trust", () => {
	test("a changed command is not started, is told, and runs once it is trusted", async () => {
		const fixture = await makePool();
		const first = await fixture.open([fixture.chaos()]);
		await first.settled(never);
		const changed = fixture.chaos({ CHAOS_DESCRIPTION: "Now sends your files away." });
		const second = await fixture.open([changed]);
		await second.settled(never);
		expect(second.tools()).toEqual([]);
		expect(fixture.starts()).toHaveLength(1);
		expect(fixture.pool.slot(changed).state.kind).toBe("needs_trust");
		expect(fixture.notices).toEqual([
			expect.stringContaining("its command changed since it was trusted; `code mcp test chaos --trust-changes`"),
		]);
		await fixture.pool.slot(changed).trust();
		await fixture.pool.slot(changed).warm();
		expect(names(second)).toContain("chaos__echo");
	});
});

describe("questions of a server", () => {
	test("go to the session that called; with nobody there the answer is no", async () => {
		const fixture = await makePool();
		const asked: unknown[] = [];
		const alone = await fixture.open([fixture.chaos()]);
		const attended = await fixture.open([fixture.chaos()], {
			elicit: async (server, request) => {
				asked.push([server, request]);
				return { action: "accept", content: { name: "Ada" } };
			},
		});
		await alone.settled(never);
		expect(await callText(alone, "chaos__ask")).toBe('{"action":"decline"}');
		expect(await callText(attended, "chaos__ask")).toBe('{"action":"accept","content":{"name":"Ada"}}');
		expect(asked).toEqual([
			["chaos", { message: "Your name?", schema: { type: "object", properties: { name: { type: "string" } } } }],
		]);
	});
});

describe("required", () => {
	test("the reason when one does not run, nothing when it does", async () => {
		const fixture = await makePool();
		const bad = await fixture.open([
			fixture.chaos({ CHAOS_MODE: "die" }, { required: true }),
			fixture.chaos({}, { name: "ok", required: true }),
		]);
		expect(await bad.missing(never)).toEqual([expect.stringContaining("the MCP server `chaos` exited with code 4")]);
		const gone = new AbortController();
		gone.abort();
		expect(await bad.missing(gone.signal)).toEqual([]);
	});
});

describe("a server that does not run", () => {
	test("is said once to every session, also to those that come while it is left alone", async () => {
		const fixture = await makePool();
		const heard: string[][] = [];
		for (let session = 0; session < 5; session += 1) {
			const notices: string[] = [];
			heard.push(notices);
			const view = await fixture.open([fixture.chaos({ CHAOS_MODE: "die" })], {
				onNotice: (notice) => void notices.push(notice),
			});
			await view.settled(never);
		}
		for (const notices of heard)
			expect(notices).toEqual([expect.stringContaining("the MCP server `chaos` exited with code 4")]);
		expect(fixture.starts()).toHaveLength(3);
	});
});
