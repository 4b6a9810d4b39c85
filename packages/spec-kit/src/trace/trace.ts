// From requirement to task, file, test, commit and evidence: what stands in documents, verdicts and history, put side by
// side, and what is missing between them. Pure.

import type { JsonObject } from "@codex/protocol";
import { itemsOf, textOf, textsOf } from "../consensus/json.ts";
import { readRequirements } from "../render/requirements.ts";
import { readTasks } from "../render/task-list.ts";
import type { Stage } from "../stage.ts";

/** A commit, as history tells it. */
export interface TraceCommit {
	readonly id: string;
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly message: string;
	/** Files that it changed, relative to the repository. */
	readonly paths: readonly string[];
}

/** What a trace is made of. */
export interface TraceInput {
	readonly specId: string;
	/** `spec.md` and `PRD.md`, whichever there are. */
	readonly requirements: readonly string[];
	/** `tasks.md`; empty when there is none. */
	readonly tasks: string;
	/** The core of the newest verdict of a stage. */
	readonly cores: Readonly<Partial<Record<Stage, JsonObject>>>;
	readonly commits: readonly TraceCommit[];
	/** Files of tasks that exist. */
	readonly existing: ReadonlySet<string>;
	/** Paths of evidence, newest last, by stage. */
	readonly evidence: Readonly<Partial<Record<Stage, readonly string[]>>>;
}

/** A file of a task. */
export interface TracedFile {
	readonly path: string;
	readonly exists: boolean;
	readonly isTest: boolean;
}

/** A task with all that belongs to it. */
export interface TracedTask {
	readonly id: string;
	readonly title: string;
	readonly done: boolean;
	readonly validation: string;
	readonly files: readonly TracedFile[];
	readonly commits: readonly TraceCommit[];
}

/** A requirement with what answers it. */
export interface TracedRequirement {
	readonly id: string;
	readonly text: string;
	/** Ids of tasks. */
	readonly tasks: readonly string[];
	/** What validation found; absent before it. */
	readonly status?: string;
	/** What that rests on, in the words of the agents. */
	readonly because?: string;
}

/** Something that is missing between two of them. */
export interface TraceGap {
	readonly kind: "no_task" | "no_file" | "missing_file" | "no_test" | "not_validated" | "no_commit" | "not_passed";
	/** Of the requirement or the task. */
	readonly id: string;
	/** One sentence. */
	readonly message: string;
}

/** A whole trace. */
export interface Trace {
	readonly specId: string;
	readonly requirements: readonly TracedRequirement[];
	readonly tasks: readonly TracedTask[];
	readonly gaps: readonly TraceGap[];
	/** The newest evidence of each stage. */
	readonly evidence: TraceInput["evidence"];
}

const testPath =
	/(?:^|\/)(?:tests?|specs?|__tests__|e2e)\/|(?:^|\/)test_[^/]+$|[._-](?:test|spec)s?\.[^/.]+$|_test\.[^/.]+$/i;

/** Whether a path looks like a test, by the names that the common test runners look for. */
export function isTestPath(path: string): boolean {
	return testPath.test(path);
}

/** Whether a commit says that it is about a task of this SPEC. */
function namesTask({ message }: TraceCommit, specId: string, taskId: string): boolean {
	if (new RegExp(`^Code-Task: ${taskId}\\s*$`, "m").test(message)) return true;
	return message.includes(specId) && new RegExp(`\\b${taskId}\\b`).test(message);
}

function traceTasks({ specId, tasks, commits, existing }: TraceInput): readonly TracedTask[] {
	return readTasks(tasks).tasks.map(({ id, title, done, validation, files }) => {
		const own = commits.filter((commit) => namesTask(commit, specId, id));
		// What a task names, and what was changed for it beyond that.
		const changed = own.flatMap(({ paths }) => paths);
		const paths = [...new Set([...files, ...changed])];
		return {
			id,
			title,
			done,
			validation,
			files: paths.map((path) => ({
				path,
				exists: existing.has(path) || (changed.includes(path) && !files.includes(path)),
				isTest: isTestPath(path),
			})),
			commits: own,
		};
	});
}

