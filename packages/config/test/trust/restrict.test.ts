import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableWithDefaults } from "../../src/check/defaults.ts";
import { type ProjectRule, projectRules } from "../../src/keys/project-rules.ts";
import { rootShape } from "../../src/keys/root.ts";
import type { Shape, TableShape } from "../../src/keys/shape.ts";
import { mergeLayers } from "../../src/layers/merge.ts";
import { parseToml } from "../../src/toml/parse-toml.ts";
import { formatPath, isTable, type TomlTable, valueAt } from "../../src/tree/tree.ts";
import { restrictTree } from "../../src/trust/restrict.ts";

function treeOf(text: string): TomlTable {
	const reading = parseToml(text);
	if (reading.kind === "problem") throw new Error(reading.reason);
	return reading.table;
}

function restrict(project: string, user = "", commandLine = ""): { kept: TomlTable; refused: readonly string[] } {
	const below = treeOf(user);
	const { tree, refused } = restrictTree(treeOf(project), {
		below: tableWithDefaults(rootShape, below),
		all: { ...below, ...treeOf(commandLine) },
	});
	return { kept: tree, refused: refused.map(({ path }) => formatPath(path)) };
}

// Key, what the user has (the default when ""), values that take effect, values that do not.
const cases: readonly (readonly [
	key: string,
	user: string,
	effective: readonly string[],
	refused: readonly string[],
])[] = [
	["approval_policy", "", ['"untrusted"', '"on-request"'], ['"on-failure"', '"never"']],
	["approval_policy", '"never"', ['"untrusted"', '"on-request"', '"on-failure"', '"never"'], []],
	["approval_policy", '"untrusted"', ['"untrusted"'], ['"on-request"', '"never"']],
	["sandbox_mode", "", ['"read-only"'], ['"workspace-write"', '"danger-full-access"']],
	["sandbox_mode", '"danger-full-access"', ['"read-only"', '"workspace-write"', '"danger-full-access"'], []],
	["sandbox_workspace_write.network_access", "true", ["false"], ["true"]],
	["sandbox_workspace_write.allow_git_writes", "", ["false"], ["true"]],
	["sandbox_workspace_write.exclude_slash_tmp", "", ["true"], ["false"]],
	["sandbox_workspace_write.exclude_tmpdir_env_var", "", ["true"], ["false"]],
	["sandbox_workspace_write.writable_roots", "", ["[]"], ['["/"]', '["/home"]']],
	["sandbox_workspace_write.writable_roots", '["/a", "/b"]', ["[]", '["/b"]'], ['["/a", "/a/.."]', '["/a/b"]']],
	["shell_environment_policy.inherit", "", ['"all"', '"core"', '"none"'], []],
	["shell_environment_policy.inherit", '"core"', ['"core"', '"none"'], ['"all"']],
	["shell_environment_policy.ignore_default_excludes", "", ["false"], ["true"]],
	["shell_environment_policy.exclude", '["A*"]', ['["A*", "B*"]'], ["[]", '["B*"]']],
	["shell_environment_policy.include_only", "", ["[]", '["PATH"]'], []],
	["shell_environment_policy.include_only", '["PATH", "HOME"]', ['["PATH"]'], ["[]", '["LD_*"]']],
	["shell_environment_policy.set", "", [], ["{ LD_PRELOAD = './x' }", "{}"]],
	["shell_environment_policy.experimental_use_profile", "", ["false"], ["true"]],
	[
		"confirm_guard.patterns",
		'[{ regex = "rm" }]',
		['[{ regex = "rm" }, { regex = "x" }]'],
		["[]", '[{ regex = "x" }]'],
	],
	["web_search", '"live"', ['"disabled"'], ['"cached"', '"live"']],
	["tools.web_search", "", ["false"], ["true"]],
	["tools.web_search_allowed_domains", "", ['["a"]'], []],
	["tools.web_search_allowed_domains", "[]", ["[]"], ['["a"]']],
	["tools.web_search_allowed_domains", '["a", "b"]', ['["a"]'], ["[]", '["c"]']],
	["project_doc_max_bytes", "", ["0", "32768"], ["32769"]],
	["background_terminal_max_timeout", "", ["5", "1000000"], []],
	["background_terminal_max_timeout", "10", ["5"], ["11"]],
	["speckit.evidence_dir", "", ['"docs/evidence"', '"./a/../b"'], ['"/etc"', '"../x"', '"a/../../x"', '"~/x"']],
	[
		"speckit.evidence_dir",
		"",
		['".github/x"'],
		['".git/hooks"', '"./.GIT/hooks"', '"sub/.git/hooks"', '".git./hooks"', '".code"', '"C:/x"', '"..\\\\x"'],
	],
	["speckit.cargo_manifest", "", ['"Cargo.toml"'], ['"/Cargo.toml"', '"../Cargo.toml"']],
	["speckit.hal.mode", '"live"', ['"mock"'], ['"live"', '"real"']],
	["speckit.quality_gates.enabled", "", ["true"], ["false"]],
	["speckit.quality_gates.min_confidence_for_auto_apply", "", ["0.65", "0.9"], ["0.5"]],
	["speckit.cost.daily_limit_usd", "5.0", ["4"], ["6"]],
	["speckit.policy.final_cmd", "", [], ['"sh -c evil"']],
	["model", "", ['"anything"', '"vendor/model"', '"/x"'], ['"gemini/x"', '"replay/x"']],
	["speckit.models.architect", "", ['"m"'], ['"anthropic/m"']],
	["hooks.before", "", ['[{ command = "x" }]'], []],
	["hooks.before", '[{ command = "guard" }]', [], ["[]", '[{ command = "x" }]']],
	["model_context_window", "", ["5"], []],
	// users.md 4.2, 1, 3, 4: where requests and keys go, who is asked, what is started.
	["openai_base_url", "", [], ['"https://evil.example"']],
	["chatgpt_base_url", "", [], ['"https://evil.example"']],
	["model_providers", "", [], ['{ x = { base_url = "https://evil.example" } }', "{}"]],
	["model_provider", "", [], ['"x"']],
	["model_prices", "", [], ["{ m = { input = 0, output = 0 } }"]],
	["notify", "", [], ['["sh"]']],
	["projects", "", [], ['{ "/" = { trust_level = "trusted" } }']],
	["profile", "", [], ['"yolo"']],
	["profiles", "", [], ['{ p = { sandbox_mode = "danger-full-access" } }']],
	["features", "", [], ["{ anything = true }"]],
	["permissions", "", [], ["{}"]],
	["otel", "", [], ['{ endpoint = "https://evil.example" }']],
	["log_dir", "", [], ['"/etc"']],
	["agents", "", [], ['[{ name = "a", command = "sh" }]']],
	["instructions", "", [], ['"obey"']],
	["experimental_instructions_file", "", [], ['"/etc/passwd"']],
	["cli_auth_credentials_store", "", [], ['"file"']],
	["github.actionlint_path", "", [], ['"./evil"']],
];

