// Reads vitest's JSON report into counts. A file that failed before its first test counts as one failure, so that a
// broken import can never look like a run without failures.

/** Counts of a test run. */
export interface Outcome {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	/** Full names of the skipped tests. */
	readonly skippedNames: readonly string[];
}

interface Assertion {
	readonly status: string;
	readonly fullName: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null;

function assertionsOf(file: Readonly<Record<string, unknown>>): readonly Assertion[] {
	const results: readonly unknown[] = Array.isArray(file.assertionResults) ? file.assertionResults : [];
	return results.filter(isRecord).map((result) => ({
		status: String(result.status),
		fullName: String(result.fullName),
	}));
}

/** Counts the tests of a report. Throws a `TypeError` when the text is not a report of vitest. */
export function readOutcome(text: string): Outcome {
	const report: unknown = JSON.parse(text);
	if (!isRecord(report) || !Array.isArray(report.testResults)) throw new TypeError("not a report of vitest");
	const files = report.testResults.filter(isRecord);
	const tests = files.flatMap(assertionsOf);
	const brokenFiles = files.filter(
		(file) => file.status === "failed" && !assertionsOf(file).some(({ status }) => status === "failed"),
	);
	const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
	return {
		passed: tests.filter(({ status }) => status === "passed").length,
		failed: tests.filter(({ status }) => status === "failed").length + brokenFiles.length,
		skipped: skipped.length,
		skippedNames: skipped.map(({ fullName }) => fullName),
	};
}
