import { expect, test } from "vitest";
import { readOutcome } from "../../scripts/test-report.ts";

const report = (...files: object[]): string => JSON.stringify({ testResults: files });
const result = (status: string, fullName = status): object => ({ status, fullName });

test("passed, failed and skipped tests are counted, and the skipped are named", () => {
	const file = {
		status: "failed",
		assertionResults: [
			result("passed"),
			result("passed"),
			result("failed"),
			result("pending", "needs git"),
			result("skipped", "needs tmux"),
			result("todo", "later"),
		],
	};
	expect(readOutcome(report(file))).toEqual({
		passed: 2,
		failed: 1,
		skipped: 3,
		skippedNames: ["needs git", "needs tmux", "later"],
	});
});

test("a file that failed without a failed test is one failure", () => {
	const broken = { status: "failed", assertionResults: [] };
	const leaking = { status: "failed", assertionResults: [result("passed")] };
	expect(readOutcome(report(broken, leaking))).toMatchObject({ passed: 1, failed: 2, skipped: 0 });
});

test("anything else is refused", () => {
	expect(() => readOutcome("{}")).toThrow(TypeError);
	expect(() => readOutcome("null")).toThrow(TypeError);
	expect(() => readOutcome("not json")).toThrow(SyntaxError);
});
