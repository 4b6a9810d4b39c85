// The memory server that is there without being configured: listed, tried, and used by a model, through the built program.

import { expect, test } from "vitest";
import { createScene } from "./scene.ts";

test("is listed as built-in, runs when tried, and a configured one of its name wins", async () => {
	const here = await createScene();
	const listed = await here.run(["mcp", "list", "--json"]);
	expect(JSON.parse(listed.stdout).servers).toMatchObject([
		{ name: "local-memory", transport: "stdio", enabled: false, origin: "built-in" },
	]);
	const tried = await here.run(["mcp", "test", "local-memory", "--json"]);
	expect(tried.exitCode).toBe(0);
	const names = JSON.parse(tried.stdout).tools.map(({ name }: { readonly name: string }) => name);
	expect(names).toEqual(expect.arrayContaining(["local-memory__search", "local-memory__store_memory"]));
	await here.config('[mcp_servers.local-memory]\ncommand = "other-memory"\n');
	const other = JSON.parse((await here.run(["mcp", "get", "local-memory", "--json"])).stdout);
	expect(JSON.stringify(other)).toContain("other-memory");
	expect(JSON.stringify(other)).not.toContain("built-in");
});

test("is offered to a model when it is enabled, and what it stores is found by the command line", async () => {
	const store = { content: "the tests need Node 24", tags: ["env"] };
	const here = await createScene([
		{ text: "no tools" },
		{ calls: [{ name: "local-memory__store_memory", arguments: store }] },
		{ calls: [{ name: "local-memory__search", arguments: { query: "Node" } }] },
		{ text: "done" },
	]);
	await here.run(["exec", "hi"]);
	await here.config("[mcp_servers.local-memory]\nenabled = true\n");
	const result = await here.run(["exec", "-a", "never", "remember"]);
	expect(result.exitCode).toBe(0);
	const names = (at: number): string => JSON.stringify(here.server.requests[at]?.body.tools);
	expect(names(0)).not.toContain("local-memory");
	expect(JSON.stringify(here.server.requests.at(-1)?.body.input)).toContain("the tests need Node 24");
	const found = await here.run(["memory", "search", "Node", "--json"]);
	expect(JSON.parse(found.stdout)).toMatchObject({ data: { results: [{ memory: store }] } });
});
