// What each stage's common core holds, and how its items are recognised, compared and rated. One table; the schemas of
// the answers and the measuring both follow it.

import type { JsonObject } from "@codex/protocol";
import type { Stage } from "../stage.ts";
import { firstText, textOf, textsOf } from "./json.ts";
import type { RatingLevel } from "./krippendorff-alpha.ts";

/** A rating that items of a list carry. */
export interface ListRating {
	readonly field: string;
	readonly level: RatingLevel;
	/** Values from low to high. */
	readonly order: readonly string[];
}

/** One list of a common core. */
export interface CoreList {
	readonly name: string;
	/** Items are plain texts in the answer; the measuring sees them as `{ text }`. */
	readonly plain: boolean;
	/** Fields that say what the item is, the first with text counts. */
	readonly textFields: readonly string[];
	/** Fields of which different values exclude each other. */
	readonly exclusive: readonly string[];
	readonly ratings: readonly ListRating[];
	/** List fields of which the merged item gets the union. */
	readonly united: readonly string[];
	/** Keys that are the item's identity. */
	keysOf(item: JsonObject): readonly string[];
	/** Keys that hint at it. */
	hintsOf(item: JsonObject): readonly string[];
}

/** States of a requirement in `validate`. */
export const requirementStatuses = ["passed", "partial", "failed", "untested"] as const;

/** States of a check in `audit`. */
export const checkStatuses = ["passed", "warning", "failed", "skipped"] as const;

/** Severities of a check, from low to high. */
export const severities = ["low", "medium", "high", "critical"] as const;

/** Kinds of change of one file. */
export const changeKinds = ["create", "modify", "delete", "rename"] as const;

/** The decisions that a stage knows; empty for stages that do not decide. */
export const decisions: Readonly<Record<Stage, readonly string[]>> = Object.freeze({
	plan: ["go", "needs-clarification"],
	tasks: [],
	implement: [],
	validate: ["pass", "fail"],
	audit: ["go", "conditional", "no-go"],
	unlock: ["approved", "conditional", "rejected"],
});

const requirementId = /\b(?:NFR|FR|SC|US|AC|EC|REQ|R)[-_ ]?0*(\d+)\b/gi;

/** The requirement ids in a text, each in one spelling: `FR-003`, `fr3` and `FR 3` are all `FR-3`. */
export function requirementIds(text: string): readonly string[] {
	const found = new Set<string>();
	for (const match of text.matchAll(requirementId)) {
		const prefix = match[0].replace(/[-_ ]?\d+$/, "").toUpperCase();
		found.add(`${prefix}-${match[1] ?? ""}`);
	}
	return [...found];
}

const none = (): readonly string[] => [];

function list(name: string, textFields: readonly string[], more: Partial<CoreList> = {}): CoreList {
	return {
		name,
		plain: false,
		textFields,
		exclusive: [],
		ratings: [],
		united: [],
		keysOf: none,
		hintsOf: none,
		...more,
	};
}

const texts = (name: string): CoreList => list(name, ["text"], { plain: true });

/** The requirement that a field names: its id, or its words when it has none. */
function requirementIn(field: string): (item: JsonObject) => readonly string[] {
	return (item) => requirementIds(textOf(item, field));
}

const path = (text: string): string => text.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");

function taskHints(item: JsonObject): readonly string[] {
	return [
		...textsOf(item, "requirement_ids").flatMap(requirementIds),
		...textsOf(item, "files").map((file) => `file ${path(file)}`),
	];
}

const operations = list("operations", ["description", "path", "file"], {
	exclusive: ["change"],
	ratings: [{ field: "change", level: "nominal", order: changeKinds }],
	keysOf: (item) => [path(firstText(item, ["path", "file"]))].filter((key) => key !== ""),
});

const validated = list("requirements", ["requirement", "evidence", "id"], {
	exclusive: ["status"],
	ratings: [{ field: "status", level: "nominal", order: requirementStatuses }],
	keysOf: (item) => {
		const id = textOf(item, "id");
		const known = requirementIds(id);
		return known.length > 0 ? known : [id.toLowerCase()].filter((key) => key !== "");
	},
});

const checks = list("checks", ["item"], {
	exclusive: ["status"],
	ratings: [
		{ field: "status", level: "nominal", order: checkStatuses },
		{ field: "severity", level: "ordinal", order: severities },
	],
	hintsOf: (item) => [textOf(item, "id").toLowerCase()].filter((id) => id !== ""),
});

const lists: Readonly<Record<Stage, readonly CoreList[]>> = {
	plan: [
		list("work_breakdown", ["step"], {
			united: ["requirement_ids"],
			hintsOf: (item) => textsOf(item, "requirement_ids").flatMap(requirementIds),
		}),
		list("acceptance_mapping", ["requirement"], { keysOf: requirementIn("requirement") }),
		list("risks", ["risk"]),
	],
	tasks: [
		list("tasks", ["title"], { united: ["files", "requirement_ids"], hintsOf: taskHints }),
		list("coverage", ["requirement"], { united: ["task_ids"], keysOf: requirementIn("requirement") }),
	],
	implement: [
		operations,
		{
			...texts("validation_commands"),
			keysOf: (item) => [textOf(item, "text").replaceAll(/\s+/g, " ")].filter((key) => key !== ""),
		},
		list("risks", ["risk"]),
	],
	validate: [validated],
	audit: [checks, texts("conditions")],
	unlock: [texts("conditions"), texts("follow_ups")],
};

/** The lists of a stage's common core, in their order. */
export function coreLists(stage: Stage): readonly CoreList[] {
	return lists[stage];
}