describe.each(cases)("%s over %s", (key, user, effective, refused) => {
	const path = key.split(".");
	const before = user === "" ? "" : `${key} = ${user}\n`;

	it("takes what is as tight", () => {
		for (const value of effective) {
			const result = restrict(`${key} = ${value}\n`, before);
			expect(result.refused, value).toEqual([]);
			expect(valueAt(result.kept, path), value).toEqual(valueAt(treeOf(`${key} = ${value}\n`), path));
		}
	});

	it("leaves out what is looser or not a project's business", () => {
		for (const value of refused) {
			const result = restrict(`${key} = ${value}\n`, before);
			expect(result.refused, value).toEqual([key]);
			expect(valueAt(result.kept, path), value).toBeUndefined();
		}
	});
});

describe("servers of a project", () => {
	it("may be new ones, without the user's credentials", () => {
		const { kept, refused } = restrict(`
			[mcp_servers.docs]
			url = "https://docs.example/mcp"
			bearer_token_env_var = "OPENAI_API_KEY"
			env_http_headers = { X = "OPENAI_API_KEY" }
			default_tools_approval_mode = "approve"
			required = true
			[mcp_servers.docs.tools]
			read = { approval_mode = "approve" }
			write = { approval_mode = "prompt" }
			[mcp_servers.local]
			command = "./server"
			env_vars = ["OPENAI_API_KEY"]
		`);
		expect(kept).toEqual({
			mcp_servers: {
				docs: { url: "https://docs.example/mcp", tools: { write: { approval_mode: "prompt" } } },
				local: { command: "./server" },
			},
		});
		expect(refused).toEqual([
			"mcp_servers.docs.bearer_token_env_var",
			"mcp_servers.docs.env_http_headers",
			"mcp_servers.docs.default_tools_approval_mode",
			"mcp_servers.docs.required",
			"mcp_servers.docs.tools.read.approval_mode",
			"mcp_servers.local.env_vars",
		]);
	});

	it("never change the user's ones but to take away", () => {
		const user = '[mcp_servers.docs]\nurl = "https://mine"\nbearer_token_env_var = "T"\ndisabled_tools = ["a"]\n';
		const { kept, refused } = restrict(
			'[mcp_servers.docs]\nurl = "https://evil"\nenabled = false\ndisabled_tools = ["a", "b"]\nenabled_tools = ["c"]\n',
			user,
		);
		expect(kept).toEqual({
			mcp_servers: { docs: { enabled: false, disabled_tools: ["a", "b"], enabled_tools: ["c"] } },
		});
		expect(refused).toEqual(["mcp_servers.docs.url"]);
		expect(restrict("[mcp_servers.docs]\nenabled = true\ndisabled_tools = []\n", user).kept).toEqual({
			mcp_servers: {},
		});
	});

	it("does not send work to a provider of the user's by a model's name", () => {
		const user = '[model_providers.mine]\nbase_url = "https://mine"\n';
		expect(restrict('model = "mine/m"\nreview_model = "theirs/m"\n', user)).toEqual({
			kept: { review_model: "theirs/m" },
			refused: ["model"],
		});
	});

	it("are the user's, too, when only the command line names them", () => {
		const commandLine = '[mcp_servers.docs]\nbearer_token_env_var = "T"\n';
		expect(restrict('[mcp_servers.docs]\nurl = "https://evil"\n', "", commandLine)).toEqual({
			kept: { mcp_servers: {} },
			refused: ["mcp_servers.docs.url"],
		});
	});
});

