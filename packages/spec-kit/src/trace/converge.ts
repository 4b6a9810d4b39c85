// What a trace shows as unbuilt, as tasks that are appended to the list: requirements without a task or without a pass, and
// tasks that are ticked and whose files are not there. Nothing that stands in the list is changed. Pure.

import { readTasks } from "../render/task-list.ts";
import type { Trace } from "./trace.ts";

/** A task that is missing. */
export interface UnbuiltTask {
	readonly id: string;
	readonly title: string;
	readonly files: readonly string[];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim().slice(0, 200);

/** The tasks that are missing, with ids that follow the last one. None for what an open task already says. */
export function unbuiltTasks(trace: Trace, tasks: string): readonly UnbuiltTask[] {
	const listed = readTasks(tasks).tasks;
	const open = listed.filter(({ done }) => !done).map(({ title }) => title);
	const requirements = new Map(trace.requirements.map((requirement) => [requirement.id, requirement]));
	const byId = new Map(trace.tasks.map((task) => [task.id, task]));
	const wanted: Omit<UnbuiltTask, "id">[] = [];
	for (const { kind, id } of trace.gaps) {
		const requirement = requirements.get(id);
		const task = byId.get(id);
		if (kind === "no_task" && requirement !== undefined) {
			wanted.push({ title: oneLine(`Build ${id}: ${requirement.text}`), files: [] });
		} else if (kind === "not_passed" && requirement !== undefined) {
			wanted.push({ title: oneLine(`Make ${id} pass: ${requirement.because ?? requirement.text}`), files: [] });
		} else if (kind === "missing_file" && task !== undefined) {
			const files = task.files.filter(({ exists }) => !exists).map(({ path }) => path);
			wanted.push({ title: oneLine(`Restore what ${id} built: ${task.title}`), files });
		}
	}
	let last = listed.reduce((most, { id }) => Math.max(most, Number(id.slice(1))), 0);
	const titles = new Set(open);
	return wanted.flatMap((each): UnbuiltTask[] => {
		if (titles.has(each.title)) return [];
		titles.add(each.title);
		last += 1;
		return [{ id: `T${String(last).padStart(3, "0")}`, ...each }];
	});
}

/** The list with these tasks at its end. */
export function appendTasks(markdown: string, unbuilt: readonly UnbuiltTask[]): string {
	if (unbuilt.length === 0) return markdown;
	const heading = "## Unbuilt";
	const lines = unbuilt.flatMap(({ id, title, files }) => [
		`- [ ] ${id} ${title}`,
		...(files.length === 0 ? [] : [`  - Files: ${files.map((file) => `\`${file}\``).join(", ")}`]),
	]);
	const begun = markdown.trimEnd();
	const head = begun.includes(`\n${heading}\n`) ? [] : ["", heading, ""];
	return `${[begun === "" ? "# Tasks" : begun, ...head, ...lines].join("\n")}\n`;
}
