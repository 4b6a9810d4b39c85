// What a repository's own config.toml may set once its folder is trusted, decided for every key: a new key does not
// compile before it has its rule. The principle: it may say how to work on this project (model, effort, servers, limits)
// and may make safety tighter; it never chooses where requests and keys go, which files outside of it are used, what it
// costs, who is asked, or what the user sees.

import type { Config } from "../config.ts";
import type {
	BrowserConfig,
	GithubConfig,
	McpServerConfig,
	SandboxWorkspaceWriteConfig,
	ShellEnvironmentPolicyConfig,
	SpeckitConfig,
	SpeckitHalConfig,
	ToolsConfig,
	ValidationConfig,
} from "../config-sections.ts";
import type { TomlValue } from "../tree/tree.ts";

/** Whether a value in a project's config.toml takes effect. "Below" is what the user's profile, config.toml and the defaults say. */
export type ProjectRule =
	/** Any value. */
	| { readonly kind: "allow" }
	/** None. `because` completes "a repository may not set it: …". */
	| { readonly kind: "forbid"; readonly because: string }
	/** This value alone, which is the tight one. */
	| { readonly kind: "only"; readonly value: TomlValue }
	/** A word that stands at or before the one below. */
	| { readonly kind: "ranked"; readonly strictFirst: readonly string[] }
	/** A number that is not above (or not below) the one below; any when there is none. */
	| { readonly kind: "at_most" }
	| { readonly kind: "at_least" }
	/** A list of entries that are all in the list below. */
	| { readonly kind: "subset" }
	/** A list that has all entries of the list below. */
	| { readonly kind: "superset" }
	/** As `subset`, but no list below (or an empty one, when that means everything) is no limit; never empty under a limit. */
	| { readonly kind: "allow_list"; readonly emptyIsAll: boolean }
	/** A relative path that stays in the repository and out of `.git` and the folders of settings. */
	| { readonly kind: "inside" }
	/** A model's name that does not begin with the id of a provider and `/`. */
	| { readonly kind: "model" }
	/** Rules by key. */
	| { readonly kind: "table"; readonly keys: Readonly<Record<string, ProjectRule>> }
	/** A table of the user's names: `fresh` for a name that the user (command line included) does not use, else `known`. */
	| { readonly kind: "entries"; readonly fresh: ProjectRule; readonly known: ProjectRule };

type RulesOf<Table> = { readonly [Key in keyof Table]-?: ProjectRule };

const allow: ProjectRule = { kind: "allow" };
const atMost: ProjectRule = { kind: "at_most" };
const atLeast: ProjectRule = { kind: "at_least" };
const superset: ProjectRule = { kind: "superset" };
const inside: ProjectRule = { kind: "inside" };
const modelName: ProjectRule = { kind: "model" };
const onlyTrue: ProjectRule = { kind: "only", value: true };
const onlyFalse: ProjectRule = { kind: "only", value: false };
const forbid = (because: string): ProjectRule => ({ kind: "forbid", because });
const table = <Table>(keys: RulesOf<Table>): ProjectRule => ({ kind: "table", keys });

const requests = forbid("it decides where requests and keys go");
const credentials = forbid("it names credentials");
const cost = forbid("it decides what is paid or counted");
const screen = forbid("it belongs to the user's screen");
const outside = forbid("it names a file or folder outside of the repository");
const program = forbid("it starts a program of its choice");
const userText = forbid("it would speak as the user; AGENTS.md is the place for a project's instructions");
const ownLists = forbid("it would replace the user's list");
const decision = forbid("it decides who may do what");
const undescribed = forbid("its contents are not described well enough to judge them");
const userChoice = forbid("it is the user's choice");

const sandboxRules = table<SandboxWorkspaceWriteConfig>({
	writable_roots: { kind: "subset" },
	network_access: onlyFalse,
	exclude_tmpdir_env_var: onlyTrue,
	exclude_slash_tmp: onlyTrue,
	allow_git_writes: onlyFalse,
});

const environmentRules = table<ShellEnvironmentPolicyConfig>({
	inherit: { kind: "ranked", strictFirst: ["none", "core", "all"] },
	ignore_default_excludes: onlyFalse,
	exclude: superset,
	set: forbid("variables decide what programs load and run"),
	include_only: { kind: "allow_list", emptyIsAll: true },
	experimental_use_profile: onlyFalse,
});

