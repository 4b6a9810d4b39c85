// Keys about approvals, the sandbox, the environment of commands, and folders.

import type { ApprovalPolicy, SandboxMode } from "@codex/protocol";
import type { SafetyKeys } from "../config.ts";
import type { AllowedCommand, ProjectCommand, ProjectConfig, ProjectHook } from "../config-sections.ts";
import { confirmPatternRule } from "./rules.ts";
import type { ChoiceShape, KeysOf, ListShape, MapShape, TextPattern, TextShape } from "./shape.ts";

const absolutePath: TextPattern = { regex: /^(?:\/|[A-Za-z]:[\\/])/, means: "an absolute path" };

const approvalPolicy = (doc: string): ChoiceShape<ApprovalPolicy> => ({
	kind: "choice",
	values: ["untrusted", "on-failure", "on-request", "never"],
	doc,
});
const sandboxMode = (doc: string): ChoiceShape<SandboxMode> => ({
	kind: "choice",
	values: ["read-only", "workspace-write", "danger-full-access"],
	doc,
});

const argv = (doc: string): ListShape<TextShape> & { required: true } => ({
	kind: "list",
	item: { kind: "text", doc: "One argument" },
	required: true,
	doc,
});
const variables: MapShape<TextShape> = {
	kind: "map",
	value: { kind: "text", doc: "Value of the variable" },
	secret: "by_name",
	doc: "Environment variables",
};

const globs = (doc: string): ListShape<TextShape> => ({
	kind: "list",
	item: { kind: "text", doc: "Variable name, may hold `*` and `?`, any case" },
	default: [],
	doc,
});

const allowedCommandKeys: KeysOf<AllowedCommand> = {
	argv: argv("The command and its arguments"),
	match_kind: {
		kind: "choice",
		values: ["exact", "prefix"],
		default: "exact",
		doc: "Whether more arguments may follow",
	},
};

const hookKeys: KeysOf<ProjectHook> = {
	event: {
		kind: "choice",
		values: ["session.start", "session.end", "tool.before", "tool.after", "file.before_write", "file.after_write"],
		required: true,
		doc: "When it runs",
	},
	name: { kind: "text", doc: "Name for people" },
	command: argv("The program and its arguments"),
	cwd: { kind: "text", doc: "Where it runs; the project when absent" },
	env: variables,
	timeout_ms: { kind: "number", min: 1, doc: "Milliseconds that it may take" },
	run_in_background: { kind: "boolean", default: false, doc: "Does not wait for it" },
};

const commandKeys: KeysOf<ProjectCommand> = {
	name: { kind: "text", required: true, doc: "Name of the command" },
	command: argv("The program and its arguments"),
	description: { kind: "text", doc: "Description for people" },
	cwd: { kind: "text", doc: "Where it runs; the project when absent" },
	env: variables,
	timeout_ms: { kind: "number", min: 1, doc: "Milliseconds that it may take" },
};

const projectKeys: KeysOf<ProjectConfig> = {
	trust_level: {
		kind: "choice",
		values: ["trusted", "untrusted"],
		doc: "The word `untrusted` keeps out the own settings of the folder; `trusted` alone does not let them in",
	},
	approval_policy: approvalPolicy("Stands for `approval_policy` in this folder"),
	sandbox_mode: sandboxMode("Stands for `sandbox_mode` in this folder"),
	always_allow_commands: {
		kind: "list",
		default: [],
		item: { kind: "table", keys: allowedCommandKeys, doc: "One command" },
		doc: "Commands that run here without asking",
	},
	hooks: {
		kind: "list",
		default: [],
		item: { kind: "table", keys: hookKeys, aliases: { run: "command" }, doc: "One hook" },
		doc: "Programs that run at certain moments",
	},
	commands: {
		kind: "list",
		default: [],
		item: { kind: "table", keys: commandKeys, aliases: { run: "command" }, doc: "One command" },
		doc: "Commands of the project",
	},
};

/** The keys. */
export const safetyKeys: KeysOf<SafetyKeys> = {
	approval_policy: { ...approvalPolicy("When a person is asked before a command runs"), default: "on-request" },
	sandbox_mode: { ...sandboxMode("What commands may touch"), default: "read-only" },
	sandbox_workspace_write: {
		kind: "table",
		doc: "Details of the mode workspace-write",
		keys: {
			writable_roots: {
				kind: "list",
				item: { kind: "text", pattern: absolutePath, doc: "A folder" },
				default: [],
				doc: "Folders that are writable besides the working directory; absolute",
			},
			network_access: { kind: "boolean", default: false, doc: "Allows the network" },
			exclude_tmpdir_env_var: { kind: "boolean", default: false, doc: "Keeps `$TMPDIR` read-only" },
			exclude_slash_tmp: { kind: "boolean", default: false, doc: "Keeps `/tmp` read-only" },
			allow_git_writes: { kind: "boolean", default: false, doc: "Allows writes to `.git`, hooks included" },
		},
	},
	sandbox_denied_reads: {
		kind: "list",
		item: {
			kind: "text",
			pattern: { regex: /^[^\0]+$/, means: "a glob" },
			doc: "A glob: `**/.env`, `secrets/*.pem`, `~/.ssh`, `/abs/olute/**`",
		},
		default: [],
		doc: "Files that neither commands nor tools may read; relative ones below the working directory and the writable roots",
	},
	shell_environment_policy: {
		kind: "table",
		doc: "Which environment variables commands get",
		keys: {
			inherit: {
				kind: "choice",
				values: ["all", "core", "none"],
				default: "all",
				doc: "Where to start from: all variables, only HOME, PATH and the like, or none",
			},
			ignore_default_excludes: {
				kind: "boolean",
				default: false,
				doc: "Keeps variables named like *KEY*, *SECRET* or *TOKEN*",
			},
			exclude: globs("Variables to take away"),
			set: { ...variables, doc: "Variables to set" },
			include_only: globs("When not empty: the only variables that are left"),
			experimental_use_profile: { kind: "boolean", default: false, doc: "Runs commands through the shell's profile" },
		},
	},
	confirm_guard: {
		kind: "table",
		doc: "Commands that are confirmed first",
		keys: {
			patterns: {
				kind: "list",
				default: [],
				item: {
					kind: "table",
					rules: [confirmPatternRule],
					doc: "One pattern",
					keys: {
						regex: { kind: "text", required: true, doc: "Regular expression on the command" },
						message: { kind: "text", doc: "Shown when it matches" },
					},
				},
				doc: "Patterns besides the built-in ones",
			},
		},
	},
	approvals_reviewer: { kind: "text", doc: "Who answers approvals" },
	default_permissions: { kind: "text", doc: "Name in `permissions` that applies" },
	permissions: { kind: "open", doc: "Named permission sets" },
	projects: {
		kind: "map",
		key: absolutePath,
		value: { kind: "table", keys: projectKeys, doc: "One folder" },
		doc: "Settings by folder; keys are absolute paths",
	},
};
