import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatProblem } from "../src/index.ts";
import { configOf, createTempHome, makePipe } from "./temp-home.ts";

describe("loadConfig", () => {
	it("has the defaults of the reference when nothing is set", async () => {
		const { config, warnings, layers, files } = await createTempHome().load();
		expect(config).toMatchObject({
			approval_policy: "on-request",
			sandbox_mode: "read-only",
			project_doc_max_bytes: 32_768,
			model_reasoning_effort: "medium",
			model_reasoning_summary: "auto",
			file_opener: "vscode",
			hide_agent_reasoning: false,
			chatgpt_base_url: "https://chatgpt.com/backend-api/",
			tools: { web_search: false, view_image: true },
			shell_environment_policy: {
				inherit: "all",
				ignore_default_excludes: false,
				exclude: [],
				set: {},
				include_only: [],
			},
			sandbox_workspace_write: { writable_roots: [], network_access: false, allow_git_writes: false },
			tui: { show_reasoning: false, alternate_screen: true, stream: { show_answer_ellipsis: true } },
			history: { persistence: "save-all" },
			mcp_servers: {},
			agents: [],
			notify: [],
			profiles: {},
		});
		expect(config.model).toBeUndefined();
		expect(config.model_provider).toBeUndefined();
		expect({ warnings, layers, files }).toEqual({ warnings: [], layers: [], files: [] });
	});

	it("fills in the defaults of servers, providers and agents", async () => {
		const config = await configOf(`
			[mcp_servers.docs]
			command = "docs-server"
			[model_providers.local]
			base_url = "http://localhost:1/v1"
			[[agents]]
			name = "claude"
			read-only = true
		`);
		expect(config.mcp_servers["docs"]).toMatchObject({
			enabled: true,
			required: false,
			args: [],
			tool_timeout_sec: 300,
		});
		expect(config.model_providers["local"]).toMatchObject({
			request_max_retries: 4,
			stream_max_retries: 5,
			allow_insecure: false,
		});
		expect(config.agents).toEqual([{ name: "claude", read_only: true, enabled: true, args: [], env: {} }]);
		expect(config.model_providers["toString"]).toBeUndefined();
	});

	it("reads the legacy home for a config.toml that home lacks, and only then", async () => {
		const home = createTempHome();
		mkdirSync(home.paths.legacyHome);
		writeFileSync(join(home.paths.legacyHome, "config.toml"), 'model = "legacy"\n');
		const legacy = await home.load();
		expect(legacy.config.model).toBe("legacy");
		expect(legacy.files).toEqual([join(home.paths.legacyHome, "config.toml")]);
		home.write("config.toml", "");
		expect((await home.load()).config.model).toBeUndefined();
	});

	it("reads no file of the home under --ignore-user-config", async () => {
		const home = createTempHome({ "config.toml": "broken [", "profiles/p.toml": 'model = "x"' });
		expect((await home.load({ ignoreUserConfig: true, overrides: ["model=m"] })).config.model).toBe("m");
		expect((await home.problems({ ignoreUserConfig: true, profile: "p" }))[0]?.message).toContain("not found");
	});

	it("reads no project's configuration outside of a repository", async () => {
		const home = createTempHome();
		for (const folder of [".code", ".codex"]) {
			mkdirSync(join(home.root, "repository", folder), { recursive: true });
			writeFileSync(join(home.root, "repository", folder, "config.toml"), 'sandbox_mode = "danger-full-access"');
		}
		const cwd = join(home.root, "repository");
		const { loadConfig } = await import("../src/index.ts");
		const result = await loadConfig({ ...home.environment, cwd }, home.paths, { overrides: [] });
		expect(result).toMatchObject({ kind: "ok", config: { sandbox_mode: "read-only" }, files: [] });
	});
});

