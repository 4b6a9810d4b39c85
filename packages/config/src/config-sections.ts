// The tables of config.toml as types, with defaults applied: a member without `?` has a default. What a key means, its
// unit and its default are in `keys/`, one line each; `code config explain KEY` prints them.

import type { ApprovalPolicy, JsonObject, ReasoningEffort, SandboxMode } from "@codex/protocol";

/** Names and texts. */
export type TextMap = Readonly<Record<string, string>>;

/** `[model_prices."MODEL"]`: US dollars per million tokens. */
export interface ModelPrice {
	readonly input: number;
	/** The price of `input` when absent. */
	readonly cached_input?: number;
	readonly output: number;
}

/** How requests of a provider are written. */
export type WireApi = "responses" | "chat" | "anthropic" | "gemini" | "ollama";

/** `[model_providers.ID]`. */
export interface ModelProviderConfig {
	readonly name?: string;
	readonly base_url?: string;
	readonly allow_insecure: boolean;
	readonly wire_api?: WireApi;
	readonly env_key?: string;
	readonly env_key_instructions?: string;
	readonly experimental_bearer_token?: string;
	readonly requires_openai_auth?: boolean;
	readonly query_params: TextMap;
	readonly http_headers: TextMap;
	readonly env_http_headers: TextMap;
	readonly request_max_retries: number;
	readonly stream_max_retries: number;
	readonly stream_idle_timeout_ms: number;
	readonly agent_total_timeout_ms: number;
	readonly supports_websockets?: boolean;
	readonly websocket_connect_timeout_ms?: number;
	readonly auth?: JsonObject;
	readonly aws?: JsonObject;
	readonly openrouter?: JsonObject;
}

/** `[sandbox_workspace_write]`. */
export interface SandboxWorkspaceWriteConfig {
	readonly writable_roots: readonly string[];
	readonly network_access: boolean;
	readonly exclude_tmpdir_env_var: boolean;
	readonly exclude_slash_tmp: boolean;
	readonly allow_git_writes: boolean;
}

/** `[shell_environment_policy]`. */
export interface ShellEnvironmentPolicyConfig {
	readonly inherit: "all" | "core" | "none";
	readonly ignore_default_excludes: boolean;
	readonly exclude: readonly string[];
	readonly set: TextMap;
	readonly include_only: readonly string[];
	readonly experimental_use_profile: boolean;
}

/** `[[confirm_guard.patterns]]`. */
export interface ConfirmPattern {
	readonly regex: string;
	readonly message?: string;
}

/** How a tool of an MCP server is approved. */
export type McpApprovalMode = "auto" | "prompt" | "approve";

/** `[mcp_servers.NAME]`: `command` makes it a stdio server, `url` a streamable HTTP server. */
export interface McpServerConfig {
	readonly command?: string;
	readonly args: readonly string[];
	readonly env: TextMap;
	readonly env_vars: readonly string[];
	readonly cwd?: string;
	readonly url?: string;
	readonly bearer_token_env_var?: string;
	readonly bearer_token?: string;
	readonly http_headers: TextMap;
	readonly env_http_headers: TextMap;
	readonly oauth?: JsonObject;
	readonly oauth_resource?: string;
	readonly scopes?: readonly string[];
	readonly enabled: boolean;
	readonly required: boolean;
	readonly startup_timeout_sec?: number;
	readonly startup_timeout_ms?: number;
	readonly tool_timeout_sec: number;
	readonly enabled_tools?: readonly string[];
	readonly disabled_tools: readonly string[];
	readonly default_tools_approval_mode?: McpApprovalMode;
	readonly tools: Readonly<Record<string, McpToolConfig>>;
	readonly supports_parallel_tool_calls: boolean;
}

/** `[mcp_servers.NAME.tools.TOOL]`. */
export interface McpToolConfig {
	readonly approval_mode?: McpApprovalMode;
}

/** `[[projects."PATH".always_allow_commands]]`. */
export interface AllowedCommand {
	readonly argv: readonly string[];
	readonly match_kind: "exact" | "prefix";
}

/** `[[projects."PATH".hooks]]`. */
export interface ProjectHook {
	readonly event:
		| "session.start"
		| "session.end"
		| "tool.before"
		| "tool.after"
		| "file.before_write"
		| "file.after_write";
	readonly name?: string;
	readonly command: readonly string[];
	readonly cwd?: string;
	readonly env: TextMap;
	readonly timeout_ms?: number;
	readonly run_in_background: boolean;
}

