import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, nearestNames } from "../../src/check/nearest.ts";

describe("editDistance", () => {
	it.each([
		["", "", 0],
		["model", "model", 0],
		["modl", "model", 1],
		["mdoel", "model", 1],
		["models", "model", 1],
		["sandbox", "approval", 3],
	])("%s to %s is %i", (left, right, expected) => {
		expect(editDistance(left, right, 2)).toBe(expected);
	});

	it("is symmetric, zero only for equal texts, and never beyond its limit", () => {
		const text = fc.string({ maxLength: 8, unit: fc.constantFrom("a", "b", "c") });
		fc.assert(
			fc.property(text, text, (left, right) => {
				const distance = editDistance(left, right, 3);
				expect(distance).toBe(editDistance(right, left, 3));
				expect(distance === 0).toBe(left === right);
				expect(distance).toBeLessThanOrEqual(4);
			}),
		);
	});
});

describe("nearestNames", () => {
	it("finds what was meant, best first", () => {
		expect(nearestNames("aproval_policy", ["sandbox_mode", "approval_policy"])).toEqual(["approval_policy"]);
		expect(nearestNames("Approval-Policy", ["approval_policy"])).toEqual(["approval_policy"]);
		expect(nearestNames("tooll", ["tui", "tools", "tool", "toolbox"], 3)).toEqual(["tool", "tools"]);
		expect(nearestNames("huge", ["high"])).toEqual([]);
	});

	it("finds nothing for what is far away or far too long", () => {
		expect(nearestNames("zzz", ["model", "tui"])).toEqual([]);
		expect(nearestNames("x".repeat(1_000_000), ["x".repeat(1_000_001)])).toEqual([]);
	});
});