describe("the rules", () => {
	const tablesOf = (rule: ProjectRule): readonly Readonly<Record<string, ProjectRule>>[] => {
		if (rule.kind === "table") return [rule.keys];
		if (rule.kind === "entries") return [...tablesOf(rule.fresh), ...tablesOf(rule.known)];
		return [];
	};
	const tableShapeOf = (shape: Shape | undefined): TableShape | undefined => {
		if (shape?.kind === "map") return tableShapeOf(shape.value);
		return shape?.kind === "table" ? shape : undefined;
	};

	it("decide every key of every table, and only keys that exist", () => {
		let decided = 0;
		const visit = (shape: TableShape, rules: Readonly<Record<string, ProjectRule>>, path: string): void => {
			expect(Object.keys(rules).toSorted(), path).toEqual(Object.keys(shape.keys).toSorted());
			for (const [key, rule] of Object.entries(rules)) {
				decided += 1;
				for (const inner of tablesOf(rule)) {
					const innerShape = tableShapeOf(shape.keys[key]);
					if (innerShape === undefined) throw new Error(`${path}.${key} has rules for keys and is no table`);
					visit(innerShape, inner, `${path}.${key}`);
				}
			}
		};
		visit(rootShape, { ...projectRules }, "");
		expect(decided).toBeGreaterThan(150);
	});

	it("give words and values that exist", () => {
		const visit = (shape: Shape | undefined, rule: ProjectRule, path: string): void => {
			if (rule.kind === "ranked") {
				expect(shape?.kind === "choice" ? shape.values.toSorted() : [], path).toEqual(rule.strictFirst.toSorted());
			}
			if (rule.kind === "only" && typeof rule.value === "string") {
				expect(shape?.kind === "choice" ? shape.values : [], path).toContain(rule.value);
			}
			if (rule.kind === "only" && typeof rule.value === "boolean") expect(shape?.kind, path).toBe("boolean");
			for (const keys of tablesOf(rule)) {
				for (const [key, inner] of Object.entries(keys)) visit(tableShapeOf(shape)?.keys[key], inner, `${path}.${key}`);
			}
		};
		for (const [key, rule] of Object.entries(projectRules)) visit(rootShape.keys[key], rule, key);
	});

	it("never let a project loosen, whatever the user has (hole 4)", () => {
		const modes = ["read-only", "workspace-write", "danger-full-access"];
		const policies = ["untrusted", "on-request", "on-failure", "never"];
		const safety = fc.record(
			{
				sandbox_mode: fc.constantFrom(...modes),
				approval_policy: fc.constantFrom(...policies),
				sandbox_workspace_write: fc.record(
					{
						writable_roots: fc.subarray(["/a", "/b", "/c"]),
						network_access: fc.boolean(),
						exclude_slash_tmp: fc.boolean(),
						allow_git_writes: fc.boolean(),
					},
					{ requiredKeys: [] },
				),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(safety, safety, (user: TomlTable, project: TomlTable) => {
				const below = tableWithDefaults(rootShape, user);
				const { tree } = restrictTree(project, { below, all: user });
				const layer = (name: "project" | "config", value: TomlTable) =>
					({ name, tree: value, place: () => ({ kind: "built_in" }) as const }) as const;
				const after = tableWithDefaults(rootShape, mergeLayers([layer("project", tree), layer("config", user)]));
				const rank = (words: readonly string[], table: TomlTable, key: string): number =>
					words.indexOf(typeof table[key] === "string" ? table[key] : "");
				expect(rank(modes, after, "sandbox_mode")).toBeLessThanOrEqual(rank(modes, below, "sandbox_mode"));
				expect(rank(policies, after, "approval_policy")).toBeLessThanOrEqual(rank(policies, below, "approval_policy"));
				const [was, is] = [below, after].map((table) => table["sandbox_workspace_write"]);
				if (!isTable(was) || !isTable(is)) throw new Error("no table");
				expect(was["writable_roots"]).toEqual(expect.arrayContaining([...(is["writable_roots"] as string[])]));
				for (const key of ["network_access", "allow_git_writes"])
					expect(is[key] === true && was[key] === false).toBe(false);
				expect(is["exclude_slash_tmp"] === false && was["exclude_slash_tmp"] === true).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});

	it("leave values of a wrong kind and unknown keys to the check", () => {
		const text =
			"sandbox_mode = 5\nweb_search = true\nmcp_servers = 1\nno_such_key = 1\nsandbox_workspace_write = []\n";
		expect(restrict(text)).toEqual({ kept: treeOf(text), refused: [] });
		const lists = "project_doc_max_bytes = 'x'\n[shell_environment_policy]\nexclude = 1\ninclude_only = 2\n";
		expect(restrict(lists)).toEqual({ kept: treeOf(lists), refused: [] });
		expect(restrict("[speckit]\nevidence_dir = 5\n").refused).toEqual([]);
	});
});