const approvalModes = table<{ readonly approval_mode?: unknown }>({ approval_mode: { kind: "only", value: "prompt" } });

/** A server that only the repository knows: it is what the user looked at when trusting the folder. */
const freshServer = table<McpServerConfig>({
	command: allow,
	args: allow,
	env: allow,
	env_vars: credentials,
	cwd: allow,
	url: allow,
	bearer_token_env_var: credentials,
	bearer_token: credentials,
	http_headers: allow,
	env_http_headers: credentials,
	oauth: credentials,
	oauth_resource: credentials,
	scopes: credentials,
	enabled: allow,
	required: onlyFalse,
	startup_timeout_sec: allow,
	startup_timeout_ms: allow,
	tool_timeout_sec: allow,
	enabled_tools: allow,
	disabled_tools: allow,
	default_tools_approval_mode: { kind: "only", value: "prompt" },
	tools: { kind: "entries", fresh: approvalModes, known: approvalModes },
	supports_parallel_tool_calls: allow,
});

const theirs = forbid("the server is the user's");

/** A server of the user: mixing a repository's address into it would send the user's token there. */
const knownServer = table<McpServerConfig>({
	command: theirs,
	args: theirs,
	env: theirs,
	env_vars: theirs,
	cwd: theirs,
	url: theirs,
	bearer_token_env_var: theirs,
	bearer_token: theirs,
	http_headers: theirs,
	env_http_headers: theirs,
	oauth: theirs,
	oauth_resource: theirs,
	scopes: theirs,
	enabled: onlyFalse,
	required: onlyFalse,
	startup_timeout_sec: theirs,
	startup_timeout_ms: theirs,
	tool_timeout_sec: theirs,
	enabled_tools: { kind: "allow_list", emptyIsAll: false },
	disabled_tools: superset,
	default_tools_approval_mode: { kind: "only", value: "prompt" },
	tools: { kind: "entries", fresh: approvalModes, known: approvalModes },
	supports_parallel_tool_calls: theirs,
});

const browserRules = table<BrowserConfig>({
	enabled: onlyFalse,
	viewport: allow,
	wait: allow,
	fullpage: allow,
	segments_max: allow,
	idle_timeout_ms: allow,
	format: allow,
});

const githubRules = table<GithubConfig>({
	check_workflows_on_push: onlyFalse,
	actionlint_on_patch: onlyTrue,
	actionlint_path: program,
	actionlint_strict: onlyTrue,
});

const validationRules = table<ValidationConfig>({
	patch_harness: onlyTrue,
	tools_allowlist: { kind: "allow_list", emptyIsAll: false },
	timeout_seconds: atMost,
	groups: table<ValidationConfig["groups"]>({ functional: onlyTrue, stylistic: onlyTrue }),
	tools: forbid("it could bring back a tool that the user turned off"),
});

const toolsRules = table<ToolsConfig>({
	web_search: onlyFalse,
	web_search_allowed_domains: { kind: "allow_list", emptyIsAll: false },
	view_image: onlyFalse,
	agents: onlyFalse,
});

const halRules = table<SpeckitHalConfig>({
	mode: { kind: "only", value: "mock" },
	skip: onlyFalse,
	secret_env: credentials,
	require_secret: onlyTrue,
	base_url: requests,
	evidence_dir: inside,
});

