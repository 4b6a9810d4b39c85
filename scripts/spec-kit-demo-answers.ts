// What the agents of Spec-Kit's demo say when it is recorded: three voters who mostly agree, one question that they cannot
// settle, and a patch. Plain data by stage and role; the recorder serves it over real HTTP.

import type { JsonObject } from "../packages/protocol/src/index.ts";

/** Who is asked for what. */
export interface AskedOfDemo {
	readonly agent: string;
	readonly role: string;
	/** A stage, or the stage that a gate stands before. */
	readonly stage: string;
	/** The gate, for the role `gate`. */
	readonly gate: string | undefined;
}

const requirements = ["FR-1", "FR-2", "FR-3"];

const plan: JsonObject = {
	work_breakdown: [
		{
			step: "Add src/csv.js with toCsv, which writes the header and one row an item",
			rationale: "FR-1 names the header, the rows and CRLF",
			success_signal: "The case FR-1 of test/run.js passes",
			requirement_ids: ["FR-1"],
		},
		{
			step: "Quote fields with a comma, a quote or a line break and double their quotes",
			rationale: "FR-2",
			success_signal: "The case FR-2 of test/run.js passes",
			requirement_ids: ["FR-2"],
		},
		{
			step: "Format prices with formatPrice, so that they have two decimals",
			rationale: "FR-3; the formatter handles the sign already",
			success_signal: "Both cases FR-3 of test/run.js pass",
			requirement_ids: ["FR-3"],
		},
	],
	acceptance_mapping: requirements.map((requirement) => ({
		requirement,
		validation_step: "node test/run.js",
		artifact: "test/run.js",
	})),
	risks: [
		{ risk: "A spreadsheet reads a leading = as a formula", owner: "owner", mitigation: "Names come from the shop" },
	],
	decision: "go",
};

const tasks: JsonObject = {
	tasks: [
		{
			id: "T001",
			title: "Write toCsv with header, rows, quoting and prices",
			story: "P1",
			files: ["src/csv.js"],
			depends_on: [],
			parallel: false,
			validation: "node test/run.js",
			requirement_ids: requirements,
		},
	],
	coverage: requirements.map((requirement) => ({ requirement, task_ids: ["T001"] })),
};

const implement: JsonObject = {
	operations: [{ path: "src/csv.js", change: "create", description: "toCsv for T001" }],
	validation_commands: ["node test/run.js"],
	risks: [{ risk: "A line break in a name", mitigation: "It is quoted like a comma" }],
};

const validate: JsonObject = {
	requirements: requirements.map((id) => ({
		id,
		status: "passed",
		evidence: `test/run.js: the cases ${id} pass`,
	})),
	decision: "pass",
};

const audit: JsonObject = {
	checks: [
		{ id: "C1", item: "Every functional requirement has a passing test", status: "passed", severity: "high" },
		{ id: "C2", item: "Nothing but src/csv.js changed in the code", status: "passed", severity: "medium" },
	],
	decision: "go",
	conditions: [],
};

const unlock: JsonObject = {
	decision: "approved",
	conditions: [],
	follow_ups: ["Offer the export in the shop's menu"],
};

const cores: Readonly<Record<string, JsonObject>> = { plan, tasks, implement, validate, audit, unlock };

