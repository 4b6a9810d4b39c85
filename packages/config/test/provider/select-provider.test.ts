import { describe, expect, it } from "vitest";
import { type ConfigFlags, type ProviderSelection, selectProvider } from "../../src/index.ts";
import { configOf, environmentOf } from "../temp-home.ts";

interface Case {
	readonly toml?: string;
	readonly env?: Record<string, string>;
	readonly flags?: Partial<ConfigFlags>;
	readonly interactive?: boolean;
}

async function select({ toml = "", env = {}, flags = {}, interactive = false }: Case): Promise<ProviderSelection> {
	const config = await configOf(toml, flags);
	return selectProvider(config, environmentOf(env), { flags: { overrides: [], ...flags }, interactive });
}

const openai = { OPENAI_API_KEY: "sk-openai" };
const anthropic = { ANTHROPIC_API_KEY: "sk-ant" };
const gemini = { GEMINI_API_KEY: "g-key" };
const local = '[model_providers.local]\nbase_url = "http://127.0.0.1:9/v1"\n';

describe("which provider", () => {
	it.each<[string, Case, object]>([
		[
			"the first key in order",
			{ env: { ...gemini, ...anthropic, ...openai } },
			{ id: "openai", because: "OPENAI_API_KEY is set", model: "gpt-5-codex", wire: "responses" },
		],
		[
			"anthropic before gemini",
			{ env: { ...gemini, ...anthropic } },
			{ id: "anthropic", model: "claude-sonnet-5-5", wire: "anthropic" },
		],
		[
			"gemini",
			{ env: gemini },
			{ id: "gemini", model: "gemini-3.8-flash", wire: "gemini", apiKeySource: "GEMINI_API_KEY" },
		],
		["gemini by its other key", { env: { GOOGLE_API_KEY: "g" } }, { id: "gemini", apiKeySource: "GOOGLE_API_KEY" }],
		["a blank key is no key", { env: { OPENAI_API_KEY: "  ", ...gemini } }, { id: "gemini" }],
		[
			"the model's prefix before keys",
			{ env: { ...openai, ...anthropic }, flags: { model: "claude-x" } },
			{ id: "anthropic", model: "claude-x", because: "the model `claude-x` begins with `claude-`" },
		],
		["o3", { env: { ...openai, ...gemini }, flags: { model: "o3-mini" } }, { id: "openai", model: "o3-mini" }],
		["gpt-oss is Ollama's", { env: openai, flags: { model: "gpt-oss:120b" } }, { id: "ollama", model: "gpt-oss:120b" }],
		[
			"a provider in front of the model",
			{ env: { ...openai, ...anthropic }, flags: { model: "anthropic/opus" } },
			{ id: "anthropic", model: "opus" },
		],
		[
			"a configured provider in front of the model",
			{ toml: local, flags: { model: "local/llama" } },
			{ id: "local", model: "llama", wire: "chat" },
		],
		[
			"an unknown prefix leaves it to the keys",
			{ env: gemini, flags: { model: "o3x/what" } },
			{ id: "gemini", model: "o3x/what" },
		],
		[
			"model_provider before everything",
			{ env: { ...openai, ...anthropic }, toml: 'model = "gpt-5"\nmodel_provider = "anthropic"\n' },
			{ id: "anthropic", model: "gpt-5", because: "`model_provider` is set" },
		],
		[
			"--oss before model_provider",
			{ env: openai, toml: 'model_provider = "openai"\n', flags: { oss: true } },
			{
				id: "ollama",
				model: "gpt-oss:20b",
				baseUrl: "http://localhost:11434",
				wire: "ollama",
				because: "`--oss` is given",
			},
		],
		[
			"oss_provider",
			{ toml: `oss_provider = "local"\nmodel = "m"\n${local}`, flags: { oss: true } },
			{ id: "local", model: "m" },
		],
		["oss as an id", { toml: 'model_provider = "oss"\n' }, { id: "oss", model: "gpt-oss:20b" }],
		[
			"-c model_provider",
			{ toml: local, flags: { overrides: ["model_provider=local", "model=m"] } },
			{ id: "local", model: "m" },
		],
	])("%s", async (_, given, expected) => {
		expect(await select(given)).toMatchObject({ kind: "ok", ...expected });
	});
});