describe("precedence", () => {
	const toml =
		'model = "file"\nprofile = "p"\nmodel_reasoning_effort = "low"\n[profiles.p]\nmodel = "table"\nreview_model = "table"\n';

	it("is flags, then -c, then profile file, profile table, config.toml, defaults", async () => {
		const home = createTempHome({ "config.toml": toml });
		const load = async (flags: Parameters<typeof home.load>[0]) => (await home.load(flags)).config;
		expect(await load({})).toMatchObject({
			model: "table",
			review_model: "table",
			model_reasoning_effort: "low",
			model_reasoning_summary: "auto",
		});
		home.write("profiles/p.toml", 'model = "profile-file"\n');
		expect(await load({})).toMatchObject({ model: "profile-file", review_model: "table" });
		expect((await load({ overrides: ["profiles.p.model=cli-profile"] })).model).toBe("cli-profile");
		expect((await load({ overrides: ["model=first", "model=last"] })).model).toBe("last");
		expect((await load({ overrides: ["model=last"], model: "flag" })).model).toBe("flag");
	});

	it("chooses the profile by flag, then -c, then config.toml", async () => {
		const profiles = '[profiles.a]\nmodel = "a"\n[profiles.b]\nmodel = "b"\n[profiles.c]\nmodel = "c"\n';
		const home = createTempHome({ "config.toml": `profile = "a"\n${profiles}` });
		expect((await home.load()).profile).toBe("a");
		expect((await home.load({ overrides: ["profile=b"] })).config.model).toBe("b");
		expect((await home.load({ overrides: ["profile=b"], profile: "c" })).config.model).toBe("c");
	});

	it("refuses a profile that does not exist or cannot be a file name", async () => {
		const home = createTempHome({ "config.toml": "[profiles.fast]\n" });
		expect((await home.problems({ profile: "fats" })).map(formatProblem)).toEqual([
			"--profile: config profile `fats` not found: did you mean `fast`?",
		]);
		home.write("config.toml", '\nprofile = "zzz"\n');
		expect((await home.problems())[0]).toMatchObject({
			file: home.paths.config,
			line: 2,
			column: 1,
			message: "config profile `zzz` not found",
		});
		for (const profile of ["../evil", "a/b", ".hidden", "", "x".repeat(200), "a\0b"]) {
			expect((await home.problems({ profile }))[0]?.message).toContain("cannot name a profile");
		}
	});

	it("merges tables and replaces lists", async () => {
		const home = createTempHome({
			"config.toml": 'notify = ["a", "b"]\n[features]\nx = true\n[shell_environment_policy.set]\nA = "1"\n',
			"profiles/p.toml": 'notify = ["c"]\n[features]\ny = true\n[shell_environment_policy.set]\nB = "2"\n',
		});
		const { config } = await home.load({ profile: "p", overrides: ["features={z=false}"] });
		expect(config.notify).toEqual(["c"]);
		expect(config.features).toEqual({ x: true, y: true, z: false });
		expect(config.shell_environment_policy.set).toEqual({ A: "1", B: "2" });
	});

	it("understands older names on every layer", async () => {
		const home = createTempHome({ "config.toml": 'model_text_verbosity = "low"\n' });
		expect((await home.load()).config.model_verbosity).toBe("low");
		expect((await home.load({ overrides: ["model_text_verbosity=high"] })).config.model_verbosity).toBe("high");
		expect((await home.load({ overrides: ["model-verbosity=medium"] })).config.model_verbosity).toBe("medium");
	});
});

