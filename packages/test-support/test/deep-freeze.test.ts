import { expect, test } from "vitest";
import { deepFreeze, findUnfrozen } from "../src/index.ts";

test("freezes to the depth, follows cycles once, and returns the same value", () => {
	const value: { list: { n: number }[]; self?: unknown } = { list: [{ n: 1 }] };
	value.self = value;
	expect(findUnfrozen(value)).toBe("");
	expect(deepFreeze(value)).toBe(value);
	expect(findUnfrozen(value)).toBeUndefined();
	expect(() => {
		(value.list[0] as { n: number }).n = 2;
	}).toThrow(TypeError);
});

test("names the place that is not frozen", () => {
	expect(findUnfrozen(Object.freeze({ a: Object.freeze([Object.freeze({}), {}]) }))).toBe("a[1]");
	expect(findUnfrozen(Object.freeze({ a: Object.freeze({ b: {} }) }))).toBe("a.b");
});

test("leaves scalars and views of bytes alone, and takes a very long array", () => {
	expect(deepFreeze("text")).toBe("text");
	expect(findUnfrozen(deepFreeze({ bytes: new Uint8Array(2) }))).toBeUndefined();
	expect(findUnfrozen(deepFreeze(Array.from({ length: 150_000 }, () => ({}))))).toBeUndefined();
});