describe("which key", () => {
	it.each<[string, Case, object]>([
		[
			"CODEX_API_KEY before OPENAI_API_KEY",
			{ env: { ...openai, CODEX_API_KEY: "codex" } },
			{ id: "openai", apiKey: "codex", apiKeySource: "CODEX_API_KEY" },
		],
		[
			"not in interactive sessions",
			{ env: { ...openai, CODEX_API_KEY: "codex" }, interactive: true },
			{ apiKey: "sk-openai" },
		],
		["CODEX_API_KEY alone", { env: { CODEX_API_KEY: "codex" } }, { id: "openai", apiKey: "codex" }],
		[
			"env_key of a built-in provider",
			{ env: { ...openai, CODEX_API_KEY: "codex", MY: "mine" }, toml: '[model_providers.openai]\nenv_key = "MY"\n' },
			{ apiKey: "mine", apiKeySource: "MY" },
		],
		[
			"env_key of another",
			{ env: { MY: " mine\n" }, toml: `model_provider = "local"\nmodel = "m"\n${local}env_key = "MY"\n` },
			{ apiKey: "mine" },
		],
		[
			"a token in the file",
			{ toml: `model_provider = "local"\nmodel = "m"\n${local}experimental_bearer_token = "t"\n` },
			{ apiKey: "t", apiKeySource: "model_providers.local.experimental_bearer_token" },
		],
		[
			"requires_openai_auth",
			{ env: openai, toml: `model_provider = "local"\nmodel = "m"\n${local}requires_openai_auth = true\n` },
			{ apiKey: "sk-openai" },
		],
	])("%s", async (_, given, expected) => {
		expect(await select(given)).toMatchObject({ kind: "ok", ...expected });
	});

	it("sends no key of another vendor to a provider without one", async () => {
		const selection = await select({
			env: { ...openai, ...anthropic, CODEX_API_KEY: "c" },
			toml: `model_provider = "local"\nmodel = "m"\n${local}`,
		});
		expect(selection).toMatchObject({ kind: "ok", id: "local" });
		expect(selection).not.toHaveProperty("apiKey");
	});

	it("lets openai go without a key when its table says so", async () => {
		const toml = '[model_providers.openai]\nbase_url = "http://127.0.0.1:9/v1"\nrequires_openai_auth = false\n';
		expect(await select({ toml })).toMatchObject({ kind: "ok", id: "openai", baseUrl: "http://127.0.0.1:9/v1" });
	});
});

describe("where requests go", () => {
	const table = '[model_providers.openai]\nbase_url = "https://table/v1"\n';
	it.each<[string, Case, string]>([
		["the vendor", { env: openai }, "https://api.openai.com/v1"],
		["the variable", { env: { ...openai, OPENAI_BASE_URL: "https://env/v1/" } }, "https://env/v1"],
		["a blank variable", { env: { ...openai, OPENAI_BASE_URL: " " } }, "https://api.openai.com/v1"],
		[
			"openai_base_url",
			{ env: { ...openai, OPENAI_BASE_URL: "https://env/v1" }, toml: 'openai_base_url = "https://key/v1"' },
			"https://key/v1",
		],
		[
			"the table",
			{ env: { ...openai, OPENAI_BASE_URL: "https://env/v1" }, toml: `openai_base_url = "https://key/v1"\n${table}` },
			"https://table/v1",
		],
		[
			"anthropic",
			{ env: { ...anthropic, ANTHROPIC_BASE_URL: "https://a" }, toml: 'openai_base_url = "https://key/v1"' },
			"https://a",
		],
		["gemini", { env: { ...gemini, GOOGLE_GEMINI_BASE_URL: "https://g" } }, "https://g"],
		["ollama", { env: { CODEX_OSS_BASE_URL: "http://localhost:5/v1" }, flags: { oss: true } }, "http://localhost:5/v1"],
		[
			"ollama by OpenAI's wire",
			{ toml: '[model_providers.ollama]\nwire_api = "chat"\n', flags: { oss: true } },
			"http://localhost:11434/v1",
		],
		["ollama's port", { env: { CODEX_OSS_PORT: "77" }, flags: { oss: true } }, "http://localhost:77/v1"],
		[
			"the SDK's override",
			{ env: { CODEX_API_KEY: "k" }, flags: { overrides: ['openai_base_url="http://127.0.0.1:4/v1"'] } },
			"http://127.0.0.1:4/v1",
		],
	])("%s", async (_, given, baseUrl) => {
		expect(await select(given)).toMatchObject({ kind: "ok", baseUrl });
	});

	it("refuses plain http to other machines, unless the provider allows it", async () => {
		expect(await select({ env: { ...openai, OPENAI_BASE_URL: "http://evil/v1" } })).toEqual({
			kind: "error",
			message: expect.stringMatching(
				/^base URL `http:\/\/evil\/v1` \(OPENAI_BASE_URL\) would send the key unencrypted/,
			),
		});
		const allowed = '[model_providers.openai]\nbase_url = "http://10.0.0.1/v1"\nallow_insecure = true\n';
		expect(await select({ env: openai, toml: allowed })).toMatchObject({ kind: "ok", baseUrl: "http://10.0.0.1/v1" });
	});

	it("does not repeat a password from a URL", async () => {
		const selection = await select({ env: { ...openai, OPENAI_BASE_URL: "https://u:hunter2@h/v1" } });
		expect(JSON.stringify(selection)).not.toContain("hunter2");
	});
});