describe("problems", () => {
	const problemOf = async (toml: string): Promise<string> => {
		const home = createTempHome({ "config.toml": toml });
		const [problem] = await home.problems();
		return problem === undefined ? "" : formatProblem(problem).replace(home.paths.config, "FILE");
	};

	it.each<[string, string]>([
		[
			'model = "a"\napproval_policy = "sometimes"',
			'FILE:2:1: `approval_policy` must be one of `untrusted`, `on-failure`, `on-request`, `never`, not `"sometimes"`: change it or remove the line',
		],
		[
			'sandbox_mode = "readonly"',
			'FILE:1:1: `sandbox_mode` must be one of `read-only`, `workspace-write`, `danger-full-access`, not `"readonly"`: did you mean `read-only`?',
		],
		[
			"[tui]\n  show_reasoning = 1",
			"FILE:2:3: `tui.show_reasoning` must be `true` or `false`, not `1`: change it or remove the line",
		],
		[
			"project_doc_max_bytes = -1",
			"FILE:1:1: `project_doc_max_bytes` must be a whole number, at least 0, not `-1`: change it or remove the line",
		],
		[
			"mcp_oauth_callback_port = 70000",
			"FILE:1:1: `mcp_oauth_callback_port` must be a whole number from 1 to 65535, not `70000`: change it or remove the line",
		],
		["model = 5", "FILE:1:1: `model` must be a text in quotes, not `5`: change it or remove the line"],
		["notify = 'x'", 'FILE:1:1: `notify` must be a list of texts, not `"x"`: change it or remove the line'],
		["tui = 3", "FILE:1:1: `tui` must be a table, not `3`: change it or remove the line"],
		[
			"[tui]\nnotifications = 3",
			"FILE:2:1: `tui.notifications` must be `true` or `false`, or a list of texts, not `3`: change it or remove the line",
		],
		[
			"[[agents]]\nname='a'\n[[agents]]\n\nread-only = 'yes'\nname='b'",
			'FILE:5:1: `agents[1].read_only` must be `true` or `false`, not `"yes"`: change it or remove the line',
		],
		["[[agents]]\ncommand='a'", "FILE:1:3: `agents[0].name` is missing: expected a text in quotes: add it"],
		[
			"[mcp_servers.'a b']\ncommand='a'",
			"FILE:1:14: `a b` in `mcp_servers` must be a name of letters, digits, `_` and `-`: change it or remove the line",
		],
		[
			"[sandbox_workspace_write]\nwritable_roots = ['/ok',\n 'relative']",
			'FILE:3:2: `sandbox_workspace_write.writable_roots[1]` must be an absolute path, not `"relative"`: change it or remove the line',
		],
		[
			"[model_providers.x]\nbase_url='https://h'\nexperimental_bearer_token = ['very-secret']",
			'FILE:3:1: `model_providers.x.experimental_bearer_token` must be a text in quotes, not `"********"`: change it or remove the line',
		],
		[
			"model = 'a'\nmodel_verbosity = 'low'\nmodel_text_verbosity = 'high'",
			"FILE:3:1: `model_verbosity` and `model_text_verbosity` are the same key and both are set: remove `model_text_verbosity`",
		],
		[
			"[profiles.p]\nmodel = 7",
			"FILE:2:1: `profiles.p.model` must be a text in quotes, not `7`: change it or remove the line",
		],
	])("%j", async (toml, expected) => {
		expect(await problemOf(toml)).toBe(expected);
	});

	it.each<[string, string]>([
		["[mcp_servers.a]\nenabled = true", "FILE:1:14: `mcp_servers.a`: the server has neither `command` nor `url`"],
		[
			"[mcp_servers.a]\ncommand = 'x'\nurl = 'https://h'",
			"FILE:3:1: `mcp_servers.a.url`: `command` and `url` exclude each other",
		],
		[
			"[mcp_servers.a]\ncommand = 'x'\nscopes = ['s']",
			"FILE:3:1: `mcp_servers.a.scopes`: `scopes` means nothing for a server with `command`",
		],
		[
			"[mcp_servers.a]\nurl = 'https://h'\nargs = []",
			"FILE:3:1: `mcp_servers.a.args`: `args` means nothing for a server with `url`",
		],
		[
			"[mcp_servers.a]\nurl = 'https://h'\nbearer_token = 'secret'",
			"FILE:3:1: `mcp_servers.a.bearer_token`: a token does not belong into a configuration file",
		],
		["[model_providers.mine]\nname = 'x'", "FILE:1:18: `model_providers.mine`: the provider has no `base_url`"],
		[
			"[model_providers.openai]\nwire_api = 'gemini'",
			"FILE:2:1: `model_providers.openai.wire_api`: `openai` is built in and does not speak `gemini`",
		],
		[
			"[[confirm_guard.patterns]]\nregex = '('",
			"FILE:2:1: `confirm_guard.patterns[0].regex`: not a regular expression",
		],
	])("%j breaks a rule", async (toml, expected) => {
		const text = await problemOf(toml);
		expect(text.startsWith(expected), text).toBe(true);
		expect(text).not.toContain("secret");
	});

	it("judges rules on what all layers make together", async () => {
		const home = createTempHome({
			"config.toml": "[mcp_servers.a]\ncommand = 'x'\n",
			"profiles/p.toml": "[mcp_servers.a]\nenabled = false\n",
		});
		expect((await home.load({ profile: "p" })).config.mcp_servers["a"]).toMatchObject({ command: "x", enabled: false });
		const [problem] = await home.problems({ overrides: ["mcp_servers.a.url=https://h"] });
		expect(problem?.message).toBe("-c mcp_servers.a.url: `mcp_servers.a.url`: `command` and `url` exclude each other");
	});

	it("warns about a name for a built-in provider", async () => {
		const { warnings } = await createTempHome({ "config.toml": "[model_providers.openai]\nname = 'Mine'\n" }).load();
		expect(warnings).toMatchObject([{ line: 2, column: 1, message: expect.stringContaining("keeps its name") }]);
	});

	it("points into profile files", async () => {
		const home = createTempHome({ "profiles/p.toml": '\n[tui]\nshow_resoning = true\nanimations = "no"\n' });
		const [problem] = await home.problems({ profile: "p" });
		expect(problem).toMatchObject({
			file: join(home.paths.profilesDir, "p.toml"),
			line: 4,
			column: 1,
			key: "profiles.p.tui.animations",
		});
		const strict = await createTempHome({
			"profiles/p.toml": 'a = 1\nmodel_verbosity = "low"\nmodel_text_verbosity = "low"\n',
		}).problems({ profile: "p", strict: true });
		expect(strict.map(({ line }) => line).toSorted((left = 0, right = 0) => left - right)).toEqual([1, 3]);
	});

	it("names the flag or the -c that is wrong", async () => {
		const home = createTempHome();
		const texts = (
			await home.problems({ sandboxMode: "read-onl", approvalPolicy: "x", overrides: ["model_reasoning_effort=huge"] })
		).map(formatProblem);
		expect(texts).toEqual([
			'--ask-for-approval: `approval_policy` must be one of `untrusted`, `on-failure`, `on-request`, `never`, not `"x"`: change it or leave it out',
			'--sandbox: `sandbox_mode` must be one of `read-only`, `workspace-write`, `danger-full-access`, not `"read-onl"`: did you mean `read-only`?',
			'-c model_reasoning_effort: `model_reasoning_effort` must be one of `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, not `"huge"`: change it or leave it out',
		]);
	});

	it("reports all bad values of a file at once", async () => {
		const problems = await createTempHome({
			"config.toml": "model = 1\nnotify = 2\n[tui]\nanimations = 3\n",
		}).problems();
		expect(problems.map(({ line }) => line)).toEqual([1, 2, 4]);
	});
});

