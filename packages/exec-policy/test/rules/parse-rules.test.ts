import { describe, expect, it } from "vitest";
import { parseRules, type RuleFileError } from "../../src/rules/parse-rules.ts";
import type { PrefixRule } from "../../src/rules/rule.ts";

function rules(text: string): readonly PrefixRule[] {
	const parsed = parseRules(text, "f.rules");
	if (parsed.kind === "error") throw new Error(JSON.stringify(parsed.errors));
	return parsed.rules;
}

function errors(text: string): readonly string[] {
	const parsed = parseRules(text, "f.rules");
	const show = ({ file, line, column, message }: RuleFileError): string => `${file}:${line}:${column}: ${message}`;
	return parsed.kind === "error" ? parsed.errors.map(show) : [];
}

it("reads every part of a rule", () => {
	const text = `\ufeff# our rules
prefix_rule(
	pattern = ["git", ['push', "fetch"],], # two words
	decision = "prompt",
	exact = True,
	justification = "a \\"b\\" \\\\ \\n\\t\\r\\'",
	match = ["git push", ["git", "fetch"], "g'it' \\"push\\"", "/usr/bin/git push"],
	not_match = ["git status", "git push origin"],
)
prefix_rule(pattern=["ls"])\r\n`;
	expect(rules(text)).toEqual([
		{
			pattern: [["git"], ["push", "fetch"]],
			decision: "prompt",
			isExact: true,
			justification: 'a "b" \\ \n\t\r\'',
			origin: { file: "f.rules", line: 2 },
		},
		{
			pattern: [["ls"]],
			decision: "allow",
			isExact: false,
			justification: undefined,
			origin: { file: "f.rules", line: 10 },
		},
	]);
	expect(rules("")).toEqual([]);
	expect(rules("# nothing")).toEqual([]);
	expect(rules('prefix_rule(pattern=["a"], exact=False)')[0]?.isExact).toBe(false);
});

describe("mistakes have a place and a sentence", () => {
	it.each([
		["prefix_rule", "f.rules:1:12: expected `(`, found the end of the file"],
		["prefix_rule(", "f.rules:1:13: expected a name or `)`, found the end of the file"],
		["prefix_rule()", "f.rules:1:1: `pattern` is a list of at least one word"],
		["prefix_rule(pattern)", "f.rules:1:20: expected `=`, found `)`"],
		["prefix_rule(pattern=)", "f.rules:1:21: expected a string or a list, found `)`"],
		["prefix_rule(pattern=git)", "f.rules:1:21: `git` is no value; strings stand in quotes"],
		['prefix_rule(pattern="git")', "f.rules:1:21: `pattern` is a list of at least one word"],
		["prefix_rule(pattern=[])", "f.rules:1:21: `pattern` is a list of at least one word"],
		['prefix_rule(pattern=[""])', "f.rules:1:22: a word is not empty"],
		["prefix_rule(pattern=[True])", "f.rules:1:22: a word is a string"],
		["prefix_rule(pattern=[[]])", "f.rules:1:22: a list of words that fit is not empty"],
		['prefix_rule(pattern=[[["a"]]])', "f.rules:1:23: a word is a string"],
		['prefix_rule(pattern=[[[[["a"]]]]])', "f.rules:1:25: lists are nested too deep"],
		['prefix_rule(pattern=["a" "b"])', 'f.rules:1:26: expected `,` or `]`, found `"`'],
		['prefix_rule(pattern=["a"] decision="allow")', "f.rules:1:27: expected `,` or `)`, found `d`"],
		['prefix_rule(pattern=["a)', "f.rules:1:22: the string does not end on its line"],
		['prefix_rule(pattern=["a\n"])', "f.rules:1:22: the string does not end on its line"],
		['prefix_rule(pattern=["""a"""])', "f.rules:1:22: strings over several lines are not supported"],
		['prefix_rule(pattern=["\\x41"])', "f.rules:1:22: unknown escape `\\x`"],
		['prefix_rule(pattern=["a"], pattern=["b"])', "f.rules:1:28: `pattern` is given twice"],
		['prefix_rule(pattern=["a"], decision="deny")', "f.rules:1:37: `decision` is `allow`, `prompt` or `forbidden`"],
		['prefix_rule(pattern=["a"], decision=["allow"])', "f.rules:1:37: `decision` is `allow`, `prompt` or `forbidden`"],
		['prefix_rule(pattern=["a"], exact="yes")', "f.rules:1:34: `exact` is `True` or `False`"],
		['prefix_rule(pattern=["a"], justification=[])', "f.rules:1:42: `justification` is a string"],
		['prefix_rule(pattern=["a"], colour="red")', "f.rules:1:35: `prefix_rule` has no `colour`"],
		['prefix_rule(pattern=["a"], match="a")', "f.rules:1:34: `match` is a list of commands"],
		['prefix_rule(pattern=["a"], match=[True])', "f.rules:1:35: an example is a command"],
		['prefix_rule(pattern=["a"], match=["b"])', "f.rules:1:35: the rule does not match `b`"],
		['prefix_rule(pattern=["a"], not_match=["a b"])', "f.rules:1:39: the rule matches `a b`"],
		['prefix_rule(pattern=["a"], not_match=[["a", "b"]])', "f.rules:1:39: the rule matches `a b`"],
		['prefix_rule(pattern=["a"], exact=True, match=["a b"])', "f.rules:1:47: the rule does not match `a b`"],
		['prefix_rule(pattern=["a"], match=["./a"])', "f.rules:1:35: the rule does not match `./a`"],
		...["a; b", "a $x", "x=1 a", "a > f", "", "a (", "$(a)", "a &"].map((example) => [
			`prefix_rule(pattern=["a"], match=["${example}"])`,
			"f.rules:1:35: an example is one simple command without expansions",
		]),
		['network_rule(host="a")', "f.rules:1:1: unknown function `network_rule`; only `prefix_rule` is known"],
		["=", "f.rules:1:1: expected `prefix_rule(`, found `=`"],
		['prefix_rule(pattern=["a"]) x', "f.rules:1:29: expected `(`, found the end of the file"],
	])("%s", (text, error) => {
		expect(errors(text)).toContain(error);
	});

	it("and all of them are said", () => {
		const text = `prefix_rule(pattern=["a"], decision="no", colour="red")
prefix_rule(
  pattern=["b"],
  match=["c",
         "b"],
  not_match=["b"],
)
prefix_rule(pattern=[`;
		expect(errors(text)).toEqual([
			"f.rules:1:50: `prefix_rule` has no `colour`",
			"f.rules:1:37: `decision` is `allow`, `prompt` or `forbidden`",
			"f.rules:4:10: the rule does not match `c`",
			"f.rules:6:14: the rule matches `b`",
			"f.rules:8:22: expected a string or a list, found the end of the file",
		]);
	});
});

it("is linear in the length of the file", () => {
	const text = 'prefix_rule(pattern=["a", ["b", "c"]], match=["a b"])\n'.repeat(20_000);
	const start = performance.now();
	expect(rules(text)).toHaveLength(20_000);
	expect(performance.now() - start).toBeLessThan(5000);
});
