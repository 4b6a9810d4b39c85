import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTasks, renderTasks, toTasks } from "../../src/render/task-list.ts";

const items = [
	{
		id: "a",
		title: "Write parser",
		story: "US2",
		files: ["src/a.ts"],
		depends_on: ["b"],
		parallel: true,
		validation: "npm test",
	},
	{ id: "b", title: "Set up  the\nproject" },
	{ task_id: "T009", title: "Document", story: 1, validation_step: "read `it`" },
	"Plain text task",
	{ nothing: true },
];

describe("toTasks and renderTasks", () => {
	it("write the strict format, stories in phases, dependencies first", () => {
		expect(renderTasks(toTasks(items))).toBe(`## Phase 1: Foundations

- [ ] T011 Set up the project
- [ ] T012 Plain text task

## Phase 2: User Story 1

- [ ] T009 [US1] Document
  - Validation: \`\` read \`it\` \`\`

## Phase 3: User Story 2

- [ ] T010 [P] [US2] Write parser
  - Files: \`src/a.ts\`
  - Depends on: T011
  - Validation: \`npm test\``);
	});

	it("are read back as they were written", () => {
		const tasks = toTasks(items);
		const read = readTasks(renderTasks(tasks));
		expect(read.problems).toEqual([]);
		expect(read.tasks.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
			tasks.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
		);
	});

	it("keep ids and ticks of a former list by title, and never use an id again", () => {
		const former = "- [x] T001 Gone\n- [x] T002 Stays the same\n- [ ] T003 Also gone\n";
		const tasks = toTasks(
			[
				{ id: "T001", title: "New one" },
				{ id: "T007", title: "stays THE same!" },
				{ title: "Third", depends_on: ["T007"] },
			],
			former,
		);
		expect(tasks.map(({ id, done }) => [id, done])).toEqual([
			["T004", false],
			["T002", true],
			["T005", false],
		]);
		expect(tasks[2]?.dependsOn).toEqual(["T002"]);
		expect(
			toTasks([{ title: "Third" }, { title: "New one" }, { title: "Stays the same" }], renderTasks(tasks)).map(
				({ id }) => id,
			),
		).toEqual(["T005", "T004", "T002"]);
	});

	it("give the same ids again for the same list", () => {
		const once = renderTasks(toTasks(items));
		expect(renderTasks(toTasks(items, once))).toBe(once);
	});

	it("stand two tasks of one title and one id", () => {
		const tasks = toTasks(
			[
				{ id: "T001", title: "Same" },
				{ id: "T001", title: "Same" },
			],
			"- [ ] T001 Same\n",
		);
		expect(new Set(tasks.map(({ id }) => id)).size).toBe(2);
	});

	it("render circles and long chains without an end or a full stack", () => {
		const circle = toTasks([
			{ id: "T001", title: "A", depends_on: ["T002"] },
			{ id: "T002", title: "B", depends_on: ["T001"] },
		]);
		expect(readTasks(renderTasks(circle)).problems).toHaveLength(2);
		const chain = toTasks(
			Array.from({ length: 5000 }, (_, index) => ({
				id: `T${String(index + 1).padStart(4, "0")}`,
				title: `Task ${index}`,
				depends_on: index === 4999 ? [] : [`T${String(index + 2).padStart(4, "0")}`],
			})),
		);
		const read = readTasks(renderTasks(chain));
		expect(read.problems).toEqual([]);
		expect(read.tasks[0]?.id).toBe("T5000");
	});

	it("have unique ids and no dependency on nothing for any input", () => {
		const title = fc.string({ minLength: 1, maxLength: 6 });
		const task = fc.record({
			id: fc.constantFrom("T001", "T002", "x", ""),
			title,
			depends_on: fc.array(fc.constantFrom("T001", "x", "y")),
		});
		fc.assert(
			fc.property(fc.array(task, { maxLength: 8 }), fc.array(task, { maxLength: 5 }), (list, before) => {
				const former = renderTasks(toTasks(before));
				const tasks = toTasks(list, former);
				const ids = tasks.map(({ id }) => id);
				expect(new Set(ids).size).toBe(ids.length);
				for (const one of tasks) for (const id of one.dependsOn) expect(ids).toContain(id);
			}),
		);
	});

	it("say that there is none", () => expect(renderTasks([])).toBe("None."));
});

describe("readTasks", () => {
	it.each([
		["- [ ] Do it", "a checkbox must read"],
		["- [ ] T1 short id", "a checkbox must read"],
		["* [ ] T001 star", "a checkbox must read"],
		["- [] T001 no blank", "a checkbox must read"],
		["- [ ] T001 [Q] what", "`[Q]` is neither"],
		["- [ ] T001 a\n- [ ] T001 b", "T001 is also the id of line 1"],
		["- [ ] T001 a\n  - Depends on: T009", "depends on T009, which does not exist"],
		["- [ ] T001 a\n  - Depends on: T002\n- [ ] T002 b\n  - Depends on: T001", "in a circle"],
		["- [ ] T001 a\n  - Depends on: T001", "in a circle"],
	])("%j has a problem", (markdown, message) => {
		expect(
			readTasks(markdown)
				.problems.map((problem) => problem.message)
				.join(),
		).toContain(message);
	});

	it("takes the fork's story labels, any tick, and leaves code alone", () => {
		const markdown = "- [X] T001 [P] [Story: P3] text [with] brackets\n```\n- [ ] nonsense\n```\n";
		expect(readTasks(markdown)).toMatchObject({
			problems: [],
			tasks: [{ id: "T001", done: true, parallel: true, story: "US3", title: "text [with] brackets" }],
		});
	});

	it("does not blame what waits for a circle twice", () => {
		const markdown = "- [ ] T001 a\n  - Depends on: T002\n- [ ] T002 b\n- [ ] T003 c\n  - Depends on: T001, T002\n";
		expect(readTasks(markdown).problems).toEqual([]);
	});
});
