import { describe, expect, it } from "vitest";
import type { AgentName } from "../../src/agent.ts";
import { defaultSpecKitConfig } from "../../src/config.ts";
import type { Confidence, FoundIssue, Magnitude, Resolvability } from "../../src/issue.ts";
import { foundIssues } from "../../src/quality/found-issues.ts";
import { mergeIssues } from "../../src/quality/merge-issues.ts";
import { decideIssue, type MergedIssue } from "../../src/quality/merged-issue.ts";
import { judgeValidation, leaveAsItIs, questionsOf } from "../../src/quality/questions.ts";
import { gateSchema, validatorSchema } from "../../src/schema/issues-schema.ts";

const config = defaultSpecKitConfig;

function found(source: FoundIssue["source"], more: Partial<FoundIssue> = {}): FoundIssue {
	return {
		id: "Q1",
		gate: "clarify",
		source,
		question: "How long is a reset link valid?",
		answer: "30 minutes",
		confidence: "high",
		magnitude: "minor",
		resolvability: "auto-fix",
		context: "",
		reasoning: "",
		affectedArtifacts: [],
		...more,
	};
}

function only(issues: readonly FoundIssue[]): MergedIssue {
	const merged = mergeIssues(issues, config);
	expect(merged.length).toBe(1);
	const [issue] = merged;
	if (issue === undefined) throw new Error("nothing was merged");
	return issue;
}

describe("foundIssues", () => {
	it("reads the normalised shape that all gates are asked for", () => {
		for (const gate of ["clarify", "checklist", "analyze"] as const) {
			const [issue] = foundIssues(gate, "claude", gateSchema(gate).sample);
			expect(issue).toMatchObject({ gate, source: "claude", magnitude: "important", resolvability: "suggest-fix" });
			expect(issue?.question).not.toBe("");
			expect(issue?.answer).not.toBe("");
		}
	});

	it("reads scored requirements: those under 6 are issues, those under 4 important ones", () => {
		const requirement = (id: string, overall: number) => ({
			id,
			text: `${id} text`,
			scores: { clarity: overall },
			overall,
			suggested_improvement: "Say how fast",
			confidence: "medium",
			resolvability: "suggest_fix",
		});
		const answer = { requirements: [requirement("FR-1", 5.9), requirement("FR-2", 6), requirement("FR-3", 3.9)] };
		expect(foundIssues("checklist", "code", answer)).toMatchObject([
			{ id: "FR-1", magnitude: "minor", answer: "Say how fast", context: "clarity 5.9", resolvability: "suggest-fix" },
			{ id: "FR-3", magnitude: "important" },
		]);
	});

	it("reads typed findings", () => {
		const answer = {
			issues: [
				{
					id: "A1",
					type: "terminology",
					description: "User and customer are mixed",
					severity: "CRITICAL",
					affected_artifacts: ["plan.md"],
					suggested_fix: "user → customer",
					confidence: "high",
					resolvability: "auto-fix",
				},
			],
		};
		expect(foundIssues("analyze", "gemini", answer)).toMatchObject([
			{
				question: "User and customer are mixed",
				answer: "user → customer",
				magnitude: "critical",
				context: "terminology",
				affectedArtifacts: ["plan.md"],
				suggestedFix: "user → customer",
			},
		]);
	});

	it("reads what is left out as the more careful value, and leaves out what says nothing", () => {
		const answer = {
			issues: [{ question: "Why?" }, { id: "Q2" }, "How?", 5, { question: "What?", answer: "unknown" }],
		};
		const issues = foundIssues("clarify", "gemini", answer);
		expect(issues.map(({ question }) => question)).toEqual(["Why?", "How?", "What?"]);
		expect(issues[0]).toMatchObject({
			id: "gemini-1",
			answer: "",
			confidence: "low",
			magnitude: "minor",
			resolvability: "need-human",
		});
		expect(issues[2]?.answer).toBe("");
		expect(foundIssues("clarify", "gemini", {})).toEqual([]);
	});
});

