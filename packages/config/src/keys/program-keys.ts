// Keys about the program itself: profile, terminal interface, logins, updates.

import type { ProgramKeys } from "../config.ts";
import type { TuiConfig, TuiStreamConfig } from "../config-sections.ts";
import type { KeysOf, ListShape, TextShape } from "./shape.ts";

const texts = (doc: string): ListShape<TextShape> => ({ kind: "list", item: { kind: "text", doc: "One entry" }, doc });

const streamKeys: KeysOf<TuiStreamConfig> = {
	answer_header_immediate: { kind: "boolean", default: false, doc: "Shows the header before the first line" },
	show_answer_ellipsis: { kind: "boolean", default: true, doc: "Shows that more is coming" },
	commit_tick_ms: { kind: "number", min: 1, doc: "Milliseconds between lines" },
	soft_commit_timeout_ms: { kind: "number", min: 0, doc: "Milliseconds after which an unfinished line is shown" },
	soft_commit_chars: { kind: "number", min: 0, doc: "Characters after which an unfinished line is shown" },
	relax_list_holdback: { kind: "boolean", default: false, doc: "Shows unfinished list items" },
	relax_code_holdback: { kind: "boolean", default: false, doc: "Shows unfinished code blocks" },
	responsive: { kind: "boolean", default: false, doc: "Prefers speed to calm" },
};

const tuiKeys: KeysOf<TuiConfig> = {
	theme: {
		kind: "table",
		doc: "Colours",
		keys: {
			name: { kind: "text", doc: "Name of the theme" },
			colors: { kind: "map", value: { kind: "text", doc: "A colour" }, doc: "Single colours" },
			label: { kind: "text", doc: "Name for people" },
			is_dark: { kind: "boolean", doc: "Whether it is for dark terminals" },
		},
	},
	themes: {
		kind: "map",
		value: {
			kind: "table",
			keys: {
				label: { kind: "text", doc: "Name for people" },
				is_dark: { kind: "boolean", doc: "Whether it is for dark terminals" },
				base: { kind: "text", doc: "Theme whose colours hold for roles that are not named; `dark` when absent" },
				colors: {
					kind: "map",
					value: { kind: "text", doc: "A colour" },
					doc: "Roles with `#rrggbb`, 0 to 255, or a name",
				},
			},
			doc: "A theme",
		},
		doc: "Own themes by name",
	},
	highlight: { kind: "table", doc: "Code", keys: { theme: { kind: "text", doc: "Theme of code blocks" } } },
	show_reasoning: { kind: "boolean", default: false, doc: "Shows reasoning unfolded" },
	stream: { kind: "table", keys: streamKeys, doc: "How answers appear" },
	spinner: {
		kind: "table",
		doc: "The sign that something runs",
		keys: { name: { kind: "text", doc: "Its name" }, custom: { kind: "open", doc: "Own ones" } },
	},
	notifications: {
		kind: "either",
		options: [
			{ kind: "boolean", doc: "All or none" },
			texts("Kinds, for example agent-turn-complete, approval-requested"),
		],
		default: false,
		doc: "Notifies when the terminal lacks focus",
	},
	notification_method: { kind: "choice", values: ["auto", "osc9", "bel"], default: "auto", doc: "How it notifies" },
	notification_condition: {
		kind: "choice",
		values: ["unfocused", "always"],
		default: "unfocused",
		doc: "When it notifies",
	},
	screen: {
		kind: "choice",
		values: ["alternate", "inline"],
		default: "alternate",
		doc: "Where the screen is drawn; `inline` leaves the transcript in the shell's scrollback at the end",
	},
	alternate_screen: { kind: "boolean", default: true, doc: "Codex's name for `screen`: false is `inline`" },
	animations: { kind: "boolean", default: true, doc: "Moves things" },
	status_line: texts("Items of the status line"),
	terminal_title: texts("Items of the terminal's title"),
	keymap: {
		kind: "map",
		value: {
			kind: "either",
			options: [{ kind: "text", doc: "A key, for example `ctrl+s`" }, texts("Keys; an empty list unbinds")],
			doc: "A key or a list of keys",
		},
		doc: "Key bindings: the names that `/keys` shows",
	},
	vim_mode_default: { kind: "boolean", default: false, doc: "Starts the composer in vim mode" },
	cached_terminal_background: { kind: "open", optional: true, doc: "Background found at an earlier start" },
};

/** The keys, without `profiles`, which holds all others. */
export const programKeys: Omit<KeysOf<ProgramKeys>, "profiles"> = {
	profile: { kind: "text", doc: "The profile that applies; `--profile` wins" },
	features: { kind: "map", value: { kind: "boolean", doc: "On or off" }, doc: "Features under trial" },
	notify: {
		...texts("Program that is told of each finished turn: its arguments, then one JSON argument"),
		default: [],
	},
	notice: { kind: "open", doc: "Notices that were seen" },
	file_opener: {
		kind: "choice",
		values: ["vscode", "vscode-insiders", "windsurf", "cursor", "none"],
		default: "vscode",
		doc: "Editor that file links open",
	},
	tui: { kind: "table", keys: tuiKeys, doc: "The terminal interface" },
	disable_paste_burst: { kind: "boolean", default: false, doc: "Does not treat fast typing as a paste" },
	log_dir: { kind: "text", doc: "Folder of logs; `logs` in the home when absent" },
	otel: { kind: "open", doc: "OpenTelemetry" },
	auto_upgrade_enabled: { kind: "boolean", default: false, doc: "Upgrades without asking" },
	check_for_update_on_startup: { kind: "boolean", default: true, doc: "Looks for a new version at the start" },
	preferred_auth_method: {
		kind: "choice",
		values: ["chatgpt", "apikey"],
		default: "chatgpt",
		doc: "Login that wins when there are two",
	},
	forced_login_method: { kind: "choice", values: ["chatgpt", "api"], doc: "The only login that is allowed" },
	cli_auth_credentials_store: {
		kind: "choice",
		values: ["auto", "file", "keyring", "ephemeral"],
		default: "file",
		doc: "Where logins are kept",
	},
};
