import * as surface from "@codex/exec-policy";
import { expect, it } from "vitest";

it("exports exactly this", () => {
	expect(Object.keys(surface).sort()).toEqual([
		"ExecPolicyError",
		"appendRules",
		"canonicalCommand",
		"createRuleSet",
		"decideCommand",
		"explainDecision",
		"isAtLeast",
		"maxJudgedCommands",
		"maxScriptCharacters",
		"noRules",
		"parseRules",
		"parseShell",
		"proposeRules",
		"quoteWord",
		"quoteWords",
		"stricter",
		"toRuleCheck",
		"writeAllowRule",
	]);
});
