import { expect, test } from "vitest";
import { charKey, type InputEvent, makeKey } from "../../src/keymap/key.ts";
import { createPasteBurst } from "../../src/terminal/paste-burst.ts";

const keys = (text: string): readonly InputEvent[] =>
	Array.from(text, (char) => ({ kind: "key", key: char === "\r" ? makeKey("enter") : charKey(char) }));

test("single keys pass at once", () => {
	const burst = createPasteBurst();
	expect(burst.push(keys("a"), 0)).toEqual(keys("a"));
	expect(burst.push(keys("\r"), 100)).toEqual(keys("\r"));
	expect(burst.holds).toBe(false);
});

test("lines that come together are a paste, their Enters are line ends", () => {
	const burst = createPasteBurst();
	expect(burst.push(keys("one\rtwo\r"), 0)).toEqual([]);
	expect(burst.holds).toBe(true);
	expect(burst.flush()).toEqual([{ kind: "paste", text: "one\ntwo\n" }]);
});

test("a line that a script sends with its Enter is typed and sent", () => {
	const burst = createPasteBurst();
	expect(burst.push(keys("hello"), 0)).toEqual([]);
	expect(burst.push(keys("\r"), 2)).toEqual([]);
	expect(burst.flush()).toEqual(keys("hello\r"));
});

test("a paste over several reads stays one", () => {
	const burst = createPasteBurst();
	burst.push(keys("first li"), 0);
	burst.push(keys("ne\rsec"), 3);
	burst.push(keys("ond"), 6);
	expect(burst.flush()).toEqual([{ kind: "paste", text: "first line\nsecond" }]);
});

test("another key ends the burst", () => {
	const burst = createPasteBurst();
	burst.push(keys("abc"), 0);
	const up: InputEvent = { kind: "key", key: makeKey("up") };
	expect(burst.push([up], 3)).toEqual([...keys("abc"), up]);
	expect(burst.holds).toBe(false);
});
