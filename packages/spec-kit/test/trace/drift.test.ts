// Drift and convergence as pure functions.

import { describe, expect, test } from "vitest";
import { appendTasks, unbuiltTasks } from "../../src/trace/converge.ts";
import { acceptDrift, type DriftInput, type DriftSpec, driftOf } from "../../src/trace/drift.ts";
import { traceOf } from "../../src/trace/trace.ts";

const spec: DriftSpec = {
	specId: "SPEC-A-1",
	folder: "docs/SPEC-A-1",
	tasks:
		"- [x] T001 One\n  - Files: `src/one.ts`\n- [x] T002 Two\n  - Files: `src/two.ts`\n- [ ] T003 Three\n  - Files: `src/three.ts`\n",
	planned: ["src/planned.ts"],
	validatedAtMs: 1000,
	tasksAtMs: 500,
	accepted: "",
};

function input(change: Partial<DriftInput> = {}): DriftInput {
	return {
		specs: [spec],
		changed: [
			{ path: "src/one.ts", exists: true },
			{ path: "src/two.ts", exists: false },
			{ path: "src/three.ts", exists: true },
			{ path: "src/planned.ts", exists: true },
			{ path: "src/worked.ts", exists: true },
			{ path: "src/stray.ts", exists: true },
			{ path: "docs/SPEC-A-1/spec.md", exists: true },
		],
		commits: [
			{ id: "1", atMs: 600, message: "SPEC-A-1 T001\n\nCode-Task: T001", paths: ["src/one.ts", "src/worked.ts"] },
			{ id: "2", atMs: 2000, message: "later", paths: ["src/one.ts", "docs/SPEC-A-1/spec.md"] },
		],
		uncommitted: new Set(),
		ownPaths: ["docs/", "SPEC.md"],
		...change,
	};
}

const said = (given: DriftInput): readonly string[] => driftOf(given).map(({ kind, path }) => `${kind} ${path}`);

describe("driftOf", () => {
	test("tells only what the branch touched, in words that name the SPEC", () => {
		expect(said(input())).toEqual([
			"changed_after_validation src/one.ts",
			"gone src/two.ts",
			"requirements_changed docs/SPEC-A-1/spec.md",
			"unplanned src/stray.ts",
		]);
		expect(driftOf(input())[0]?.message).toBe("src/one.ts of T001 was changed after SPEC-A-1 was validated");
		expect(said(input({ changed: [], commits: [] }))).toEqual([]);
	});

	test("an uncommitted change is newer than every verdict; before validation nothing is too late", () => {
		const changed = [{ path: "src/one.ts", exists: true }];
		expect(said(input({ changed, commits: [], uncommitted: new Set(["src/one.ts"]) }))).toEqual([
			"changed_after_validation src/one.ts",
		]);
		expect(said(input({ changed, specs: [{ ...spec, validatedAtMs: 0 }] }))).toEqual([]);
	});

	test("what is accepted stays the same finding and is silent", () => {
		const [first] = driftOf(input());
		if (first === undefined) throw new Error("no finding");
		const accepted = acceptDrift("", first, { reason: "agreed\nwith `Ann`", at: "2026-11-24T01:02:03Z" });
		expect(accepted).toBe(
			`# Accepted drift\n\n- \`${first.id}\` src/one.ts of T001 was changed after SPEC-A-1 was validated: agreed with Ann (2026-11-24)\n`,
		);
		const again = driftOf(input({ specs: [{ ...spec, accepted }] }));
		expect(again.map((finding) => finding.accepted)).toEqual([true, false, false, false]);
		expect(again.map(({ id }) => id)).toEqual(driftOf(input()).map(({ id }) => id));
		expect(acceptDrift(accepted, first, { reason: "x", at: "2026-11-24" }).match(/# Accepted/g)).toHaveLength(1);
	});
});

describe("unbuiltTasks", () => {
	const tasks = "# Tasks\n\n- [x] T001 One\n  - Files: `src/one.ts`\n- [ ] T004 Build FR-9: Nine\n";
	const trace = traceOf({
		specId: "SPEC-A-1",
		requirements: ["- FR-1: One\n- FR-2: Two\n- FR-9: Nine\n- SC-1: Liked"],
		tasks,
		cores: {
			tasks: { coverage: [{ requirement: "FR-1", task_ids: ["T001"] }] },
			validate: { requirements: [{ id: "FR-1", status: "failed", evidence: "no row\nat all" }] },
		},
		commits: [],
		existing: new Set(),
		evidence: {},
	});

	test("are appended once, with ids behind the last one", () => {
		const unbuilt = unbuiltTasks(trace, tasks);
		expect(unbuilt.map(({ id, title }) => `${id} ${title}`)).toEqual([
			"T005 Make FR-1 pass: no row at all",
			"T006 Build FR-2: Two",
			"T007 Restore what T001 built: One",
		]);
		const text = appendTasks(tasks, unbuilt);
		expect(text).toContain("## Unbuilt\n\n- [ ] T005 Make FR-1 pass: no row at all\n");
		expect(text).toContain("- [ ] T007 Restore what T001 built: One\n  - Files: `src/one.ts`\n");
		expect(text.startsWith(tasks.trimEnd())).toBe(true);
		expect(unbuiltTasks(trace, text)).toEqual([]);
		expect(appendTasks(text, [])).toBe(text);
		expect(appendTasks(text, [{ id: "T008", title: "More", files: [] }]).match(/## Unbuilt/g)).toHaveLength(1);
	});
});
