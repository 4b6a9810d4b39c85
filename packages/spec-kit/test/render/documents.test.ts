import { describe, expect, it } from "vitest";
import { bullets, code, table } from "../../src/render/markdown.ts";
import { renderGate } from "../../src/render/render-gate.ts";
import { renderPacket } from "../../src/render/render-packet.ts";
import { numberRequirements, readRequirements } from "../../src/render/requirements.ts";

describe("renderPacket", () => {
	it("asks for what is not known and numbers what is", () => {
		const [prd, spec] = renderPacket({
			specId: "SPEC-KIT-005",
			description: "Log in\nwith a key",
			createdAt: "2026-01-15T12:00:00.000Z",
			answers: { functional_requirements: ["Accepts a key", "Rejects an empty key"] },
		});
		expect(prd?.path).toBe("PRD.md");
		expect(prd?.markdown).toContain("# PRD: Log in with a key\n");
		expect(prd?.markdown).toContain("- **FR-001**: Accepts a key\n- **FR-002**: Rejects an empty key\n");
		expect(spec?.path).toBe("spec.md");
		expect(spec?.markdown).toContain("- [NEEDS CLARIFICATION: when it counts as done]");
		expect(spec?.markdown).toContain("## Objectives\n\n- Log in with a key\n");
	});
});

describe("numberRequirements", () => {
	const document =
		"## Functional Requirements\n- **FR-002**: two\n- new\n  - detail\n\n## Non-Functional Requirements\n- fast\n\n## Notes\n- free\n\n## Success Criteria\n- None.\n- works\n";

	it("gives ids once, above all that are or were used, and touches nothing else", () => {
		const numbered = numberRequirements(document, ["FR-007"]);
		expect(numbered).toBe(
			document
				.replace("- new", "- **FR-008**: new")
				.replace("- fast", "- **NFR-001**: fast")
				.replace("- works", "- **SC-001**: works"),
		);
		expect(numberRequirements(numbered, ["FR-007"])).toBe(numbered);
	});

	it("are read back, from lists and tables", () => {
		const markdown = `${numberRequirements(document)}\n| FR-009 | a table row | P1 |\n1. R1: old\n- FR-002 again\n`;
		expect(readRequirements(markdown).map(({ id, text }) => [id, text])).toEqual([
			["FR-002", "two"],
			["FR-003", "new"],
			["NFR-001", "fast"],
			["SC-001", "works"],
			["FR-009", "a table row"],
			["R1", "old"],
		]);
	});
});

describe("renderGate", () => {
	it("lists the most critical first and who differs", () => {
		const entry = { answer: "yes", confidence: "medium", outcome: "answered", views: {} } as const;
		const { path, markdown } = renderGate("clarify", {
			specId: "SPEC-KIT-005",
			checkpoint: "pre-planning",
			recordedAt: "2026-01-15T12:00:00.000Z",
			entries: [
				{ ...entry, question: "small?", magnitude: "minor" },
				{ ...entry, question: "large?", magnitude: "critical", views: { claude: "a", gemini: "b" } },
			],
		});
		expect(path).toBe("clarify.md");
		expect(markdown.indexOf("large?")).toBeLessThan(markdown.indexOf("small?"));
		expect(markdown).toContain("- large?: claude says `a`; gemini says `b`");
		expect(markdown).toContain("- critical: 1");
	});
});

describe("markdown", () => {
	it("keeps values in their place", () => {
		expect(table(["a"], [["x | y\n# z \\"]])).toBe("| a |\n| --- |\n| x \\| y # z \\\\ |");
		expect(bullets(["a\n- b", " "])).toBe("- a - b");
		expect(code("a `b` ``c``")).toBe("``` a `b` ``c`` ```");
		expect(code(" ")).toBe("");
		expect(table(["a"], [])).toBe("None.");
	});
});
