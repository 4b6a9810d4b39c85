// What each role returns beside the common core: the field names of the older prompts, so that their readers and ours
// understand both. A role that a stage does not know adds nothing.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import type { AgentRole } from "../agent.ts";
import type { Stage } from "../stage.ts";
import { consensusNote, type Fields, listOf, note, optional, wordList, words } from "./answer-parts-schema.ts";

/** Extra fields of one role in one stage, and values that pass. */
export interface Extras {
	readonly fields: Fields;
	readonly sample: JsonObject;
}

type VoterRole = Extract<AgentRole, "research" | "synthesis" | "code" | "review">;

const nothing: Extras = { fields: {}, sample: {} };

const plan: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: { research_summary: listOf({ topic: words, details: words }), questions: wordList },
		sample: {
			research_summary: [{ topic: "Mail", details: "src/mail.ts sends through one queue" }],
			questions: ["How long is a reset link valid?"],
		},
	},
	review: {
		fields: { feasibility_notes: wordList, missing_items: wordList },
		sample: { feasibility_notes: ["The mail queue exists"], missing_items: [] },
	},
};

const tasks: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: {
			surfaces: listOf({ area: words, files: wordList, tests: wordList, notes: note }),
			dependencies: wordList,
			spec_status: listOf({ task_id: words, status: words }),
		},
		sample: {
			surfaces: [{ area: "auth", files: ["src/auth.ts"], tests: ["test/auth.test.ts"], notes: "" }],
			dependencies: ["mail queue"],
			spec_status: [{ task_id: "T001", status: "Backlog" }],
		},
	},
	synthesis: {
		fields: { acceptance_coverage: wordList, followups: wordList },
		sample: { acceptance_coverage: ["FR-1 by T001"], followups: [] },
	},
	review: {
		fields: { validated_tasks: optional(z.array(z.looseObject({}))), command_plan: wordList },
		sample: { command_plan: ["pnpm test"] },
	},
};

const implement: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: {
			code_paths: listOf({ area: words, files: wordList, notes: note }),
			recent_changes: wordList,
			edge_cases: wordList,
			tests: wordList,
		},
		sample: {
			code_paths: [{ area: "auth", files: ["src/auth.ts"], notes: "" }],
			recent_changes: [],
			edge_cases: ["An expired token"],
			tests: ["test/auth.test.ts"],
		},
	},
	synthesis: {
		fields: {
			approach: listOf({ task_id: words, summary: words }),
			validation_plan: listOf({ command: words, purpose: words }),
		},
		sample: {
			approach: [{ task_id: "T001", summary: "A route of its own" }],
			validation_plan: [{ command: "pnpm test reset", purpose: "The endpoint" }],
		},
	},
	code: {
		fields: {
			diff_proposals: listOf({ path: words, change: words, rationale: note, confidence: z.number().min(0).max(1) }),
			test_commands: wordList,
			tool_calls: wordList,
		},
		sample: {
			diff_proposals: [{ path: "src/reset.ts", change: "new file", rationale: "FR-1", confidence: 0.8 }],
			test_commands: ["pnpm test reset"],
			tool_calls: [],
		},
	},
	review: {
		fields: { checklist: listOf({ step: words, command: note }) },
		sample: { checklist: [{ step: "Build", command: "pnpm build" }] },
	},
};

const validate: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: {
			scenarios: listOf({ name: words, status: words, failures: wordList, log: note }),
			evidence: wordList,
		},
		sample: {
			scenarios: [{ name: "test", status: "passed", failures: [], log: "" }],
			evidence: ["spec-validate.log"],
		},
	},
	synthesis: {
		fields: { analysis: listOf({ requirement: words, status: words, notes: note }), remediation: wordList },
		sample: { analysis: [{ requirement: "FR-1", status: "passed", notes: "" }], remediation: [] },
	},
	review: { fields: { next_actions: wordList }, sample: { next_actions: [] } },
};

const audit: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: { diff_summary: words, telemetry: wordList, todos: wordList, compliance_flags: wordList },
		sample: { diff_summary: "1 file, 80 lines", telemetry: ["spec-audit.json"], todos: [], compliance_flags: [] },
	},
	synthesis: {
		fields: {
			evidence: listOf({ name: words, path: words }),
			risks: listOf({ risk: words, mitigation: note }),
			open_items: wordList,
		},
		sample: { evidence: [{ name: "tests", path: "test/reset.test.ts" }], risks: [], open_items: [] },
	},
	review: { fields: { recommendation: words }, sample: { recommendation: "Release it" } },
};

const unlock: Partial<Record<VoterRole, Extras>> = {
	research: {
		fields: { branch_state: words, pending_work: wordList, risks: wordList },
		sample: { branch_state: "clean, ahead by 3", pending_work: [], risks: [] },
	},
	synthesis: {
		fields: { rationale: words, safeguards: wordList, followups: wordList },
		sample: { rationale: "All requirements passed", safeguards: ["A feature flag"], followups: [] },
	},
	review: { fields: { steps: wordList }, sample: { steps: ["Merge"] } },
};

const byStage: Readonly<Record<Stage, Partial<Record<VoterRole, Extras>>>> = {
	plan,
	tasks,
	implement,
	validate,
	audit,
	unlock,
};

/** The extras of a voter's role, or of the aggregator, which tells in its own words what was agreed. */
export function extrasOf(stage: Stage, role: VoterRole | "aggregator"): Extras {
	if (role !== "aggregator") return byStage[stage][role] ?? nothing;
	return {
		fields: { consensus: consensusNote },
		sample: { consensus: { agreements: ["Everybody starts with FR-1"], conflicts: [] } },
	};
}
