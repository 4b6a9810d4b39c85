// Checks of the packet: is it complete for the stage, and did the stages before it say yes. Reads files and nothing else.

import { constitutionPath, olderStageDocuments, packetDocuments, stageDocuments } from "../packet/packet-layout.ts";
import { readDecision } from "../render/render-stage.ts";
import { readTasks } from "../render/task-list.ts";
import { placeholdersOf } from "../render/templates.ts";
import { type Stage, stages } from "../stage.ts";
import { type CheckResult, checked, type GuardrailContext, passed } from "./guardrail.ts";

const stagesBefore = (stage: Stage): readonly Stage[] => stages.slice(0, stages.indexOf(stage));

const namesOf = (stage: Stage): readonly string[] => [stageDocuments[stage], ...(olderStageDocuments[stage] ?? [])];

/** The text of the first of `names` in the packet that has any. */
async function firstText(
	context: GuardrailContext,
	names: readonly string[],
): Promise<{ readonly name: string; readonly text: string } | undefined> {
	for (const name of names) {
		const text = await context.host.files.read(`${context.packet}/${name}`);
		if (text !== undefined && text.trim() !== "") return { name, text };
	}
	return undefined;
}

/** `packet`: the folder exists and every document that the stage builds on is there and not empty. */
export async function checkPacket(context: GuardrailContext): Promise<CheckResult> {
	const name = "packet";
	if (context.packetFiles.length === 0) return checked(name, "failed", `${context.packet} does not exist or is empty`);
	const needed = [
		[packetDocuments.spec, packetDocuments.prd],
		...stagesBefore(context.stage).map((stage) => namesOf(stage)),
	];
	const missing: string[] = [];
	const unfinished: string[] = [];
	for (const names of needed) {
		const found = await firstText(context, names);
		if (found === undefined) missing.push(names.join(" or "));
		else if (placeholdersOf(found.text).length > 0) {
			unfinished.push(`${found.name} still has [${placeholdersOf(found.text)[0]}]`);
		}
	}
	if (missing.length > 0) return checked(name, "failed", `${context.packet} lacks ${missing.join(", ")}`);
	return unfinished.length > 0 ? checked(name, "warning", unfinished.join("; ")) : passed(name);
}

const refusal = /^(?:no-?go|no|reject(?:ed)?|fail(?:ed)?|needs[- ]clarification|blocked)\b/;

/** The stage whose decision counts before `stage`. */
const decides: Readonly<Partial<Record<Stage, Stage>>> = { tasks: "plan", audit: "validate", unlock: "audit" };

function checkTasks(text: string, stage: Stage): CheckResult {
	const name = "prerequisites";
	const { tasks, problems } = readTasks(text);
	const [problem] = problems;
	if (problem !== undefined) {
		const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
		return checked(name, "failed", `tasks.md line ${problem.line}: ${problem.message}${more}`);
	}
	if (tasks.length === 0) return checked(name, "failed", "tasks.md has no task `- [ ] T001 text`");
	const open = tasks.filter(({ done }) => !done).length;
	if (stage === "validate" && open > 0)
		return checked(name, "warning", `${open} of ${tasks.length} tasks are not done`);
	return passed(name);
}

/**
 * `prerequisites`: the stage before did not say no (plan for tasks, validate for audit, audit for unlock), and the task
 * list can be worked on (implement). Tasks that are still open at validate are a warning. A document that is missing is
 * the packet's matter.
 */
export async function checkPrerequisites(context: GuardrailContext): Promise<CheckResult> {
	const name = "prerequisites";
	if (context.stage === "implement" || context.stage === "validate") {
		const found = await firstText(context, namesOf("tasks"));
		return found === undefined
			? checked(name, "skipped", "There is no tasks.md")
			: checkTasks(found.text, context.stage);
	}
	const before = decides[context.stage];
	if (before === undefined) return passed(name);
	const found = await firstText(context, namesOf(before));
	if (found === undefined) return checked(name, "skipped", `There is no ${stageDocuments[before]}`);
	const decision = readDecision(found.text);
	if (decision === undefined) return checked(name, "warning", `${found.name} states no decision`);
	return refusal.test(decision) ? checked(name, "failed", `${found.name} says ${decision}`) : passed(name);
}

/** `constitution`: the project's principles are written down, in `memory/` or where github/spec-kit keeps them. */
export async function checkConstitution(context: GuardrailContext): Promise<CheckResult> {
	const name = "constitution";
	for (const path of [constitutionPath, `.specify/${constitutionPath}`]) {
		const text = await context.host.files.read(path);
		if (text !== undefined && text.trim() !== "") return passed(name);
	}
	return checked(name, "failed", `${constitutionPath} does not exist or is empty`);
}
