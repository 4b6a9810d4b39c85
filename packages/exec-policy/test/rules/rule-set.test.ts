import { describe, expect, it } from "vitest";
import { decideCommand } from "../../src/decide.ts";
import { parseRules } from "../../src/rules/parse-rules.ts";
import { createRuleSet, noRules } from "../../src/rules/rule-set.ts";
import { rulesOf } from "../rules-of.ts";

describe("the strictest rule wins, in any order", () => {
	const lines = [
		'prefix_rule(pattern=["a"], decision="allow")',
		'prefix_rule(pattern=["a", "b"], decision="prompt")',
		'prefix_rule(pattern=["a", "b", "c"], decision="forbidden")',
	];

	it.each([lines, lines.toReversed(), [lines[1], lines[2], lines[0]]])("%#", (...order) => {
		const rules = rulesOf(order.join("\n"));
		expect(decideCommand({ argv: ["a"] }, rules).verdict).toBe("allow");
		expect(decideCommand({ argv: ["a", "x"] }, rules).verdict).toBe("allow");
		expect(decideCommand({ argv: ["a", "b"] }, rules).verdict).toBe("prompt");
		expect(decideCommand({ argv: ["a", "b", "c", "d"] }, rules).verdict).toBe("forbidden");
		const { matches } = decideCommand({ argv: ["a", "b", "c"] }, rules).commands[0] ?? { matches: [] };
		expect(matches.map(({ rule }) => rule.decision)).toEqual(["forbidden", "prompt", "allow"]);
	});
});

it("takes rules of a project only where they restrict (users' hole 4)", () => {
	const text = 'prefix_rule(pattern=["a"])\nprefix_rule(pattern=["ls"], decision="forbidden")';
	const parsed = parseRules(text, ".code/rules/p.rules");
	const own = parseRules('prefix_rule(pattern=["ls"])', "own.rules");
	if (parsed.kind === "error" || own.kind === "error") throw new Error("the rules are fine");
	const rules = createRuleSet([
		{ rules: parsed.rules, tightenOnly: true },
		{ rules: own.rules, tightenOnly: false },
	]);
	expect(decideCommand({ argv: ["a"] }, rules).verdict).toBe("ask");
	expect(decideCommand({ argv: ["ls"] }, rules).verdict).toBe("forbidden");
	expect(rules.ignored).toEqual([{ file: ".code/rules/p.rules", line: 1 }]);
	expect(rules.rules).toHaveLength(2);
});

it("lets an exact rule speak for nothing longer", () => {
	const rules = rulesOf(
		'prefix_rule(pattern=["a", "b"], exact=True)\nprefix_rule(pattern=["c"], decision="forbidden", exact=True)',
	);
	const verdictOf = (script: string): string => decideCommand({ script }, rules).verdict;
	expect(verdictOf("a b")).toBe("allow");
	expect(verdictOf("a b c")).toBe("ask");
	expect(verdictOf("a b $x")).toBe("ask");
	expect(verdictOf("c")).toBe("forbidden");
	expect(verdictOf("c d")).toBe("ask");
	expect(verdictOf("c $x")).toBe("prompt");
});

it("sees a program's path only to restrict", () => {
	const rules = rulesOf('prefix_rule(pattern=["a"])\nprefix_rule(pattern=["b"], decision="forbidden")');
	expect(decideCommand({ argv: ["./a"] }, rules).verdict).toBe("ask");
	expect(decideCommand({ argv: ["/usr/bin/a"] }, rules).verdict).toBe("ask");
	expect(decideCommand({ argv: ["/tmp/x/b"] }, rules).verdict).toBe("forbidden");
	const full = rulesOf('prefix_rule(pattern=["/opt/a"])');
	expect(decideCommand({ argv: ["/opt/a", "x"] }, full).verdict).toBe("allow");
});

it("has words that fit at each place", () => {
	const rules = rulesOf('prefix_rule(pattern=[["npm", "pnpm"], ["test", "t"]])');
	for (const argv of [
		["npm", "test"],
		["pnpm", "t", "x"],
	])
		expect(decideCommand({ argv }, rules).verdict).toBe("allow");
	for (const argv of [["yarn", "test"], ["npm", "x"], ["npm"]])
		expect(decideCommand({ argv }, rules).verdict).toBe("ask");
});

it("covers what a wrapper runs only when it names it", () => {
	const rules = rulesOf(`prefix_rule(pattern=["xargs"])
prefix_rule(pattern=["xargs", "-n1", "echo"])
prefix_rule(pattern=["bash", "-c", "touch f"])
prefix_rule(pattern=["env"])
prefix_rule(pattern=["sudo"])
prefix_rule(pattern=["sudo", "git"])
prefix_rule(pattern=["git", "push"], decision="forbidden")`);
	const verdictOf = (script: string): string => decideCommand({ script }, rules).verdict;
	expect(verdictOf("xargs touch")).toBe("ask");
	expect(verdictOf("xargs -n1 echo a")).toBe("allow");
	expect(verdictOf("bash -c 'touch f'")).toBe("allow");
	expect(verdictOf("bash -c 'touch g'")).toBe("ask");
	expect(verdictOf("env A=1 touch f")).toBe("ask");
	expect(verdictOf("sudo touch f")).toBe("ask");
	expect(verdictOf("sudo git fetch")).toBe("allow");
	expect(verdictOf("sudo git push")).toBe("forbidden");
	expect(verdictOf("sudo rm -rf x")).toBe("dangerous");
});

it("is empty without rules", () => {
	expect(noRules.rules).toEqual([]);
	expect(decideCommand({ argv: ["touch", "f"] }, noRules).verdict).toBe("ask");
});
