import { describe, expect, test } from "vitest";
import { defaultBindings } from "../../src/keymap/bindings.ts";
import { charKey, chordOf, makeKey } from "../../src/keymap/key.ts";
import { makeKeymap, readChord, showChord } from "../../src/keymap/keymap.ts";

test("every default key is one that can be written, and names one action in its context", () => {
	const seen = new Set<string>();
	for (const { context, keys } of defaultBindings) {
		for (const key of keys) {
			expect(readChord(key), key).toBe(key);
			expect(seen.has(`${context} ${key}`), `${context} ${key}`).toBe(false);
			seen.add(`${context} ${key}`);
		}
	}
});

test.each([
	["Ctrl+S", "ctrl+s"],
	["shift+alt+Enter", "alt+shift+enter"],
	["esc", "escape"],
	["PgUp", "pageup"],
	["ctrl++", "ctrl++"],
	["alt+Z", "alt+z"],
	["G", "G"],
	["hyper+x", undefined],
	["nokey", undefined],
	["", undefined],
])("%j is %j", (text, chord) => {
	expect(readChord(text)).toBe(chord);
});

test("keys for people", () => {
	expect(["ctrl+c", "shift+tab", "?", "pageup", "alt+shift+z"].map(showChord)).toEqual([
		"Ctrl-C",
		"Shift-Tab",
		"?",
		"PgUp",
		"Alt-Shift-Z",
	]);
});

describe("changes of the user's", () => {
	test("a key goes to the new action and is taken from the old one", () => {
		const { keymap, problems } = makeKeymap({ submit: "ctrl+s", newline: ["enter"] });
		expect(problems).toEqual([]);
		expect(keymap.action("composer", makeKey("s", { ctrl: true }))).toBe("submit");
		expect(keymap.action("composer", makeKey("enter"))).toBe("newline");
		expect(keymap.keyFor("submit")).toBe("Ctrl-S");
	});

	test("an empty list unbinds; the way out stays", () => {
		const { keymap, problems } = makeKeymap({ editor: [], cancel: [] });
		expect(keymap.keyFor("editor")).toBe("");
		expect(keymap.action("global", makeKey("c", { ctrl: true }))).toBe("cancel");
		expect(problems).toEqual(["tui.keymap.cancel: it must keep a key"]);
	});

	test("what is not understood is told and changes nothing", () => {
		const { keymap, problems } = makeKeymap({ fly: "x", submit: "hyper+x" });
		expect(problems).toHaveLength(2);
		expect(keymap.action("composer", makeKey("enter"))).toBe("submit");
	});
});

test("chords of keys", () => {
	expect([charKey("A"), charKey(" "), makeKey("tab", { shift: true })].map(chordOf)).toEqual([
		"A",
		"space",
		"shift+tab",
	]);
});
