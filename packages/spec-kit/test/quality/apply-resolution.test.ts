import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	applyResolution,
	type ResolvableIssue,
	resolutionTarget,
	terminologyOf,
} from "../../src/quality/apply-resolution.ts";
import { findSection, readMarkdown, writeMarkdown } from "../../src/quality/markdown.ts";

const spec = `---
title: x
---
# Reset of passwords

## Requirements
- **FR-1**: A user must reset the password.
- FR-10: The user must be told.

\`\`\`md
## Not a heading
- FR-2: user
\`\`\`

### Details
Text of \`user\`.

## Notes
Users are people.
`;

const issue = (more: Partial<ResolvableIssue>): ResolvableIssue => ({
	gate: "clarify",
	question: "Which way does FR-1 mean?",
	context: "",
	affectedArtifacts: [],
	...more,
});

function textOf(document: string, from: ResolvableIssue, answer: string): string {
	const result = applyResolution(document, from, answer);
	if ("error" in result) throw new Error(result.error);
	return result.text;
}

describe("applyResolution", () => {
	it("clarify: records question and answer, and notes it at the requirement and no other", () => {
		const result = applyResolution(spec, issue({}), "By mail\nonly");
		if ("error" in result) throw new Error(result.error);
		expect(result.text).toContain(
			"- **FR-1**: A user must reset the password. (clarified: By mail only)\n- FR-10: The user must be told.\n",
		);
		expect(result.text.endsWith("## Clarifications\n\n- Q: Which way does FR-1 mean? → A: By mail only\n")).toBe(true);
		const lines = result.text.split("\n");
		for (const { line, text, kind, old } of result.changes) {
			expect(lines[line - 1]).toBe(text);
			if (kind === "modified") expect(old).toBe("- **FR-1**: A user must reset the password.");
		}
	});

	it("clarify: adds to the section that is there", () => {
		const before = "# S\n\n## Clarifications\n- Q: a → A: b\n\n## End\ntext\n";
		expect(textOf(before, issue({ question: "Why?" }), "So")).toBe(
			"# S\n\n## Clarifications\n- Q: a → A: b\n- Q: Why? → A: So\n\n## End\ntext\n",
		);
	});

	it("checklist: gives the requirement new words and keeps bullet and id", () => {
		const text = textOf(
			spec,
			issue({ gate: "checklist", question: "FR-1: A user must reset the password." }),
			"FR-1: A user must reset the password by mail within 5 minutes.",
		);
		expect(text).toContain("- **FR-1**: A user must reset the password by mail within 5 minutes.\n");
	});

	it("checklist: finds a requirement by its words, and refuses what it cannot place", () => {
		const checklist = issue({ gate: "checklist", question: "The user must be told soon enough" });
		expect(textOf("# S\n- The user must be told\n", checklist, "Tell within 5 s")).toBe("# S\n- Tell within 5 s\n");
		expect(applyResolution("# S\n- Other words here\n", checklist, "x")).toHaveProperty("error");
		expect(
			applyResolution("# S\n| FR-1 | a |\n", issue({ gate: "checklist", question: "FR-1: a" }), "x"),
		).toHaveProperty("error");
	});

	it("analyze: replaces a term everywhere, whole words, outside code", () => {
		const text = textOf(
			spec,
			issue({ gate: "analyze", question: "Mixed terminology", context: "terminology" }),
			'Replace "user" with "customer"',
		);
		expect(text).toContain("A customer must reset");
		expect(text).toContain("The customer must be told");
		expect(text).toContain("- FR-2: user\n");
		expect(text).toContain("Text of `user`.");
		expect(text).toContain("Users are people.");
		expect(textOf("# User guide\nUser\n", issue({ gate: "analyze", context: "terminology" }), "user → customer")).toBe(
			"# Customer guide\nCustomer\n",
		);
		const link = "# S\nA [user](docs/user.md) at https://example.org/user\n";
		expect(textOf(link, issue({ gate: "analyze", context: "terminology" }), "user → customer")).toBe(
			"# S\nA [customer](docs/user.md) at https://example.org/user\n",
		);
	});

	it("analyze: adds what is missing to its section, before the next one and before subsections", () => {
		const text = textOf(
			spec,
			issue({ gate: "analyze", question: "A requirement is missing", affectedArtifacts: ["spec.md"] }),
			"FR-11: A link is valid for 30 minutes.",
		);
		expect(text).toContain("```\n\n- FR-11: A link is valid for 30 minutes.\n\n### Details");
	});

	it("analyze: notes everything else", () => {
		expect(textOf(spec, issue({ gate: "analyze", question: "Plan and spec differ" }), "Follow the spec")).toContain(
			"Users are people.\n\n- Plan and spec differ: Follow the spec\n",
		);
	});

	it("keeps line ends, and the end of the file as it was", () => {
		const edit = issue({ question: "Why?" });
		expect(textOf("# S\r\ntext\r\n", edit, "So")).toBe(
			"# S\r\ntext\r\n\r\n## Clarifications\r\n\r\n- Q: Why? → A: So\r\n",
		);
		expect(textOf("# S\ntext", edit, "So").endsWith("So")).toBe(true);
		expect(textOf("# S\ntext\n", edit, "So").endsWith("So\n")).toBe(true);
	});

	it.each([
		["an empty answer", "# S\n", " \n "],
		["an empty document", "", "x"],
		["a document without a heading", "text\n", "x"],
	])("changes nothing with %s", (_, document, answer) => {
		expect(applyResolution(document, issue({}), answer)).toHaveProperty("error");
	});

	it("says so when the document says it already, or does not use the term", () => {
		const terms = issue({ gate: "analyze", context: "terminology" });
		expect(applyResolution("# S\nx\n", terms, "user → customer")).toHaveProperty("error");
		const same = issue({ gate: "checklist", question: "FR-1: a" });
		expect(applyResolution("# S\n- FR-1: a\n", same, "a")).toHaveProperty("error");
	});

	it("never lets an answer make a heading, a block or a second line", () => {
		fc.assert(
			fc.property(fc.string(), fc.constantFrom("clarify", "analyze"), (answer, gate) => {
				const result = applyResolution(spec, issue({ gate, question: "Why?" }), `# ${answer}\n\`\`\`\n## x`);
				if ("error" in result) return;
				const [before, after] = [readMarkdown(spec), readMarkdown(result.text)];
				const titles = after.lines.flatMap(({ title }) => (title === undefined ? [] : [title]));
				expect(titles.filter((title) => title !== "Clarifications")).toEqual(
					before.lines.flatMap(({ title }) => (title === undefined ? [] : [title])),
				);
				expect(after.lines.filter(({ code }) => code).length).toBe(before.lines.filter(({ code }) => code).length);
			}),
			{ numRuns: 200, seed: 13 },
		);
	});
});

