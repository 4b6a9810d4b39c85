// The configuration as the program sees it: keys as in TOML, defaults applied. A member without `?` has a default; the
// meaning, unit and default of each key are in `keys/`.

import type {
	ApprovalPolicy,
	JsonObject,
	ReasoningEffort,
	ReasoningSummary,
	SandboxMode,
	Verbosity,
} from "@codex/protocol";
import type {
	AgentConfig,
	BrowserConfig,
	ConfirmPattern,
	GithubConfig,
	HistoryConfig,
	McpServerConfig,
	ModelPrice,
	ModelProviderConfig,
	ProjectConfig,
	SandboxWorkspaceWriteConfig,
	SessionsConfig,
	ShellEnvironmentPolicyConfig,
	SpeckitConfig,
	SubagentCommand,
	ToolsConfig,
	TuiConfig,
	ValidationConfig,
} from "./config-sections.ts";

/** Which model answers, through which provider. */
export interface ModelKeys {
	readonly model?: string;
	readonly review_model?: string;
	readonly model_provider?: string;
	readonly model_context_window?: number;
	readonly model_max_output_tokens?: number;
	readonly model_auto_compact_token_limit?: number;
	readonly model_reasoning_effort: ReasoningEffort;
	readonly plan_mode_reasoning_effort?: ReasoningEffort;
	readonly model_reasoning_summary: ReasoningSummary;
	readonly model_verbosity?: Verbosity;
	readonly model_supports_reasoning_summaries?: boolean;
	readonly model_catalog_json?: string;
	readonly model_providers: Readonly<Record<string, ModelProviderConfig>>;
	readonly model_prices: Readonly<Record<string, ModelPrice>>;
	readonly openai_base_url?: string;
	readonly chatgpt_base_url: string;
	readonly oss_provider?: string;
	readonly personality?: string;
	readonly service_tier?: string;
	readonly hide_agent_reasoning: boolean;
	readonly show_raw_agent_reasoning: boolean;
	readonly disable_response_storage: boolean;
}

/** What may run and what it may touch. */
export interface SafetyKeys {
	readonly approval_policy: ApprovalPolicy;
	readonly sandbox_mode: SandboxMode;
	readonly sandbox_workspace_write: SandboxWorkspaceWriteConfig;
	/** Globs of files that may not be read. */
	readonly sandbox_denied_reads: readonly string[];
	readonly shell_environment_policy: ShellEnvironmentPolicyConfig;
	readonly confirm_guard: { readonly patterns: readonly ConfirmPattern[] };
	readonly approvals_reviewer?: string;
	readonly default_permissions?: string;
	readonly permissions: JsonObject;
	readonly projects: Readonly<Record<string, ProjectConfig>>;
}

/** What the model is told and what is kept. */
export interface ContextKeys {
	readonly instructions?: string;
	readonly developer_instructions?: string;
	readonly compact_prompt?: string;
	readonly experimental_instructions_file?: string;
	readonly experimental_resume?: string;
	readonly project_doc_max_bytes: number;
	readonly project_doc_fallback_filenames: readonly string[];
	readonly project_root_markers: readonly string[];
	readonly tool_output_token_limit?: number;
	readonly background_terminal_max_timeout?: number;
	readonly history: HistoryConfig;
	readonly sessions: SessionsConfig;
	readonly memories: JsonObject;
	readonly skills: JsonObject;
}

/** What the model can use. */
export interface ToolKeys {
	readonly tools: ToolsConfig;
	readonly web_search?: "disabled" | "cached" | "live";
	readonly mcp_servers: Readonly<Record<string, McpServerConfig>>;
	readonly mcp_oauth_credentials_store: "auto" | "file" | "keyring";
	readonly mcp_oauth_callback_port?: number;
	readonly agents: readonly AgentConfig[];
	readonly subagents: { readonly commands: readonly SubagentCommand[] };
	readonly hooks: JsonObject;
	readonly browser: BrowserConfig;
	readonly github: GithubConfig;
	readonly validation: ValidationConfig;
	readonly experimental_client_tools: JsonObject;
	readonly experimental_use_exec_command_tool: boolean;
	readonly speckit: SpeckitConfig;
}

/** How the program itself behaves. */
export interface ProgramKeys {
	readonly profile?: string;
	readonly profiles: Readonly<Record<string, JsonObject>>;
	readonly features: Readonly<Record<string, boolean>>;
	readonly notify: readonly string[];
	readonly notice: JsonObject;
	readonly file_opener: "vscode" | "vscode-insiders" | "windsurf" | "cursor" | "none";
	readonly tui: TuiConfig;
	readonly disable_paste_burst: boolean;
	readonly log_dir?: string;
	readonly otel: JsonObject;
	readonly auto_upgrade_enabled: boolean;
	readonly check_for_update_on_startup: boolean;
	readonly preferred_auth_method: "chatgpt" | "apikey";
	readonly forced_login_method?: "chatgpt" | "api";
	readonly cli_auth_credentials_store: "auto" | "file" | "keyring" | "ephemeral";
}

/** The effective configuration. Paths are as written. */
export interface Config extends ModelKeys, SafetyKeys, ContextKeys, ToolKeys, ProgramKeys {}
