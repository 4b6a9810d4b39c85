// The task list of `tasks.md`: `- [ ] T001 [P] [US1] text`, with files, dependencies and validation below each task. Made
// from agreed JSON and read back here, so that both sides are the same format. Ids and ticks survive a second rendering.

import type { JsonValue } from "@codex/protocol";
import { isObject, oneLine, textOf, textsOf } from "./json-view.ts";
import { code } from "./markdown.ts";

/** One task. */
export interface Task {
	/** `T001` and up. */
	readonly id: string;
	readonly done: boolean;
	/** May run beside others that touch different files. */
	readonly parallel: boolean;
	/** `US1` and up, when the task belongs to a user story. */
	readonly story?: string;
	readonly title: string;
	readonly files: readonly string[];
	/** Ids of tasks. */
	readonly dependsOn: readonly string[];
	/** A command or a check; empty when there is none. */
	readonly validation: string;
}

/** Something wrong with a task list, in one sentence. */
export interface TaskProblem {
	/** From 1. */
	readonly line: number;
	readonly message: string;
}

/** A task list as read. */
export interface ReadTasks {
	readonly tasks: readonly Task[];
	readonly problems: readonly TaskProblem[];
}

const taskLine = /^- \[([ xX])\] (T\d{3,})((?: \[[^\]]*\])*) (\S.*)$/;
const anyCheckbox = /^\s*[-*] \[[ xX]?\]/;
const detailLine = /^\s+- (Files|Depends on|Validation): (.*)$/;

const splitCode = (text: string): readonly string[] =>
	(text.includes("`") ? [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "") : text.split(","))
		.map((part) => part.trim())
		.filter((part) => part !== "" && part !== "-");

const unquoted = (text: string): string => /^(`+) ?(.*?) ?\1$/.exec(text.trim())?.[2] ?? text.trim();

interface Draft {
	id: string;
	done: boolean;
	parallel: boolean;
	story?: string;
	title: string;
	files: readonly string[];
	dependsOn: readonly string[];
	validation: string;
}

function readTaskLine(line: string): Draft | string {
	const match = taskLine.exec(line);
	if (match === null) return "a checkbox must read `- [ ] T001 [P] [US1] text`";
	const [, tick = " ", id = "", marks = "", title = ""] = match;
	const labels = [...marks.matchAll(/\[([^\]]*)\]/g)].map((label) => label[1] ?? "");
	const story = labels
		.map((label) => /^(?:US|Story:\s*P)(\d+)$/i.exec(label)?.[1])
		.find((number) => number !== undefined);
	const unknown = labels.find((label) => label !== "P" && !/^(?:US|Story:\s*P)\d+$/i.test(label));
	if (unknown !== undefined) return `\`[${unknown}]\` is neither \`[P]\` nor a story like \`[US1]\``;
	return {
		id,
		done: tick !== " ",
		parallel: labels.includes("P"),
		title: title.trim(),
		files: [],
		dependsOn: [],
		validation: "",
		...(story === undefined ? {} : { story: `US${story}` }),
	};
}

/** The tasks that depend on themselves through others, in the order of the list. */
function cyclic(tasks: readonly Draft[]): readonly Draft[] {
	const waiting = new Map(tasks.map((task) => [task.id, new Set(task.dependsOn)]));
	const dependents = new Map<string, string[]>();
	for (const task of tasks)
		for (const id of task.dependsOn) dependents.set(id, [...(dependents.get(id) ?? []), task.id]);
	const ready = [...waiting].filter(([, needs]) => [...needs].every((id) => !waiting.has(id))).map(([id]) => id);
	const settled = new Set<string>(ready);
	for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
		for (const dependent of dependents.get(id) ?? []) {
			const needs = waiting.get(dependent);
			needs?.delete(id);
			const open = [...(needs ?? [])].some((need) => waiting.has(need) && !settled.has(need));
			if (open || settled.has(dependent)) continue;
			settled.add(dependent);
			ready.push(dependent);
		}
	}
	return tasks.filter((task) => !settled.has(task.id));
}