/** `[[projects."PATH".commands]]`. */
export interface ProjectCommand {
	readonly name: string;
	readonly command: readonly string[];
	readonly description?: string;
	readonly cwd?: string;
	readonly env: TextMap;
	readonly timeout_ms?: number;
}

/** `[projects."PATH"]`. */
export interface ProjectConfig {
	readonly trust_level?: "trusted" | "untrusted";
	readonly approval_policy?: ApprovalPolicy;
	readonly sandbox_mode?: SandboxMode;
	readonly always_allow_commands: readonly AllowedCommand[];
	readonly hooks: readonly ProjectHook[];
	readonly commands: readonly ProjectCommand[];
}

/** `[[agents]]`: an agent command line that Code may call. */
export interface AgentConfig {
	readonly name: string;
	/** The name when absent. */
	readonly command?: string;
	readonly args: readonly string[];
	readonly args_read_only?: readonly string[];
	readonly args_write?: readonly string[];
	readonly read_only: boolean;
	readonly enabled: boolean;
	readonly description?: string;
	readonly env: TextMap;
	readonly instructions?: string;
}

/** `[[subagents.commands]]`. */
export interface SubagentCommand {
	readonly name: string;
	readonly read_only: boolean;
	readonly agents: readonly string[];
	readonly orchestrator_instructions?: string;
	readonly agent_instructions?: string;
}

/** `[tui]`. */
export interface TuiConfig {
	readonly theme: TuiThemeConfig;
	readonly themes: Readonly<Record<string, TuiOwnTheme>>;
	readonly highlight: { readonly theme?: string };
	readonly show_reasoning: boolean;
	readonly stream: TuiStreamConfig;
	readonly spinner: { readonly name?: string; readonly custom: JsonObject };
	readonly notifications: boolean | readonly string[];
	readonly notification_method: "auto" | "osc9" | "bel";
	readonly notification_condition: "unfocused" | "always";
	/** `inline` draws on the shell's own screen and leaves the transcript there. */
	readonly screen: "alternate" | "inline";
	/** Codex's name for `screen`: false is `inline`. */
	readonly alternate_screen: boolean;
	readonly animations: boolean;
	readonly status_line?: readonly string[];
	readonly terminal_title?: readonly string[];
	/** Names of actions, with a key or a list of keys. */
	readonly keymap: Readonly<Record<string, string | readonly string[]>>;
	readonly vim_mode_default: boolean;
	readonly cached_terminal_background?: JsonObject;
}

/** `[tui.themes.NAME]`: a theme of the user's own. */
export interface TuiOwnTheme {
	readonly label?: string;
	readonly is_dark?: boolean;
	/** The theme whose colours hold for roles that are not named. */
	readonly base?: string;
	/** Roles with `#rrggbb`, a number from 0 to 255, or the name of a colour. */
	readonly colors: TextMap;
}

/** `[tui.theme]`. */
export interface TuiThemeConfig {
	readonly name?: string;
	readonly colors: TextMap;
	readonly label?: string;
	readonly is_dark?: boolean;
}

/** `[tui.stream]`. */
export interface TuiStreamConfig {
	readonly answer_header_immediate: boolean;
	readonly show_answer_ellipsis: boolean;
	readonly commit_tick_ms?: number;
	readonly soft_commit_timeout_ms?: number;
	readonly soft_commit_chars?: number;
	readonly relax_list_holdback: boolean;
	readonly relax_code_holdback: boolean;
	readonly responsive: boolean;
}

/** `[browser]`. */
export interface BrowserConfig {
	readonly enabled: boolean;
	readonly viewport: {
		readonly width?: number;
		readonly height?: number;
		readonly device_scale_factor?: number;
		readonly mobile?: boolean;
	};
	readonly wait?: string;
	readonly fullpage: boolean;
	readonly segments_max?: number;
	readonly idle_timeout_ms?: number;
	readonly format: "png" | "webp";
}

/** `[github]`. */
export interface GithubConfig {
	readonly check_workflows_on_push: boolean;
	readonly actionlint_on_patch: boolean;
	readonly actionlint_path?: string;
	readonly actionlint_strict: boolean;
}

/** `[validation]`. */
export interface ValidationConfig {
	readonly patch_harness: boolean;
	readonly tools_allowlist?: readonly string[];
	readonly timeout_seconds?: number;
	readonly groups: { readonly functional: boolean; readonly stylistic: boolean };
	readonly tools: Readonly<Record<string, boolean>>;
}

