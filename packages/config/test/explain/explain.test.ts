import { describe, expect, it } from "vitest";
import { explainAll, explainKey, formatPlace } from "../../src/index.ts";
import { createTempHome } from "../temp-home.ts";

const explain = async (key: string, toml = "", overrides: readonly string[] = []) =>
	explainKey(await createTempHome({ "config.toml": toml }).load({ overrides }), key);

describe("explainKey", () => {
	it("explains a key that nobody set", async () => {
		expect(await explain("approval_policy")).toEqual({
			kind: "value",
			key: "approval_policy",
			value: "on-request",
			origin: { layer: "default", place: { kind: "built_in" } },
			losers: [],
			default: "on-request",
			doc: "When a person is asked before a command runs",
			expected: "one of `untrusted`, `on-failure`, `on-request`, `never`",
		});
		expect(await explain("model")).not.toHaveProperty("value");
	});

	it("knows other spellings of a key, and quoted parts", async () => {
		expect(await explain("model-text-verbosity", 'model_verbosity = "low"')).toMatchObject({
			key: "model_verbosity",
			value: "low",
		});
		expect(await explain('projects."/a.b".trust_level', '[projects."/a.b"]\ntrust_level = "trusted"')).toMatchObject({
			key: 'projects."/a.b".trust_level',
			value: "trusted",
			origin: { place: { line: 2 } },
		});
	});

	it("explains tables value by value", async () => {
		const table = await explain("history", "[history]\nmax_bytes = 5");
		expect(table).toMatchObject({
			kind: "table",
			doc: "The file of earlier prompts",
			entries: [
				{ key: "history.persistence", value: "save-all", origin: { layer: "default" } },
				{ key: "history.max_bytes", value: 5, origin: { layer: "config" } },
			],
		});
		expect(await explain("features", "[features]\na = true")).toMatchObject({
			entries: [{ key: "features.a", value: true }],
		});
		expect(await explain("hooks.x", "[hooks.x]\na = [1]\nb.c = 2")).toMatchObject({
			entries: [
				{ key: "hooks.x.a", value: [1] },
				{ key: "hooks.x.b.c", value: 2 },
			],
		});
		expect(await explain("mcp_servers")).toMatchObject({ kind: "table", entries: [{ key: "mcp_servers", value: {} }] });
	});

	it("explains a list as one value, also when asked for a part of it", async () => {
		const toml = '[[agents]]\nname = "a"\n';
		expect(await explain("agents[0].name", toml)).toMatchObject({
			key: "agents",
			value: [{ name: "a" }],
			origin: { place: { line: 1 } },
		});
		expect(await explain("notify[3]", toml)).toMatchObject({ key: "notify", value: [], origin: { layer: "default" } });
	});

	it("says which names come near an unknown one", async () => {
		expect(await explain("aproval_policy")).toEqual({
			kind: "unknown",
			key: "aproval_policy",
			nearest: ["approval_policy"],
		});
		expect(await explain("tui.theme.nam")).toMatchObject({ nearest: ["tui.theme.name"] });
		expect(await explain("network_access")).toMatchObject({ nearest: ["sandbox_workspace_write.network_access"] });
		expect(await explain("features.none")).toMatchObject({ kind: "unknown", nearest: [] });
		expect(await explain("features.fst", "[features]\nfast = true")).toMatchObject({
			kind: "unknown",
			nearest: ["features.fast"],
		});
		expect(await explain("a..b")).toEqual({ kind: "unknown", key: "a..b", nearest: [] });
		expect(await explain("model.deeper")).toMatchObject({ kind: "unknown" });
	});

	it("shows no secret, neither as winner nor as loser", async () => {
		const toml = `
			instructions = "token sk-live-1234567890abcdef here"
			[model_providers.x]
			base_url = "https://user:hunter2@host/v1"
			experimental_bearer_token = "file-secret"
			http_headers = { Authorization = "Bearer header-secret" }
			query_params = { api_key = "query-secret" }
			[shell_environment_policy.set]
			MY_TOKEN = "set-secret"
			[mcp_servers.s]
			command = "c"
			env = { PASSWORD = "env-secret" }
			[hooks.h]
			client_secret = "hook-secret"
		`;
		const home = createTempHome({ "config.toml": toml });
		const result = await home.load({ overrides: ["model_providers.x.experimental_bearer_token=cli-secret"] });
		const shown = JSON.stringify([
			explainAll(result),
			explainKey(result, "model_providers"),
			explainKey(result, "hooks"),
		]);
		expect(shown).not.toMatch(/(?:file|header|query|set|env|hook|cli)-secret|hunter2|1234567890/);
		expect(explainKey(result, "model_providers.x.experimental_bearer_token")).toMatchObject({
			value: "********",
			losers: [{ value: "********" }],
		});
	});
});

describe("explainAll", () => {
	it("has an entry for every described value and every named one", async () => {
		const result = await createTempHome({
			"config.toml": '[model_providers.x]\nbase_url = "https://h"\n[profiles.p]\nmodel = "m"\n',
		}).load();
		const keys = explainAll(result).map(({ key }) => key);
		expect(keys).toEqual(
			expect.arrayContaining([
				"model",
				"tui.theme.name",
				"model_providers.x.base_url",
				"model_providers.x.allow_insecure",
				"profiles.p.model",
			]),
		);
		expect(keys).not.toContain("profiles.p.review_model");
		expect(new Set(keys).size).toBe(keys.length);
	});
});

describe("formatPlace", () => {
	it("names every kind of place", () => {
		expect(
			[
				{ kind: "flag", flag: "--model" } as const,
				{ kind: "override", key: "model" } as const,
				{ kind: "variable", name: "X" } as const,
				{ kind: "file", file: "/f", line: 1, column: 2 } as const,
				{ kind: "built_in" } as const,
			].map(formatPlace),
		).toEqual(["--model", "-c model", "environment variable X", "/f:1:2", "built in"]);
	});
});
