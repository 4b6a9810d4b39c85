import { expect, test } from "vitest";
import { addUsage, assertNever, exitCodes, lossyEventTypes, toError, zeroUsage } from "../src/index.ts";

test("usage adds up field by field, and zero changes nothing", () => {
	const usage = {
		inputTokens: 1,
		cachedInputTokens: 2,
		cacheWriteInputTokens: 3,
		outputTokens: 4,
		reasoningOutputTokens: 5,
	};
	expect(addUsage(usage, zeroUsage)).toEqual(usage);
	expect(addUsage(usage, usage)).toEqual({
		inputTokens: 2,
		cachedInputTokens: 4,
		cacheWriteInputTokens: 6,
		outputTokens: 8,
		reasoningOutputTokens: 10,
	});
	expect(Object.isFrozen(zeroUsage)).toBe(true);
});

test("anything thrown becomes an error, an error stays itself", () => {
	const error = new TypeError("x");
	expect(toError(error)).toBe(error);
	expect(toError("text")).toMatchObject({ message: "text", cause: "text" });
	expect(toError(42).message).toBe("42");
	expect(toError(undefined).message).toBe("undefined");
});

test("an impossible variant is thrown with its content", () => {
	expect(() => assertNever({ type: "odd" } as never)).toThrow('unexpected variant: {"type":"odd"}');
});

test("no two exit codes are equal", () => {
	const codes = Object.values(exitCodes);
	expect(new Set(codes).size).toBe(codes.length);
});

test("only deltas may be lost", () => {
	expect([...lossyEventTypes].every((type) => type.endsWith("_delta"))).toBe(true);
});