describe("mergeIssues", () => {
	it("merges by what issues say, whatever their ids", () => {
		const merged = mergeIssues(
			[
				found("gemini", { id: "Q1" }),
				found("claude", { id: "Q7", question: "For how long is the reset link valid?", answer: "30 minutes." }),
				found("code", { id: "Q1", question: "Which roles may delete projects?", answer: "Owners" }),
			],
			config,
		);
		expect(merged.map(({ agents }) => agents)).toEqual([["gemini", "claude"], ["code"]]);
	});

	it("counts agreement over the whole gate roster, and ignores what agents say of their own confidence", () => {
		const two = only([found("gemini"), found("claude", { answer: "30 MINUTES" })]);
		expect(two).toMatchObject({ agreement: 2 / 3, confidence: "medium", majorityAnswer: "30 minutes" });
		const all = only([found("gemini"), found("claude"), found("code", { confidence: "low" })]);
		expect(all).toMatchObject({ agreement: 1, confidence: "high" });
	});

	it("takes the gravest magnitude and the most cautious resolvability", () => {
		const issue = only([
			found("gemini", { magnitude: "minor", resolvability: "auto-fix" }),
			found("claude", { magnitude: "critical", resolvability: "suggest-fix" }),
		]);
		expect(issue).toMatchObject({ magnitude: "critical", resolvability: "suggest-fix" });
	});

	it("has no majority answer when proposals tie or differ, and none from our own checks", () => {
		expect(only([found("gemini"), found("claude", { answer: "One day" })])).toMatchObject({
			majorityAnswer: "",
			agreement: 0,
			confidence: "low",
			answers: { gemini: "30 minutes", claude: "One day" },
		});
		expect(only([found("native"), found("gemini")])).toMatchObject({ native: true, agents: ["gemini"] });
	});

	it("does not take an answer and its denial for one", () => {
		const issue = only([
			found("gemini", { answer: "Links are valid for several logins" }),
			found("claude", { answer: "Links are not valid for several logins" }),
		]);
		expect(issue.majorityAnswer).toBe("");
	});

	it("keeps every issue, gravest first, with ids of its own", () => {
		const merged = mergeIssues(
			[
				found("gemini", { question: "Which font?", magnitude: "minor" }),
				found("gemini", { question: "Who may pay?", magnitude: "critical" }),
				found("claude", { question: "How many currencies?", magnitude: "important" }),
			],
			config,
		);
		expect(merged.map(({ id, magnitude }) => [id, magnitude])).toEqual([
			["clarify-1", "critical"],
			["clarify-2", "important"],
			["clarify-3", "minor"],
		]);
	});
});

describe("decideIssue", () => {
	const issue = (confidence: Confidence, magnitude: Magnitude, resolvability: Resolvability): MergedIssue => ({
		...only([found("gemini"), found("claude"), found("code")]),
		confidence,
		magnitude,
		resolvability,
	});

	it("follows the matrix of agreement, magnitude and resolvability", () => {
		const routes = (confidence: Confidence) =>
			(["minor", "important", "critical"] as const).map((magnitude) =>
				(["auto-fix", "suggest-fix", "need-human"] as const).map((resolvability) =>
					decideIssue(issue(confidence, magnitude, resolvability)),
				),
			);
		expect(routes("high")).toEqual([
			["auto", "auto", "ask"],
			["auto", "confirm", "ask"],
			["ask", "ask", "ask"],
		]);
		expect(routes("medium")).toEqual([
			["auto", "confirm", "ask"],
			["validate", "validate", "ask"],
			["ask", "ask", "ask"],
		]);
		expect(routes("low").flat()).toEqual(Array.from({ length: 9 }, () => "ask"));
	});

	it("invariant 6: unanimous and minor is applied; critical is always asked; a single agent never applies", () => {
		const agents: readonly AgentName[] = ["gemini", "claude", "code"];
		expect(decideIssue(only(agents.map((agent) => found(agent))))).toBe("auto");
		expect(decideIssue(only(agents.map((agent) => found(agent, { magnitude: "critical" }))))).toBe("ask");
		for (const gateRoster of [agents, ["gemini"] as const]) {
			const [single] = mergeIssues([found("gemini")], { ...config, gateRoster });
			expect(single && decideIssue(single)).toBe("ask");
		}
		expect(decideIssue(only([found("native"), found("gemini")]))).toBe("ask");
	});

	it("asks when nobody proposes an answer", () => {
		expect(
			decideIssue(only(["gemini", "claude", "code"].map((agent) => found(agent as AgentName, { answer: "" })))),
		).toBe("ask");
	});
});