const speckitRules = table<SpeckitConfig>({
	evidence_dir: inside,
	allow_dirty: onlyFalse,
	baseline_allow_fail: onlyFalse,
	baseline_force_fail: onlyTrue,
	cargo_manifest: inside,
	code_cli: program,
	context_cache: outside,
	session_id: userChoice,
	policy: table<SpeckitConfig["policy"]>({ prefilter_cmd: program, final_cmd: program }),
	hal: halRules,
	telemetry_hal: allow,
	stage_agents: allow,
	models: { kind: "entries", fresh: modelName, known: modelName },
	agents: requests,
	rosters: allow,
	gate_roster: allow,
	aggregators: allow,
	arbiter: allow,
	// They run in the sandbox, and only when the user has trusted the very text of the file that names them.
	commands: allow,
	implement: allow,
	hooks: allow,
	max_context_chars: allow,
	quality_gates: table<SpeckitConfig["quality_gates"]>({
		enabled: onlyTrue,
		max_questions: allow,
		min_confidence_for_auto_apply: atLeast,
		min_test_coverage: atLeast,
		schema_validation: onlyTrue,
	}),
	consensus: table<SpeckitConfig["consensus"]>({
		min_agents: atLeast,
		max_agents: atMost,
		timeout_seconds: atMost,
		allow_degraded: onlyFalse,
		similarity_threshold: atLeast,
		mode: { kind: "only", value: "multi" },
		threshold: atLeast,
		quorum: atLeast,
		majority: onlyFalse,
	}),
	retry: table<SpeckitConfig["retry"]>({
		max_retries: atMost,
		validate: atMost,
		base_delay_ms: allow,
		max_delay_ms: atMost,
	}),
	evidence: table<SpeckitConfig["evidence"]>({
		enabled: onlyTrue,
		max_size_per_spec_mb: atMost,
		retention_days: atLeast,
	}),
	cost: table<SpeckitConfig["cost"]>({
		enabled: onlyTrue,
		daily_limit_usd: atMost,
		monthly_limit_usd: atMost,
		alert_threshold: atMost,
	}),
});

/** The rules of all keys. */
export const projectRules: RulesOf<Config> = {
	// models
	// When the user names no provider, a name such as `claude-…` chooses among the vendors whose keys the user has set;
	// addresses and keys stay the user's.
	model: modelName,
	review_model: modelName,
	model_provider: requests,
	model_context_window: allow,
	model_max_output_tokens: allow,
	model_auto_compact_token_limit: allow,
	model_reasoning_effort: allow,
	plan_mode_reasoning_effort: allow,
	model_reasoning_summary: allow,
	model_verbosity: allow,
	model_supports_reasoning_summaries: allow,
	model_catalog_json: outside,
	model_providers: requests,
	model_prices: cost,
	openai_base_url: requests,
	chatgpt_base_url: requests,
	oss_provider: requests,
	personality: allow,
	service_tier: cost,
	hide_agent_reasoning: screen,
	show_raw_agent_reasoning: screen,
	disable_response_storage: onlyTrue,
	// safety
	approval_policy: { kind: "ranked", strictFirst: ["untrusted", "on-request", "on-failure", "never"] },
	sandbox_mode: { kind: "ranked", strictFirst: ["read-only", "workspace-write", "danger-full-access"] },
	sandbox_workspace_write: sandboxRules,
	sandbox_denied_reads: superset,
	shell_environment_policy: environmentRules,
	confirm_guard: table<Config["confirm_guard"]>({ patterns: superset }),
	approvals_reviewer: decision,
	default_permissions: decision,
	permissions: decision,
	projects: decision,
	// context
	instructions: userText,
	developer_instructions: userText,
	compact_prompt: userText,
	experimental_instructions_file: outside,
	experimental_resume: outside,
	project_doc_max_bytes: atMost,
	project_doc_fallback_filenames: allow,
	project_root_markers: userChoice,
	tool_output_token_limit: allow,
	background_terminal_max_timeout: atMost,
	history: userChoice,
	sessions: userChoice,
	memories: undescribed,
	skills: undescribed,
	// tools
	tools: toolsRules,
	web_search: { kind: "only", value: "disabled" },
	mcp_servers: { kind: "entries", fresh: freshServer, known: knownServer },
	mcp_oauth_credentials_store: credentials,
	mcp_oauth_callback_port: userChoice,
	agents: ownLists,
	subagents: ownLists,
	hooks: { kind: "entries", fresh: allow, known: ownLists },
	browser: browserRules,
	github: githubRules,
	validation: validationRules,
	experimental_client_tools: undescribed,
	experimental_use_exec_command_tool: onlyFalse,
	speckit: speckitRules,
	// the program
	profile: userChoice,
	profiles: userChoice,
	features: userChoice,
	notify: program,
	notice: screen,
	file_opener: screen,
	tui: screen,
	disable_paste_burst: screen,
	log_dir: outside,
	otel: requests,
	auto_upgrade_enabled: onlyFalse,
	check_for_update_on_startup: onlyFalse,
	preferred_auth_method: credentials,
	forced_login_method: credentials,
	cli_auth_credentials_store: credentials,
};