/** `[tools]`. */
export interface ToolsConfig {
	readonly web_search: boolean;
	readonly web_search_allowed_domains?: readonly string[];
	readonly view_image: boolean;
	/** Whether a session's model may start other agents. */
	readonly agents: boolean;
}

/** `[history]`. */
export interface HistoryConfig {
	readonly persistence: "save-all" | "none";
	readonly max_bytes?: number;
}

/** `[sessions]`: what `code gc` may delete. Nothing is deleted without it. */
export interface SessionsConfig {
	/** Days since its last change after which a session may go; 0 keeps all. */
	readonly max_age_days: number;
	/** MiB of all sessions together; beyond, the oldest may go. 0 is no cap. */
	readonly max_total_mib: number;
}

/** `[speckit]`. Every single value can also be set by `SPEC_OPS_<KEY>`, dots written as underscores. */
export interface SpeckitConfig {
	readonly evidence_dir?: string;
	readonly allow_dirty: boolean;
	readonly baseline_allow_fail: boolean;
	readonly baseline_force_fail: boolean;
	readonly cargo_manifest?: string;
	readonly code_cli?: string;
	readonly context_cache?: string;
	readonly session_id?: string;
	readonly policy: { readonly prefilter_cmd?: string; readonly final_cmd?: string };
	readonly hal: SpeckitHalConfig;
	readonly telemetry_hal: boolean;
	readonly stage_agents: TextMap;
	readonly models: TextMap;
	/** Who fills the seat of a canonical agent, by its name. */
	readonly agents: Readonly<Record<string, SpeckitAgentConfig>>;
	/** Who votes, by stage; the built-in rosters for stages that are not here. */
	readonly rosters: Readonly<Record<string, readonly string[]>>;
	readonly gate_roster?: readonly string[];
	readonly aggregators?: readonly string[];
	readonly arbiter?: string;
	/** Commands of the project that guardrails run; they run in the sandbox. */
	readonly commands: {
		readonly build?: string;
		readonly lint?: string;
		readonly test?: string;
		readonly timeout_seconds: number;
	};
	/** How agreed tasks are carried out. */
	readonly implement: {
		readonly enabled: boolean;
		readonly candidates: number;
		readonly repairs: number;
		readonly setup?: string;
		readonly timeout_seconds: number;
	};
	/** Shell text by `before_<command>` or `after_<command>`. */
	readonly hooks: TextMap;
	readonly max_context_chars?: number;
	readonly quality_gates: {
		readonly enabled: boolean;
		readonly max_questions: number;
		readonly min_confidence_for_auto_apply: number;
		readonly min_test_coverage?: number;
		readonly schema_validation: boolean;
	};
	readonly consensus: {
		readonly min_agents: number;
		readonly max_agents: number;
		readonly timeout_seconds: number;
		readonly allow_degraded: boolean;
		readonly similarity_threshold: number;
		readonly mode: "multi" | "single";
		readonly threshold?: number;
		readonly quorum?: number;
		readonly majority: boolean;
	};
	readonly retry: {
		readonly max_retries: number;
		readonly validate: number;
		readonly base_delay_ms: number;
		readonly max_delay_ms: number;
	};
	readonly evidence: {
		readonly enabled: boolean;
		readonly max_size_per_spec_mb: number;
		readonly retention_days: number;
	};
	readonly cost: {
		readonly enabled: boolean;
		readonly daily_limit_usd?: number;
		readonly monthly_limit_usd?: number;
		readonly alert_threshold: number;
	};
}

/** `[speckit.agents.NAME]`: a provider and model of ours, or a program of `[[agents]]`. */
export interface SpeckitAgentConfig {
	/** Id of a model provider; that of the session when absent. */
	readonly provider?: string;
	readonly model?: string;
	readonly effort?: ReasoningEffort;
	/** Name of an entry of `[[agents]]`, which answers instead of a session of ours. */
	readonly command?: string;
	readonly enabled: boolean;
}

/** `[speckit.hal]`. */
export interface SpeckitHalConfig {
	readonly mode: "mock" | "live" | "real";
	readonly skip: boolean;
	readonly secret_env?: string;
	readonly require_secret: boolean;
	readonly base_url?: string;
	readonly evidence_dir?: string;
}
