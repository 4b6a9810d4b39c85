// Keys about tools, servers and other agents.

import type { ToolKeys } from "../config.ts";
import type { AgentConfig, McpApprovalMode, McpServerConfig, SubagentCommand } from "../config-sections.ts";
import { mcpServerRule } from "./rules.ts";
import type { ChoiceShape, KeysOf, ListShape, MapShape, TextPattern, TextShape } from "./shape.ts";
import { speckitKeys } from "./speckit-keys.ts";

const serverName: TextPattern = { regex: /^[a-zA-Z0-9_-]+$/, means: "a name of letters, digits, `_` and `-`" };

const texts = (doc: string): ListShape<TextShape> => ({ kind: "list", item: { kind: "text", doc: "One entry" }, doc });
const listOf = (doc: string): ListShape<TextShape> => ({ ...texts(doc), default: [] });
const map = (doc: string, secret: "all" | "by_name"): MapShape<TextShape> => ({
	kind: "map",
	value: { kind: "text", doc: "The value" },
	secret,
	doc,
});
const approvalMode = (doc: string): ChoiceShape<McpApprovalMode> => ({
	kind: "choice",
	values: ["auto", "prompt", "approve"],
	doc,
});

const serverKeys: KeysOf<McpServerConfig> = {
	command: { kind: "text", doc: "Program of a stdio server" },
	args: listOf("Its arguments"),
	env: map("Environment variables of the server", "by_name"),
	env_vars: listOf("Names of variables that the server inherits"),
	cwd: { kind: "text", doc: "Where the server runs" },
	url: { kind: "text", doc: "Address of a streamable HTTP server" },
	bearer_token_env_var: { kind: "text", doc: "Environment variable that holds the bearer token" },
	bearer_token: { kind: "text", secret: true, doc: "Refused: name a variable in `bearer_token_env_var`" },
	http_headers: map("Headers of every request", "all"),
	env_http_headers: {
		kind: "map",
		value: { kind: "text", doc: "Environment variable" },
		doc: "Headers from environment variables",
	},
	oauth: { kind: "open", optional: true, doc: "OAuth client" },
	oauth_resource: { kind: "text", doc: "OAuth resource" },
	scopes: texts("OAuth scopes"),
	enabled: { kind: "boolean", default: true, doc: "Whether the server is used" },
	required: { kind: "boolean", default: false, doc: "A server that does not start ends the program" },
	startup_timeout_sec: { kind: "number", fraction: true, min: 0, doc: "Seconds to start; 30 when absent" },
	startup_timeout_ms: { kind: "number", min: 0, doc: "Milliseconds to start; `startup_timeout_sec` wins" },
	tool_timeout_sec: { kind: "number", fraction: true, min: 0, default: 300, doc: "Seconds that one call may take" },
	enabled_tools: texts("The only tools that are offered"),
	disabled_tools: listOf("Tools that are not offered; after `enabled_tools`"),
	default_tools_approval_mode: approvalMode("How calls are approved"),
	tools: {
		kind: "map",
		value: {
			kind: "table",
			doc: "One tool",
			keys: { approval_mode: approvalMode("How calls of this tool are approved") },
		},
		doc: "Settings by tool",
	},
	supports_parallel_tool_calls: { kind: "boolean", default: false, doc: "Allows several calls at once" },
};

const agentKeys: KeysOf<AgentConfig> = {
	name: { kind: "text", required: true, doc: "Name by which it is called" },
	command: { kind: "text", doc: "Program; the name when absent" },
	args: listOf("Arguments of every call"),
	args_read_only: texts("Arguments of read-only calls"),
	args_write: texts("Arguments of writing calls"),
	read_only: { kind: "boolean", default: false, doc: "Never lets it write" },
	enabled: { kind: "boolean", default: true, doc: "Whether it is used" },
	description: { kind: "text", doc: "What it is good at" },
	env: map("Environment variables", "by_name"),
	instructions: { kind: "text", doc: "Put before every task" },
};

const subagentKeys: KeysOf<SubagentCommand> = {
	name: { kind: "text", required: true, doc: "The command, for example `plan`" },
	read_only: { kind: "boolean", default: false, doc: "Never lets agents write" },
	agents: listOf("Agents that it calls; all enabled ones when empty"),
	orchestrator_instructions: { kind: "text", doc: "Told to the model that leads" },
	agent_instructions: { kind: "text", doc: "Told to each agent" },
};