/**
 * Reads the tasks of a `tasks.md` and checks them: the format of every checkbox, ids that are unique, dependencies that
 * exist and do not run in a circle. Never throws; a broken line is a problem and no task.
 */
export function readTasks(markdown: string): ReadTasks {
	const tasks: Draft[] = [];
	const lineOf = new Map<Draft, number>();
	const problems: TaskProblem[] = [];
	let fenced = false;
	for (const [index, line] of markdown.split(/\r?\n/).entries()) {
		if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
		if (fenced) continue;
		const current = tasks.at(-1);
		const detail = detailLine.exec(line);
		if (detail !== null && current !== undefined) readDetail(current, detail[1] ?? "", detail[2] ?? "");
		else if (anyCheckbox.test(line)) {
			const task = readTaskLine(line);
			if (typeof task === "string") problems.push({ line: index + 1, message: task });
			else {
				tasks.push(task);
				lineOf.set(task, index + 1);
			}
		}
	}
	problems.push(...relationProblems(tasks, lineOf));
	return { tasks, problems: problems.toSorted((left, right) => left.line - right.line) };
}

function readDetail(task: Draft, name: string, value: string): void {
	if (name === "Files") task.files = splitCode(value);
	else if (name === "Depends on") task.dependsOn = value.match(/T\d{3,}/g) ?? [];
	else task.validation = unquoted(value);
}

function relationProblems(tasks: readonly Draft[], lineOf: ReadonlyMap<Draft, number>): readonly TaskProblem[] {
	const problems: TaskProblem[] = [];
	const seen = new Map<string, number>();
	const known = new Set(tasks.map(({ id }) => id));
	for (const task of tasks) {
		const line = lineOf.get(task) ?? 1;
		const first = seen.get(task.id);
		if (first === undefined) seen.set(task.id, line);
		else problems.push({ line, message: `${task.id} is also the id of line ${first}` });
		for (const id of task.dependsOn) {
			if (!known.has(id)) problems.push({ line, message: `${task.id} depends on ${id}, which does not exist` });
		}
	}
	for (const task of cyclic(tasks)) {
		problems.push({
			line: lineOf.get(task) ?? 1,
			message: `${task.id} waits for itself: its dependencies run in a circle`,
		});
	}
	return problems;
}

const titleKey = (title: string): string =>
	oneLine(title)
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}]+/gu, " ")
		.trim();

function toDraft(item: JsonValue): Draft | undefined {
	const title = textOf(item, "title", "text", "description", "summary", "name");
	if (title === "") return undefined;
	const story = /^(?:US|P|Story:?\s*P?)?\s*(\d+)$/i.exec(textOf(item, "story", "user_story"))?.[1];
	return {
		id: isObject(item) ? textOf(item, "id", "task_id") : "",
		done: /^(?:done|completed?)$/i.test(isObject(item) ? textOf(item, "status") : ""),
		parallel: isObject(item) && item["parallel"] === true,
		title,
		files: textsOf(item, "files", "paths"),
		dependsOn: textsOf(item, "depends_on", "dependencies"),
		validation: isObject(item) ? textOf(item, "validation", "validation_step") : "",
		...(story === undefined ? {} : { story: `US${story}` }),
	};
}

/**
 * The agreed tasks with ids of their own. A task keeps the id and the tick that a task of the same title has in
 * `previous`; else it keeps a free id of the form `T001`; else it gets the next one after all that are or were used.
 * Dependencies are rewritten to the new ids; those on no task are dropped.
 */
