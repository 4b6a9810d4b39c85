import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	emptyTable,
	formatPath,
	isUnsafeKey,
	mergeInto,
	parsePath,
	type TomlTable,
	tableWith,
	valueAt,
} from "../../src/tree/tree.ts";

const merge = (low: TomlTable, high: TomlTable): TomlTable => {
	const target = emptyTable();
	mergeInto(target, low);
	mergeInto(target, high);
	return target;
};

describe("trees", () => {
	it("merges tables and replaces everything else", () => {
		const low = { a: { x: 1, y: [1, 2] }, b: 1, c: { z: 1 } };
		const high = { a: { y: [3] }, b: { w: 1 }, c: 2 };
		expect(merge(low, high)).toEqual({ a: { x: 1, y: [3] }, b: { w: 1 }, c: 2 });
		expect(low).toEqual({ a: { x: 1, y: [1, 2] }, b: 1, c: { z: 1 } });
		expect(high).toEqual({ a: { y: [3] }, b: { w: 1 }, c: 2 });
	});

	it("never reaches a prototype", () => {
		const hostile = tableWith(["__proto__", "polluted"], true);
		merge({ a: 1 }, hostile);
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
		expect(valueAt(emptyTable(), ["toString"])).toBeUndefined();
		expect(valueAt({ a: "text" }, ["a", "length"])).toBeUndefined();
		expect(["__proto__", "constructor", "prototype"].every(isUnsafeKey)).toBe(true);
	});

	it("enters lists by position", () => {
		expect(valueAt({ a: [{ b: 1 }] }, ["a", "0", "b"])).toBe(1);
		expect(valueAt({ a: [{ b: 1 }] }, ["a", "1", "b"])).toBeUndefined();
	});

	it("formats paths for people and reads them back", () => {
		expect(formatPath(["agents", "0", "name"])).toBe("agents[0].name");
		expect(formatPath(["projects", "/a.b", "trust_level"])).toBe('projects."/a.b".trust_level');
		expect(parsePath("a.'b.c'.d")).toEqual(["a", "b.c", "d"]);
		for (const bad of ["", ".", "a.", ".a", "a..b", 'a."b', "a[x]"]) expect(parsePath(bad)).toBeUndefined();
	});

	it("reads back whatever it formats", () => {
		const part = fc.string({ minLength: 1 }).filter((text) => !/[\p{Cc}]/u.test(text));
		fc.assert(
			fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (path) => {
				expect(parsePath(formatPath(path))).toEqual(path);
			}),
		);
	});
});
