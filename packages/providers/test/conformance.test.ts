// What every provider does, whatever its wire: the cases run over real HTTP against the scripted server. One attempt a
// call: each case has exactly one request. The table of adapters and cases is printed at the end.

import { describe, expect, test } from "vitest";
import { describeAborts } from "./conformance/aborts.ts";
import { describeAnswers } from "./conformance/answers.ts";
import { describeFaults } from "./conformance/faults.ts";
import { describeRefusals } from "./conformance/refusals.ts";
import { describeRequests } from "./conformance/requests.ts";
import { tableText } from "./conformance/table.ts";
import { wires } from "./conformance/traits.ts";

for (const wire of wires) {
	describe(wire, () => {
		describe("answers", () => describeAnswers(wire));
		describe("refusals", () => describeRefusals(wire));
		describe("faults", () => describeFaults(wire));
		describe("aborts", () => describeAborts(wire));
		describe("requests", () => describeRequests(wire));
	});
}

// The last one, when the others have their results.
test("the table has every case and no failure", ({ task }) => {
	const table = tableText(task.file);
	process.stdout.write(`\nProviders: case by adapter\n${table}\n`);
	expect(table.split("\n").length).toBeGreaterThan(40);
	expect(table).not.toContain("FAILED");
});