describe("resolutionTarget", () => {
	const packet = ["docs/SPEC-KIT-065/PRD.md", "docs/SPEC-KIT-065/spec.md", "docs/SPEC-KIT-065/tasks.md"];

	it.each([
		[["tasks.md"], "docs/SPEC-KIT-065/tasks.md"],
		[["docs/SPEC-KIT-065/PRD.md:12"], "docs/SPEC-KIT-065/PRD.md"],
		[["unknown.md"], "docs/SPEC-KIT-065/spec.md"],
		[[], "docs/SPEC-KIT-065/spec.md"],
	])("takes %j to %s", (affectedArtifacts, target) => {
		expect(resolutionTarget(issue({ affectedArtifacts }), packet)).toBe(target);
	});

	it("falls back to the PRD, and to nothing", () => {
		expect(resolutionTarget(issue({}), ["a/PRD.md"])).toBe("a/PRD.md");
		expect(resolutionTarget(issue({}), [])).toBeUndefined();
	});
});

describe("terminologyOf", () => {
	it.each([
		["user → customer", "user", "customer"],
		["Replace 'user' with 'customer'.", "user", "customer"],
		["rename user to customer", "user", "customer"],
		["Use customer instead of user", "user", "customer"],
	])("reads %s", (text, old, next) => {
		expect(terminologyOf(text)).toEqual({ old, next });
	});

	it("reads nothing in other words", () => {
		expect(terminologyOf("Agree on one term")).toBeUndefined();
		expect(terminologyOf("user → user")).toBeUndefined();
	});
});

describe("readMarkdown", () => {
	it("gives every document back", () => {
		const piece = fc.constantFrom(
			"# a",
			"text",
			"```",
			"~~~~",
			"",
			"\r",
			"---",
			"<!-- x",
			"-->",
			"\n",
			"\r\n",
			"## b ##",
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
				const text = pieces.join("");
				const document = readMarkdown(text);
				expect(
					writeMarkdown(
						document.lines.map((line) => line.text),
						document,
					),
				).toBe(text);
			}),
			{ numRuns: 500, seed: 17 },
		);
	});

	it("finds a section by the best of its names", () => {
		const document = readMarkdown(
			"# A\n## Non-Functional Requirements\nx\n## 2. **Requirements**\ny\n### Deep\nz\n## End",
		);
		expect(findSection(document, ["requirements"])).toMatchObject({ start: 3, end: 7 });
		expect(findSection(document, ["nothing"])).toBeUndefined();
	});
});
