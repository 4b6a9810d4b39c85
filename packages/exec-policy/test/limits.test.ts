// Limits fail closed, and a forbidden command is found behind any number of others (users' hole 22).

import { describe, expect, it } from "vitest";
import { decideCommand } from "../src/decide.ts";
import { maxJudgedCommands } from "../src/judge.ts";
import { maxScriptCharacters } from "../src/shell/parse-shell.ts";
import type { Verdict } from "../src/verdict.ts";
import { rulesOf } from "./rules-of.ts";

const rules = rulesOf('prefix_rule(pattern=["git", "push"], decision="forbidden")');
const verdictOf = (script: string): Verdict => decideCommand({ script }, rules).verdict;
const joiners = [" && ", " || ", "; ", "\n", " | "] as const;

describe.each(joiners)("joined by %j", (joiner) => {
	it.each([
		[1, "safe"],
		[maxJudgedCommands, "safe"],
		[maxJudgedCommands + 1, "prompt"],
		[10_000, "prompt"],
	] as const)("%i commands: %s", (count, verdict) => {
		const script = Array.from({ length: count }, (_, at) => `echo ${at}`).join(joiner);
		const decision = decideCommand({ script }, rules);
		expect(decision.verdict).toBe(verdict);
		expect(decision.commands).toHaveLength(count);
		expect(decision.isUnderstood).toBe(verdict === "safe");
	});

	it.each([0, 1, 49, 50, 51, 9999])("a forbidden command after %i others is found", (count) => {
		const others = Array.from({ length: count }, () => "ls");
		expect(verdictOf([...others, "git push"].join(joiner))).toBe("forbidden");
		expect(verdictOf(["git push", ...others].join(joiner))).toBe("forbidden");
	});
});

it("takes time in proportion to the length", () => {
	const timeOf = (count: number): number => {
		const script = Array.from({ length: count }, (_, at) => `grep -n 'a b' file${at} | head -${at} > /dev/null`).join(
			" && ",
		);
		let best = Number.POSITIVE_INFINITY;
		for (let run = 0; run < 3; run += 1) {
			const start = performance.now();
			decideCommand({ script }, rules);
			best = Math.min(best, performance.now() - start);
		}
		return best;
	};
	timeOf(500);
	const short = timeOf(500);
	const long = timeOf(8000);
	// 16 times the text; quadratic work would be 256 times.
	expect(long).toBeLessThan(Math.max(short, 1) * 80);
});

describe("nesting", () => {
	it.each([
		["subshells", (inner: string, depth: number) => `${"( ".repeat(depth)}${inner}${" )".repeat(depth)}`],
		["substitutions", (inner: string, depth: number) => `${"echo $(".repeat(depth)}${inner}${")".repeat(depth)}`],
		["groups", (inner: string, depth: number) => `${"{ ".repeat(depth)}${inner}${"; }".repeat(depth)}`],
	])("%s, however deep, never run unseen", (_, nest) => {
		expect(verdictOf(nest("git push", 30))).toBe("forbidden");
		for (const depth of [300, 3000, 30_000]) {
			expect(["prompt", "forbidden"]).toContain(verdictOf(nest("git push", depth)));
		}
	});

	it("of shells has a limit", () => {
		let argv: readonly string[] = ["ls"];
		const verdicts: Verdict[] = [];
		for (let depth = 0; depth < 12; depth += 1) {
			verdicts.push(decideCommand({ argv }).verdict);
			argv = ["timeout", "5", ...argv];
		}
		expect(verdicts.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => "safe"));
		expect(verdicts.slice(9)).toEqual(["prompt", "prompt", "prompt"]);
	});

	it("of wrappers that we do not read stays affordable", () => {
		const start = performance.now();
		const script = `${"ssh host setsid watch ".repeat(400)}'${"ssh a ".repeat(400)}'`;
		expect(["ask", "prompt"]).toContain(verdictOf(script));
		expect(verdictOf(`${"setsid ".repeat(10)}git push`)).toBe("forbidden");
		expect(performance.now() - start).toBeLessThan(5000);
	});
});

it("does not read a script that is longer than a megabyte", () => {
	expect(verdictOf(`ls ${"a".repeat(maxScriptCharacters)}`)).toBe("prompt");
	expect(verdictOf(`ls ${"a".repeat(maxScriptCharacters - 3)}`)).toBe("safe");
});

it("never throws, whatever it is given", () => {
	for (const script of [
		"\ud800",
		"\u0000",
		"((((",
		"))))",
		"$(",
		"`",
		"<<",
		"<<E",
		"case",
		"((",
		"[[",
		"${",
		"$((",
		"a=(",
	]) {
		expect(() => decideCommand({ script })).not.toThrow();
		expect(() => decideCommand({ argv: [script, script] })).not.toThrow();
	}
	expect(decideCommand({ argv: [] }).verdict).toBe("ask");
	expect(decideCommand({ argv: [""] }).verdict).toBe("ask");
});
