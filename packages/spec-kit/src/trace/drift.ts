// What a branch changed that its SPECs do not know of, and what SPECs say is done that the branch changed afterwards. Only
// what the branch touched is looked at. What a person accepted is silent. Pure.

import { readTasks } from "../render/task-list.ts";
import type { TraceCommit } from "./trace.ts";

/** One SPEC as drift sees it. */
export interface DriftSpec {
	readonly specId: string;
	/** Its folder below `docs/`. */
	readonly folder: string;
	/** `tasks.md`; empty when there is none. */
	readonly tasks: string;
	/** Files that the agreed operations name. */
	readonly planned: readonly string[];
	/** Milliseconds since 1970: when its newest validation was recorded; 0 without one. */
	readonly validatedAtMs: number;
	/** Milliseconds since 1970: when its tasks were agreed; 0 when they never were. */
	readonly tasksAtMs: number;
	/** The text of its list of accepted findings. */
	readonly accepted: string;
}

/** What drift is made of. */
export interface DriftInput {
	readonly specs: readonly DriftSpec[];
	/** Files that differ from where the branch began, relative to the repository. */
	readonly changed: readonly { readonly path: string; readonly exists: boolean }[];
	/** The branch's commits. */
	readonly commits: readonly TraceCommit[];
	/** Files that are changed and not committed. */
	readonly uncommitted: ReadonlySet<string>;
	/** Folders (ending in `/`) and files that are the pipeline's own. */
	readonly ownPaths: readonly string[];
}

/** One finding. */
export interface DriftFinding {
	/** Stable: the same finding has the same id. */
	readonly id: string;
	readonly kind: "unplanned" | "changed_after_validation" | "gone" | "requirements_changed";
	readonly path: string;
	/** Absent for files that no SPEC knows. */
	readonly specId?: string;
	/** One sentence. */
	readonly message: string;
	readonly accepted: boolean;
}

/** FNV-1a, 32 bit, twice: a name for a finding, no protection. */
function shortHash(text: string): string {
	let [one, two] = [0x811c9dc5, 0x01000193];
	for (const char of text) {
		const code = char.codePointAt(0) ?? 0;
		one = Math.imul(one ^ code, 0x01000193) >>> 0;
		two = Math.imul(two ^ (code + 0x9e37), 0x85ebca6b) >>> 0;
	}
	return `${one.toString(16).padStart(8, "0")}${two.toString(16).padStart(8, "0")}`.slice(0, 10);
}

const filesOf = ({ tasks, planned }: DriftSpec): ReadonlySet<string> =>
	new Set([...planned, ...readTasks(tasks).tasks.flatMap(({ files }) => files)]);

/** Whether a commit is one of a run's. */
const isWork = (message: string): boolean => /^Code-Task: /m.test(message);

// Git keeps whole seconds: a commit may be this much younger than it says.
const commitClockMs = 999;

type Found = Omit<DriftFinding, "id" | "accepted">;

function unplanned({ specs, changed, commits, ownPaths }: DriftInput): readonly Found[] {
	const known = new Set(specs.flatMap((spec) => [...filesOf(spec)]));
	for (const { message, paths } of commits) if (isWork(message)) for (const path of paths) known.add(path);
	const isOwn = (path: string): boolean =>
		ownPaths.some((own) => path === own || (own.endsWith("/") && path.startsWith(own)));
	return changed
		.filter(({ path }) => !known.has(path) && !isOwn(path))
		.map(({ path }) => ({ kind: "unplanned", path, message: `${path} was changed and no task of a SPEC names it` }));
}

function ofSpec(spec: DriftSpec, { changed, commits, uncommitted }: DriftInput): readonly Found[] {
	const { specId, folder, tasks, validatedAtMs, tasksAtMs } = spec;
	const touched = new Map(changed.map((file) => [file.path, file]));
	const newest = (path: string): number => {
		if (uncommitted.has(path)) return Number.POSITIVE_INFINITY;
		// The pipeline's own commits come before the validation that follows them.
		const others = commits.filter(({ message, paths }) => paths.includes(path) && !isWork(message));
		return Math.max(0, ...others.map(({ atMs }) => atMs + commitClockMs));
	};
	const found: Found[] = [];
	const done = readTasks(tasks).tasks.filter((task) => task.done);
	for (const path of new Set(done.flatMap(({ files }) => files))) {
		const file = touched.get(path);
		if (file === undefined) continue;
		const ids = done.filter(({ files }) => files.includes(path)).map(({ id }) => id);
		if (!file.exists) {
			found.push({ kind: "gone", path, specId, message: `${ids.join(", ")} is done and ${path} was removed` });
		} else if (validatedAtMs > 0 && newest(path) > validatedAtMs) {
			const message = `${path} of ${ids.join(", ")} was changed after ${specId} was validated`;
			found.push({ kind: "changed_after_validation", path, specId, message });
		}
	}
	for (const name of ["spec.md", "PRD.md"]) {
		const path = `${folder}/${name}`;
		if (tasksAtMs > 0 && touched.has(path) && newest(path) > tasksAtMs && !uncommitted.has(path)) {
			const message = `${path} was changed after the tasks of ${specId} were agreed`;
			found.push({ kind: "requirements_changed", path, specId, message });
		}
	}
	return found;
}

/** The findings, those of the SPECs first. */
export function driftOf(input: DriftInput): readonly DriftFinding[] {
	const accepted = new Set(
		input.specs.flatMap((spec) => [...spec.accepted.matchAll(/`([0-9a-f]{10})`/g)].map(([, id]) => id)),
	);
	const found = [...input.specs.flatMap((spec) => ofSpec(spec, input)), ...unplanned(input)];
	return found.map((finding) => {
		const id = shortHash([finding.kind, finding.specId ?? "", finding.path].join("\0"));
		return { id, ...finding, accepted: accepted.has(id) };
	});
}

/** Where a SPEC keeps what was accepted. */
export const acceptedDriftDocument = "accepted-drift.md";

/** The list with one more entry. `reason` is one line. */
export function acceptDrift(
	text: string,
	finding: DriftFinding,
	{ reason, at }: { readonly reason: string; readonly at: string },
): string {
	const begun = text.trim() === "" ? "# Accepted drift\n" : `${text.trimEnd()}\n`;
	const oneLine = (value: string): string => value.replaceAll(/[`\s]+/g, " ").trim();
	return `${begun}\n- \`${finding.id}\` ${oneLine(finding.message)}: ${oneLine(reason)} (${at.slice(0, 10)})\n`;
}
