// Keys of the Spec-Kit pipeline. Every single value here can also be set by an environment variable: see
// `layers/environment-policy.ts`.

import type { SpeckitAgentConfig, SpeckitConfig, SpeckitHalConfig } from "../config-sections.ts";
import type { KeysOf, ListShape, NumberShape, TextShape } from "./shape.ts";

const halKeys: KeysOf<SpeckitHalConfig> = {
	mode: {
		kind: "choice",
		values: ["mock", "live", "real"],
		default: "mock",
		doc: "Whether the product is really called",
	},
	skip: { kind: "boolean", default: false, doc: "Leaves the checks out" },
	secret_env: { kind: "text", doc: "Environment variable that holds the product's secret" },
	require_secret: { kind: "boolean", default: false, doc: "A missing secret fails the checks" },
	base_url: { kind: "text", doc: "Address of the product" },
	evidence_dir: { kind: "text", doc: "Where the answers are kept" },
};

const agentKeys: KeysOf<SpeckitAgentConfig> = {
	provider: { kind: "text", doc: "Model provider" },
	model: { kind: "text", doc: "Model" },
	effort: {
		kind: "choice",
		values: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
		doc: "How hard it thinks",
	},
	command: { kind: "text", doc: "Entry of `[[agents]]` that answers instead" },
	enabled: { kind: "boolean", default: true, doc: "Whether it is asked" },
};

const agentList = (doc: string): ListShape<TextShape> => ({
	kind: "list",
	item: { kind: "text", doc: "An agent" },
	doc,
});

const share = (doc: string): NumberShape => ({ kind: "number", fraction: true, min: 0, max: 1, doc });