describe("unknown keys", () => {
	const toml =
		'modell = "x"\nnetwork_access = true\nzzzzzz = 1\n[tui]\nanimation = false\n[profiles.p]\nprojects = 1\n';

	it("are warnings with the nearest name", async () => {
		const { warnings, config } = await createTempHome({ "config.toml": toml }).load({
			overrides: ["aproval_policy=never"],
		});
		expect(warnings.map(({ message, hint, line }) => [line, message, hint])).toEqual([
			[undefined, "-c aproval_policy: unknown key `aproval_policy`", "did you mean `approval_policy`?"],
			[1, "unknown key `modell`", "did you mean `model`?"],
			[2, "unknown key `network_access`", "did you mean `sandbox_workspace_write.network_access`?"],
			[3, "unknown key `zzzzzz`", "remove it or correct its name"],
			[5, "unknown key `animation` in `tui`", "did you mean `tui.animations`?"],
			[7, "unknown key `projects` in `profiles.p`", expect.any(String)],
		]);
		expect(config).not.toHaveProperty("modell");
		expect(config.tui).not.toHaveProperty("animation");
	});

	it("are errors with --strict-config", async () => {
		expect(await createTempHome({ "config.toml": toml }).problems({ strict: true })).toHaveLength(5);
	});

	it("may be anything where users choose the names", async () => {
		const free =
			'[hooks.anything]\nx = [1]\n[features]\nnew_one = true\n[shell_environment_policy.set]\n"odd-name" = "1"\n';
		expect((await createTempHome({ "config.toml": free }).load({ strict: true })).warnings).toEqual([]);
	});
});

