import { expect, test } from "vitest";
import {
	addUsage,
	assertNever,
	exitCodes,
	lossyEventTypes,
	responseCostUsd,
	toError,
	zeroUsage,
} from "../src/index.ts";

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

test("a response costs by kind of token, dearer beyond a long input, and nothing is guessed", () => {
	const usage = {
		inputTokens: 1_000_000,
		cachedInputTokens: 400_000,
		cacheWriteInputTokens: 100_000,
		outputTokens: 100_000,
		reasoningOutputTokens: 50_000,
	};
	const price = { input: 2, cachedInput: 0.2, output: 10, asOf: "2026-01-01" };
	expect(responseCostUsd(price, usage)).toBeCloseTo(0.6 * 2 + 0.4 * 0.2 + 0.1 * 10, 10);
	expect(responseCostUsd({ ...price, cacheWriteInput: 2.5 }, usage)).toBeCloseTo(
		0.5 * 2 + 0.1 * 2.5 + 0.4 * 0.2 + 0.1 * 10,
		10,
	);
	const longInput = { aboveTokens: 200_000, input: 4, cachedInput: 0.4, output: 20 };
	expect(responseCostUsd({ ...price, longInput }, usage)).toBeCloseTo(0.6 * 4 + 0.4 * 0.4 + 0.1 * 20, 10);
	const short = { ...usage, inputTokens: 200_000, cachedInputTokens: 0, cacheWriteInputTokens: 0 };
	expect(responseCostUsd({ ...price, longInput }, short)).toBeCloseTo(0.2 * 2 + 0.1 * 10, 10);
	expect(responseCostUsd(undefined, usage)).toBeNull();
});
