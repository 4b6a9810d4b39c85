// What became of a repository's own settings, for the shells to say in one line. Types and one formatter.

import type { FileChange } from "./changes.ts";
import type { Snapshot } from "./snapshot.ts";
import { visibleText } from "./visible-text.ts";

interface KnownProject {
	/** Root of the repository, a real path. */
	readonly root: string;
	/** The project's config.toml; absent when there is none, or when the folder cannot be read safely. */
	readonly file?: string;
	/** A phrase: why it was ignored, or why it was loaded. */
	readonly reason: string;
}

/** Settings that count for nothing because the folder is not trusted or cannot be. */
export interface UntrustedProject extends KnownProject {
	readonly state: "ignored-untrusted";
}

/** Settings that count for nothing because they are not what was trusted. */
export interface ChangedProject extends KnownProject {
	readonly state: "ignored-changed";
	/** At least one. */
	readonly changes: readonly FileChange[];
}

/** Settings that count for nothing. */
export type IgnoredProject = UntrustedProject | ChangedProject;

/** Settings that are in effect. Whatever else of the project is loaded (rules, prompts) must be taken from `snapshot`. */
export interface LoadedProject extends KnownProject {
	readonly state: "loaded";
	readonly snapshot: Snapshot;
}

/** What became of the project's settings; `none` without a repository or without anything in it that could take effect. */
export type ProjectLayer = { readonly state: "none" } | IgnoredProject | LoadedProject;

/** One line for people, safe to show; `undefined` when there is nothing to say. */
export function formatProjectLayer(project: ProjectLayer): string | undefined {
	if (project.state === "none") return undefined;
	const what = visibleText(project.file ?? project.root);
	const reason = visibleText(project.reason);
	if (project.state === "loaded") return `project settings of ${what} are in effect: ${reason}`;
	return `project settings of ${what} are ignored: ${reason}`;
}
