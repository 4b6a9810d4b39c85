// The eleven templates: those that come with the package, a project's own in their place, and filling them. A placeholder
// without a value is an error, never an empty line.

import { SpecKitError } from "../spec-kit-error.ts";
import type { Gate, Stage } from "../stage.ts";
import { promptText as analyze } from "./templates/analyze-template.gen.ts";
import { promptText as audit } from "./templates/audit-template.gen.ts";
import { promptText as checklist } from "./templates/checklist-template.gen.ts";
import { promptText as clarify } from "./templates/clarify-template.gen.ts";
import { promptText as implement } from "./templates/implement-template.gen.ts";
import { promptText as plan } from "./templates/plan-template.gen.ts";
import { promptText as prd } from "./templates/prd-template.gen.ts";
import { promptText as spec } from "./templates/spec-template.gen.ts";
import { promptText as tasks } from "./templates/tasks-template.gen.ts";
import { promptText as unlock } from "./templates/unlock-template.gen.ts";
import { promptText as validate } from "./templates/validate-template.gen.ts";

/** A template, as its file is named: `<name>-template.md`. */
export type TemplateName = "PRD" | "spec" | Stage | Gate;

const embedded: Readonly<Record<TemplateName, string>> = {
	PRD: prd,
	spec,
	plan,
	tasks,
	implement,
	validate,
	audit,
	unlock,
	clarify,
	analyze,
	checklist,
};

/** All templates, in the order of the work. */
export const templateNames: readonly TemplateName[] = Object.freeze([
	"PRD",
	"spec",
	"plan",
	"tasks",
	"implement",
	"validate",
	"audit",
	"unlock",
	"clarify",
	"analyze",
	"checklist",
]);

/** A project's own templates. A missing one is the package's. */
export type TemplateOverrides = Readonly<Partial<Record<TemplateName, string>>>;

/** Version of the package's templates, written into what they make; `project` stands for an overridden one. */
const templateVersion: string = "2026-11-a";

/** Where a project's own templates are looked for, the first that has one wins; relative to the repository. */
const templateFolders: readonly string[] = Object.freeze([".specify/templates/overrides", "templates"]);

// `[UPPER_SNAKE]` of at least three characters: `[P]`, `[X]` and `[US1]` of task lists are none, links (`[NAME](…)`) neither.
const placeholder = /\[(?!US\d+\])([A-Z][A-Z0-9_]{1,}[A-Z0-9])\](?!\()/g;

/** Names of the placeholders of a template, each once, in the order of appearance. */
export function placeholdersOf(template: string): readonly string[] {
	const names = [...template.matchAll(placeholder)].map((match) => match[1] ?? "");
	return [...new Set(names)];
}

/**
 * Reads a project's own templates through `read`, which answers with the text of a path or `undefined`. Never looks
 * outside the repository. Rejects as `read` does.
 */
export async function loadTemplates(read: (path: string) => Promise<string | undefined>): Promise<TemplateOverrides> {
	const found: Partial<Record<TemplateName, string>> = {};
	for (const name of templateNames) {
		for (const folder of templateFolders) {
			const text = await read(`${folder}/${name}-template.md`);
			if (text === undefined || text.trim() === "") continue;
			found[name] = text;
			break;
		}
	}
	return found;
}

/** The text of a template, the project's if it has one. */
export function templateText(name: TemplateName, overrides: TemplateOverrides = {}): string {
	return overrides[name] ?? embedded[name];
}

/**
 * Fills a template. `TEMPLATE_VERSION` is filled in by itself. Values go in as they are and are not searched for further
 * placeholders, so an agent's text cannot smuggle one in. Values without a placeholder are ignored.
 *
 * Throws `template_unresolved`, naming every placeholder that has no value. The result ends in one newline.
 */
export function renderTemplate(
	name: TemplateName,
	values: Readonly<Record<string, string>>,
	overrides: TemplateOverrides = {},
): string {
	const text = templateText(name, overrides);
	const all = new Map(Object.entries(values));
	all.set("TEMPLATE_VERSION", overrides[name] === undefined ? templateVersion : "project");
	const unresolved = placeholdersOf(text).filter((key) => !all.has(key));
	if (unresolved.length > 0) {
		const list = unresolved.map((key) => `[${key}]`).join(", ");
		throw new SpecKitError("template_unresolved", `The template \`${name}\` has placeholders without a value: ${list}`);
	}
	const filled = text.replaceAll(placeholder, (whole, key: string) => all.get(key) ?? whole);
	return `${filled.trimEnd()}\n`;
}
