import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintTracker, readTracker, trackerRowOf, updateTracker } from "../../src/packet/tracker.ts";

const header = "| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |";
const rule = "|-------|---------|-------|--------|--------|-----|--------|----|-----------------|----------|-------|";
const first = "| 1 | SPEC-KIT-1 | One | Done | ann | docs/a.md | | #12 | 2026-01-02 | | a \\| b |";
const tight = "|2|SPEC-KIT-10|Ten|Backlog||||||||";
const text = `# Tasks\r\n\nprose | with a bar\n\n${header}\n${rule}\n${first}\n${tight}\n\nafter | the table\n`;

describe("readTracker", () => {
	it("keeps empty cells where they are", () => {
		const tracker = readTracker(text);
		if (!tracker.ok) throw new Error(tracker.reason);
		expect(tracker.malformed).toEqual([]);
		expect(tracker.rows.map(({ line }) => line)).toEqual([7, 8]);
		expect(tracker.rows[0]?.cells).toMatchObject({ Branch: "", PR: "#12", Evidence: "", Notes: "a | b" });
		expect(tracker.rows[1]?.cells).toMatchObject({ Order: "2", Status: "Backlog", Owners: "", Notes: "" });
	});

	it("finds a row by its whole id, case aside", () => {
		const tracker = readTracker(text);
		if (!tracker.ok) throw new Error(tracker.reason);
		expect(trackerRowOf(tracker.rows, "spec-kit-1")?.cells.Title).toBe("One");
		expect(trackerRowOf(tracker.rows, "SPEC-KIT-10")?.cells.Title).toBe("Ten");
		expect(trackerRowOf(tracker.rows, "SPEC-KIT-100")).toBeUndefined();
	});

	it("says which rows have not eleven cells, and when there is no table", () => {
		expect(readTracker(`${header}\n${rule}\n| 1 | 2 |\n`)).toMatchObject({ malformed: [{ line: 3, cells: 2 }] });
		expect(readTracker("# nothing")).toMatchObject({ ok: false });
		expect(readTracker(header.replace("Owners", "Owner"))).toMatchObject({ ok: false });
	});
});

describe("updateTracker", () => {
	it("rewrites one row and nothing else", () => {
		const updated = updateTracker(text, "SPEC-KIT-10", { Status: "In Progress", Notes: "x | y\nz" });
		if (!updated.ok) throw new Error(updated.reason);
		expect(updated.change).toBe("updated");
		expect(updated.text.replace("| 2 | SPEC-KIT-10 | Ten | In Progress |  |  |  |  |  |  | x \\| y z |", tight)).toBe(
			text,
		);
	});

	it("gives the same text when nothing changes", () => {
		expect(updateTracker(text, "SPEC-KIT-1", { Status: "Done", Notes: "a | b" })).toEqual({
			ok: true,
			text,
			change: "unchanged",
		});
	});

	it("adds a row behind the last one with the next order", () => {
		const updated = updateTracker(text, "SPEC-KIT-20", { Title: "New" });
		if (!updated.ok) throw new Error(updated.reason);
		expect(updated.change).toBe("added");
		expect(updated.text).toBe(
			text.replace(`${tight}\n`, `${tight}\n| 3 | SPEC-KIT-20 | New | Backlog |  |  |  |  |  |  |  |\n`),
		);
	});

	it("adds to an empty table, with or without its rule and a last line end", () => {
		for (const empty of [`${header}\n${rule}`, `${header}\n${rule}\n`, header]) {
			const updated = updateTracker(empty, "SPEC-KIT-20", {});
			if (!updated.ok) throw new Error(updated.reason);
			expect(updated.text.trimEnd()).toBe(`${empty.trimEnd()}\n| 1 | SPEC-KIT-20 |  | Backlog |  |  |  |  |  |  |  |`);
		}
	});

	it("keeps CRLF", () => {
		const windows = text.replaceAll(/\r?\n/g, "\r\n");
		const updated = updateTracker(windows, "SPEC-KIT-1", { Status: "Blocked" });
		if (!updated.ok) throw new Error(updated.reason);
		expect(updated.text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
	});

	it("refuses unknown statuses, torn rows and texts without the table", () => {
		expect(updateTracker(text, "SPEC-KIT-1", { Status: "Doing" })).toMatchObject({ ok: false });
		expect(updateTracker(`${header}\n| 1 | SPEC-KIT-9 |\n`, "SPEC-KIT-9", {})).toMatchObject({
			ok: false,
			reason: expect.stringContaining("line 2"),
		});
		expect(updateTracker("", "SPEC-KIT-9", {})).toMatchObject({ ok: false });
	});

	it("writes any note so that it reads back, and never touches other rows", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (note) => {
				const updated = updateTracker(text, "SPEC-KIT-10", { Notes: note });
				if (!updated.ok) throw new Error(updated.reason);
				const tracker = readTracker(updated.text);
				if (!tracker.ok) throw new Error(tracker.reason);
				expect(tracker.malformed).toEqual([]);
				expect(tracker.rows).toHaveLength(2);
				expect(tracker.rows[0]?.raw).toBe(first);
				const again = updateTracker(updated.text, "SPEC-KIT-10", { Notes: note });
				expect(again).toMatchObject({ change: "unchanged" });
			}),
		);
	});
});

describe("lintTracker", () => {
	const row = (cells: string): string => `${header}\n${rule}\n${cells}\n`;
	const exists = (path: string): boolean => path.startsWith("docs/");

	it("has nothing to say about a clean table", () => expect(lintTracker(text, exists)).toEqual([]));

	it.each([
		["| 1 | SPEC-A-1 | t | Started | | | | | | | |", "is no status"],
		["| 1 | SPEC-A-1 | t | In Progress | | | | | | | |", "needs an owner"],
		["| 1 | SPEC-A-1 | t | In Review | | | | | | | |", "needs an owner"],
		["| 1 | SPEC-A-1 | t | Done | | docs/a.md, gone.md | | | | | |", "PRD `gone.md` does not exist"],
		["| 1 | SPEC-A-1 | t | Done | | [a](gone.md) | | | | | |", "PRD `gone.md` does not exist"],
		["| 1 | SPEC-A-1 | t | Done | | | | | | gone/ | |", "Evidence `gone/` does not exist"],
		["| 1 | SPEC-A-1 | t | Done | | | | | 2026-02-30 | | |", "not a date"],
		["| 1 | SPEC-A-1 | t | Done | | | | | 1.2.2026 | | |", "not a date"],
		["| 1 | SPEC-A-1 | t | Done | | | my branch | | | | |", "contains a blank"],
		["| | SPEC-A-1 | t | Done | | | | | | | |", "Order is empty"],
		["| 1 | SPEC-A-1 | t | Done |", "4 cells where there must be 11"],
	])("%s", (cells, message) => {
		expect(lintTracker(row(cells), exists)).toEqual([{ line: 3, message: expect.stringContaining(message) }]);
	});

	it("finds what is there twice", () => {
		const cells = "| 1 | SPEC-A-1 | t | In Progress | a | | | | | | |";
		expect(lintTracker(row(`${cells}\n${cells}`), exists).map(({ line, message }) => [line, message])).toEqual([
			[4, "Order `1` is also that of line 3"],
			[4, "Task ID `SPEC-A-1` is also that of line 3"],
			[4, "line 3 is in progress already"],
		]);
	});

	it("says that there is no table", () => expect(lintTracker("", exists)).toHaveLength(1));
});