export function toTasks(items: readonly JsonValue[], previous: string = ""): readonly Task[] {
	const drafts = items.flatMap((item) => toDraft(item) ?? []);
	const before = readTasks(previous).tasks;
	const earlier = new Map(before.map((task) => [titleKey(task.title), task]));
	const used = new Set(before.map(({ id }) => id));
	const taken = new Set<string>();
	const renamed = new Map<string, string>();
	const kept = drafts.map((draft) => {
		const old = earlier.get(titleKey(draft.title));
		const own = /^T\d{3,}$/.test(draft.id) && !used.has(draft.id) ? draft.id : undefined;
		const id =
			old !== undefined && !taken.has(old.id) ? old.id : own !== undefined && !taken.has(own) ? own : undefined;
		if (id !== undefined) taken.add(id);
		return { draft, id, done: draft.done || (old?.done ?? false) };
	});
	let next = [...used, ...taken].reduce((most, id) => Math.max(most, Number(id.slice(1))), 0);
	const named = kept.map(({ draft, id, done }) => {
		if (id === undefined) next += 1;
		const final = id ?? `T${String(next).padStart(3, "0")}`;
		if (draft.id !== "" && !renamed.has(draft.id)) renamed.set(draft.id, final);
		return { ...draft, id: final, done };
	});
	const ids = new Set(named.map(({ id }) => id));
	return named.map((task) => {
		const needs = task.dependsOn.flatMap((id) => renamed.get(id) ?? (ids.has(id) ? id : []));
		return { ...task, dependsOn: [...new Set(needs)].filter((id) => id !== task.id) };
	});
}

/** Dependencies first, otherwise as given; tasks of a circle stay where they are. */
function inOrder(tasks: readonly Task[]): readonly Task[] {
	const ordered: Task[] = [];
	const state = new Map<string, "open" | "placed">();
	const byId = new Map(tasks.map((task) => [task.id, task]));
	const place = (task: Task): void => {
		// An explicit stack: chains of dependencies may be longer than the call stack.
		const stack: Task[] = [task];
		for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
			if (state.has(top.id) && state.get(top.id) === "placed") {
				stack.pop();
				continue;
			}
			state.set(top.id, "open");
			const needed = top.dependsOn.map((id) => byId.get(id)).find((need) => need !== undefined && !state.has(need.id));
			if (needed !== undefined) {
				stack.push(needed);
				continue;
			}
			state.set(top.id, "placed");
			ordered.push(top);
			stack.pop();
		}
	};
	for (const task of tasks) if (!state.has(task.id)) place(task);
	return ordered;
}

function taskLines(task: Task): readonly string[] {
	const marks = `${task.parallel ? " [P]" : ""}${task.story === undefined ? "" : ` [${task.story}]`}`;
	const lines = [`- [${task.done ? "x" : " "}] ${task.id}${marks} ${oneLine(task.title)}`];
	if (task.files.length > 0) lines.push(`  - Files: ${task.files.map(code).join(", ")}`);
	if (task.dependsOn.length > 0) lines.push(`  - Depends on: ${task.dependsOn.join(", ")}`);
	if (task.validation !== "") lines.push(`  - Validation: ${code(task.validation)}`);
	return lines;
}

/** One task as it stands in the list. */
export function taskText(task: Task): string {
	return taskLines(task).join("\n");
}

/** The list with the tasks of these ids ticked; everything else stays as it is. */
export function tickTasks(markdown: string, ids: readonly string[]): string {
	const wanted = new Set(ids);
	let fenced = false;
	return markdown
		.split("\n")
		.map((line) => {
			if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
			const id = fenced ? undefined : taskLine.exec(line.trimEnd())?.[2];
			return id === undefined || !wanted.has(id) ? line : line.replace("- [ ]", "- [x]");
		})
		.join("\n");
}

/** The phases of a task list as Markdown: what belongs to no story first, then one phase a story, dependencies first. */
export function renderTasks(tasks: readonly Task[]): string {
	if (tasks.length === 0) return "None.";
	const stories = [...new Set(tasks.map(({ story }) => story ?? ""))].toSorted(
		(left, right) => Number(left.slice(2)) - Number(right.slice(2)),
	);
	const ordered = inOrder(tasks);
	const phases = stories.map((story, index) => {
		const heading = story === "" ? "Foundations" : `User Story ${story.slice(2)}`;
		const lines = ordered.filter((task) => (task.story ?? "") === story).flatMap(taskLines);
		return [`## Phase ${index + 1}: ${heading}`, "", ...lines].join("\n");
	});
	return phases.join("\n\n");
}