describe("questionsOf", () => {
	const issues = (["minor", "critical", "important", "minor", "critical", "important", "minor"] as const).map(
		(magnitude, index): MergedIssue => ({ ...only([found("gemini")]), id: `clarify-${index}`, magnitude }),
	);

	it("asks at most five, the gravest first, and defers the rest", () => {
		const { questions, deferred } = questionsOf(issues, 5);
		expect(questions.map(({ id }) => id)).toEqual(["clarify-1", "clarify-4", "clarify-2", "clarify-5", "clarify-0"]);
		expect(deferred.map(({ id }) => id)).toEqual(["clarify-3", "clarify-6"]);
		expect(questionsOf(issues).questions.length).toBe(5);
		expect(questionsOf(issues, 0)).toMatchObject({ questions: [], deferred: { length: 7 } });
	});

	it("offers each proposal once and the way out, the majority's recommended", () => {
		const merged = only([
			found("gemini", { answer: "One day" }),
			found("claude"),
			found("code", { answer: "30 minutes" }),
		]);
		const { questions } = questionsOf([merged]);
		expect(questions).toMatchObject([
			{ options: ["30 minutes", "One day", leaveAsItIs], recommended: 0, agentAnswers: { gemini: "One day" } },
		]);
		expect(questionsOf([only([found("gemini", { answer: "" })])]).questions[0]).not.toHaveProperty("recommended");
	});
});

describe("judgeValidation", () => {
	const issues = [1, 2, 3].map(
		(index): MergedIssue => ({ ...only([found("gemini"), found("claude")]), id: `clarify-${index}` }),
	);
	const judgement = (index: number, agrees: boolean, more = {}) => ({
		issue_index: index,
		agrees_with_majority: agrees,
		reasoning: "The PRD says one day",
		recommended_answer: agrees ? null : "One day",
		confidence: "high",
		...more,
	});
	const ids = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id);

	it("applies a clear yes, and asks with the validator's reason and answer otherwise", () => {
		const { apply, ask } = judgeValidation(issues, {
			judgements: [judgement(1, true), judgement(2, false), judgement(3, true)],
		});
		expect(ids(apply)).toEqual(["clarify-1", "clarify-3"]);
		expect(ask).toMatchObject([{ validatorReason: "The PRD says one day", recommendedAnswer: "One day" }]);
		expect(questionsOf(ask).questions).toMatchObject([
			{ recommended: 0, options: ["One day", "30 minutes", leaveAsItIs], validatorReason: "The PRD says one day" },
		]);
	});

	it("invariant 8: no validator, or one that leaves some out, sends them to a person", () => {
		expect(ids(judgeValidation(issues, undefined).ask)).toEqual(ids(issues));
		expect(ids(judgeValidation(issues, { judgements: [judgement(2, true)] }).ask)).toEqual(["clarify-1", "clarify-3"]);
		expect(judgeValidation(issues, { judgements: "none" }).apply).toEqual([]);
	});

	it("asks on contradiction, low confidence and a critical flag", () => {
		const judgements = [
			judgement(1, true),
			judgement(1, false),
			judgement(2, true, { confidence: "low" }),
			judgement(3, true, { critical_flag: true }),
		];
		expect(judgeValidation(issues, { judgements }).apply).toEqual([]);
	});

	it("reads the sample of its schema", () => {
		expect(judgeValidation(issues.slice(0, 1), validatorSchema().sample).apply.length).toBe(1);
	});
});

describe("one checkpoint", () => {
	it("invariant 7: majority issues and issues without agreement are both handled", () => {
		const important = { magnitude: "important", resolvability: "suggest-fix" } as const;
		const merged = mergeIssues(
			[
				found("gemini", important),
				found("claude", important),
				found("code", { question: "Which currencies does the shop accept?", answer: "Euro" }),
			],
			config,
		);
		expect(merged.map(decideIssue).sort()).toEqual(["ask", "validate"]);
	});
});
