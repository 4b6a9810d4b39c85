import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { aRequest, collect, providerFor, serve } from "./harness.ts";

const entry = new URL("../src/index.ts", import.meta.url).href;
const run = promisify(execFile);

/** The packages that a fresh Node loads for `body`, outside our own. */
async function loadedPackages(body: string): Promise<string[]> {
	const script = `import { registerHooks } from "node:module";
		const seen = new Set();
		registerHooks({ resolve: (specifier, context, next) => {
			const found = next(specifier, context);
			const name = /node_modules\\/(?:\\.pnpm\\/[^/]+\\/node_modules\\/)?((?:@[^/]+\\/)?[^/]+)/.exec(found.url)?.[1];
			if (name !== undefined) seen.add(name);
			return found;
		} });
		const providers = await import(${JSON.stringify(entry)});
		${body}
		console.log(JSON.stringify([...seen]));
	`;
	const { stdout } = await run(process.execPath, ["--conditions=@codex/source", "--input-type=module", "-e", script]);
	return JSON.parse(stdout);
}

const make = `const provider = providers.createProvider(
	{ id: "openai", wire: "responses", baseUrl: "http://127.0.0.1:1/v1", headers: {}, queryParams: {}, streamIdleTimeoutMs: 1000 },
	{ clock: { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {}, timer: () => () => {} }, userAgent: "u", originator: "o", sessionId: "s" },
);`;

describe("createProvider", () => {
	it("loads neither SDK nor zod nor ajv until the provider is used", async () => {
		const outside = (await loadedPackages(`${make} provider.modelInfo("gpt-5");`)).filter(
			(name) => !name.startsWith("@codex"),
		);
		expect(outside).toEqual([]);
		const warm = await loadedPackages(`${make} await provider.warm();`);
		expect(warm).toEqual(expect.arrayContaining(["openai", "zod", "eventsource-parser"]));
		expect(warm).not.toContain("ajv");
	});

	it("takes prices of the settings before those of the table", async () => {
		const price = { input: 1, cachedInput: 2, output: 3, asOf: "2026-11-01" };
		const provider = providerFor("chat", "http://127.0.0.1:1/v1", { modelPrices: { "my-model": price } });
		expect(provider.modelInfo("my-model").price).toEqual(price);
		expect(provider.modelInfo("gpt-5").price?.input).toBe(1.25);
		expect(provider.provider).toBe("openai");
	});

	it("can be warmed and closed at any time", async () => {
		const server = await serve([{ text: "ok" }]);
		const provider = providerFor("responses", server.baseUrl);
		await provider.close();
		await provider.warm();
		expect((await collect(provider, aRequest())).text).toBe("ok");
		await provider.close();
		await provider.close();
	});
});
