import { describe, expect, it } from "vitest";
import { decideCommand } from "../src/decide.ts";
import { compoundForms, tableRules } from "./compound-forms.ts";
import { rulesOf } from "./rules-of.ts";

describe("compound forms", () => {
	const rules = rulesOf(tableRules);

	it("are at least 150, each once", () => {
		expect(compoundForms.length).toBeGreaterThanOrEqual(150);
		expect(new Set(compoundForms.map(([, script]) => script)).size).toBe(compoundForms.length);
	});

	it.each(compoundForms)("%s: %j", (verdict, script) => {
		expect(decideCommand({ script }, rules).verdict).toBe(verdict);
	});

	// A shell reads a word that begins with `+` as an option.
	it.each(compoundForms.filter(([, script]) => !script.startsWith("+")))(
		"%s, in a shell's argument: %j",
		(verdict, script) => {
			expect(decideCommand({ argv: ["bash", "-lc", script] }, rules).verdict).toBe(verdict);
		},
	);
});
