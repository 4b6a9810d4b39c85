import { describe, expect, test } from "vitest";
import { cleanInput, expanded, imagePathOf, toUserInput } from "../../src/composer/chips.ts";
import { fuzzyFilter } from "../../src/composer/fuzzy.ts";
import { emptyHistory, remember, searchHistory, walkHistory } from "../../src/composer/history.ts";
import { pasteText, setText } from "../../src/composer/reduce.ts";
import { layOutText } from "../../src/composer/rows.ts";
import { emptyComposer } from "../../src/composer/state.ts";
import { applyEdit, type Edit, type EditState, emptyEdit } from "../../src/composer/text-edit.ts";

/** A text with `|` as the cursor. */
const at = (text: string): EditState => ({ ...emptyEdit, text: text.replace("|", ""), cursor: text.indexOf("|") });
const show = ({ text, cursor }: EditState): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;
const apply = (text: string, ...edits: readonly Edit[]): string => show(edits.reduce(applyEdit, at(text)));

describe("edits", () => {
	test.each<[string, Edit, string]>([
		["ab|", { kind: "insert", text: "c" }, "abc|"],
		["a漢|", { kind: "delete", to: "left" }, "a|"],
		["x👩‍👩‍👧|", { kind: "delete", to: "left" }, "x|"],
		["e\u0301|x", { kind: "move", to: "left" }, "|e\u0301x"],
		["one two| three", { kind: "kill", to: "word_left" }, "one | three"],
		["one |two three", { kind: "kill", to: "word_end" }, "one | three"],
		["ab\nc|d\nef", { kind: "kill", to: "line_end" }, "ab\nc|\nef"],
		["ab\ncd|\nef", { kind: "kill", to: "line_end" }, "ab\ncd|ef"],
		["ab\ncd|", { kind: "kill", to: "line_start" }, "ab\n|"],
		["ab\nc|d\nef", { kind: "kill_line" }, "ab\n|ef"],
		["ab|c", { kind: "transpose" }, "acb|"],
		["one, two|", { kind: "move", to: "word_left" }, "one, |two"],
		["|one, two", { kind: "move", to: "word_end" }, "one|, two"],
		["|", { kind: "delete", to: "left" }, "|"],
	])("%s %j", (before, edit, expected) => {
		expect(apply(before, edit)).toBe(expected);
	});

	test("what was killed in a row comes back as one, older cuts by popping", () => {
		const kill: Edit = { kind: "kill", to: "word_left" };
		expect(apply("one two three|", kill, kill, { kind: "yank" })).toBe("one two three|");
		const moved: Edit = { kind: "move", to: "text_start" };
		expect(
			apply("one two|", kill, moved, { kind: "kill", to: "line_end" }, { kind: "yank" }, { kind: "yank_pop" }),
		).toBe("two|");
	});

	test("undo takes words back, redo brings them again", () => {
		const type = (text: string): readonly Edit[] => Array.from(text, (char) => ({ kind: "insert", text: char }));
		const typed = type("one two").reduce(applyEdit, emptyEdit);
		const undone = applyEdit(typed, { kind: "undo" });
		expect(undone.text).toBe("one ");
		expect(applyEdit(undone, { kind: "redo" }).text).toBe("one two");
	});

	test("random edits keep the cursor inside", () => {
		const kinds = [
			"left",
			"right",
			"word_left",
			"word_right",
			"word_end",
			"line_start",
			"line_end",
			"text_start",
			"text_end",
		] as const;
		let state = emptyEdit;
		for (let step = 0; step < 3000; step += 1) {
			const to = kinds[(step * 7919) % kinds.length] ?? "left";
			const edits: readonly Edit[] = [
				{ kind: "insert", text: ["a", " ", "\n", "漢", "e\u0301"][step % 5] ?? "" },
				{ kind: "move", to },
				{ kind: "delete", to },
				{ kind: "kill", to },
				{ kind: "yank" },
				{ kind: "undo" },
				{ kind: "redo" },
			];
			state = applyEdit(state, edits[(step * 31) % edits.length] ?? { kind: "undo" });
			// Cutting and pasting doubles a text each time.
			if (state.text.length > 1000) state = emptyEdit;
			expect(state.cursor).toBeGreaterThanOrEqual(0);
			expect(state.cursor).toBeLessThanOrEqual(state.text.length);
		}
	});
});

describe("rows", () => {
	test("wide characters wrap whole, the cursor goes with them", () => {
		const { rows, cursor } = layOutText("ab漢字", [], 5, 4);
		expect(rows.map(({ parts }) => parts.map(({ text }) => text).join(""))).toEqual(["ab漢", "字"]);
		expect(cursor).toEqual({ row: 1, column: 2 });
	});

	test("an empty line has a row", () => {
		expect(layOutText("a\n\nb", [], 10, 2).cursor).toEqual({ row: 1, column: 0 });
	});
});

describe("pastes and images", () => {
	test("a long paste is a block, sent whole in its place", () => {
		const long = "x".repeat(1001);
		const composer = pasteText(setText(emptyComposer(false), "look: "), long);
		expect(composer.chips).toHaveLength(1);
		expect(expanded(composer.edit.text, composer.chips)).toBe(`look: ${long}`);
	});

	test("control characters and sequences never enter the text", () => {
		expect(cleanInput("a\x1b[31mb\x1b]0;t\x07c\x00\x07d\r\ne\tf\u{f0000}")).toBe("abcd\ne\tf");
	});

	test.each([
		["/tmp/a b.png", undefined],
		["'/tmp/a b.png'", "/tmp/a b.png"],
		["/tmp/a\\ b.png", "/tmp/a b.png"],
		["file:///tmp/a%20b.jpg", "/tmp/a b.jpg"],
		["/tmp/a.txt", undefined],
		["see /tmp/a.png", undefined],
	])("%j is the image %j", (text, path) => {
		expect(imagePathOf(text)).toBe(path);
	});

	test("an image is sent before the text", () => {
		const composer = pasteText(setText(emptyComposer(false), "what is "), "/tmp/a.png");
		expect(toUserInput(composer.edit.text, composer.chips)).toMatchObject([
			{ type: "local_image", path: "/tmp/a.png" },
			{ type: "text" },
		]);
	});
});

test("walking through history comes back to what was being typed", () => {
	let history = ["one", "two"].reduce(remember, emptyHistory);
	const first = walkHistory(history, "draft", "earlier");
	expect(first?.text).toBe("two");
	history = first?.history ?? history;
	const second = walkHistory(history, "two", "earlier");
	expect(second?.text).toBe("one");
	expect(walkHistory(second?.history ?? history, "one", "earlier")).toBeUndefined();
	expect(walkHistory(history, "two", "later")?.text).toBe("draft");
	expect(searchHistory(["a b", "b c", "a b"].reduce(remember, emptyHistory), "b a", 10)).toEqual(["a b"]);
});

test("fuzzy search prefers beginnings", () => {
	expect(fuzzyFilter(["resume", "rewind", "reasoning", "config"], "re", (name) => name).at(0)).toBe("resume");
	expect(fuzzyFilter(["prompts:check-all", "compact"], "ca", (name) => name).at(0)).toBe("prompts:check-all");
	expect(fuzzyFilter(["abc"], "x", (name) => name)).toEqual([]);
});