/** The keys. */
export const speckitKeys: KeysOf<SpeckitConfig> = {
	evidence_dir: { kind: "text", doc: "Where evidence is kept" },
	allow_dirty: { kind: "boolean", default: false, doc: "Runs with uncommitted changes in the work tree" },
	baseline_allow_fail: { kind: "boolean", default: false, doc: "Goes on when the baseline audit fails" },
	baseline_force_fail: { kind: "boolean", default: false, doc: "Makes the baseline audit fail, to try the handling" },
	cargo_manifest: { kind: "text", doc: "Manifest of a Rust workspace" },
	code_cli: { kind: "text", doc: "Program that policy checks call" },
	context_cache: { kind: "text", doc: "Folder of cached context" },
	session_id: { kind: "text", doc: "Name of the run in file names" },
	policy: {
		kind: "table",
		doc: "Commands of the policy checks",
		keys: {
			prefilter_cmd: { kind: "text", doc: "First check; may hold `{spec_id}` and `{stage}`" },
			final_cmd: { kind: "text", doc: "Second check; may hold `{spec_id}` and `{stage}`" },
		},
	},
	hal: { kind: "table", keys: halKeys, doc: "Smoke checks against the product" },
	telemetry_hal: { kind: "boolean", default: false, doc: "Writes the result of the smoke checks into the evidence" },
	stage_agents: { kind: "map", value: { kind: "text", doc: "An agent" }, doc: "Agent by stage" },
	models: { kind: "map", value: { kind: "text", doc: "A model" }, doc: "Model by role" },
	agents: {
		kind: "map",
		value: { kind: "table", keys: agentKeys, doc: "One agent" },
		doc: "Who fills the seats `gemini`, `claude`, `code`, `gpt_codex` and `gpt_pro`",
	},
	rosters: {
		kind: "map",
		value: { kind: "list", item: { kind: "text", doc: "An agent" }, doc: "Agents" },
		doc: "Who votes, by stage",
	},
	gate_roster: agentList("Who is asked in quality gates"),
	aggregators: agentList("Who words a verdict: the first that is present"),
	arbiter: { kind: "text", doc: "Who is asked about what contradicts itself" },
	commands: {
		kind: "table",
		doc: "Commands of the project, run in the sandbox",
		keys: {
			build: { kind: "text", doc: "Builds it" },
			lint: { kind: "text", doc: "Checks its style" },
			test: { kind: "text", doc: "Tests it" },
			timeout_seconds: { kind: "number", min: 1, max: 86_400, default: 600, doc: "Seconds that each may take" },
		},
	},
	implement: {
		kind: "table",
		doc: "How agreed tasks are carried out",
		keys: {
			enabled: { kind: "boolean", default: true, doc: "Whether implement changes code, beside agreeing on how" },
			candidates: { kind: "number", min: 1, max: 5, default: 1, doc: "How many agents do the work, each for itself" },
			repairs: {
				kind: "number",
				min: 0,
				max: 10,
				default: 2,
				doc: "How often an agent may put right what build, lint or test complain about",
			},
			setup: { kind: "text", doc: "Command that makes a fresh work tree ready, for example `npm ci`" },
			timeout_seconds: {
				kind: "number",
				min: 1,
				max: 86_400,
				default: 3600,
				doc: "Seconds that one task may take",
			},
		},
	},
	hooks: {
		kind: "map",
		value: { kind: "text", doc: "Shell text" },
		doc: "Commands that run `before_<command>` and `after_<command>`",
	},
	max_context_chars: { kind: "number", min: 1000, max: 10_000_000, doc: "Characters of context in a prompt" },
	quality_gates: {
		kind: "table",
		doc: "Quality gates between stages",
		keys: {
			enabled: { kind: "boolean", default: true, doc: "Whether they run" },
			max_questions: { kind: "number", min: 0, max: 50, default: 5, doc: "Most questions of one checkpoint" },
			min_confidence_for_auto_apply: {
				kind: "number",
				fraction: true,
				min: 0,
				max: 1,
				default: 0.65,
				doc: "Agreement, 0 to 1, from which an answer is applied without asking",
			},
			min_test_coverage: {
				kind: "number",
				fraction: true,
				min: 0,
				max: 100,
				doc: "Per cent of covered lines that pass",
			},
			schema_validation: { kind: "boolean", default: true, doc: "Checks answers against their schema" },
		},
	},
	consensus: {
		kind: "table",
		doc: "Agreement between agents",
		keys: {
			min_agents: { kind: "number", min: 1, default: 2, doc: "Fewest agents that make a verdict" },
			max_agents: { kind: "number", min: 1, default: 5, doc: "Most agents that are asked" },
			timeout_seconds: { kind: "number", min: 1, default: 300, doc: "Seconds that one agent may take" },
			allow_degraded: { kind: "boolean", default: false, doc: "Goes on when roles are missing" },
			similarity_threshold: {
				kind: "number",
				fraction: true,
				min: 0,
				max: 1,
				default: 0.6,
				doc: "Similarity, 0 to 1, from which two items count as the same",
			},
			mode: {
				kind: "choice",
				values: ["multi", "single"],
				default: "multi",
				doc: "Whether a roster votes, or its first agent answers alone",
			},
			threshold: share("Part of the voters present, 0 to 1, that makes agreement"),
			quorum: share("Part of the roster, 0 to 1, that must answer"),
			majority: { kind: "boolean", default: true, doc: "Whether a majority settles what the arbiter could not" },
		},
	},
	retry: {
		kind: "table",
		doc: "Re-runs of agents",
		keys: {
			max_retries: { kind: "number", min: 0, max: 20, default: 3, doc: "Tries after the first" },
			validate: { kind: "number", min: 0, max: 20, default: 2, doc: "More rounds of implement and validate" },
			base_delay_ms: { kind: "number", min: 0, default: 1000, doc: "Milliseconds before the first re-run" },
			max_delay_ms: { kind: "number", min: 0, default: 30_000, doc: "Most milliseconds before a re-run" },
		},
	},
	evidence: {
		kind: "table",
		doc: "Keeping of evidence",
		keys: {
			enabled: { kind: "boolean", default: true, doc: "Whether it is kept" },
			max_size_per_spec_mb: { kind: "number", fraction: true, min: 0, default: 25, doc: "Megabytes of one SPEC" },
			retention_days: { kind: "number", min: 0, default: 90, doc: "Days before it is archived" },
		},
	},
	cost: {
		kind: "table",
		doc: "Spending",
		keys: {
			enabled: { kind: "boolean", default: true, doc: "Whether it is watched" },
			daily_limit_usd: { kind: "number", fraction: true, min: 0, doc: "US dollars a day" },
			monthly_limit_usd: { kind: "number", fraction: true, min: 0, doc: "US dollars a month" },
			alert_threshold: {
				kind: "number",
				fraction: true,
				min: 0,
				max: 1,
				default: 0.8,
				doc: "Part of a limit that warns",
			},
		},
	},
};
