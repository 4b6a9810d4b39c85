// Keys about what the model is told and what is kept of a session.

import type { ContextKeys } from "../config.ts";
import type { KeysOf } from "./shape.ts";

/** The keys. */
export const contextKeys: KeysOf<ContextKeys> = {
	instructions: { kind: "text", doc: "Instructions of the user, before those of AGENTS.md" },
	developer_instructions: { kind: "text", doc: "Instructions sent as developer message" },
	compact_prompt: { kind: "text", doc: "Prompt of compaction; the built-in one when absent" },
	experimental_instructions_file: { kind: "text", doc: "File that replaces the built-in base instructions" },
	experimental_resume: { kind: "text", doc: "Session file to go on from" },
	project_doc_max_bytes: {
		kind: "number",
		min: 0,
		default: 32_768,
		doc: "Bytes of AGENTS.md files in all; 0 turns them off",
	},
	project_doc_fallback_filenames: {
		kind: "list",
		item: { kind: "text", doc: "A file name" },
		default: [],
		doc: "File names that are tried after AGENTS.md in each folder",
	},
	project_root_markers: {
		kind: "list",
		item: { kind: "text", doc: "A file or folder name" },
		default: [".git"],
		doc: "What marks the root of a project",
	},
	tool_output_token_limit: {
		kind: "number",
		min: 1,
		doc: "Tokens of one tool's output for the model; 10000 when absent",
	},
	background_terminal_max_timeout: { kind: "number", min: 1, doc: "Milliseconds that a background command may live" },
	history: {
		kind: "table",
		doc: "The file of earlier prompts",
		keys: {
			persistence: {
				kind: "choice",
				values: ["save-all", "none"],
				default: "save-all",
				doc: "Whether prompts are kept",
			},
			max_bytes: { kind: "number", min: 0, doc: "Most bytes of the file; unlimited when absent" },
		},
	},
	sessions: {
		kind: "table",
		doc: "What `code gc` may delete; nothing is deleted without it",
		keys: {
			max_age_days: {
				kind: "number",
				min: 0,
				// Half a year: by then a session is history and not work.
				default: 180,
				doc: "Days since its last change after which a session may go; 0 keeps all",
			},
			max_total_mib: {
				kind: "number",
				min: 0,
				// 4 GiB: little beside the disks that people have.
				default: 4096,
				doc: "MiB of all sessions together; beyond, the oldest may go; 0 is no cap",
			},
		},
	},
	memories: { kind: "open", doc: "The memory server" },
	skills: { kind: "open", doc: "Skills" },
};