/** Ids of tasks by requirement, as the tasks' verdict says. */
function coverageOf({ cores }: TraceInput): ReadonlyMap<string, ReadonlySet<string>> {
	const found = new Map<string, Set<string>>();
	const add = (requirement: string, ids: readonly string[]): void => {
		const known = found.get(requirement) ?? new Set();
		for (const id of ids) known.add(id);
		found.set(requirement, known);
	};
	const core = cores.tasks ?? {};
	for (const item of itemsOf(core, "coverage")) add(textOf(item, "requirement"), textsOf(item, "task_ids"));
	for (const item of itemsOf(core, "tasks")) {
		for (const requirement of textsOf(item, "requirement_ids")) add(requirement, [textOf(item, "id")]);
	}
	return found;
}

function traceRequirements(input: TraceInput, tasks: readonly TracedTask[]): readonly TracedRequirement[] {
	const coverage = coverageOf(input);
	const judged = new Map(
		itemsOf(input.cores.validate ?? {}, "requirements").map((item) => [textOf(item, "id"), item] as const),
	);
	const seen = new Map<string, string>();
	for (const { id, text } of input.requirements.flatMap(readRequirements)) if (!seen.has(id)) seen.set(id, text);
	return [...seen].map(([id, text]) => {
		const covering = coverage.get(id) ?? new Set();
		const judgement = judged.get(id);
		return {
			id,
			text,
			tasks: tasks
				.filter((task) => covering.has(task.id) || new RegExp(`\\b${id}\\b`).test(`${task.title} ${task.validation}`))
				.map((task) => task.id),
			...(judgement === undefined
				? {}
				: { status: textOf(judgement, "status"), because: textOf(judgement, "evidence") }),
		};
	});
}

function requirementGaps({ id, tasks, status }: TracedRequirement, isValidated: boolean): readonly TraceGap[] {
	// A criterion of success is measured, not built.
	const none = tasks.length === 0 && !id.startsWith("SC");
	const unjudged = isValidated && status === undefined && !id.startsWith("SC");
	return [
		...(none ? [{ kind: "no_task", id, message: `${id} has no task` } as const] : []),
		...(unjudged ? [{ kind: "not_validated", id, message: `${id} was not validated` } as const] : []),
		...(status !== undefined && status !== "passed"
			? [{ kind: "not_passed", id, message: `${id} is ${status}` } as const]
			: []),
	];
}

function taskGaps({ id, done, files, commits }: TracedTask): readonly TraceGap[] {
	const missing = done ? files.filter(({ exists }) => !exists) : [];
	return [
		...(files.length === 0 ? [{ kind: "no_file", id, message: `${id} names no file` } as const] : []),
		...missing.map(
			({ path }) => ({ kind: "missing_file", id, message: `${id} is done and ${path} is not there` }) as const,
		),
		...(done && commits.length === 0
			? [{ kind: "no_commit", id, message: `${id} is done and no commit names it` } as const]
			: []),
	];
}

function testGaps(requirements: readonly TracedRequirement[], tasks: readonly TracedTask[]): readonly TraceGap[] {
	const byId = new Map(tasks.map((task) => [task.id, task]));
	return requirements.flatMap(({ id, tasks: own }): TraceGap[] => {
		if (own.length === 0) return [];
		const tested = own.some((task) => {
			const found = byId.get(task);
			return found !== undefined && (found.validation !== "" || found.files.some(({ isTest }) => isTest));
		});
		return tested ? [] : [{ kind: "no_test", id, message: `No task of ${id} names a test or a validation` }];
	});
}

/** Puts it together. Total: what is not there is a gap. */
export function traceOf(input: TraceInput): Trace {
	const tasks = traceTasks(input);
	const requirements = traceRequirements(input, tasks);
	const isValidated = input.cores.validate !== undefined;
	return {
		specId: input.specId,
		requirements,
		tasks,
		gaps: [
			...requirements.flatMap((requirement) => requirementGaps(requirement, isValidated)),
			...testGaps(requirements, tasks),
			...tasks.flatMap(taskGaps),
		],
		evidence: input.evidence,
	};
}