describe("files that are none", () => {
	const oneProblem = async (make: (path: string) => void): Promise<string> => {
		const home = createTempHome();
		mkdirSync(home.home);
		make(home.paths.config);
		const problems = await home.problems();
		expect(problems).toHaveLength(1);
		return problems.map(formatProblem).join().replace(home.paths.config, "FILE");
	};

	it.each<[string, (path: string) => void, RegExp]>([
		["a folder", (path) => mkdirSync(path), /^FILE: the file is a folder, not a file: /],
		["a pipe", makePipe, /^FILE: the file is a pipe or a device/],
		[
			"10 MB",
			(path) => writeFileSync(path, `# ${"x".repeat(10_000_000)}`),
			/^FILE: the file is 9\.5 MiB; at most 4 MiB/,
		],
		["not UTF-8", (path) => writeFileSync(path, new Uint8Array([0x61, 0xff, 0x0a])), /^FILE: the file is not UTF-8/],
		[
			"a NUL byte",
			(path) => writeFileSync(path, 'model = "a"\nx = "\0"\n'),
			/^FILE:2:6: not valid TOML: there is a NUL byte/,
		],
		[
			"broken TOML",
			(path) => writeFileSync(path, 'model = "a"\n[tui\n'),
			/^FILE:2:\d+: not valid TOML: .*: correct the line/,
		],
		["a key twice", (path) => writeFileSync(path, "model = 'a'\nmodel = 'b'\n"), /^FILE:2:1: not valid TOML/],
		["__proto__", (path) => writeFileSync(path, "[__proto__]\npolluted = true\n"), /^FILE:1:2: not valid TOML/],
		["deep headers", (path) => writeFileSync(path, `[${"a.".repeat(100_000)}a]\n`), /nested more than 64 deep/],
	])("%s is one clear problem", async (_, make, expected) => {
		expect(await oneProblem(make)).toMatch(expected);
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
	});

	it("tells the first of very many problems apart, in little time", async () => {
		const lines = Array.from({ length: 100_000 }, (_, index) => `modle_${index} = 1`);
		const home = createTempHome({ "config.toml": lines.join("\n") });
		const { warnings } = await home.load();
		expect(warnings).toHaveLength(21);
		expect(warnings.at(-1)).toMatchObject({ message: "99980 more of the kind", file: home.paths.config });
		home.write("config.toml", `notify = [\n${"1,\n".repeat(100_000)}]\n`);
		const problems = await home.problems();
		expect(problems).toHaveLength(21);
		expect(problems[19]).toMatchObject({ line: 21, column: 1 });
	});

	it("takes a byte order mark and Windows line ends in its stride", async () => {
		const home = createTempHome({ "config.toml": '\uFEFFmodel = "a"\r\n[tui]\r\nanimations = 3\r\n' });
		expect((await home.problems()).map(({ line, column }) => [line, column])).toEqual([[3, 1]]);
		home.write("config.toml", '\uFEFFmodel = "a"\r\n');
		expect((await home.load()).config.model).toBe("a");
	});
});