describe("the rest of a selection", () => {
	it("has headers, parameters, retries, organization and project", async () => {
		const toml = `
			[model_providers.openai]
			request_max_retries = 500
			stream_max_retries = 0
			stream_idle_timeout_ms = 10
			query_params = { api-version = "1" }
			http_headers = { X-A = "a", X-B = "b" }
			env_http_headers = { X-B = "B_VAR", X-C = "BLANK", X-D = "UNSET" }
		`;
		const env = { ...openai, B_VAR: "from env", BLANK: " ", OPENAI_ORGANIZATION: "org", OPENAI_PROJECT: "proj" };
		expect(await select({ env, toml })).toMatchObject({
			requestMaxRetries: 100,
			streamMaxRetries: 0,
			streamIdleTimeoutMs: 10,
			queryParams: { "api-version": "1" },
			headers: { "X-A": "a", "X-B": "from env" },
			organization: "org",
			project: "proj",
		});
		const plain = await select({ env: { ...anthropic, OPENAI_ORGANIZATION: "org" } });
		expect(plain).toMatchObject({
			requestMaxRetries: 4,
			streamMaxRetries: 5,
			streamIdleTimeoutMs: 300_000,
			headers: {},
			queryParams: {},
		});
		expect(plain).not.toHaveProperty("organization");
	});

	it("takes the wire from the table, the variable or the provider", async () => {
		expect(await select({ env: openai, toml: '[model_providers.openai]\nwire_api = "chat"\n' })).toMatchObject({
			wire: "chat",
		});
		expect(await select({ env: { ...openai, OPENAI_WIRE_API: "chat" } })).toMatchObject({ wire: "chat" });
		expect(await select({ env: { ...openai, OPENAI_WIRE_API: "nonsense" } })).toMatchObject({ wire: "responses" });
		expect(
			await select({ toml: `model_provider = "local"\nmodel = "m"\n${local}wire_api = "responses"\n` }),
		).toMatchObject({ wire: "responses" });
	});
});

describe("when nothing can be asked", () => {
	it("says in three lines what to set", async () => {
		const selection = await select({});
		if (selection.kind !== "no_credentials") return expect.unreachable();
		expect(selection.lines).toHaveLength(3);
		expect(selection.lines.join("\n").split("\n")).toHaveLength(3);
		expect(selection.lines.join(" ")).toMatch(/OPENAI_API_KEY.*--oss.*model_providers/);
	});

	it("names the key of the chosen provider", async () => {
		const selection = await select({ env: openai, flags: { model: "gemini-2.5-pro" } });
		expect(selection).toMatchObject({
			kind: "no_credentials",
			lines: [
				expect.stringContaining("`GEMINI_API_KEY` or `GOOGLE_API_KEY` is not set"),
				expect.any(String),
				expect.any(String),
			],
		});
	});

	it("repeats the instructions for a missing env_key on one line", async () => {
		const toml = `model_provider = "local"\nmodel = "m"\n${local}env_key = "MY"\nenv_key_instructions = """Ask\nyour admin"""\n`;
		expect(await select({ env: openai, toml })).toEqual({
			kind: "no_credentials",
			lines: [
				"Missing environment variable: `MY`.",
				"Ask your admin",
				expect.stringContaining("`env_key` of the provider `local`"),
			],
		});
	});

	it.each<[string, Case, RegExp]>([
		["an unknown provider", { toml: 'model_provider = "opnai"' }, /`opnai` is not known: did you mean `openai`\?/],
		["one that comes near nothing", { toml: 'model_provider = "zzzzz"' }, /add `\[model_providers\.zzzzz\]`/],
		["a name from the prototype", { toml: 'model_provider = "toString"' }, /is not known/],
		["no model", { toml: `model_provider = "local"\n${local}` }, /no model is set for the provider `local`/],
		["replay without a recording", { toml: 'model_provider = "replay"' }, /--replay FILE/],
	])("refuses %s", async (_, given, message) => {
		expect(await select(given)).toEqual({ kind: "error", message: expect.stringMatching(message) });
	});
});
