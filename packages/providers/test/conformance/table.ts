// What ran, as text: one line a case, one column a wire.

import type { RunnerTask, RunnerTestFile } from "vitest";

function outcome(task: RunnerTask): string {
	if (task.mode === "skip") return "skip";
	return task.result?.state === "pass" ? "ok" : "FAILED";
}

function testsOf(task: RunnerTask, path: readonly string[] = []): readonly (readonly [string, RunnerTask])[] {
	const here = [...path, task.name];
	return task.type === "suite" ? task.tasks.flatMap((child) => testsOf(child, here)) : [[here.join(" › "), task]];
}

/** The table of a file whose outermost suites are the wires; for its last test, when the others have run. */
export function tableText(file: Pick<RunnerTestFile, "tasks">): string {
	const rows = new Map<string, Map<string, string>>();
	const wires = file.tasks.filter((task) => task.type === "suite");
	for (const wire of wires) {
		for (const [name, task] of wire.tasks.flatMap((child) => testsOf(child))) {
			// Cuts after event 1, 2, 3 … are one line: the wires have different numbers of events.
			const row = name.replace(/^(.*cut after) \d+/, "$1 every number of");
			const cells = rows.get(row) ?? new Map<string, string>();
			const worse = cells.get(wire.name) === "FAILED" ? "FAILED" : outcome(task);
			rows.set(row, cells.set(wire.name, worse));
		}
	}
	const width = Math.max(...[...rows.keys()].map((name) => name.length));
	const line = (name: string, cells: readonly string[]): string =>
		[name.padEnd(width), ...cells.map((cell) => cell.padEnd(9))].join("  ").trimEnd();
	const names = wires.map(({ name }) => name);
	return [
		line("case", names),
		...[...rows].map(([name, cells]) =>
			line(
				name,
				names.map((wire) => cells.get(wire) ?? "–"),
			),
		),
	].join("\n");
}
