import { describe, expect, it } from "vitest";
import { nativeIssues } from "../../src/quality/native-issues.ts";

const spec = `# Reset of passwords

## User Scenarios
Given a user, when the link is opened, then a form is shown.

## Requirements
- **FR-1**: A user must be able to reset the password by mail.
- **FR-2**: The reset must be fast.
- FR-3: The reset mail must be sent within 5 s, so that it is fast.
- FR-3: The link must be single-use.
- FR-4: The word \`fast\` in code must not count.

\`\`\`
- FR-9: fast and TBD in a code block
\`\`\`

## Success Criteria
- 95 % of resets succeed.
- Users like it.
- TBD

## Edge Cases
[NEEDS CLARIFICATION: What happens to open sessions?]
`;

const questions = (gate: Parameters<typeof nativeIssues>[0], documents: Parameters<typeof nativeIssues>[1]) =>
	nativeIssues(gate, documents).map(({ question }) => question);

describe("nativeIssues: clarify", () => {
	const issues = nativeIssues("clarify", { spec });

	it("finds vague words in requirements, unless a number or code takes them back", () => {
		const vague = issues.filter(({ question }) => question.includes("How fast"));
		expect(vague).toMatchObject([{ context: "spec.md:8", resolvability: "need-human", source: "native", answer: "" }]);
	});

	it("finds what the document marks as open, but not in code", () => {
		const open = issues.filter(({ reasoning }) => reasoning.includes("marks it as open"));
		expect(open.map(({ question }) => question)).toEqual([
			'What belongs in the place of TBD in "TBD"?',
			"What happens to open sessions?",
		]);
	});

	it("numbers its issues and names the file", () => {
		expect(issues.map(({ id }) => id)).toEqual(["native-clarify-1", "native-clarify-2", "native-clarify-3"]);
		expect(issues.every(({ affectedArtifacts }) => affectedArtifacts[0] === "spec.md")).toBe(true);
	});

	it("finds nothing in documents that do not exist", () => {
		for (const gate of ["clarify", "checklist", "analyze"] as const) expect(nativeIssues(gate, {})).toEqual([]);
	});
});

describe("nativeIssues: checklist", () => {
	it("finds untestable criteria and ids that are used twice", () => {
		expect(questions("checklist", { spec })).toEqual([
			'How is "Users like it." tested?',
			'How is "TBD" tested?',
			"FR-3 stands for two requirements in spec.md: which one keeps the id?",
		]);
	});

	it("finds missing and empty sections, whatever the titles' numbering and level", () => {
		const issues = nativeIssues("checklist", {
			spec: "# X\n\n### 1. User Stories (P1)\ntext\n\n## Functional Requirements\n\n## Acceptance Criteria\n- All of 5 pass.\n",
		});
		expect(issues).toMatchObject([
			{ question: expect.stringContaining('"Requirements"'), reasoning: "The section is empty" },
			{ question: expect.stringContaining('"Edge Cases"'), reasoning: "The section is missing", magnitude: "minor" },
		]);
	});
});

describe("nativeIssues: analyze", () => {
	const plan = "# Plan\n## Work Breakdown\n1. FR-001 and FR 2\n## Acceptance Mapping\nx\n## Risks\nx\n";
	const required = "# S\n- FR-1: A must.\n- FR-2: B must.\n| FR-3 | C | must |\n";

	it("finds requirements that nobody plans or does, whatever the spelling of ids", () => {
		const tasks = "# Tasks\n- [ ] T001 [P] [US1] Do FR-1, FR-2 and FR-3\n";
		expect(questions("analyze", { spec: required, plan, tasks })).toEqual(["FR-3 is not covered by plan.md"]);
	});

	it("finds names of what does not exist, and numbers used twice", () => {
		const tasks = "# Tasks\n- [ ] T001 FR-1 FR-2 FR-3\n- [x] T001 FR-7\n- [ ] T003 after T002\n";
		expect(questions("analyze", { spec: required, tasks })).toEqual([
			"tasks.md names FR-7, which no requirement has: what is meant?",
			"T001 stands for 2 tasks: which one keeps the number?",
			"tasks.md refers to T002, which is no task: what is meant?",
		]);
	});

	it("holds PRD and spec together, and misses sections of the plan", () => {
		expect(questions("analyze", { prd: "# P\n- FR-5: E must.\n", spec: "# S\n" })).toEqual([
			"FR-5 is not covered by spec.md",
		]);
		expect(questions("analyze", { plan: "# Plan\n## Work Breakdown\nx\n" }).length).toBe(2);
	});
});
