import { describe, expect, it } from "vitest";
import { type CommandRequest, decideCommand } from "../../src/decide.ts";
import { ExecPolicyError } from "../../src/policy-error.ts";
import { parseRules } from "../../src/rules/parse-rules.ts";
import { proposeRules, type RuleOffer } from "../../src/rules/propose-rule.ts";
import { createRuleSet } from "../../src/rules/rule-set.ts";
import { appendRules, writeAllowRule } from "../../src/rules/rule-text.ts";
import { isAtLeast } from "../../src/verdict.ts";
import { rulesOf } from "../rules-of.ts";

function offersFor(request: CommandRequest, rules = rulesOf("")): readonly RuleOffer[] {
	const proposal = proposeRules(request, rules);
	return proposal.kind === "offers" ? proposal.offers : [];
}

const linesOf = (offer: RuleOffer | undefined): readonly string[] => offer?.rules.map(({ text }) => text) ?? [];

it("shows the exact rule that is saved, with examples", () => {
	const offers = offersFor({ argv: ["bash", "-lc", "npm run test:unit"] });
	expect(offers).toEqual([
		{
			rules: [
				{
					pattern: ["npm", "run", "test:unit"],
					isExact: true,
					text: 'prefix_rule(pattern=["npm", "run", "test:unit"], decision="allow", exact=True)',
					allows: ["npm run test:unit"],
					doesNotAllow: ["npm run test:unit more", "npm run", "NAME=value npm run test:unit"],
				},
			],
		},
		{
			rules: [
				{
					pattern: ["npm", "run", "test:unit"],
					isExact: false,
					text: 'prefix_rule(pattern=["npm", "run", "test:unit"], decision="allow")',
					allows: ["npm run test:unit", "npm run test:unit more", "npm run test:unit --option"],
					doesNotAllow: ["npm run", "NAME=value npm run test:unit", "npm run test:unit > file"],
				},
			],
		},
	]);
});

describe("what is saved allows exactly what was asked", () => {
	it.each(
		[
			"touch f",
			"touch 'a b' \"c\"",
			"printf 'a\\nb\t\"c\\\\d'",
			"touch a && make x && ls",
			"timeout 5 make test",
			"nohup make",
			"python3 -c 'print(1)'",
			"bash script.sh",
			"cargo test --all",
			"git commit -m 'a message'",
			"xargs",
			"find . -exec touch x \\;",
		].filter((script) => script !== "xargs"),
	)("%s", (script) => {
		const offers = offersFor({ script });
		expect(offers.length).toBeGreaterThan(0);
		for (const offer of offers) {
			const text = appendRules("# mine", linesOf(offer));
			const rules = rulesOf(text);
			expect(isAtLeast(decideCommand({ script }, rules).verdict, "ask")).toBe(false);
			for (const rule of offer.rules) {
				for (const line of rule.allows)
					expect(isAtLeast(decideCommand({ script: line }, rules).verdict, "ask")).toBe(false);
				for (const line of rule.doesNotAllow) {
					expect(isAtLeast(decideCommand({ script: line }, rulesOf(rule.text)).verdict, "ask")).toBe(true);
				}
				expect(rule.doesNotAllow.length).toBeGreaterThan(0);
			}
		}
	});
});

it("offers the shorter rule for programs whose first words say what is done", () => {
	const patterns = (script: string): unknown => offersFor({ script })[1]?.rules.map(({ pattern }) => pattern);
	expect(patterns("cargo test -p core x")).toEqual([["cargo", "test"]]);
	expect(patterns("git commit -m x")).toEqual([["git", "commit"]]);
	expect(patterns("go build ./... && touch f")).toEqual([
		["go", "build"],
		["touch", "f"],
	]);
	expect(patterns("touch f")).toBeUndefined();
	expect(patterns("git -c a=b commit")).toBeUndefined();
	expect(patterns("npm run")).toBeUndefined();
});

describe("offers nothing", () => {
	it.each([
		["ls", "the command is allowed already"],
		["rm -rf x", "this is asked about each time"],
		["git push", "this is asked about each time"],
		["+a=(", "this is asked about each time"],
		["touch $x", "words are not known before the command runs"],
		["touch f > g", "no rule could allow this"],
		["x=1 touch f", "no rule could allow this"],
		["x=1", "no rule could allow this"],
		["touch f &", "no rule could allow this"],
		["for i in a; do touch f; done", "no rule could allow this"],
		["ls | xargs touch", "words are not known before the command runs"],
		["bash", "no rule could allow this"],
		["echo ls | python3 -", "no rule could allow this"],
		["echo ls | bash -s", "no rule could allow this"],
		["source f", "no rule could allow this"],
		["touch a; touch b; touch c; touch d", "no rule could allow this"],
		[`touch ${"a".repeat(600)}`, "no rule could allow this"],
		["touch ''", "no rule could allow this"],
		["touch a;".repeat(13), "too many commands need a rule"],
	])("%s: %s", (script, reason) => {
		const rules = rulesOf('prefix_rule(pattern=["git", "push"], decision="prompt")');
		expect(proposeRules({ script }, rules)).toEqual({ kind: "none", reason });
	});
});

it("writes rules that read back the same", () => {
	const patterns = [["a"], ['"', "'", "\\", "\n\t\r", "é 🙂", "#", "$x", "[a]", "="]];
	for (const pattern of patterns) {
		for (const isExact of [true, false]) {
			const parsed = parseRules(writeAllowRule({ pattern, isExact }), "f");
			if (parsed.kind === "error") throw new Error(JSON.stringify(parsed.errors));
			expect(parsed.rules).toMatchObject([{ pattern: pattern.map((word) => [word]), isExact, decision: "allow" }]);
			expect(
				decideCommand({ argv: pattern }, createRuleSet([{ rules: parsed.rules, tightenOnly: false }])).verdict,
			).toBe("allow");
		}
	}
	for (const pattern of [[], [""], ["a", ""]]) {
		expect(() => writeAllowRule({ pattern, isExact: true })).toThrow(ExecPolicyError);
	}
});

it("appends each line once", () => {
	const line = writeAllowRule({ pattern: ["a"], isExact: true });
	expect(appendRules("", [line, line])).toBe(`${line}\n`);
	expect(appendRules("# x", [line])).toBe(`# x\n${line}\n`);
	expect(appendRules("# x\n", [line])).toBe(`# x\n${line}\n`);
	expect(appendRules(`  ${line}\n`, [line])).toBe(`  ${line}\n`);
	expect(appendRules("# x", [])).toBe("# x");
});
