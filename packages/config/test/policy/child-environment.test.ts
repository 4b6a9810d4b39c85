import { describe, expect, it } from "vitest";
import { childEnvironment } from "../../src/index.ts";
import { matchesGlob } from "../../src/policy/child-environment.ts";
import { configOf, environmentOf } from "../temp-home.ts";

const env = {
	PATH: "/bin",
	HOME: "/home/u",
	EDITOR: "vi",
	MY_KEY: "k",
	github_token: "t",
	A_SECRET_B: "s",
	AWS_REGION: "eu",
};

const child = async (
	policy: string,
	variables: Record<string, string> = env,
	rest = "",
): Promise<Record<string, string>> =>
	childEnvironment(await configOf(`[shell_environment_policy]\n${policy}\n${rest}`), environmentOf(variables));

describe("childEnvironment", () => {
	it.each<[string, string, Record<string, string>]>([
		["takes secrets away by default", "", { PATH: "/bin", HOME: "/home/u", EDITOR: "vi", AWS_REGION: "eu" }],
		["keeps them when told so", "ignore_default_excludes = true", env],
		["knows the core", 'inherit = "core"', { PATH: "/bin", HOME: "/home/u" }],
		["can start from nothing", 'inherit = "none"', {}],
		["excludes by pattern, in any case", 'exclude = ["aws_*", "EDITO?"]', { PATH: "/bin", HOME: "/home/u" }],
		[
			"sets after excluding",
			'inherit = "none"\nexclude = ["*"]\nset = { MY_TOKEN = "x", B = "y" }',
			{ MY_TOKEN: "x", B: "y" },
		],
		["overrides with set", 'inherit = "core"\nset = { PATH = "/usr/bin" }', { PATH: "/usr/bin", HOME: "/home/u" }],
		[
			"filters with include_only last, set included",
			'set = { B = "y", EDITOR = "ed" }\ninclude_only = ["P*", "E*"]',
			{ PATH: "/bin", EDITOR: "ed" },
		],
		["does not bring excluded ones back with include_only", 'include_only = ["*KEY*", "PATH"]', { PATH: "/bin" }],
		[
			"takes an empty include_only for none given",
			"include_only = []\nexclude = []",
			{ PATH: "/bin", HOME: "/home/u", EDITOR: "vi", AWS_REGION: "eu" },
		],
	])("%s", async (_, policy, expected) => {
		expect(await child(policy)).toEqual(expected);
	});

	it("drops the keys of providers whatever the policy says", async () => {
		const keys = {
			CODEX_API_KEY: "codex-key-1",
			OPENAI_API_KEY: "openai-key-1",
			ANTHROPIC_API_KEY: "anthropic-key",
			GEMINI_API_KEY: "gemini-key-1",
			GOOGLE_API_KEY: "google-key-1",
			CORP_AI: "corporate-key",
			CORP_AUTH: "corporate-header",
		};
		const provider =
			'[model_providers.x]\nbase_url = "https://h"\nenv_key = "CORP_AI"\nenv_http_headers = { Authorization = "CORP_AUTH", X-User = "USER" }\n';
		const variables = { ...keys, PATH: "/bin", USER: "u", COPY: "corporate-key" };
		const policy =
			'ignore_default_excludes = true\ninclude_only = ["*"]\nset = { OPENAI_API_KEY = "again", OTHER = "openai-key-1" }\n';
		expect(await child(policy, variables, provider)).toEqual({ PATH: "/bin", USER: "u" });
	});

	it("does not take a short value for a key", async () => {
		expect(await child("ignore_default_excludes = true", { OPENAI_API_KEY: "1", DEBUG: "1" })).toEqual({ DEBUG: "1" });
	});
});

describe("matchesGlob", () => {
	it.each([
		["*", "", true],
		["*KEY*", "MONKEY", true],
		["A?C", "abc", true],
		["A?C", "ac", false],
		["A*", "BA", false],
		["*A", "BA", true],
		["A*B*C", "aXXbYYc", true],
		["A*B*C", "aXXbYY", false],
		["", "", true],
		["", "A", false],
		["[A]", "A", false],
	])("%j on %j is %s", (glob, name, expected) => {
		expect(matchesGlob(glob, name)).toBe(expected);
	});

	it("does not explode on many stars", () => {
		expect(matchesGlob("*a".repeat(50), `${"a".repeat(10_000)}b`)).toBe(false);
	});
});
