// The servers of the protocol's own repository, as they come from npm.

import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { makePool, never, nodeSpec } from "../pool-fixture.ts";

const require = createRequire(import.meta.url);
const manifests: Readonly<Record<string, string>> = {
	everything: require.resolve("@modelcontextprotocol/server-everything/package.json"),
	filesystem: require.resolve("@modelcontextprotocol/server-filesystem/package.json"),
	memory: require.resolve("@modelcontextprotocol/server-memory/package.json"),
	thinking: require.resolve("@modelcontextprotocol/server-sequential-thinking/package.json"),
};

const entry = (name: string): string => path.join(path.dirname(manifests[name] ?? ""), "dist/index.js");

describe("everything", () => {
	test("tools, progress, resources, templates, prompts, and its questions", async () => {
		const fixture = await makePool();
		const view = await fixture.open([nodeSpec(entry("everything"), { name: "everything" })], {
			elicit: () => Promise.resolve({ action: "cancel" }),
		});
		await view.settled(never);
		expect(fixture.notices).toEqual([]);
		const progress: number[] = [];
		const long = await view.call(
			{
				name: "everything__trigger-long-running-operation",
				args: { duration: 0.3, steps: 3 },
				onProgress: (step) => void progress.push(step.progress),
			},
			never,
		);
		expect(long.isError).toBe(false);
		expect(progress).toEqual([1, 2, 3]);
		const resources = await view.listResources("everything", never);
		expect(resources.some(({ isTemplate }) => isTemplate)).toBe(true);
		const plain = resources.find(({ isTemplate }) => !isTemplate);
		expect(await view.readResource("everything", plain?.uri ?? "", never)).toHaveLength(1);
		const prompts = await view.listPrompts(undefined, never);
		expect(prompts.map(({ name }) => name)).toContain("simple-prompt");
		expect(await view.getPrompt({ server: "everything", name: "simple-prompt", args: {} }, never)).toMatchObject([
			{ role: "user", part: { kind: "text" } },
		]);
	});
});

test("four servers beside each other", async () => {
	const fixture = await makePool();
	const { dir } = fixture;
	const view = await fixture.open(
		[
			nodeSpec(entry("filesystem"), { name: "filesystem" }, {}, [dir]),
			nodeSpec(entry("memory"), { name: "memory" }, { MEMORY_FILE_PATH: path.join(dir, "memory.jsonl") }),
			nodeSpec(entry("thinking"), { name: "thinking" }),
		],
		{ root: pathToFileURL(dir).href },
	);
	await view.settled(never);
	expect(fixture.notices).toEqual([]);
	const { parts } = await view.call(
		{ name: "filesystem__write_file", args: { path: path.join(dir, "a"), content: "b" } },
		never,
	);
	expect(JSON.stringify(parts)).toContain("Successfully wrote");
	expect((await view.call({ name: "memory__read_graph", args: {} }, never)).isError).toBe(false);
	expect(view.tools().map(({ name }) => name)).toContain("thinking__sequentialthinking");
});
