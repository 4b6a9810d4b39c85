import { expect, it } from "vitest";
import { decideCommand } from "../src/decide.ts";
import { explainDecision, toRuleCheck } from "../src/explain.ts";
import { rulesOf } from "./rules-of.ts";

const rules = rulesOf(`prefix_rule(pattern=["make"])
prefix_rule(pattern=["docker"], decision="prompt", justification="starts containers")
prefix_rule(pattern=["git", "push"], decision="forbidden")`);
const explain = (script: string): string => explainDecision(decideCommand({ script }, rules)).join("\n");

it("says each command with its reasons", () => {
	expect(explain("ls && docker run a | sudo git push &")).toBe(
		[
			"forbidden by a rule",
			"  the script runs a command in the background",
			"  `ls`: safe",
			"  `docker run a`: prompt",
			"    test.rules:2 asks for `docker`: starts containers",
			"  `sudo git push`: forbidden",
			"    runs another command",
			"    `sudo` runs with other rights",
			"    `git push`: forbidden",
			"      test.rules:3 forbids `git push`",
		].join("\n"),
	);
	expect(explain("make")).toBe("allowed by a rule\n  `make`: allow\n    test.rules:1 allows `make`");
	expect(explain("x=1 y=2")).toContain("sets `x`, `y`");
	expect(explain("$X ls")).toContain("test.rules:3 may match, depending on what the shell expands");
	expect(explainDecision(decideCommand({ script: "$X ls" }))).toContain("    the program is not known before it runs");
	expect(explain("+a=(")).toContain('the script is not understood: unknown syntax at "("');
});

it("shows head and tail of what is long, and counts what it leaves out", () => {
	const long = explain(`echo ${"a".repeat(1000)} && rm -rf /\n`);
	expect(long).toContain("… 805 characters …");
	expect(long).toContain("`rm -rf /`: dangerous");
	expect(explain("touch 'a\nb'")).toContain("`touch 'a⏎b'`");
	expect(explain("ls;".repeat(100))).toContain("  and 40 more");
});

it("prints what the rules decided, as other tools do", () => {
	const check = (script: string): unknown => toRuleCheck(decideCommand({ script }, rules));
	expect(check("ls")).toEqual({ matchedRules: [] });
	expect(check("make all")).toEqual({
		matchedRules: [{ prefixRuleMatch: { matchedPrefix: ["make"], decision: "allow" } }],
		decision: "allow",
	});
	expect(check("make all && touch f")).toEqual({
		matchedRules: [{ prefixRuleMatch: { matchedPrefix: ["make"], decision: "allow" } }],
	});
	expect(check("make; docker run; git push")).toEqual({
		matchedRules: [
			{ prefixRuleMatch: { matchedPrefix: ["make"], decision: "allow" } },
			{ prefixRuleMatch: { matchedPrefix: ["docker"], decision: "prompt", justification: "starts containers" } },
			{ prefixRuleMatch: { matchedPrefix: ["git", "push"], decision: "forbidden" } },
		],
		decision: "forbidden",
	});
});
