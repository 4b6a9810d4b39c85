// The first documents of a packet, made from a description without a model: what is not known is marked as needing
// clarification, so that the quality gates ask for it. Deterministic.

import { packetDocuments, requireSpecId } from "../packet/packet-layout.ts";
import { oneLine } from "./json-view.ts";
import { bullets } from "./markdown.ts";
import type { RenderedDocument } from "./render-stage.ts";
import { numberRequirements } from "./requirements.ts";
import { renderTemplate, type TemplateOverrides } from "./templates.ts";

/** What is known of a new SPEC. */
export interface PacketBrief {
	readonly specId: string;
	/** One paragraph in the user's words. */
	readonly description: string;
	/** ISO 8601, UTC. */
	readonly createdAt: string;
	/** Answers of an intake, by the name of a placeholder in lower case (`goals`, `users`, `risks` …), one item each. */
	readonly answers?: Readonly<Record<string, readonly string[]>>;
}

const needed = (what: string): string => `- [NEEDS CLARIFICATION: ${what}]`;

// In the order of the templates: the placeholder, and what is asked for when there is no answer.
const sections: readonly (readonly [key: string, asks: string])[] = [
	["PROBLEM", "which problem this solves, and for whom"],
	["USERS", "who uses this, and for what"],
	["GOALS", "what is reached when this is done, and how that is measured"],
	["NON_GOALS", "what is left out on purpose"],
	["ASSUMPTIONS", "what is taken for granted"],
	["FUNCTIONAL_REQUIREMENTS", "what it must do, one testable sentence each"],
	["NON_FUNCTIONAL_REQUIREMENTS", "how fast, how safe, how available"],
	["DEPENDENCIES", "what this needs from others"],
	["RISKS", "what can go wrong"],
	["SUCCESS_METRICS", "numbers that show success"],
	["VALIDATION_PLAN", "how it is checked"],
	["OBJECTIVES", "what the user can do afterwards"],
	["USER_SCENARIOS", "given, when, then for each story, most important first"],
	["EDGE_CASES", "inputs and states at the limits"],
	["SUCCESS_CRITERIA", "when it counts as done"],
];

/**
 * `PRD.md` and `spec.md` of a new packet. Requirements get their ids; sections without an answer hold one
 * `[NEEDS CLARIFICATION: …]`, except those that the description itself answers. Throws `invalid_spec_id` and
 * `template_unresolved`.
 */
export function renderPacket(brief: PacketBrief, templates: TemplateOverrides = {}): readonly RenderedDocument[] {
	const specId = requireSpecId(brief.specId);
	const description = oneLine(brief.description);
	const values: Record<string, string> = {
		SPEC_ID: specId,
		TITLE: Array.from(description).slice(0, 80).join(""),
		CREATED: brief.createdAt,
		CLARIFICATIONS: "None.",
		NOTES: "None.",
	};
	for (const [key, asks] of sections) {
		const answers = brief.answers?.[key.toLowerCase()] ?? [];
		const own = key === "PROBLEM" || key === "OBJECTIVES" ? [description] : [];
		const items = answers.length > 0 ? answers : own;
		values[key] = items.length > 0 ? bullets(items) : needed(asks);
	}
	return [
		{ path: packetDocuments.prd, markdown: numberRequirements(renderTemplate("PRD", values, templates)) },
		{ path: packetDocuments.spec, markdown: numberRequirements(renderTemplate("spec", values, templates)) },
	];
}
