// From the agreed JSON of a stage to its document. Deterministic: the same verdict gives the same bytes, with no clock and
// no model in between.

import type { JsonObject, JsonValue } from "@codex/protocol";
import { stageDocuments } from "../packet/packet-layout.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import type { Stage } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { isObject, listOf, textOf, textsOf } from "./json-view.ts";
import { bullets, code, table } from "./markdown.ts";
import { renderTasks, toTasks } from "./task-list.ts";
import { renderTemplate, type TemplateOverrides } from "./templates.ts";

/** A rendered document. */
export interface RenderedDocument {
	/** Name of the file in the packet's folder, for example `plan.md`. */
	readonly path: string;
	readonly markdown: string;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const decisionOf = (verdict: Verdict): string =>
	(verdict.decision ?? textOf(verdict.core, "decision")).toUpperCase() || "NONE";

function consensusSection(verdict: Verdict): string {
	const { measures } = verdict;
	const lines = [
		`Status: ${verdict.status}, confidence ${percent(measures.confidence)}, threshold ${percent(measures.threshold)}`,
		`Present: ${verdict.present.join(", ") || "nobody"}`,
	];
	if (verdict.missing.length > 0) lines.push(`Missing: ${verdict.missing.join(", ")}`);
	if (verdict.aggregator !== undefined) lines.push(`Aggregator: ${verdict.aggregator}`);
	lines.push(`Agreed items: ${verdict.agreed.length}`);
	const added = verdict.agreed.filter(({ addedByAggregator }) => addedByAggregator === true).length;
	if (added > 0) lines.push(`Added by the aggregator alone: ${added}`);
	for (const dissent of verdict.dissent) {
		const who = dissent.positions.map(({ agent }) => agent).join(", ");
		lines.push(`Dissent on ${dissent.list} ${code(dissent.key)}: ${who} (${percent(dissent.support)})`);
	}
	for (const conflict of verdict.conflicts) {
		const values = conflict.values.map(({ agent, value }) => `${agent} says ${code(value)}`).join("; ");
		const settled =
			conflict.settledBy === undefined ? "open" : `settled by ${conflict.settledBy}: ${conflict.settledAs ?? ""}`;
		lines.push(`Conflict on ${conflict.list} ${code(conflict.key)}, ${conflict.attribute}: ${values} (${settled})`);
	}
	return bullets(lines);
}

function workBreakdown(core: JsonObject): string {
	const steps = listOf(core, "work_breakdown");
	if (steps.length === 0) return "None.";
	return steps
		.map((step, index) => {
			const lines = [`${index + 1}. **${textOf(step, "step", "title", "name", "description")}**`];
			const detail = (label: string, ...names: readonly string[]): void => {
				const text = isObject(step) ? textOf(step, ...names) : "";
				if (text !== "") lines.push(`   - ${label}: ${text}`);
			};
			detail("Requirements", "requirements", "requirement", "requirement_id", "requirement_ids");
			detail("Rationale", "rationale");
			detail("Depends on", "dependencies", "depends_on");
			detail("Success signal", "success_signal");
			detail("Owner", "owner");
			detail("Effort", "effort");
			return lines.join("\n");
		})
		.join("\n");
}

const rows = (core: JsonObject, lists: readonly string[], columns: readonly (readonly string[])[]): string[][] =>
	listOf(core, ...lists).map((item) =>
		columns.map((names, index) => (isObject(item) || index === 0 ? textOf(item, ...names) : "")),
	);

const risks = (core: JsonObject): string =>
	table(
		["Risk", "Owner", "Mitigation"],
		rows(core, ["risks"], [["risk", "title", "description"], ["owner"], ["mitigation"]]),
	);

function planValues(core: JsonObject): Record<string, string> {
	const mapping = rows(
		core,
		["acceptance_mapping"],
		[
			["requirement", "requirement_id", "id"],
			["validation_step", "validation", "test"],
			["artifact", "check"],
		],
	);
	return {
		WORK_BREAKDOWN: workBreakdown(core),
		ACCEPTANCE_MAPPING: table(["Requirement", "Validation step", "Artifact"], mapping),
		RISKS: risks(core),
		EXIT_CRITERIA: bullets(mapping.map(([requirement = "", step = ""]) => `${requirement}: ${step}`)),
	};
}

function coverageLine(item: JsonValue): string {
	if (!isObject(item)) return textOf(item, "requirement");
	const tasks = textsOf(item, "tasks", "task_ids", "task").join(", ");
	const requirement = textOf(item, "requirement", "requirement_id", "id");
	return tasks === "" ? requirement : `${requirement}: ${tasks}`;
}

function tasksValues(core: JsonObject, previous: string | undefined): Record<string, string> {
	return {
		TASK_PHASES: renderTasks(toTasks(listOf(core, "tasks", "validated_tasks"), previous)),
		COVERAGE: bullets(listOf(core, "coverage", "acceptance_coverage").map(coverageLine)),
	};
}

function implementValues(core: JsonObject): Record<string, string> {
	const operations = rows(
		core,
		["operations", "diff_proposals"],
		[
			["path", "file"],
			["kind", "change_type"],
			["change", "description", "rationale"],
		],
	).map(([path = "", kind = "", change = ""]) => [code(path), kind, change]);
	const commands = listOf(core, "validation_commands", "test_commands").map((item) => {
		const purpose = isObject(item) ? textOf(item, "purpose") : "";
		return `${code(textOf(item, "command"))}${purpose === "" ? "" : `: ${purpose}`}`;
	});
	return {
		OPERATIONS: table(["File", "Kind", "Change"], operations),
		VALIDATION_COMMANDS: bullets(commands),
		RISKS: risks(core),
	};
}

const passes: ReadonlySet<string> = new Set(["passed", "pass", "ok", "met", "satisfied", "skipped", "n/a"]);

function validateValues(core: JsonObject): Record<string, string> {
	const requirements = rows(
		core,
		["requirements"],
		[["id", "requirement", "requirement_id"], ["status"], ["evidence", "notes"]],
	);
	const failed = requirements.filter(([, status = ""]) => !passes.has(status.toLowerCase()));
	return {
		REQUIREMENTS: table(["Requirement", "Status", "Evidence"], requirements),
		FAILURES: bullets(
			failed.map(([id = "", status = "", evidence = ""]) => `${id} is ${status || "unknown"}: ${evidence}`),
		),
	};
}

function auditValues(core: JsonObject): Record<string, string> {
	const checks = rows(core, ["checks"], [["id"], ["item", "title", "description"], ["status"], ["severity"]]);
	const blockers = checks.filter(
		([, , status = "", severity = ""]) =>
			!passes.has(status.toLowerCase()) && /^(?:critical|blocker|high)$/i.test(severity),
	);
	return {
		CHECKS: table(["Check", "Item", "Status", "Severity"], checks),
		CONDITIONS: bullets(textsOf(core, "conditions")),
		BLOCKERS: bullets(
			blockers.map(([id = "", item = "", status = ""]) => [id, item, status].filter(Boolean).join(" — ")),
		),
	};
}

function stageValues(stage: Stage, core: JsonObject, previous: string | undefined): Record<string, string> {
	switch (stage) {
		case "plan":
			return planValues(core);
		case "tasks":
			return tasksValues(core, previous);
		case "implement":
			return implementValues(core);
		case "validate":
			return validateValues(core);
		case "audit":
			return auditValues(core);
		case "unlock":
			return {
				CONDITIONS: bullets(textsOf(core, "conditions")),
				FOLLOW_UPS: bullets(textsOf(core, "follow_ups", "followups")),
			};
	}
}

/**
 * Renders a stage's document from its verdict. `previous` is the document as it is now, if there is one: tasks keep their
 * ids and ticks from it.
 *
 * Throws `template_unresolved` for an overridden template with an unknown placeholder, and `missing_agents` for a verdict
 * without a single artifact: nothing may look agreed that nobody said.
 */
export function renderStage(
	stage: Stage,
	verdict: Verdict,
	templates: TemplateOverrides = {},
	previous?: string,
): RenderedDocument {
	if (verdict.artifacts.length === 0) {
		throw new SpecKitError("missing_agents", `The verdict of ${verdict.specId} ${stage} has no artifacts to render`);
	}
	const values = {
		SPEC_ID: verdict.specId,
		CREATED: verdict.recordedAt,
		PROMPT_VERSION: verdict.promptVersion,
		DECISION: decisionOf(verdict),
		CONSENSUS: consensusSection(verdict),
		...stageValues(stage, verdict.core, previous),
	};
	return { path: stageDocuments[stage], markdown: renderTemplate(stage, values, templates) };
}

/** The decision that a rendered document states, in lower case, or `undefined`. */
export function readDecision(markdown: string): string | undefined {
	const decision = /^\*\*Decision\*\*:[ \t]*(\S.*?)[ \t]*$/m.exec(markdown)?.[1]?.toLowerCase();
	return decision === undefined || decision === "none" ? undefined : decision;
}
