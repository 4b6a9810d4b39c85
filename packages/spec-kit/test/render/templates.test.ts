import { describe, expect, it } from "vitest";
import {
	loadTemplates,
	placeholdersOf,
	renderTemplate,
	templateNames,
	templateText,
} from "../../src/render/templates.ts";

describe("renderTemplate", () => {
	it("has eleven templates, each with its SPEC-ID", () => {
		expect(templateNames).toHaveLength(11);
		for (const name of templateNames) expect(placeholdersOf(templateText(name))).toContain("SPEC_ID");
	});

	it("names every placeholder without a value", () => {
		expect(() => renderTemplate("unlock", { SPEC_ID: "x" })).toThrow(
			expect.objectContaining({
				code: "template_unresolved",
				message: expect.stringMatching(/\[CREATED\].*\[CONSENSUS\]/),
			}),
		);
	});

	it("does not look for placeholders in values, nor take task marks and links for some", () => {
		const template = "[ONE] [P] [X] [US1] [TWO_THREE](link) [x] [ONE]";
		const overrides = { plan: template };
		expect(placeholdersOf(template)).toEqual(["ONE"]);
		expect(renderTemplate("plan", { ONE: "[SECRET] $& $1" }, overrides)).toBe(
			"[SECRET] $& $1 [P] [X] [US1] [TWO_THREE](link) [x] [SECRET] $& $1\n",
		);
	});

	it("says whether a project's own template was used", () => {
		expect(renderTemplate("plan", {}, { plan: "[TEMPLATE_VERSION]" })).toBe("project\n");
	});
});

describe("loadTemplates", () => {
	it("takes a project's own, the strongest folder first, and never anything else", async () => {
		const files: Record<string, string> = {
			"templates/plan-template.md": "weak",
			".specify/templates/overrides/plan-template.md": "strong",
			"templates/PRD-template.md": "prd",
			"templates/spec-template.md": "  \n",
		};
		const asked: string[] = [];
		const found = await loadTemplates((path) => {
			asked.push(path);
			return Promise.resolve(files[path]);
		});
		expect(found).toEqual({ plan: "strong", PRD: "prd" });
		expect(asked.every((path) => path.startsWith("templates/") || path.startsWith(".specify/"))).toBe(true);
	});
});
