// The six stages, the checkpoints before them, and the words that people and files use for them. Data and parsing only.

/** A step of the pipeline, in its order. */
export type Stage = "plan" | "tasks" | "implement" | "validate" | "audit" | "unlock";

/** All stages in the order in which they run. */
export const stages: readonly Stage[] = Object.freeze(["plan", "tasks", "implement", "validate", "audit", "unlock"]);

/** How files and memory tags name a stage: `spec-plan` … `spec-unlock`. */
export type StageKey = `spec-${Stage}`;

/** The key of `stage`. */
export function stageKey(stage: Stage): StageKey {
	return `spec-${stage}`;
}

/** How people see a stage: `Plan` … `Unlock`. */
export function stageTitle(stage: Stage): string {
	return `${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
}

const stageWords: ReadonlyMap<string, Stage> = new Map<string, Stage>([
	...stages.flatMap((stage): [string, Stage][] => [
		[stage, stage],
		[`spec-${stage}`, stage],
		[`spec-ops-${stage}`, stage],
	]),
	["review", "audit"],
	["spec-review", "audit"],
]);

/** The stage that `word` means, case and surrounding space aside, or `undefined`. `review` is the older name of audit. */
export function parseStage(word: string): Stage | undefined {
	return stageWords.get(word.trim().toLowerCase());
}

/** Where quality gates run: before plan, before tasks, before implement. */
export type Checkpoint = "pre-planning" | "post-plan" | "post-tasks";

/** A kind of quality gate. */
export type Gate = "clarify" | "checklist" | "analyze";

/** Whether guardrails make live HTTP checks. */
export type HalMode = "mock" | "live";