const extras: Readonly<Record<string, JsonObject>> = {
	"plan/research": {
		research_summary: [{ topic: "CSV", details: "RFC 4180 ends lines with CRLF and doubles quotes" }],
		questions: [],
	},
	"plan/review": { feasibility_notes: ["formatPrice can be used as it is"], missing_items: [] },
	"tasks/research": {
		surfaces: [{ area: "export", files: ["src/csv.js"], tests: ["test/run.js"], notes: "The test exists" }],
		dependencies: ["src/format-price.js"],
		spec_status: [],
	},
	"tasks/synthesis": { acceptance_coverage: ["FR-1, FR-2 and FR-3 by T001"], followups: [] },
	"tasks/review": { command_plan: ["node test/run.js"] },
	"implement/research": {
		code_paths: [{ area: "export", files: ["src/csv.js", "src/format-price.js"], notes: "" }],
		recent_changes: [],
		edge_cases: ["An empty list is the header alone"],
		tests: ["test/run.js"],
	},
	"implement/synthesis": {
		approach: [{ task_id: "T001", summary: "One function that maps items to lines" }],
		validation_plan: [{ command: "node test/run.js", purpose: "All requirements" }],
	},
	"implement/code": {
		diff_proposals: [{ path: "src/csv.js", change: "new file", rationale: "FR-1 to FR-3", confidence: 0.9 }],
		test_commands: ["node test/run.js"],
		tool_calls: [],
	},
	"implement/review": { checklist: [{ step: "The tests pass", command: "node test/run.js" }] },
	"validate/research": {
		scenarios: [{ name: "test", status: "passed", failures: [], log: "6 passed, 0 failed" }],
		evidence: ["test/run.js"],
	},
	"validate/synthesis": {
		analysis: requirements.map((requirement) => ({ requirement, status: "passed", notes: "" })),
		remediation: [],
	},
	"validate/review": { next_actions: [] },
	"audit/research": {
		diff_summary: "One new file, src/csv.js",
		telemetry: [],
		todos: [],
		compliance_flags: [],
	},
	"audit/synthesis": { evidence: [{ name: "tests", path: "test/run.js" }], risks: [], open_items: [] },
	"audit/review": { recommendation: "Release it" },
	"unlock/research": { branch_state: "The change is on the branch", pending_work: [], risks: [] },
	"unlock/synthesis": { rationale: "All requirements passed", safeguards: ["The tests"], followups: [] },
	"unlock/review": { steps: ["Merge"] },
};

/** What one agent alone sees: kept as dissent, or asked of a person. */
function own({ agent, stage, role }: AskedOfDemo, answer: JsonObject): JsonObject {
	const risks = answer["risks"];
	if (role === "aggregator" || stage !== "plan" || agent !== "claude" || !Array.isArray(risks)) return answer;
	const risk = { risk: "Names with a semicolon confuse some spreadsheets", owner: "owner", mitigation: "Say so" };
	return { ...answer, risks: [...risks, risk] };
}

const separators: Readonly<Record<string, string>> = {
	gemini: "A comma",
	claude: "A semicolon, as spreadsheets in Europe expect it",
	code: "A tab",
};

/** The one thing that the documents leave open: each agent would settle it in another way. */
function issues({ agent, gate, stage }: AskedOfDemo): readonly JsonObject[] {
	if (gate !== "clarify" || stage !== "plan") return [];
	return [
		{
			id: "Q1",
			question: "Which separator stands between the fields?",
			answer: separators[agent] ?? "A comma",
			confidence: "low",
			magnitude: "critical",
			resolvability: "need-human",
			context: "FR-1 shows the header alone",
			reasoning: "Spreadsheets of different countries expect different ones",
			affected_requirements: ["FR-1"],
			affected_artifacts: ["spec.md"],
		},
	];
}

/** The answer of an agent that is asked for JSON. */
export function demoAnswer(asked: AskedOfDemo): JsonObject {
	const { agent, role, stage } = asked;
	if (role === "gate") return { agent, issues: issues(asked) };
	if (role === "gate-validator") {
		const judgement = {
			issue_index: 1,
			agrees_with_majority: false,
			reasoning: "There is no majority, and the documents do not say",
			recommended_answer: null,
			confidence: "low",
		};
		return { agent, judgements: [judgement] };
	}
	if (role === "arbiter") return { agent, resolutions: [] };
	const consensus = { agreements: ["The voters agree on what is to be done"], conflicts: [] };
	const more = role === "aggregator" ? { consensus } : extras[`${stage}/${role}`];
	return own(asked, { agent, ...more, ...cores[stage] });
}

/** The patch of the agent that implements. */
export const demoPatch = `*** Begin Patch
*** Add File: src/csv.js
+import { formatPrice } from "./format-price.js";
+
+const field = (text) => (/[",\\r\\n]/.test(text) ? \`"\${text.replaceAll('"', '""')}"\` : text);
+
+/** The list as CSV (RFC 4180): a header and one row an item, each line ended by CRLF. */
+export function toCsv(items) {
+	const rows = items.map(({ name, cents }) => [name, formatPrice(cents)]);
+	return [["name", "price"], ...rows].map((row) => \`\${row.map(field).join(",")}\\r\\n\`).join("");
+}
*** End Patch`;

/** What that agent says at the end. */
export const demoDone = "T001 is done: src/csv.js has `toCsv`; `node test/run.js` passes 6 of 6.";
