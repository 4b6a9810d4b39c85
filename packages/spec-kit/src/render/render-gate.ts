// From what a quality gate found to its report: `clarify.md`, `analyze.md`, `checklist.md`. Deterministic.

import type { Confidence, Magnitude } from "../issue.ts";
import type { Checkpoint, Gate } from "../stage.ts";
import { bullets, code, table } from "./markdown.ts";
import type { RenderedDocument } from "./render-stage.ts";
import { renderTemplate, type TemplateOverrides } from "./templates.ts";

/** One issue of a gate and what became of it. */
export interface GateEntry {
	readonly question: string;
	/** What was decided; empty while it is open. */
	readonly answer: string;
	readonly magnitude: Magnitude;
	readonly confidence: Confidence;
	readonly outcome: "applied" | "answered" | "skipped" | "deferred" | "failed";
	/** Who said what, by agent; `native` for our own checks. */
	readonly views: Readonly<Record<string, string>>;
}

/** What a gate's report is made of. */
export interface GateReport {
	readonly specId: string;
	readonly checkpoint: Checkpoint;
	/** ISO 8601, UTC. */
	readonly recordedAt: string;
	readonly entries: readonly GateEntry[];
}

const order: readonly Magnitude[] = ["critical", "important", "minor"];

/** Renders a gate's report, most critical first, otherwise in the given order. Throws `template_unresolved`. */
export function renderGate(gate: Gate, report: GateReport, templates: TemplateOverrides = {}): RenderedDocument {
	const entries = order.flatMap((magnitude) => report.entries.filter((entry) => entry.magnitude === magnitude));
	const counts = order.map((magnitude) => `${magnitude}: ${entries.filter((e) => e.magnitude === magnitude).length}`);
	const divergent = entries.filter(({ views }) => new Set(Object.values(views)).size > 1);
	const values = {
		SPEC_ID: report.specId,
		CREATED: report.recordedAt,
		CHECKPOINT: report.checkpoint,
		SUMMARY: bullets([`Issues: ${entries.length}`, ...counts]),
		FINDINGS: table(
			["Question", "Magnitude", "Agreement", "Outcome", "Answer"],
			entries.map((e) => [e.question, e.magnitude, e.confidence, e.outcome, e.answer]),
		),
		DIVERGENT_VIEWS: bullets(
			divergent.map(({ question, views }) => {
				const said = Object.entries(views).map(([who, text]) => `${who} says ${code(text) || "nothing"}`);
				return `${question}: ${said.join("; ")}`;
			}),
		),
	};
	return { path: `${gate}.md`, markdown: renderTemplate(gate, values, templates) };
}
