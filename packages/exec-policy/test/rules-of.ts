import { parseRules } from "../src/rules/parse-rules.ts";
import { createRuleSet, type RuleSet } from "../src/rules/rule-set.ts";

/** The rules of a text that has no mistake. */
export function rulesOf(text: string, tightenOnly = false): RuleSet {
	const parsed = parseRules(text, "test.rules");
	if (parsed.kind === "error") throw new Error(JSON.stringify(parsed.errors));
	return createRuleSet([{ rules: parsed.rules, tightenOnly }]);
}