/** The keys. */
export const toolKeys: KeysOf<ToolKeys> = {
	tools: {
		kind: "table",
		doc: "Built-in tools",
		keys: {
			web_search: { kind: "boolean", default: false, doc: "Offers the vendor's web search" },
			web_search_allowed_domains: texts("The only domains of web search"),
			view_image: { kind: "boolean", default: true, doc: "Offers `view_image`" },
			agents: {
				kind: "boolean",
				default: false,
				doc: "Offers `agent_run` and what belongs to it: other agents, which only read",
			},
		},
	},
	web_search: {
		kind: "choice",
		values: ["disabled", "cached", "live"],
		doc: "Mode of web search; before `tools.web_search`",
	},
	mcp_servers: {
		kind: "map",
		key: serverName,
		value: { kind: "table", keys: serverKeys, rules: [mcpServerRule], doc: "One server" },
		doc: "MCP servers by name",
	},
	mcp_oauth_credentials_store: {
		kind: "choice",
		values: ["auto", "file", "keyring"],
		default: "auto",
		doc: "Where OAuth tokens of MCP servers are kept",
	},
	mcp_oauth_callback_port: { kind: "number", min: 1, max: 65_535, doc: "Local port of OAuth logins" },
	agents: {
		kind: "list",
		default: [],
		item: { kind: "table", keys: agentKeys, doc: "One agent" },
		doc: "Agent command lines",
	},
	subagents: {
		kind: "table",
		doc: "Commands that several agents work on",
		keys: {
			commands: {
				kind: "list",
				default: [],
				item: { kind: "table", keys: subagentKeys, doc: "One command" },
				doc: "The commands",
			},
		},
	},
	hooks: { kind: "open", doc: "Programs that run at certain moments" },
	browser: {
		kind: "table",
		doc: "The browser tools",
		keys: {
			enabled: { kind: "boolean", default: false, doc: "Offers them" },
			viewport: {
				kind: "table",
				doc: "Size of the page",
				keys: {
					width: { kind: "number", min: 1, doc: "Pixels" },
					height: { kind: "number", min: 1, doc: "Pixels" },
					device_scale_factor: { kind: "number", fraction: true, min: 0, doc: "Device pixels for each pixel" },
					mobile: { kind: "boolean", doc: "Pretends to be a phone" },
				},
			},
			wait: { kind: "text", doc: "What to wait for after navigation" },
			fullpage: { kind: "boolean", default: false, doc: "Screenshots of the whole page" },
			segments_max: { kind: "number", min: 1, doc: "Most parts of a whole-page screenshot" },
			idle_timeout_ms: { kind: "number", min: 0, doc: "Milliseconds without use after which it is closed" },
			format: { kind: "choice", values: ["png", "webp"], default: "png", doc: "Format of screenshots" },
		},
	},
	github: {
		kind: "table",
		doc: "GitHub workflows",
		keys: {
			check_workflows_on_push: { kind: "boolean", default: true, doc: "Follows workflow runs after a push" },
			actionlint_on_patch: { kind: "boolean", default: false, doc: "Runs actionlint on changed workflows" },
			actionlint_path: { kind: "text", doc: "Where actionlint is" },
			actionlint_strict: { kind: "boolean", default: false, doc: "Its findings refuse the patch" },
		},
	},
	validation: {
		kind: "table",
		doc: "Checks of patches",
		keys: {
			patch_harness: { kind: "boolean", default: false, doc: "Checks patches before they are applied" },
			tools_allowlist: texts("The only tools that run"),
			timeout_seconds: { kind: "number", min: 1, doc: "Seconds that one tool may take" },
			groups: {
				kind: "table",
				doc: "Kinds of checks",
				keys: {
					functional: { kind: "boolean", default: true, doc: "Compilers and type checkers" },
					stylistic: { kind: "boolean", default: false, doc: "Formatters and style checkers" },
				},
			},
			tools: { kind: "map", value: { kind: "boolean", doc: "Whether it runs" }, doc: "Single tools on or off" },
		},
	},
	experimental_client_tools: { kind: "open", doc: "Tools that the client offers" },
	experimental_use_exec_command_tool: { kind: "boolean", default: false, doc: "Offers commands that keep running" },
	speckit: { kind: "table", keys: speckitKeys, doc: "The Spec-Kit pipeline" },
};
