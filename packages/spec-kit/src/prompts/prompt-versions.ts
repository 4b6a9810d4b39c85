// Versions of the stage prompts: the first line of each file says the same (a test compares). A prompt that changes gets
// a new version in both places, so that evidence tells which one was asked.

import type { Stage } from "../stage.ts";

const stageVersions: Readonly<Record<Stage, string>> = {
	plan: "20261123-plan-a",
	tasks: "20261123-tasks-a",
	implement: "20261123-implement-a",
	validate: "20261123-validate-a",
	audit: "20261123-audit-a",
	unlock: "20261123-unlock-a",
};

/** The version of a stage's prompt. */
export function stagePromptVersion(stage: Stage): string {
	return stageVersions[stage];
}
